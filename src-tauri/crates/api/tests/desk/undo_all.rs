//! Every command is taken back and brought back: each by itself, and any number of them in any order.

use crate::desk::{add, fields, founded};
use proptest::prelude::*;
use sidedesk_api::Desk;
use sidedesk_api::dto::{DecideDto, ImportOptionsDto};
use std::path::Path;

/// Where `api` writes to the log, how often, and by which of the commands below that is tried. What is not tried is
/// taken back by nobody: founding, joining, newer rules, what is erased or left as a file, and where people look during a
/// standup.
const WRITES: [(&str, usize, &str); 16] = [
    ("records.rs", 3, "add, set, delete, restore"),
    ("loose.rs", 2, "make_complaint, add_reports"),
    ("suggest.rs", 1, "refuse_group, recall_groups"),
    ("duplicates.rs", 1, "merge, part"),
    ("decisions.rs", 3, "decide, agree, take_back_decision"),
    ("imports.rs", 1, "import"),
    ("sample.rs", 1, "sample"),
    ("undo.rs", 1, "undo and redo themselves"),
    ("desk.rs", 2, "not taken back: founding, joining"),
    ("standup.rs", 1, "not taken back: where people look"),
    ("people.rs", 1, "handing over: tests/system/people.rs, it takes a hub"),
    (
        "proposals.rs",
        1,
        "answering: tests/system/proposals.rs, it takes two functions",
    ),
    ("upgrade.rs", 1, "not taken back: rules only go up"),
    (
        "erase.rs",
        1,
        "not taken back: that is what it is for, tests/system/privacy.rs",
    ),
    ("retention.rs", 1, "not taken back, as erasing"),
    ("export.rs", 1, "not taken back: what left has left"),
];

#[test]
fn every_place_that_writes_is_in_the_table() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = 0;
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let commits = text.matches(".commit(").count() + text.matches(".commit_pieces(").count();
        let listed = WRITES
            .iter()
            .find(|(file, ..)| *file == name)
            .map_or(0, |(_, count, _)| *count);
        assert_eq!(
            commits, listed,
            "{name}: add the new command to this table and to the ones below"
        );
        found += commits;
    }
    assert_eq!(found, WRITES.iter().map(|(_, count, _)| count).sum::<usize>());
}

#[derive(Debug, Clone, Copy)]
enum Command {
    AddCampaign,
    AddComplaint,
    AddReport,
    SetCampaign,
    SetComplaint,
    SetText,
    SetBoard,
    SetMember,
    Delete,
    Restore,
    MakeComplaint,
    AddReports,
    RefuseGroup,
    RecallGroups,
    Merge,
    Part,
    Decide,
    BecomeSupport,
    Agree,
    TakeBackDecision,
    Import,
    Sample,
}

use Command::*;

/// With the word that an undo names it by.
const COMMANDS: [(Command, &str); 22] = [
    (AddCampaign, "campaign.add"),
    (AddComplaint, "complaint.add"),
    (AddReport, "report.add"),
    (SetCampaign, "campaign.set"),
    (SetComplaint, "complaint.set"),
    (SetText, "campaign.set"),
    (SetBoard, "board.set"),
    (SetMember, "member.set"),
    (Delete, "campaign.delete"),
    (Restore, "campaign.restore"),
    (MakeComplaint, "complaint.make"),
    (AddReports, "report.sort"),
    (RefuseGroup, "group.refuse"),
    (RecallGroups, "group.recall"),
    (Merge, "complaint.merge"),
    (Part, "complaint.part"),
    (Decide, "decision.add"),
    (BecomeSupport, "member.set"),
    (Agree, "decision.sign"),
    (TakeBackDecision, "decision.delete"),
    (Import, "import"),
    (Sample, "sample"),
];

/// One of these, by a number.
fn pick<T: Clone>(all: &[T], seed: usize) -> Option<T> {
    (!all.is_empty()).then(|| all[seed % all.len()].clone())
}

/// Does a command somewhere on the board; nothing, where it finds nothing to do.
async fn run(desk: &Desk, command: Command, seed: usize) -> Option<()> {
    let board = desk.board().await.unwrap();
    let campaigns: Vec<String> = board.campaigns.iter().map(|card| card.id.clone()).collect();
    let complaints: Vec<String> = board.complaints.iter().map(|card| card.id.clone()).collect();
    let (campaign, complaint) = (pick(&campaigns, seed), pick(&complaints, seed));
    let loose = desk.loose_reports("", 0).await.unwrap().reports;
    let loose: Vec<String> = loose.iter().take(2).map(|report| report.id.clone()).collect();
    let name = format!("name {seed}");
    let set = async |kind: &str, id: &str, pairs: &[(&str, &str)]| {
        let saved = desk.set(kind, id, u64::MAX, &fields(pairs)).await.unwrap();
        assert!(!saved.proposed);
    };
    match command {
        AddCampaign => drop(
            add(
                desk,
                "campaign",
                &[("name", &name), ("start", "2026-11-21"), ("product", "Boots")],
            )
            .await,
        ),
        AddComplaint => {
            let typed = [
                ("title", name.as_str()),
                ("product", "Boots"),
                ("severity", "5"),
                ("state", "confirmed"),
                ("opened", "2026-11-01"),
            ];
            drop(add(desk, "complaint", &typed).await);
        }
        AddReport => drop(add(desk, "report", &[("title", &name)]).await),
        SetCampaign => {
            set(
                "campaign",
                &campaign?,
                &[("name", &name), ("product", "Boots, Socks"), ("reach", "7")],
            )
            .await
        }
        SetComplaint => {
            set(
                "complaint",
                &complaint?,
                &[("title", &name), ("severity", "5"), ("notes", &name)],
            )
            .await
        }
        SetText => {
            let text = desk
                .campaign(campaign.as_ref()?)
                .await
                .unwrap()
                .text
                .unwrap_or_default();
            let text = if seed.is_multiple_of(5) {
                String::new()
            } else {
                format!("{text} {seed}")
            };
            set("campaign", &campaign?, &[("text", text.trim())]).await;
        }
        SetBoard => {
            let id = sidedesk_domain::fields::board_id().to_string();
            set("board", &id, &[("name", &name)]).await;
        }
        SetMember => set("member", &desk.state().await.unwrap().member, &[("name", &name)]).await,
        Delete => drop(desk.delete("campaign", &campaign?).await.unwrap()),
        Restore => {
            let deleted = pick(&desk.deleted().await.unwrap(), seed).filter(|d| d.kind == "campaign")?;
            desk.restore("campaign", &deleted.id).await.unwrap();
        }
        MakeComplaint => drop(
            desk.make_complaint(
                pick(&[loose], 0).filter(|l| !l.is_empty())?.as_slice(),
                &fields(&[("title", &name)]),
            )
            .await
            .unwrap(),
        ),
        AddReports => {
            let complaint = complaint.filter(|_| !loose.is_empty())?;
            desk.add_reports(&complaint, &loose).await.unwrap();
        }
        RefuseGroup => desk.refuse_group(&format!("{seed:016x}")).await.unwrap(),
        RecallGroups => drop(Some(desk.recall_groups().await.unwrap()).filter(|count| *count > 0)?),
        Merge => {
            let (from, into) = (complaint?, pick(&complaints, seed / 7)?);
            if from == into {
                return None;
            }
            desk.merge_complaint(&from, &into).await.unwrap();
        }
        Part => {
            let merged = board
                .complaints
                .iter()
                .find_map(|card| card.duplicates.as_ref()?.first().cloned());
            desk.part_complaint(&merged?.id).await.unwrap();
        }
        Decide => {
            let decide = DecideDto {
                about_kind: "clash".into(),
                about: pick(&desk.clashes(None).await.unwrap().clashes, seed)?.id,
                word: "mitigate".into(),
                text: Some(name),
                owner: Some("MK".into()),
                due: None,
                standup: None,
            };
            desk.decide(&decide).await.ok()?;
        }
        BecomeSupport => {
            set(
                "member",
                &desk.state().await.unwrap().member,
                &[("function", "support")],
            )
            .await
        }
        Agree => drop(desk.agree(&decided(desk).await?).await.ok()?),
        TakeBackDecision => desk.take_back_decision(&decided(desk).await?).await.ok()?,
        Import => {
            let file = format!("id,name,start,product,text\n1,{name},2026-12-01,Boots,{name}\n2,B,2026-12-02,Boots,\n");
            let options = ImportOptionsDto {
                kind: Some("campaign".into()),
                ..Default::default()
            };
            desk.run_import("plan.csv", file.as_bytes(), &options, false)
                .await
                .unwrap();
        }
        Sample => desk.fill_sample().await.ok()?,
    }
    Some(())
}

async fn decided(desk: &Desk) -> Option<String> {
    let clashes = desk.clashes(None).await.unwrap().clashes;
    clashes.into_iter().find_map(|clash| Some(clash.decision?.id))
}

/// Everything that a screen shows, without the place it was read at.
async fn shown(desk: &Desk) -> String {
    let mut board = desk.board().await.unwrap();
    (board.undo, board.redo) = (None, None);
    let mut said = vec![serde_json::to_string(&board).unwrap(), desk.state().await.unwrap().me];
    let loose = desk.loose_reports("", 0).await.unwrap();
    said.extend(loose.reports.iter().map(|report| report.id.clone()));
    said.push(serde_json::to_string(&desk.clashes(None).await.unwrap().clashes).unwrap());
    for card in &board.complaints {
        said.push(serde_json::to_string(&desk.reports(&card.id, 0).await.unwrap()).unwrap());
    }
    said.push(desk.lens(false).await.unwrap().refused.to_string());
    without_seen(&said.join("\n"))
}

fn without_seen(text: &str) -> String {
    let mut parts = text.split("\"seen\":");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |said, part| {
        said + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

/// What a command needs to find something to do.
fn needs(command: Command) -> &'static [Command] {
    match command {
        SetCampaign | SetText | Delete => &[AddCampaign],
        SetComplaint => &[AddComplaint],
        Decide => &[AddCampaign, AddComplaint],
        Restore => &[AddCampaign, Delete],
        MakeComplaint => &[AddReport],
        AddReports => &[AddReport, AddComplaint],
        RecallGroups => &[RefuseGroup],
        Merge => &[AddComplaint, AddComplaint],
        Part => &[AddComplaint, AddComplaint, Merge],
        Agree => &[AddCampaign, AddComplaint, Decide, BecomeSupport],
        TakeBackDecision => &[AddCampaign, AddComplaint, Decide],
        _ => &[],
    }
}

#[tokio::test]
async fn each_command_is_taken_back_by_its_name_and_brought_back() {
    for (command, word) in COMMANDS {
        let (_dir, desk) = founded().await;
        for need in needs(command) {
            run(&desk, *need, 1).await.unwrap();
        }
        let before = shown(&desk).await;
        assert!(
            run(&desk, command, 1).await.is_some(),
            "{command:?} found nothing to do"
        );
        let after = shown(&desk).await;
        let undone = desk.undo().await.unwrap();
        assert_eq!((undone.name.as_str(), undone.left), (word, 0), "{command:?}");
        assert_eq!(shown(&desk).await, before, "{command:?}");
        assert_eq!(desk.redo().await.unwrap().name, word);
        assert_eq!(shown(&desk).await, after, "{command:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_commands_are_taken_back_and_brought_back(commands in prop::collection::vec((0..COMMANDS.len(), 0..50_usize), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_dir, desk) = founded().await;
            let mut screens = vec![shown(&desk).await];
            for (command, seed) in commands {
                let before = desk.verify().await.unwrap().head;
                if run(&desk, COMMANDS[command].0, seed).await.is_some() && desk.verify().await.unwrap().head > before {
                    screens.push(shown(&desk).await);
                }
            }
            for (n, screen) in screens.iter().enumerate().rev().skip(1) {
                assert_eq!(desk.undo().await.unwrap().left, 0);
                assert_eq!(&shown(&desk).await, screen, "undo {n}");
            }
            assert!(desk.undo().await.is_err(), "nothing is left to take back");
            for (n, screen) in screens.iter().enumerate().skip(1) {
                desk.redo().await.unwrap();
                assert_eq!(&shown(&desk).await, screen, "redo {n}");
            }
            assert!(desk.verify().await.unwrap().ok);
        });
    }
}

//! What keeps coming back among tickets without a complaint, and what a person says to it.

use crate::desk::{fields, founded};
use sidedesk_api::dto::{ImportOptionsDto, LensDto};
use sidedesk_api::{Desk, MAX_UNASKED};

/// Tickets of three causes, each told with other words around it, and some of none.
const CAUSES: [(&str, &str, usize); 3] = [
    ("Boots", "parcel stuck at the depot", 10),
    ("Gift card", "gift card balance shows zero", 6),
    ("Shop", "pickup code not accepted", 4),
];
const AROUND: [&str; 20] = [
    "since Monday",
    "for the second week",
    "again, nobody answers",
    "and I leave tomorrow",
    "although I paid express",
    "what happens now?",
    "as in spring",
    "my neighbour has the same",
    "I want my money back",
    "the chat closed on me",
    "it was a present",
    "who can help?",
    "bought on Friday",
    "please explain",
    "my daughter cried",
    "two emails unanswered",
    "staff shrugged",
    "queued an hour",
    "tried three phones",
    "drove there twice",
];

async fn tickets(desk: &Desk) {
    let mut rows = String::from("id,title,created,product,customer\n");
    let mut around = AROUND.iter();
    for (product, said, count) in CAUSES {
        for (i, around) in around.by_ref().take(count).enumerate() {
            rows.push_str(&format!(
                "{product}{i},\"{said}, {around}\",2026-11-1{},{product},c-{i}\n",
                i % 9
            ));
        }
    }
    for (i, odd) in [
        "Where is your office",
        "Do you sell maps",
        "Thanks for the quick answer",
    ]
    .iter()
    .enumerate()
    {
        rows.push_str(&format!("odd{i},{odd},2026-11-12,,\n"));
    }
    let options = ImportOptionsDto {
        kind: Some("report".into()),
        ..ImportOptionsDto::default()
    };
    let done = desk
        .run_import("t.csv", rows.as_bytes(), &options, false)
        .await
        .unwrap();
    assert_eq!(done.new, 23);
}

fn counts(lens: &LensDto) -> Vec<u64> {
    lens.groups.iter().map(|one| one.group.count).collect()
}

#[tokio::test]
async fn what_keeps_coming_back_is_shown_with_what_is_needed_to_decide() {
    let (_dir, desk) = founded().await;
    tickets(&desk).await;
    let lens = desk.lens(false).await.unwrap();
    assert_eq!(counts(&lens), [10, 6, 4], "{lens:#?}");
    assert_eq!(lens.looked_at, 23);
    let first = &lens.groups[0];
    assert_eq!(first.samples.len(), 3);
    assert_eq!(
        first.group.samples[0], first.samples[0].id,
        "the most central one first"
    );
    assert_eq!(first.about, ["Boots"]);
    assert_eq!(first.group.customers, 10);
    assert!(
        first.group.terms.iter().any(|term| term.contains("depot")),
        "{:?}",
        first.group.terms
    );
    assert!(first.newest_ms.is_some() && first.nearest.matches.is_empty() && first.nearest.is_new);
    assert_eq!(desk.lens(false).await.unwrap(), lens, "nothing has changed");
}

#[tokio::test]
async fn what_became_a_complaint_is_no_group_any_more_and_the_next_one_like_it_is_near_to_it() {
    let (_dir, desk) = founded().await;
    tickets(&desk).await;
    let lens = desk.lens(false).await.unwrap();
    // All of it but the last three tickets, which are a group of their own then.
    let reports = lens.groups[0].group.reports[..7].to_vec();
    let title = fields(&[("title", "Parcels wait at the depot")]);
    let made = desk.make_complaint(&reports, &title).await.unwrap();
    let lens = desk.lens(false).await.unwrap();
    assert_eq!(lens.looked_at, 23 - 7);
    let rest = lens.groups.iter().find(|one| one.about == ["Boots"]).unwrap();
    assert_eq!(rest.group.count, 3);
    assert_eq!(rest.nearest.matches[0].complaint, made.complaint.unwrap());
    assert!(!rest.nearest.is_new, "{:?}", rest.nearest);
    let others = lens.groups.iter().filter(|one| one.about != ["Boots"]);
    assert!(others.clone().count() == 2 && others.into_iter().all(|one| one.nearest.is_new));
}

#[tokio::test]
async fn a_group_that_is_none_does_not_come_again_until_it_is_undone() {
    let (_dir, desk) = founded().await;
    tickets(&desk).await;
    let lens = desk.lens(false).await.unwrap();
    desk.refuse_group(&lens.groups[1].group.fingerprint).await.unwrap();
    assert_eq!(counts(&desk.lens(false).await.unwrap()), [10, 4]);
    assert_eq!(desk.suggest(None).await.unwrap().len(), 2, "nor in a shell");
    assert_eq!(desk.board().await.unwrap().undo.as_deref(), Some("group.refuse"));
    desk.undo().await.unwrap();
    assert_eq!(counts(&desk.lens(false).await.unwrap()), [10, 6, 4]);
    desk.redo().await.unwrap();
    let lens = desk.lens(false).await.unwrap();
    assert_eq!((counts(&lens), lens.refused), (vec![10, 4], 1));
    assert_eq!(desk.recall_groups().await.unwrap(), 1);
    assert_eq!(counts(&desk.lens(false).await.unwrap()), [10, 6, 4]);
    let refused = desk.refuse_group("no fingerprint").await.unwrap_err();
    assert!(refused.to_string().contains("no fingerprint"), "{refused}");
}

#[tokio::test]
async fn a_group_is_taken_apart_without_losing_a_ticket() {
    let (_dir, desk) = founded().await;
    tickets(&desk).await;
    let lens = desk.lens(false).await.unwrap();
    let mixed: Vec<String> = lens.groups[..2]
        .iter()
        .flat_map(|one| one.group.reports.clone())
        .collect();
    let parts = desk.split_group(&mixed).await.unwrap();
    assert!(parts.len() >= 2, "{parts:#?}");
    let mut all: Vec<String> = parts.iter().flat_map(|one| one.group.reports.clone()).collect();
    all.sort();
    let mut given = mixed;
    given.sort();
    assert_eq!(all, given);
    let whole = |part: &sidedesk_api::dto::SuggestedDto| part.about.len() == 1;
    assert!(parts.iter().all(whole), "the two causes are told apart: {parts:#?}");
}

/// A word that no other number has.
fn word(mut number: u64) -> String {
    let mut word = String::new();
    number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for _ in 0..9 {
        word.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
        number /= 26;
    }
    word
}

/// So many loose tickets, each about something else.
async fn many(desk: &Desk, count: u64) {
    let mut rows = String::from("id,title,created\n");
    for i in 0..count {
        rows.push_str(&format!("m{i},{} {},2026-11-12\n", word(i), word(i + count)));
    }
    let options = ImportOptionsDto {
        kind: Some("report".into()),
        ..ImportOptionsDto::default()
    };
    let done = desk
        .run_import("m.csv", rows.as_bytes(), &options, false)
        .await
        .unwrap();
    assert_eq!(done.new, count);
}

#[tokio::test]
async fn among_very_many_tickets_groups_are_looked_for_only_when_somebody_asks() {
    let (_dir, desk) = founded().await;
    tickets(&desk).await;
    many(&desk, MAX_UNASKED - 23).await;
    let lens = desk.lens(false).await.unwrap();
    assert_eq!(
        (lens.waiting, lens.looked_at),
        (None, MAX_UNASKED),
        "as many as are looked at unasked"
    );
    desk.add("report", &fields(&[("title", "One more")])).await.unwrap();
    let lens = desk.lens(false).await.unwrap();
    assert_eq!((lens.waiting, lens.looked_at), (Some(MAX_UNASKED + 1), 0));
    assert!(lens.groups.is_empty());
    let asked = desk.lens(true).await.unwrap();
    assert_eq!((asked.waiting, asked.looked_at), (None, MAX_UNASKED + 1));
    assert_eq!(counts(&asked)[..3], [10, 6, 4]);
    assert_eq!(
        desk.lens(false).await.unwrap(),
        asked,
        "what was asked for is there until something changes"
    );
    desk.add("report", &fields(&[("title", "Another one")])).await.unwrap();
    assert_eq!(desk.lens(false).await.unwrap().waiting, Some(MAX_UNASKED + 2));
}

#[tokio::test]
async fn a_group_says_what_a_complaint_of_it_would_meet_and_that_is_what_it_meets_then() {
    let (_dir, desk) = founded().await;
    tickets(&desk).await;
    let plan = "name,start,state,product\n\
        Winter boots,2026-11-23,ready,Boots\nBoots for all,2026-12-10,draft,\"Boots, Tents\"\n\
        Boots in spring,2027-03-01,draft,Boots\nLast boots,2026-12-01,draft,boots\n\
        Boots of last year,2025-11-23,ended,Boots\nTents,2026-11-23,ready,Tents\n";
    let options = ImportOptionsDto {
        kind: Some("campaign".into()),
        ..ImportOptionsDto::default()
    };
    desk.run_import("plan.csv", plan.as_bytes(), &options, false)
        .await
        .unwrap();
    let lens = desk.lens(false).await.unwrap();
    let [boots, cards, ..] = lens.groups.as_slice() else {
        panic!("{lens:#?}")
    };
    let names: Vec<&str> = boots.meets.campaigns.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Winter boots", "Last boots", "Boots for all"]);
    assert_eq!((boots.meets.more, boots.meets.checked), (1, true));
    assert!(
        cards.meets.checked && cards.meets.campaigns.is_empty(),
        "{:?}",
        cards.meets
    );
    let kinds: Vec<String> = boots.meets.campaigns[0]
        .because
        .iter()
        .map(|one| serde_json::to_value(one).unwrap()["kind"].to_string())
        .collect();
    assert_eq!(kinds, ["\"same\"", "\"starts_in\""]);

    let title = fields(&[("title", "Parcels wait at the depot")]);
    desk.make_complaint(&boots.group.reports, &title).await.unwrap();
    let clashes = desk.clashes(None).await.unwrap().clashes;
    let met: Vec<_> = clashes
        .iter()
        .map(|one| (one.campaign.as_str(), one.score, one.strength.as_str()))
        .collect();
    let foreseen: Vec<_> = boots
        .meets
        .campaigns
        .iter()
        .map(|one| (one.campaign.as_str(), one.score, one.strength.as_str()))
        .collect();
    assert_eq!(met[..3], foreseen);
    assert_eq!(met.len(), 4);

    // Tickets that name no common product make a complaint that is compared with nothing, and that is said.
    let around = AROUND[..5].iter().enumerate();
    let rows: String = around
        .map(|(i, around)| format!("app{i},\"app crashes at login, {around}\",2026-11-15\n"))
        .collect();
    let options = ImportOptionsDto {
        kind: Some("report".into()),
        ..ImportOptionsDto::default()
    };
    desk.run_import(
        "app.csv",
        format!("id,title,created\n{rows}").as_bytes(),
        &options,
        false,
    )
    .await
    .unwrap();
    let lens = desk.lens(false).await.unwrap();
    let app = lens
        .groups
        .iter()
        .find(|one| one.group.title.starts_with("app"))
        .unwrap();
    assert!(!app.meets.checked && app.meets.campaigns.is_empty(), "{:?}", app.meets);
}

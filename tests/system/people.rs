//! Who comes, who may what, who goes, and how somebody comes back: the drills, with real programs and a real hub.

use crate::two_devices::{agree, join};
use serde_json::Value;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::wait::until;

/// A lead of each function.
pub fn board(hub: &Hub) -> (Device, Device) {
    let (marketing, support) = (Device::founded("marketing"), Device::new());
    let code = text(&marketing.json(["share", hub.address(), "--role", "support-lead"])["code"]);
    join(&marketing, &support, &code, "support");
    agree(&[&marketing, &support]);
    (marketing, support)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// Somebody new with this role.
pub fn invited(lead: &Device, role: &str) -> Device {
    let code = text(&lead.json(["invite", "--role", role])["code"]);
    let newcomer = Device::new();
    join(lead, &newcomer, &code, "support");
    newcomer
}

/// The member of this name, by whoever looks.
fn member(device: &Device, role: &str) -> Value {
    let members = device.json(["members"]);
    let mut found = members
        .as_array()
        .unwrap()
        .iter()
        .filter(|member| member["role"] == role);
    let one = found.next().cloned().unwrap_or_else(|| panic!("no {role}: {members}"));
    assert!(found.next().is_none(), "{members}");
    one
}

fn titles(device: &Device, kind: &str, field: &str) -> Vec<String> {
    let list = device.json([kind, "list"]);
    list.as_array().unwrap().iter().map(|card| text(&card[field])).collect()
}

#[test]
fn a_role_does_what_it_may_and_nothing_else() {
    let hub = Hub::start();
    let (lead, other) = board(&hub);
    let (viewer, partner) = (invited(&lead, "viewer"), invited(&lead, "partner"));
    for device in [&viewer, &partner] {
        device.sync();
        for args in [
            vec!["invite", "--role", "viewer"],
            vec!["role", "Support lead", "viewer"],
            vec!["words"],
        ] {
            let said = device.refused(&args);
            assert!(said.contains("role") || said.contains("lead"), "{args:?}: {said}");
        }
        device.add("complaint", "Parcels arrive late", &["severity=3"]);
        device.sync();
    }
    agree(&[&lead, &other, &viewer]);
    assert_eq!(titles(&lead, "complaint", "title").len(), 2, "anyone can flag");
    let ended = lead.run(["invite", "--role", "boss"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
}

/// Architecture, "Spaces": whoever lacks the inner key folds the same log, sees the same clashes, and has the same digest.
#[test]
fn a_partner_sees_the_same_board_and_none_of_the_inner_space() {
    let hub = Hub::start();
    let (lead, support) = board(&hub);
    let before = lead.add(
        "campaign",
        "Free shipping",
        &["product=Boots", "budget=9000 EUR", "start=2026-11-20", "end=2026-12-20"],
    );
    let partner = invited(&lead, "partner");
    let after = lead.add("campaign", "Winter sale", &["budget=canary-4711"]);
    let complaint = support.add("complaint", "Late parcels", &["severity=4", "product=Boots"]);
    support.json([
        "report",
        "add",
        "canary-0815",
        &format!("complaint={complaint}"),
        "created=2026-11-20 09:00",
    ]);
    for device in [&lead, &support, &partner, &lead, &support, &partner] {
        device.sync();
    }
    let (full, partly) = (lead.verified(), partner.verified());
    assert_eq!((full.head, &full.view), (partly.head, &partly.view));
    assert!(full.inner.is_some() && partly.inner.is_none());
    for id in [&before, &after] {
        assert!(lead.show("campaign", id)["budget"].is_string());
        assert!(partner.show("campaign", id)["budget"].is_null());
    }
    let at = ["clashes", "--at", "2026-11-21"];
    let clashes = |device: &Device| {
        let all = device.json(at);
        let clashes = all["clashes"].as_array().unwrap().clone();
        let told = |clash: &Value| ["id", "score", "parts", "strength", "decide_by"].map(|part| clash[part].clone());
        clashes.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(clashes(&lead).len(), 1);
    assert_eq!(clashes(&partner), clashes(&lead));
    let said = partner.refused(["campaign", "set", &after, "budget=1"]);
    assert!(said.contains("inner") || said.contains("seat"), "{said}");
    for name in ["log.db", "log.db-wal", "view.db", "view.db-wal"] {
        let bytes = std::fs::read(partner.data().join(name)).unwrap_or_default();
        for canary in ["canary-4711", "canary-0815"] {
            assert!(
                !bytes.windows(canary.len()).any(|part| part == canary.as_bytes()),
                "{canary} in {name}"
            );
        }
    }
}

/// A partner becomes one of the house, and reads what came before; and the other way round nothing new.
#[test]
fn a_role_that_gains_a_space_reads_its_past_and_one_that_loses_it_reads_nothing_new() {
    let hub = Hub::start();
    let (lead, _) = board(&hub);
    let partner = invited(&lead, "partner");
    let early = lead.add("campaign", "Free shipping", &["budget=9000 EUR"]);
    lead.sync();
    partner.sync();
    let id = text(&member(&lead, "partner")["id"]);
    lead.json(["role", &id, "support"]);
    partner.sync();
    assert_eq!(text(&partner.show("campaign", &early)["budget"]), "9000 EUR");
    agree(&[&lead, &partner]);
    lead.json(["role", &id, "partner"]);
    let late = lead.add("campaign", "Winter sale", &["budget=7000 EUR"]);
    lead.sync();
    partner.sync();
    assert!(partner.show("campaign", &late)["budget"].is_null());
    assert_eq!(lead.verified().view, partner.verified().view);
}

#[test]
fn a_second_device_is_the_same_person() {
    let hub = Hub::start();
    let (lead, support) = board(&hub);
    let colleague = invited(&lead, "support");
    colleague.sync();
    let code = text(&colleague.json(["invite", "--own-device"])["code"]);
    let laptop = Device::new();
    // No lead is needed for it.
    join(&colleague, &laptop, &code, "support");
    agree(&[&lead, &support, &colleague, &laptop]);
    let me = member(&laptop, "support");
    assert_eq!(
        (me["devices"].as_u64(), me["me"].as_bool()),
        (Some(2), Some(true)),
        "{me}"
    );
    assert_eq!(lead.json(["members"]).as_array().unwrap().len(), 3);
    // One of them is lost.
    let lost = me["device_list"]
        .as_array()
        .unwrap()
        .iter()
        .find(|device| device["this"] == false)
        .unwrap();
    lead.json(["remove", "--device", lost["id"].as_str().unwrap()]);
    let said = colleague.refused(["sync", "--wait", "10"]);
    assert!(said.contains("removed"), "{said}");
    agree(&[&lead, &support, &laptop]);
}

/// Issue "Nobody gets in", removal race: offline, with 100 changes waiting.
#[test]
fn nothing_of_somebody_removed_has_effect_and_they_read_nothing_new() {
    let hub = Hub::start();
    let (lead, support) = board(&hub);
    let leaver = invited(&lead, "support");
    agree(&[&lead, &support, &leaver]);
    for i in 0..100 {
        leaver.add("complaint", &format!("Never sent {i}"), &["severity=2"]);
    }
    let id = text(&member(&lead, "support")["id"]);
    lead.json(["remove", &id]);
    lead.add("campaign", "After they left", &["budget=canary-2342"]);
    lead.sync();
    let said = leaver.refused(["sync", "--wait", "10"]);
    assert!(said.contains("this device was removed from the board"), "{said}");
    agree(&[&lead, &support]);
    assert!(titles(&support, "complaint", "title").is_empty());
    assert!(
        titles(&leaver, "campaign", "name").is_empty(),
        "what came after is not there"
    );
    assert_eq!(
        titles(&leaver, "complaint", "title").len(),
        100,
        "what they typed is still theirs"
    );
    let gone = lead.json(["members"]);
    let gone = gone
        .as_array()
        .unwrap()
        .iter()
        .find(|member| member["id"] == id.as_str())
        .unwrap();
    assert_eq!(gone["devices"], 0);
}

/// Product S19: ownership survives people.
#[test]
fn whoever_goes_hands_over_first() {
    let hub = Hub::start();
    let (lead, support) = board(&hub);
    let card = lead.add("complaint", "Late parcels", &["owner=Support lead", "severity=3"]);
    let solved = lead.add("complaint", "Old one", &["owner=Support lead", "state=solved"]);
    agree(&[&lead, &support]);
    let said = lead.refused(["remove", "Support lead"]);
    assert!(said.contains("owns 1 card (Late parcels)"), "{said}");
    assert_eq!(lead.json(["members"])[1]["devices"], 1);
    lead.json(["remove", "Support lead", "--to", "Marketing lead"]);
    assert_eq!(text(&lead.show("complaint", &card)["owner"]), "Marketing lead");
    assert_eq!(text(&lead.show("complaint", &solved)["owner"]), "Support lead");
    assert_eq!(lead.json(["undo"])["name"], "owner.hand_over");
    assert_eq!(text(&lead.show("complaint", &card)["owner"]), "Support lead");
    lead.json(["redo"]);
    let said = lead.refused(["remove", "Marketing lead", "--to", "Support lead"]);
    assert!(said.contains("last lead"), "{said}");
    let said = lead.refused(["remove", "Nobody"]);
    assert!(said.contains("Nobody"), "{said}");
}

/// Prints a sheet and types two words back: (words, board code).
fn sheet(lead: &Device, spoil: bool) -> (Vec<String>, String, Vec<String>) {
    let mut running = lead.start(["words"]);
    let printed = running.says("board_code");
    let printed: Value = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"));
    let words: Vec<String> = printed["words"].as_array().unwrap().iter().map(text).collect();
    for answered in 0..2 {
        let lines = running.lines().clone();
        let asked = || {
            lines
                .all()
                .into_iter()
                .filter(|line| line.starts_with("Word "))
                .nth(answered)
        };
        let line = until("it asks for a word", asked);
        let place: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        running.tell(if spoil { "zebra-crossing" } else { &words[place - 1] });
    }
    let said = running.says_all();
    (words, text(&printed["board_code"]), said)
}

/// The drill "the last lead is gone": only the sheet is left.
#[test]
fn the_printed_words_bring_a_lead_back() {
    let hub = Hub::start();
    let (lead, support) = board(&hub);
    lead.add("campaign", "Free shipping", &["budget=9000 EUR"]);
    agree(&[&lead, &support]);
    let (_, _, said) = sheet(&lead, true);
    assert!(
        said.iter().any(|line| line.contains("on the sheet is another one")),
        "{said:?}"
    );
    let (words, code, said) = sheet(&lead, false);
    assert!(said.iter().any(|line| line.contains("The sheet holds")), "{said:?}");

    let back = Device::new();
    let recover = |device: &Device, words: &[String]| {
        let file = device.file("words.txt", words.join(" "));
        device.run([
            "recover",
            &code,
            "--words",
            &file,
            "--function",
            "support",
            "--me",
            "New lead",
        ])
    };
    let mut mistyped = words.clone();
    mistyped[6] = "amberr".into();
    let said = recover(&back, &mistyped).stderr;
    assert!(said.contains("word 7, \"amberr\"") && said.contains("amber"), "{said}");
    let ended = recover(&back, &words);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    agree(&[&lead, &support, &back]);
    assert_eq!(titles(&back, "campaign", "name"), ["Free shipping"]);
    // Everybody else's devices are gone: the new lead removes them and lets somebody in.
    for role in ["marketing-lead", "support-lead"] {
        let members = back.json(["members"]);
        let others = members
            .as_array()
            .unwrap()
            .iter()
            .filter(|member| member["role"] == role && member["me"] == false);
        for other in others {
            back.json(["remove", other["id"].as_str().unwrap(), "--to", "New lead"]);
        }
    }
    assert!(lead.refused(["sync", "--wait", "10"]).contains("removed"));
    let helper = invited(&back, "support");
    agree(&[&back, &helper]);

    // The words were used: new ones, and the old ones open nothing any more.
    let (new, _, _) = sheet(&back, false);
    let (thief, owner) = (Device::new(), Device::new());
    let ended = recover(&thief, &words);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.contains("these words do not open this board"),
        "{}",
        ended.stderr
    );
    let ended = recover(&owner, &new);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    agree(&[&back, &helper, &owner]);
}

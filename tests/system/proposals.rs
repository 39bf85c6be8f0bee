//! Neither function edits or deletes what is the other's: it proposes, and the other takes it (product S15). The command
//! line hands every edit over as it was typed; what becomes of it is the fold's, on every device.

use crate::people::{board, invited};
use crate::two_devices::agree;
use serde_json::Value;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;

/// What waits on a card: (field, value, by).
fn waiting(device: &Device, kind: &str, id: &str) -> Vec<(String, Value, String)> {
    let card = device.show(kind, id);
    let proposals = card["proposals"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    proposals
        .iter()
        .map(|p| (text(&p["field"]), p["value"].clone(), text(&p["by"])))
        .collect()
}

fn proposed(answer: &Value) -> bool {
    answer["proposed"].as_bool().unwrap()
}

#[test]
fn an_edit_of_the_other_functions_card_waits_and_is_taken() {
    let hub = Hub::start();
    let (marketing, support) = board(&hub);
    let card = marketing.add("campaign", "Free shipping", &["text=Free in the EU."]);
    agree(&[&marketing, &support]);

    let typed = [
        "campaign",
        "set",
        &card,
        "name=Free shipping, no bikes",
        "text=Free in the EU, bikes excepted.",
    ];
    assert!(proposed(&support.json(typed)));
    assert_eq!(
        support.show("campaign", &card)["name"],
        "Free shipping",
        "at once, before anybody heard"
    );
    assert!(proposed(&support.json(["campaign", "delete", &card])));
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        let shown = device.show("campaign", &card);
        assert_eq!(
            (&shown["name"], &shown["text"]),
            (&"Free shipping".into(), &"Free in the EU.".into())
        );
        assert_eq!(waiting(device, "campaign", &card).len(), 3);
    }
    assert!(marketing.show("campaign", &card)["proposes"].is_null());
    assert_eq!(support.show("campaign", &card)["proposes"], true);

    marketing.json(["accept", &card, "name"]);
    marketing.json(["accept", &card, "text"]);
    marketing.json(["decline", &card, "deleted"]);
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        let shown = device.show("campaign", &card);
        assert_eq!(shown["name"], "Free shipping, no bikes");
        assert_eq!(shown["text"], "Free in the EU, bikes excepted.");
        assert_eq!(waiting(device, "campaign", &card), []);
    }
    let told = marketing.json(["history", &card]).to_string();
    for word in ["proposed", "declined"] {
        assert!(told.contains(word), "{told}");
    }
    // What was taken is taken back like anything else.
    marketing.json(["undo"]);
    marketing.json(["undo"]);
    assert_eq!(marketing.show("campaign", &card)["text"], "Free in the EU.");
}

#[test]
fn a_proposal_is_its_proposers_to_take_back_and_nobody_elses_to_answer() {
    let hub = Hub::start();
    let (marketing, support) = board(&hub);
    let card = support.add("complaint", "Parcels arrive late", &["product=Boots"]);
    agree(&[&support, &marketing]);
    marketing.json(["complaint", "set", &card, "product=Boots, Socks"]);
    marketing.json(["complaint", "set", &card, "severity=5"]);
    let added = vec!["decline", &card, "product", "--element", "Socks"];
    agree(&[&marketing, &support]);
    assert_eq!(waiting(&support, "complaint", &card).len(), 2);

    let refused = marketing.refused(["accept", &card, "severity"]);
    assert!(refused.contains("function"), "{refused}");
    marketing.json(added);
    marketing.json(["undo"]);
    agree(&[&marketing, &support]);
    assert_eq!(
        waiting(&support, "complaint", &card).len(),
        2,
        "undone: it is proposed again"
    );
    marketing.json(["undo"]); // the proposed severity
    agree(&[&marketing, &support]);
    let left = waiting(&support, "complaint", &card);
    assert_eq!(left, [("product".into(), "yes".into(), "Marketing lead".into())]);
    support.json(["accept", &card, "product", "--element", "Socks"]);
    agree(&[&support, &marketing]);
    let shown = marketing.show("complaint", &card);
    assert_eq!(shown["scope"]["product"], serde_json::json!(["Boots", "Socks"]));
    assert_eq!(waiting(&marketing, "complaint", &card), []);
}

/// Offline for a week each: one proposes, the other changes the same field. The change stands, the proposal still waits.
#[test]
fn what_was_changed_without_seeing_a_proposal_does_not_settle_it() {
    let hub = Hub::start();
    let (marketing, support) = board(&hub);
    let card = marketing.add("campaign", "Newsletter", &[]);
    agree(&[&marketing, &support]);
    support.json(["campaign", "set", &card, "name=By support"]);
    marketing.json(["campaign", "set", &card, "name=By marketing"]);
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        assert_eq!(device.show("campaign", &card)["name"], "By marketing");
        let rest = [("name".to_owned(), "By support".into(), "Support lead".to_owned())];
        assert_eq!(waiting(device, "campaign", &card), rest);
    }
    marketing.json(["campaign", "set", &card, "name=Settled by a third"]);
    agree(&[&marketing, &support]);
    assert_eq!(waiting(&support, "campaign", &card), []);
}

#[test]
fn alone_a_function_writes_everything_until_the_other_one_is_there() {
    let hub = Hub::start();
    let marketing = Device::founded("marketing");
    let card = marketing.add("complaint", "Found by marketing", &[]);
    assert!(!proposed(&marketing.json(["complaint", "set", &card, "severity=4"])));
    let code = marketing.json(["share", hub.address(), "--role", "support"]);
    let support = Device::new();
    marketing.let_in(&support, code["code"].as_str().unwrap(), "support");
    agree(&[&marketing, &support]);
    let other = support.add("complaint", "Found by support", &[]);
    agree(&[&support, &marketing]);
    assert!(
        !proposed(&marketing.json(["complaint", "set", &card, "severity=5"])),
        "their own"
    );
    assert!(proposed(&marketing.json(["complaint", "set", &other, "severity=5"])));
    agree(&[&marketing, &support]);
}

#[test]
fn a_viewer_flags_and_proposes_and_writes_nothing_else() {
    let hub = Hub::start();
    let (marketing, support) = board(&hub);
    let viewer = invited(&marketing, "viewer");
    let card = support.add("complaint", "Parcels arrive late", &[]);
    agree(&[&support, &marketing, &viewer]);
    let own = viewer.add("complaint", "Seen in the shop", &[]);
    assert!(!proposed(&viewer.json(["complaint", "set", &own, "severity=2"])));
    assert!(proposed(&viewer.json(["complaint", "set", &card, "severity=1"])));
    for args in [["campaign", "add", "A promise"], ["report", "add", "nothing"]] {
        let ended = viewer.run(args);
        let refused = ended.stderr.contains("this is for Marketing and Support");
        assert_eq!(refused, args[0] == "campaign", "{args:?}: {}", ended.stderr);
    }
    agree(&[&viewer, &support, &marketing]);
    assert_eq!(support.show("complaint", &card)["severity"], 3);
    assert_eq!(waiting(&support, "complaint", &card).len(), 1);
}

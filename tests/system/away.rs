//! Who comes back after a while: devices that were killed with ops waiting, a hub that was away more than once, a board
//! that two kept editing.

use crate::two_devices::{agree, pair, rivals};
use sidedesk_tests::hub::Hub;
use sidedesk_tests::process::{program, run};
use sidedesk_tests::wait::until;
use std::process::Command;

#[test]
fn changes_arrive_while_somebody_watches() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let watching = support.watch();
    let card = marketing.add("campaign", "Newsletter", &["product=Boots"]);
    marketing.sync();
    until("the other desk shows it", || {
        support.json(["campaign", "list"])[0]["name"]
            .as_str()
            .map(str::to_owned)
    });
    assert_eq!(support.show("campaign", &card)["scope"]["product"][0], "Boots");
    assert_eq!(watching.stop(), Some(0));
}

#[test]
fn a_watcher_finds_back_to_a_hub_that_returns() {
    let mut hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let mut watching = support.watch();
    for round in 0..2 {
        let said = watching.lines().all().len();
        hub.kill();
        watching.says_after(said, "Offline since");
        hub.come_back();
        watching.says_after(said, "Synced");
        marketing.add("campaign", &format!("After {round}"), &[]);
        marketing.sync();
        until("it arrives", || {
            (support.json(["campaign", "list"]).as_array().unwrap().len() == round + 1).then_some(())
        });
    }
    assert_eq!(watching.stop(), Some(0));
    agree(&[&marketing, &support]);
}

#[test]
fn three_values_of_one_field_are_all_kept_also_across_a_kill() {
    let mut hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let card = marketing.add("campaign", "Newsletter", &[]);
    agree(&[&marketing, &support]);
    hub.kill();
    // The editor was opened before the others wrote: what it saw comes with what it writes.
    let seen = marketing.show("campaign", &card)["seen"].to_string();
    marketing.json(["campaign", "set", &card, "owner=Iva"]);
    support.json(["campaign", "set", &card, "owner=Tom", "labels=one, two"]);
    marketing.start(["sync", "--watch"]).kill();
    hub.come_back();
    agree(&[&marketing, &support]);
    let late = support.json(["campaign", "set", &card, "owner=Ann", "--seen", &seen]);
    assert_eq!(late["done"], true);
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        let mut owners: Vec<String> = rivals(&device.show("campaign", &card), "owner")
            .into_iter()
            .map(|(value, _)| value)
            .collect();
        owners.sort();
        // Tom's own later word stands for both of his; Iva's stays beside it.
        assert_eq!(owners, ["Ann", "Iva"]);
    }
    let history = marketing.json(["history", &card]);
    let written: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["field"] == "owner")
        .filter_map(|line| line["new"].as_str())
        .collect();
    assert_eq!(written.len(), 3, "{history}");
}

#[test]
fn deleted_here_and_edited_there_is_shown() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let card = marketing.add("campaign", "Newsletter", &[]);
    agree(&[&marketing, &support]);
    marketing.json(["campaign", "delete", &card]);
    support.json(["campaign", "set", &card, "name=Newsletter, with the parcels"]);
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        let shown = device.show("campaign", &card);
        assert_eq!(shown["name"], "Newsletter, with the parcels");
        assert_eq!(
            (
                &shown["deleted"],
                device.json(["campaign", "list"]).as_array().unwrap().len()
            ),
            (&true.into(), 1),
            "{shown}"
        );
    }
    let list = program("sidedesk");
    let listed = run(Command::new(list)
        .env("SIDEDESK_KEYS", "file")
        .arg("--data")
        .arg(marketing.data())
        .args(["campaign", "list"]))
    .stdout;
    assert!(listed.contains("(deleted, but edited since)"), "{listed}");

    marketing.json(["campaign", "delete", &card]);
    agree(&[&marketing, &support]);
    assert_eq!(
        support.json(["campaign", "list"]),
        serde_json::json!([]),
        "once more, and knowing"
    );
    support.json(["campaign", "restore", &card]);
    agree(&[&marketing, &support]);
    assert_eq!(marketing.show("campaign", &card)["deleted"], false);
}

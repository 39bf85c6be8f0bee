//! A local board with a past is shared later; big imports and their undo travel too.

use crate::two_devices::{agree, join, pair};
use sidedesk_tests::crash::check::log;
use sidedesk_tests::device::{Device, foreign};
use sidedesk_tests::hub::Hub;
use sidedesk_tests::rows::tickets;

fn code(lead: &Device, verb: &[&str]) -> String {
    lead.json(verb)["code"].as_str().unwrap().to_owned()
}

#[test]
fn the_past_of_a_local_board_is_uploaded_verbatim() {
    let marketing = Device::founded("marketing");
    let card = marketing.add("campaign", "Newsletter", &["budget=9000"]);
    marketing.json(["campaign", "set", &card, "name=Newsletter December"]);
    marketing.json(["import", &foreign("google_australian_holidays.ics")]);
    marketing.json(["undo"]);
    let (alone, past) = (marketing.verified(), log(&marketing.data()));
    assert_eq!(past.len() as u64, alone.head);

    let hub = Hub::start();
    let support = Device::new();
    join(
        &marketing,
        &support,
        &code(&marketing, &["share", hub.address()]),
        "support",
    );
    agree(&[&marketing, &support]);
    // Place by place, op and chain hash: at whoever had it and at whoever got it from the hub.
    for device in [&marketing, &support] {
        assert_eq!(log(&device.data())[..past.len()], past[..]);
    }
    let history = support.json(["history", &card]);
    let names: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["field"] == "name")
        .map(|line| {
            assert_eq!(line["by"], "Marketing lead");
            line["new"].as_str().unwrap()
        })
        .collect();
    assert_eq!(names, ["Newsletter", "Newsletter December"], "{history}");
    let said = marketing.refused(["share", "ws://127.0.0.1:9"]);
    assert!(said.contains("shared through"), "{said}");
}

#[test]
fn a_big_import_made_offline_arrives_whole_and_its_undo_too() {
    let mut hub = Hub::start();
    let (marketing, support) = pair(&hub);
    hub.kill();
    let file = support.file(
        "big.csv",
        tickets("b", 1500, |i| format!("2026-11-{:02}T08:00:00Z", 1 + i % 28)),
    );
    let args = ["import", &file, "--map", "cause=complaint"];
    let imported = support.json(args);
    assert_eq!(
        (&imported["new"], &imported["complaints"]),
        (&1500.into(), &1.into()),
        "{imported}"
    );
    assert!(
        support.json(["status"])["waiting"].as_u64().unwrap() > 3,
        "several ops wait"
    );
    hub.come_back();
    agree(&[&support, &marketing]);
    let reports = |device: &Device| device.json(["complaint", "list"])[0]["reports"].as_u64();
    assert_eq!((reports(&marketing), reports(&support)), (Some(1500), Some(1500)));
    // The other desk knows the rows: importing the same file there changes nothing.
    let copy = marketing.file("big.csv", std::fs::read(&file).unwrap());
    let again = marketing.json(["import", &copy, "--map", "cause=complaint"]);
    assert_eq!(
        (&again["new"], &again["same"], &again["complaints"]),
        (&0.into(), &1500.into(), &0.into()),
        "{again}"
    );

    // Somebody works on one of the complaints; undoing the import leaves that one alone and says so.
    let complaint = marketing.json(["complaint", "list"])[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    marketing.json(["complaint", "set", &complaint, "severity=5"]);
    agree(&[&marketing, &support]);
    let undone = support.json(["undo"]);
    assert_eq!(
        (&undone["restored"], &undone["left"]),
        (&1500.into(), &1.into()),
        "{undone}"
    );
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        let left = device.json(["complaint", "list"]);
        assert_eq!(
            (left.as_array().unwrap().len(), reports(device)),
            (1, Some(0)),
            "{left}"
        );
    }
    support.json(["redo"]);
    agree(&[&support, &marketing]);
    assert_eq!(reports(&marketing), Some(1500));
}

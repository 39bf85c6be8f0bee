//! The drill: the keyring's entry is gone for good, and a person follows the section of our guide, step by step, and nothing
//! else. What each step says stands beside what is done.

use crate::two_devices::agree;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::keyring::Session;
use std::time::{Duration, Instant};

const GUIDE: &str = include_str!("../../docs/guide/README.md");
/// A person's time for the whole of it; the program's own share must be far below.
const WHOLE: Duration = Duration::from_secs(60);

/// The step of the guide that says so; a guide that says something else makes this drill wrong.
fn step(words: &str) {
    let (_, section) = GUIDE.split_once("## When the keyring is gone").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let flat: Vec<&str> = section.split_whitespace().collect();
    assert!(flat.join(" ").contains(words), "the guide does not say: {words}");
}

#[test]
fn a_lost_keyring_costs_a_new_device_and_nothing_that_was_confirmed() {
    let (session, hub) = (Session::new(), Hub::start());
    let (mine, colleague) = (session.device(), session.device());
    colleague.json([
        "init",
        "--name",
        "Board",
        "--function",
        "marketing",
        "--zone",
        "Europe/London",
    ]);
    colleague.share_with(&mine, hub.address());
    let confirmed = mine.add("complaint", "Late parcels", &["severity=3"]);
    agree(&[&colleague, &mine]);
    let before = colleague.verified();
    // What is typed without the hub waits.
    mine.json(["complaint", "set", &confirmed, "severity=5"]);
    mine.add("complaint", "Wrong colour", &["region=EU"]);
    let entry = mine.json(["keys"])["entry"].as_str().unwrap().to_owned();
    session.remove(&entry);

    let begun = Instant::now();
    let said = mine.refused(["complaint", "list"]);
    assert!(said.contains("join again as a new device"), "{said}");

    step("sidedesk unsent");
    let unsent = mine.json(["unsent"]);
    let unsent: Vec<String> = unsent
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["changes"].to_string())
        .collect();
    assert_eq!(unsent.len(), 2, "{unsent:?}");
    assert!(
        unsent[0].contains("severity=5") && unsent[1].contains("title=Wrong colour"),
        "{unsent:?}"
    );
    assert!(unsent[1].contains("region"), "{unsent:?}");

    step("Give the board's folder another name");
    let kept = mine.data().with_file_name("board-old");
    std::fs::rename(mine.data(), &kept).unwrap();

    step("Ask a colleague for an invitation");
    let code = colleague.json(["invite"])["code"].as_str().unwrap().to_owned();

    step("paste the code");
    colleague.let_in(&mine, &code, "support");
    agree(&[&colleague, &mine]);
    let listed = mine.json(["complaint", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(mine.show("complaint", &confirmed)["severity"], 3, "as it was confirmed");
    assert!(mine.verified().head > before.head);

    step("Type in again what");
    mine.json(["complaint", "set", &confirmed, "severity=5"]);
    mine.add("complaint", "Wrong colour", &["region=EU"]);
    agree(&[&colleague, &mine]);
    assert_eq!(colleague.show("complaint", &confirmed)["severity"], 5);
    println!("the drill took {:?}", begun.elapsed());
    assert!(begun.elapsed() < WHOLE, "{:?}", begun.elapsed());

    step("the old folder is untouched");
    assert!(kept.join("log.db").exists() && kept.join("waiting").exists());
}

#[test]
fn a_board_that_was_never_shared_is_lost_with_its_key_and_says_so() {
    step("A board that was never shared is lost with its key");
    let session = Session::new();
    let device: Device = session.device();
    device.json([
        "init",
        "--name",
        "Board",
        "--function",
        "marketing",
        "--zone",
        "Europe/London",
    ]);
    device.add("campaign", "Only here", &[]);
    let entry = device.json(["keys"])["entry"].as_str().unwrap().to_owned();
    session.remove(&entry);
    assert!(
        device
            .refused(["campaign", "list"])
            .contains("the keyring has no entry")
    );
    step("view.db");
    let view = std::fs::read(device.data().join("view.db")).unwrap();
    assert!(sidedesk_tests::keyring::contains(&view, b"Only here"));
}

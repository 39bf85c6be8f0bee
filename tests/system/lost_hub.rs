//! The drill "the hub's disk is gone", with nothing in hand but what `docs/guide/lost-hub.md` says. Every command that is
//! typed here is one of that page's.

use crate::two_devices::{agree, pair};
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::process::{program, run};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const GUIDE: &str = include_str!("../../docs/guide/lost-hub.md");

/// What the page tells whoever runs the hub to type, with these words in place of its capitals.
fn types(line: &str, words: &[(&str, &Path)]) {
    assert!(
        GUIDE.lines().any(|known| known == line),
        "the guide does not say: {line}"
    );
    let mut parts = line.split(' ');
    assert_eq!(parts.next(), Some("sidedesk-hub"));
    let mut command = Command::new(program("sidedesk-hub"));
    for part in parts {
        match words.iter().find(|(name, _)| *name == part) {
            Some((_, path)) => command.arg(path),
            None => command.arg(part),
        };
    }
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{line}: {}{}", ended.stdout, ended.stderr);
}

/// What is left of a hub: its address, and what was kept apart from it.
struct Left {
    address: String,
    apart: TempDir,
}

/// The hub runs, people work; the copies are made, people work on; then the computer is gone.
fn lost(hub: Hub, one: &Device, other: &Device) -> Left {
    let apart = tempfile::tempdir().unwrap();
    one.add("campaign", "Before the backup", &[]);
    agree(&[one, other]);
    std::fs::copy(hub.data().join("hub.key"), apart.path().join("hub.key")).unwrap();
    let file = apart.path().join("backup");
    types(
        "sidedesk-hub backup --data DIR FILE",
        &[("DIR", hub.data()), ("FILE", &file)],
    );
    types("sidedesk-hub verify-backup FILE", &[("FILE", &file)]);
    one.add("campaign", "After the backup", &[]);
    other.add("complaint", "Also after it", &[]);
    agree(&[one, other]);
    let address = hub.address().to_owned();
    let mut hub = hub;
    hub.kill();
    drop(hub); // and its disk with it
    Left { address, apart }
}

/// Everybody goes on, and it waits.
fn goes_on(device: &Device, title: &str) {
    device.add("complaint", title, &["severity=3"]);
    assert!(device.json(["status"])["waiting"].as_u64().unwrap() > 0);
    device.verified();
    device.refused(["sync", "--wait", "3"]);
    assert!(titles(device).contains(&title.to_owned()));
}

fn titles(device: &Device) -> Vec<String> {
    let lists =
        [("campaign", "name"), ("complaint", "title")].map(|(kind, field)| (device.json([kind, "list"]), field));
    let of = |(list, field): &(serde_json::Value, &str)| {
        let cards = list.as_array().unwrap().iter();
        cards
            .map(|card| card[*field].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    lists.iter().flat_map(of).collect()
}

/// The page's last line of the two ways back.
fn serves_again(left: &Left, new: TempDir) -> Hub {
    let line = "sidedesk-hub serve --data NEW --listen ADDRESS --after-restore";
    assert!(
        GUIDE.lines().any(|known| known == line),
        "the guide does not say: {line}"
    );
    assert!(GUIDE.lines().any(|known| known == "cp hub.key NEW/hub.key"));
    std::fs::copy(left.apart.path().join("hub.key"), new.path().join("hub.key")).unwrap();
    Hub::over_with(&["--after-restore"], new, &program("sidedesk-hub"), &left.address)
}

/// Both are online together, bring back what they have, and everything is where it was.
fn comes_back(one: &Device, other: &Device) {
    let mut watching = [one.start(["sync", "--watch"]), other.start(["sync", "--watch"])];
    for device in &mut watching {
        device.says("Synced");
    }
    for device in watching {
        assert_eq!(device.stop(), Some(0));
    }
    agree(&[one, other]);
    for device in [one, other] {
        let titles = titles(device);
        for title in [
            "Before the backup",
            "After the backup",
            "Also after it",
            "Meanwhile here",
            "Meanwhile there",
        ] {
            assert!(titles.contains(&title.to_owned()), "{title}: {titles:?}");
        }
        assert_eq!(device.json(["status"])["waiting"], 0);
    }
    one.add("campaign", "And on it goes", &[]);
    agree(&[one, other]);
}

#[test]
fn with_a_backup_nothing_is_lost() {
    let hub = Hub::start();
    let (one, other) = pair(&hub);
    let left = lost(hub, &one, &other);
    goes_on(&one, "Meanwhile here");
    goes_on(&other, "Meanwhile there");
    let new = tempfile::tempdir().unwrap();
    let file = left.apart.path().join("backup");
    types(
        "sidedesk-hub restore FILE --data NEW",
        &[("FILE", &file), ("NEW", new.path())],
    );
    let _hub = serves_again(&left, new);
    comes_back(&one, &other);
}

#[test]
fn with_the_key_alone_nothing_is_lost() {
    let hub = Hub::start();
    let (one, other) = pair(&hub);
    let left = lost(hub, &one, &other);
    goes_on(&one, "Meanwhile here");
    goes_on(&other, "Meanwhile there");
    let _hub = serves_again(&left, tempfile::tempdir().unwrap());
    comes_back(&one, &other);
}

/// Somebody does not come: a lead says that it goes on without them.
#[test]
fn a_lead_need_not_wait_for_somebody_who_does_not_come() {
    let hub = Hub::start();
    let (one, other) = pair(&hub);
    let left = lost(hub, &one, &other);
    goes_on(&one, "Meanwhile here");
    let _hub = serves_again(&left, tempfile::tempdir().unwrap());
    let said = one.refused(["sync", "--wait", "5"]);
    assert!(said.contains("takes nothing now"), "{said}");
    assert!(GUIDE.lines().any(|line| line == "sidedesk declare-head"));
    one.json(["declare-head"]);
    one.sync();
    // Whoever comes later has nothing that is not there, and goes on.
    goes_on_with(&other);
    agree(&[&one, &other]);
    assert!(titles(&other).contains(&"Meanwhile here".to_owned()));
}

fn goes_on_with(device: &Device) {
    device.add("complaint", "Came later", &[]);
    device.sync();
}

/// No backup and no key: the page says that there is no way, and this is what it says of it.
#[test]
fn without_the_key_every_device_keeps_the_board_and_believes_no_other_hub() {
    let hub = Hub::start();
    let (one, other) = pair(&hub);
    let left = lost(hub, &one, &other);
    goes_on(&one, "Meanwhile here");
    let new = Hub::over(tempfile::tempdir().unwrap(), &program("sidedesk-hub"), &left.address);
    for device in [&one, &other] {
        let said = device.refused(["sync", "--wait", "20"]);
        assert!(said.contains("another hub answers at its address"), "{said}");
        assert!(GUIDE.contains("*another hub answers at its address*"));
        device.add("complaint", "Still works", &[]);
        device.verified();
    }
    let keyed = tempfile::tempdir().unwrap();
    std::fs::copy(left.apart.path().join("hub.key"), keyed.path().join("hub.key")).unwrap();
    let elsewhere = Hub::over_with(
        &["--after-restore"],
        keyed,
        &program("sidedesk-hub"),
        "ws://127.0.0.1:0",
    );
    for (what, hub) in [("another key", &new), ("another address", &elsewhere)] {
        let said = one.refused(["share", hub.address()]);
        assert!(
            said.contains("another hub answers") || said.contains("is shared through"),
            "{what}: {said}"
        );
    }
    assert!(GUIDE.contains("**A board cannot move to a hub with another key, and not to another address.**"));
    // A new board through the new hub, with the same people.
    let again = pair(&new);
    again.0.add("campaign", "Typed again", &[]);
    agree(&[&again.0, &again.1]);
    assert!(
        titles(&one).contains(&"Meanwhile here".to_owned()),
        "the old board stays readable"
    );
}

//! One data folder on two computers, and an old backup of one put back: nobody loses an edit, all end equal.

use crate::two_devices::{agree, pair, rivals};
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use std::path::Path;

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn names(device: &Device, card: &str) -> Vec<String> {
    let mut values: Vec<String> = rivals(&device.show("campaign", card), "name")
        .into_iter()
        .map(|(value, _)| value)
        .collect();
    values.sort();
    values
}

fn devices(device: &Device) -> Vec<u64> {
    let members = device.json(["members"]);
    let mut counts: Vec<u64> = members
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["devices"].as_u64().unwrap())
        .collect();
    counts.sort_unstable();
    counts
}

#[test]
fn a_copied_data_folder_becomes_a_device_of_its_own() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let card = marketing.add("campaign", "Newsletter", &[]);
    agree(&[&marketing, &support]);
    let copy = Device::new();
    copy_folder(&marketing.data(), &copy.data());

    let here = marketing.add("campaign", "Only here", &[]);
    let there = copy.add("campaign", "Only there", &[]);
    marketing.json(["campaign", "set", &card, "name=Here"]);
    copy.json(["campaign", "set", &card, "name=There"]);
    // At the same moment, both under the same name.
    std::thread::scope(|scope| {
        scope.spawn(|| marketing.sync());
        scope.spawn(|| copy.sync());
    });
    agree(&[&copy, &marketing, &support]);
    for device in [&marketing, &copy, &support] {
        assert_eq!(device.show("campaign", &here)["name"], "Only here");
        assert_eq!(device.show("campaign", &there)["name"], "Only there");
        assert_eq!(names(device, &card), ["Here", "There"]);
        assert_eq!(devices(device), [1, 2], "the same two people");
    }

    // Both stay online and write; nobody moves again, nobody stops.
    let watching = [marketing.watch(), copy.watch()];
    for running in watching {
        assert_eq!(running.stop(), Some(0));
    }
    marketing.json(["campaign", "set", &card, "name=Settled"]);
    agree(&[&marketing, &copy, &support]);
    copy.json(["campaign", "set", &card, "owner=Iva"]);
    agree(&[&copy, &marketing, &support]);
    assert_eq!(devices(&support), [1, 2]);
    assert_eq!(names(&support, &card), [] as [&str; 0]);
}

#[test]
fn an_old_copy_of_the_folder_put_back_loses_nothing() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let card = marketing.add("campaign", "Newsletter", &[]);
    agree(&[&marketing, &support]);
    let old = Device::new();
    copy_folder(&marketing.data(), &old.data());
    let newer = marketing.add("campaign", "After the backup", &[]);
    marketing.json(["campaign", "set", &card, "name=Newer"]);
    agree(&[&marketing, &support]);

    // The computer is gone; the backup goes on, and has something to say before it has heard of anything.
    drop(marketing);
    old.json(["campaign", "set", &card, "name=From the backup"]);
    let own = old.add("campaign", "Written on the backup", &[]);
    let ended = old.run(["sync"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("It is a device of its own now"),
        "{}",
        ended.stderr
    );
    agree(&[&old, &support]);
    for device in [&old, &support] {
        assert_eq!(device.show("campaign", &newer)["name"], "After the backup");
        assert_eq!(device.show("campaign", &own)["name"], "Written on the backup");
        assert_eq!(names(device, &card), ["From the backup", "Newer"]);
    }
}

/// Shared twice, one board would have two histories: the copy is refused before it names the hub, and goes on as it is.
#[test]
fn a_copy_from_before_the_sharing_is_refused_and_stays_whole() {
    let hub = Hub::start();
    let (first, copy, older) = (Device::founded("marketing"), Device::new(), Device::new());
    for to in [&copy, &older] {
        copy_folder(&first.data(), &to.data());
    }
    copy.add("campaign", "Only in the copy", &[]);
    first.json(["share", hub.address()]);
    first.add("campaign", "After sharing", &[]);
    first.sync();
    for device in [&copy, &older] {
        let said = device.refused(["share", hub.address()]);
        assert!(said.contains("has this board already"), "{said}");
        device.add("campaign", "And on it goes", &[]);
        let status = device.json(["status"]);
        assert_eq!(
            (&status["state"], &status["waiting"]),
            (&"local".into(), &0.into()),
            "{status}"
        );
        device.verified();
    }
}

//! Damaged files: the view is folded again, the log is put aside and fetched again; one message each.

use crate::two_devices::{agree, pair};
use sidedesk_tests::device::{Device, foreign};
use sidedesk_tests::hub::Hub;
use sidedesk_tests::process::Ended;
use std::path::Path;

/// What can be left of a file.
fn damages(sound: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut middle = sound.to_vec();
    for byte in middle.iter_mut().skip(4096).take(9000) {
        *byte = 0xa5;
    }
    vec![
        ("garbage", vec![7; 20_000]),
        ("zeros", vec![0; 20_000]),
        ("text", b"this was a database once, and it is none any more".to_vec()),
        ("cut off", sound[..sound.len() / 2].to_vec()),
        ("holes", middle),
    ]
}

fn notices(ended: &Ended) -> Vec<&str> {
    ended.stderr.lines().collect()
}

fn asides(dir: &Path) -> usize {
    let names = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with("log.db.damaged-") && !name.ends_with("-wal") && !name.ends_with("-shm"))
        .count()
}

#[test]
fn a_damaged_view_is_built_again() {
    let device = Device::founded("marketing");
    device.json(["import", &foreign("trello_csv_events_layout.csv")]);
    let card = device.add("campaign", "Newsletter", &[]);
    let before = device.verified();
    let path = device.data().join("view.db");
    for (what, bytes) in damages(&std::fs::read(&path).unwrap()) {
        std::fs::write(&path, bytes).unwrap();
        let ended = device.run(["status"]);
        assert_eq!(ended.code, Some(0), "{what}: {}{}", ended.stdout, ended.stderr);
        assert_eq!(device.verified(), before, "{what}");
        assert_eq!(device.show("campaign", &card)["name"], "Newsletter", "{what}");
        assert_eq!(device.json(["search", "newsl"]).as_array().unwrap().len(), 1, "{what}");
        if what == "garbage" {
            assert_eq!(notices(&ended).len(), 1, "{what}: {}", ended.stderr);
            assert!(
                ended.stderr.contains("put aside as view.db.damaged-")
                    && ended.stderr.contains("built again from the log. Nothing is lost"),
                "{}",
                ended.stderr
            );
        }
    }
    std::fs::remove_file(&path).unwrap();
    device.json(["status"]);
    assert_eq!(device.verified(), before, "without one");
    assert_eq!(asides(&device.data()), 0, "the log was never touched");
}

#[test]
fn a_damaged_log_of_a_shared_board_is_fetched_again() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    marketing.json(["import", &foreign("trello_csv_events_layout.csv")]);
    agree(&[&marketing, &support]);
    let before = marketing.verified();
    let path = marketing.data().join("log.db");
    for (round, (what, bytes)) in damages(&std::fs::read(&path).unwrap()).into_iter().enumerate() {
        std::fs::write(&path, &bytes).unwrap();
        let ended = marketing.run(["--clock", &format!("2026-11-21 15:{round:02}"), "status"]);
        assert_eq!(ended.code, Some(0), "{what}: {}", ended.stderr);
        let said = notices(&ended);
        assert!(
            said.len() == 1 && said[0].contains("put aside as log.db.damaged-"),
            "{what}: {}",
            ended.stderr
        );
        assert!(said[0].contains("fetched again from the hub"), "{what}: {said:?}");
        assert_eq!(asides(&marketing.data()), round + 1, "{what}: nothing is deleted");
        marketing.sync();
        assert_eq!(marketing.verified(), before, "{what}");
    }
    // And it is a device like before.
    marketing.add("campaign", "Written after all that", &[]);
    agree(&[&marketing, &support]);
}

#[test]
fn a_damaged_log_of_a_local_board_comes_back_from_its_backup() {
    let device = Device::founded("marketing");
    let card = device.add("campaign", "Newsletter", &[]);
    device.json(["campaign", "set", &card, "owner=Iva"]);
    let head = device.verified().head;
    for (round, (what, bytes)) in damages(&std::fs::read(device.data().join("log.db")).unwrap())
        .into_iter()
        .enumerate()
    {
        std::fs::write(device.data().join("log.db"), bytes).unwrap();
        let ended = device.run(["campaign", "list"]);
        assert_eq!(ended.code, Some(0), "{what}: {}", ended.stderr);
        let said = notices(&ended);
        assert!(
            said.len() == 1
                && said[0].contains("the backup of 20")
                && said[0].contains("the changes since then were kept (2)"),
            "{what}: {said:?}"
        );
        let shown = device.show("campaign", &card);
        assert_eq!(
            (&shown["name"], &shown["owner"]),
            (&"Newsletter".into(), &"Iva".into()),
            "{what}"
        );
        assert_eq!(device.verified().head, head, "{what}");
        assert_eq!(asides(&device.data()), round + 1, "{what}: nothing is deleted");
        let again = device.run(["campaign", "list"]);
        assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""), "{what}: said once");
    }
}

#[test]
fn a_damaged_log_of_a_local_board_without_a_backup_is_said_and_kept() {
    let device = Device::founded("marketing");
    device.add("campaign", "Newsletter", &[]);
    std::fs::write(device.data().join("log.db"), [7; 9000]).unwrap();
    std::fs::remove_dir_all(device.data().join("backups")).unwrap();
    std::fs::remove_file(device.data().join("waiting")).unwrap();
    for command in [
        &["campaign", "list"][..],
        &["campaign", "add", "For nobody"],
        &["status"],
    ] {
        let said = device.refused(command);
        assert!(
            said.contains("never shared") && said.contains("Restore a backup") && said.contains("sidedesk init"),
            "{command:?}: {said}"
        );
        assert!(said.contains("view.db.damaged-"), "what was shown is kept: {said}");
    }
    assert_eq!(asides(&device.data()), 1);
    // What the sentence says can be done.
    device.json(["init", "--name", "Anew", "--function", "marketing"]);
    device.add("campaign", "Newsletter", &[]);
    assert_eq!(device.json(["campaign", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(asides(&device.data()), 1, "nothing is deleted");
}

/// Who may not write can look. Nobody may write that file, not even root.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_can_be_read() {
    let device = Device::founded("marketing");
    device.add("campaign", "Newsletter", &[]);
    let lock = device.data().join("lock");
    std::fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink("/proc/sys/kernel/ostype", &lock).unwrap();
    let listed = device.run(["campaign", "list"]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    assert!(listed.stdout.contains("Newsletter"), "{}", listed.stdout);
    assert!(
        listed.stderr.contains("cannot be written") && listed.stderr.contains("lock"),
        "{}",
        listed.stderr
    );
    assert!(device.refused(["campaign", "add", "Not saved"]).contains("lock"));
}

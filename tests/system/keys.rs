//! Where a device's secret lies, with a real keyring: put there, moved, and every way in which it cannot be had.

use crate::two_devices::agree;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::keyring::{Session, contains, files_with, shapes_of};
use sidedesk_tests::process::Ended;
use std::path::Path;
use std::time::{Duration, Instant};

const WORDS: &str = "vier Wörter und 🦊";

fn found(device: &Device) {
    device.json([
        "init",
        "--name",
        "Board",
        "--function",
        "marketing",
        "--zone",
        "Europe/London",
    ]);
}

fn place(device: &Device) -> String {
    device.json(["keys"])["place"].as_str().unwrap().to_owned()
}

fn entry(device: &Device) -> String {
    device.json(["keys"])["entry"].as_str().unwrap().to_owned()
}

/// The secret as a board in the clear holds it: the first 32 bytes that its file says are some.
fn secret_in_the_clear(device: &Device) -> Vec<u8> {
    let bytes = std::fs::read(device.data().join("identity")).unwrap();
    let at = bytes.windows(2).position(|window| window == [0x58, 0x20]).unwrap();
    bytes[at + 2..at + 34].to_vec()
}

/// All that a refused opening may leave as it was.
fn content(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let names = ["identity", "backups/identity", "log.db", "view.db", "waiting"];
    names
        .map(|name| (name.to_owned(), std::fs::read(dir.join(name)).unwrap()))
        .into()
}

/// Opening is refused with these words, and nothing of the board has changed afterwards.
fn refused(device: &Device, says: &str) {
    let before = content(&device.data());
    for command in [["campaign", "list"].as_slice(), &["campaign", "add", "X"], &["verify"]] {
        let said = device.refused(command);
        assert!(said.contains(says), "{command:?}: {said}");
    }
    assert_eq!(content(&device.data()), before);
}

#[test]
fn a_new_board_puts_its_key_into_the_keyring() {
    let session = Session::new();
    let device = session.device();
    found(&device);
    device.add("campaign", "Kept", &[]);
    assert_eq!(place(&device), "keyring");
    assert_eq!(session.entries(), [entry(&device)]);
    assert_eq!(device.json(["status"])["secret"], "keyring");
    device.verified();
    // The file alone opens nothing, wherever it lies.
    let elsewhere = Session::new();
    let taken = elsewhere.take_in(device);
    refused(&taken, "the keyring has no entry");
    let back = session.take_in(taken);
    assert_eq!(back.json(["campaign", "list"]).as_array().unwrap().len(), 1);
}

/// Somebody who must choose is asked. A script is not: its secret stays in the folder, and that is said at once and by `status`.
#[test]
fn without_a_keyring_a_script_gets_a_secret_in_the_clear_and_hears_it() {
    let session = Session::without_keyring();
    let nowhere = |bus: Option<&Session>| match bus {
        Some(session) => session.device(),
        None => Device::new()
            .with("SIDEDESK_KEYS", "auto")
            .with("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"),
    };
    for bus in [Some(&session), None] {
        let device = nowhere(bus);
        let said = device.refused(["--keys", "keyring", "init", "--function", "marketing"]);
        assert!(said.contains("cannot go into the keyring"), "{said}");
        assert!(!device.data().join("identity").exists() && !device.data().join("log.db").exists());
        let begun = Instant::now();
        let founded = device.run(["init", "--function", "marketing"]);
        assert_eq!(founded.code, Some(0), "{}", founded.stderr);
        assert!(founded.stderr.contains("lies in the clear"), "{}", founded.stderr);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert_eq!(device.json(["status"])["secret"], "file");

        let device = nowhere(bus);
        let words = device.file("words", format!("{WORDS}\n"));
        device.json(["--passphrase-file", &words, "init", "--function", "marketing"]);
        refused(&device, "sealed under a passphrase");
        let listed = device.json(["--passphrase-file", &words, "keys"]);
        assert_eq!(listed["place"], "passphrase");
    }
}

#[test]
fn passphrases_right_wrong_empty_short_long_and_with_emoji() {
    let device = Device::new();
    found(&device);
    let card = device.add("campaign", "Kept", &[]);
    let file = |name: &str, text: &str| device.file(name, text);
    let seal = |file: &str| device.run(["keys", "passphrase", "--new-passphrase-file", file]);
    for (name, text, says) in [
        ("empty", "\n", "the passphrase is empty"),
        ("short", "123456789\n", "shorter than 10 characters"),
        ("long", &"x".repeat(5000), "longer than 4096 bytes"),
    ] {
        let ended = seal(&file(name, text));
        assert!(ended.code == Some(1) && ended.stderr.contains(says), "{ended:?}");
        assert_eq!(place(&device), "file");
    }
    let clear = shapes_of(&secret_in_the_clear(&device));
    let mut open = vec![];
    for (name, text) in [
        ("emoji", WORDS),
        ("endless", &"äöü ".repeat(500)),
        ("plain", "four words are enough"),
    ] {
        let words = file(name, &format!("{text}\r\nand a second line\n"));
        let mut args = open.clone();
        args.extend(["keys", "passphrase", "--new-passphrase-file"].map(str::to_owned));
        args.push(words.clone());
        assert_eq!(device.json(&args)["place"], "passphrase");
        open = vec!["--passphrase-file".into(), words];
        let mut show = open.clone();
        show.extend(["campaign".into(), "show".into(), card.clone()]);
        assert_eq!(device.json(&show)["name"], "Kept");
        assert_eq!(files_with(&device.data(), &clear), [] as [&str; 0]);
    }
    refused(&device, "sealed under a passphrase");
    let wrong = file("wrong", "four words are enough\u{301}");
    let begun = Instant::now();
    let said = device.refused(["--passphrase-file", &wrong, "campaign", "list"]);
    assert!(said.contains("does not open this board"), "{said}");
    assert!(begun.elapsed() >= Duration::from_secs(1), "a pause after each");
    let said = device.refused(["--passphrase-file", &file("none", ""), "campaign", "list"]);
    assert!(said.contains("the passphrase is empty"), "{said}");
}

#[test]
fn a_board_in_the_clear_moves_into_the_keyring_at_its_next_opening_and_leaves_nothing_behind() {
    let session = Session::new();
    let device = Device::new();
    found(&device);
    device.add("campaign", "Kept", &[]);
    let clear = shapes_of(&secret_in_the_clear(&device));
    assert_eq!(
        files_with(&device.data(), &clear).len(),
        2,
        "the file and its second copy"
    );
    let said = device.run(["status"]);
    assert_eq!(device.json(["status"])["secret"], "file");
    assert!(said.stdout.contains("\"secret\":\"file\""), "{said:?}");

    let device = session.take_in(device);
    let moved = device.run(["campaign", "list"]);
    assert!(moved.stderr.contains("lies in the system's keyring"), "{moved:?}");
    assert_eq!(files_with(&device.data(), &clear), [] as [&str; 0]);
    assert_eq!(place(&device), "keyring");
    let key = session.lookup(&entry(&device));
    let both = [clear, shapes_of(key.as_bytes()), shapes_of(&hex(&key))].concat();
    assert_eq!(files_with(&device.data(), &both), [] as [&str; 0]);
    let talkative = device.with("SIDEDESK_LOG", "trace");
    let there = talkative.run(["keys", "file"]);
    let again = talkative.run(["keys", "keyring"]);
    let key = session.lookup(&entry(&talkative));
    let both = [both, shapes_of(key.as_bytes()), shapes_of(&hex(&key))].concat();
    for said in [there.stderr, again.stdout, again.stderr] {
        assert!(!both.iter().any(|shape| contains(said.as_bytes(), shape)), "{said}");
    }
    for command in [
        ["keys"].as_slice(),
        &["status"],
        &["verify"],
        &["campaign", "add", "Another"],
        &["members"],
    ] {
        let Ended { stdout, stderr, .. } = talkative.run(command);
        let said = [stdout, stderr].concat();
        assert!(
            !both.iter().any(|shape| contains(said.as_bytes(), shape)),
            "{command:?}"
        );
    }
}

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.trim().as_bytes()).unwrap()
}

#[test]
fn what_somebody_moved_into_the_clear_stays_there() {
    let session = Session::new();
    let device = session.device();
    found(&device);
    assert_eq!(device.json(["keys", "file"])["place"], "file");
    assert_eq!(place(&device), "file");
    assert!(device.run(["status"]).stdout.contains("\"secret\":\"file\""));
    assert_eq!(device.json(["keys", "keyring"])["place"], "keyring");
    assert_eq!(place(&device), "keyring");
    assert_eq!(
        session.entries().len(),
        2,
        "an entry is never replaced: a copy of the folder may need it"
    );
}

#[test]
fn a_keyring_that_is_locked_gone_or_hanging_has_its_own_sentence_and_changes_nothing() {
    let mut session = Session::new();
    let device = session.device();
    found(&device);
    device.add("campaign", "Kept", &[]);
    let in_the_clear = Device::new();
    found(&in_the_clear);
    let in_the_clear = session.take_in(in_the_clear);

    session.start_keyring(false);
    refused(&device, "the keyring is locked");
    // Nobody is asked for the sake of a move that nobody asked for.
    assert_eq!(place(&in_the_clear), "file");
    let said = in_the_clear.refused(["keys", "keyring"]);
    assert!(
        said.contains("cannot go into the keyring: the keyring is locked"),
        "{said}"
    );

    session.stop_keyring();
    refused(&device, "none answers here");

    session.start_keyring(true);
    session.signal_keyring("STOP");
    let begun = Instant::now();
    let said = device.refused(["campaign", "list"]);
    assert!(said.contains("does not answer"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    session.signal_keyring("CONT");
    assert_eq!(device.json(["campaign", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn an_entry_that_was_removed_or_replaced_is_said_and_never_made_anew() {
    let session = Session::new();
    let device = session.device();
    found(&device);
    let (name, other) = (entry(&device), session.device());
    found(&other);
    let key = session.lookup(&name);

    session.remove(&name);
    refused(&device, "the keyring has no entry");
    session.overwrite(&name, &session.lookup(&entry(&other)));
    refused(&device, "something else than the key of this device");
    session.overwrite(&name, "no key at all");
    refused(&device, "something else than the key of this device");
    assert_eq!(place(&other), "keyring", "another board is unaffected");
    session.overwrite(&name, &key);
    assert_eq!(place(&device), "keyring");
    let said = device.refused(["init", "--function", "marketing"]);
    assert!(said.contains("a board here already"), "{said}");
}

/// A copy of the folder on the same person's machine finds the entry, and becomes a device of its own as ever; its next
/// secret is sealed under the same key.
#[test]
fn a_copied_folder_still_becomes_a_device_of_its_own() {
    let (session, hub) = (Session::new(), Hub::start());
    let (lead, colleague) = (session.device(), session.device());
    found(&lead);
    lead.share_with(&colleague, hub.address());
    agree(&[&lead, &colleague]);
    let copy = session.device();
    copy_folder(&lead.data(), &copy.data());
    let before = lead.json(["keys"])["device"].clone();
    lead.add("campaign", "Here", &[]);
    copy.add("campaign", "There", &[]);
    lead.sync();
    copy.sync();
    agree(&[&lead, &colleague, &copy]);
    for device in [&lead, &colleague, &copy] {
        assert_eq!(device.json(["campaign", "list"]).as_array().unwrap().len(), 2);
    }
    let (kept, renewed) = (lead.json(["keys"]), copy.json(["keys"]));
    assert_eq!((&kept["device"], &kept["entry"]), (&before, &renewed["entry"]));
    assert_ne!(renewed["device"], before);
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

/// kill -9 at every moment of a move, there and back: the board opens after each, and in the end nothing is in the clear.
#[test]
fn a_move_that_is_killed_leaves_a_board_that_opens() {
    const KILLS: u32 = 24;
    let session = Session::new();
    let device = session.device();
    found(&device);
    device.add("campaign", "Kept", &[]);
    let begun = Instant::now();
    device.json(["keys", "file"]);
    let whole = begun.elapsed();
    let mut places = std::collections::BTreeSet::new();
    for kill in 0..KILLS {
        let to = if kill % 2 == 0 { "keyring" } else { "file" };
        let moving = device.start(["keys", to]);
        std::thread::park_timeout(whole * kill / KILLS);
        moving.kill();
        assert_eq!(
            device.json(["campaign", "list"]).as_array().unwrap().len(),
            1,
            "{to}, kill {kill}"
        );
        places.insert((to, place(&device)));
    }
    println!("{places:?}, of {whole:?}");
    device.json(["keys", "file"]);
    let clear = shapes_of(&secret_in_the_clear(&device));
    assert_eq!(files_with(&device.data(), &clear).len(), 2);
    device.json(["keys", "keyring"]);
    assert_eq!(files_with(&device.data(), &clear), [] as [&str; 0]);
    device.verified();
}

/// Somebody who waits to be let in has a secret too.
#[test]
fn a_newcomers_secret_is_sealed_before_anybody_lets_them_in() {
    let (session, hub) = (Session::new(), Hub::start());
    let lead = session.device();
    found(&lead);
    let code = lead.json(["share", hub.address()])["code"].as_str().unwrap().to_owned();
    let newcomer = session.device();
    let said = newcomer.refused(["join", &code, "--function", "support", "--wait", "1"]);
    assert!(!said.contains("keyring"), "{said}");
    let kept = std::fs::read(newcomer.data().join("newcomer")).unwrap();
    assert_eq!(session.entries().len(), 2);
    let name = session
        .entries()
        .into_iter()
        .find(|name| *name != entry(&lead))
        .unwrap();
    assert!(contains(&kept, name.as_bytes()), "it says where its key is");
    // Let in later, with the same secret: the code works once.
    lead.let_in(&newcomer, &code, "support");
    assert_eq!(entry(&newcomer), name);
    agree(&[&lead, &newcomer]);
}

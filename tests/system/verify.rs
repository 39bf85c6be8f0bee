//! `verify` looks at everything, changes nothing, and says what would mend what it finds.

use crate::two_devices::{agree, pair};
use serde_json::Value;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use std::collections::BTreeMap;
use std::path::Path;

/// Every file but the lock and the shared memory of readers, by its content.
fn content(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(
                content(&entry.path())
                    .into_iter()
                    .map(|(file, bytes)| (format!("{name}/{file}"), bytes)),
            );
        } else if name != "lock" && !name.ends_with("-shm") {
            let bytes = std::fs::read(entry.path()).unwrap();
            // A WAL without frames is no WAL.
            if !(name.ends_with("-wal") && bytes.is_empty()) {
                files.insert(name, bytes);
            }
        }
    }
    files
}

/// What `verify` says; nothing changes by it.
fn verify(device: &Device) -> (Option<i32>, Value) {
    let before = content(&device.data());
    let ended = device.run(["verify"]);
    assert_eq!(content(&device.data()), before, "it changes nothing");
    let said = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    (ended.code, said)
}

/// It finds one problem, in which all of this is said.
fn finds(device: &Device, says: &[&str]) {
    let (code, said) = verify(device);
    let problems = said["problems"].as_array().unwrap();
    assert_eq!(
        (code, said["ok"].as_bool(), problems.len()),
        (Some(1), Some(false), 1),
        "{said}"
    );
    for part in says {
        assert!(problems[0].as_str().unwrap().contains(part), "{part:?} in {said}");
    }
}

fn is_well(device: &Device) -> Value {
    let (code, said) = verify(device);
    assert_eq!((code, said["ok"].as_bool()), (Some(0), Some(true)), "{said}");
    said
}

#[test]
fn everything_is_looked_at_and_nothing_is_changed() {
    let hub = Hub::start();
    let (device, support) = pair(&hub);
    device.add("campaign", "Newsletter", &[]);
    agree(&[&device, &support]);
    device.add("campaign", "Waits", &[]);
    let well = is_well(&device);
    let notes = well["notes"].to_string();
    assert!(
        notes.contains("backup of 20") && notes.contains("1 changes wait"),
        "{notes}"
    );
    let at = |name: &str| device.data().join(name);
    let sound: Vec<(&str, Vec<u8>)> = ["log.db", "view.db", "waiting"]
        .map(|name| (name, std::fs::read(at(name)).unwrap()))
        .into();
    let put_back = || {
        sound
            .iter()
            .for_each(|(name, bytes)| std::fs::write(at(name), bytes).unwrap())
    };

    std::fs::write(at("view.db"), [7; 9000]).unwrap();
    finds(&device, &["view.db", "builds it again"]);
    std::fs::remove_file(at("view.db")).unwrap();
    finds(&device, &["view.db is gone"]);
    put_back();

    let mut bytes = sound[2].1.clone();
    bytes.extend([1, 2, 3]);
    std::fs::write(at("waiting"), bytes).unwrap();
    finds(&device, &["3 bytes at the end of the side file", "writes it again"]);
    let head = std::fs::read(support.data().join("waiting")).unwrap().len();
    std::fs::write(at("waiting"), &sound[2].1[..head]).unwrap();
    finds(&device, &["side file does not hold what waits"]);
    std::fs::write(at("waiting"), &sound[2].1[..head - 1]).unwrap();
    finds(&device, &["side file is gone"]);
    put_back();

    let backups = at("backups");
    let mut kept = std::fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().path());
    let backup = kept
        .find(|path| path.extension().is_some_and(|extension| extension == "db"))
        .unwrap();
    let good = std::fs::read(&backup).unwrap();
    std::fs::write(&backup, &good[..good.len() / 2]).unwrap();
    finds(&device, &["backups/log-", "passed over"]);
    std::fs::write(&backup, good).unwrap();

    std::fs::write(at("log.db"), [7; 9000]).unwrap();
    finds(
        &device,
        &[
            "log.db",
            "the backup of 20",
            "from the hub",
            "keeps what the side file says waits",
        ],
    );
    let (_, said) = verify(&device);
    assert_eq!(said["head"], 0, "{said}");
    std::fs::remove_file(at("log.db")).unwrap();
    finds(&device, &["log.db is gone"]);

    // And opening does what was said.
    device.sync();
    agree(&[&device, &support]);
    is_well(&device);
    assert_eq!(device.json(["campaign", "list"]).as_array().unwrap().len(), 2);
}

/// An entry that somebody changed in the database, and a card that somebody changed in the view.
#[test]
fn what_was_changed_behind_its_back_is_found() {
    let device = Device::founded("marketing");
    device.add("campaign", "Newsletter", &[]);
    device.add("campaign", "Autumn preview", &[]);
    let change = |file: &str, statement: &str| {
        let url = format!("sqlite://{}", device.data().join(file).display());
        let statement = statement.to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            use sqlx::Connection as _;
            let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
            let done = sqlx::query(sqlx::AssertSqlSafe(statement))
                .execute(&mut connection)
                .await
                .unwrap();
            assert!(done.rows_affected() > 0);
            connection.close().await.unwrap();
        });
    };
    change("log.db", "update entry set hub_time = hub_time + 1 where n = 3");
    finds(
        &device,
        &["entry 3 of the log", "opening the board puts it aside", "the backup of"],
    );
    change(
        "log.db",
        "update entry set hub_time = hub_time - 1, body = zeroblob(length(body)) where n = 3",
    );
    finds(&device, &["entry 3 of the log"]);
    // What it says to do helps.
    std::fs::rename(device.data().join("log.db"), device.data().join("moved.db")).unwrap();
    assert_eq!(device.json(["campaign", "list"]).as_array().unwrap().len(), 2);
    is_well(&device);
    change(
        "view.db",
        "update campaign set state = (select state from campaign order by id desc limit 1)",
    );
    finds(
        &device,
        &["view.db shows something else than the log says", "remove view.db"],
    );
    std::fs::remove_file(device.data().join("view.db")).unwrap();
    device.json(["status"]);
    is_well(&device);
}

#[test]
fn it_works_beside_whoever_has_the_board_open() {
    let hub = Hub::start();
    let (device, _support) = pair(&hub);
    let watching = device.watch();
    let said = device.json(["verify"]);
    assert_eq!(said["ok"], true, "{said}");
    assert!(
        said["notes"].to_string().contains("the board is open in sidedesk"),
        "{said}"
    );
    assert_eq!(watching.stop(), Some(0));
}

#[test]
fn a_folder_that_is_synchronised_is_warned_about() {
    let device = Device::founded("marketing");
    assert_eq!(device.json(["status"])["place_warning"], Value::Null);
    std::fs::create_dir(device.data().join(".stfolder")).unwrap();
    let said = device.json(["status"])["place_warning"].as_str().unwrap().to_owned();
    assert!(
        said.contains("Syncthing synchronises") && said.contains("share it through a hub"),
        "{said}"
    );
    assert!(device.json(["verify"])["notes"].to_string().contains("Syncthing"));
}

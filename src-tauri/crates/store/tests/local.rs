//! A local board on real files: what is committed is there after reopening, in log and view.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use sidedesk_domain::fields::campaign;
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Action, ActionId, Edit, Kind, RecordEdit, RecordId};
use sidedesk_store::{Access, Clock, Error, Founder, Keys, Store, phrases};
use std::path::Path;
use std::sync::Arc;

fn clock() -> Clock {
    Arc::new(|| 1_795_000_000_000)
}

/// The directory of a new board.
async fn founded() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::file();
    let founding = Founder::found(dir.path(), Role::Lead, clock()(), &keys);
    founding.await.unwrap();
    dir
}

async fn open(dir: &Path) -> Store {
    Store::open(dir, Access::Write, clock()).await.unwrap()
}

fn named(n: u8, name: &str, seen: u64) -> Action {
    Action {
        id: ActionId([n; 16]),
        name: "campaign.set".into(),
        undoes: None,
        redoes: None,
        records: vec![RecordEdit {
            kind: Kind::Campaign,
            id: RecordId([7; 16]),
            seen,
            edits: vec![
                (campaign::NAME, Edit::Set(name.into())),
                (campaign::PRODUCT, Edit::Add("Boots".into())),
                (campaign::BUDGET, Edit::Set("9000".into())),
            ],
        }],
    }
}

#[tokio::test]
async fn what_is_committed_is_there_after_reopening() {
    let dir = founded().await;
    let store = open(dir.path()).await;
    store.commit(named(1, "Free shipping EU", 0)).await.unwrap();
    store.commit(named(2, "Free shipping", 3)).await.unwrap();
    let digests = store.digests().await.unwrap();
    assert_eq!(digests.head, 5, "genesis and two parts each");
    store.close().await.unwrap();
    drop(store);

    let store = open(dir.path()).await;
    let cards = store.campaigns(10).await.unwrap();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0].state.get(campaign::NAME).as_text(), Some("Free shipping"));
    assert_eq!(store.digests().await.unwrap(), digests);
    assert_eq!(store.counts().await.unwrap().campaigns, 1);
    assert_eq!(store.find(&phrases("ship eu"), 10).await.unwrap().len(), 0);
    assert_eq!(store.find(&phrases("shipp boo"), 10).await.unwrap().len(), 1);
    assert_eq!(store.verify().await.unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn a_missing_a_damaged_and_a_foreign_view_are_folded_again() {
    let dir = founded().await;
    let store = open(dir.path()).await;
    store.commit(named(1, "Free shipping EU", 0)).await.unwrap();
    let digests = store.digests().await.unwrap();
    store.close().await.unwrap();
    drop(store);
    for damage in [
        None,
        Some(b"not a database at all, but long enough to be read as one".as_slice()),
        Some(&[0; 9000]),
    ] {
        let view = dir.path().join("view.db");
        std::fs::remove_file(&view).unwrap();
        let _ = std::fs::remove_file(dir.path().join("view.db-wal"));
        if let Some(bytes) = damage {
            std::fs::write(&view, bytes).unwrap();
        }
        let store = open(dir.path()).await;
        assert_eq!(store.digests().await.unwrap(), digests);
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_damaged_log_is_put_aside_and_said() {
    let dir = founded().await;
    std::fs::write(dir.path().join("log.db"), [7; 5000]).unwrap();
    let opened = Store::open(dir.path(), Access::Write, clock()).await.map(|_| ());
    let Err(Error::Lost(said)) = opened else {
        panic!("{opened:?}: there is no backup yet, and no hub")
    };
    assert!(said.contains("log.db.damaged-1795000000000"), "{said}");
    assert!(dir.path().join("log.db.damaged-1795000000000").exists());
}

#[tokio::test]
async fn one_process_writes_and_the_other_hears_who() {
    let dir = founded().await;
    let store = open(dir.path()).await;
    store.commit(named(1, "Free shipping EU", 0)).await.unwrap();
    let second = Store::open(dir.path(), Access::Write, clock()).await;
    assert!(
        matches!(&second, Err(Error::Held(who)) if who.contains("process")),
        "{:?}",
        second.err()
    );
    let reader = Store::open(dir.path(), Access::Read, clock()).await.unwrap();
    assert_eq!(reader.campaigns(10).await.unwrap().len(), 1);
    assert!(matches!(reader.commit(named(2, "x", 0)).await, Err(Error::Held(_))));
}

/// A crash between the log and the identity file, made by putting the older identity file back.
#[tokio::test]
async fn a_board_that_named_its_hub_finds_the_address_in_its_log() {
    let dir = founded().await;
    let before = std::fs::read(dir.path().join("identity")).unwrap();
    let store = open(dir.path()).await;
    store.name_hub("ws://hub.example.com", [7; 32]).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    std::fs::write(dir.path().join("identity"), before).unwrap();
    let store = open(dir.path()).await;
    assert_eq!(store.identity().hub.as_deref(), Some("ws://hub.example.com"));
}

/// Text that does not compress.
fn noise(seed: u32) -> String {
    let mut state = u64::from(seed) * 2 + 1;
    let letter = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + (state >> 58) as u8)
    };
    (0..32_000).map(letter).collect()
}

#[tokio::test]
async fn a_refold_says_how_far_it_is_and_goes_on_after_it_was_stopped() {
    let dir = founded().await;
    let store = open(dir.path()).await;
    // More than is folded at once.
    for n in 0..90_u8 {
        let mut action = named(n, "", u64::MAX);
        let edit = action.records.remove(0);
        action.records = (0..6_u8)
            .map(|part| RecordEdit {
                id: RecordId([n, part, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
                edits: vec![(
                    campaign::NAME,
                    Edit::Set(noise(u32::from(n) * 6 + u32::from(part)).into()),
                )],
                ..edit.clone()
            })
            .collect();
        store.commit(action).await.unwrap();
    }
    let digests = store.digests().await.unwrap();
    store.close().await.unwrap();
    drop(store);
    for name in ["view.db", "view.db-wal", "view.db-shm"] {
        let _ = std::fs::remove_file(dir.path().join(name));
    }
    let mut first = Vec::new();
    let mut watch = |done, total| {
        first.push((done, total));
        false
    };
    let stopped = Store::open_watched(dir.path(), Access::Write, clock(), &Keys::file(), &mut watch).await;
    assert!(matches!(stopped.map(|_| ()), Err(Error::Cancelled)));
    let mut rest = Vec::new();
    let mut watch = |done, total| {
        rest.push((done, total));
        true
    };
    let store = Store::open_watched(dir.path(), Access::Write, clock(), &Keys::file(), &mut watch)
        .await
        .unwrap();
    let all = digests.head;
    let (stopped_at, _) = first[0];
    assert_eq!(first, [(stopped_at, all)]);
    assert!(stopped_at > 0 && stopped_at < all, "{first:?}");
    assert!(rest[0].0 > stopped_at, "it began again: {rest:?}");
    assert_eq!(rest.last(), Some(&(all, all)));
    assert_eq!(store.digests().await.unwrap(), digests);
}

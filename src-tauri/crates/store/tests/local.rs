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

/// Reports of a handful of complaints are added, moved, deleted, brought back, said to be somebody else's, and complaints are
/// merged and parted; in between the board rests. What was counted while it rested is never wrong afterwards.
#[tokio::test]
async fn what_was_counted_at_rest_follows_every_change() {
    use sidedesk_domain::fields::{DELETED, complaint, report};
    const AT: i64 = 1_795_000_000_000;
    let dir = founded().await;
    let store = open(dir.path()).await;
    let of = |n: u64, kind: u8| RecordId([kind, n as u8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
    let mut random = 7_u64;
    let mut draw = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) % below
    };
    let commit = async |kind, id, edits| {
        let seen = store.head().await.unwrap();
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).unwrap();
        let action = Action {
            id: ActionId(bytes),
            name: "test".into(),
            undoes: None,
            redoes: None,
            records: vec![RecordEdit { kind, id, seen, edits }],
        };
        store.commit(action).await.unwrap();
    };
    for n in 0..5 {
        commit(
            Kind::Complaint,
            of(n, 1),
            vec![(complaint::TITLE, Edit::Set("Late".into()))],
        )
        .await;
    }
    let mut at_rest = 0;
    for _ in 0..250 {
        let (ticket, about) = (of(draw(40), 2), of(draw(5), 1));
        match draw(8) {
            0..=2 => {
                let customer = format!("c{}", draw(6));
                let when = AT - draw(90) as i64 * 86_400_000;
                let edits = vec![
                    (report::AT, Edit::Set(when.into())),
                    (report::COMPLAINT, Edit::Set(about.into())),
                    (report::CUSTOMER, Edit::Set(customer.as_str().into())),
                ];
                commit(Kind::Report, ticket, edits).await;
            }
            3 => commit(Kind::Report, ticket, vec![(report::COMPLAINT, Edit::Set(about.into()))]).await,
            4 => commit(Kind::Report, ticket, vec![(DELETED, Edit::Set((draw(2) == 0).into()))]).await,
            5 => {
                let head = of(draw(5), 1);
                commit(
                    Kind::Complaint,
                    about,
                    vec![(complaint::DUPLICATE_OF, Edit::Set(head.into()))],
                )
                .await;
            }
            6 => {
                let none = sidedesk_domain::Value::Null;
                commit(Kind::Complaint, about, vec![(complaint::DUPLICATE_OF, Edit::Set(none))]).await;
            }
            _ => {
                while store.count_some().await.unwrap() {
                    at_rest += 1;
                }
            }
        }
        let ids: Vec<RecordId> = (0..5).map(|n| of(n, 1)).collect();
        let (counted, customers) = (store.volumes(AT).await.unwrap(), store.customers().await.unwrap());
        let whole = store.volumes_of(&ids, AT).await.unwrap();
        for id in ids {
            let whole = whole.get(&id).copied().unwrap_or_default();
            let seen = counted.get(&id).copied().unwrap_or_default();
            assert_eq!((seen.volume, seen.total), (whole.volume, whole.total));
            assert_eq!(customers.get(&id).copied().unwrap_or(0), whole.customers);
        }
    }
    assert!(at_rest > 30, "{at_rest}");
    assert_eq!(store.verify().await.unwrap().problems, Vec::<String>::new());
}

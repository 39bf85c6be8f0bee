//! Joining a board by a snapshot: usable before the history is here, checked when it is, and never by the hub's word.

use crate::desk::{DEADLINE, Desk, agree, eventually, hub, now};
use sidedesk_domain::fields::campaign;
use sidedesk_domain::{Action, ActionId, Edit, Kind, OpId, RecordEdit, RecordId};
use sidedesk_protocol::invite::InviteCode;
use sidedesk_store::{Access, Newcomer, Phrase, Store};
use sidedesk_sync::JobKind;
use std::sync::Arc;

/// Campaigns with words of their own, so that their log is long enough for a snapshot.
const MANY: u32 = 6000;

async fn fill(desk: &Desk, from: u32, count: u32) {
    let record = |i: u32| RecordEdit {
        kind: Kind::Campaign,
        id: RecordId::of("snapshot test", &[&i.to_le_bytes()]),
        seen: 0,
        edits: vec![
            (
                campaign::NAME,
                Edit::Set(format!("Campaign number{i} {}", words(i)).into()),
            ),
            (
                campaign::BUDGET,
                Edit::Set(format!("{} {}", i * 7919 % 10_007, "€").into()),
            ),
            (
                campaign::PRODUCT,
                Edit::Add(format!("Product {}", i * 104_729 % 9973).into()),
            ),
        ],
    };
    let mut id = [0; 16];
    id[..4].copy_from_slice(&from.to_le_bytes());
    let action = Action {
        id: ActionId(OpId::v7(now(), id[..10].try_into().unwrap()).0),
        name: "campaign.add".into(),
        undoes: None,
        redoes: None,
        records: (from..from + count).map(record).collect(),
    };
    desk.store.commit(action).await.unwrap();
    if desk.is_online() {
        desk.sync().committed();
    }
}

/// Words that do not compress.
fn words(i: u32) -> String {
    let word = |salt: u8| RecordId::of("words", &[&i.to_le_bytes(), &[salt]]).to_string();
    format!("{} {}", word(1), word(2))
}

/// A shared board of many records, and the newest snapshot of it at the hub.
async fn shared(hub: &sidedesk_hub::RunningHub) -> Desk {
    let mut alice = Desk::founded().await;
    fill(&alice, 0, MANY).await;
    alice.share(hub.addr).await;
    alice
}

pub async fn invited(alice: &Desk) -> InviteCode {
    let code = alice.code().await;
    alice.sync().invited();
    code
}

/// A newcomer who was let in and has not gone online yet.
pub async fn let_in(code: &InviteCode) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let newcomer = Newcomer::new(now()).unwrap();
    sidedesk_sync::join(code, &newcomer.request(), DEADLINE, || ())
        .await
        .unwrap();
    newcomer.settle(dir.path(), code, now()).unwrap();
    dir
}

/// It is here, and not by the log: the history is missing.
pub async fn began_with_a_snapshot(desk: &Desk) {
    eventually("the board is here", async || {
        desk.store.history().await.unwrap().is_some()
    })
    .await;
}

pub async fn history_is_checked(desk: &Desk) {
    eventually("the history is checked", async || {
        desk.store.history().await.unwrap().is_none()
    })
    .await;
}

async fn history_of(desk: &Desk, record: RecordId) -> Vec<(u64, bool)> {
    let lines = desk.store.activity_of_record(record, 10).await.unwrap();
    assert!(!lines.is_empty());
    lines.iter().map(|line| (line.stamp.place, line.created)).collect()
}

async fn finds(desk: &Desk, word: &str) -> usize {
    let phrases: Vec<Phrase> = sidedesk_store::phrases(word);
    desk.store.find(&phrases, 10).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_works_on_a_snapshot_and_the_history_comes_behind() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = shared(&hub).await;
    let code = invited(&alice).await;
    let bob = Desk::joined(&code).await;
    // By a snapshot, not by the log: the history is missing.
    began_with_a_snapshot(&bob).await;
    assert_eq!(bob.store.counts().await.unwrap().campaigns, i64::from(MANY));
    bob.name(9, "written before the history was here").await;
    alice.name(9, "by somebody else").await;
    agree(&[&alice, &bob]).await;
    history_is_checked(&bob).await;
    assert_eq!(bob.store.alarm().await.unwrap(), None);
    agree(&[&alice, &bob]).await;
    let first = RecordId::of("snapshot test", &[&1_u32.to_le_bytes()]);
    assert_eq!(history_of(&bob, first).await, history_of(&alice, first).await);
    assert_eq!(finds(&bob, "number4242").await, 1);
    let bob = bob.restart().await;
    agree(&[&alice, &bob]).await;
    let verified = bob.store.verify().await.unwrap();
    assert_eq!(verified.problems, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_and_starting_again_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = shared(&hub).await;
    let code = invited(&alice).await;
    let mut bob = Desk::joined(&code).await;
    began_with_a_snapshot(&bob).await;
    bob.sync().cancel_job();
    for _ in 0..3 {
        bob = bob.restart().await;
        bob.sync().cancel_job();
    }
    let verified = bob.store.verify().await.unwrap();
    if bob.store.history().await.unwrap().is_some() {
        assert_eq!(
            verified.problems.len(),
            1,
            "what cannot be checked yet is said: {verified:?}"
        );
    }
    let bob = bob.restart().await;
    agree(&[&alice, &bob]).await;
    history_is_checked(&bob).await;
    assert_eq!(bob.store.verify().await.unwrap().problems, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_that_is_lost_before_the_history_is_here_comes_back_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = shared(&hub).await;
    let code = invited(&alice).await;
    let mut bob = Desk::joined(&code).await;
    began_with_a_snapshot(&bob).await;
    bob.sync().cancel_job();
    bob.go_offline().await;
    let was_open = bob.store.history().await.unwrap().is_some();
    bob.store.close().await.unwrap();
    for name in ["view.db", "view.db-wal", "view.db-shm"] {
        let _ = std::fs::remove_file(bob.dir().join(name));
    }
    let mut bob = bob.opened_again().await;
    assert!(
        !was_open || bob.store.counts().await.unwrap().campaigns == 0,
        "nothing is folded across the gap"
    );
    bob.go_online();
    history_is_checked(&bob).await;
    agree(&[&alice, &bob]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keeper_makes_a_snapshot_only_when_it_is_worth_it() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = Desk::sharing(&hub).await;
    let code = invited(&alice).await;
    let bob = Desk::joined(&code).await;
    agree(&[&alice, &bob]).await;
    assert!(
        bob.store.history().await.unwrap().is_none(),
        "a short log is fetched whole"
    );
    fill(&alice, 0, MANY).await;
    agree(&[&alice, &bob]).await;
    let carol = Desk::joined(&alice.code().await).await;
    began_with_a_snapshot(&carol).await;
    assert_eq!(carol.store.counts().await.unwrap().campaigns, i64::from(MANY));
    assert!(!alice.store.snapshot_due().await.unwrap());
    let shown = alice.sync().jobs();
    assert!(shown.borrow().is_none_or(|job| job.kind != JobKind::Snapshot));
    history_is_checked(&carol).await;
    agree(&[&alice, &bob, &carol]).await;
}

/// A lead whose view is not what her log says: whatever she vouches for, the history has the last word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_that_its_history_contradicts_is_an_alarm_and_the_history_counts() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = shared(&hub).await;
    let code = alice.code().await;
    let first = RecordId::of("snapshot test", &[&1_u32.to_le_bytes()]);
    let sql = "delete from campaign where id = ?";
    change(&alice.dir().join("view.db"), sql, first.as_bytes()).await;
    alice.sync().invited();
    let bob = Desk::joined(&code).await;
    began_with_a_snapshot(&bob).await;
    history_is_checked(&bob).await;
    let alarm = bob.store.alarm().await.unwrap().expect("nobody was told");
    assert!(alarm.contains("not what its history says"), "{alarm}");
    assert_eq!(bob.store.counts().await.unwrap().campaigns, i64::from(MANY));
    assert!(bob.store.card(Kind::Campaign, first).await.unwrap().is_some());
    assert_eq!(finds(&bob, "number4242").await, 1);
    assert_eq!(bob.store.verify().await.unwrap().problems, Vec::<String>::new());
    bob.name(9, "works on").await;
    eventually("the edit goes out", async || bob.store.waiting().await.unwrap() == 0).await;
}

/// A hub that lost or changed what lies before the snapshot: said, and everything else works on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_that_does_not_verify_is_an_alarm_and_the_board_works_on() {
    let dir = tempfile::tempdir().unwrap();
    let first = hub(dir.path(), None).await;
    let mut alice = shared(&first).await;
    let code = invited(&alice).await;
    let mut bob = Desk::joined(&code).await;
    began_with_a_snapshot(&bob).await;
    eventually("it follows", async || {
        bob.store.chain().await.unwrap().n == alice.store.chain().await.unwrap().n
    })
    .await;
    bob.go_offline().await;
    alice.go_offline().await;
    if bob
        .store
        .history()
        .await
        .unwrap()
        .is_none_or(|history| history.chain.n > 3)
    {
        return; // a fast machine: the history was here before anybody could change it
    }
    let addr = first.addr;
    first.stop().await.unwrap();
    let sql =
        "update entry set signature = zeroblob(64) where op = (select op from entry where n = 4) and ? is not null";
    change(&dir.path().join("hub.db"), sql, &[1]).await;
    let _second = hub(dir.path(), Some(addr)).await;
    alice.go_online();
    bob.go_online();
    eventually("somebody is told", async || bob.store.alarm().await.unwrap().is_some()).await;
    bob.name(9, "works on").await;
    agree(&[&alice, &bob]).await;
    assert_eq!(alice.store.counts().await.unwrap().campaigns, i64::from(MANY) + 1);
}

/// Changes a database behind the back of whoever has it open.
async fn change(path: &std::path::Path, sql: &'static str, bytes: &[u8]) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let done = sqlx::query(sql).bind(bytes).execute(&mut connection).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    sqlx::Connection::close(connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_while_the_snapshot_is_loaded_begins_again() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = shared(&hub).await;
    let code = invited(&alice).await;
    let data = let_in(&code).await;
    // What a crash half-way leaves: a view that is being loaded, and an empty log.
    let store = Store::open(data.path(), Access::Write, Arc::new(now)).await.unwrap();
    store.snapshot_begin().await.unwrap();
    store.snapshot_records(&half_a_board()).await.unwrap();
    assert_eq!(store.counts().await.unwrap().campaigns, 1);
    store.close().await.unwrap();
    drop(store);
    let mut bob = Desk::opened(data).await;
    assert_eq!(bob.store.counts().await.unwrap().campaigns, 0);
    bob.go_online();
    began_with_a_snapshot(&bob).await;
    history_is_checked(&bob).await;
    agree(&[&alice, &bob]).await;
}

fn half_a_board() -> sidedesk_store::Records {
    let mut state = sidedesk_domain::RecordState::default();
    let stamp = sidedesk_domain::Stamp {
        place: 1,
        device: Default::default(),
        member: Default::default(),
        author_time: 1,
        hub_time: 1,
    };
    let edit = RecordEdit {
        kind: Kind::Campaign,
        id: RecordId([1; 16]),
        seen: 0,
        edits: vec![(campaign::NAME, Edit::Set("half".into()))],
    };
    sidedesk_domain::fold::apply(&mut state, &edit, stamp, |_| ());
    [((Kind::Campaign, RecordId([1; 16])), state)].into()
}

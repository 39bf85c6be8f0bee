//! The rules of folding change at one place of the log, for everybody.

use crate::desk::{Desk, action, same};
use sidedesk_domain::fields::{DELETED, board, board_id, campaign};
use sidedesk_domain::fold::{FOLD_VERSION, Rules};
use sidedesk_domain::{Edit, Kind, RecordEdit, RecordId};

async fn set_rules(desk: &Desk, number: i64) {
    let edit = RecordEdit {
        kind: Kind::Board,
        id: board_id(),
        seen: 0,
        edits: vec![(board::FOLD, Edit::Set(number.into()))],
    };
    desk.store.commit(action(vec![edit])).await.unwrap();
}

async fn deletes(desk: &Desk, record: u8, seen: u64) {
    let edit = RecordEdit {
        kind: Kind::Campaign,
        id: RecordId([record; 16]),
        seen,
        edits: vec![(DELETED, Edit::Set(true.into()))],
    };
    desk.store.commit(action(vec![edit])).await.unwrap();
}

#[tokio::test]
async fn both_fold_by_the_new_rules_from_the_same_place_on() {
    let (mut hub, first, second) = Desk::pair().await;
    for record in [1, 2] {
        first.name(record, "a").await;
    }
    hub.round(&first, &[&second]).await;
    for (record, hidden) in [(1, true), (2, false)] {
        let seen = first.store.head().await.unwrap();
        second.name(record, "typed meanwhile").await;
        hub.round(&second, &[]).await;
        deletes(&first, record, seen).await;
        hub.round(&first, &[&second]).await;
        for desk in [&first, &second] {
            assert_eq!(desk.state(record).await.is_deleted(), hidden, "record {record}");
            assert_eq!(desk.shown(record, campaign::NAME).await, "typed meanwhile");
        }
        assert_eq!(first.store.rules().await.unwrap(), Rules::numbered(record.into()));
        set_rules(&first, 2).await;
        assert_eq!(
            first.store.rules().await.unwrap(),
            Rules::numbered(record.into()),
            "it waits still"
        );
        hub.round(&first, &[&second]).await;
    }
    let (first, second) = (first.reopened().await, second.reopened().await);
    same(&[&first, &second]).await;
    for desk in [&first, &second] {
        let digests = desk.store.digests().await.unwrap();
        assert_eq!(digests.rules, Rules::numbered(2));
        assert!(!digests.rules.need_update());
    }
}

#[tokio::test]
async fn rules_of_a_newer_program_are_said_and_the_board_goes_on() {
    let desk = Desk::founded().await;
    desk.name(1, "before").await;
    let older = desk.store.digests().await.unwrap();
    set_rules(&desk, i64::from(FOLD_VERSION) + 1).await;
    assert!(desk.store.rules().await.unwrap().need_update());
    assert_ne!(desk.store.digests().await.unwrap().board, older.board);
    desk.name(1, "after").await;
    assert_eq!(desk.shown(1, campaign::NAME).await, "after");
    desk.reopened().await.sound().await;
}

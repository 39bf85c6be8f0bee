//! What a newer program wrote is kept, and the status says that an update shows it; a board of an older one takes today's rules.

use crate::desk::{NOW, add, founded, open};
use sidedesk_domain::fields::{board, board_id, member};
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Action, ActionId, Edit, FieldId, Kind, RecordEdit, RecordId};
use sidedesk_store::{Access, Clock, Founder, Keys, Store};
use std::sync::Arc;
use tempfile::TempDir;

/// A field that no version of this program has had yet.
const LATER: FieldId = FieldId(0x7ffe);

#[tokio::test]
async fn the_status_says_that_a_newer_program_wrote_here() {
    let (dir, desk) = founded().await;
    let id = add(&desk, "campaign", &[("name", "Free shipping")]).await;
    assert!(!desk.status().await.unwrap().newer);
    desk.close().await.unwrap();

    let clock: Clock = Arc::new(|| NOW);
    let store = Store::open(dir.path(), Access::Write, clock).await.unwrap();
    let later = RecordEdit {
        kind: Kind::Campaign,
        id: id.parse().unwrap(),
        seen: 0,
        edits: vec![(LATER, Edit::Set("of next year".into()))],
    };
    let action = Action {
        id: ActionId::v7(NOW, [7; 10]),
        name: "campaign.later".into(),
        undoes: None,
        redoes: None,
        records: vec![later],
    };
    store.commit(action).await.unwrap();
    store.close().await.unwrap();

    let desk = open(dir.path()).await;
    assert!(desk.status().await.unwrap().newer);
    assert_eq!(desk.state().await.unwrap().notices.len(), 1);
    assert_eq!(desk.campaign(&id).await.unwrap().name, "Free shipping");
}

#[tokio::test]
async fn an_older_board_takes_todays_rules_when_somebody_says_so() {
    let dir = TempDir::new().unwrap();
    // As a version founded it that knew no other rules than the first.
    Founder::found(dir.path(), Role::Lead, NOW, &Keys::file())
        .await
        .unwrap();
    let clock: Clock = Arc::new(|| NOW);
    let store = Store::open(dir.path(), Access::Write, clock).await.unwrap();
    let named = RecordEdit {
        kind: Kind::Board,
        id: board_id(),
        seen: 0,
        edits: vec![(board::NAME, Edit::Set("Old board".into()))],
    };
    let profile = RecordEdit {
        kind: Kind::Member,
        id: RecordId(store.identity().member.0),
        seen: 0,
        edits: vec![(member::NAME, Edit::Set("Marketing lead".into()))],
    };
    let action = Action {
        id: ActionId::v7(NOW, [7; 10]),
        name: "board.new".into(),
        undoes: None,
        redoes: None,
        records: vec![named, profile],
    };
    store.commit(action).await.unwrap();
    store.close().await.unwrap();

    let desk = open(dir.path()).await;
    let id = add(&desk, "campaign", &[("name", "Free shipping")]).await;
    assert!(desk.settings().await.unwrap().old_rules);
    assert!(desk.upgrade_rules().await.unwrap());
    assert!(!desk.settings().await.unwrap().old_rules);
    assert!(!desk.upgrade_rules().await.unwrap(), "once");
    assert_eq!(desk.campaign(&id).await.unwrap().name, "Free shipping");
    assert!(desk.verify().await.unwrap().problems.is_empty());
}

//! What a newer program wrote is kept, and the status says that an update shows it.

use crate::desk::{NOW, add, founded, open};
use sidedesk_domain::{Action, ActionId, Edit, FieldId, Kind, RecordEdit};
use sidedesk_store::{Access, Clock, Store};
use std::sync::Arc;

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

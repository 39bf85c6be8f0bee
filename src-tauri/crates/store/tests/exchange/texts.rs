//! Two devices type in one brief: both keep what was typed, also across restarts, and show the same.

use crate::desk::{Desk, Hub, action, same};
use sidedesk_domain::fields::campaign;
use sidedesk_domain::fold::Editor;
use sidedesk_domain::{Edit, Kind, RecordEdit, RecordId};

const RECORD: u8 = 1;

async fn brief(desk: &Desk) -> String {
    desk.shown(RECORD, campaign::TEXT).await
}

/// Types a brief in an editor that was opened just now.
async fn types(desk: &Desk, text: &str) {
    let seen = desk.store.chain().await.unwrap().n;
    types_over(desk, seen, text).await;
}

async fn types_over(desk: &Desk, seen: u64, text: &str) {
    let id = RecordId([RECORD; 16]);
    let peer = u64::from_le_bytes(action(vec![]).id.0[..8].try_into().unwrap());
    let editor = Editor {
        device: desk.store.secret().id(),
        seen,
        peer,
    };
    let edit = desk
        .state(RECORD)
        .await
        .edit_text((id, campaign::TEXT), text, editor)
        .unwrap();
    let edit = RecordEdit {
        kind: Kind::Campaign,
        id,
        seen,
        edits: vec![(campaign::TEXT, edit.unwrap())],
    };
    desk.store.commit(action(vec![edit])).await.unwrap();
}

async fn begun() -> (Hub, Desk, Desk) {
    let (mut hub, first, second) = Desk::pair().await;
    first.write(RECORD, campaign::TEXT, "Free shipping to the EU.").await;
    hub.round(&first, &[&second]).await;
    (hub, first, second)
}

#[tokio::test]
async fn both_keep_what_they_typed_offline() {
    let (mut hub, first, second) = begun().await;
    types(&first, "Free shipping to the EU. Boots only.").await;
    types(&first, "Free shipping to the EU. Boots only, from 12 December.").await;
    types(&second, "All week: Free shipping to the EU.").await;
    let (first, second) = (first.reopened().await, second.reopened().await);
    assert_eq!(
        brief(&first).await,
        "Free shipping to the EU. Boots only, from 12 December."
    );
    hub.round(&second, &[&first]).await;
    let both = "All week: Free shipping to the EU. Boots only, from 12 December.";
    assert_eq!(brief(&first).await, both, "what waits, over what came");
    types(&first, &format!("{both} Soon.")).await;
    let first = first.reopened().await;
    hub.round(&first, &[&second]).await;
    for desk in [&first, &second] {
        assert_eq!(brief(desk).await, format!("{both} Soon."));
        assert!(desk.state(RECORD).await.contested().is_empty());
    }
    same(&[&first, &second]).await;
}

#[tokio::test]
async fn what_builds_on_a_refused_edit_waits_in_the_view_and_in_a_refold() {
    let (mut hub, first, second) = begun().await;
    types(&first, "Free shipping to the EU. One.").await;
    types(&first, "Free shipping to the EU. One. Two.").await;
    let sealed = first.store.seal_pending(None, 1).await.unwrap();
    first
        .store
        .to_drawer(sealed[0].1, "too large for this hub")
        .await
        .unwrap();
    first.store.unseal().await.unwrap();
    hub.round(&first, &[&second]).await;
    let first = first.reopened().await;
    for desk in [&first, &second] {
        assert_eq!(brief(desk).await, "Free shipping to the EU.");
        let state = desk.state(RECORD).await;
        assert!(state.shown(campaign::TEXT).unwrap().document.as_ref().unwrap().waits());
    }
    types(&second, "Free shipping to the EU. Three.").await;
    hub.round(&second, &[&first]).await;
    assert_eq!(brief(&first).await, "Free shipping to the EU. Three.");
    same(&[&first, &second]).await;
}

#[tokio::test]
async fn bytes_that_are_no_edit_leave_the_record_as_it_was() {
    let (mut hub, first, second) = begun().await;
    types(&first, "Free shipping to the EU. One.").await;
    hub.round(&first, &[&second]).await;
    let document = second
        .state(RECORD)
        .await
        .shown(campaign::TEXT)
        .unwrap()
        .document
        .clone()
        .unwrap();
    for update in [vec![], b"loro but not really".to_vec(), vec![0xff; 40_000]] {
        let edit = sidedesk_domain::text::TextEdit {
            seed: document.seed,
            update,
        };
        let edit = RecordEdit {
            kind: Kind::Campaign,
            id: RecordId([RECORD; 16]),
            seen: 0,
            edits: vec![
                (campaign::TEXT, Edit::Text(edit)),
                (campaign::OWNER, Edit::Set("Iva".into())),
            ],
        };
        second.store.commit(action(vec![edit])).await.unwrap();
    }
    hub.round(&second, &[&first]).await;
    for desk in [&first, &second] {
        assert_eq!(brief(desk).await, "Free shipping to the EU. One.");
        assert_eq!(
            desk.shown(RECORD, campaign::OWNER).await,
            "Iva",
            "its other fields are folded"
        );
    }
    same(&[&first, &second]).await;
}

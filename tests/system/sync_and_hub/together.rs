//! With the hub there: a local board is uploaded as it is, and what one does the other sees.

use crate::desk::{Desk, agree, eventually, hub};
use sidedesk_domain::fields::campaign;
use sidedesk_protocol::engine::WINDOW;
use sidedesk_sync::Status;

#[tokio::test]
async fn a_local_board_is_uploaded_verbatim_and_a_newcomer_gets_all_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let mut alice = Desk::founded().await;
    for i in 0..250 {
        alice.name(i, "before it was shared").await;
    }
    let local = alice.store.entries_after(0, 1000, usize::MAX).await.unwrap();
    alice.share(hub.addr).await;
    alice.is(&Status::Synced).await;
    let bob = Desk::joined(&alice.code().await).await;
    agree(&[&alice, &bob]).await;
    let fetched = bob.store.entries_after(0, local.len(), usize::MAX).await.unwrap();
    assert!(fetched == local, "the history is another one after sharing");
    assert_eq!(bob.store.verify().await.unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn edits_go_both_ways_and_more_than_a_window_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = Desk::sharing(&hub).await;
    let bob = Desk::joined(&alice.code().await).await;
    let many = 3 * WINDOW as u32;
    for i in 0..many {
        alice.name(1, &format!("from alice {i}")).await;
        bob.name(2, &format!("from bob {i}")).await;
    }
    agree(&[&alice, &bob]).await;
    let last = format!("from bob {}", many - 1);
    assert_eq!(alice.values(2, campaign::NAME).await, [last]);
    assert!(alice.store.refused().await.unwrap().is_empty());
}

#[tokio::test]
async fn presence_is_seen_by_the_others_while_it_lasts() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = Desk::sharing(&hub).await;
    let mut bob = Desk::joined(&alice.code().await).await;
    bob.sync().presence(b"sealed".to_vec());
    let id = bob.store.secret().id();
    let seen = alice.sync().presences();
    eventually("alice sees bob", async || {
        seen.borrow().get(&id).is_some_and(|sealed| sealed == b"sealed")
    })
    .await;
    bob.go_offline().await;
    eventually("alice sees that bob left", async || seen.borrow().is_empty()).await;
}

//! With the hub away: everybody goes on, says so, and nothing is lost when it returns.

use crate::desk::{Desk, agree, hub};
use sidedesk_domain::fields::campaign;
use sidedesk_hub::RunningHub;
use sidedesk_sync::Status;
use std::mem::discriminant;
use std::path::Path;

/// Stops the hub and what comes back at the same address.
async fn gone(hub: RunningHub) -> impl AsyncFnOnce(&Path) -> RunningHub {
    let addr = hub.addr;
    hub.stop().await.unwrap();
    async move |dir: &Path| crate::desk::hub(dir, Some(addr)).await
}

#[tokio::test]
async fn offline_edits_of_both_are_kept_where_they_collide_and_merged_where_they_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = Desk::sharing(&hub).await;
    let bob = Desk::joined(&alice.code().await).await;
    alice.name(1, "Free shipping").await;
    agree(&[&alice, &bob]).await;

    let back = gone(hub).await;
    alice.is_offline().await;
    bob.is_offline().await;
    alice.name(1, "Free shipping EU").await;
    bob.name(1, "Free returns").await;
    bob.write(1, campaign::ZONE, "Europe/Berlin").await;
    let bob = bob.restart().await;
    let _hub = back(dir.path()).await;

    agree(&[&alice, &bob]).await;
    for desk in [&alice, &bob] {
        assert_eq!(
            desk.values(1, campaign::NAME).await,
            ["Free returns", "Free shipping EU"]
        );
        assert_eq!(desk.values(1, campaign::ZONE).await, ["Europe/Berlin"]);
        desk.is(&Status::Synced).await;
    }
}

#[tokio::test]
async fn the_status_says_what_is_known_and_since_when() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let mut desk = Desk::founded().await;
    let key = hub.hub_key;
    let address = format!("ws://{}", hub.addr);
    desk.store.name_hub(&address, key).await.unwrap();
    desk.go_online();
    let mut status = desk.sync().status();
    let mut said = vec![status.borrow_and_update().clone()];
    let mut hub = Some(hub);
    let mut back = None;
    while said.last().unwrap().status != Status::Synced || back.is_none() {
        if said.last().unwrap().status == Status::Synced {
            back = Some(gone(hub.take().unwrap()).await);
        }
        if matches!(said.last().unwrap().status, Status::Offline(_)) && hub.is_none() {
            let addr = address.trim_start_matches("ws://").parse().unwrap();
            hub = Some(crate::desk::hub(dir.path(), Some(addr)).await);
        }
        let changed = tokio::time::timeout(crate::desk::DEADLINE, status.changed()).await;
        changed.expect("no news").unwrap();
        said.push(status.borrow_and_update().clone());
    }
    said.dedup_by_key(|said| discriminant(&said.status));
    let kinds: Vec<_> = said.iter().map(|said| discriminant(&said.status)).collect();
    let offline = Status::Offline(String::new());
    let expected = [&Status::Connecting, &Status::Synced, &offline, &Status::Synced].map(discriminant);
    assert_eq!(kinds, expected, "{said:?}");
    assert!(said.windows(2).all(|pair| pair[0].since <= pair[1].since), "{said:?}");
}

#[tokio::test]
async fn another_hub_at_the_address_is_an_alarm_and_nothing_is_sent_to_it() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hub = hub(dir.path(), None).await;
    let alice = Desk::sharing(&hub).await;
    alice.is(&Status::Synced).await;
    let back = gone(hub).await;
    alice.is_offline().await;
    let _stranger = back(other.path()).await;
    let mut status = alice.sync().status();
    let problem = status.wait_for(|now| matches!(now.status, Status::Problem(_)));
    let problem = tokio::time::timeout(crate::desk::DEADLINE, problem).await;
    let said = format!("{:?}", problem.expect("never said").unwrap().status);
    assert!(said.contains("another hub"), "{said}");
    alice.name(1, "still works here").await;
    assert_eq!(alice.store.waiting().await.unwrap(), 1);
}

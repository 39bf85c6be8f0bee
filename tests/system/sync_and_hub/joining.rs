//! Joining by code: waiting for a lead, across a hub that restarts, and the sentences when it does not work.

use crate::desk::{DEADLINE, Desk, agree, eventually, hub, now};
use sidedesk_protocol::invite::{InviteCode, InviteSecret};
use sidedesk_store::Newcomer;
use sidedesk_sync::{JoinError, join};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[tokio::test]
async fn a_newcomer_waits_across_a_restart_of_the_hub_until_a_lead_comes() {
    let dir = tempfile::tempdir().unwrap();
    let first = hub(dir.path(), None).await;
    let mut alice = Desk::sharing(&first).await;
    let code = alice.code().await;
    alice.go_offline().await;

    let waits = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&waits);
    let newcomer = Newcomer::new(now()).unwrap();
    let (asked_with, request) = (code.clone(), newcomer.request());
    let joining = tokio::spawn(async move {
        let counted = || {
            counted.fetch_add(1, Ordering::SeqCst);
        };
        join(&asked_with, &request, DEADLINE, counted).await
    });
    eventually("the newcomer waits", async || waits.load(Ordering::SeqCst) == 1).await;
    let addr = first.addr;
    first.stop().await.unwrap();
    let _second = hub(dir.path(), Some(addr)).await;
    eventually("the newcomer waits again", async || waits.load(Ordering::SeqCst) == 2).await;
    alice.go_online();
    joining.await.unwrap().unwrap();
    let late = Desk::joined(&alice.code().await).await;
    agree(&[&alice, &late]).await;
}

#[tokio::test]
async fn a_code_that_does_not_work_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let alice = Desk::sharing(&hub).await;
    let used = alice.code().await;
    let bob = Desk::joined(&used).await;
    agree(&[&alice, &bob]).await;
    let code = |address: &str, hub_key, secret: &InviteSecret| {
        InviteCode::new(address.to_owned(), hub_key, used.workspace, secret)
    };
    let (here, secret) = (used.address.as_str(), used.secret());
    let unknown = code(here, hub.hub_key, &InviteSecret::from_bytes([9; 32]));
    let elsewhere = code(here, [1; 32], &secret);
    let nowhere = code("ws://127.0.0.1:1", hub.hub_key, &secret);
    let encrypted = code("wss://127.0.0.1:1", hub.hub_key, &secret);
    for (code, expected) in [
        (used.clone(), "used already"),
        (unknown, "no such invitation"),
        (elsewhere, "another hub answers"),
        (nowhere, "no hub answers at ws://127.0.0.1:1"),
        (encrypted, "no hub answers at wss://127.0.0.1:1"),
    ] {
        let newcomer = Newcomer::new(now()).unwrap();
        let error = join(&code, &newcomer.request(), DEADLINE, || ()).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn waiting_has_an_end() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let mut alice = Desk::sharing(&hub).await;
    let code = alice.code().await;
    alice.go_offline().await;
    let newcomer = Newcomer::new(now()).unwrap();
    let waited = join(&code, &newcomer.request(), Duration::from_millis(300), || ()).await;
    assert!(matches!(waited, Err(JoinError::Deadline)), "{waited:?}");
}

//! A hub that was restored from an old backup: real devices bring back what it lost, and go on as if nothing had been.

use crate::desk::{DEADLINE, Desk, agree, eventually};
use sidedesk_hub::backup::{Place, backup, restore};
use sidedesk_hub::{CancellationToken, Config, RunningHub, serve};
use sidedesk_sync::{Status, declare_head};
use std::net::SocketAddr;
use std::path::Path;

async fn start(dir: &Path, listen: Option<SocketAddr>, after_restore: bool) -> RunningHub {
    let listen = listen.unwrap_or_else(|| "127.0.0.1:0".parse().unwrap());
    let config = Config {
        after_restore,
        ..Config::new(dir, listen)
    };
    serve(config, CancellationToken::new()).await.unwrap()
}

/// The hub's disk dies; what is left is the backup and the key.
async fn restored(old: &Path, file: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    restore(file, &Place::Directory(dir.path().into())).await.unwrap();
    std::fs::copy(old.join("hub.key"), dir.path().join("hub.key")).unwrap();
    dir
}

#[tokio::test]
async fn devices_heal_a_restored_hub_and_write_on() {
    let dir = tempfile::tempdir().unwrap();
    let hub = start(dir.path(), None, false).await;
    let alice = Desk::sharing(&hub).await;
    let mut bob = Desk::joined(&alice.code().await).await;
    alice.name(1, "in the backup").await;
    agree(&[&alice, &bob]).await;
    let file = dir.path().join("backup");
    backup(&Place::Directory(dir.path().into()), &file).await.unwrap();
    for i in 0..40 {
        alice.name(2, &format!("after the backup {i}")).await;
    }
    agree(&[&alice, &bob]).await;
    bob.go_offline().await;
    alice.name(3, "while bob was away").await;
    eventually("it has its place", async || alice.store.waiting().await.unwrap() == 0).await;
    let (addr, head) = (hub.addr, alice.store.chain().await.unwrap());
    hub.stop().await.unwrap();

    let fresh = restored(dir.path(), &file).await;
    let hub = start(fresh.path(), Some(addr), true).await;
    alice.is(&Status::Synced).await;
    // No place is given before bob came: he may hold what nobody else does.
    alice.name(4, "too early").await;
    alice.is_declined().await;
    assert_eq!(alice.store.waiting().await.unwrap(), 1);
    bob.go_online();
    agree(&[&alice, &bob]).await;
    let now = bob.store.chain().await.unwrap();
    assert_eq!(now.n, head.n + 1);
    let entries = bob.store.entries_after(head.n, 1, usize::MAX).await.unwrap();
    assert_eq!(
        entries[0].chain_hash(&head.hash),
        now.hash,
        "the history before is the same"
    );
    hub.stop().await.unwrap();
}

#[tokio::test]
async fn a_lead_declares_the_head_when_somebody_does_not_come() {
    let dir = tempfile::tempdir().unwrap();
    let hub = start(dir.path(), None, false).await;
    let mut alice = Desk::sharing(&hub).await;
    let mut bob = Desk::joined(&alice.code().await).await;
    agree(&[&alice, &bob]).await;
    let file = dir.path().join("backup");
    backup(&Place::Directory(dir.path().into()), &file).await.unwrap();
    alice.name(1, "after the backup").await;
    agree(&[&alice, &bob]).await;
    bob.go_offline().await;
    alice.go_offline().await;
    let addr = hub.addr;
    hub.stop().await.unwrap();
    let fresh = restored(dir.path(), &file).await;
    let hub = start(fresh.path(), Some(addr), true).await;
    let head = alice.store.chain().await.unwrap().n;
    assert_eq!(declare_head(&alice.store).await.unwrap(), head);
    let again = declare_head(&alice.store).await.unwrap_err().to_string();
    assert!(again.contains("not being restored"), "{again}");
    alice.go_online();
    alice.name(2, "and on it goes").await;
    eventually("it has its place", async || alice.store.waiting().await.unwrap() == 0).await;
    bob.go_online();
    agree(&[&alice, &bob]).await;
    hub.stop().await.unwrap();
}

#[tokio::test]
async fn without_the_flag_it_is_an_alarm_and_nothing_is_lost_here() {
    let dir = tempfile::tempdir().unwrap();
    let hub = start(dir.path(), None, false).await;
    let alice = Desk::sharing(&hub).await;
    alice.is(&Status::Synced).await;
    let file = dir.path().join("backup");
    backup(&Place::Directory(dir.path().into()), &file).await.unwrap();
    alice.name(1, "after the backup").await;
    eventually("it has its place", async || alice.store.waiting().await.unwrap() == 0).await;
    let addr = hub.addr;
    hub.stop().await.unwrap();
    let fresh = restored(dir.path(), &file).await;
    let _hub = start(fresh.path(), Some(addr), false).await;
    let mut status = alice.sync().status();
    let problem = status.wait_for(|now| matches!(now.status, Status::Problem(_)));
    let problem = tokio::time::timeout(DEADLINE, problem).await;
    let said = format!("{:?}", problem.expect("never said").unwrap().status);
    assert!(said.contains("different histories"), "{said}");
    alice.name(2, "still works here").await;
    assert_eq!(alice.store.waiting().await.unwrap(), 1);
}

//! The log is committed and the view is not: what a crash between the two leaves, by copying files.

use crate::desk::{Desk, same};
use sidedesk_domain::fields::campaign;
use std::path::Path;

fn keep_view(dir: &Path) -> Vec<u8> {
    std::fs::read(dir.join("view.db")).unwrap()
}

/// The view as it was, beside the log as it is.
fn put_view_back(dir: &Path, view: &[u8]) {
    for name in ["view.db-wal", "view.db-shm"] {
        let _ = std::fs::remove_file(dir.join(name));
    }
    std::fs::write(dir.join("view.db"), view).unwrap();
}

#[tokio::test]
async fn a_local_view_catches_up() {
    let desk = Desk::founded().await;
    desk.name(1, "before").await;
    let dir = desk.closed().await;
    let old = keep_view(dir.path());
    let desk = Desk::open(dir).await;
    desk.name(1, "after").await;
    desk.name(2, "new").await;
    let digests = desk.store.digests().await.unwrap();
    let dir = desk.closed().await;
    put_view_back(dir.path(), &old);
    let desk = Desk::open(dir).await;
    assert_eq!(desk.store.digests().await.unwrap(), digests);
    assert_eq!(desk.shown(1, campaign::NAME).await, "after");
    assert_eq!(desk.store.counts().await.unwrap().campaigns, 2, "counted once");
    assert_eq!(desk.store.notices(), &[] as &[String], "nothing was damaged");
    desk.sound().await;
}

/// The view holds pending edits that are entries meanwhile, and misses others that still wait.
#[tokio::test]
async fn a_shared_view_catches_up_over_what_waits() {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "one").await;
    first.name(2, "two").await;
    let dir = first.closed().await;
    let old = keep_view(dir.path());
    let first = Desk::open(dir).await;
    hub.round(&first, &[&second]).await;
    second.write(1, campaign::OWNER, "Iva").await;
    hub.round(&second, &[&first]).await;
    first.name(3, "three").await;
    let dir = first.closed().await;
    put_view_back(dir.path(), &old);

    let first = Desk::open(dir).await;
    assert_eq!(first.store.waiting().await.unwrap(), 1);
    for (record, name) in [(1, "one"), (2, "two"), (3, "three")] {
        assert_eq!(first.shown(record, campaign::NAME).await, name);
    }
    assert_eq!(first.shown(1, campaign::OWNER).await, "Iva");
    assert_eq!(first.store.counts().await.unwrap().campaigns, 3);
    hub.round(&first, &[&second]).await;
    same(&[&first, &second]).await;
}

/// The log lost what the view has seen, and the side file too: a disk that forgot. The view is not believed.
#[tokio::test]
async fn a_view_ahead_of_its_log_is_folded_again() {
    let desk = Desk::founded().await;
    desk.name(1, "before").await;
    let dir = desk.closed().await;
    let log = std::fs::read(dir.path().join("log.db")).unwrap();
    let desk = Desk::open(dir).await;
    desk.name(1, "lost").await;
    let dir = desk.closed().await;
    for name in ["log.db-wal", "log.db-shm"] {
        let _ = std::fs::remove_file(dir.path().join(name));
    }
    std::fs::write(dir.path().join("log.db"), log).unwrap();
    std::fs::remove_file(dir.path().join("waiting")).unwrap();
    let desk = Desk::open(dir).await;
    assert_eq!(desk.shown(1, campaign::NAME).await, "before");
    desk.sound().await;
}

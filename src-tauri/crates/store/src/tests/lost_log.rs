//! A log that is damaged or gone: what waited is there again, once, and nothing is deleted.

use super::{damage, files};
use crate::desk::{Desk, Hub, same};
use crate::planted::plant;
use sidedesk_domain::fields::campaign;

async fn name_of(desk: &Desk, record: u8) -> String {
    desk.shown(record, campaign::NAME).await
}

/// A shared board on which two changes of the first desk wait, one of them sealed and sent; its program is closed.
async fn with_waiting() -> (Hub, tempfile::TempDir, Desk) {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "base").await;
    hub.round(&first, &[&second]).await;
    first.name(2, "sent and not answered").await;
    first.store.seal_pending(None, 10).await.unwrap();
    first.name(3, "not sent").await;
    (hub, first.closed().await, second)
}

/// After the log was lost: both are there at the end, once.
async fn comes_back(mut hub: Hub, first: &Desk, second: &Desk) -> Result<(), String> {
    let waiting = first.store.waiting().await.unwrap();
    hub.bring(first).await;
    if waiting != 2 {
        return Err(format!("{waiting} wait"));
    }
    hub.round(first, &[second]).await;
    hub.round(first, &[second]).await;
    for desk in [first, second] {
        if (name_of(desk, 2).await, name_of(desk, 3).await) != ("sent and not answered".into(), "not sent".into()) {
            return Err("a change is lost".into());
        }
    }
    same(&[first, second]).await;
    Ok(())
}

async fn lose_the_log(how: impl Fn(&std::path::Path)) -> Result<Vec<String>, String> {
    let (hub, dir, second) = with_waiting().await;
    how(dir.path());
    let first = Desk::open(dir).await;
    let notices = first.store.notices().to_vec();
    comes_back(hub, &first, &second).await?;
    Ok(notices)
}

fn remove(dir: &std::path::Path) {
    std::fs::remove_file(files(dir).log()).unwrap();
}

fn empty(dir: &std::path::Path) {
    std::fs::write(files(dir).log(), b"").unwrap();
}

fn without_backups(dir: &std::path::Path) {
    std::fs::remove_dir_all(files(dir).backups()).unwrap();
}

#[tokio::test]
async fn what_waited_survives_the_log() {
    for how in [damage, remove, empty] {
        let notices = lose_the_log(how).await.unwrap();
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(
            notices[0].contains("2 changes that had not reached the hub were kept"),
            "{notices:?}"
        );
        assert!(notices[0].contains("the backup of 20"), "{notices:?}");
        let notices = lose_the_log(|dir| {
            how(dir);
            without_backups(dir);
        });
        let notices = notices.await.unwrap();
        assert!(notices[0].contains("fetched again from the hub"), "{notices:?}");
    }
}

#[tokio::test]
async fn a_side_file_that_lets_go_too_early_is_caught() {
    plant(Some("settled-when-sent"));
    let lost = lose_the_log(|dir| {
        damage(dir);
        without_backups(dir);
    });
    let lost = lost.await;
    plant(None);
    assert_eq!(lost.unwrap_err(), "1 wait");
}

#[tokio::test]
async fn a_side_file_that_is_never_written_is_caught() {
    plant(Some("side-file-forgets"));
    let lost = lose_the_log(|dir| {
        damage(dir);
        without_backups(dir);
    });
    let lost = lost.await;
    plant(None);
    assert_eq!(lost.unwrap_err(), "0 wait");
}

/// A crash between the log's commit and the side file: the side file says that something waits which the log has.
async fn stale_side_file() -> Result<(), String> {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "once").await;
    let side = files(first.dir.path()).side();
    let before = std::fs::read(&side).unwrap();
    hub.round(&first, &[&second]).await;
    let dir = first.closed().await;
    std::fs::write(&side, before).unwrap();
    let first = Desk::open(dir).await;
    let head = hub.chain.n;
    hub.round(&first, &[&second]).await;
    if hub.chain.n != head {
        return Err("applied twice".into());
    }
    same(&[&first, &second]).await;
    Ok(())
}

#[tokio::test]
async fn what_the_log_has_does_not_wait_again() {
    stale_side_file().await.unwrap();
}

#[tokio::test]
async fn waiting_twice_after_a_restart_is_caught() {
    plant(Some("waits-twice"));
    let twice = stale_side_file().await;
    plant(None);
    assert_eq!(twice.unwrap_err(), "applied twice");
}

/// The newest backup is from before the board was shared: the device does not begin to order itself again.
#[tokio::test]
async fn a_backup_from_before_sharing_does_not_fork_the_board() {
    let desk = Desk::founded().await;
    desk.name(1, "local").await;
    let desk = desk.reopened().await;
    let mut hub = Hub::of(&desk).await;
    desk.name(2, "shared").await;
    hub.round(&desk, &[]).await;
    desk.name(3, "waits").await;
    let dir = desk.closed().await;
    damage(dir.path());
    let desk = Desk::open(dir).await;
    assert!(desk.store.chain().await.unwrap().hub_key.is_none(), "an old one");
    desk.name(4, "before it has caught up").await;
    hub.bring(&desk).await;
    hub.round(&desk, &[]).await;
    for (record, name) in [
        (1, "local"),
        (2, "shared"),
        (3, "waits"),
        (4, "before it has caught up"),
    ] {
        assert_eq!(name_of(&desk, record).await, name);
    }
    same(&[&desk]).await;
}

/// The log lost what waits, and its side file has it: a copy of the log that somebody put in its place.
#[tokio::test]
async fn an_older_log_gets_what_it_never_had() {
    let (mut hub, first, second) = Desk::pair().await;
    let dir = first.closed().await;
    let log = files(dir.path()).log();
    let older = std::fs::read(&log).unwrap();
    let first = Desk::open(dir).await;
    first.name(4, "newer").await;
    let dir = first.closed().await;
    std::fs::write(&log, older).unwrap();
    let first = Desk::open(dir).await;
    assert_eq!(name_of(&first, 4).await, "newer");
    hub.round(&first, &[&second]).await;
    same(&[&first, &second]).await;
}

#[tokio::test]
async fn a_board_that_was_never_shared_comes_back_from_backup_and_side_file() {
    for how in [damage, remove, empty] {
        let desk = Desk::founded().await;
        desk.name(1, "before the backup").await;
        let desk = desk.reopened().await;
        desk.name(1, "after it").await;
        desk.write(2, campaign::OWNER, "Iva").await;
        let digests = desk.store.digests().await.unwrap();
        let dir = desk.closed().await;
        how(dir.path());
        let desk = Desk::open(dir).await;
        let notices = desk.store.notices().to_vec();
        assert!(
            notices.len() == 1 && notices[0].contains("the changes since then were kept (2)"),
            "{notices:?}"
        );
        assert_eq!(name_of(&desk, 1).await, "after it");
        assert_eq!(desk.shown(2, campaign::OWNER).await, "Iva");
        assert_eq!(desk.store.digests().await.unwrap().head, digests.head);
        desk.sound().await;
        let desk = desk.reopened().await;
        assert_eq!(desk.store.notices(), [] as [&str; 0], "said once");
        desk.sound().await;
    }
}

#[tokio::test]
async fn a_damaged_view_is_put_aside_and_folded_again() {
    let desk = Desk::founded().await;
    desk.name(1, "kept").await;
    let digests = desk.store.digests().await.unwrap();
    let dir = desk.closed().await;
    for round in 1..=2 {
        std::fs::write(files(dir.path()).view(), [7; 9000]).unwrap();
        let store = crate::Store::open(dir.path(), crate::Access::Write, std::sync::Arc::new(|| 5))
            .await
            .unwrap();
        assert!(
            store.notices()[0].contains("view.db.damaged-5"),
            "{:?}",
            store.notices()
        );
        assert_eq!(store.digests().await.unwrap(), digests);
        store.close().await.unwrap();
        let names = std::fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let asides = names.filter(|name| name.to_string_lossy().starts_with("view.db.damaged-5"));
        assert_eq!(asides.count(), round, "none is written over");
    }
}

//! Copies of the log: when, how many, and none that was not read through.

use super::{damage, files};
use crate::desk::{Desk, NOW};
use crate::error::Error;
use crate::sqlite::{self, Durability, Shape};
use crate::{Access, Store, backup, log};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const DAY: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn one_a_day_while_the_log_changes_and_three_stay() {
    let desk = Desk::founded().await;
    desk.name(1, "first").await;
    let dir = desk.closed().await;
    let files = files(dir.path());
    let first = backup::list(&files);
    assert_eq!(first.len(), 1, "the first one at once");

    let now = Arc::new(AtomicI64::new(first[0].at));
    let mut heads = vec![first[0].head];
    for hours in [1, 24, 23, 25, 24, 48] {
        now.fetch_add(hours * DAY / 24, Ordering::Relaxed);
        let clock = Arc::clone(&now);
        let store = Store::open(
            dir.path(),
            Access::Write,
            Arc::new(move || clock.load(Ordering::Relaxed)),
        );
        let desk = Desk {
            dir: tempfile::tempdir().unwrap(),
            store: store.await.unwrap(),
        };
        desk.name(1, &format!("{hours}")).await;
        let head = desk.store.digests().await.unwrap().head;
        desk.store.close().await.unwrap();
        if hours > 23 {
            heads.insert(0, head);
        }
        heads.truncate(backup::KEPT);
        let found: Vec<u64> = backup::list(&files).iter().map(|backup| backup.head).collect();
        assert_eq!(found, heads, "after {hours} h");
    }
    for backup in backup::list(&files) {
        assert_eq!(backup::check(&backup.path).await.unwrap().n, backup.head);
    }
    now.fetch_add(3 * DAY, Ordering::Relaxed);
    let store = Store::open(dir.path(), Access::Write, Arc::new(move || now.load(Ordering::Relaxed)))
        .await
        .unwrap();
    assert!(!store.back_up_if_due().await.unwrap(), "nothing has changed since");
    store.close().await.unwrap();
}

/// Opens at this moment, names a record, and closes.
async fn edit_at(dir: &std::path::Path, now: i64, record: u8) {
    let store = Store::open(dir, Access::Write, Arc::new(move || now)).await.unwrap();
    let desk = Desk {
        dir: tempfile::tempdir().unwrap(),
        store,
    };
    desk.name(record, "kept").await;
    desk.store.close().await.unwrap();
}

/// One day with a wrong clock, before or after: the copies made later count more, and none of them is pruned at once.
#[tokio::test]
async fn a_copy_made_under_a_wrong_clock_does_not_win_for_ever() {
    for wrong in [NOW + 365 * DAY, -5 * DAY] {
        let dir = Desk::founded().await.closed().await;
        let files = files(dir.path());
        edit_at(dir.path(), wrong, 1).await;
        for day in 1..=5 {
            edit_at(dir.path(), NOW + i64::from(day) * DAY, day + 1).await;
            let newest = backup::list(&files).remove(0);
            assert_eq!(newest.head, u64::from(day) + 2, "the copy just made is there");
        }
        assert_eq!(backup::list(&files).len(), backup::KEPT);
        std::fs::remove_file(files.log()).unwrap();
        let desk = Desk::open(dir).await;
        for record in 1..=6 {
            assert_eq!(
                desk.shown(record, sidedesk_domain::fields::campaign::NAME).await,
                "kept"
            );
        }
    }
}

#[tokio::test]
async fn the_backups_of_another_board_are_neither_used_nor_pruned() {
    let (other, _) = super::of_days(3).await;
    let theirs = backup::list(&files(other.path())).remove(0);
    let dir = Desk::founded().await.closed().await;
    let files = files(dir.path());
    let stranger = files.backups().join("log-1-999.db");
    std::fs::copy(&theirs.path, &stranger).unwrap();
    for day in 1..=5 {
        edit_at(dir.path(), NOW + i64::from(day) * DAY, day).await;
    }
    let ours = backup::list(&files).into_iter().filter(|copy| copy.path != stranger);
    assert_eq!(ours.map(|copy| copy.head).collect::<Vec<_>>(), [6, 5, 4]);
    assert!(stranger.exists());
    std::fs::remove_file(files.log()).unwrap();
    let desk = Desk::open(dir).await;
    assert_eq!(desk.shown(5, sidedesk_domain::fields::campaign::NAME).await, "kept");
}

#[tokio::test]
async fn a_damaged_backup_is_passed_over() {
    let desk = Desk::founded().await;
    desk.name(1, "kept").await;
    let dir = desk.closed().await;
    let files = files(dir.path());
    let good = backup::list(&files).remove(0);
    let mut bytes = std::fs::read(&good.path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xa5);
    let bad = files
        .backups()
        .join(format!("log-{}-{}.db", good.at + 1, good.head + 1));
    std::fs::write(&bad, &bytes).unwrap();
    std::fs::write(files.backups().join("log-9999999999999-99.part"), b"half").unwrap();
    damage(dir.path());
    let desk = Desk::open(dir).await;
    assert_eq!(desk.shown(1, sidedesk_domain::fields::campaign::NAME).await, "kept");
    desk.sound().await;
    assert!(bad.exists(), "what cannot be used is not deleted");
}

/// What a copy finds out, the next opening mends: a large log is not read through at every opening.
#[tokio::test]
async fn a_copy_that_fails_makes_the_next_opening_look_closer() {
    let desk = Desk::founded().await;
    for i in 0..40 {
        desk.name(i, "kept").await;
    }
    let desk = desk.reopened().await;
    desk.name(1, "after the backup").await;
    let files = files(desk.dir.path());
    // Into the middle of the file, while it is open, past what is in memory.
    sqlx::query("pragma wal_checkpoint(truncate)")
        .execute(&mut desk.store.writer().await.unwrap().log)
        .await
        .unwrap();
    let mut bytes = std::fs::read(files.log()).unwrap();
    let pages = bytes.len() / 4096;
    bytes[4096 * (pages / 2)..4096 * (pages / 2 + 4)].fill(0xa5);
    std::fs::write(files.log(), &bytes).unwrap();
    let now = desk.store.now();
    assert!(matches!(
        backup::make(&files, desk.store.identity().workspace, now, 99).await,
        Err(Error::Damaged(_))
    ));
    std::fs::remove_dir_all(files.backups()).unwrap();
    assert!(matches!(desk.store.back_up_if_due().await, Err(Error::Damaged(_))));
    assert!(files.suspect().exists());
}

const LATER: Shape = Shape {
    schema: "create table entry (n integer primary key) strict;",
    version: log::VERSION + 2,
    steps: &[
        (
            log::VERSION,
            "create table added (n integer primary key not null) strict;",
        ),
        (
            log::VERSION + 1,
            "alter table added add column m integer not null default 7;",
        ),
    ],
};

const BROKEN: &[(i64, &str)] = &[
    LATER.steps[0],
    (log::VERSION + 1, "create table other (n integer); select nonsense;"),
];

#[tokio::test]
async fn an_older_log_is_migrated_step_by_step_and_a_failing_step_changes_nothing() {
    let desk = Desk::founded().await;
    let dir = desk.closed().await;
    let mut connection = sqlite::open_writer(&files(dir.path()).log(), Durability::Full)
        .await
        .unwrap();
    let broken = Shape { steps: BROKEN, ..LATER };
    assert!(sqlite::bring_up(&mut connection, &broken, log::VERSION).await.is_err());
    let version = sqlite::not_newer(&mut connection, LATER.version).await.unwrap();
    assert_eq!(version, log::VERSION + 1, "the first step stands, the second is undone");
    sqlite::bring_up(&mut connection, &LATER, version).await.unwrap();
    sqlx::query("insert into added (n) values (1)")
        .execute(&mut connection)
        .await
        .unwrap();
    let seven: i64 = sqlx::query_scalar("select m from added")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(seven, 7);
    assert!(matches!(
        sqlite::not_newer(&mut connection, log::VERSION).await,
        Err(Error::Newer)
    ));
}

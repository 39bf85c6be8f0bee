//! A log that is older than what was there already, or another one: what it lacks is taken from a backup, and what is lost
//! is said, with where the rest lies.

use super::{alter, files, of_days};
use crate::desk::{Desk, Hub, NOW};
use crate::error::Error;
use crate::{Access, Founder, Keys, Store, backup, inspect};
use sidedesk_domain::fields::campaign;
use std::path::Path;
use std::sync::Arc;

async fn named(desk: &Desk, days: std::ops::RangeInclusive<u8>) {
    for day in days {
        assert_eq!(desk.shown(day, campaign::NAME).await, format!("D{day}"));
    }
}

/// As a person puts back one file of a copy: no WAL of the newer one is left.
fn put_back(dir: &Path, log: &[u8]) {
    std::fs::write(files(dir).log(), log).unwrap();
}

fn asides(dir: &Path) -> Vec<String> {
    files(dir).asides()
}

async fn refused(dir: &Path) -> Error {
    match Store::open(dir, Access::Write, Arc::new(|| NOW)).await {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn what_an_old_log_lacks_comes_from_a_backup() {
    let (dir, logs) = of_days(6).await;
    put_back(dir.path(), &logs[1]);
    let found = inspect(dir.path(), &Keys::file()).await.unwrap();
    assert!(
        found
            .problems
            .iter()
            .any(|said| said.contains("4 entries more than log.db")),
        "{found:?}"
    );
    let desk = Desk::open(dir).await;
    let notices = desk.store.notices();
    assert!(
        notices.len() == 1 && notices[0].contains("it ended with entry 3. The 4 entries that it lacked were taken"),
        "{notices:?}"
    );
    named(&desk, 1..=6).await;
    desk.name(7, "D7").await;
    desk.sound().await;
    let desk = desk.reopened().await;
    assert_eq!(desk.store.notices(), [] as [&str; 0], "said once");
    named(&desk, 1..=7).await;
    let dir = desk.closed().await;
    assert_eq!(
        inspect(dir.path(), &Keys::file()).await.unwrap().problems,
        [] as [&str; 0]
    );
}

#[tokio::test]
async fn a_view_that_is_ahead_of_the_log_is_kept_aside_and_said() {
    let (dir, logs) = of_days(6).await;
    put_back(dir.path(), &logs[1]);
    std::fs::remove_dir_all(files(dir.path()).backups()).unwrap();
    std::fs::remove_file(files(dir.path()).side()).unwrap();
    let found = inspect(dir.path(), &Keys::file()).await.unwrap();
    assert!(
        found.problems.iter().any(|said| said.contains("view.db shows entry 7")),
        "{found:?}"
    );
    let desk = Desk::open(dir).await;
    let notices = desk.store.notices();
    let aside = asides(desk.dir.path());
    assert!(
        notices.len() == 1
            && notices[0].contains("log.db has gone back in time")
            && notices[0].contains(&aside[0])
            && notices[0].contains("put it back into"),
        "{notices:?}"
    );
    assert!(aside[0].starts_with("view.db.damaged-"), "{aside:?}");
    named(&desk, 1..=2).await;
    desk.sound().await;
}

#[tokio::test]
async fn a_backup_of_another_course_is_put_aside_and_said() {
    let (dir, logs) = of_days(6).await;
    put_back(dir.path(), &logs[1]);
    std::fs::remove_file(files(dir.path()).side()).unwrap();
    let backups = files(dir.path()).backups();
    let away = tempfile::tempdir().unwrap();
    std::fs::rename(&backups, away.path().join("backups")).unwrap();
    let desk = Desk::open(dir).await;
    desk.name(3, "another third").await;
    let dir = desk.closed().await;
    for kept in std::fs::read_dir(away.path().join("backups")).unwrap() {
        let kept = kept.unwrap();
        std::fs::rename(kept.path(), backups.join(kept.file_name())).unwrap();
    }
    let desk = Desk::open(dir).await;
    let notices = desk.store.notices();
    assert!(
        notices
            .iter()
            .all(|said| said.contains("went on otherwise") && said.contains(".apart")),
        "{notices:?}"
    );
    assert!(!notices.is_empty());
    assert_eq!(desk.shown(3, campaign::NAME).await, "another third");
    let desk = desk.reopened().await;
    assert_eq!(desk.store.notices(), [] as [&str; 0], "said once");
    desk.sound().await;
}

#[tokio::test]
async fn a_shared_log_that_went_back_is_said_and_comes_from_the_hub() {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "old").await;
    hub.round(&first, &[&second]).await;
    let dir = first.closed().await;
    let old = std::fs::read(files(dir.path()).log()).unwrap();
    let first = Desk::open(dir).await;
    second.name(2, "newer").await;
    hub.round(&second, &[&first]).await;
    let board = first.store.identity().workspace;
    let head = first.store.head().await.unwrap();
    backup::make(&files(first.dir.path()), board, NOW, head).await.unwrap();
    let dir = first.closed().await;
    put_back(dir.path(), &old);
    let first = Desk::open(dir).await;
    let notices = first.store.notices().join("\n");
    assert!(
        notices.contains("log.db is older than its backup") && notices.contains("fetched again from the hub"),
        "{notices}"
    );
    hub.round(&first, &[&second]).await;
    assert_eq!(first.shown(2, campaign::NAME).await, "newer");
}

#[tokio::test]
async fn nobody_says_that_nothing_waited_when_nobody_can_know() {
    let (hub, first, _second): (Hub, Desk, Desk) = Desk::pair().await;
    first.name(1, "waits").await;
    let dir = first.closed().await;
    std::fs::remove_file(files(dir.path()).log()).unwrap();
    std::fs::remove_file(files(dir.path()).side()).unwrap();
    std::fs::remove_dir_all(files(dir.path()).backups()).unwrap();
    // A backup from before tells that the board was open here.
    let first = Desk::open(dir).await;
    assert!(!first.store.notices().join("").contains("no change was waiting"));
    hub.bring(&first).await;
    let dir = first.closed().await;
    std::fs::write(files(dir.path()).side(), b"rubbish").unwrap();
    super::damage(dir.path());
    let first = Desk::open(dir).await;
    let notices = first.store.notices();
    assert!(
        notices[0].contains("is not known") && notices[0].contains("side file"),
        "{notices:?}"
    );
}

/// An empty board would take edits that nobody ever gets.
#[tokio::test]
async fn a_local_board_of_which_nothing_is_left_does_not_open() {
    let (dir, _) = of_days(2).await;
    std::fs::remove_dir_all(files(dir.path()).backups()).unwrap();
    std::fs::remove_file(files(dir.path()).log()).unwrap();
    for _ in 0..2 {
        let error = refused(dir.path()).await;
        let Error::Lost(said) = &error else { panic!("{error:?}") };
        assert!(
            said.contains("view.db.damaged-") && said.contains("Restore a backup"),
            "{said}"
        );
        assert!(!files(dir.path()).log().exists());
    }
    Founder::make_room(dir.path(), NOW).unwrap();
    Founder::found(dir.path(), sidedesk_domain::membership::Role::Lead, NOW, &Keys::file())
        .await
        .unwrap();
    let desk = Desk::open(dir).await;
    desk.name(1, "new").await;
    assert!(
        asides(desk.dir.path())
            .iter()
            .any(|name| name.starts_with("waiting.damaged-")),
        "what was typed is kept"
    );
    let dir = desk.closed().await;
    assert!(matches!(Founder::make_room(dir.path(), NOW), Err(Error::BoardExists)));
}

#[tokio::test]
async fn a_backup_put_back_opens_it_again() {
    let (dir, logs) = of_days(2).await;
    std::fs::remove_dir_all(files(dir.path()).backups()).unwrap();
    std::fs::remove_file(files(dir.path()).log()).unwrap();
    refused(dir.path()).await;
    put_back(dir.path(), &logs[1]);
    named(&Desk::open(dir).await, 1..=2).await;
}

/// A file and a WAL that do not belong together: every page is sound, and entries are missing.
#[tokio::test]
async fn a_log_with_a_hole_is_a_damaged_log() {
    let (dir, _) = of_days(6).await;
    alter(&files(dir.path()).log(), "delete from entry where n = 5").await;
    let found = inspect(dir.path(), &Keys::file()).await.unwrap();
    assert!(
        found
            .problems
            .iter()
            .any(|said| said.contains("opening the board puts it aside")),
        "{found:?}"
    );
    let desk = Desk::open(dir).await;
    assert!(
        desk.store.notices()[0].contains("log.db.damaged-"),
        "{:?}",
        desk.store.notices()
    );
    named(&desk, 1..=6).await;
    desk.sound().await;
}

#[tokio::test]
async fn a_log_without_entries_is_a_damaged_log() {
    let (dir, _) = of_days(3).await;
    alter(&files(dir.path()).log(), "delete from entry").await;
    alter(&files(dir.path()).log(), "delete from meta").await;
    let desk = Desk::open(dir).await;
    named(&desk, 1..=3).await;
}

#[tokio::test]
async fn another_boards_log_makes_way_for_the_backup() {
    let (dir, _) = of_days(3).await;
    let (_other, logs) = of_days(1).await;
    put_back(dir.path(), &logs[0]);
    let desk = Desk::open(dir).await;
    assert!(
        desk.store.notices()[0].contains("log.db.damaged-"),
        "{:?}",
        desk.store.notices()
    );
    named(&desk, 1..=3).await;
}

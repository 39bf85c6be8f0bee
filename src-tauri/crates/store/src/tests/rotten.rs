//! An entry that rotted on the disk, and a view that did: found, never multiplied, mended.

use super::{alter, files, of_days};
use crate::desk::{Desk, NOW};
use crate::error::Error;
use crate::{backup, snapshot};
use sidedesk_domain::fields::campaign;
use sqlx::Connection as _;

const ROT: &str = "update entry set body = zeroblob(length(body)) where n = 3";

async fn named(desk: &Desk, record: u8) -> String {
    desk.shown(record, campaign::NAME).await
}

#[tokio::test]
async fn rot_is_not_copied_over_what_is_sound() {
    let (dir, _) = of_days(4).await;
    let files = files(dir.path());
    let before = backup::list(&files);
    alter(&files.log(), ROT).await;
    let board = crate::identity_file::IdentityFile::read(&files)
        .unwrap()
        .unwrap()
        .workspace;
    assert!(matches!(
        backup::make(&files, board, NOW, 9).await,
        Err(Error::BrokenEntry(3))
    ));
    assert_eq!(backup::list(&files), before, "nothing was pruned for it");
    let desk = Desk::open(dir).await;
    assert!(
        desk.store.notices()[0].contains("log.db.damaged-"),
        "{:?}",
        desk.store.notices()
    );
    for day in 1..=4 {
        assert_eq!(named(&desk, day).await, format!("D{day}"));
    }
    desk.sound().await;
}

/// Without a backup only what rotted is lost, and it is said how much that is.
#[tokio::test]
async fn what_lies_behind_a_rotten_entry_is_kept() {
    let (dir, _) = of_days(4).await;
    std::fs::remove_dir_all(files(dir.path()).backups()).unwrap();
    std::fs::remove_file(files(dir.path()).side()).unwrap();
    alter(&files(dir.path()).log(), ROT).await;
    let desk = Desk::open(dir).await;
    let notices = desk.store.notices();
    assert!(
        notices
            .iter()
            .any(|said| said.contains("One change in it cannot be read any more")),
        "{notices:?}"
    );
    assert_eq!(named(&desk, 1).await, "D1");
    assert_eq!(named(&desk, 2).await, "");
    for day in 3..=4 {
        assert_eq!(named(&desk, day).await, format!("D{day}"));
    }
    desk.sound().await;
    let desk = desk.reopened().await;
    assert_eq!(desk.store.notices(), [] as [&str; 0], "said once");
}

/// A large log is not read through at every opening: folding it finds the rot, and the next opening mends.
#[tokio::test]
async fn a_rotten_entry_is_not_left_out_of_the_view_without_a_word() {
    let (dir, _) = of_days(4).await;
    let desk = Desk::open(dir).await;
    {
        let mut writer = desk.store.writer().await.unwrap();
        sqlx::query(ROT).execute(&mut writer.log).await.unwrap();
        let mut tx = writer.view.begin().await.unwrap();
        snapshot::clear(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        writer.behind = true;
    }
    let broken = desk.store.writer().await.map(|_| ());
    assert!(matches!(broken, Err(Error::BrokenEntry(3))), "{broken:?}");
    assert!(files(desk.dir.path()).suspect().exists());
    let desk = desk.reopened().await;
    for day in 1..=4 {
        assert_eq!(named(&desk, day).await, format!("D{day}"));
    }
    desk.sound().await;
}

/// Of a large view nobody reads everything at opening: whoever meets what cannot be read marks it.
#[tokio::test]
async fn a_view_that_somebody_could_not_read_is_built_again() {
    let (dir, _) = of_days(2).await;
    alter(&files(dir.path()).view(), "update campaign set state = x'ff'").await;
    let desk = Desk::open(dir).await;
    assert_eq!(desk.store.notices(), [] as [&str; 0], "every page is sound");
    assert!(desk.store.campaigns(10).await.is_err());
    let dir = desk.closed().await;
    assert!(files(dir.path()).suspect_view().exists());
    let desk = Desk::open(dir).await;
    assert!(
        desk.store.notices()[0].contains("view.db.damaged-"),
        "{:?}",
        desk.store.notices()
    );
    assert_eq!(named(&desk, 2).await, "D2");
    assert!(!files(desk.dir.path()).suspect_view().exists());
}

/// No page of the view can lock anybody out.
#[tokio::test]
async fn a_few_flipped_bytes_of_the_view_are_found_when_it_is_opened() {
    let (dir, _) = of_days(2).await;
    let view = files(dir.path()).view();
    let sound = std::fs::read(&view).unwrap();
    let mut dir = dir;
    for page in (1..sound.len() / 4096).step_by(3) {
        let mut bytes = sound.clone();
        for byte in &mut bytes[page * 4096..page * 4096 + 32] {
            *byte ^= 0xff;
        }
        std::fs::write(files(dir.path()).view(), bytes).unwrap();
        let desk = Desk::open(dir).await;
        assert_eq!(named(&desk, 2).await, "D2", "page {page}");
        desk.name(3, "D3").await;
        dir = desk.closed().await;
    }
}

//! The WAL: bounded by the writer's checkpoints, grown by a reader that does not end, and bounded again after it.

use super::files;
use crate::desk::Desk;
use crate::{log, sqlite};
use sqlx::Connection as _;

const MB: u64 = 1024 * 1024;

/// Writes so many MB through the log's writer, and how long the WAL is then.
async fn write(desk: &Desk, megabytes: u64) -> u64 {
    for _ in 0..megabytes * 4 {
        let mut bytes = vec![0; 250_000];
        getrandom::fill(&mut bytes).unwrap();
        let mut writer = desk.store.writer().await.unwrap();
        log::set_meta(&mut writer.log, "probe", &bytes).await.unwrap();
    }
    desk.name(1, "x").await;
    std::fs::metadata(desk.dir.path().join("log.db-wal")).map_or(0, |meta| meta.len())
}

#[tokio::test]
async fn it_is_bounded_and_a_long_reader_lets_it_grow_only_while_it_reads() {
    let desk = Desk::founded().await;
    let bound = sqlite::CHECKPOINT_PAGES * 4096 + 4 * MB;
    let alone = write(&desk, 24).await;
    assert!(alone <= bound, "{} MB", alone / MB);

    let mut reader = sqlite::open_looking(&files(desk.dir.path()).log()).await.unwrap();
    let mut reading = reader.begin().await.unwrap();
    let count = "select count(*) from entry";
    let seen: i64 = sqlx::query_scalar(count).fetch_one(&mut *reading).await.unwrap();
    let grown = write(&desk, 36).await;
    assert!(grown > alone + 8 * MB, "the reader is in the way: {} MB", grown / MB);
    let still: i64 = sqlx::query_scalar(count).fetch_one(&mut *reading).await.unwrap();
    assert_eq!(still, seen, "and sees what it saw");
    reading.rollback().await.unwrap();
    reader.close().await.unwrap();

    let after = write(&desk, 24).await;
    println!(
        "alone {} MB, beside a reader {} MB, after it {} MB",
        alone / MB,
        grown / MB,
        after / MB
    );
    assert!(
        after <= grown + 4 * MB,
        "it is written from its beginning again: {} MB",
        after / MB
    );
    desk.store.close().await.unwrap();
    assert!(!desk.dir.path().join("log.db-wal").exists(), "nothing is left of it");
}

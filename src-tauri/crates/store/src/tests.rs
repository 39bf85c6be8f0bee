//! What needs this crate's own bugs to be switched on, and what needs its files from inside. Everything else is in `tests/`.

mod backups;
mod copied;
mod flushed;
mod gone_back;
mod identities;
mod lost_log;
mod no_room;
mod rotten;
mod sealed;
mod shadow;
mod wal;

use crate::files::Files;
use std::path::Path;

fn files(dir: &Path) -> Files {
    Files::at(dir).unwrap()
}

/// The log as a bad disk leaves it.
fn damage(dir: &Path) {
    std::fs::write(files(dir).log(), [7; 9000]).unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(dir.join(format!("log.db{suffix}")));
    }
}

/// Changes a closed database behind the program's back.
async fn alter(database: &Path, statement: &'static str) {
    use sqlx::Connection as _;
    let durability = crate::sqlite::Durability::Full;
    let mut connection = crate::sqlite::open_writer(database, durability).await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A local board, and a log of it from each of these moments; its program is closed.
async fn of_days(days: u8) -> (tempfile::TempDir, Vec<Vec<u8>>) {
    let mut desk = crate::desk::Desk::founded().await;
    let mut logs = Vec::new();
    for day in 1..=days {
        desk.name(day, &format!("D{day}")).await;
        let dir = desk.closed().await;
        logs.push(std::fs::read(files(dir.path()).log()).unwrap());
        // Every closing copies the log, as if a day had passed.
        let files = files(dir.path());
        let chain = crate::backup::list(&files).first().map_or(0, |backup| backup.head);
        if chain < u64::from(day) + 1 {
            let board = crate::identity_file::IdentityFile::read(&files)
                .unwrap()
                .unwrap()
                .workspace;
            let at = crate::desk::NOW + i64::from(day);
            crate::backup::make(&files, board, at, u64::from(day) + 1)
                .await
                .unwrap();
        }
        desk = crate::desk::Desk::open(dir).await;
    }
    (desk.closed().await, logs)
}

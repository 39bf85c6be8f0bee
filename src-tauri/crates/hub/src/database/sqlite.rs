//! One file, `hub.db`: who may write it, who reads it, and when it is not opened at all.
//!
//! One connection writes and does every checkpoint; the others cannot write. `synchronous = full`, because a receipt is a
//! promise that outlives a power cut.

use super::{PATIENCE, unhurried};
use crate::{Error, Result};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection, Transaction};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// In order; the position is the schema's version. Applied ones are never edited.
const MIGRATIONS: [&str; 2] = [
    include_str!("../../migrations/sqlite/0001_log.sql"),
    include_str!("../../migrations/sqlite/0002_heads.sql"),
];
/// SQLite 3.7.0 to 3.51.2 can corrupt a database with a write-ahead log.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
/// Pages are short reads; more than a few at once only fight for the same disk.
const READERS: u32 = 4;
/// Somebody else (a backup tool) may hold the file for a moment.
const BUSY: Duration = Duration::from_secs(5);

/// The open file.
#[derive(Debug)]
pub struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Held as long as the hub runs: two hubs would give the same places.
    lock: File,
}

/// Where the file lies in a hub's directory.
pub fn file(dir: &Path) -> PathBuf {
    dir.join("hub.db")
}

impl Sqlite {
    /// Opens or creates `hub.db` in `dir`.
    pub async fn open(dir: &Path) -> Result<Self> {
        let lock = lock(dir)?;
        let options = SqliteConnectOptions::new()
            .filename(file(dir))
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full);
        let lasting = || {
            without_stuck()
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(PATIENCE)
        };
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let writer = lasting().max_connections(1).connect_with(writing).await?;
        check_sqlite(&sqlite_version(&mut *writer.acquire().await?).await?)?;
        migrate(&mut *writer.acquire().await?).await?;
        let reading = options.pragma("query_only", "1");
        let readers = lasting().max_connections(READERS).connect_with(reading).await?;
        Ok(Self { writer, readers, lock })
    }

    /// The one transaction that may write; the next waits until it is committed or dropped.
    pub async fn begin(&self) -> Result<Transaction<'static, sqlx::Sqlite>> {
        Ok(self.writer.begin_with("begin immediate").await?)
    }

    /// A connection that cannot write.
    pub async fn reader(&self) -> Result<PoolConnection<sqlx::Sqlite>> {
        Ok(self.readers.acquire().await?)
    }

    /// Readers first, so that the writer's end leaves one clean file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        // Said, not left to the closing: a child that is just being started still holds the open file.
        let _ = self.lock.unlock();
    }
}

/// A pool that hands out no connection that is stuck.
///
/// When there is no room, SQLite may end a transaction by itself. The rollback that sqlx sends then has nothing to roll
/// back and fails, and sqlx goes on believing that a transaction is open: nothing could be begun on this connection any
/// more until the hub starts again. A pool that hears "no" closes it and opens another.
pub fn without_stuck() -> SqlitePoolOptions {
    let options = unhurried(SqlitePoolOptions::new());
    options.before_acquire(|connection, _| {
        Box::pin(async move {
            // What was dropped a moment ago may still be on its way to the connection's thread.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("hub.lock");
    let file = File::create(&path).map_err(Error::io(format!("{} cannot be made", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse(dir.into())),
        Err(TryLockError::Error(source)) => Err(Error::io(format!("{} cannot be locked", path.display()))(source)),
    }
}

async fn sqlite_version(connection: &mut SqliteConnection) -> Result<String> {
    let version = sqlx::query_scalar("select sqlite_version()");
    Ok(version.fetch_one(connection).await?)
}

fn check_sqlite(version: &str) -> Result<()> {
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if numbers.as_slice() < OLDEST_SQLITE.as_slice() {
        return Err(Error::OldSqlite(version.into()));
    }
    Ok(())
}

/// Is this a hub's file, of this program's version? A file that is only read is not migrated.
pub async fn check_version(connection: &mut SqliteConnection) -> Result<()> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = sqlx::query_scalar("pragma user_version").fetch_one(connection).await?;
    match found {
        _ if found == known => Ok(()),
        _ if found > known => Err(Error::Newer { found, known }),
        0 => Err(Error::Damaged("this is no hub's database".into())),
        _ => Err(Error::Older { found, known }),
    }
}

/// Brings a file's tables up to this program's version, each step in a transaction of its own.
pub async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = sqlx::query_scalar("pragma user_version")
        .fetch_one(&mut *connection)
        .await?;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        let mut transaction = sqlx::Connection::begin_with(&mut *connection, "begin immediate").await?;
        sqlx::raw_sql(migration).execute(&mut *transaction).await?;
        let mark = sqlx::AssertSqlSafe(format!("pragma user_version = {version}"));
        sqlx::raw_sql(mark).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_sqlite_is_refused() {
        for (version, good) in [
            ("3.51.3", true),
            ("3.52.0", true),
            ("4.0.0", true),
            ("3.51.2", false),
            ("3.9.9", false),
            ("", false),
        ] {
            assert_eq!(check_sqlite(version).is_ok(), good, "{version}");
        }
    }

    #[tokio::test]
    async fn a_newer_database_and_a_second_hub_are_refused_with_words() {
        let dir = tempfile::tempdir().unwrap();
        let first = Sqlite::open(dir.path()).await.unwrap();
        let second = Sqlite::open(dir.path()).await.map(|_| ()).unwrap_err();
        assert!(
            second.to_string().starts_with("another hub already runs on"),
            "{second}"
        );
        let mut writer = first.begin().await.unwrap();
        sqlx::raw_sql("pragma user_version = 9")
            .execute(&mut *writer)
            .await
            .unwrap();
        writer.commit().await.unwrap();
        first.close().await;
        drop(first);
        let newer = Sqlite::open(dir.path()).await.map(|_| ()).unwrap_err();
        let sentence = "the database has version 9 and this hub knows 2; update the hub";
        assert_eq!(newer.to_string(), sentence);
    }

    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_by_itself_does_not_stop_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(dir.path()).await.unwrap();
        let mut ended = sqlite.begin().await.unwrap();
        sqlx::raw_sql("rollback").execute(&mut *ended).await.unwrap();
        drop(ended);
        sqlite.begin().await.unwrap().commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_reader_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let database = Sqlite::open(dir.path()).await.unwrap();
        let mut reader = database.reader().await.unwrap();
        let written = sqlx::query("delete from entry").execute(&mut *reader).await;
        assert!(written.is_err());
    }
}

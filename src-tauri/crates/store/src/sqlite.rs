//! Opening SQLite files the one way they may be opened.

use crate::error::Error;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// The oldest SQLite that is safe: 3.7.0 to 3.51.2 can corrupt a WAL database.
const SQLITE_FLOOR: (u32, u32, u32) = (3, 51, 3);
/// Readers of one file at once; a page of the board needs two.
const READERS: u32 = 3;

/// How much of a commit must be on the disk before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Flushed at every commit: "saved" is true. The log.
    Full,
    /// Flushed at checkpoints: a cache that can be folded again. The view.
    Cache,
}

/// The one writing connection of a file. It also does every checkpoint.
pub async fn open_writer(path: &Path, durability: Durability) -> Result<SqliteConnection, Error> {
    let synchronous = match durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::Cache => SqliteSynchronous::Normal,
    };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .busy_timeout(Duration::from_secs(5))
        // An import touches pages all over; spilling them in the middle of a transaction costs more than the memory.
        .pragma("cache_size", "-32000")
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864")
        .pragma("trusted_schema", "off");
    let mut connection = options.connect().await?;
    check_version(&mut connection).await?;
    Ok(connection)
}

/// Readers that cannot write, opened when first used.
pub fn readers(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(5))
        .pragma("query_only", "on")
        .pragma("cache_size", "-4000")
        .pragma("trusted_schema", "off");
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_lazy_with(options)
}

async fn check_version(connection: &mut SqliteConnection) -> Result<(), Error> {
    let version: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(connection)
        .await?;
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    let found = (next(), next(), next());
    if found < SQLITE_FLOOR {
        Err(Error::OldSqlite(version))
    } else {
        Ok(())
    }
}

/// Creates the schema in an empty file, or checks that the file is of `version`.
/// Returns false when the file is of an older version.
pub async fn ensure_schema(
    connection: &mut SqliteConnection,
    schema: &'static str,
    version: i64,
) -> Result<bool, Error> {
    let found: i64 = sqlx::query_scalar("pragma user_version")
        .fetch_one(&mut *connection)
        .await?;
    if found > version {
        return Err(Error::Newer);
    }
    if found == 0 {
        // The version is set in the same transaction: a crash leaves an empty file or a whole schema.
        let script = format!("begin immediate; {schema} pragma user_version = {version}; commit;");
        sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(connection).await?;
        return Ok(true);
    }
    Ok(found == version)
}

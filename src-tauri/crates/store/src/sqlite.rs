//! Opening SQLite files the one way they may be opened.

use crate::error::Error;
use crate::planted;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// The oldest SQLite that is safe: 3.7.0 to 3.51.2 can corrupt a WAL database.
const SQLITE_FLOOR: (u32, u32, u32) = (3, 51, 3);
/// Readers of one file at once; a page of the board needs two.
const READERS: u32 = 3;

/// The writer's commit that makes the WAL longer than so many pages (16 MB) carries it over into the file. No reader here
/// holds a transaction for longer than one page of the board takes, but for the daily copy and `verify`; while one does,
/// the WAL grows by what is written, and is written from its beginning again as soon as it ends.
pub const CHECKPOINT_PAGES: u64 = 4000;
/// A WAL that grew beyond this beside a long reader is cut back to it, in bytes.
const WAL_KEPT_LEN: u64 = 64 * 1024 * 1024;

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
        Durability::Full if planted::is("normal-sync") => SqliteSynchronous::Normal,
        Durability::Full => SqliteSynchronous::Full,
        Durability::Cache => SqliteSynchronous::Normal,
    };
    // What waits for the hub waits in the clear, and is overwritten when it leaves. The view is written anew after an erasure.
    let wipes = if durability == Durability::Full { "on" } else { "off" };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .busy_timeout(Duration::from_secs(5))
        // An import touches pages all over; spilling them in the middle of a transaction costs more than the memory.
        .pragma("cache_size", "-32000")
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
        .pragma("journal_size_limit", WAL_KEPT_LEN.to_string())
        .pragma("secure_delete", wipes)
        .pragma("trusted_schema", "off");
    let mut connection = options.connect().await?;
    check_version(&mut connection).await?;
    Ok(connection)
}

/// Readers that cannot write, opened when first used; of a `still` file, which nobody can write.
pub fn readers(path: &Path, still: bool) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .read_only(still)
        .immutable(still)
        .busy_timeout(Duration::from_secs(5))
        .pragma("query_only", "on")
        .pragma("cache_size", "-4000")
        .pragma("trusted_schema", "off");
    unhurried(SqlitePoolOptions::new())
        .max_connections(READERS)
        .connect_lazy_with(options)
}

/// Without the pool's own housekeeping, which closes what rests for long: nothing is saved by that here, and in sqlx 0.9.0 it
/// can turn for ever (transact-rs/sqlx#3645, mended behind that version). Taking a connection just as another comes back
/// brings the count of those at rest below zero, which is a very large number, and one thread goes through all of them: the
/// program never ends.
fn unhurried(options: SqlitePoolOptions) -> SqlitePoolOptions {
    options.idle_timeout(None).max_lifetime(None)
}

/// A connection that copies a whole file into another.
pub async fn open_copier(path: &Path) -> Result<SqliteConnection, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(5))
        .pragma("cache_size", "-4000")
        .pragma("trusted_schema", "off");
    Ok(options.connect().await?)
}

/// A connection that reads beside a writer and leaves the file as it is, its WAL included.
pub async fn open_looking(path: &Path) -> Result<SqliteConnection, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .read_only(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("cache_size", "-16000")
        .pragma("trusted_schema", "off");
    Ok(options.connect().await?)
}

/// Is every page of this file sound? Its first complaint.
pub async fn complaint(connection: &mut SqliteConnection) -> Result<Option<String>, Error> {
    let verdict: String = sqlx::query_scalar("pragma integrity_check(1)")
        .fetch_one(connection)
        .await?;
    Ok((verdict != "ok").then_some(verdict))
}

/// A connection to a file that nobody writes, a backup, and that leaves nothing beside it.
pub async fn open_still(path: &Path) -> Result<SqliteConnection, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .read_only(true)
        .immutable(true)
        .pragma("cache_size", "-4000")
        .pragma("trusted_schema", "off");
    Ok(options.connect().await?)
}

/// The schema version of a file; a version newer than `known` is for a newer program.
pub async fn not_newer(connection: &mut SqliteConnection, known: i64) -> Result<i64, Error> {
    let found: i64 = sqlx::query_scalar("pragma user_version").fetch_one(connection).await?;
    if found > known { Err(Error::Newer) } else { Ok(found) }
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

/// A schema and how older files come to it.
#[derive(Debug)]
pub struct Shape {
    /// All of it, for an empty file.
    pub schema: &'static str,
    /// Its version.
    pub version: i64,
    /// (from version, what makes the next one of it). One that was released is never edited.
    pub steps: &'static [(i64, &'static str)],
}

/// Brings a file of `version` to this shape. Each step and its version are one transaction: a crash leaves the file
/// before a step or behind it.
pub async fn bring_up(connection: &mut SqliteConnection, shape: &Shape, version: i64) -> Result<(), Error> {
    let mut version = version;
    if version == 0 {
        ensure_schema(connection, shape.schema, shape.version).await?;
        version = shape.version;
    }
    while version < shape.version {
        let step = shape.steps.iter().find(|(from, _)| *from == version);
        let (_, statements) = step.ok_or(Error::Newer)?;
        version += 1;
        let script = format!("begin immediate; {statements} pragma user_version = {version}; commit;");
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(script))
            .execute(&mut *connection)
            .await;
        if let Err(error) = done {
            // The statement that failed has left its transaction open.
            let _ = sqlx::raw_sql("rollback").execute(&mut *connection).await;
            return Err(error.into());
        }
    }
    Ok(())
}

/// Is this connection of no more use?
///
/// When there is no room, SQLite may end a transaction by itself. The rollback that sqlx sends then has nothing to roll
/// back and fails, and sqlx goes on believing that a transaction is open: nothing could be begun on this connection any
/// more until the program starts again.
pub async fn is_stuck(connection: &mut SqliteConnection) -> Result<bool, Error> {
    if !connection.is_in_transaction() || planted::is("stuck-connection") {
        return Ok(false);
    }
    // What was dropped a moment ago may still be on its way to the connection's thread.
    connection.ping().await?;
    Ok(connection.is_in_transaction())
}

/// Opens a file anew in place of a connection that is stuck.
pub async fn exchange(connection: &mut SqliteConnection, path: &Path, durability: Durability) -> Result<(), Error> {
    let fresh = open_writer(path, durability).await?;
    let stuck = std::mem::replace(connection, fresh);
    stuck.close().await?;
    Ok(())
}

/// A database in memory that stands in while a file is exchanged.
pub async fn open_nowhere() -> Result<SqliteConnection, Error> {
    Ok(SqliteConnectOptions::new().in_memory(true).connect().await?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn readers_keep_no_house() {
        let pool = readers(Path::new("nowhere"), false);
        let options = pool.options();
        assert_eq!((options.get_idle_timeout(), options.get_max_lifetime()), (None, None));
    }
}

//! Where the boards are kept: one SQLite file, or a PostgreSQL that several replicas of the hub share.
//!
//! Both hold the same tables, and the same statements run over both ([`crate::log`], [`crate::waiting`]): numbered
//! parameters, whole numbers of 64 bits, and nothing that only one of them knows. What differs is in two files: how it is
//! opened and migrated, and who keeps two writers of one board apart: in SQLite its one writing connection, in
//! PostgreSQL the lock on the board's row.
//!
//! Statements are plain and tested, not checked at build time.

mod postgres;
pub mod sqlite;

use crate::Result;
pub use postgres::Postgres;
pub use sqlite::Sqlite;
use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::{PgConnection, SqliteConnection, Transaction};
use std::time::Duration;

/// Whoever waits longer for a connection is told to come back later.
const PATIENCE: Duration = Duration::from_secs(20);

/// Without the pool's own housekeeping: in sqlx 0.9.0 it can hold a thread for ever (transact-rs/sqlx#3645, mended behind that
/// version). A connection that the other side has closed is found when it is taken, and replaced.
fn unhurried<DB: sqlx::Database>(options: PoolOptions<DB>) -> PoolOptions<DB> {
    options.idle_timeout(None).max_lifetime(None)
}

/// The boards' database.
#[derive(Debug)]
pub enum Database {
    /// One file, one process.
    Sqlite(Sqlite),
    /// A server, any number of replicas.
    Postgres(Postgres),
}

/// A connection that only reads.
pub enum Reader {
    /// It cannot write.
    Sqlite(PoolConnection<sqlx::Sqlite>),
    /// It does not write.
    Postgres(PoolConnection<sqlx::Postgres>),
}

/// A transaction that may write. Dropped, it was nothing.
pub enum Writing {
    /// The one there is; the next waits.
    Sqlite(Transaction<'static, sqlx::Sqlite>),
    /// One of several; a board's row lock keeps them apart.
    Postgres(Transaction<'static, sqlx::Postgres>),
}

/// What a statement runs on.
pub enum Link<'a> {
    /// One dialect.
    Sqlite(&'a mut SqliteConnection),
    /// The other.
    Postgres(&'a mut PgConnection),
}

/// Runs the same statement over either dialect: the library's types differ, the text does not.
macro_rules! on {
    ($link:expr, |$connection:ident| $work:expr) => {
        match $link {
            $crate::database::Link::Sqlite(connection) => {
                let $connection = &mut **connection;
                $work
            }
            $crate::database::Link::Postgres(connection) => {
                let $connection = &mut **connection;
                $work
            }
        }
    };
}
pub(crate) use on;

impl Database {
    /// A transaction that may write.
    pub async fn begin(&self) -> Result<Writing> {
        Ok(match self {
            Self::Sqlite(sqlite) => Writing::Sqlite(sqlite.begin().await?),
            Self::Postgres(postgres) => Writing::Postgres(postgres.begin().await?),
        })
    }

    /// A connection to read with.
    pub async fn reader(&self) -> Result<Reader> {
        Ok(match self {
            Self::Sqlite(sqlite) => Reader::Sqlite(sqlite.reader().await?),
            Self::Postgres(postgres) => Reader::Postgres(postgres.reader().await?),
        })
    }

    /// The server, when several replicas may share it.
    pub fn shared(&self) -> Option<&Postgres> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(postgres) => Some(postgres),
        }
    }

    /// Does it answer?
    pub async fn ping(&self) -> Result<()> {
        let mut reader = self.reader().await?;
        let mut link = reader.link();
        on!(&mut link, |connection| sqlx::query(
            "select count(*) from (select key from workspace limit 1) as some"
        )
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Waits for what is under way and closes.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }
}

impl Reader {
    /// To run a statement on.
    pub fn link(&mut self) -> Link<'_> {
        match self {
            Self::Sqlite(connection) => Link::Sqlite(connection),
            Self::Postgres(connection) => Link::Postgres(connection),
        }
    }
}

impl Writing {
    /// To run a statement on.
    pub fn link(&mut self) -> Link<'_> {
        match self {
            Self::Sqlite(transaction) => Link::Sqlite(transaction),
            Self::Postgres(transaction) => Link::Postgres(transaction),
        }
    }

    /// Makes it durable: after this a power cut takes nothing back.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pool_keeps_house() {
        let options = unhurried(sqlx::postgres::PgPoolOptions::new());
        assert_eq!((options.get_idle_timeout(), options.get_max_lifetime()), (None, None));
        let options = sqlite::without_stuck();
        assert_eq!((options.get_idle_timeout(), options.get_max_lifetime()), (None, None));
    }
}

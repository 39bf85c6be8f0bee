//! A PostgreSQL that any number of replicas of this hub share. The tables lie in a schema of their own, `sidedesk_hub`.
//!
//! A replica is told by a notification that another one stored something. That is a hint and may be lost: every two
//! seconds each replica looks by itself ([`crate::replica`]).

use super::{PATIENCE, unhurried};
use crate::{Error, Result};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{PgConnection, Transaction};
use std::net::IpAddr;
use std::str::FromStr as _;

/// In order; the position is the schema's version. Applied ones are never edited.
const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/postgres/0001_log.sql")];
/// Writers of different boards work side by side; more than this many only wait for the same disk.
const WRITERS: u32 = 8;
/// Pages, and one for the notifications.
const READERS: u32 = 5;
/// The tables lie in it, and under the same name notifications are sent.
const SCHEMA: &str = "sidedesk_hub";
/// Any number; it keeps two replicas from creating the tables at once.
const MIGRATION_LOCK: i64 = 0x5349_4445_4855_4221;
/// A receipt is a promise that outlives a power cut, whatever the server's default is. The limits free a board's row when a
/// replica is frozen in the middle of a transaction, and let nobody wait for it for ever.
const SETTINGS: [(&str, &str); 5] = [
    ("search_path", SCHEMA),
    ("synchronous_commit", "on"),
    ("lock_timeout", "15s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "10s"),
];

/// The server.
#[derive(Debug)]
pub struct Postgres {
    writers: PgPool,
    readers: PgPool,
}

/// Beyond this computer the server's certificate is verified, unless the address says that there is to be none. The modes
/// in between encrypt and look at nothing, which keeps out nobody who is in between.
fn verified(options: PgConnectOptions) -> Result<PgConnectOptions> {
    let host = options.get_host();
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match options.get_ssl_mode() {
        PgSslMode::Disable | PgSslMode::VerifyCa | PgSslMode::VerifyFull => Ok(options),
        // What an address without a word about it means.
        PgSslMode::Prefer if is_here => Ok(options.ssl_mode(PgSslMode::Disable)),
        PgSslMode::Prefer => Ok(options.ssl_mode(PgSslMode::VerifyFull)),
        PgSslMode::Allow | PgSslMode::Require => Err(Error::Address(
            "sslmode=allow and sslmode=require do not look at the server's certificate; say sslmode=verify-full, or \
             sslmode=disable inside a network that you trust"
                .into(),
        )),
    }
}

impl Postgres {
    /// Connects, and makes or migrates the tables.
    pub async fn open(url: &str) -> Result<Self> {
        let this = Self::connect(url).await?;
        migrate(&mut *this.writers.acquire().await?).await?;
        Ok(this)
    }

    /// Connects to look only: tables of another version are refused.
    pub async fn open_as_it_is(url: &str) -> Result<Self> {
        let this = Self::connect(url).await?;
        let found: Option<i64> = sqlx::query_scalar("select max(version) from schema_version")
            .fetch_one(&this.readers)
            .await?;
        let (found, known) = (found.unwrap_or(0), known());
        if found != known {
            return Err(Error::Newer { found, known });
        }
        Ok(this)
    }

    async fn connect(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url).map_err(|error| Error::Address(error.to_string()))?;
        let options = verified(options)?.application_name("sidedesk-hub").options(SETTINGS);
        let pool = |connections| {
            unhurried(PgPoolOptions::new())
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
        };
        Ok(Self {
            writers: pool(WRITERS).connect_with(options.clone()).await?,
            readers: pool(READERS).connect_with(options).await?,
        })
    }

    /// One moment of the whole database, however long it is read.
    pub async fn moment(&self) -> Result<Transaction<'static, sqlx::Postgres>> {
        let begin = "begin isolation level repeatable read read only";
        Ok(self.readers.begin_with(begin).await?)
    }

    /// A transaction that may write.
    pub async fn begin(&self) -> Result<Transaction<'static, sqlx::Postgres>> {
        Ok(self.writers.begin().await?)
    }

    /// A connection to read with.
    pub async fn reader(&self) -> Result<PoolConnection<sqlx::Postgres>> {
        Ok(self.readers.acquire().await?)
    }

    /// Hears what other replicas (and this one) say.
    pub async fn listen(&self) -> Result<PgListener> {
        let mut listener = PgListener::connect_with(&self.readers).await?;
        listener.listen(SCHEMA).await?;
        Ok(listener)
    }

    /// Tells the replicas something. In no transaction that stores: a notification makes commits queue up.
    pub async fn tell(&self, word: &str) -> Result<()> {
        sqlx::query("select pg_notify($1, $2)")
            .bind(SCHEMA)
            .bind(word)
            .execute(&self.readers)
            .await?;
        Ok(())
    }

    /// Waits for what is under way.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

async fn migrate(connection: &mut PgConnection) -> Result<()> {
    let known = known();
    let mut transaction = sqlx::Connection::begin(connection).await?;
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *transaction)
        .await?;
    sqlx::raw_sql(
        "create schema if not exists sidedesk_hub;
         create table if not exists schema_version (version bigint not null);",
    )
    .execute(&mut *transaction)
    .await?;
    let found: Option<i64> = sqlx::query_scalar("select max(version) from schema_version")
        .fetch_one(&mut *transaction)
        .await?;
    let found = found.unwrap_or(0);
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        sqlx::raw_sql(migration).execute(&mut *transaction).await?;
        sqlx::query("insert into schema_version (version) values ($1)")
            .bind(version)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

//! Queries over the boards: their heads, the kept states, whose they are.
//!
//! A board's state grows with its team, so it is kept every [`STATE_EVERY`] entries and whenever somebody comes or goes.
//! Opening a board reads the last one kept and the entries behind it.

use crate::database::{Link, on};
use crate::log::{self, number, place};
use crate::{Error, Result};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::message::{MAX_PAGE_ENTRIES, MAX_PAGE_LEN};
use sidedesk_protocol::{Hash, WorkspaceId};

/// Entries behind the kept state at most, and a group more: opening a board verifies so many signatures, 25 000 a second.
pub const STATE_EVERY: u64 = 256;

/// A board's row, as far as it changes with every op.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Place of the last entry.
    pub n: u64,
    /// Chain hash there.
    pub hash: Hash,
    /// Counts requests to join.
    pub asks: i64,
    /// Devices bring back what a restored backup lacks.
    pub healing: bool,
}

/// A board as stored.
#[derive(Debug)]
pub struct Stored {
    /// Its row.
    pub key: i64,
    /// At its head.
    pub chain: Chain,
    /// Place of the state that is kept.
    pub kept: u64,
    /// Requests to join so far.
    pub asks: i64,
    /// Devices bring back what a restored backup lacks.
    pub healing: bool,
}

type HeadRow = (i64, Vec<u8>, i64, i64);
type StoredRow = (i64, Vec<u8>, i64, Vec<u8>, i64, i64);

impl Head {
    fn read((n, hash, asks, healing): HeadRow) -> Result<Self> {
        Ok(Self {
            n: place(n)?,
            hash: hash.try_into().map_err(|_| damaged("a hash has the wrong length"))?,
            asks,
            healing: healing != 0,
        })
    }
}

/// How many boards there are.
pub async fn count(link: &mut Link<'_>) -> Result<i64> {
    let counted = on!(link, |connection| sqlx::query_scalar("select count(*) from workspace")
        .fetch_one(connection)
        .await)?;
    Ok(counted)
}

/// A board's head.
pub async fn head(link: &mut Link<'_>, key: i64) -> Result<Head> {
    let row: HeadRow = on!(link, |connection| sqlx::query_as(
        "select n, hash, asks, healing
         from workspace
         where key = $1",
    )
    .bind(key)
    .fetch_one(connection)
    .await)?;
    Head::read(row)
}

/// A board's head, and nobody else moves it before the transaction ends.
pub async fn lock_head(link: &mut Link<'_>, key: i64) -> Result<Head> {
    let Link::Postgres(connection) = link else {
        return head(link, key).await; // the one writer
    };
    if crate::planted::no_row_lock() {
        return head(link, key).await;
    }
    let row: HeadRow = sqlx::query_as(
        "select n, hash, asks, healing
         from workspace
         where key = $1
         for no key update",
    )
    .bind(key)
    .fetch_one(&mut **connection)
    .await?;
    Head::read(row)
}

/// Every board's row and what changes in it, for a look at what other replicas did.
pub async fn heads(link: &mut Link<'_>) -> Result<Vec<(i64, Head)>> {
    let rows: Vec<(i64, i64, Vec<u8>, i64, i64)> = on!(link, |connection| sqlx::query_as(
        "select key, n, hash, asks, healing
         from workspace",
    )
    .fetch_all(connection)
    .await)?;
    let read = |(key, n, hash, asks, healing)| Ok((key, Head::read((n, hash, asks, healing))?));
    rows.into_iter().map(read).collect()
}

/// Moves the head.
pub async fn update_head(link: &mut Link<'_>, key: i64, (n, hash): (u64, Hash)) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "update workspace
         set n = $1, hash = $2
         where key = $3",
    )
    .bind(number(n))
    .bind(hash.as_slice())
    .bind(key)
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}

/// Keeps the state at the head.
pub async fn update_state(link: &mut Link<'_>, key: i64, chain: &Chain) -> Result<()> {
    let bytes = chain_bytes(chain)?;
    on!(link, |connection| sqlx::query(
        "update workspace
         set chain = $1
         where key = $2",
    )
    .bind(bytes.as_slice())
    .bind(key)
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}

/// One more asks to join.
pub async fn count_ask(link: &mut Link<'_>, key: i64) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "update workspace
         set asks = asks + 1
         where key = $1",
    )
    .bind(key)
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}

/// Adds a board of which nothing is here yet. `None` when another replica was quicker.
pub async fn insert(link: &mut Link<'_>, chain: &Chain, healing: bool) -> Result<Option<i64>> {
    let bytes = chain_bytes(chain)?;
    let key = on!(link, |connection| sqlx::query_scalar(
        "insert into workspace (id, chain, healing)
         values ($1, $2, $3)
         on conflict (id) do nothing
         returning key",
    )
    .bind(chain.workspace.as_bytes())
    .bind(bytes.as_slice())
    .bind(i64::from(healing))
    .fetch_optional(connection)
    .await)?;
    Ok(key)
}

/// Looks a board up. A state that does not fit the log is an error, never repaired silently.
pub async fn find(link: &mut Link<'_>, id: WorkspaceId) -> Result<Option<Stored>> {
    let row: Option<StoredRow> = on!(link, |connection| sqlx::query_as(
        "select key, chain, n, hash, asks, healing
         from workspace
         where id = $1",
    )
    .bind(id.as_bytes())
    .fetch_optional(connection)
    .await)?;
    let Some((key, state, n, hash, asks, healing)) = row else {
        return Ok(None);
    };
    let head = Head::read((n, hash, asks, healing))?;
    let differ = |what: String| Error::Damaged(format!("{id}: {what}"));
    let mut chain = Chain::from_bytes(&state).map_err(|error| differ(error.to_string()))?;
    let kept = chain.n;
    if chain.workspace != id {
        return Err(differ("its state is another board's".into()));
    }
    while chain.n < head.n {
        let page = log::page(link, key, chain.n, (MAX_PAGE_ENTRIES, MAX_PAGE_LEN)).await?;
        if page.is_empty() {
            break;
        }
        // Another replica may have stored more since the row was read.
        for entry in page.iter().filter(|entry| entry.n <= head.n) {
            chain.append(entry).map_err(|error| differ(error.to_string()))?;
        }
    }
    if (chain.n, chain.hash) != (head.n, head.hash) {
        return Err(differ("its state and its log differ".into()));
    }
    Ok(Some(Stored {
        key,
        chain,
        kept,
        asks,
        healing: head.healing,
    }))
}

/// A board's row, as it is.
#[derive(Debug, Clone)]
pub struct Raw {
    /// Which board.
    pub id: WorkspaceId,
    /// The kept state.
    pub chain: Vec<u8>,
    /// Place of the last entry.
    pub n: u64,
    /// Chain hash there.
    pub hash: Hash,
    asks: i64,
    healing: i64,
}

/// The rows of all boards.
pub async fn keys(link: &mut Link<'_>) -> Result<Vec<i64>> {
    let keys = on!(link, |connection| sqlx::query_scalar(
        "select key from workspace order by key"
    )
    .fetch_all(connection)
    .await)?;
    Ok(keys)
}

/// One of them.
pub async fn raw(link: &mut Link<'_>, key: i64) -> Result<Raw> {
    let row: (Vec<u8>, Vec<u8>, i64, Vec<u8>, i64, i64) = on!(link, |connection| sqlx::query_as(
        "select id, chain, n, hash, asks, healing
         from workspace
         where key = $1",
    )
    .bind(key)
    .fetch_one(connection)
    .await)?;
    let (id, chain, n, hash, asks, healing) = row;
    Ok(Raw {
        id: WorkspaceId::from_slice(&id).ok_or_else(|| damaged("a board's id has the wrong length"))?,
        chain,
        n: place(n)?,
        hash: hash.try_into().map_err(|_| damaged("a hash has the wrong length"))?,
        asks,
        healing,
    })
}

/// The same row in another database; its key there.
pub async fn insert_raw(link: &mut Link<'_>, row: &Raw) -> Result<i64> {
    let key = on!(link, |connection| sqlx::query_scalar(
        "insert into workspace (id, chain, n, hash, asks, healing)
         values ($1, $2, $3, $4, $5, $6)
         returning key",
    )
    .bind(row.id.as_bytes())
    .bind(row.chain.as_slice())
    .bind(number(row.n))
    .bind(row.hash.as_slice())
    .bind(row.asks)
    .bind(row.healing)
    .fetch_one(connection)
    .await)?;
    Ok(key)
}

/// The public key that these boards name, when it is known.
pub async fn public_key(link: &mut Link<'_>) -> Result<Option<[u8; 32]>> {
    let key: Option<Vec<u8>> = on!(link, |connection| sqlx::query_scalar("select public_key from hub")
        .fetch_optional(connection)
        .await)?;
    key.map(|key| {
        key.try_into()
            .map_err(|_| damaged("the hub's public key has the wrong length"))
    })
    .transpose()
}

/// Notes whose boards these are, once.
pub async fn put_public_key(link: &mut Link<'_>, public_key: &[u8; 32]) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "insert into hub (only_row, public_key)
         values (1, $1)
         on conflict (only_row) do nothing",
    )
    .bind(public_key.as_slice())
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}

fn chain_bytes(chain: &Chain) -> Result<Vec<u8>> {
    chain.to_bytes().map_err(|error| Error::Damaged(error.to_string()))
}

fn damaged(what: &str) -> Error {
    Error::Damaged(what.into())
}

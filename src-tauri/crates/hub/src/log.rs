//! Queries over the boards' logs. Entries go in and come out byte for byte.

use crate::{Error, Result};
use futures_util::TryStreamExt as _;
use sidedesk_protocol::admit::Placed;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::{DeviceId, Hash, Millis, OpId, WorkspaceId, ZERO_HASH};
use sqlx::SqliteConnection;

/// A board as stored: its row and the state at its head.
#[derive(Debug)]
pub struct Stored {
    /// Its row.
    pub key: i64,
    /// At its head.
    pub chain: Chain,
}

/// How many boards there are.
pub async fn count_workspaces(connection: &mut SqliteConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("select count(*) from workspace")
        .fetch_one(connection)
        .await?)
}

/// Looks a board up. A state that does not fit the log is an error, never repaired silently.
pub async fn workspace(connection: &mut SqliteConnection, id: WorkspaceId) -> Result<Option<Stored>> {
    let row: Option<(i64, Vec<u8>, Option<i64>)> = sqlx::query_as(
        "select workspace.key, workspace.chain, max(entry.n)
         from workspace
         left join entry on entry.workspace = workspace.key
         where workspace.id = ?
         group by workspace.key",
    )
    .bind(id.as_bytes())
    .fetch_optional(connection)
    .await?;
    let Some((key, chain, last)) = row else {
        return Ok(None);
    };
    let chain = Chain::from_bytes(&chain).map_err(|error| Error::Damaged(format!("{id}: {error}")))?;
    if chain.workspace != id || number(chain.n) != Some(last.unwrap_or(0)) {
        return Err(Error::Damaged(format!("{id}: its state and its log differ")));
    }
    Ok(Some(Stored { key, chain }))
}

/// Adds a board of which nothing is here yet.
pub async fn insert_workspace(connection: &mut SqliteConnection, chain: &Chain) -> Result<i64> {
    let inserted = sqlx::query(
        "insert into workspace (id, chain)
         values (?, ?)",
    )
    .bind(chain.workspace.as_bytes())
    .bind(chain_bytes(chain)?)
    .execute(connection)
    .await?;
    Ok(inserted.last_insert_rowid())
}

/// Keeps the state at the head.
pub async fn update_chain(connection: &mut SqliteConnection, key: i64, chain: &Chain) -> Result<()> {
    sqlx::query(
        "update workspace
         set chain = ?
         where key = ?",
    )
    .bind(chain_bytes(chain)?)
    .bind(key)
    .execute(connection)
    .await?;
    Ok(())
}

fn chain_bytes(chain: &Chain) -> Result<Vec<u8>> {
    chain.to_bytes().map_err(|error| Error::Damaged(error.to_string()))
}

/// Who wrote an entry, and the chain after it.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Which op.
    pub op: OpId,
    /// By which device.
    pub device: DeviceId,
    /// Its count there.
    pub seq: u64,
    /// Chain hash after it.
    pub hash: Hash,
}

/// Appends an entry.
pub async fn insert_entry(connection: &mut SqliteConnection, key: i64, entry: &Entry, mark: Mark) -> Result<()> {
    sqlx::query(
        "insert into entry (workspace, n, hub_time, op, device, seq, hash, header, signature, body)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(key)
    .bind(number(entry.n))
    .bind(entry.hub_time)
    .bind(mark.op.as_bytes())
    .bind(mark.device.as_bytes())
    .bind(number(mark.seq))
    .bind(mark.hash.as_slice())
    .bind(entry.op.header.as_slice())
    .bind(entry.op.signature.as_slice())
    .bind(entry.op.body.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// What lies under a device's sequence.
pub async fn placed(connection: &mut SqliteConnection, key: i64, device: DeviceId, seq: u64) -> Result<Option<Placed>> {
    let row: Option<(Vec<u8>, i64, Millis, Vec<u8>)> = sqlx::query_as(
        "select op, n, hub_time, hash
         from entry
         where workspace = ? and device = ? and seq = ?",
    )
    .bind(key)
    .bind(device.as_bytes())
    .bind(number(seq))
    .fetch_optional(connection)
    .await?;
    row.map(|(op, n, hub_time, hash)| {
        Ok(Placed {
            op: OpId::from_slice(&op).ok_or_else(damaged)?,
            n: place(n)?,
            hub_time,
            hash: hash.try_into().map_err(|_| damaged())?,
        })
    })
    .transpose()
}

/// The chain hash at a place; zeros before the first, `None` beyond the last.
pub async fn hash_at(connection: &mut SqliteConnection, key: i64, n: u64) -> Result<Option<Hash>> {
    if n == 0 {
        return Ok(Some(ZERO_HASH));
    }
    let hash: Option<Vec<u8>> = sqlx::query_scalar(
        "select hash
         from entry
         where workspace = ? and n = ?",
    )
    .bind(key)
    .bind(number(n))
    .fetch_optional(connection)
    .await?;
    hash.map(|hash| hash.try_into().map_err(|_| damaged())).transpose()
}

/// Entries after a place, at most `limit` and at most `max_len` bytes; one always fits.
pub async fn page(
    connection: &mut SqliteConnection,
    key: i64,
    after: u64,
    (limit, max_len): (usize, usize),
) -> Result<Vec<Entry>> {
    let mut rows = sqlx::query_as::<_, (i64, Millis, Vec<u8>, Vec<u8>, Vec<u8>)>(
        "select n, hub_time, header, signature, body
         from entry
         where workspace = ? and n > ?
         order by n
         limit ?",
    )
    .bind(key)
    .bind(number(after))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch(connection);
    let (mut entries, mut len) = (Vec::new(), 0);
    while let Some((n, hub_time, header, signature, body)) = rows.try_next().await? {
        let signature = signature.try_into().map_err(|_| damaged())?;
        let op = SignedOp {
            header,
            signature,
            body,
        };
        len += op.len() + ENTRY_ENVELOPE_LEN;
        if len > max_len && !entries.is_empty() {
            break;
        }
        entries.push(Entry {
            n: place(n)?,
            hub_time,
            op,
        });
    }
    Ok(entries)
}

/// What CBOR adds to an entry at most: three array heads, two numbers, three byte-string heads.
const ENTRY_ENVELOPE_LEN: usize = 48;

/// As SQLite counts. Nothing can lie beyond, and a comparison with null finds nothing.
fn number(n: u64) -> Option<i64> {
    i64::try_from(n).ok()
}

fn place(n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_| damaged())
}

fn damaged() -> Error {
    Error::Damaged("an entry has the wrong length".into())
}

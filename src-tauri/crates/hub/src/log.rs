//! Queries over the boards' logs. Entries go in and come out byte for byte.

use crate::database::{Link, on};
use crate::{Error, Result};
use futures_util::TryStreamExt as _;
use sidedesk_protocol::admit::Placed;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::{DeviceId, Hash, Millis, OpId, ZERO_HASH};
use sqlx::QueryBuilder;

/// Rows in one statement: ten parameters each, and SQLite takes 32 766 of them.
const ROWS: usize = 500;

/// An entry with what is looked up about it.
#[derive(Debug, Clone)]
pub struct Row {
    /// As it is kept.
    pub entry: Entry,
    /// Which op.
    pub op: OpId,
    /// By which device.
    pub device: DeviceId,
    /// Its count there.
    pub seq: u64,
    /// Chain hash after it.
    pub hash: Hash,
}

impl Row {
    /// As a receipt needs it.
    pub fn placed(&self) -> Placed {
        Placed {
            op: self.op,
            n: self.entry.n,
            hub_time: self.entry.hub_time,
            hash: self.hash,
        }
    }
}

/// Appends entries.
pub async fn insert_entries(link: &mut Link<'_>, key: i64, rows: &[Row]) -> Result<()> {
    for rows in rows.chunks(ROWS) {
        on!(link, |connection| {
            let mut insert = QueryBuilder::new(
                "insert into entry (workspace, n, hub_time, op, device, seq, hash, header, signature, body) ",
            );
            insert.push_values(rows, |mut values, row| {
                values
                    .push_bind(key)
                    .push_bind(number(row.entry.n))
                    .push_bind(row.entry.hub_time)
                    .push_bind(row.op.as_bytes())
                    .push_bind(row.device.as_bytes())
                    .push_bind(number(row.seq))
                    .push_bind(row.hash.as_slice())
                    .push_bind(row.entry.op.header.as_slice())
                    .push_bind(row.entry.op.signature.as_slice())
                    .push_bind(row.entry.op.body.as_slice());
            });
            if crate::planted::insert_or_ignore() {
                insert.push(" on conflict do nothing");
            }
            // As many texts as there are lengths of groups: not worth remembering all of them.
            insert.build().persistent(false).execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// The next number of a sequence, for the bug that is named after it.
pub async fn planted_place(link: &mut Link<'_>, n: u64) -> Result<u64> {
    let Link::Postgres(connection) = link else {
        return Ok(n + 1);
    };
    let make = sqlx::AssertSqlSafe(format!("create sequence if not exists planted start with {}", n + 1));
    sqlx::raw_sql(make).execute(&mut **connection).await?;
    let next = sqlx::query_scalar("select nextval('planted')");
    place(next.fetch_one(&mut **connection).await?)
}

/// What lies under a device's sequence.
pub async fn placed(link: &mut Link<'_>, key: i64, device: DeviceId, seq: u64) -> Result<Option<Placed>> {
    let row: Option<(Vec<u8>, i64, Millis, Vec<u8>)> = on!(link, |connection| sqlx::query_as(
        "select op, n, hub_time, hash
         from entry
         where workspace = $1 and device = $2 and seq = $3",
    )
    .bind(key)
    .bind(device.as_bytes())
    .bind(number(seq))
    .fetch_optional(connection)
    .await)?;
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
pub async fn hash_at(link: &mut Link<'_>, key: i64, n: u64) -> Result<Option<Hash>> {
    if n == 0 {
        return Ok(Some(ZERO_HASH));
    }
    let hash: Option<Vec<u8>> = on!(link, |connection| sqlx::query_scalar(
        "select hash
         from entry
         where workspace = $1 and n = $2",
    )
    .bind(key)
    .bind(number(n))
    .fetch_optional(connection)
    .await)?;
    hash.map(|hash| hash.try_into().map_err(|_| damaged())).transpose()
}

/// Entries after a place, at most `limit` and at most `max_len` bytes; one always fits.
pub async fn page(link: &mut Link<'_>, key: i64, after: u64, (limit, max_len): (usize, usize)) -> Result<Vec<Entry>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut page = Page::new(max_len);
    on!(link, |connection| {
        let mut rows = sqlx::query_as::<_, PageRow>(
            "select n, hub_time, header, signature, body
             from entry
             where workspace = $1 and n > $2
             order by n
             limit $3",
        )
        .bind(key)
        .bind(number(after))
        .bind(limit)
        .fetch(connection);
        while let Some(row) = rows.try_next().await? {
            if !page.take(row)? {
                break;
            }
        }
    });
    Ok(page.entries)
}

type PageRow = (i64, Millis, Vec<u8>, Vec<u8>, Vec<u8>);

/// Entries until a page is full.
struct Page {
    entries: Vec<Entry>,
    len: usize,
    max_len: usize,
}

impl Page {
    fn new(max_len: usize) -> Self {
        Self {
            entries: Vec::new(),
            len: 0,
            max_len,
        }
    }

    /// False when it did not fit any more.
    fn take(&mut self, (n, hub_time, header, signature, body): PageRow) -> Result<bool> {
        let signature = signature.try_into().map_err(|_| damaged())?;
        let op = SignedOp {
            header,
            signature,
            body,
        };
        self.len += wire_len(&op);
        if self.len > self.max_len && !self.entries.is_empty() {
            return Ok(false);
        }
        let n = place(n)?;
        self.entries.push(Entry { n, hub_time, op });
        Ok(true)
    }
}

/// Bytes of an entry in a page, at most.
pub fn wire_len(op: &SignedOp) -> usize {
    op.len() + ENTRY_ENVELOPE_LEN
}

/// What CBOR adds to an entry at most: three array heads, two numbers, three byte-string heads.
const ENTRY_ENVELOPE_LEN: usize = 48;

/// As databases count. Nothing can lie beyond, and a comparison with null finds nothing.
pub fn number(n: u64) -> Option<i64> {
    i64::try_from(n).ok()
}

/// Back from it.
pub fn place(n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_| damaged())
}

fn damaged() -> Error {
    Error::Damaged("an entry has the wrong length".into())
}

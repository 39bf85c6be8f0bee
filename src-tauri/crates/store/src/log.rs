//! The queries of `log.db`. One function per query.

use crate::error::Error;
use crate::sqlite::Shape;
use futures_util::TryStreamExt as _;
use sidedesk_domain::{Millis, OpId, Space};
use sidedesk_protocol::Hash;
use sidedesk_protocol::entry::{Entry, Header, OpKind, SignedOp};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

mod mending;
mod whole;

pub use mending::{all_pending, delete_meta, settled_of, stored_chain};
pub use whole::{follows, holds, is_whole};

/// `log.db`'s schema version.
pub const VERSION: i64 = 1;
/// `log.db`'s schema.
pub const SCHEMA: &str = include_str!("../schema/log.sql");

/// How an older log comes to it; so far there is none.
pub const SHAPE: Shape = Shape {
    schema: SCHEMA,
    version: VERSION,
    steps: &[],
};

/// SQLite takes 32 766 parameters in a statement; rows here have nine columns.
const ROWS_PER_INSERT: usize = 1000;

/// An entry with what its row also keeps.
#[derive(Debug, Clone)]
pub struct LogEntry {
    /// The entry.
    pub entry: Entry,
    /// The chain hash after it.
    pub hash: Hash,
}

/// Something that waits to become an entry.
#[derive(Debug, Clone)]
pub struct Pending {
    /// This device's own order.
    pub seq: u64,
    /// Action or add-device.
    pub kind: OpKind,
    /// The op it becomes.
    pub op: OpId,
    /// Its space.
    pub space: Space,
    /// When it was done.
    pub author_time: Millis,
    /// An action's part, or what an add-device op is made of.
    pub plain: Vec<u8>,
}

/// Sets a value of the meta table.
pub async fn set_meta(log: &mut SqliteConnection, key: &str, value: &[u8]) -> Result<(), Error> {
    sqlx::query(
        "insert into meta (key, value) values (?, ?)
         on conflict (key) do update set value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(log)
    .await?;
    Ok(())
}

/// A value of the meta table.
pub async fn meta(log: &mut SqliteConnection, key: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar("select value from meta where key = ?")
        .bind(key)
        .fetch_optional(log)
        .await?)
}

/// Appends entries; `headers` are theirs, parsed.
pub async fn insert_entries(log: &mut SqliteConnection, entries: &[LogEntry], headers: &[Header]) -> Result<(), Error> {
    let rows: Vec<(&LogEntry, &Header)> = entries.iter().zip(headers).collect();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into entry (n, hub_time, kind, op, device, hash, header, signature, body) ",
        );
        insert.push_values(chunk, |mut row, (log_entry, header)| {
            let Entry { n, hub_time, op } = &log_entry.entry;
            row.push_bind(*n as i64)
                .push_bind(*hub_time)
                .push_bind(i64::from(header.kind.number()))
                .push_bind(header.op.as_bytes())
                .push_bind(header.device.as_bytes())
                .push_bind(log_entry.hash.as_slice())
                .push_bind(op.header.as_slice())
                .push_bind(op.signature.as_slice())
                .push_bind(op.body.as_slice());
        });
        insert.build().execute(&mut *log).await?;
    }
    Ok(())
}

/// Entries after place `n`, at most `limit`.
pub async fn entries_after(log: &mut SqliteConnection, n: u64, limit: usize) -> Result<Vec<LogEntry>, Error> {
    let rows = sqlx::query(
        "select n, hub_time, hash, header, signature, body
         from entry
         where n > ?
         order by n
         limit ?",
    )
    .bind(n as i64)
    .bind(limit as i64)
    .fetch_all(log)
    .await?;
    rows.iter().map(log_entry).collect()
}

/// The same, but of about `max_len` bytes at most; one entry always fits.
pub async fn entries_up_to(
    log: &mut SqliteConnection,
    n: u64,
    limit: usize,
    max_len: usize,
) -> Result<Vec<LogEntry>, Error> {
    let mut entries = Vec::new();
    let mut len = 0;
    let mut rows = sqlx::query(
        "select n, hub_time, hash, header, signature, body
         from entry
         where n > ?
         order by n
         limit ?",
    )
    .bind(n as i64)
    .bind(limit as i64)
    .fetch(log);
    while let Some(row) = rows.try_next().await? {
        let row = log_entry(&row)?;
        len += row.entry.op.len();
        entries.push(row);
        if len >= max_len {
            break;
        }
    }
    Ok(entries)
}

/// Membership entries (and kinds not known yet), in order.
pub async fn membership_entries(log: &mut SqliteConnection) -> Result<Vec<LogEntry>, Error> {
    let rows = sqlx::query(
        "select n, hub_time, hash, header, signature, body
         from entry
         where kind <> 2
         order by n",
    )
    .fetch_all(log)
    .await?;
    rows.iter().map(log_entry).collect()
}

fn log_entry(row: &SqliteRow) -> Result<LogEntry, Error> {
    let unreadable = |what: &str| Error::Unreadable(format!("an entry's {what}"));
    let op = SignedOp {
        header: row.try_get("header")?,
        signature: row
            .try_get::<&[u8], _>("signature")?
            .try_into()
            .map_err(|_| unreadable("signature"))?,
        body: row.try_get("body")?,
    };
    let entry = Entry {
        n: row.try_get::<i64, _>("n")? as u64,
        hub_time: row.try_get("hub_time")?,
        op,
    };
    let hash = row
        .try_get::<&[u8], _>("hash")?
        .try_into()
        .map_err(|_| unreadable("hash"))?;
    Ok(LogEntry { entry, hash })
}

/// The chain hash after place `n`.
pub async fn hash_at(log: &mut SqliteConnection, n: u64) -> Result<Option<Hash>, Error> {
    let hash: Option<Vec<u8>> = sqlx::query_scalar("select hash from entry where n = ?")
        .bind(n as i64)
        .fetch_optional(log)
        .await?;
    Ok(hash.and_then(|hash| hash.try_into().ok()))
}

/// Queues something; returns its sequence.
pub async fn insert_pending(
    log: &mut SqliteConnection,
    (kind, op, space, author_time): (OpKind, OpId, Space, Millis),
    plain: &[u8],
) -> Result<u64, Error> {
    let done = sqlx::query("insert into pending (kind, op, space, author_time, plain) values (?, ?, ?, ?, ?)")
        .bind(i64::from(kind.number()))
        .bind(op.as_bytes())
        .bind(i64::from(space.number()))
        .bind(author_time)
        .bind(plain)
        .execute(log)
        .await?;
    Ok(done.last_insert_rowid() as u64)
}

/// What waits after `seq`, at most `limit`.
pub async fn pending_after(log: &mut SqliteConnection, seq: u64, limit: usize) -> Result<Vec<Pending>, Error> {
    let rows = sqlx::query(
        "select seq, kind, op, space, author_time, plain
         from pending
         where seq > ?
         order by seq
         limit ?",
    )
    .bind(seq as i64)
    .bind(limit as i64)
    .fetch_all(log)
    .await?;
    rows.iter().map(pending).collect()
}

fn pending(row: &SqliteRow) -> Result<Pending, Error> {
    let unreadable = || Error::Unreadable("a waiting change".into());
    Ok(Pending {
        seq: row.try_get::<i64, _>("seq")? as u64,
        kind: OpKind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).map_err(|_| unreadable())?),
        op: OpId::from_slice(row.try_get("op")?).ok_or_else(unreadable)?,
        space: u8::try_from(row.try_get::<i64, _>("space")?)
            .ok()
            .and_then(Space::from_number)
            .ok_or_else(unreadable)?,
        author_time: row.try_get("author_time")?,
        plain: row.try_get("plain")?,
    })
}

/// The sequences that wait, in order.
pub async fn pending_seqs(log: &mut SqliteConnection) -> Result<Vec<i64>, Error> {
    Ok(sqlx::query_scalar("select seq from pending order by seq")
        .fetch_all(log)
        .await?)
}

/// What waits as this op, if anything.
pub async fn pending_by_op(log: &mut SqliteConnection, op: OpId) -> Result<Option<Pending>, Error> {
    let row = sqlx::query("select seq, kind, op, space, author_time, plain from pending where op = ?")
        .bind(op.as_bytes())
        .fetch_optional(log)
        .await?;
    row.as_ref().map(pending).transpose()
}

/// What waits of one kind, in order.
pub async fn pending_of_kind(log: &mut SqliteConnection, kind: OpKind) -> Result<Vec<Pending>, Error> {
    let rows = sqlx::query(
        "select seq, kind, op, space, author_time, plain
         from pending
         where kind = ?
         order by seq",
    )
    .bind(i64::from(kind.number()))
    .fetch_all(log)
    .await?;
    rows.iter().map(pending).collect()
}

/// Sealing gave it its final op id.
pub async fn set_pending_op(log: &mut SqliteConnection, seq: u64, op: OpId) -> Result<(), Error> {
    sqlx::query("update pending set op = ? where seq = ?")
        .bind(op.as_bytes())
        .bind(seq as i64)
        .execute(log)
        .await?;
    Ok(())
}

/// How much waits.
pub async fn pending_count(log: &mut SqliteConnection) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("select count(*) from pending")
        .fetch_one(log)
        .await?)
}

/// It became an entry, or was refused.
pub async fn delete_pending(log: &mut SqliteConnection, seq: u64) -> Result<(), Error> {
    sqlx::query("delete from pending where seq = ?")
        .bind(seq as i64)
        .execute(&mut *log)
        .await?;
    sqlx::query("delete from sealed where seq = ?")
        .bind(seq as i64)
        .execute(log)
        .await?;
    Ok(())
}

/// The sealed bytes of what waits after `seq`, as far as they go without a gap.
pub async fn sealed_after(
    log: &mut SqliteConnection,
    seq: u64,
    limit: usize,
) -> Result<Vec<(u64, OpId, SignedOp)>, Error> {
    let rows = sqlx::query(
        "select sealed.seq, pending.op, sealed.header, sealed.signature, sealed.body
         from sealed
         join pending on pending.seq = sealed.seq
         where sealed.seq > ?
         order by sealed.seq
         limit ?",
    )
    .bind(seq as i64)
    .bind(limit as i64)
    .fetch_all(log)
    .await?;
    rows.iter().map(sealed).collect()
}

fn sealed(row: &SqliteRow) -> Result<(u64, OpId, SignedOp), Error> {
    let unreadable = || Error::Unreadable("a sealed change".into());
    let op = SignedOp {
        header: row.try_get("header")?,
        signature: row
            .try_get::<&[u8], _>("signature")?
            .try_into()
            .map_err(|_| unreadable())?,
        body: row.try_get("body")?,
    };
    let id = OpId::from_slice(row.try_get("op")?).ok_or_else(unreadable)?;
    Ok((row.try_get::<i64, _>("seq")? as u64, id, op))
}

/// The last op sealed and not confirmed.
pub async fn last_sealed(log: &mut SqliteConnection) -> Result<Option<(u64, SignedOp)>, Error> {
    let row = sqlx::query(
        "select sealed.seq, pending.op, sealed.header, sealed.signature, sealed.body
         from sealed
         join pending on pending.seq = sealed.seq
         order by sealed.seq desc
         limit 1",
    )
    .fetch_optional(log)
    .await?;
    Ok(row.as_ref().map(sealed).transpose()?.map(|(seq, _, op)| (seq, op)))
}

/// Forgets all sealed bytes.
pub async fn delete_sealed(log: &mut SqliteConnection) -> Result<(), Error> {
    sqlx::query("delete from sealed").execute(log).await?;
    Ok(())
}

/// Puts a refused op where people see it.
pub async fn insert_refused(log: &mut SqliteConnection, pending: &Pending, message: &str) -> Result<(), Error> {
    sqlx::query("insert or replace into refused (op, author_time, plain, message) values (?, ?, ?, ?)")
        .bind(pending.op.as_bytes())
        .bind(pending.author_time)
        .bind(pending.plain.as_slice())
        .bind(message)
        .execute(log)
        .await?;
    Ok(())
}

/// Why ops were refused, oldest first, at most a hundred.
pub async fn refused(log: &mut SqliteConnection) -> Result<Vec<String>, Error> {
    Ok(
        sqlx::query_scalar("select message from refused order by author_time limit 100")
            .fetch_all(log)
            .await?,
    )
}

//! Pending ops that became entries, a page of them at a time: few statements, however many there are.

use crate::error::Error;
use crate::view::RecordKey;
use sidedesk_domain::fold::PENDING;
use sidedesk_domain::{Kind, Millis, OpId, RecordEdit, RecordId};
use sidedesk_protocol::entry::SignedOp;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// Parameters in one statement; SQLite takes 32 766.
const AT_ONCE: usize = 1000;

/// A pending edit: sequence, author time, edit.
type PendingEdit = (u64, Millis, RecordEdit);

/// Those of these ops that waited here wait no longer: their sequences, in order, and what they were.
pub async fn settle(log: &mut SqliteConnection, ops: &[OpId]) -> Result<Vec<(u64, OpId)>, Error> {
    let mut settled = Vec::new();
    for chunk in ops.chunks(AT_ONCE) {
        let mut delete = QueryBuilder::<Sqlite>::new("delete from pending where op in (");
        let mut list = delete.separated(", ");
        for op in chunk {
            list.push_bind(op.0.to_vec());
        }
        delete.push(") returning seq, op");
        let rows: Vec<(i64, Vec<u8>)> = delete.build_query_as().fetch_all(&mut *log).await?;
        let seqs: Vec<i64> = rows.iter().map(|(seq, _)| *seq).collect();
        if seqs.is_empty() {
            continue;
        }
        let mut delete = QueryBuilder::<Sqlite>::new("delete from sealed where seq in (");
        let mut list = delete.separated(", ");
        for seq in &seqs {
            list.push_bind(*seq);
        }
        delete.push(")");
        delete.build().execute(&mut *log).await?;
        for (seq, op) in rows {
            let op = <[u8; 16]>::try_from(op).map_err(|_| Error::Unreadable("an op id".into()))?;
            settled.push((seq as u64, OpId(op)));
        }
    }
    settled.sort_unstable();
    Ok(settled)
}

/// Keeps sealed bytes.
pub async fn insert_sealed(log: &mut SqliteConnection, sealed: &[(u64, OpId, SignedOp)]) -> Result<(), Error> {
    for chunk in sealed.chunks(AT_ONCE) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into sealed (seq, header, signature, body) ");
        insert.push_values(chunk, |mut row, (seq, _, op)| {
            row.push_bind(*seq as i64)
                .push_bind(op.header.as_slice())
                .push_bind(op.signature.as_slice())
                .push_bind(op.body.as_slice());
        });
        insert.build().execute(&mut *log).await?;
    }
    Ok(())
}

/// The view lets go of these pending ops: their edits and their lines of history leave. The records they touched.
pub async fn forget(view: &mut SqliteConnection, settled: &[u64]) -> Result<Vec<RecordKey>, Error> {
    let mut keys = Vec::new();
    for chunk in settled.chunks(AT_ONCE) {
        let mut delete = QueryBuilder::<Sqlite>::new("delete from pending_edit where seq in (");
        let mut list = delete.separated(", ");
        for seq in chunk {
            list.push_bind(*seq as i64);
        }
        delete.push(") returning kind, id");
        for row in delete.build().fetch_all(&mut *view).await? {
            keys.push(key(&row)?);
        }
        // The first condition is for the planner: it finds the small index of pending lines by it, else it reads them all.
        let mut delete =
            QueryBuilder::<Sqlite>::new("delete from activity where place >= 4611686018427387904 and place in (");
        let mut list = delete.separated(", ");
        for seq in chunk {
            list.push_bind((PENDING + seq) as i64);
        }
        delete.push(")");
        delete.build().execute(&mut *view).await?;
    }
    Ok(keys)
}

/// The pending edits of these records, which are sorted, in order.
pub async fn pending_edits(
    view: &mut SqliteConnection,
    keys: &[RecordKey],
) -> Result<BTreeMap<RecordKey, Vec<PendingEdit>>, Error> {
    let mut found: BTreeMap<RecordKey, Vec<PendingEdit>> = BTreeMap::new();
    let mut kinds: Vec<Kind> = keys.iter().map(|(kind, _)| *kind).collect();
    kinds.dedup();
    for kind in kinds {
        let ids: Vec<RecordId> = keys.iter().filter(|(k, _)| *k == kind).map(|(_, id)| *id).collect();
        for chunk in ids.chunks(AT_ONCE) {
            let sql = "select kind, id, seq, author_time, edit from pending_edit where kind = ";
            let mut select = QueryBuilder::<Sqlite>::new(sql);
            select.push_bind(i64::from(kind.number()));
            let mut list = select.push(" and id in (").separated(", ");
            for id in chunk {
                list.push_bind(id.0.to_vec());
            }
            select.push(") order by id, seq");
            for row in select.build().fetch_all(&mut *view).await? {
                let edit = minicbor::decode(row.try_get("edit")?)?;
                let pending = (row.try_get::<i64, _>("seq")? as u64, row.try_get("author_time")?, edit);
                found.entry(key(&row)?).or_default().push(pending);
            }
        }
    }
    Ok(found)
}

fn key(row: &sqlx::sqlite::SqliteRow) -> Result<RecordKey, Error> {
    let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
    let id = RecordId::from_slice(row.try_get("id")?).ok_or_else(|| Error::Unreadable("an id".into()))?;
    Ok((kind, id))
}

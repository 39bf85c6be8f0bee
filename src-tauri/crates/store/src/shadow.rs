//! The queries of what is not confirmed: the shadows under pending edits, and the edits themselves.

use crate::error::Error;
use crate::view::{ROWS_PER_STATEMENT, RecordKey, id_and_state, select_by_id};
use sidedesk_domain::{Kind, Millis, RecordEdit, RecordState};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// The shadows of these records, as far as there are any.
pub async fn shadows(
    view: &mut SqliteConnection,
    keys: &[RecordKey],
) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
    select_by_id(view, keys, |_| ("select id, state from shadow where ", true)).await
}

/// Keeps the confirmed states under pending edits.
pub async fn put_shadows(view: &mut SqliteConnection, shadows: &[(RecordKey, &RecordState)]) -> Result<(), Error> {
    for chunk in shadows.chunks(ROWS_PER_STATEMENT) {
        let mut rows = Vec::with_capacity(chunk.len());
        for ((kind, id), state) in chunk {
            let bytes = minicbor::to_vec(state).map_err(|e| Error::Unreadable(e.to_string()))?;
            rows.push((i64::from(kind.number()), id.0.to_vec(), bytes));
        }
        let mut insert = QueryBuilder::<Sqlite>::new("insert or replace into shadow (kind, id, state) ");
        insert.push_values(rows, |mut row, (kind, id, state)| {
            row.push_bind(kind).push_bind(id).push_bind(state);
        });
        insert.build().execute(&mut *view).await?;
    }
    Ok(())
}

/// A record has no pending edits left.
pub async fn remove_shadow(view: &mut SqliteConnection, (kind, id): RecordKey) -> Result<(), Error> {
    sqlx::query("delete from shadow where kind = ? and id = ?")
        .bind(i64::from(kind.number()))
        .bind(id.as_bytes())
        .execute(view)
        .await?;
    Ok(())
}

/// Every shadow.
pub async fn all_shadows(view: &mut SqliteConnection) -> Result<Vec<(RecordKey, RecordState)>, Error> {
    let rows = sqlx::query("select kind, id, state from shadow")
        .fetch_all(view)
        .await?;
    rows.iter()
        .map(|row| {
            let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
            let (id, state) = id_and_state(row)?;
            Ok(((kind, id), state))
        })
        .collect()
}

/// Forgets every pending edit and every trace of one.
pub async fn clear_pending(view: &mut SqliteConnection) -> Result<(), Error> {
    sqlx::query("delete from shadow").execute(&mut *view).await?;
    sqlx::query("delete from pending_edit").execute(&mut *view).await?;
    sqlx::query("delete from activity where place >= 4611686018427387904")
        .execute(view)
        .await?;
    Ok(())
}

/// Keeps one pending op's edits by record.
pub async fn insert_pending_edits(
    view: &mut SqliteConnection,
    seq: u64,
    author_time: Millis,
    edits: &[RecordEdit],
) -> Result<(), Error> {
    for chunk in edits.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into pending_edit (kind, id, seq, author_time, edit) ");
        insert.push_values(chunk, |mut row, edit| {
            row.push_bind(i64::from(edit.kind.number()))
                .push_bind(edit.id.as_bytes())
                .push_bind(seq as i64)
                .push_bind(author_time)
                .push_bind(minicbor::to_vec(edit).unwrap_or_default());
        });
        insert.build().execute(&mut *view).await?;
    }
    Ok(())
}

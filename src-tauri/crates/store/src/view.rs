//! The queries of `view.db` that write, and the few that the fold reads by. One function per query.

use crate::duplicates;
use crate::error::{Error, note_damage};
use sidedesk_domain::clash::over_at;
use sidedesk_domain::fields::{campaign, complaint, report};
use sidedesk_domain::{Kind, RecordId, RecordState};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// `view.db`'s schema version; any change of the schema or of what a column means raises it, and so does a kind of edit
/// that earlier programs could not fold.
pub const VERSION: i64 = 6;
/// `view.db`'s schema.
pub const SCHEMA: &str = include_str!("../schema/view.sql");

/// A campaign without dates is never over.
const NEVER: i64 = i64::MAX;
/// Rows in one statement: well below SQLite's 32 766 parameters at nine columns.
pub(crate) const ROWS_PER_STATEMENT: usize = 2000;

/// Which record.
pub type RecordKey = (Kind, RecordId);

/// Sets a value of the meta table.
pub async fn set_meta(view: &mut SqliteConnection, key: &str, value: &[u8]) -> Result<(), Error> {
    sqlx::query(
        "insert into meta (key, value) values (?, ?)
         on conflict (key) do update set value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(view)
    .await?;
    Ok(())
}

/// A value of the meta table.
pub async fn meta(view: &mut SqliteConnection, key: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar("select value from meta where key = ?")
        .bind(key)
        .fetch_optional(view)
        .await?)
}

/// The states of these records, as far as they exist.
pub async fn states(
    view: &mut SqliteConnection,
    keys: &[RecordKey],
) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
    let from = |kind| match kind {
        Kind::Campaign => ("select id, state from campaign where ", false),
        Kind::Complaint => ("select id, state from complaint where ", false),
        Kind::Report => ("select id, state from report where ", false),
        Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_) => {
            ("select id, state from other where ", true)
        }
    };
    select_by_id(view, keys, from).await
}

/// States by kind and id. `from` says for a kind where its states lie, and whether that table holds several kinds.
pub(crate) async fn select_by_id(
    view: &mut SqliteConnection,
    keys: &[RecordKey],
    from: impl Fn(Kind) -> (&'static str, bool),
) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
    let mut found = BTreeMap::new();
    for kind in kinds(keys) {
        let (table, shared) = from(kind);
        let ids: Vec<RecordId> = keys.iter().filter(|(k, _)| *k == kind).map(|(_, id)| *id).collect();
        for chunk in ids.chunks(ROWS_PER_STATEMENT) {
            let mut select = QueryBuilder::<Sqlite>::new(table);
            if shared {
                select.push("kind = ").push_bind(i64::from(kind.number())).push(" and ");
            }
            let mut list = select.push("id in (").separated(", ");
            for id in chunk {
                list.push_bind(id.as_bytes());
            }
            select.push(")");
            for row in select.build().fetch_all(&mut *view).await? {
                let (id, state) = id_and_state(&row)?;
                found.insert((kind, id), state);
            }
        }
    }
    Ok(found)
}

fn kinds(keys: &[RecordKey]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = keys.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

pub(crate) fn id_and_state(row: &sqlx::sqlite::SqliteRow) -> Result<(RecordId, RecordState), Error> {
    let id = RecordId::from_slice(row.try_get("id")?).ok_or_else(|| Error::Unreadable("a record's id".into()))?;
    let state = minicbor::decode(row.try_get("state")?).inspect_err(|_| note_damage())?;
    Ok((id, state))
}

/// True when the record is in no list: deleted, and nobody edited it since.
pub fn is_hidden(state: &RecordState) -> bool {
    state.is_deleted() && !state.edited_since_deleted()
}

/// Writes these records' states and the columns that lists are read by.
pub async fn put(view: &mut SqliteConnection, records: &[(RecordKey, &RecordState)]) -> Result<(), Error> {
    for kind in kinds(&records.iter().map(|(key, _)| *key).collect::<Vec<_>>()) {
        let of_kind: Vec<(RecordId, &RecordState)> = records
            .iter()
            .filter(|((k, _), _)| *k == kind)
            .map(|((_, id), state)| (*id, *state))
            .collect();
        for chunk in of_kind.chunks(ROWS_PER_STATEMENT) {
            put_chunk(view, kind, chunk).await?;
        }
    }
    Ok(())
}

async fn put_chunk(view: &mut SqliteConnection, kind: Kind, chunk: &[(RecordId, &RecordState)]) -> Result<(), Error> {
    let heads = if kind == Kind::Report {
        duplicates::heads(&mut *view).await?
    } else {
        BTreeMap::new()
    };
    let mut encoded = Vec::with_capacity(chunk.len());
    for (id, state) in chunk {
        let bytes = minicbor::to_vec(state).map_err(|e| Error::Unreadable(e.to_string()))?;
        encoded.push((*id, *state, bytes));
    }
    let mut insert = QueryBuilder::<Sqlite>::new(match kind {
        Kind::Campaign => "insert or replace into campaign (id, state, hidden, over_ms, waits) ",
        Kind::Complaint => {
            "insert or replace into complaint (id, state, hidden, opened_ms, deleted, duplicate_of, waits) "
        }
        Kind::Report => "insert into report (id, state, hidden, complaint, at_ms, customer) ",
        Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_) => {
            "insert or replace into other (kind, id, state) "
        }
    });
    insert.push_values(encoded, |mut row, (id, state, bytes)| {
        if matches!(
            kind,
            Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_)
        ) {
            row.push_bind(i64::from(kind.number()))
                .push_bind(id.0.to_vec())
                .push_bind(bytes);
            return;
        }
        row.push_bind(id.0.to_vec())
            .push_bind(bytes)
            .push_bind(is_hidden(state));
        let waits = state.proposals().next().is_some();
        match kind {
            Kind::Campaign => {
                let (start, end) = (state.get(campaign::START).as_int(), state.get(campaign::END).as_int());
                row.push_bind(over_at(start, end).unwrap_or(NEVER)).push_bind(waits);
            }
            Kind::Complaint => {
                let head = state.get(complaint::DUPLICATE_OF).as_id();
                row.push_bind(state.get(complaint::OPENED).as_int().unwrap_or(0))
                    .push_bind(is_hidden(state))
                    .push_bind(head.map_or_else(Vec::new, |id| id.0.to_vec()))
                    .push_bind(waits);
            }
            _ => {
                let complaint = complaint_of(state).map(|id| heads.get(&id).copied().unwrap_or(id));
                let complaint = complaint.map_or_else(Vec::new, |id| id.0.to_vec());
                row.push_bind(complaint)
                    .push_bind(state.get(report::AT).as_int().unwrap_or(0))
                    .push_bind(state.get(report::CUSTOMER).as_text().unwrap_or("").to_owned());
            }
        }
    });
    if kind == Kind::Report {
        // A report keeps its row: a new one would be written at the end, and leave a hole.
        insert.push(
            " on conflict (id) do update set state = excluded.state, hidden = excluded.hidden,
                  complaint = excluded.complaint, at_ms = excluded.at_ms, customer = excluded.customer",
        );
    }
    insert.build().persistent(chunk.len() == 1).execute(view).await?;
    Ok(())
}

/// The complaint a report belongs to.
pub fn complaint_of(state: &RecordState) -> Option<RecordId> {
    state.get(report::COMPLAINT).as_id()
}

/// Removes a record that turned out not to exist: its only edits were refused.
pub async fn remove(view: &mut SqliteConnection, (kind, id): RecordKey) -> Result<(), Error> {
    let sql = match kind {
        Kind::Campaign => "delete from campaign where id = ?",
        Kind::Complaint => "delete from complaint where id = ?",
        Kind::Report => "delete from report where id = ?",
        Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_) => {
            "delete from other where id = ?"
        }
    };
    sqlx::query(sql).bind(id.as_bytes()).execute(view).await?;
    Ok(())
}

/// Adds to a counter.
pub async fn count(view: &mut SqliteConnection, name: &str, delta: i64) -> Result<(), Error> {
    if delta != 0 {
        sqlx::query(
            "insert into counter (name, value) values (?, ?)
             on conflict (name) do update set value = value + excluded.value",
        )
        .bind(name)
        .bind(delta)
        .execute(view)
        .await?;
    }
    Ok(())
}

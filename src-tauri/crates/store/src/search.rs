//! The search index: every text of every record, built behind the board, never before it. Asking it is [`crate::find`].
//!
//! The index follows the history table by number. Searching first catches it up, so a find is never stale.

use crate::error::Error;
use crate::open::Store;
use crate::view::{self, RecordKey};
use crate::writer::Writer;
use sidedesk_domain::{FieldType, Kind, RecordId, RecordState};
use sqlx::{Connection as _, QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of history indexed in one transaction: the writer is free in between.
const LINES_PER_BATCH: i64 = 2000;
/// Rows in one statement.
const ROWS_PER_STATEMENT: usize = 500;

impl Store {
    /// Indexes what is not indexed yet, so that a find is never stale. A reader beside another process sees the index as
    /// that process has built it.
    pub(crate) async fn catch_up_index(&self) -> Result<(), Error> {
        if self.inner.writer.lock().await.is_some() {
            while self.index_some().await? {}
        }
        Ok(())
    }

    /// Indexes a bounded amount; true when there may be more.
    pub async fn index_some(&self) -> Result<bool, Error> {
        let mut writer = self.writer().await?;
        let Writer { view, .. } = &mut *writer;
        let mut tx = view.begin_with("begin immediate").await?;
        let more = index_batch(&mut tx).await?;
        tx.commit().await?;
        Ok(more)
    }
}

async fn index_batch(view: &mut SqliteConnection) -> Result<bool, Error> {
    if let Some(after) = view::meta(view, "sweep").await? {
        return sweep(view, &after).await;
    }
    let from = indexed(view).await?;
    let rows = sqlx::query(
        "select id, kind, record
         from activity
         where id > ?
         order by id
         limit ?",
    )
    .bind(from)
    .bind(LINES_PER_BATCH)
    .fetch_all(&mut *view)
    .await?;
    let Some(last) = rows.last() else { return Ok(false) };
    let last: i64 = last.try_get("id")?;
    let mut keys = BTreeSet::new();
    for row in &rows {
        let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
        keys.extend(RecordId::from_slice(row.try_get("record")?).map(|id| (kind, id)));
    }
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let states = view::states(view, &keys).await?;
    index_states(view, &states).await?;
    view::set_meta(view, "indexed", &last.to_le_bytes()).await?;
    Ok(rows.len() as i64 == LINES_PER_BATCH)
}

/// A board that began with a snapshot has records without a line of history: they are indexed by walking all tables once.
/// Where the walk stands is a kind's number and an id; nothing for the beginning.
async fn sweep(view: &mut SqliteConnection, after: &[u8]) -> Result<bool, Error> {
    let (kind, id) = match after.split_first_chunk::<2>() {
        Some((kind, id)) => (u16::from_le_bytes(*kind), id),
        None => (Kind::Campaign.number(), after),
    };
    let kind = Kind::from_number(kind);
    let sql = match kind {
        Kind::Campaign => "select id, state from campaign where id > ? order by id limit ?",
        Kind::Complaint => "select id, state from complaint where id > ? order by id limit ?",
        Kind::Report => "select id, state from report where id > ? order by id limit ?",
        _ => {
            sqlx::query("delete from meta where key = 'sweep'")
                .execute(view)
                .await?;
            return Ok(true);
        }
    };
    let rows = sqlx::query(sql)
        .bind(id)
        .bind(LINES_PER_BATCH)
        .fetch_all(&mut *view)
        .await?;
    let mut states = BTreeMap::new();
    for row in &rows {
        let (id, state) = view::id_and_state(row)?;
        states.insert((kind, id), state);
    }
    index_states(view, &states).await?;
    let next = match states.last_key_value() {
        Some(((_, id), _)) => [&kind.number().to_le_bytes()[..], id.as_bytes()].concat(),
        None => (kind.number() + 1).to_le_bytes().to_vec(),
    };
    view::set_meta(view, "sweep", &next).await?;
    Ok(true)
}

async fn indexed(view: &mut SqliteConnection) -> Result<i64, Error> {
    let bytes = view::meta(view, "indexed").await?;
    Ok(bytes
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, i64::from_le_bytes))
}

async fn index_states(view: &mut SqliteConnection, states: &BTreeMap<RecordKey, RecordState>) -> Result<(), Error> {
    let searched: Vec<(&RecordKey, &RecordState)> = states
        .iter()
        .filter(|((kind, _), _)| matches!(kind, Kind::Campaign | Kind::Complaint | Kind::Report))
        .collect();
    let known = known_docs(view, &searched).await?;
    let last: i64 = sqlx::query_scalar("select coalesce(max(doc), 0) from searchable")
        .fetch_one(&mut *view)
        .await?;
    let (mut fresh, mut docs) = (Vec::new(), Vec::new());
    for (key, state) in searched {
        let doc = known.get(key).copied().unwrap_or_else(|| {
            fresh.push((last + 1 + fresh.len() as i64, *key));
            last + fresh.len() as i64
        });
        // What is in no list is not found either, and suggests no word.
        let text = if view::is_hidden(state) {
            String::new()
        } else {
            texts(state)
        };
        docs.push((doc, text));
    }
    for chunk in known.values().copied().collect::<Vec<i64>>().chunks(ROWS_PER_STATEMENT) {
        let mut delete = QueryBuilder::<Sqlite>::new("delete from search where rowid in (");
        let mut list = delete.separated(", ");
        for doc in chunk {
            list.push_bind(*doc);
        }
        delete.push(")");
        delete.build().execute(&mut *view).await?;
    }
    for chunk in fresh.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into searchable (doc, kind, id) ");
        insert.push_values(chunk, |mut row, (doc, (kind, id))| {
            row.push_bind(*doc)
                .push_bind(i64::from(kind.number()))
                .push_bind(id.0.to_vec());
        });
        insert.build().execute(&mut *view).await?;
    }
    for chunk in docs.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into search (rowid, text) ");
        insert.push_values(chunk, |mut row, (doc, text)| {
            row.push_bind(*doc).push_bind(text.as_str());
        });
        insert.build().execute(&mut *view).await?;
    }
    Ok(())
}

/// The documents of records that were indexed before.
async fn known_docs(
    view: &mut SqliteConnection,
    records: &[(&RecordKey, &RecordState)],
) -> Result<BTreeMap<RecordKey, i64>, Error> {
    let mut known = BTreeMap::new();
    for chunk in records.chunks(ROWS_PER_STATEMENT) {
        let mut select = QueryBuilder::<Sqlite>::new("select doc, kind, id from searchable where id in (");
        let mut list = select.separated(", ");
        for ((_, id), _) in chunk {
            list.push_bind(id.0.to_vec());
        }
        select.push(")");
        for row in select.build().fetch_all(&mut *view).await? {
            let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
            if let Some(id) = RecordId::from_slice(row.try_get("id")?) {
                known.insert((kind, id), row.try_get("doc")?);
            }
        }
    }
    Ok(known)
}

/// Every text of a record, one per line.
fn texts(state: &RecordState) -> String {
    let mut text = String::new();
    for (field, element, value) in state.shown_values() {
        let searched = field
            .spec()
            .is_some_and(|spec| matches!(spec.ty, FieldType::Text | FieldType::LongText | FieldType::Set));
        let shown = match element {
            Some(element) if value.as_bool() == Some(true) => element.as_text(),
            Some(_) => None,
            None => value.as_text(),
        };
        if let Some(shown) = shown.filter(|_| searched) {
            text.push_str(shown);
            text.push('\n');
        }
    }
    text
}

//! What erasing a field does to the files of a device, beyond the record itself: history, search, and what SQLite leaves
//! in the corners of a file.
//!
//! The entries of the log stay as they are, sealed and signed, here and on the hub: the chain could not be verified without
//! them. Whoever holds the keys could open them, this program does not show them: folding the log again erases again.
//!
//! 1. Folding an `erase` blanks the field in every earlier line of history, in the transaction that folds it.
//! 2. [`Store::scrub`] then writes `view.db` anew, empties both write-ahead logs, and makes room in the side file by a backup. It
//!    is owed ([`SCRUB`]) until it has been done, over a crash too.

use crate::activity::{ActivityRow, decode_changes, encode_changes};
use crate::error::Error;
use crate::open::Store;
use crate::view::{self, RecordKey};
use sidedesk_domain::fold::{Outcome, PENDING};
use sidedesk_domain::{Changed, FieldId, Kind, RecordId, Value};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// In the view's meta table while its file still has to be written anew.
pub const SCRUB: &str = "scrub";
/// Records in one statement.
const RECORDS_AT_ONCE: usize = 500;

/// Of each record its erased fields, and where in the log they were erased.
pub type Erased = BTreeMap<RecordKey, BTreeMap<FieldId, u64>>;

/// What these lines of confirmed ops erased.
pub fn erased(history: &[ActivityRow]) -> Erased {
    let mut erased = Erased::new();
    for line in history {
        for change in line.changes.iter().filter(|change| change.outcome == Outcome::Erased) {
            let fields = erased.entry(line.record).or_default();
            fields.insert(change.field, line.stamp.place);
        }
    }
    erased
}

/// Blanks these fields in every line of history before the place where they were erased.
pub async fn forget(view: &mut SqliteConnection, erased: &Erased) -> Result<(), Error> {
    if erased.is_empty() {
        return Ok(());
    }
    remember(view, erased).await?;
    view::set_meta(view, SCRUB, &[1]).await?;
    blank(view, erased).await
}

/// The same for all that was ever erased here: lines of history came in from elsewhere.
pub async fn forget_again(view: &mut SqliteConnection) -> Result<(), Error> {
    let mut erased = Erased::new();
    for row in sqlx::query("select kind, id, field, place from erased")
        .fetch_all(&mut *view)
        .await?
    {
        let number = |column: &str| -> Result<u16, Error> {
            Ok(u16::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default())
        };
        let Some(id) = RecordId::from_slice(row.try_get("id")?) else {
            continue;
        };
        let fields = erased.entry((Kind::from_number(number("kind")?), id)).or_default();
        fields.insert(FieldId(number("field")?), row.try_get::<i64, _>("place")? as u64);
    }
    blank(view, &erased).await
}

async fn remember(view: &mut SqliteConnection, erased: &Erased) -> Result<(), Error> {
    let rows: Vec<_> = erased
        .iter()
        .flat_map(|(key, fields)| fields.iter().map(move |(field, place)| (*key, *field, *place)))
        .collect();
    for chunk in rows.chunks(RECORDS_AT_ONCE) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert or replace into erased (kind, id, field, place) ");
        insert.push_values(chunk, |mut row, ((kind, id), field, place)| {
            row.push_bind(i64::from(kind.number()))
                .push_bind(id.0.to_vec())
                .push_bind(i64::from(field.0))
                .push_bind(*place as i64);
        });
        insert.build().execute(&mut *view).await?;
    }
    Ok(())
}

async fn blank(view: &mut SqliteConnection, erased: &Erased) -> Result<(), Error> {
    let keys: Vec<&RecordKey> = erased.keys().collect();
    for chunk in keys.chunks(RECORDS_AT_ONCE) {
        let mut select =
            QueryBuilder::<Sqlite>::new("select id, place, kind, record, changes from activity where record in (");
        let mut list = select.separated(", ");
        for (_, id) in chunk {
            list.push_bind(id.0.to_vec());
        }
        // A line of one byte holds no values.
        select.push(") and length(changes) > 1");
        for row in select.build().persistent(false).fetch_all(&mut *view).await? {
            let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
            let id = RecordId::from_slice(row.try_get("record")?).unwrap_or_default();
            let Some(fields) = erased.get(&(kind, id)) else {
                continue;
            };
            let place = row.try_get::<i64, _>("place")? as u64;
            let mut changes = decode_changes(row.try_get("changes")?)?;
            let gone = |field: FieldId| fields.get(&field).is_some_and(|erased| place < *erased);
            let before = changes.len();
            let mut touched = false;
            for change in changes.iter_mut() {
                if gone(change.field) {
                    *change = Changed::untold(change.field, Outcome::Written);
                    touched = true;
                } else if place >= PENDING && change.element.is_none() && fields.contains_key(&change.field) {
                    // Typed here and not sent yet: it comes after the erasure, what it followed on does not.
                    change.old = Value::Null;
                    touched = true;
                }
            }
            changes.dedup_by(|a, b| a == b && *b == Changed::untold(b.field, Outcome::Written));
            if touched || changes.len() < before {
                sqlx::query("update activity set changes = ? where id = ?")
                    .bind(encode_changes(&changes))
                    .bind(row.try_get::<i64, _>("id")?)
                    .execute(&mut *view)
                    .await?;
            }
        }
    }
    Ok(())
}

impl Store {
    /// Writes the files anew after an erasure, if that is owed: afterwards no corner of them holds what was erased, except
    /// sealed. True when it was.
    pub async fn scrub(&self) -> Result<bool, Error> {
        let mut writer = self.writer().await?;
        if view::meta(&mut writer.view, SCRUB).await?.is_none() {
            return Ok(false);
        }
        if writer.orders_itself() {
            // Its side file holds in the clear what came after the newest backup: a backup, whose entries are sealed, frees it.
            writer.side_has_gap = true;
        }
        drop(writer);
        self.catch_up_index().await?;
        self.back_up_if_due().await?;
        let mut writer = self.writer().await?;
        // The index keeps the words of what left it until its parts are merged.
        for statement in [
            "insert into search (search) values ('optimize')",
            "vacuum",
            "pragma wal_checkpoint(truncate)",
        ] {
            sqlx::query(statement).execute(&mut writer.view).await?;
        }
        // What waited for the hub lay there in the clear, and was wiped when it was sent; the write-ahead log may still have it.
        sqlx::query("pragma wal_checkpoint(truncate)")
            .execute(&mut writer.log)
            .await?;
        sqlx::query("delete from meta where key = ?")
            .bind(SCRUB)
            .execute(&mut writer.view)
            .await?;
        Ok(true)
    }
}

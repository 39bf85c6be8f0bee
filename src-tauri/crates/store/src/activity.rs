//! The queries that write history: what every op changed, and which actions there were.

use crate::error::Error;
use crate::first_values::{read_off, space_of};
use crate::view::{ROWS_PER_STATEMENT, RecordKey};
use minicbor::{Decoder, Encoder};
use sidedesk_domain::fold::Outcome;
use sidedesk_domain::{Action, ActionId, Changed, FieldId, Space, Stamp};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// One line of history: what one op changed on one record.
#[derive(Debug, Clone)]
pub struct ActivityRow {
    /// Who, when, where in the log.
    pub stamp: Stamp,
    /// Which record.
    pub record: RecordKey,
    /// Part of which action.
    pub action: ActionId,
    /// The record was empty before.
    pub created: bool,
    /// It was empty in this space, of a report.
    pub begins: Option<Space>,
    /// Old and new of every field.
    pub changes: Vec<Changed>,
}

/// Writes history.
pub async fn insert_activity(view: &mut SqliteConnection, rows: &[ActivityRow]) -> Result<(), Error> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into activity
             (place, kind, record, action, created, member, author_time, hub_time, changes) ",
        );
        insert.push_values(chunk, |mut row, line| {
            row.push_bind(line.stamp.place as i64)
                .push_bind(i64::from(line.record.0.number()))
                .push_bind(line.record.1.0.to_vec())
                .push_bind(line.action.as_bytes())
                .push_bind(line.created)
                .push_bind(line.stamp.member.0.to_vec())
                .push_bind(line.stamp.author_time)
                .push_bind(line.stamp.hub_time)
                .push_bind(match read_off(line) {
                    Some(space) => vec![space.number()],
                    None => encode_changes(&line.changes),
                });
        });
        insert.build().persistent(chunk.len() == 1).execute(&mut *view).await?;
    }
    Ok(())
}

/// Each change as `[field, element, old, new]`, and behind them what is shown where that is another value, and what was done
/// where the field was not written.
pub(crate) fn encode_changes(changes: &[Changed]) -> Vec<u8> {
    let mut e = Encoder::new(Vec::new());
    // Writing to memory cannot fail.
    let _ = (|| -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        e.array(changes.len() as u64)?;
        for c in changes {
            let (rival, other) = (c.shown != c.new, c.outcome != Outcome::Written);
            e.array(match (rival, other) {
                (_, true) => 6,
                (true, false) => 5,
                (false, false) => 4,
            })?;
            e.u16(c.field.0)?.encode(&c.element)?.encode(&c.old)?.encode(&c.new)?;
            if rival || other {
                e.encode(&c.shown)?;
            }
            if other {
                e.u8(c.outcome.number())?;
            }
        }
        Ok(())
    })();
    e.into_writer()
}

/// Reads what [`insert_activity`] wrote; nothing of a line whose values are elsewhere ([`crate::first_values`]).
pub(crate) fn decode_changes(bytes: &[u8]) -> Result<Vec<Changed>, Error> {
    if space_of(bytes).is_some() {
        return Ok(Vec::new());
    }
    let d = &mut Decoder::new(bytes);
    let mut changes = Vec::new();
    for _ in 0..d.array()?.unwrap_or(0) {
        let items = d.array()?.unwrap_or(0);
        let (field, element, old) = (FieldId(d.u16()?), d.decode()?, d.decode()?);
        let new: sidedesk_domain::Value = d.decode()?;
        let shown = if items > 4 { d.decode()? } else { new.clone() };
        let outcome = if items > 5 {
            Outcome::from_number(d.u8()?)
        } else {
            Outcome::Written
        };
        changes.push(Changed {
            field,
            element,
            old,
            new,
            shown,
            outcome,
        });
    }
    Ok(changes)
}

/// Remembers actions for the undo stack; a further op of the same action changes nothing, its confirmation the place.
pub async fn put_actions(view: &mut SqliteConnection, actions: &[(&Action, Stamp)]) -> Result<(), Error> {
    let bytes = |id: Option<ActionId>| id.map_or_else(Vec::new, |id| id.0.to_vec());
    for chunk in actions.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into action (id, place, name, device, undoes, redoes) ");
        insert.push_values(chunk, |mut row, (action, stamp)| {
            row.push_bind(action.id.as_bytes())
                .push_bind(stamp.place as i64)
                .push_bind(action.name.as_str())
                .push_bind(stamp.device.0.to_vec())
                .push_bind(bytes(action.undoes))
                .push_bind(bytes(action.redoes));
        });
        insert.push(" on conflict (id) do update set place = min(place, excluded.place)");
        insert.build().persistent(chunk.len() == 1).execute(&mut *view).await?;
    }
    Ok(())
}

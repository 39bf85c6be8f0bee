//! Folding ops into the view: confirmed ones, and pending ones over a confirmed shadow.
//!
//! A record that pending edits touch has a **shadow**, its confirmed state. A confirmed op folds into the shadow, then the
//! record's pending edits fold again over it. A record without pending edits has no shadow.

use crate::error::Error;
use crate::view::{self, ActivityRow, RecordKey};
use sidedesk_domain::fold::{PENDING, apply};
use sidedesk_domain::{Action, DeviceId, Kind, MemberId, Millis, RecordState, Stamp};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A confirmed op, opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Who, when, at which place.
    pub stamp: Stamp,
    /// What.
    pub action: Action,
}

/// Whose pending edits these are.
#[derive(Debug, Clone, Copy)]
pub struct Me {
    /// This device.
    pub device: DeviceId,
    /// Its member.
    pub member: MemberId,
}

impl Me {
    fn pending_stamp(self, seq: u64, author_time: Millis) -> Stamp {
        let Self { device, member } = self;
        Stamp {
            place: PENDING + seq,
            device,
            member,
            author_time,
            hub_time: author_time,
        }
    }
}

/// Folds confirmed ops, in order, and lets go of the pending edits in `settled`, which became entries or were refused.
/// Returns the records whose view may have changed.
pub async fn confirmed(
    view: &mut SqliteConnection,
    ops: &[Opened],
    settled: &[u64],
    me: Me,
) -> Result<Vec<RecordKey>, Error> {
    let mut keys: BTreeSet<RecordKey> = ops
        .iter()
        .flat_map(|op| &op.action.records)
        .map(|edit| (edit.kind, edit.id))
        .collect();
    for seq in settled {
        keys.extend(view::delete_pending_edits(view, *seq).await?);
    }
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let before = view::states(view, &keys).await?;
    let shadows = view::shadows(view, &keys).await?;
    let mut base: BTreeMap<RecordKey, RecordState> = before.clone();
    base.extend(shadows.iter().map(|(key, state)| (*key, state.clone())));
    let mut history = Vec::new();
    for op in ops {
        fold_op(&mut base, op, &mut history);
    }
    put_actions(view, ops).await?;
    view::insert_activity(view, &history).await?;
    let after = over_shadows(view, base, shadows.keys().copied().collect(), me).await?;
    write(view, &before, &after).await?;
    Ok(keys)
}

/// The same while nothing is pending: there are no shadows, and nothing settles.
pub async fn confirmed_alone(view: &mut SqliteConnection, ops: &[Opened]) -> Result<Vec<RecordKey>, Error> {
    let keys: BTreeSet<RecordKey> = ops
        .iter()
        .flat_map(|op| &op.action.records)
        .map(|edit| (edit.kind, edit.id))
        .collect();
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let before = view::states(view, &keys).await?;
    let mut after = before.clone();
    let mut history = Vec::new();
    for op in ops {
        fold_op(&mut after, op, &mut history);
    }
    put_actions(view, ops).await?;
    view::insert_activity(view, &history).await?;
    write(view, &before, &after).await?;
    Ok(keys)
}

/// The parts of one action follow each other: one row for them.
async fn put_actions(view: &mut SqliteConnection, ops: &[Opened]) -> Result<(), Error> {
    let mut actions: Vec<(&Action, Stamp)> = Vec::new();
    for op in ops.iter().filter(|op| !op.action.records.is_empty()) {
        if actions.last().is_none_or(|(last, _)| last.id != op.action.id) {
            actions.push((&op.action, op.stamp));
        }
    }
    view::put_actions(view, &actions).await
}

fn fold_op(states: &mut BTreeMap<RecordKey, RecordState>, op: &Opened, history: &mut Vec<ActivityRow>) {
    for edit in &op.action.records {
        let record = (edit.kind, edit.id);
        let state = states.entry(record).or_default();
        let created = state.is_empty();
        let mut changes = Vec::with_capacity(edit.edits.len());
        apply(state, edit, op.stamp, |changed| changes.push(changed));
        history.push(ActivityRow {
            stamp: op.stamp,
            record,
            action: op.action.id,
            created,
            changes,
        });
    }
}

/// Of the confirmed `base` states: keeps those of `shadowed` records as shadows while they have pending edits, and
/// returns what the view shows.
async fn over_shadows(
    view: &mut SqliteConnection,
    mut base: BTreeMap<RecordKey, RecordState>,
    shadowed: Vec<RecordKey>,
    me: Me,
) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
    for key in shadowed {
        let pending = view::pending_edits(view, key).await?;
        let Some(state) = base.get_mut(&key) else { continue };
        if pending.is_empty() {
            view::remove_shadow(view, key).await?;
            continue;
        }
        view::put_shadows(view, &[(key, &*state)]).await?;
        for (seq, author_time, edit) in pending {
            apply(state, &edit, me.pending_stamp(seq, author_time), |_| ());
        }
    }
    Ok(base)
}

/// Folds one pending op over the view.
pub async fn pending(
    view: &mut SqliteConnection,
    (seq, author_time): (u64, Millis),
    action: &Action,
    me: Me,
) -> Result<Vec<RecordKey>, Error> {
    let keys: BTreeSet<RecordKey> = action.records.iter().map(|edit| (edit.kind, edit.id)).collect();
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let before = view::states(view, &keys).await?;
    let shadows = view::shadows(view, &keys).await?;
    let empty = RecordState::default();
    let fresh: Vec<(RecordKey, &RecordState)> = keys
        .iter()
        .filter(|key| !shadows.contains_key(key))
        .map(|key| (*key, before.get(key).unwrap_or(&empty)))
        .collect();
    view::put_shadows(view, &fresh).await?;
    let op = Opened {
        stamp: me.pending_stamp(seq, author_time),
        action: action.clone(),
    };
    let mut after = before.clone();
    let mut history = Vec::new();
    fold_op(&mut after, &op, &mut history);
    view::insert_pending_edits(view, seq, author_time, &op.action.records).await?;
    view::insert_activity(view, &history).await?;
    put_actions(view, std::slice::from_ref(&op)).await?;
    write(view, &before, &after).await?;
    Ok(keys)
}

/// Puts every confirmed state back and forgets everything pending; the pending ops are folded again afterwards.
pub async fn restore_shadows(view: &mut SqliteConnection) -> Result<(), Error> {
    let shadows: BTreeMap<RecordKey, RecordState> = view::all_shadows(view).await?.into_iter().collect();
    let keys: Vec<RecordKey> = shadows.keys().copied().collect();
    let before = view::states(view, &keys).await?;
    view::clear_pending(view).await?;
    write(view, &before, &shadows).await
}

/// Writes what changed between `before` and `after`, and moves the counters.
async fn write(
    view: &mut SqliteConnection,
    before: &BTreeMap<RecordKey, RecordState>,
    after: &BTreeMap<RecordKey, RecordState>,
) -> Result<(), Error> {
    let mut counts = Counts::default();
    let mut put = Vec::with_capacity(after.len());
    for (key, state) in after {
        if let Some(old) = before.get(key) {
            counts.add(*key, old, -1);
        }
        if state.is_empty() {
            view::remove(view, *key).await?;
        } else {
            counts.add(*key, state, 1);
            put.push((*key, state));
        }
    }
    view::put(view, &put).await?;
    for (name, delta) in counts.0 {
        view::count(view, name, delta).await?;
    }
    Ok(())
}

/// How the counters move: the board shows numbers without counting rows.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, i64>);

impl Counts {
    fn add(&mut self, (kind, _): RecordKey, state: &RecordState, by: i64) {
        if view::is_hidden(state) {
            return;
        }
        let name = match kind {
            Kind::Campaign => "campaigns",
            Kind::Complaint => "complaints",
            Kind::Report => "reports",
            Kind::Member | Kind::Board | Kind::Decision | Kind::Standup | Kind::Other(_) => return,
        };
        *self.0.entry(name).or_default() += by;
        if kind == Kind::Report && view::complaint_of(state).is_none() {
            *self.0.entry("reports_loose").or_default() += by;
        }
    }
}

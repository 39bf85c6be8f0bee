//! Folding ops into the view: confirmed ones, and pending ones over a confirmed shadow.
//!
//! A record that pending edits touch has a **shadow**, its confirmed state. A confirmed op folds into the shadow, then the
//! record's pending edits fold again over it. A record without pending edits has no shadow.

use crate::activity::{self, ActivityRow};
use crate::duplicates;
use crate::erase;
use crate::error::Error;
use crate::first_values;
use crate::planted;
use crate::settle;
use crate::shadow;
use crate::view::{self, RecordKey};
use sidedesk_domain::fold::{Author, PENDING, Rules};
use sidedesk_domain::membership::Seat;
use sidedesk_domain::{Action, DeviceId, Kind, MemberId, Millis, RecordState, Stamp};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A confirmed op, opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Who, when, at which place.
    pub stamp: Stamp,
    /// Where they sat there.
    pub seat: Seat,
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
    /// Where they sit now: what waits is folded as if it were placed now.
    pub seat: Seat,
}

impl Me {
    /// Who writes what waits as this sequence.
    pub fn pending(self, seq: u64, author_time: Millis) -> Author {
        let Self { device, member, seat } = self;
        let stamp = Stamp {
            place: PENDING + seq,
            device,
            member,
            author_time,
            hub_time: author_time,
        };
        Author { stamp, seat }
    }
}

/// Folds confirmed ops, in order, and lets go of the pending edits in `settled`, which became entries or were refused.
/// Returns the records whose view may have changed.
pub async fn confirmed(
    view: &mut SqliteConnection,
    ops: &[Opened],
    settled: &[u64],
    me: Me,
    rules: &mut Rules,
) -> Result<Vec<RecordKey>, Error> {
    let mut keys: BTreeSet<RecordKey> = ops
        .iter()
        .flat_map(|op| &op.action.records)
        .map(|edit| (edit.kind, edit.id))
        .collect();
    keys.extend(settle::forget(view, settled).await?);
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let before = view::states(view, &keys).await?;
    let shadows = shadow::shadows(view, &keys).await?;
    let mut base: BTreeMap<RecordKey, RecordState> = before.clone();
    if !planted::is("shadow-not-rebased") {
        base.extend(shadows.iter().map(|(key, state)| (*key, state.clone())));
    }
    let mut history = Vec::new();
    for op in ops {
        *rules = fold_op(&mut base, op, &mut history, *rules);
    }
    put_actions(view, ops).await?;
    activity::insert_activity(view, &history).await?;
    erase::forget(view, &erase::erased(&history)).await?;
    let after = over_shadows(view, base, shadows.keys().copied().collect(), (me, *rules)).await?;
    write(view, &before, &after, keys).await
}

/// The same while nothing is pending: there are no shadows, and nothing settles.
pub async fn confirmed_alone(
    view: &mut SqliteConnection,
    ops: &[Opened],
    rules: &mut Rules,
) -> Result<Vec<RecordKey>, Error> {
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
        *rules = fold_op(&mut after, op, &mut history, *rules);
    }
    put_actions(view, ops).await?;
    activity::insert_activity(view, &history).await?;
    erase::forget(view, &erase::erased(&history)).await?;
    write(view, &before, &after, keys).await
}

/// The parts of one action follow each other: one row for them.
async fn put_actions(view: &mut SqliteConnection, ops: &[Opened]) -> Result<(), Error> {
    let mut actions: Vec<(&Action, Stamp)> = Vec::new();
    for op in ops.iter().filter(|op| !op.action.records.is_empty()) {
        if actions.last().is_none_or(|(last, _)| last.id != op.action.id) {
            actions.push((&op.action, op.stamp));
        }
    }
    activity::put_actions(view, &actions).await
}

/// Folds one op by these rules; returns those that hold after it.
fn fold_op(
    states: &mut BTreeMap<RecordKey, RecordState>,
    op: &Opened,
    history: &mut Vec<ActivityRow>,
    rules: Rules,
) -> Rules {
    for edit in &op.action.records {
        let record = (edit.kind, edit.id);
        let state = states.entry(record).or_default();
        let created = state.is_empty();
        let begins = first_values::begins(state, edit);
        let mut changes = Vec::with_capacity(edit.edits.len());
        let (stamp, seat) = (op.stamp, op.seat);
        for refused in rules.apply(state, edit, Author { stamp, seat }, |changed| changes.push(changed)) {
            tracing::warn!(place = op.stamp.place, field = ?refused.field, why = %refused.why, "an edit is kept but not folded");
        }
        history.push(ActivityRow {
            stamp: op.stamp,
            record,
            action: op.action.id,
            created,
            begins,
            changes,
        });
    }
    op.action.records.iter().fold(rules, Rules::after)
}

/// Of the confirmed `base` states: keeps those of `shadowed` records as shadows while they have pending edits, and
/// returns what the view shows.
async fn over_shadows(
    view: &mut SqliteConnection,
    mut base: BTreeMap<RecordKey, RecordState>,
    shadowed: Vec<RecordKey>,
    (me, rules): (Me, Rules),
) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
    let pending = settle::pending_edits(view, &shadowed).await?;
    let mut kept = Vec::with_capacity(shadowed.len());
    for key in shadowed {
        if pending.contains_key(&key) {
            kept.extend(base.get(&key).map(|state| (key, state)));
        } else {
            shadow::remove_shadow(view, key).await?;
        }
    }
    shadow::put_shadows(view, &kept).await?;
    for (key, edits) in pending {
        let Some(state) = base.get_mut(&key) else { continue };
        for (seq, author_time, edit) in edits {
            // What is refused was said when it was folded first.
            let _ = rules.apply(state, &edit, me.pending(seq, author_time), |_| ());
        }
    }
    Ok(base)
}

/// Folds one pending op over the view.
pub async fn pending(
    view: &mut SqliteConnection,
    (seq, author_time): (u64, Millis),
    action: &Action,
    (me, rules): (Me, Rules),
) -> Result<Vec<RecordKey>, Error> {
    let keys: BTreeSet<RecordKey> = action.records.iter().map(|edit| (edit.kind, edit.id)).collect();
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let before = view::states(view, &keys).await?;
    let shadows = shadow::shadows(view, &keys).await?;
    let empty = RecordState::default();
    let fresh: Vec<(RecordKey, &RecordState)> = keys
        .iter()
        .filter(|key| !shadows.contains_key(key))
        .map(|key| (*key, before.get(key).unwrap_or(&empty)))
        .collect();
    shadow::put_shadows(view, &fresh).await?;
    let Author { stamp, seat } = me.pending(seq, author_time);
    let action = action.clone();
    let op = Opened { stamp, seat, action };
    let mut after = before.clone();
    let mut history = Vec::new();
    fold_op(&mut after, &op, &mut history, rules);
    shadow::insert_pending_edits(view, seq, author_time, &op.action.records).await?;
    activity::insert_activity(view, &history).await?;
    put_actions(view, std::slice::from_ref(&op)).await?;
    write(view, &before, &after, keys).await
}

/// Puts every confirmed state back and forgets everything pending; the pending ops are folded again afterwards.
pub async fn restore_shadows(view: &mut SqliteConnection) -> Result<(), Error> {
    let shadows: BTreeMap<RecordKey, RecordState> = shadow::all_shadows(view).await?.into_iter().collect();
    let keys: Vec<RecordKey> = shadows.keys().copied().collect();
    let before = view::states(view, &keys).await?;
    shadow::clear_pending(view).await?;
    write(view, &before, &shadows, keys).await?;
    Ok(())
}

/// Writes what changed between `before` and `after`, and moves the counters. Returns `keys`, and what changed with them.
pub async fn write(
    view: &mut SqliteConnection,
    before: &BTreeMap<RecordKey, RecordState>,
    after: &BTreeMap<RecordKey, RecordState>,
    mut keys: Vec<RecordKey>,
) -> Result<Vec<RecordKey>, Error> {
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
    let beside = duplicates::settle(view, &keys).await?;
    keys.extend(beside);
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

/// How the counters move: the board shows numbers without counting rows.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, i64>);

impl Counts {
    fn add(&mut self, (kind, _): RecordKey, state: &RecordState, by: i64) {
        if state.needs_update() {
            *self.0.entry("newer").or_default() += by;
        }
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

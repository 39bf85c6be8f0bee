//! A device's view: records folded from its log, up to a position that is stored with them.

use crate::disk::{Log, Row, What};
use crate::planted::Planted;
use anyhow::{Result, ensure};
use sidedesk_domain::fold::{self, PENDING};
use sidedesk_domain::{Action, DeviceId, FieldId, MemberId, RecordId, RecordState, Space, Stamp, Value};
use sidedesk_protocol::author::open_action;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::{Hash, ZERO_HASH};
use std::collections::BTreeMap;

/// What stood in a field before, and what was written: one line of history.
pub type Line = (u64, RecordId, FieldId, Value, Value);

/// Folded records and history.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The confirmed records.
    pub records: BTreeMap<RecordId, RecordState>,
    /// History, in the log's order.
    pub lines: Vec<Line>,
    /// Folded up to here.
    pub applied: u64,
    applied_hash: Hash,
}

impl View {
    /// Folds what the log holds beyond the position. A newcomer's waits until its keys are there.
    pub fn catch_up(&mut self, log: &Log, me: DeviceId, planted: Option<Planted>) -> Result<()> {
        let Some(chain) = &log.chain else { return Ok(()) };
        if !chain.membership.devices.contains_key(&me) {
            return Ok(());
        }
        let mut fresh: Vec<&Entry> = log.entries.iter().skip(self.applied as usize).collect();
        let Some(last) = fresh.last().map(|entry| entry.n) else {
            return Ok(());
        };
        if planted != Some(Planted::FoldTwiceAfterRestart) {
            ensure!(fresh[0].n == self.applied + 1, "the view would leave out an entry");
        }
        let mut hash = self.applied_hash;
        for entry in &fresh {
            hash = entry.chain_hash(&hash);
        }
        if planted == Some(Planted::ClockDecidesOrder) {
            fresh.sort_by_key(|entry| entry.op.parse().map_or(0, |header| header.author_time));
        }
        for entry in fresh {
            self.fold(entry, log)?;
        }
        self.applied = last;
        self.applied_hash = hash;
        Ok(())
    }

    fn fold(&mut self, entry: &Entry, log: &Log) -> Result<()> {
        let header = entry.op.parse()?;
        if header.kind != sidedesk_protocol::entry::OpKind::Action {
            return Ok(());
        }
        let action = open_action(&header, &entry.op, &log.keyring)?;
        let devices = log.chain.as_ref().map(|chain| &chain.membership.devices);
        let member = devices.and_then(|devices| devices.get(&header.device));
        let stamp = Stamp {
            place: entry.n,
            device: header.device,
            member: member.map(|device| device.member).unwrap_or_default(),
            author_time: header.author_time,
            hub_time: entry.hub_time,
        };
        for edit in &action.records {
            let state = self.records.entry(edit.id).or_default();
            let (id, lines) = (edit.id, &mut self.lines);
            fold::apply(state, edit, stamp, |c| {
                lines.push((entry.n, id, c.field, c.old, c.new));
            });
        }
        Ok(())
    }

    /// What the screen shows of a record: the confirmed state, and over it what waits.
    pub fn shown(&self, id: RecordId, log: &Log, me: (DeviceId, MemberId)) -> Result<RecordState> {
        let mut state = self.records.get(&id).cloned().unwrap_or_default();
        for Row { local, what, .. } in &log.pending {
            let What::Action { time, plain, .. } = what else {
                continue;
            };
            let action: Action = minicbor::decode(plain)?;
            let stamp = Stamp {
                place: PENDING + local,
                device: me.0,
                member: me.1,
                author_time: *time,
                hub_time: *time,
            };
            for edit in action.records.iter().filter(|edit| edit.id == id) {
                fold::apply(&mut state, edit, stamp, |_| ());
            }
        }
        Ok(state)
    }

    /// Hash over the canonical bytes of all records, one space.
    pub fn digest(&self, space: Space) -> Result<Hash> {
        let mut hasher = blake3::Hasher::new();
        for (id, state) in &self.records {
            let part = state.in_space(space);
            if !part.is_empty() {
                hasher.update(id.as_bytes()).update(&minicbor::to_vec(&part)?);
            }
        }
        Ok(*hasher.finalize().as_bytes())
    }

    /// Planted only: the records stay, the position is lost.
    pub fn forget_position(&mut self) {
        self.applied = 0;
        self.applied_hash = ZERO_HASH;
    }
}

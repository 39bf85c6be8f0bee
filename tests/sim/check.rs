//! The reckoning: what must be true once everything is at rest, and one thing that must be true at every "saved".

use crate::device::Role;
use crate::disk::What;
use crate::model::{History, siblings};
use crate::notebook::Deed;
use crate::view::View;
use crate::world::World;
use anyhow::{Context as _, Result, ensure};
use sidedesk_domain::{Action, ActionId, Edit, OpId, Space};
use sidedesk_protocol::author::open_action;
use sidedesk_protocol::entry::{Entry, OpKind};
use std::collections::BTreeMap;

/// An op of the log, opened.
struct Opened {
    n: u64,
    device: usize,
    op: OpId,
    plain: Vec<u8>,
    action: Action,
}

impl World {
    /// Nothing waits anywhere, and everybody knows everything.
    pub fn at_rest(&self) -> bool {
        let head = self.head();
        self.hub.process.is_some()
            && (0..self.devices.len()).all(|device| {
                let me = &self.devices[device];
                let log = &me.disk.log;
                let idle = me.process.as_ref().is_some_and(|process| process.jobs.is_empty());
                let joined = !self.given[device] || log.chain.is_some();
                let level = log.chain.is_none() || log.head() == head && me.disk.view.applied == head;
                idle && log.pending.is_empty() && joined && level
            })
    }

    fn head(&self) -> u64 {
        let orders = if self.shared() {
            &self.hub.disk.entries
        } else {
            &self.devices[0].disk.log.entries
        };
        orders.len() as u64
    }

    /// Who cannot come to rest.
    pub fn unrest(&self) -> String {
        let each = self.devices.iter().enumerate().map(|(device, me)| {
            let (log, process) = (&me.disk.log, me.process.as_ref());
            let status = process.and_then(|process| process.status.as_ref());
            let role = process.map(|process| match process.role {
                Role::Alone => "alone",
                Role::Newcomer(_) => "newcomer",
                Role::Member(_) => "member",
            });
            let (pending, jobs) = (log.pending.len(), process.map(|process| process.jobs.len()));
            format!(
                "device {device} ({role:?}) at {} with {pending} pending, {jobs:?} jobs, {status:?}",
                log.head()
            )
        });
        let each: Vec<String> = each.collect();
        format!("no rest: hub at {}; {}", self.head(), each.join("; "))
    }

    /// Everything that was promised, compared with what came of it.
    pub fn reckon(&mut self) -> Result<()> {
        let entries = if self.shared() {
            self.hub.disk.entries.clone()
        } else {
            self.devices[0].disk.log.entries.clone()
        };
        self.stats.entries += entries.len() as u64;
        let log = self.open_log(&entries)?;
        self.same_everywhere()?;
        self.every_deed_once(&log)?;
        self.receipts_hold(&entries)?;
        self.nothing_lost(&log)?;
        self.drawers_hold_only_admissions()
    }

    fn open_log(&mut self, entries: &[Entry]) -> Result<Vec<Opened>> {
        let keyring = &self.devices[0].disk.log.keyring;
        let mut out = Vec::new();
        for entry in entries {
            let header = entry.op.parse()?;
            self.stats.rotations += u64::from(header.kind == OpKind::NewEpoch);
            if header.kind == OpKind::Action {
                let action = open_action(&header, &entry.op, keyring)?;
                let device = self.devices.iter().position(|device| device.id == header.device);
                out.push(Opened {
                    n: entry.n,
                    device: device.context("an op of a stranger")?,
                    op: header.op,
                    plain: minicbor::to_vec(&action)?,
                    action,
                });
            }
        }
        Ok(out)
    }

    /// (a) The same head, chain, records and history on every device, also after folding anew.
    fn same_everywhere(&self) -> Result<()> {
        let first = &self.devices[0].disk;
        let summary = |view: &View| -> Result<_> { Ok((view.digest(Space::Board)?, view.digest(Space::Inner)?)) };
        for (device, me) in self.devices.iter().enumerate() {
            let (log, view) = (&me.disk.log, &me.disk.view);
            if log.chain.is_none() {
                continue;
            }
            ensure!(log.chain == first.log.chain, "device {device} ends with another chain");
            ensure!(
                summary(view)? == summary(&first.view)?,
                "device {device} shows another board"
            );
            ensure!(view.lines == first.view.lines, "device {device} tells another history");
            let mut anew = View::default();
            anew.catch_up(log, me.id, None)?;
            ensure!(
                summary(&anew)? == summary(view)? && anew.lines == view.lines,
                "device {device} shows what folding anew does not"
            );
        }
        if self.shared() {
            ensure!(
                self.hub.disk.chain == first.log.chain,
                "the hub ends with another chain"
            );
        }
        Ok(())
    }

    /// (b) What was saved is in the log once, by op and by content, in its author's order; nothing else is.
    fn every_deed_once(&self, log: &[Opened]) -> Result<()> {
        let mut noted: BTreeMap<OpId, (&Deed, &Vec<u8>)> = BTreeMap::new();
        for deed in self.notebook.deeds.values() {
            noted.extend(deed.parts.iter().map(|(op, plain)| (*op, (deed, plain))));
        }
        let mut last = vec![(0, 0); self.devices.len()];
        for opened in log {
            let (deed, plain) = noted
                .remove(&opened.op)
                .with_context(|| format!("{} at {} is there twice, or nobody did it", opened.op, opened.n))?;
            ensure!(*plain == opened.plain, "{} says something else", opened.op);
            ensure!(deed.device == opened.device, "{} has another author", opened.op);
            let part = deed.parts.iter().position(|(op, _)| *op == opened.op);
            let turn = (deed.order, part.unwrap_or_default());
            ensure!(last[deed.device] < turn, "{} is out of its author's order", opened.op);
            last[deed.device] = turn;
        }
        let lost = noted.iter().find(|(_, (deed, _))| deed.saved);
        if let Some((op, (deed, _))) = lost {
            anyhow::bail!("device {} was told that {op} is saved, and it is lost", deed.device);
        }
        Ok(())
    }

    /// (c) A receipt is a promise.
    pub fn receipts_hold(&self, entries: &[Entry]) -> Result<()> {
        for receipt in &self.notebook.receipts {
            let entry = entries.get(receipt.n as usize - 1);
            let entry = entry.with_context(|| format!("a receipt for place {}, which is empty", receipt.n))?;
            ensure!(
                entry.op.parse()?.op == receipt.op && entry.hub_time == receipt.hub_time,
                "another op has the place {} of a receipt",
                receipt.n
            );
            ensure!(
                self.hub.disk.hashes.get(receipt.n as usize) == Some(&receipt.hash),
                "the history before place {} is not the one of the receipt",
                receipt.n
            );
        }
        Ok(())
    }

    /// (d) What stands is exactly what nobody who had seen it has overwritten, by brute force.
    fn nothing_lost(&mut self, log: &[Opened]) -> Result<()> {
        let mut history = History::default();
        for opened in log {
            history.add(opened.n, self.devices[opened.device].id, &opened.action);
        }
        self.stats.contested += history.contested();
        let standing = history.standing();
        for (device, me) in self.devices.iter().enumerate() {
            if me.disk.log.chain.is_none() {
                continue;
            }
            let mut shown = BTreeMap::new();
            for (id, state) in &me.disk.view.records {
                let registers = siblings(state)?;
                shown.extend(
                    registers
                        .into_iter()
                        .map(|((field, element), values)| ((*id, field, element), values)),
                );
                for field in state.contested() {
                    ensure!(!state.rivals(field).is_empty(), "a contested field without rivals");
                }
            }
            if let Some((place, values)) = standing.iter().find(|(place, values)| shown.get(place) != Some(values)) {
                let here = shown.get(place);
                anyhow::bail!("device {device}: in {place:?} {values:?} should stand, and {here:?} does");
            }
            ensure!(shown.len() == standing.len(), "device {device} shows what nobody wrote");
        }
        Ok(())
    }

    /// (e) Two leads may let the same newcomer in; the second is refused. Nothing else is.
    fn drawers_hold_only_admissions(&mut self) -> Result<()> {
        for (device, me) in self.devices.iter().enumerate() {
            for (what, message) in &me.disk.log.drawer {
                self.stats.drawer += 1;
                ensure!(
                    matches!(what, What::Admit { .. }),
                    "device {device}: {what:?} was refused: {message}"
                );
            }
        }
        Ok(())
    }

    /// What was saved just now is on the author's screen: shown, or a rival.
    pub fn check_shown(&self, device: usize, action: ActionId) -> Result<()> {
        let me = &self.devices[device];
        let log = &me.disk.log;
        let Some(deed) = self.notebook.deeds.get(&action).filter(|_| !log.pending.is_empty()) else {
            return Ok(());
        };
        let mut last = BTreeMap::new();
        for edit in &deed.action.records {
            for (field, what) in &edit.edits {
                let (element, value) = match what {
                    Edit::Set(value) => (None, value.clone()),
                    Edit::Add(element) => (Some(element.clone()), true.into()),
                    Edit::Remove(element) => (Some(element.clone()), false.into()),
                    Edit::Text(_) | Edit::Decline(..) | Edit::Erase | Edit::Unknown(_) => continue,
                };
                last.insert((edit.id, *field, element), value);
            }
        }
        for ((id, field, element), value) in last {
            let screen = siblings(&me.disk.view.shown(id, log, (me.id, me.member))?)?;
            let there = screen
                .get(&(field, element))
                .is_some_and(|values| values.iter().any(|(_, v)| *v == value));
            ensure!(
                there,
                "device {device} was told that {value:?} is saved, and does not see it"
            );
        }
        Ok(())
    }
}

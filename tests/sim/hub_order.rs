//! The hub gives places: pushes and uploads become transactions, and nobody hears of one before it is durable.

use crate::agenda::Task;
use crate::hub::{Seat, Who};
use crate::hub_disk::Batch;
use crate::planted::Planted;
use crate::world::World;
use anyhow::Result;
use sidedesk_domain::DeviceId;
use sidedesk_protocol::admit::{self, Decision, Known, Placed};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, RefusedWhy};
use std::collections::BTreeMap;

/// Pushes taken into one transaction at most.
const BATCH: usize = 8;

impl World {
    /// Takes a chain that no hub orders yet, as it is; what is here already is skipped.
    pub fn hub_upload(&mut self, conn: usize, entries: &[Entry]) {
        let seat = self.hub.process.as_ref().and_then(|process| process.seats.get(&conn));
        let Some(Seat {
            who: Who::Member { workspace },
            ..
        }) = seat
        else {
            return self.hub_wake();
        };
        let known = self.hub.disk.chain.clone();
        let mut chain = known.unwrap_or_else(|| Chain::empty(*workspace));
        let fresh: Vec<Entry> = entries.iter().filter(|entry| entry.n > chain.n).cloned().collect();
        for entry in &fresh {
            if let Err(error) = admit::admit_upload(&mut chain, entry) {
                let message = error.to_string();
                let why = DeniedWhy::Nonsense;
                self.hub_denies(conn, &HubFrame::Denied { why, message });
                return self.hub_wake();
            }
        }
        let answers = vec![(conn, HubFrame::Uploaded { n: chain.n })];
        self.hub_stage(Batch {
            entries: fresh,
            chain,
            admitted: Vec::new(),
            answers,
            asked: Vec::new(),
        });
    }

    /// Gives places to the pushes in front of the inbox, in one transaction.
    pub fn hub_pushes(&mut self, conn: usize, op: SignedOp) -> Result<()> {
        let mut pushes = vec![(conn, op)];
        let most = self.dice.within(1, BATCH as u64) as usize;
        let Some(process) = &mut self.hub.process else {
            return Ok(());
        };
        while let Some((conn, frame)) = process.inbox.pop_front() {
            match frame {
                ClientFrame::Push { op } if pushes.len() < most => pushes.push((conn, op)),
                frame => {
                    process.inbox.push_front((conn, frame));
                    break;
                }
            }
        }
        let Some(chain) = self.hub.disk.chain.clone() else {
            self.hub_wake();
            return Ok(());
        };
        let mut batch = Batch {
            entries: Vec::new(),
            chain,
            admitted: Vec::new(),
            answers: Vec::new(),
            asked: Vec::new(),
        };
        let mut here = BTreeMap::new();
        for (conn, op) in pushes {
            self.hub_admits(conn, op, &mut batch, &mut here);
        }
        self.hub_stage(batch);
        Ok(())
    }

    fn hub_admits(
        &mut self,
        conn: usize,
        op: SignedOp,
        batch: &mut Batch,
        here: &mut BTreeMap<(DeviceId, u64), Placed>,
    ) {
        let Some(process) = &mut self.hub.process else { return };
        let member = |seat: &Seat| matches!(seat.who, Who::Member { .. });
        if !process.seats.get(&conn).is_some_and(member) {
            return; // an old connection that the hub has given up
        }
        let Ok(header) = op.parse() else { return };
        let key = (header.device, header.seq);
        let disk = &self.hub.disk;
        let remembered = process
            .memory
            .get(&key)
            .filter(|_| self.planted == Some(Planted::ReceiptFromMemory));
        let mut same_seq = disk.places.get(&key).or(here.get(&key)).or(remembered).copied();
        if let (Some(Planted::InsertOrIgnore), Some(there)) = (self.planted, &mut same_seq) {
            there.op = header.op;
        }
        let known = Known {
            same_seq,
            base_hash: disk.hash_at(header.base_n),
        };
        batch.asked.push((conn, header.op));
        let now = self.wall(self.hub.skew);
        match admit::admit(&batch.chain, op, &known, now, &self.hub.secret) {
            Decision::Accept(accepted) => {
                batch.chain.settle(&accepted);
                let receipt = &accepted.receipt;
                let placed = Placed {
                    op: receipt.op,
                    n: receipt.n,
                    hub_time: receipt.hub_time,
                    hash: receipt.hash,
                };
                here.insert(key, placed);
                if let Some(process) = &mut self.hub.process {
                    process.memory.insert(key, placed);
                }
                if let Some(Public::AddDevice(added)) = &accepted.checked.public {
                    batch.admitted.push(added.invite);
                }
                batch.entries.push(accepted.entry);
                batch.answers.push((conn, HubFrame::Receipt(accepted.receipt)));
            }
            Decision::Duplicate(receipt) => {
                self.stats.repeats += 1;
                batch.answers.push((conn, HubFrame::Receipt(receipt)));
            }
            Decision::Refuse { op, why, message } => {
                *self.stats.refused.entry(format!("{why:?}")).or_default() += 1;
                self.note(|| format!("hub refuses {op}: {why:?}, {message}"));
                batch.answers.push((conn, HubFrame::Refused { op, why, message }));
            }
        }
    }

    fn hub_stage(&mut self, mut batch: Batch) {
        if self.planted == Some(Planted::AckBeforeCommit) {
            for (conn, frame) in std::mem::take(&mut batch.answers) {
                self.say(conn, &frame, self.now);
            }
            let head = self.hub.disk.entries.len() as u64;
            for conn in self.hub_level_followers() {
                self.hub_sends_page(conn, &batch.entries.clone(), head);
            }
        }
        let (life, at) = (self.hub.life, self.now + self.dice.within(1, 20));
        if let Some(process) = &mut self.hub.process {
            process.working = true;
            process.batch = Some(batch);
            self.agenda.put(at, Task::HubCommit { life });
        }
    }

    /// The transaction is durable, or is refused by the disk; only then does anybody hear of it.
    pub fn hub_commit(&mut self) -> Result<()> {
        if self.strikes() {
            self.hub_crash();
            return Ok(());
        }
        let batch = self.hub.process.as_mut().and_then(|process| process.batch.take());
        let Some(batch) = batch else { return Ok(()) };
        if self.hub.full {
            self.stats.disk_full += 1;
            self.stats.happened("hub disk full", 1);
            for (conn, op) in batch.asked {
                let (why, message) = (RefusedWhy::Later, "disk full".to_owned());
                self.say(conn, &HubFrame::Refused { op, why, message }, self.now);
            }
            for (conn, frame) in batch.answers {
                if matches!(frame, HubFrame::Uploaded { .. }) {
                    let (why, message) = (DeniedWhy::Busy, "disk full".to_owned());
                    self.hub_denies(conn, &HubFrame::Denied { why, message });
                }
            }
        } else {
            self.hub.disk.store(&batch)?;
            if self.strikes() {
                self.hub_crash();
                return Ok(());
            }
            if let Some(process) = &mut self.hub.process {
                process.kept.keep(batch.entries);
            }
            for (conn, frame) in batch.answers {
                self.say(conn, &frame, self.now);
            }
            self.hub_tells_newcomers(&batch.admitted);
            for conn in self.hub_followers() {
                self.hub_plan_page(conn);
            }
        }
        if let Some(process) = &mut self.hub.process {
            process.working = false;
        }
        self.hub_wake();
        Ok(())
    }

    /// Planted only: those who have everything that is durable.
    fn hub_level_followers(&self) -> Vec<usize> {
        let head = self.hub.disk.entries.len() as u64;
        let seats = self.hub.process.iter().flat_map(|process| &process.seats);
        seats
            .filter(|(_, s)| s.sent == Some(head))
            .map(|(conn, _)| *conn)
            .collect()
    }
}

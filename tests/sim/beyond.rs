//! Faults that this version answers by stopping with a sentence and keeping what was typed: a hub that came back from an
//! old backup, and a device that was copied. They happen only when asked for; what must hold then is the promise as it
//! is made today. When the product heals them, they belong into the weather and under the full reckoning.

use crate::agenda::Task;
use crate::device::{Device, Role};
use crate::disk::{Disk, Row};
use crate::world::World;
use anyhow::{Context as _, Result, ensure};
use sidedesk_domain::OpId;
use sidedesk_protocol::engine::Status;
use sidedesk_protocol::keys::{DeviceSecret, Entropy};
use std::collections::BTreeSet;

/// What happens once in a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Beyond {
    /// The hub comes back from a copy that is older than what it has said yes to.
    HubRollback,
    /// A device's files are used on two computers.
    Clone,
}

impl World {
    /// It happens, when this story has it and the moment is good.
    pub fn beyond(&mut self, device: usize) {
        if !self.shared() || self.broken {
            return;
        }
        match self.beyond {
            Some(Beyond::HubRollback) => self.roll_back(),
            Some(Beyond::Clone) if self.on_board(device) => self.copy_device(device),
            _ => {}
        }
    }

    /// The first time a copy is made; later it is put back, when the hub has gone on.
    fn roll_back(&mut self) {
        let head = self.hub.disk.entries.len();
        match &self.hub.backup {
            None => self.hub.backup = Some(self.hub.disk.clone()),
            Some(backup) if backup.entries.len() < head && !backup.entries.is_empty() => {
                self.note(|| "the hub comes back from an old backup".into());
                self.broken = true;
                self.stats.happened("hub rollbacks", 1);
                self.hub_crash();
                self.hub.disk = self.hub.backup.clone().unwrap_or_default();
            }
            Some(_) => {}
        }
    }

    fn copy_device(&mut self, device: usize) {
        let me = &self.devices[device];
        let copy = Device {
            secret: DeviceSecret::from_bytes(me.secret.to_bytes()),
            id: me.id,
            member: me.member,
            disk: Disk::copy_of(&me.disk),
            process: None,
            life: 0,
            skew: me.skew,
            reachable: true,
            asleep_until: 0,
            newer: false,
            entropy: Entropy::new(self.dice.bytes()),
        };
        self.broken = true;
        self.stats.happened("cloned devices", 1);
        self.note(|| format!("device {device} is copied"));
        let twin = self.devices.len();
        self.devices.push(copy);
        self.given.push(true);
        self.agenda.put(self.now, Task::Start { device: twin });
        self.agenda.put(self.now + 2, Task::User { device: twin });
    }

    /// Nothing that was saved anywhere is gone from there, and nobody is left in the dark.
    pub fn reckon_kept(&mut self) -> Result<()> {
        if self.beyond == Some(Beyond::Clone) {
            self.receipts_hold(&self.hub.disk.entries)?;
        }
        for (device, me) in self.devices.iter().enumerate() {
            let log = &me.disk.log;
            let mut kept: BTreeSet<OpId> = log.pending.iter().filter_map(Row::op).collect();
            for entry in &log.entries {
                kept.insert(entry.op.parse()?.op);
            }
            let mine = self
                .notebook
                .deeds
                .values()
                .filter(|deed| deed.saved && deed.device == device);
            for (op, _) in mine.flat_map(|deed| &deed.parts) {
                ensure!(
                    kept.contains(op) || log.refused(*op),
                    "device {device} was told that {op} is saved, and it is lost"
                );
            }
            let process = me.process.as_ref().context("everybody is up")?;
            let Role::Member(_) = process.role else { continue };
            let same = log.chain == self.hub.disk.chain && log.pending.is_empty();
            let told = matches!(process.status, Some(Status::Problem(_) | Status::NotAMember(_)));
            ensure!(
                same || told,
                "device {device} is not in step and nobody was told: {:?}",
                process.status
            );
            self.stats.stopped += u64::from(told);
        }
        Ok(())
    }
}

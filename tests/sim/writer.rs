//! The one writer of a device: a write is handed to the disk, then durable, and only then told to anybody.

use crate::agenda::Task;
use crate::device::{Job, Then};
use crate::disk::Write;
use crate::planted::Planted;
use crate::world::World;
use anyhow::Result;
use sidedesk_protocol::engine::Event;

impl World {
    /// The first half of a write: handed to the disk, not durable.
    pub fn stage(&mut self, device: usize, write: Write, then: Then) {
        if self.planted == Some(Planted::SavedBeforeCommit)
            && let Then::Saved(action) = &then
        {
            self.notebook.saved(*action);
        }
        if let Some(process) = &mut self.devices[device].process {
            process.jobs.push_front(Job::Commit(write, then));
        }
    }

    /// The second half: durable, or refused by the disk.
    pub fn device_commits(&mut self, device: usize, write: Write, then: Then) -> Result<()> {
        if !self.calm && self.dice.chance(self.trouble.disk) {
            self.stats.disk_full += 1;
            self.stats.happened("device disk full", 1);
            self.note(|| format!("device {device}: disk full"));
            if !matches!(then, Then::Saved(_)) {
                self.device_step(device, Event::StoreFailed("disk full".into()));
            }
            return Ok(());
        }
        let head = self.devices[device].disk.log.head();
        if let Write::Entries { entries, .. } = &write
            && entries.first().is_none_or(|first| first.n != head + 1)
        {
            // The page before this one could not be stored.
            self.device_step(device, Event::StoreFailed("an earlier page is missing".into()));
            return Ok(());
        }
        let grows = matches!(write, Write::Entries { .. });
        let pends = matches!(write, Write::Pend(_));
        let checkpoint = self.planted == Some(Planted::NormalSync) && self.dice.chance(200);
        let me = &mut self.devices[device];
        me.disk.commit(write)?;
        if self.planted == Some(Planted::NormalSync) {
            me.disk.forget_later(checkpoint);
        }
        match then {
            Then::Nothing => {}
            Then::Report(event) => self.report(device, *event),
            Then::Saved(action) => {
                self.notebook.saved(action);
                self.check_shown(device, action)?;
                if pends {
                    self.report(device, Event::Committed);
                }
            }
            Then::BecomeMember => self.take_role(device),
        }
        if grows && let Some(process) = &mut self.devices[device].process {
            process.jobs.push_front(Job::Fold);
        }
        Ok(())
    }

    /// The view follows the log.
    pub fn device_folds(&mut self, device: usize) -> Result<()> {
        let flush = self.dice.chance(300);
        let me = &mut self.devices[device];
        me.disk.view.catch_up(&me.disk.log, me.id, self.planted)?;
        if flush {
            me.disk.flush_view();
        }
        self.after_fold(device);
        Ok(())
    }

    /// The store's reports arrive in their order; a commit by the person overtakes them.
    pub fn report(&mut self, device: usize, event: Event) {
        let (soon, later) = (self.dice.within(0, 3), self.dice.within(0, 15));
        let me = &mut self.devices[device];
        let life = me.life;
        let Some(process) = &mut me.process else { return };
        let at = if matches!(event, Event::Committed) {
            self.now + soon
        } else {
            process.reported = process.reported.max(self.now + later);
            process.reported
        };
        let event = Box::new(event);
        self.agenda.put(at, Task::Report { device, life, event });
    }
}

//! People: what they type, on which card, having looked at it when.

use crate::agenda::Task;
use crate::device::Then;
use crate::disk::{What, Write};
use crate::world::World;
use anyhow::{Context as _, Result};
use sidedesk_domain::fields::{DELETED, campaign, complaint};
use sidedesk_domain::{Action, ActionId, Edit, FieldId, Kind, OpId, RecordEdit, RecordId, Value};
use sidedesk_protocol::author::{self, Stand};
use sidedesk_protocol::entry::SignedOp;
use sidedesk_protocol::invite::{InviteCode, InviteSecret};
use sidedesk_protocol::membership::NameHub;

const ADDRESS: &str = "ws://hub.example.com";
/// An invitation outlives every story.
const INVITE_MS: i64 = 1_000_000_000;

/// Fields that no version has yet.
const NEWER_FIELD: FieldId = FieldId(7_001);
const NEWER_SET: FieldId = FieldId(7_002);
/// An edit of a sort that is not invented yet: the list of 9, "later" and 1.
const NEWER_EDIT: &[u8] = b"\x83\x09\x65later\x01";

/// What somebody wants.
#[derive(Debug)]
pub enum Wish {
    /// An edit of so many records; many become several ops.
    Edit { records: u64 },
    /// Name the hub: the local board is shared.
    Share,
    /// Invite the next device.
    Invite,
    /// New keys.
    Rotate,
    /// Something that only a later version can want.
    Newer,
}

impl World {
    /// Somebody does something, and will again.
    pub fn user_turn(&mut self, device: usize) {
        if self.calm {
            return;
        }
        let pause = self.dice.within(1, self.trouble.pause);
        self.agenda.put(self.now + pause, Task::User { device });
        let wish = match self.dice.any() % 100 {
            _ if !self.on_board(device) => return,
            0..12 if device == 0 && !self.shared() => Wish::Share,
            0..15 if self.shared() && self.invited < self.devices.len() => Wish::Invite,
            15..17 if self.shared() => Wish::Rotate,
            26..29 if self.shared() && self.devices[device].newer => Wish::Newer,
            17..25 => Wish::Edit {
                records: self.dice.within(3, 12),
            },
            25 if self.trouble.imports => Wish::Edit { records: 100 },
            _ => Wish::Edit { records: 1 },
        };
        self.device_wish(device, wish);
    }

    /// Its log is a board's.
    pub fn on_board(&self, device: usize) -> bool {
        let me = &self.devices[device];
        let chain = me.disk.log.chain.as_ref();
        chain.is_some_and(|chain| chain.membership.devices.contains_key(&me.id))
    }

    /// The hub gives the places.
    pub fn shared(&self) -> bool {
        let chain = self.devices[0].disk.log.chain.as_ref();
        chain.is_some_and(|chain| chain.hub_key.is_some())
    }

    /// Turns a wish into a transaction.
    pub fn fulfil(&mut self, device: usize, wish: Wish) -> Result<()> {
        match wish {
            Wish::Edit { records } => self.edit(device, records),
            Wish::Share => self.share(device),
            Wish::Invite => {
                let secret = InviteSecret::from_bytes(self.dice.bytes());
                // The hub decides by its clock, which never goes back: where that is ahead, its last word counts.
                let said = self.devices[device]
                    .disk
                    .log
                    .chain
                    .as_ref()
                    .map_or(0, |chain| chain.hub_time);
                let expires = self.wall(self.hub.skew).max(said) + INVITE_MS;
                if self.invited < self.devices.len() {
                    self.invited += 1;
                    self.pend(device, What::Invite { secret, expires });
                }
                Ok(())
            }
            Wish::Rotate => {
                self.pend(device, What::Rotate);
                Ok(())
            }
            Wish::Newer => {
                self.stats.happened("ops of a later version", 1);
                self.pend(device, What::Newer);
                Ok(())
            }
        }
    }

    fn pend(&mut self, device: usize, what: What) {
        let committed = Box::new(sidedesk_protocol::engine::Event::Committed);
        self.stage(device, Write::Pend(vec![what]), Then::Report(committed));
    }

    fn edit(&mut self, device: usize, records: u64) -> Result<()> {
        let seen = self.editor_opened_on(device);
        let action = Action {
            id: ActionId(self.dice.bytes()),
            name: "sim.edit".into(),
            undoes: None,
            redoes: None,
            records: (0..records)
                .map(|i| self.record_edit(device, seen, i, records))
                .collect(),
        };
        // Small parts, so that a bulk action is several ops.
        let parts = action.clone().into_parts(if records > 50 { 60 } else { 300 });
        let time = self.wall(self.devices[device].skew);
        let mut whats = Vec::new();
        let mut noted = Vec::new();
        for (space, part) in parts {
            let (op, plain) = (OpId(self.dice.bytes()), author::encode_action(&part)?);
            noted.push((op, plain.clone()));
            whats.push(What::Action { op, space, time, plain });
        }
        self.stats.actions += 1;
        self.stats.ops += whats.len() as u64;
        let id = action.id;
        self.note(|| format!("device {device} does {id} in {} ops, seen {seen}", whats.len()));
        self.notebook.done(device, action, noted);
        let write = if self.shared() || device != 0 {
            Write::Pend(whats)
        } else {
            self.own_hub(device, whats)?
        };
        self.stage(device, write, Then::Saved(id));
        Ok(())
    }

    /// Most editors are opened on what is there now, some were left open for long.
    fn editor_opened_on(&mut self, device: usize) -> u64 {
        let applied = self.devices[device].disk.view.applied;
        match self.dice.any() % 10 {
            0..6 => applied,
            6..9 => applied.saturating_sub(self.dice.within(1, 6)),
            _ => self.dice.within(0, applied),
        }
    }

    fn record_edit(&mut self, device: usize, seen: u64, i: u64, records: u64) -> RecordEdit {
        let many = records > 50;
        let which = if many { 1000 + i } else { self.dice.within(0, 7) };
        let fresh = many || self.dice.chance(150);
        let complaint = which % 2 == 1 && !fresh;
        let id = if fresh {
            RecordId(self.dice.bytes())
        } else {
            RecordId::of("sim", &[&which.to_le_bytes()])
        };
        let fields = if many || self.dice.chance(600) { 1 } else { 3 };
        RecordEdit {
            kind: if complaint { Kind::Complaint } else { Kind::Campaign },
            id,
            seen: if fresh { 0 } else { seen },
            edits: (0..fields).map(|_| self.field_edit(device, complaint)).collect(),
        }
    }

    fn field_edit(&mut self, device: usize, complaint: bool) -> (FieldId, Edit) {
        let fields = if complaint {
            (complaint::TITLE, complaint::OWNER, complaint::REGION, complaint::NOTES)
        } else {
            (campaign::NAME, campaign::BUDGET, campaign::PRODUCT, campaign::OWNER)
        };
        let (first, second, set, third) = fields;
        let typed: Value = match self.dice.any() % 4 {
            0 => (*self.dice.pick(&["yes", "no"])).into(),
            1 => ((self.dice.any() % 3) as i64).into(),
            _ => format!("{device} typed {:x}", self.dice.any() % 0xffff).into(),
        };
        let element: Value = (*self.dice.pick(&["Boots", "Socks", "Hats"])).into();
        if self.devices[device].newer && self.dice.chance(200) {
            self.stats.happened("fields of a later version", 1);
            return match self.dice.any() % 3 {
                0 => (NEWER_FIELD, Edit::Set(typed)),
                1 => (NEWER_SET, Edit::Add(element)),
                _ => (first, Edit::Unknown(NEWER_EDIT.into())),
            };
        }
        match self.dice.any() % 12 {
            0..4 => (first, Edit::Set(typed)),
            4 => (second, Edit::Set(typed)),
            5 => (second, Edit::Set(Value::Null)),
            6 => (third, Edit::Set(typed)),
            7..9 => (set, Edit::Add(element)),
            9 => (set, Edit::Remove(element)),
            10 => (DELETED, Edit::Set(true.into())),
            _ => (DELETED, Edit::Set(false.into())),
        }
    }

    /// Without a hub the device gives the places itself, at commit.
    fn own_hub(&mut self, device: usize, whats: Vec<What>) -> Result<Write> {
        let (now, me) = (self.wall(self.devices[device].skew), &mut self.devices[device]);
        let chain = me.disk.log.chain.clone().context("no board")?;
        let mut stand = Stand::on(&chain, me.id);
        let mut ops = Vec::new();
        for what in whats {
            let What::Action {
                op, space, time, plain, ..
            } = what
            else {
                continue;
            };
            let keys = &me.disk.log.keyring;
            let op = author::action(&stand, &me.secret, keys, (op, space, time), &plain, &mut me.entropy)?;
            stand = stand.after(&op);
            ops.push(op);
        }
        self.placed(device, ops, now)
    }

    /// The transaction that places these ops on the device's own board.
    fn placed(&mut self, device: usize, ops: Vec<SignedOp>, now: i64) -> Result<Write> {
        let log = &self.devices[device].disk.log;
        let mut chain = log.chain.clone().context("no board")?;
        let mut entries = Vec::new();
        for op in ops {
            let entry = chain.place(op, now);
            chain.append(&entry)?;
            entries.push(entry);
        }
        let keyring = log.keyring.clone();
        Ok(Write::Entries {
            entries,
            chain: Box::new(chain),
            keyring,
        })
    }

    fn share(&mut self, device: usize) -> Result<()> {
        if self.shared() {
            return Ok(());
        }
        let now = self.wall(self.devices[device].skew);
        let hub = NameHub {
            hub_key: self.hub.secret.public(),
            address: ADDRESS.into(),
        };
        let me = &mut self.devices[device];
        let stand = Stand::on(me.disk.log.chain.as_ref().context("no board")?, me.id);
        let op = author::name_hub(&stand, &me.secret, hub, now, &mut me.entropy)?;
        let write = self.placed(device, vec![op], now)?;
        self.note(|| "the board is shared".into());
        self.stage(device, write, Then::BecomeMember);
        Ok(())
    }

    /// Hands the code of an invitation in the log to the next person.
    pub fn hand_over(&mut self, secret: &InviteSecret) {
        let Some(next) = (1..self.devices.len()).find(|d| self.devices[*d].disk.log.chain.is_none() && !self.given[*d])
        else {
            return;
        };
        let Some(chain) = &self.devices[0].disk.log.chain else {
            return;
        };
        let code = InviteCode::new(ADDRESS.into(), self.hub.secret.public(), chain.workspace, secret);
        self.given[next] = true;
        self.note(|| format!("device {next} gets an invitation"));
        self.stats.joins += 1;
        // Pasting it is a transaction too; a crash before it would only mean pasting again.
        if let Err(error) = self.devices[next].disk.commit(Write::Code(Box::new(code))) {
            self.fail(error.to_string());
        }
        self.take_role(next);
    }
}

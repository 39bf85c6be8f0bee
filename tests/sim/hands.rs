//! What the hands of a device do for its engine.

use crate::agenda::{End, Task};
use crate::device::Then;
use crate::disk::{What, Write};
use crate::outbox;
use crate::planted::Planted;
use crate::told::Told;
use crate::world::World;
use anyhow::Result;
use sidedesk_domain::InviteId;
use sidedesk_protocol::author::open_invite;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::engine::{Effect, Event, Status, WINDOW};
use sidedesk_protocol::entry::{Entry, OpKind};
use sidedesk_protocol::invite::{InviteSecret, open_request};
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::message::{self, ClientFrame};

impl World {
    /// One effect.
    pub fn device_does(&mut self, device: usize, effect: Effect) -> Result<()> {
        let now = self.now;
        let wall = self.wall(self.devices[device].skew);
        let me = &mut self.devices[device];
        let Some(process) = &mut me.process else { return Ok(()) };
        match effect {
            Effect::Load => {
                if let Some(chain) = me.disk.log.chain.clone() {
                    self.report(device, Event::Loaded(Box::new(chain)));
                }
            }
            Effect::Connect => {
                process.unanswered = 0;
                process.told = Told::default();
                let old = process.conn.take();
                if let Some(old) = old {
                    self.leave_conn(old, End::Device);
                }
                let conn = self.connect(device);
                if let Some(process) = &mut self.devices[device].process {
                    process.conn = Some(conn);
                }
            }
            Effect::Close => {
                if let Some(conn) = process.conn.take() {
                    self.leave_conn(conn, End::Device);
                }
            }
            Effect::Send(frame) => self.device_sends(device, &frame)?,
            Effect::Store { entries, chain } => self.device_stores(device, entries, chain)?,
            Effect::Seal { after, limit } => {
                let sealed = outbox::seal(&me.disk.log, &me.secret, (after, limit), wall, &mut me.entropy)?;
                let report = Then::Report(Box::new(Event::Sealed(sealed.clone())));
                self.stage(device, Write::Sealed(sealed), report);
            }
            Effect::ReadUpload { after } => {
                let most = 1 + (self.dice.any() % 12) as usize;
                let entries = &self.devices[device].disk.log.entries;
                let entries = entries.iter().skip(after as usize).take(most).cloned().collect();
                self.report(device, Event::UploadRead(entries));
            }
            Effect::Unseal => {
                self.stats.unsealed += 1;
                self.stage(device, Write::Unseal, Then::Nothing);
            }
            Effect::Drawer { op, message } => {
                self.stage(device, Write::Refused { op, message }, Then::Nothing);
            }
            Effect::Admit { invite, request } => self.device_admits(device, invite, &request)?,
            Effect::Present { .. } => {}
            Effect::SetTimer(timer, after) => {
                let turn = process.timers.entry(timer).or_default();
                *turn += 1;
                let (turn, life) = (*turn, me.life);
                self.agenda.put(
                    now + after,
                    Task::Timer {
                        device,
                        life,
                        timer,
                        turn,
                    },
                );
            }
            Effect::Status(status) => {
                process.status = Some(status.clone());
                let another = matches!(&status, Status::Problem(why) if why.contains("histories"));
                if self.planted == Some(Planted::AdoptTheHubs) && another {
                    me.disk.start_over();
                    self.device_crash(device);
                    return Ok(());
                }
                self.note(|| format!("device {device}: {status:?}"));
            }
        }
        Ok(())
    }

    /// A frame on its way, if there is a connection.
    pub fn device_sends(&mut self, device: usize, frame: &ClientFrame) -> Result<()> {
        let Some(process) = &mut self.devices[device].process else {
            return Ok(());
        };
        let Some(conn) = process.conn else { return Ok(()) };
        if matches!(frame, ClientFrame::Push { .. }) {
            process.unanswered += 1;
            self.stats.most_in_flight = self.stats.most_in_flight.max(process.unanswered);
            if process.unanswered > WINDOW {
                self.fail(format!("device {device} has more than {WINDOW} ops in flight"));
            }
        }
        let bytes = message::encode(frame)?;
        // Earlier versions of the program send again what they have sent, without looking first whether it has arrived.
        if matches!(frame, ClientFrame::Push { .. }) && !self.calm && self.dice.chance(20) {
            self.transmit(conn, End::Hub, bytes.clone(), 0);
        }
        self.transmit(conn, End::Hub, bytes, 0);
        Ok(())
    }

    fn device_stores(&mut self, device: usize, entries: Vec<Entry>, chain: Box<Chain>) -> Result<()> {
        let me = &self.devices[device];
        let mut keyring = me.disk.log.keyring.clone();
        for entry in &entries {
            let header = entry.op.parse()?;
            let public = Public::read(header.kind, &entry.op)?;
            keyring.open_wraps(&me.secret, public.as_ref().map_or(&[], |public| public.wraps()))?;
        }
        let report = Then::Report(Box::new(Event::Stored));
        if self.planted == Some(Planted::TornPage) {
            self.devices[device].disk.commit(Write::EntriesAlone(entries.clone()))?;
            if self.strikes() {
                self.device_crash(device);
                return Ok(());
            }
            let log = &mut self.devices[device].disk.log;
            log.entries.truncate(log.entries.len() - entries.len());
        }
        self.stage(
            device,
            Write::Entries {
                entries,
                chain,
                keyring,
            },
            report,
        );
        Ok(())
    }

    /// A newcomer asks: admitted when the invitation is known here, open, and not being used already.
    fn device_admits(&mut self, device: usize, invite: InviteId, request: &[u8]) -> Result<()> {
        let at = self.wall(self.hub.skew);
        let me = &self.devices[device];
        let log = &me.disk.log;
        let Some(chain) = &log.chain else { return Ok(()) };
        let admitting = |what: &What| matches!(what, What::Admit { secret, .. } if secret.id() == invite);
        let busy = log.pending.iter().any(|row| admitting(&row.what));
        let known = chain.membership.invites.get(&invite);
        let is_open = known.is_some_and(|known| !known.spent && at < known.expires);
        let is_member = chain.membership.role_of(me.id).is_ok();
        if busy || !is_open || !is_member {
            return Ok(());
        }
        for entry in &log.entries {
            let header = entry.op.parse()?;
            if header.kind != OpKind::Invite {
                continue;
            }
            let secret: InviteSecret = open_invite(&header, &entry.op, &log.keyring)?;
            if secret.id() == invite {
                let request = Box::new(open_request(request, &secret)?);
                let what = What::Admit { secret, request };
                self.stage(
                    device,
                    Write::Pend(vec![what]),
                    Then::Report(Box::new(Event::Committed)),
                );
                return Ok(());
            }
        }
        Ok(())
    }
}

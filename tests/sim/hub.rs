//! The hub's hands: who is let in, what is stored, what is sent, in that order. The decisions are `protocol::admit`'s.

use crate::agenda::{End, Ms, Task};
use crate::dice::Dice;
use crate::hub_disk::{Batch, HubDisk};
use crate::hub_pages::Kept;
use crate::weather;
use crate::world::World;
use anyhow::Result;
use sidedesk_domain::{DeviceId, InviteId, WorkspaceId};
use sidedesk_protocol::admit::{self, Placed};
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::message::{self, ClientFrame, HubFrame};
use sidedesk_protocol::{VERSION, ZERO_HASH};
use std::collections::{BTreeMap, VecDeque};

/// The hub: its key, its disk, and its program while it runs.
pub struct Hub {
    pub secret: HubSecret,
    pub disk: HubDisk,
    pub process: Option<Process>,
    /// Counts starts: what an earlier life had planned does not happen.
    pub life: u64,
    /// Its clock against the simulated one.
    pub skew: i64,
    /// Its disk refuses to commit.
    pub full: bool,
    /// What somebody copied one night.
    pub backup: Option<HubDisk>,
}

impl Hub {
    /// A hub that holds nothing yet.
    pub fn new(dice: &mut Dice) -> Self {
        Self {
            secret: HubSecret::from_bytes(&dice.bytes()),
            disk: HubDisk::default(),
            process: None,
            life: 0,
            skew: weather::years(dice),
            full: false,
            backup: None,
        }
    }
}

/// What is lost in a crash.
#[derive(Default)]
pub struct Process {
    pub seats: BTreeMap<usize, Seat>,
    pub inbox: VecDeque<(usize, ClientFrame)>,
    pub working: bool,
    pub batch: Option<Batch>,
    /// The last pages, for everybody who keeps up.
    pub kept: Kept,
    /// What was ever given a place, durably or not.
    pub memory: BTreeMap<(DeviceId, u64), Placed>,
}

/// One connection as the hub sees it.
#[derive(Debug)]
pub struct Seat {
    nonce: [u8; 32],
    pub who: Who,
    /// Entries sent so far, once it follows.
    pub sent: Option<u64>,
    pub paging: bool,
}

#[derive(Debug)]
pub enum Who {
    Stranger,
    Member { workspace: WorkspaceId },
    Newcomer { invite: InviteId, request: Vec<u8> },
}

impl World {
    fn hub_now(&self) -> i64 {
        self.wall(self.hub.skew)
    }

    /// The hub's program starts: what is durable is all it knows.
    pub fn hub_start(&mut self) {
        self.hub.process = Some(Process::default());
        self.note(|| "hub starts".into());
    }

    /// The hub's program is gone; so are its ends of all connections.
    pub fn hub_crash(&mut self) {
        let Some(process) = self.hub.process.take() else { return };
        self.stats
            .happened("hub transactions lost", u64::from(process.batch.is_some()));
        self.hub.life += 1;
        self.stats.hub_crashes += 1;
        self.note(|| "hub crashes".into());
        for conn in process.seats.into_keys() {
            self.leave_conn(conn, End::Hub);
        }
        let down = if self.calm { 1 } else { self.dice.within(1, 20_000) };
        self.agenda.put(self.now + down, Task::HubStart);
    }

    /// A socket arrives.
    pub fn hub_accepts(&mut self, conn: usize, at: Ms) {
        let nonce = self.dice.bytes();
        let Some(process) = &mut self.hub.process else { return };
        let seat = Seat {
            nonce,
            who: Who::Stranger,
            sent: None,
            paging: false,
        };
        process.seats.insert(conn, seat);
        self.conns[conn].hub_end = true;
        let challenge = HubFrame::Challenge {
            version: VERSION,
            nonce,
            hub_key: self.hub.secret.public(),
        };
        self.say(conn, &challenge, at);
    }

    pub fn say(&mut self, conn: usize, frame: &HubFrame, not_before: Ms) {
        if let HubFrame::Receipt(receipt) = frame {
            self.notebook.receipts.push(receipt.clone());
        }
        match message::encode(frame) {
            Ok(bytes) => self.transmit(conn, End::Device, bytes, not_before),
            Err(error) => self.fail(format!("the hub cannot write a frame: {error}")),
        }
    }

    /// A frame arrived.
    pub fn hub_receives(&mut self, conn: usize, frame: ClientFrame) {
        let Some(process) = &mut self.hub.process else { return };
        process.inbox.push_back((conn, frame));
        self.hub_wake();
    }

    pub fn hub_wake(&mut self) {
        let (life, delay) = (self.hub.life, self.dice.within(0, 3));
        let Some(process) = &mut self.hub.process else { return };
        if !process.working && !process.inbox.is_empty() {
            process.working = true;
            self.agenda.put(self.now + delay, Task::HubWork { life });
        }
    }

    /// The connection is gone as far as the hub knows.
    pub fn hub_lost(&mut self, conn: usize) {
        self.conns[conn].hub_end = false;
        if let Some(process) = &mut self.hub.process {
            process.seats.remove(&conn);
        }
    }

    /// One frame, or one transaction of pushes.
    pub fn hub_work(&mut self) -> Result<()> {
        let Some(process) = &mut self.hub.process else {
            return Ok(());
        };
        process.working = false;
        match process.inbox.pop_front() {
            Some((conn, ClientFrame::Push { op })) => self.hub_pushes(conn, op)?,
            Some((conn, ClientFrame::Upload { entries })) => self.hub_upload(conn, &entries),
            Some((conn, frame)) => {
                self.hub_talks(conn, frame);
                self.hub_wake();
            }
            None => {}
        }
        Ok(())
    }

    fn hub_talks(&mut self, conn: usize, frame: ClientFrame) {
        let (now, hub_now) = (self.now, self.hub_now());
        let Some(process) = &mut self.hub.process else { return };
        let Some(seat) = process.seats.get_mut(&conn) else {
            return;
        };
        let chain = self.hub.disk.chain.as_ref();
        match &frame {
            ClientFrame::Hello { workspace, n, .. } => {
                let there = if *n == 0 {
                    Some(ZERO_HASH)
                } else {
                    self.hub.disk.hash_at(*n)
                };
                match admit::door(chain, &self.hub.secret, &seat.nonce, &frame, there) {
                    Ok(welcome) => {
                        seat.who = Who::Member { workspace: *workspace };
                        self.say(conn, &welcome, now);
                    }
                    Err(denial) => self.hub_denies(conn, &denial.into()),
                }
            }
            ClientFrame::Join { invite, request, .. } => {
                match admit::join_door(chain, &self.hub.secret, &seat.nonce, &frame, hub_now) {
                    Ok(()) => {
                        let (invite, request) = (*invite, request.clone());
                        seat.who = Who::Newcomer {
                            invite,
                            request: request.clone(),
                        };
                        self.say(conn, &HubFrame::JoinWaiting, now);
                        let asked = HubFrame::JoinAsked { invite, request };
                        for member in self.hub_followers() {
                            self.say(member, &asked, now);
                        }
                    }
                    Err(denial) => self.hub_denies(conn, &denial.into()),
                }
            }
            ClientFrame::Follow { after } => {
                if matches!(seat.who, Who::Member { .. }) {
                    seat.sent = Some(*after);
                    let waiting: Vec<HubFrame> = process.seats.values().filter_map(Seat::asks).collect();
                    waiting.iter().for_each(|asked| self.say(conn, asked, now));
                    self.hub_plan_page(conn);
                }
            }
            ClientFrame::Ping => self.say(conn, &HubFrame::Pong, now),
            ClientFrame::Presence { .. } | ClientFrame::Upload { .. } | ClientFrame::Push { .. } => {}
            // The hubs of the simulator are never restored with a lead's word.
            ClientFrame::DeclareHead { .. } => {}
            // The engine never sends these: snapshots come and go on connections of their own.
            ClientFrame::OfferSnapshot { .. }
            | ClientFrame::PutChunk { .. }
            | ClientFrame::AskSnapshot
            | ClientFrame::AskChunk { .. } => {}
        }
    }

    pub fn hub_denies(&mut self, conn: usize, denial: &HubFrame) {
        self.note(|| format!("hub: {denial:?} on {conn}"));
        self.say(conn, denial, self.now);
        if let Some(process) = &mut self.hub.process {
            process.seats.remove(&conn);
        }
        self.leave_conn_after_sending(conn);
    }

    /// Closing after a last frame: the frame still arrives.
    fn leave_conn_after_sending(&mut self, conn: usize) {
        self.conns[conn].hub_end = false;
        let at = self.now + 1_000;
        self.agenda.put(at, Task::Lost { conn, at: End::Device });
    }

    pub fn hub_followers(&self) -> Vec<usize> {
        let seats = self.hub.process.iter().flat_map(|process| &process.seats);
        seats.filter(|(_, s)| s.sent.is_some()).map(|(conn, _)| *conn).collect()
    }

    pub fn hub_tells_newcomers(&mut self, admitted: &[InviteId]) {
        let seats = self.hub.process.iter().flat_map(|process| &process.seats);
        let let_in = |seat: &Seat| matches!(&seat.who, Who::Newcomer { invite, .. } if admitted.contains(invite));
        let conns: Vec<usize> = seats.filter(|(_, s)| let_in(s)).map(|(conn, _)| *conn).collect();
        for conn in conns {
            self.say(conn, &HubFrame::Admitted, self.now);
        }
    }
}

impl Seat {
    fn asks(&self) -> Option<HubFrame> {
        let Who::Newcomer { invite, request } = &self.who else {
            return None;
        };
        let (invite, request) = (*invite, request.clone());
        Some(HubFrame::JoinAsked { invite, request })
    }
}

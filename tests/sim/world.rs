//! One story from its seed: a few devices, a hub, people, faults, and at the end peace and a reckoning.

use crate::agenda::{Agenda, End, Ms, Task};
use crate::device::{Device, Role};
use crate::dice::Dice;
use crate::disk::{Disk, Write};
use crate::hub::Hub;
use crate::hub_disk::HubDisk;
use crate::notebook::Notebook;
use crate::planted::Planted;
use crate::stats::Stats;
use crate::weather::{self, Trouble};
use crate::wire::Conn;
use anyhow::Result;
use sidedesk_domain::{InviteId, MemberId};
use sidedesk_protocol::author;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{OpKind, workspace_id};
use sidedesk_protocol::keys::{DeviceSecret, Entropy, HubSecret};
use sidedesk_protocol::message;
use std::collections::BTreeSet;

/// When the stories play.
const EPOCH_MS: i64 = 1_795_000_000_000;
/// Peace must be found within so much simulated time.
const PEACE_MS: Ms = 20 * 60_000;
/// A story that takes more steps than this goes in circles.
const MAX_STEPS: u64 = 400_000;

/// Everything there is.
pub struct World {
    pub now: Ms,
    pub agenda: Agenda,
    pub dice: Dice,
    pub conns: Vec<Conn>,
    pub devices: Vec<Device>,
    pub hub: Hub,
    pub notebook: Notebook,
    pub stats: Stats,
    pub trouble: Trouble,
    pub planted: Option<Planted>,
    /// People and faults rest: what is under way comes to its end.
    pub calm: bool,
    /// Invitations made.
    pub invited: usize,
    /// Who was given one.
    pub given: Vec<bool>,
    handed: BTreeSet<InviteId>,
    failure: Option<String>,
    trace: bool,
}

impl World {
    /// The world of a seed, before anything happens.
    pub fn new(seed: u64, planted: Option<Planted>, trace: bool) -> Result<Self> {
        let mut dice = Dice::new(seed);
        let trouble = Trouble::of(&mut dice);
        let count = dice.within(2, 4) as usize;
        let hub = Hub {
            secret: HubSecret::from_bytes(&dice.bytes()),
            disk: HubDisk::default(),
            process: None,
            life: 0,
            skew: 0,
            full: false,
        };
        let devices: Vec<Device> = (0..count).map(|_| device(&mut dice)).collect();
        let mut world = Self {
            now: 0,
            agenda: Agenda::default(),
            dice,
            conns: Vec::new(),
            invited: 1,
            given: vec![false; devices.len()],
            devices,
            hub,
            notebook: Notebook::default(),
            stats: Stats::default(),
            trouble,
            planted,
            calm: false,
            handed: BTreeSet::new(),
            failure: None,
            trace,
        };
        world.found()?;
        Ok(world)
    }

    /// The first device founds a local board.
    fn found(&mut self) -> Result<()> {
        let founder = &mut self.devices[0];
        let now = EPOCH_MS + founder.skew;
        let (genesis, keyring) = author::genesis(&founder.secret, founder.member, now, &mut founder.entropy)?;
        let mut chain = Chain::empty(workspace_id(&genesis));
        let entry = chain.place(genesis, now);
        chain.append(&entry)?;
        founder.disk.commit(Write::Entries {
            entries: vec![entry],
            chain: Box::new(chain),
            keyring,
        })?;
        self.agenda.put(0, Task::HubStart);
        self.agenda.put(1, Task::Weather);
        for device in 0..self.devices.len() {
            self.agenda.put(0, Task::Start { device });
            self.agenda.put(2, Task::User { device });
        }
        Ok(())
    }

    /// The whole story; an error says what must never happen.
    pub fn play(mut self) -> (Stats, Result<(), String>) {
        let told = self.tell();
        self.stats.seeds = 1;
        let result = match (told, self.failure.take()) {
            (_, Some(failure)) => Err(failure),
            (Err(error), None) => Err(format!("{error:#}")),
            (Ok(()), None) => Ok(()),
        };
        (self.stats, result)
    }

    fn tell(&mut self) -> Result<()> {
        loop {
            let Some((at, task)) = self.agenda.next() else {
                self.fail(self.unrest());
                return Ok(());
            };
            self.now = at;
            self.stats.steps += 1;
            if !self.calm && at > self.trouble.until {
                self.make_peace();
            }
            self.happen(task)?;
            if self.failure.is_some() {
                return Ok(());
            }
            if self.calm && self.at_rest() {
                break;
            }
            if self.stats.steps > MAX_STEPS || at > self.trouble.until + PEACE_MS {
                self.fail(self.unrest());
                return Ok(());
            }
        }
        self.reckon()
    }

    fn make_peace(&mut self) {
        self.calm = true;
        self.hub.full = false;
        for device in &mut self.devices {
            device.reachable = true;
        }
        self.note(|| "peace".into());
    }

    fn happen(&mut self, task: Task) -> Result<()> {
        match task {
            Task::Arrive { conn, at, frame } => self.arrive(conn, at, &frame)?,
            Task::Opened { conn, ok } => self.opened(conn, ok),
            Task::Lost { conn, at: End::Hub } => self.hub_lost(conn),
            Task::Lost { conn, at: End::Device } => {
                self.device_lost(self.conns[conn].device, conn, "the connection broke");
            }
            Task::Work { device, life } if self.lives(device, life) => self.device_work(device)?,
            Task::Report { device, life, event } if self.lives(device, life) => self.device_step(device, *event),
            Task::Timer {
                device,
                life,
                timer,
                turn,
            } if self.lives(device, life) => self.device_timer(device, timer, turn),
            Task::Knock { device, life, conn } if self.lives(device, life) => {
                let process = self.devices[device].process.as_ref();
                let waits = process.is_some_and(|process| {
                    matches!(process.role, Role::Newcomer(_)) && (process.conn.is_none() || process.conn == conn)
                });
                if waits {
                    self.knock(device);
                }
            }
            Task::Work { .. } | Task::Report { .. } | Task::Timer { .. } | Task::Knock { .. } => {}
            Task::Start { device } => self.device_start(device),
            Task::HubStart => self.hub_start(),
            Task::HubWork { life } if life == self.hub.life => self.hub_work()?,
            Task::HubCommit { life } if life == self.hub.life => self.hub_commit()?,
            Task::HubPage { life, conn } if life == self.hub.life => self.hub_page(conn),
            Task::HubWork { .. } | Task::HubCommit { .. } | Task::HubPage { .. } => {}
            Task::User { device } => self.user_turn(device),
            Task::Weather => self.weather(),
            Task::Reachable { device } => self.devices[device].reachable = true,
            Task::HubHasRoom => self.hub.full = false,
        }
        Ok(())
    }

    fn lives(&self, device: usize, life: u64) -> bool {
        self.devices[device].life == life
    }

    fn opened(&mut self, conn: usize, ok: bool) {
        let device = self.conns[conn].device;
        let process = self.devices[device].process.as_ref();
        if process.is_none_or(|process| process.conn != Some(conn)) {
            return;
        }
        if ok {
            self.device_step(device, sidedesk_protocol::engine::Event::Opened);
        } else {
            self.device_lost(device, conn, "nobody answers");
        }
    }

    fn arrive(&mut self, conn: usize, at: End, frame: &[u8]) -> Result<()> {
        if !self.comes_through(conn, at) {
            return Ok(());
        }
        match at {
            End::Hub => {
                let frame = message::decode(frame)?;
                self.hub_receives(conn, frame);
            }
            End::Device => {
                let device = self.conns[conn].device;
                let process = self.devices[device].process.as_ref();
                if process.is_some_and(|process| process.conn == Some(conn)) {
                    self.device_receives(device, message::decode(frame)?)?;
                }
            }
        }
        Ok(())
    }

    /// The view moved: an invitation that got its place is handed over.
    pub fn after_fold(&mut self, device: usize) {
        let log = &self.devices[device].disk.log;
        let Some(chain) = &log.chain else { return };
        let open = chain.membership.invites.keys().filter(|id| !self.handed.contains(id));
        if open.count() == 0 {
            return;
        }
        let mut secrets = Vec::new();
        for entry in &log.entries {
            let Ok(header) = entry.op.parse() else { continue };
            if header.kind == OpKind::Invite
                && header.device == self.devices[device].id
                && let Ok(secret) = author::open_invite(&header, &entry.op, &log.keyring)
                && self.handed.insert(secret.id())
            {
                secrets.push(secret);
            }
        }
        secrets.iter().for_each(|secret| self.hand_over(secret));
    }

    /// What a clock that is wrong by `skew` shows now.
    pub fn wall(&self, skew: i64) -> i64 {
        EPOCH_MS + self.now as i64 + skew
    }

    /// Something happened that must never happen.
    pub fn fail(&mut self, what: String) {
        self.note(|| format!("FAILED: {what}"));
        self.failure.get_or_insert(what);
    }

    /// A line of the story, when somebody listens.
    pub fn note(&self, line: impl FnOnce() -> String) {
        if self.trace {
            println!("{:>9.3} s  {}", self.now as f64 / 1000.0, line());
        }
    }
}

fn device(dice: &mut Dice) -> Device {
    let secret = DeviceSecret::from_bytes(dice.bytes());
    Device {
        id: secret.id(),
        secret,
        member: MemberId(dice.bytes()),
        disk: Disk::default(),
        process: None,
        life: 0,
        skew: weather::hours(dice),
        reachable: true,
        entropy: Entropy::new(dice.bytes()),
    }
}

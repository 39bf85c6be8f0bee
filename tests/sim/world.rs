//! One story from its seed: a few devices, a hub, people, faults, and at the end peace and a reckoning.

use crate::agenda::{Agenda, End, Ms, Task};
use crate::beyond::Beyond;
use crate::device::{Device, Role};
use crate::dice::Dice;
use crate::disk::{Disk, Write};
use crate::hub::Hub;
use crate::notebook::Notebook;
use crate::planted::Planted;
use crate::runs::Setup;
use crate::stats::Stats;
use crate::weather::{self, Trouble};
use crate::wire::Conn;
use anyhow::Result;
use sidedesk_domain::membership::Role as MemberRole;
use sidedesk_domain::{InviteId, MemberId};
use sidedesk_protocol::author;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{OpKind, workspace_id};
use sidedesk_protocol::keys::{DeviceSecret, Entropy};
use sidedesk_protocol::message;
use std::collections::BTreeSet;

/// When the stories play.
const EPOCH_MS: i64 = 1_795_000_000_000;
/// Peace must be found within so much simulated time (issue 4, point 6).
const PEACE_MS: Ms = 60_000;
/// A year.
const YEAR_MS: i64 = 365 * 86_400_000;
/// A story that came to a standstill is looked at after so much simulated time: whoever can be told has been told.
const STANDSTILL_MS: Ms = 3 * 60_000;
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
    /// A fault that this version answers by stopping; see [`crate::beyond`].
    pub beyond: Option<Beyond>,
    /// It has taken place.
    pub broken: bool,
    fingerprint: blake3::Hasher,
}

impl World {
    /// The world of a seed, before anything happens.
    pub fn new(seed: u64, Setup { planted, beyond, trace }: Setup) -> Result<Self> {
        let mut dice = Dice::new(seed);
        let trouble = Trouble::of(&mut dice);
        let count = *dice.pick(&[2, 2, 3, 3, 4, 4, 5, 6, 7, 8]);
        let hub = Hub::new(&mut dice);
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
            beyond,
            broken: false,
            fingerprint: blake3::Hasher::new(),
        };
        let wrong = |skew: i64| u64::from(skew.abs() > YEAR_MS);
        let clocks = world.devices.iter().map(|device| wrong(device.skew)).sum::<u64>() + wrong(world.hub.skew);
        world.stats.happened("clocks wrong by years", clocks);
        world.found()?;
        Ok(world)
    }

    /// The first device founds a local board.
    fn found(&mut self) -> Result<()> {
        let founder = &mut self.devices[0];
        let now = EPOCH_MS + founder.skew;
        let (genesis, keyring) = author::genesis(
            &founder.secret,
            (founder.member, MemberRole::Lead),
            now,
            &mut founder.entropy,
        )?;
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
        let hash = self.fingerprint.finalize();
        self.stats.fingerprint = hash
            .as_bytes()
            .iter()
            .take(8)
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
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
                if self.broken {
                    return self.reckon_kept();
                }
                self.fail(self.unrest());
                return Ok(());
            };
            self.now = at;
            self.stats.steps += 1;
            self.imprint(&task);
            if !self.calm && at > self.trouble.until {
                self.make_peace();
            }
            match self.sleeper(&task) {
                Some(until) => self.agenda.put(until, task),
                None => self.happen(task)?,
            }
            if self.failure.is_some() {
                return Ok(());
            }
            if self.calm && self.broken && at > self.trouble.until + STANDSTILL_MS {
                return self.reckon_kept();
            }
            if self.calm && !self.broken && self.at_rest() {
                self.stats.longest_peace = at - self.trouble.until;
                break;
            }
            let too_long = !self.broken && at > self.trouble.until + PEACE_MS;
            if self.stats.steps > MAX_STEPS || too_long {
                self.fail(self.unrest());
                return Ok(());
            }
        }
        self.reckon()
    }

    fn imprint(&mut self, task: &Task) {
        let (what, whom, bytes) = task.stamp();
        let hash = &mut self.fingerprint;
        hash.update(&self.now.to_le_bytes()).update(&[what]);
        hash.update(&(whom as u64).to_le_bytes()).update(bytes);
    }

    /// Until when the one sleeps to whom this would happen.
    fn sleeper(&self, task: &Task) -> Option<Ms> {
        let of_conn = task.device_end().map(|conn| self.conns[conn].device);
        let until = self.devices[task.device().or(of_conn)?].asleep_until;
        (until > self.now).then_some(until)
    }

    fn make_peace(&mut self) {
        self.calm = true;
        self.conns.iter_mut().for_each(Conn::speed_up);
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
            Task::Wake { device } => self.device_wakes(device),
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
        skew: weather::years(dice),
        reachable: true,
        asleep_until: 0,
        newer: dice.chance(250),
        entropy: Entropy::new(dice.bytes()),
    }
}

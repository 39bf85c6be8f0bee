//! A device's hands: they do what the engine says, one job after another, and may be struck down between any two.

use crate::agenda::{End, Ms, Task};
use crate::disk::{Disk, Write};
use crate::told::Told;
use crate::user::Wish;
use crate::world::World;
use anyhow::Result;
use sidedesk_domain::{ActionId, DeviceId, MemberId};
use sidedesk_protocol::engine::{Effect, Engine, Event, Status, Timer};
use sidedesk_protocol::invite::JoinRequest;
use sidedesk_protocol::join::Joiner;
use sidedesk_protocol::keys::{DeviceSecret, Entropy};
use sidedesk_protocol::message::HubFrame;
use std::collections::{BTreeMap, VecDeque};

/// One installation of a person.
pub struct Device {
    pub secret: DeviceSecret,
    pub id: DeviceId,
    pub member: MemberId,
    pub disk: Disk,
    pub process: Option<Process>,
    /// Counts starts: what an earlier life had planned does not happen.
    pub life: u64,
    /// Its clock against the simulated one.
    pub skew: i64,
    /// Its network works.
    pub reachable: bool,
    /// Nothing happens on it before.
    pub asleep_until: Ms,
    /// It runs a later version, which writes what this one does not know.
    pub newer: bool,
    pub entropy: Entropy,
}

/// What is lost in a crash.
pub struct Process {
    pub role: Role,
    pub jobs: VecDeque<Job>,
    working: bool,
    pub conn: Option<usize>,
    pub timers: BTreeMap<Timer, u64>,
    /// When the store's last report arrives.
    pub reported: Ms,
    /// Pushes without an answer on this connection.
    pub unanswered: usize,
    /// What the hub said on this connection.
    pub told: Told,
    pub status: Option<Status>,
}

/// What the program does about the hub.
pub enum Role {
    /// Nothing: no board, or a local one.
    Alone,
    /// Waits to be let in.
    Newcomer(Box<Joiner>),
    /// In step with the others.
    Member(Box<Engine>),
}

/// One thing the hands do.
#[derive(Debug)]
pub enum Job {
    /// An effect of the engine.
    Do(Effect),
    /// A wish of the person.
    Wish(Wish),
    /// The second half of a write.
    Commit(Write, Then),
    /// The view follows the log.
    Fold,
}

/// What follows a commit.
#[derive(Debug, Clone)]
pub enum Then {
    Nothing,
    Report(Box<Event>),
    /// The person is told "saved".
    Saved(ActionId),
    /// A newcomer is a member now.
    BecomeMember,
}

impl World {
    /// The program starts: what is durable is all it knows.
    pub fn device_start(&mut self, device: usize) {
        self.note(|| format!("device {device} starts"));
        let process = Process {
            role: Role::Alone,
            jobs: VecDeque::from([Job::Fold]),
            working: false,
            conn: None,
            timers: BTreeMap::new(),
            reported: 0,
            unanswered: 0,
            told: Told::default(),
            status: None,
        };
        self.devices[device].process = Some(process);
        self.device_wake(device);
        self.take_role(device);
    }

    /// What the log says this device is: alone, a newcomer, or a member.
    pub fn take_role(&mut self, device: usize) {
        let me = &mut self.devices[device];
        let log = &me.disk.log;
        let Some(process) = &mut me.process else { return };
        if let Some(code) = &log.code {
            let request = JoinRequest {
                device: sidedesk_protocol::author::device_keys(&me.secret, me.member),
            };
            process.role = Role::Newcomer(Box::new(Joiner::new(code.clone(), request)));
            self.knock(device);
        } else if let Some(chain) = log
            .chain
            .as_ref()
            .filter(|chain| device != 0 || chain.hub_key.is_some())
        {
            process.role = Role::Member(Box::new(Engine::new(me.secret.clone(), chain.clone())));
            self.device_step(device, Event::Start);
        }
    }

    /// The program is gone.
    pub fn device_crash(&mut self, device: usize) {
        let Some(process) = self.devices[device].process.take() else {
            return;
        };
        self.stats.device_crashes += 1;
        self.note(|| format!("device {device} crashes with {} jobs", process.jobs.len()));
        let flushed = self.dice.chance(300);
        let unsynced = process.jobs.iter().filter(|job| matches!(job, Job::Commit(..))).count();
        self.stats.happened("unsynced writes lost", unsynced as u64);
        let me = &mut self.devices[device];
        me.life += 1;
        if flushed {
            me.disk.flush_view();
        }
        if me.disk.crash(self.planted) {
            self.stats.happened("views rolled back", 1);
        }
        if let Some(conn) = process.conn {
            self.leave_conn(conn, End::Device);
        }
        let down = if self.calm { 1 } else { self.dice.within(1, 10_000) };
        self.agenda.put(self.now + down, Task::Start { device });
    }

    /// Something the engine wants to know.
    pub fn device_step(&mut self, device: usize, event: Event) {
        let random = self.dice.any();
        let planted = self.page_end_is_the_hubs(device, &event);
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        if let Event::Frame(frame) = &event {
            process.told.hear(frame);
            if matches!(**frame, HubFrame::Receipt(_) | HubFrame::Refused { .. }) {
                process.unanswered = process.unanswered.saturating_sub(1);
            }
        }
        let Role::Member(engine) = &mut process.role else {
            return;
        };
        let mut effects = engine.step(event, random);
        effects.extend(planted);
        self.check_synced(device, &effects);
        if let Some(process) = &mut self.devices[device].process {
            process.jobs.extend(effects.into_iter().map(Job::Do));
        }
        self.device_wake(device);
    }

    /// There is something to do.
    pub fn device_wake(&mut self, device: usize) {
        let delay = self.dice.within(0, 4);
        let me = &mut self.devices[device];
        let life = me.life;
        if let Some(process) = me.process.as_mut().filter(|p| !p.working && !p.jobs.is_empty()) {
            process.working = true;
            self.agenda.put(self.now + delay, Task::Work { device, life });
        }
    }

    /// A person wants something; the one writer does it in its turn.
    pub fn device_wish(&mut self, device: usize, wish: Wish) {
        if let Some(process) = &mut self.devices[device].process {
            process.jobs.push_back(Job::Wish(wish));
            self.device_wake(device);
        }
    }

    /// One job. Lightning may strike before it.
    pub fn device_work(&mut self, device: usize) -> Result<()> {
        if self.strikes() {
            self.device_crash(device);
            return Ok(());
        }
        let Some(process) = &mut self.devices[device].process else {
            return Ok(());
        };
        process.working = false;
        match process.jobs.pop_front() {
            Some(Job::Do(effect)) => self.device_does(device, effect)?,
            Some(Job::Wish(wish)) => self.fulfil(device, wish)?,
            Some(Job::Commit(write, then)) => self.device_commits(device, write, then)?,
            Some(Job::Fold) => self.device_folds(device)?,
            None => {}
        }
        self.check_status(device);
        self.device_wake(device);
        Ok(())
    }

    /// Once the hands rest, nobody without a connection claims to be in step.
    fn check_status(&mut self, device: usize) {
        let process = self.devices[device].process.as_ref();
        let idle = process.filter(|process| process.jobs.is_empty() && process.conn.is_none());
        if idle.is_some_and(|process| process.status == Some(Status::Synced)) {
            self.fail(format!("device {device} says \"synced\" without a connection"));
        }
    }

    /// The lid is closed: nothing happens here for a while, and mostly the network has forgotten it by then.
    pub fn device_sleeps(&mut self, device: usize) {
        let wakes = self.now + self.dice.within(5_000, 60_000);
        let me = &mut self.devices[device];
        if me.process.is_none() || me.asleep_until > self.now {
            return;
        }
        me.asleep_until = wakes.min(self.trouble.until.max(self.now + 1));
        let (at, conn) = (me.asleep_until, me.process.as_ref().and_then(|process| process.conn));
        self.agenda.put(at, Task::Wake { device });
        self.note(|| format!("device {device} sleeps"));
        self.stats.happened("sleeps", 1);
        if let Some(conn) = conn.filter(|_| self.dice.chance(800)) {
            self.silence_conn(conn);
        }
    }

    /// The lid is opened: the clock has jumped, so the hands begin again, as `sync` does.
    pub fn device_wakes(&mut self, device: usize) {
        if self.begins_again(device, "the clock jumped") {
            self.stats.happened("wakes", 1);
        }
    }

    /// Another network: a new connection while the old one's frames are still under way.
    pub fn device_roams(&mut self, device: usize) {
        if self.begins_again(device, "another network") {
            self.stats.happened("networks changed", 1);
        }
    }

    fn begins_again(&mut self, device: usize, why: &str) -> bool {
        let me = &mut self.devices[device];
        let Some(process) = me.process.as_mut().filter(|p| matches!(p.role, Role::Member(_))) else {
            return false;
        };
        let conn = process.conn.take();
        self.note(|| format!("device {device} begins again: {why}"));
        if let Some(conn) = conn {
            self.leave_conn(conn, End::Device);
        }
        self.device_step(device, Event::Closed(why.into()));
        self.device_step(device, Event::Start);
        true
    }

    /// A timer ran out.
    pub fn device_timer(&mut self, device: usize, timer: Timer, turn: u64) {
        let process = self.devices[device].process.as_ref();
        if process.is_some_and(|process| process.timers.get(&timer) == Some(&turn)) {
            self.device_step(device, Event::Timer(timer));
        }
    }

    /// The device learns that its connection is gone.
    pub fn device_lost(&mut self, device: usize, conn: usize, why: &str) {
        let life = self.devices[device].life;
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        self.conns[conn].device_end = false;
        if process.conn != Some(conn) {
            return;
        }
        process.conn = None;
        if matches!(process.role, Role::Newcomer(_)) {
            let again = self.now + self.dice.within(500, 5_000);
            self.agenda.put(
                again,
                Task::Knock {
                    device,
                    life,
                    conn: None,
                },
            );
        } else {
            self.device_step(device, Event::Closed(why.into()));
        }
    }
}

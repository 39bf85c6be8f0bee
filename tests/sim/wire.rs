//! The network: connections that keep their order, are slow, break, lose what is under way, and sometimes go dumb
//! without telling anybody. An old connection's frames may reach the hub after a new one was opened.

use crate::agenda::{End, Ms, Task};
use crate::world::World;

/// One connection.
#[derive(Debug, Default)]
pub struct Conn {
    /// Whose.
    pub device: usize,
    /// The hub's end exists.
    pub hub_end: bool,
    /// The device's end exists.
    pub device_end: bool,
    /// Nothing arrives after this time, per direction (to the hub, to the device).
    cut: [Option<Ms>; 2],
    latest: [Ms; 2],
    slowness: Ms,
    number: usize,
    /// The hub got something on it.
    heard: bool,
}

impl Conn {
    fn cut(&mut self, direction: End, at: Ms) {
        let cut = &mut self.cut[direction as usize];
        *cut = Some(cut.map_or(at, |earlier| earlier.min(at)));
    }

    /// Slow lines are a fault like the others, and faults have stopped.
    pub fn speed_up(&mut self) {
        self.slowness = self.slowness.min(400);
    }

    /// Would something sent now still arrive?
    pub fn alive(&self) -> bool {
        self.hub_end && self.device_end && self.cut == [None, None]
    }
}

impl World {
    /// A device tries to connect; returns the number of the attempt.
    pub fn connect(&mut self, device: usize) -> usize {
        let conn = self.conns.len();
        let slowness = match self.dice.any() % 12 {
            _ if self.calm => 5,
            0..4 if self.trouble.slow => self.dice.within(1_000, 8_000),
            _ => self.dice.within(1, 400),
        };
        self.conns.push(Conn {
            device,
            device_end: true,
            slowness,
            number: conn,
            ..Conn::default()
        });
        let there = self.now + self.dice.within(1, slowness);
        let ok = self.devices[device].reachable && self.hub.process.is_some();
        if ok {
            self.hub_accepts(conn, there);
        }
        let back = self.conns[conn].latest[End::Device as usize].max(there);
        self.conns[conn].latest[End::Device as usize] = back;
        self.agenda.put(back, Task::Opened { conn, ok });
        self.stats.connections += 1;
        conn
    }

    /// Sends a frame towards one end, in order behind earlier ones.
    pub fn transmit(&mut self, conn: usize, to: End, frame: Vec<u8>, not_before: Ms) {
        let delay = self.dice.within(1, self.conns[conn].slowness);
        let latest = &mut self.conns[conn].latest[to as usize];
        *latest = (*latest).max(self.now.max(not_before) + delay);
        let at = *latest;
        self.agenda.put(at, Task::Arrive { conn, at: to, frame });
    }

    /// Does a frame that arrives now still come through?
    pub fn comes_through(&mut self, number: usize, to: End) -> bool {
        let (now, conn) = (self.now, &self.conns[number]);
        let end = match to {
            End::Device => conn.device_end,
            End::Hub => conn.hub_end,
        };
        let through = end && conn.cut[to as usize].is_none_or(|cut| now <= cut);
        self.stats.frames += 1;
        self.stats.frames_lost += u64::from(!through);
        let late = through && conn.slowness > 2_000;
        let device = conn.device;
        self.stats.happened("frames on slow lines", u64::from(late));
        if to == End::Hub && through {
            // What was sent before a reconnect comes after what was sent behind it.
            let overtaken = self.conns.iter().rev().take_while(|later| later.number > number);
            let reordered = overtaken.filter(|later| later.device == device && later.heard).count();
            self.stats.happened("frames overtaken", u64::from(reordered > 0));
            self.conns[number].heard = true;
        }
        through
    }

    /// The connection breaks: a suffix of what is under way is lost, and the ends learn of it sooner, later or never.
    pub fn break_conn(&mut self, conn: usize) {
        for direction in [End::Device, End::Hub] {
            let at = self.now + self.dice.within(0, 2 * self.conns[conn].slowness);
            self.conns[conn].cut(direction, at);
        }
        for end in [End::Device, End::Hub] {
            if self.dice.chance(700) {
                self.tell_lost(conn, end, 2_000);
            } else {
                self.tell_lost(conn, end, 60_000);
            }
        }
    }

    /// Nothing comes through any more, and nobody is told.
    pub fn silence_conn(&mut self, conn: usize) {
        for direction in [End::Device, End::Hub] {
            self.conns[conn].cut(direction, self.now);
        }
        self.stats.happened("connections gone dumb", 1);
    }

    /// One end goes away by itself: what it sent may still arrive, the other end learns of it.
    pub fn leave_conn(&mut self, conn: usize, end: End) {
        let (now, lost) = (self.now, self.dice.chance(300));
        let gone = &mut self.conns[conn];
        match end {
            End::Device => gone.device_end = false,
            End::Hub => gone.hub_end = false,
        }
        let other = if end == End::Device { End::Hub } else { End::Device };
        if lost {
            gone.cut(other, now);
        }
        let patience = if self.dice.chance(800) { 500 } else { 40_000 };
        self.tell_lost(conn, other, patience);
    }

    fn tell_lost(&mut self, conn: usize, end: End, within: Ms) {
        let soon = self.now + self.dice.within(1, within);
        let at = soon.max(self.conns[conn].latest[end as usize]);
        self.agenda.put(at, Task::Lost { conn, at: end });
    }
}

//! Simulated time: what happens when, in one order.

use sidedesk_protocol::engine::{Event, Timer};
use std::collections::BTreeMap;

/// Milliseconds since the story began.
pub type Ms = u64;

/// Something that will happen.
#[derive(Debug)]
pub enum Task {
    /// A frame reaches the hub or a device.
    Arrive { conn: usize, at: End, frame: Vec<u8> },
    /// A socket opens at the device, or cannot be opened.
    Opened { conn: usize, ok: bool },
    /// One end learns that the connection is gone.
    Lost { conn: usize, at: End },
    /// A device's hands do their next job.
    Work { device: usize, life: u64 },
    /// A device's store, or its user's commit, reports to the engine.
    Report {
        device: usize,
        life: u64,
        event: Box<Event>,
    },
    /// A timer runs out, unless it was set again since.
    Timer {
        device: usize,
        life: u64,
        timer: Timer,
        turn: u64,
    },
    /// A newcomer knocks (again), unless it found another connection since.
    Knock {
        device: usize,
        life: u64,
        conn: Option<usize>,
    },
    /// A device's program starts.
    Start { device: usize },
    /// The hub's program starts.
    HubStart,
    /// The hub looks at its inbox.
    HubWork { life: u64 },
    /// The hub's transaction reaches the disk, or does not.
    HubCommit { life: u64 },
    /// The hub sends a page to a follower.
    HubPage { life: u64, conn: usize },
    /// Somebody does something.
    User { device: usize },
    /// Something breaks.
    Weather,
    /// A device's network is back.
    Reachable { device: usize },
    /// The hub's disk has room again.
    HubHasRoom,
    /// A computer that slept wakes up.
    Wake { device: usize },
}

impl Task {
    /// What it is and whom it is about, for the story's fingerprint.
    pub fn stamp(&self) -> (u8, usize, &[u8]) {
        match self {
            Self::Arrive { conn, at, frame } => (*at as u8, *conn, frame),
            Self::Opened { conn, ok } => (2 + u8::from(*ok), *conn, &[]),
            Self::Lost { conn, at } => (4 + *at as u8, *conn, &[]),
            Self::Work { device, .. } => (6, *device, &[]),
            Self::Report { device, .. } => (7, *device, &[]),
            Self::Timer { device, timer, .. } => (8 + *timer as u8, *device, &[]),
            Self::Knock { device, .. } => (11, *device, &[]),
            Self::Start { device } => (12, *device, &[]),
            Self::HubStart => (13, 0, &[]),
            Self::HubWork { .. } => (14, 0, &[]),
            Self::HubCommit { .. } => (15, 0, &[]),
            Self::HubPage { conn, .. } => (16, *conn, &[]),
            Self::User { device } => (17, *device, &[]),
            Self::Weather => (18, 0, &[]),
            Self::Reachable { device } => (19, *device, &[]),
            Self::HubHasRoom => (20, 0, &[]),
            Self::Wake { device } => (21, *device, &[]),
        }
    }

    /// The device that would have to be awake for it, when that is not known from a connection.
    pub fn device(&self) -> Option<usize> {
        match self {
            Self::Work { device, .. }
            | Self::Report { device, .. }
            | Self::Timer { device, .. }
            | Self::Knock { device, .. }
            | Self::Start { device }
            | Self::User { device } => Some(*device),
            _ => None,
        }
    }

    /// The connection at whose device's end it happens.
    pub fn device_end(&self) -> Option<usize> {
        match self {
            Self::Opened { conn, .. }
            | Self::Arrive {
                conn, at: End::Device, ..
            }
            | Self::Lost { conn, at: End::Device } => Some(*conn),
            _ => None,
        }
    }
}

/// An end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The device.
    Device,
    /// The hub.
    Hub,
}

/// Everything that is still to happen.
#[derive(Debug, Default)]
pub struct Agenda {
    tasks: BTreeMap<(Ms, u64), Task>,
    order: u64,
}

impl Agenda {
    /// Puts a task at a time; tasks of the same time happen in the order they were put.
    pub fn put(&mut self, at: Ms, task: Task) {
        self.order += 1;
        self.tasks.insert((at, self.order), task);
    }

    /// The next one.
    pub fn next(&mut self) -> Option<(Ms, Task)> {
        self.tasks.pop_first().map(|((at, _), task)| (at, task))
    }
}

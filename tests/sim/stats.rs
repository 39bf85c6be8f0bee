//! How much happened: a simulator that simulates nothing is green too.

use std::collections::BTreeMap;
use std::fmt;

/// Counts over one or many stories.
#[derive(Debug, Default, Clone)]
pub struct Stats {
    pub seeds: u64,
    pub steps: u64,
    pub actions: u64,
    pub ops: u64,
    pub entries: u64,
    pub connections: u64,
    pub frames: u64,
    pub frames_lost: u64,
    pub device_crashes: u64,
    pub hub_crashes: u64,
    pub disk_full: u64,
    pub joins: u64,
    pub rotations: u64,
    pub repeats: u64,
    pub unsealed: u64,
    pub drawer: u64,
    pub contested: u64,
    pub most_in_flight: usize,
    pub refused: BTreeMap<String, u64>,
    /// How often each sort of fault took place.
    pub happened: BTreeMap<&'static str, u64>,
    /// Devices that stopped and said why.
    pub stopped: u64,
    /// The longest time from peace to rest, in simulated milliseconds.
    pub longest_peace: u64,
    /// Everything that happened, in order, as one number; of many stories, whatever their order, another one.
    pub fingerprint: u64,
}

impl Stats {
    /// A fault took place.
    pub fn happened(&mut self, what: &'static str, times: u64) {
        *self.happened.entry(what).or_default() += times;
    }

    /// One more story.
    pub fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        self.steps += other.steps;
        self.actions += other.actions;
        self.ops += other.ops;
        self.entries += other.entries;
        self.connections += other.connections;
        self.frames += other.frames;
        self.frames_lost += other.frames_lost;
        self.device_crashes += other.device_crashes;
        self.hub_crashes += other.hub_crashes;
        self.disk_full += other.disk_full;
        self.joins += other.joins;
        self.rotations += other.rotations;
        self.repeats += other.repeats;
        self.unsealed += other.unsealed;
        self.drawer += other.drawer;
        self.contested += other.contested;
        self.most_in_flight = self.most_in_flight.max(other.most_in_flight);
        self.stopped += other.stopped;
        self.longest_peace = self.longest_peace.max(other.longest_peace);
        self.fingerprint ^= other.fingerprint;
        for (what, count) in &other.happened {
            *self.happened.entry(what).or_default() += count;
        }
        for (why, count) in &other.refused {
            *self.refused.entry(why.clone()).or_default() += count;
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} seeds, {} steps", self.seeds, self.steps)?;
        writeln!(
            f,
            "{} actions in {} ops, {} entries in the logs, {} fields with rivals at the end",
            self.actions, self.ops, self.entries, self.contested
        )?;
        writeln!(
            f,
            "{} device crashes, {} hub crashes, {} writes refused by a full disk",
            self.device_crashes, self.hub_crashes, self.disk_full
        )?;
        writeln!(
            f,
            "{} connections, {} frames, {} of them lost, at most {} ops in flight",
            self.connections, self.frames, self.frames_lost, self.most_in_flight
        )?;
        writeln!(
            f,
            "{} invitations handed over, {} new epochs, {} pushes answered again, {} outboxes sealed again, {} in drawers",
            self.joins, self.rotations, self.repeats, self.unsealed, self.drawer
        )?;
        writeln!(f, "refused: {:?}", self.refused)?;
        writeln!(f, "faults: {:?}", self.happened)?;
        write!(
            f,
            "at rest at most {:.1} s after peace; fingerprint {:016x}",
            self.longest_peace as f64 / 1000.0,
            self.fingerprint
        )
    }
}

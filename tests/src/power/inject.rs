//! The disk says no: the k-th write, flush or opening of a real device's files fails, for every k of a short story.
//!
//! What was acknowledged before, after or in spite of it is there; what was not is there whole or not at all; the program
//! ends with a sentence and never with a panic; the next start works.

use crate::crash::check;
use crate::crash::ledger::Ledger;
use crate::device::Device;
use crate::power::record::Recorder;
use crate::process::Running;
use std::path::Path;
use std::process::Command;

/// Commits of the story.
const COMMITS: usize = 5;
/// No story has more calls of a kind in one thread.
const MOST: usize = 400;
/// The files whose calls fail; what a program prints or sends goes through.
const FILES: [&str; 6] = ["log.db", "log.db-wal", "log.db-journal", "view.db", "view.db-wal", ""];

/// What fails, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// The call.
    pub call: &'static str,
    /// The system's error.
    pub error: &'static str,
}

/// Each of them, and how far apart the k of a short run are: about a dozen stories of each.
pub const FAILURES: [(Failure, usize); 5] = [
    (of("pwrite64", "ENOSPC"), 12),
    (of("pwrite64", "EIO"), 12),
    (of("fsync", "EIO"), 3),
    (of("openat", "EIO"), 2),
    (of("ftruncate", "EIO"), 2),
];

const fn of(call: &'static str, error: &'static str) -> Failure {
    Failure { call, error }
}

/// How many stories, and in how many of them something failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Stories told.
    pub runs: usize,
    /// Stories in which the fault took place.
    pub hit: usize,
    /// Stories that the program could not tell to their end.
    pub refused: usize,
    /// Commits acknowledged over all.
    pub acknowledged: usize,
}

/// Tells the story once for every `every`-th k, until k is beyond its end.
pub fn bench(writer: &Path, failure: Failure, first: usize, every: usize) -> Result<Stats, String> {
    let mut stats = Stats::default();
    let device = Device::founded("marketing");
    let mut ledger = Ledger::default();
    for k in (first..=MOST).step_by(every) {
        let hit = once(writer, &device, &mut ledger, failure, k, &mut stats);
        if !hit.map_err(|error| format!("{failure:?}, k = {k}: {error}"))? {
            break;
        }
    }
    stats.acknowledged = ledger.acknowledged.len();
    Ok(stats)
}

fn once(
    writer: &Path,
    device: &Device,
    ledger: &mut Ledger,
    Failure { call, error }: Failure,
    k: usize,
    stats: &mut Stats,
) -> Result<bool, String> {
    let recorder = Recorder::new(&device.data());
    let root = device.data().canonicalize().unwrap();
    let paths: Vec<String> = FILES
        .iter()
        .map(|name| format!("-P '{}'", root.join(name).display()))
        .collect();
    let words = format!(
        "-f -e trace={call} -e inject={call}:error={error}:when={k} -s 0 {}",
        paths.join(" ")
    );
    let prefix = format!("{call}-{error}-{k}");
    let mut command = Command::new(recorder.script(writer, &words));
    command.arg(device.data()).arg(&prefix);
    let mut running = Running::start(&mut command);
    ledger.asked.extend((0..COMMITS).map(|i| format!("{prefix}-{i}")));
    running.tell(&format!("commit 0 {COMMITS}"));
    running.tell("quit");
    let lines = running.says_all();
    stats.runs += 1;
    stats.refused += usize::from(!lines.iter().any(|line| line == "bye"));
    for line in &lines {
        if let Some(name) = line.strip_prefix("ack ") {
            ledger.acknowledged.insert(name.to_owned());
        }
        if line.contains("panicked") {
            return Err(format!("{lines:?}"));
        }
    }
    let trace = recorder.traces().pop().ok_or("strace wrote nothing")?;
    let hit = std::fs::read_to_string(trace).unwrap().contains("INJECTED");
    stats.hit += usize::from(hit);
    check::board(device, ledger)?;
    Ok(hit)
}

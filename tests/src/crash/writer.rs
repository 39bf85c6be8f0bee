//! A `crash_writer` process and what it acknowledged.

use crate::crash::Plant;
use crate::crash::ledger::Ledger;
use crate::device::Device;
use crate::process::Running;
use std::path::Path;
use std::process::Command;

/// A running writer.
#[derive(Debug)]
pub struct Writer {
    running: Running,
    prefix: String,
    read: usize,
}

impl Writer {
    /// Opens the device's board, and goes online when it is shared.
    pub fn start(program: &Path, device: &Device, prefix: &str, plant: Option<Plant>) -> Self {
        let mut command = Command::new(program);
        command.arg(device.data()).arg(prefix);
        command.args(plant.map(Plant::word));
        Self {
            running: Running::start(&mut command),
            prefix: prefix.to_owned(),
            read: 0,
        }
    }

    /// Asks for campaigns `from..from + count`.
    pub fn commit(&mut self, ledger: &mut Ledger, from: usize, count: usize) {
        ledger
            .asked
            .extend((from..from + count).map(|i| format!("{}-{i}", self.prefix)));
        self.running.tell(&format!("commit {from} {count}"));
    }

    /// Waits until it says this, from what was not read yet.
    pub fn says(&mut self, part: &str) -> String {
        self.running.says_after(self.read, part)
    }

    /// Takes down what it acknowledged since; returns how much that was, and what went wrong on its side.
    pub fn note(&mut self, ledger: &mut Ledger) -> Result<usize, String> {
        let lines = self.running.lines().all();
        let fresh = lines.get(self.read..).unwrap_or_default();
        self.read = lines.len();
        let mut count = 0;
        for line in fresh {
            if let Some(name) = line.strip_prefix("ack ") {
                ledger.acknowledged.insert(name.to_owned());
                count += 1;
            } else if line.starts_with("error") {
                return Err(format!("the writer says {line:?}"));
            }
        }
        Ok(count)
    }

    /// Waits until both sides have everything.
    pub fn in_step(&mut self, ledger: &mut Ledger) -> Result<(), String> {
        self.running.tell("sync");
        let line = self.says("step:");
        self.note(ledger)?;
        if line.starts_with("in step") { Ok(()) } else { Err(line) }
    }

    /// kill -9, then what it had said until then.
    pub fn kill(mut self, ledger: &mut Ledger) -> Result<usize, String> {
        self.running.kill_and_listen();
        self.note(ledger)
    }

    /// Lets it end in order.
    pub fn quit(mut self, ledger: &mut Ledger) -> Result<(), String> {
        self.running.tell("quit");
        self.says("bye");
        self.note(ledger)?;
        Ok(())
    }
}

//! A real hub process that can be killed and come back where it was.

use crate::process::{Running, program};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What it prints before its address.
const LISTENING: &str = "listening on ";

/// A hub.
#[derive(Debug)]
pub struct Hub {
    data: TempDir,
    program: PathBuf,
    planted: Option<String>,
    address: String,
    running: Option<Running>,
}

impl Hub {
    /// Starts one on a free port.
    pub fn start() -> Self {
        Self::start_program(&program("sidedesk-hub"), None)
    }

    /// Starts another build of it, with one of its planted bugs switched on.
    pub fn start_program(program: &Path, planted: Option<&str>) -> Self {
        let mut hub = Self {
            data: tempfile::tempdir().unwrap(),
            program: program.into(),
            planted: planted.map(str::to_owned),
            address: String::new(),
            running: None,
        };
        hub.serve("127.0.0.1:0");
        hub
    }

    /// `ws://host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its directory.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// kill -9.
    pub fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill();
        }
    }

    /// Starts again on the same port, with what it had.
    pub fn come_back(&mut self) {
        let listen = self.address.trim_start_matches("ws://").to_owned();
        self.serve(&listen);
    }

    fn serve(&mut self, listen: &str) {
        let mut command = Command::new(&self.program);
        command
            .arg("serve")
            .arg("--data")
            .arg(self.data.path())
            .args(["--listen", listen]);
        command.env("RUST_LOG", "warn");
        if let Some(name) = &self.planted {
            command.env("SIDEDESK_PLANTED", name);
        }
        let mut running = Running::start(&mut command);
        let line = running.says(LISTENING);
        self.address = line.trim().trim_start_matches(LISTENING).to_owned();
        self.running = Some(running);
    }
}

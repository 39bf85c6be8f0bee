//! A real hub in a process of its own. It can be away for a while and come back at the same address.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::process::{Group, program};

const READY: &str = "listening on ";

/// The hub of one test.
pub struct Hub {
    data: tempfile::TempDir,
    address: String,
    running: Option<Group>,
}

impl Hub {
    /// Starts on a free port.
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut hub = Self {
            data,
            address: String::new(),
            running: None,
        };
        hub.serve("127.0.0.1:0", &[]);
        hub
    }

    /// What a person types into the share dialog.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Comes back where it was, with what it had.
    pub fn come_back(&mut self) {
        self.serve(&self.listen(), &[]);
    }

    /// Its folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its computer is gone, disk and all; another one with this folder takes its place, as `docs/guide/lost-hub.md` has it.
    pub fn replace(&mut self, data: tempfile::TempDir) {
        self.kill();
        self.data = data;
        self.serve(&self.listen(), &["--after-restore"]);
    }

    fn listen(&self) -> String {
        self.address.trim_start_matches("ws://").to_owned()
    }

    fn serve(&mut self, listen: &str, more: &[&str]) {
        let mut command = Command::new(program("sidedesk-hub"));
        command
            .arg("serve")
            .arg("--data")
            .arg(self.data.path())
            .args(["--listen", listen])
            .args(more);
        command.env("RUST_LOG", "warn").stdout(Stdio::piped());
        let mut group = Group::start(&mut command);
        let mut line = String::new();
        BufReader::new(group.stdout()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix(READY);
        address
            .unwrap_or_else(|| panic!("the hub says {line:?}"))
            .clone_into(&mut self.address);
        self.running = Some(group);
    }
}

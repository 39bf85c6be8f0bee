//! A real hub process that can be killed and come back where it was.

use crate::process::{Running, program};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

/// What it prints before its address.
const LISTENING: &str = "listening on ";

/// A hub.
#[derive(Debug)]
pub struct Hub {
    data: Arc<TempDir>,
    program: PathBuf,
    arguments: Vec<String>,
    planted: Option<String>,
    address: String,
    log_level: &'static str,
    running: Option<Running>,
}

impl Hub {
    /// Starts one on a free port.
    pub fn start() -> Self {
        Self::start_program(&program("sidedesk-hub"), None)
    }

    /// Starts one that logs everything it can say.
    pub fn talkative() -> Self {
        let mut hub = Self::start();
        hub.stop();
        hub.log_level = "trace";
        hub.come_back();
        hub
    }

    /// What it said since it started, on both outputs.
    pub fn said(&self) -> Vec<String> {
        self.running
            .as_ref()
            .map_or_else(Vec::new, |running| running.lines().all())
    }

    /// Starts one with more arguments.
    pub fn with(arguments: &[&str]) -> Self {
        Self::with_at(arguments, "127.0.0.1:0")
    }

    /// The same at this address.
    pub fn with_at(arguments: &[&str], listen: &str) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let data = Arc::new(tempfile::tempdir().unwrap());
        Self::start_at(&program("sidedesk-hub"), None, data, (arguments, listen))
    }

    /// Starts another build of it, with one of its planted bugs switched on.
    pub fn start_program(program: &Path, planted: Option<&str>) -> Self {
        Self::start_with(program, planted, Arc::new(tempfile::tempdir().unwrap()), Vec::new())
    }

    /// Several on one PostgreSQL, with one key.
    pub fn replicas(count: usize, database_url: &str, planted: Option<&str>) -> Vec<Self> {
        let data = Arc::new(tempfile::tempdir().unwrap());
        let arguments = vec!["--database-url".to_owned(), database_url.to_owned()];
        let start = |_| {
            let program = program("sidedesk-hub");
            Self::start_with(&program, planted, Arc::clone(&data), arguments.clone())
        };
        (0..count).map(start).collect()
    }

    fn start_with(program: &Path, planted: Option<&str>, data: Arc<TempDir>, arguments: Vec<String>) -> Self {
        Self::start_at(program, planted, data, (arguments, "127.0.0.1:0"))
    }

    fn start_at(
        program: &Path,
        planted: Option<&str>,
        data: Arc<TempDir>,
        (arguments, listen): (Vec<String>, &str),
    ) -> Self {
        let mut hub = Self {
            data,
            program: program.into(),
            arguments,
            planted: planted.map(str::to_owned),
            address: String::new(),
            log_level: "warn",
            running: None,
        };
        hub.serve(listen);
        hub
    }

    /// Starts one over a directory that is there already, at an address that is known already.
    pub fn over(data: TempDir, program: &Path, address: &str) -> Self {
        Self::over_with(&[], data, program, address)
    }

    /// The same with more arguments.
    pub fn over_with(arguments: &[&str], data: TempDir, program: &Path, address: &str) -> Self {
        let mut hub = Self {
            data: Arc::new(data),
            program: program.into(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            planted: None,
            address: address.to_owned(),
            log_level: "warn",
            running: None,
        };
        hub.come_back();
        hub
    }

    /// `ws://host:port`, or with TLS `wss://host:port`, and its fingerprint where it has one.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// `host:port`.
    pub fn listens_at(&self) -> String {
        let bare = self
            .address
            .split_once("://")
            .map_or(self.address.as_str(), |(_, bare)| bare);
        bare.split('#').next().unwrap_or_default().to_owned()
    }

    /// Its directory.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its process id while it runs.
    pub fn id(&self) -> u32 {
        self.running.as_ref().map_or(0, Running::id)
    }

    /// kill -9.
    pub fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill();
        }
    }

    /// Asks it to end, and waits.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }

    /// Asks the process behind another one (a recorder's) to end, and waits for both.
    pub fn stop_process(&mut self, id: u32) {
        if let Some(running) = self.running.take() {
            running.stop_by(id);
        }
    }

    /// Starts again as another program, with what it had.
    pub fn come_back_as(&mut self, program: &Path) {
        self.program = program.into();
        self.come_back();
    }

    /// Starts again on the same port, with what it had.
    pub fn come_back(&mut self) {
        let listen = self.listens_at();
        self.serve(&listen);
    }

    fn serve(&mut self, listen: &str) {
        let mut command = Command::new(&self.program);
        command
            .arg("serve")
            .arg("--data")
            .arg(self.data.path())
            .args(["--listen", listen])
            .args(&self.arguments);
        command.env("RUST_LOG", self.log_level);
        if let Some(name) = &self.planted {
            command.env("SIDEDESK_PLANTED", name);
        }
        let mut running = Running::start(&mut command);
        let line = running.says(LISTENING);
        self.address = line.trim().trim_start_matches(LISTENING).to_owned();
        self.running = Some(running);
    }
}

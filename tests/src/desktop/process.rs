//! Programs under test: where they lie, and how they end.
//!
//! Each is started in a process group of its own and killed as a group, so a driver takes its window and the window its
//! web processes with it, also when a test fails.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The folder of the built programs.
pub fn bin_dir() -> PathBuf {
    match std::env::var_os("SIDEDESK_BIN_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug"),
    }
}

/// One of the programs, with an absolute path: the driver has another working directory in mind.
pub fn program(name: &str) -> PathBuf {
    let path = bin_dir().join(name);
    path.canonicalize()
        .unwrap_or_else(|_| panic!("{} is not built: cargo build --workspace", path.display()))
}

/// One of the programs, to be started. Its secret lies in the clear: no test asks the keyring of whoever runs it.
pub fn command(name: &str) -> Command {
    let mut command = Command::new(program(name));
    command.env("SIDEDESK_KEYS", "file");
    command
}

/// A running program and everything it started.
pub struct Group(Child);

impl Group {
    /// Starts it; what it prints on stdout can be read from the child.
    pub fn start(command: &mut Command) -> Self {
        let spawned = command.stdin(Stdio::null()).process_group(0).spawn();
        Self(spawned.unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// What it prints.
    pub fn stdout(&mut self) -> std::process::ChildStdout {
        self.0
            .stdout
            .take()
            .unwrap_or_else(|| panic!("stdout is piped and read once"))
    }
}

impl Group {
    /// Sends a signal to all of it: `STOP`, `TERM` …
    pub fn signal(&self, name: &str) {
        let (signal, group) = (format!("-{name}"), format!("-{}", self.0.id()));
        // By the shell's own kill: signals to groups would need unsafe code here.
        let _ = Command::new("kill")
            .args([&signal, "--", &group])
            .stderr(Stdio::null())
            .status();
    }
}

impl Group {
    /// The programs in it: number, state, seconds, memory in KiB and name, one on a line.
    pub fn members(&self) -> String {
        let shown = Command::new("ps")
            .args(["-eo", "pgid,pid,stat,etimes,rss,args", "--no-headers"])
            .output();
        let shown = shown.map(|shown| String::from_utf8_lossy(&shown.stdout).into_owned());
        let group = self.0.id().to_string();
        let of_group = |line: &&str| line.split_whitespace().next() == Some(group.as_str());
        match shown {
            Ok(shown) => shown.lines().filter(of_group).map(|line| format!("{line}\n")).collect(),
            Err(error) => format!("ps: {error}\n"),
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal("KILL");
        let _ = self.0.wait();
    }
}

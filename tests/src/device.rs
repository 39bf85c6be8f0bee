//! A device: a data directory and the real command line over it.

use crate::process::{Ended, Running, program, run};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A device.
#[derive(Debug)]
pub struct Device {
    home: TempDir,
    clock: Option<String>,
    trusts: Option<PathBuf>,
    program: PathBuf,
    variables: Vec<(String, String)>,
}

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}

impl Device {
    /// With an empty data directory. `SIDEDESK_KEEP=1` leaves it there afterwards, to look into.
    pub fn new() -> Self {
        let keep = std::env::var_os("SIDEDESK_KEEP").is_some();
        Self {
            home: tempfile::Builder::new().disable_cleanup(keep).tempdir().unwrap(),
            clock: None,
            trusts: None,
            program: program("sidedesk"),
            variables: vec![("SIDEDESK_KEYS".into(), "file".into())],
        }
    }

    /// With a board of its own.
    pub fn founded(function: &str) -> Self {
        let device = Self::new();
        device.json([
            "init",
            "--name",
            "Board",
            "--function",
            function,
            "--zone",
            "Europe/London",
        ]);
        device
    }

    /// From now on this moment is taken as the present.
    pub fn at(mut self, clock: &str) -> Self {
        self.clock = Some(clock.into());
        self
    }

    /// Its system trusts whoever is in this file, and nobody else.
    pub fn trusting(mut self, authorities: &Path) -> Self {
        self.trusts = Some(authorities.into());
        self
    }

    /// From now on the program finds this variable. Without one its secret lies in the clear.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// The same, in between.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.into(), value.into()));
    }

    /// From now on this stands for the command line.
    pub fn run_by(&mut self, program: &Path) {
        self.program = program.into();
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("board")
    }

    /// A file for this device to import.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--json").arg("--data").arg(self.data());
        if let Some(clock) = &self.clock {
            command.args(["--clock", clock]);
        }
        command.args(args);
        if let Some(authorities) = &self.trusts {
            command.env("SSL_CERT_FILE", authorities).env_remove("SSL_CERT_DIR");
        }
        command.env_remove("SIDEDESK_DATA").env_remove("SIDEDESK_LOG");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it to its end, however that is.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ended {
        run(&mut self.command(args))
    }

    /// Runs it, expects that it is done, and returns the document it printed.
    pub fn json<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Value {
        let mut command = self.command(args);
        let ended = run(&mut command);
        assert_eq!(ended.code, Some(0), "{command:?}: {}{}", ended.stdout, ended.stderr);
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{command:?}: {error}: {:?}", ended.stdout))
    }

    /// Runs it, expects that it is refused (exit 1, nothing printed), and returns the sentence.
    pub fn refused<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        let mut command = self.command(args);
        let ended = run(&mut command);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (Some(1), ""),
            "{command:?}: {}",
            ended.stderr
        );
        ended.stderr.trim().to_owned()
    }

    /// Runs it with nobody at the other end of its output.
    pub fn run_into_closed_pipe<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ended {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = self.command(args);
        let output = command
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Ended {
            code: output.status.code(),
            stdout: String::new(),
            stderr,
        }
    }

    /// Adds a record and returns its id.
    pub fn add(&self, kind: &str, name: &str, fields: &[&str]) -> String {
        let mut args = vec![kind, "add", name];
        args.extend(fields);
        self.json(args)["id"].as_str().unwrap().to_owned()
    }

    /// Shows a record.
    pub fn show(&self, kind: &str, id: &str) -> Value {
        self.json([kind, "show", id])
    }

    /// Sends and fetches until both sides have everything.
    pub fn sync(&self) -> Value {
        self.json(["sync"])
    }

    /// Verifies and returns head and digests.
    pub fn verified(&self) -> Verified {
        let document = self.json(["verify"]);
        assert_eq!(document["ok"], true, "{document}");
        let digest = |name: &str| document[name].as_str().map(str::to_owned);
        Verified {
            head: document["head"].as_u64().unwrap(),
            view: digest("view_digest").unwrap(),
            inner: digest("inner_digest"),
        }
    }

    /// Shares this board through the hub at an address and lets `newcomer` in, in support.
    pub fn share_with(&self, newcomer: &Self, address: &str) {
        let code = self.json(["share", address]);
        self.let_in(newcomer, code["code"].as_str().unwrap(), "support");
    }

    /// Stays online until `newcomer` has joined by a code.
    pub fn let_in(&self, newcomer: &Self, code: &str, function: &str) {
        let watching = self.watch();
        newcomer.json(["join", code, "--function", function]);
        assert_eq!(watching.stop(), Some(0));
    }

    /// Starts another program over the same directory: `sync --watch`, or anything else that stays.
    pub fn start<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Running {
        Running::start(&mut self.command(args))
    }

    /// Stays online in the background, once it says that it is in step.
    pub fn watch(&self) -> Running {
        let mut running = self.start(["sync", "--watch"]);
        running.says("Synced");
        running
    }
}

/// What two devices compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries of the log.
    pub head: u64,
    /// What every seat holds.
    pub view: String,
    /// The inner space; `None` for a seat without it.
    pub inner: Option<String>,
}

/// One of the real files of other tools.
pub fn foreign(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/foreign")
        .join(name);
    path.to_string_lossy().into_owned()
}

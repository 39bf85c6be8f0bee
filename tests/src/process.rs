//! Programs under test: where they lie, what they say, how they end.

use crate::wait::{DEADLINE, until, until_within};
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A built program. `SIDEDESK_BIN_DIR` says where they lie; else they are in `target/debug`.
pub fn program(name: &str) -> PathBuf {
    let dir = match std::env::var_os("SIDEDESK_BIN_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug"),
    };
    let path = dir.join(name);
    path.canonicalize().unwrap_or_else(|_| {
        panic!(
            "{} is not there; build it first: cargo build -p sidedesk-cli -p sidedesk-hub",
            path.display()
        )
    })
}

/// What a program left behind.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Everything it printed.
    pub stdout: String,
    /// Everything it said beside.
    pub stderr: String,
}

/// Sends a signal to a process that a test started: `TERM`, `STOP`, `CONT`.
pub fn signal(id: u32, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &id.to_string()])
        .status();
    assert!(sent.unwrap().success(), "SIG{name} to {id}");
}

/// Reading the stacks of a program that does not end takes so long at most.
const STACKS: Duration = Duration::from_secs(60);

/// Where every thread of a process that does not end stands: by a debugger where there is one, else by the kernel.
fn whereabouts(id: u32) -> String {
    let asked = Command::new("gdb")
        .args(["-p", &id.to_string(), "-batch", "-ex", "thread apply all bt 30"])
        .stdin(Stdio::null())
        .output();
    if let Ok(answer) = asked {
        return String::from_utf8_lossy(&answer.stdout).into_owned();
    }
    let read = |path: PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    let tasks = std::fs::read_dir(format!("/proc/{id}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let thread = |task: std::fs::DirEntry| {
        let of = |what: &str| read(task.path().join(what)).trim().to_owned();
        format!("{}: {} in {}", of("comm"), of("syscall"), of("wchan"))
    };
    tasks.map(thread).collect::<Vec<_>>().join("\n")
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Ended {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = collect(child.stdout.take().unwrap());
    let stderr = collect(child.stderr.take().unwrap());
    let mut running = Running {
        child,
        lines: Lines::default(),
        followers: Vec::new(),
    };
    let status = running.ended(DEADLINE);
    Ended {
        code: status.code(),
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
    }
}

fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = from.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// Lines as they come.
#[derive(Debug, Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    /// All so far.
    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first one from `from` on in which `part` occurs.
    pub fn find(&self, from: usize, part: &str) -> Option<String> {
        self.all().into_iter().skip(from).find(|line| line.contains(part))
    }

    fn follow(&self, from: impl Read + Send + 'static) -> JoinHandle<()> {
        let lines = Arc::clone(&self.0);
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        })
    }
}

/// A program in the background. It is killed when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: Lines,
    followers: Vec<JoinHandle<()>>,
}

impl Running {
    /// Starts it and follows what it says, on both outputs.
    pub fn start(command: &mut Command) -> Self {
        let piped = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let lines = Lines::default();
        let stdout = lines.follow(child.stdout.take().unwrap());
        let stderr = lines.follow(child.stderr.take().unwrap());
        Self {
            child,
            lines,
            followers: vec![stdout, stderr],
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it said so far.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Waits until it says something in which `part` occurs, and returns that line.
    pub fn says(&mut self, part: &str) -> String {
        self.says_after(0, part)
    }

    /// The same, of the lines after the first `from`.
    pub fn says_after(&mut self, from: usize, part: &str) -> String {
        let lines = self.lines.clone();
        let ended = until(&format!("it says {part:?}"), || match lines.find(from, part) {
            Some(line) => Some(Ok(line)),
            None => self.child.try_wait().unwrap().map(Err),
        });
        ended.unwrap_or_else(|status| {
            // It may have said so just before it ended.
            self.listen_to_the_end();
            let last = || lines.all().into_iter().rev().take(5).collect::<Vec<_>>();
            lines.find(from, part).unwrap_or_else(|| {
                panic!(
                    "it ended ({status}) and never said {part:?}; its last words: {:?}",
                    last()
                )
            })
        })
    }

    /// Tells it something.
    pub fn tell(&mut self, line: &str) {
        let stdin: &mut ChildStdin = self.child.stdin.as_mut().unwrap();
        // A program that is dead already hears nothing; whoever waits for its answer finds out.
        let _ = writeln!(stdin, "{line}").and_then(|()| stdin.flush());
    }

    /// Tells it something without a line's end, and that there is no more.
    pub fn tell_all(&mut self, text: &str) {
        if let Some(mut stdin) = self.child.stdin.take() {
            let _ = stdin.write_all(text.as_bytes());
        }
    }

    /// kill -9, and waits until it is gone.
    pub fn kill(mut self) {
        self.end();
    }

    /// kill -9, and everything it had said until then.
    pub fn kill_and_tell(mut self) -> Vec<String> {
        self.kill_and_listen();
        self.lines.all()
    }

    /// kill -9; afterwards everything it had said is in [`Self::lines`].
    pub fn kill_and_listen(&mut self) {
        self.end();
        self.listen_to_the_end();
    }

    fn listen_to_the_end(&mut self) {
        for follower in self.followers.drain(..) {
            let _ = follower.join();
        }
    }

    /// Everything it says until it ends by itself.
    pub fn says_all(mut self) -> Vec<String> {
        self.ended(DEADLINE);
        self.listen_to_the_end();
        self.lines.all()
    }

    /// Asks it to end (SIGTERM) and returns its exit code.
    pub fn stop(self) -> Option<i32> {
        let id = self.id();
        self.stop_by(id)
    }

    /// The same, where another process than its own has to be asked.
    pub fn stop_by(mut self, id: u32) -> Option<i32> {
        signal(id, "TERM");
        self.ended(DEADLINE).code()
    }

    fn ended(&mut self, deadline: Duration) -> ExitStatus {
        let end = Instant::now() + deadline;
        let id = self.id();
        let late = |looked: Option<ExitStatus>| match looked {
            None if Instant::now() >= end => panic!("the program does not end; {}", whereabouts(id)),
            looked => looked,
        };
        until_within("the program ends", deadline + STACKS, || {
            late(self.child.try_wait().unwrap())
        })
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

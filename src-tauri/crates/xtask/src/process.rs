//! Starting other programs: one way to run, one to ask, one to listen.
//!
//! Every failure names the command line, so that it can be typed again by hand.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long the output may still arrive after the program has ended. A test that left a child behind keeps the pipe
/// open for ever; nobody waits for that.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Run to the end with the terminal shared; anything but exit 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("`{}` does not start", line(command)))?;
    if !status.success() {
        bail!("`{}` ended with {}", line(command), words(status));
    }
    Ok(())
}

/// What the program prints on stdout; its stderr goes to the terminal.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("`{}` does not start", line(command)))?;
    if !output.status.success() {
        bail!("`{}` ended with {}", line(command), words(output.status));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed something that is not text", line(command)))
}

/// What the program prints, whatever its exit code; nothing if it does not start.
pub fn answer(program: &str, args: &[&str]) -> String {
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

/// Whether the program starts and ends with 0. Silent.
pub fn succeeds(program: &str, args: &[&str]) -> bool {
    let command = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    command.is_ok_and(|status| status.success())
}

/// Run to the end, handing every line of stdout to `on_line` while it happens. Says whether it ended with 0.
pub fn listen(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<bool> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` does not start", line(command)))?;
    let lines = lines_of(&mut child)?;
    loop {
        match lines.recv_timeout(LAST_WORDS) {
            Ok(line) => on_line(&line),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                if child.try_wait().context("the program cannot be waited for")?.is_some() {
                    break;
                }
            }
        }
    }
    Ok(child.wait().context("the program cannot be waited for")?.success())
}

/// The lines of a child's piped stdout, read on a thread of their own.
pub fn lines_of(child: &mut Child) -> Result<mpsc::Receiver<String>> {
    let stdout = child.stdout.take().context("the program was started without a pipe")?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let line = String::from_utf8_lossy(&bytes)
                .trim_end_matches(['\n', '\r'])
                .to_owned();
            if sender.send(line).is_err() {
                return;
            }
            bytes.clear();
        }
    });
    Ok(receiver)
}

/// Where `program` is found on PATH.
pub fn in_path(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}

/// `cargo run` leaves its own package's variables in the environment. A nested cargo takes them for a change and
/// builds everything again that has a build script watching them.
pub fn forget_outer_cargo(command: &mut Command) {
    const OURS: [&str; 5] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
        "CARGO_PRIMARY_",
    ];
    for (name, _) in std::env::vars_os() {
        if OURS.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
}

/// The command line as somebody would type it: the program by its name, wherever it lies.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_stem()
        .unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn words(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit code {code}"),
        None => "a signal".to_owned(),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_line() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` ended with exit code 3");
        assert_eq!(line(Command::new("/opt/bin/cargo").arg("fmt")), "cargo fmt");
        let error = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(error.to_string().contains("no-such-program-here"), "{error}");
    }

    #[test]
    fn every_line_is_heard_and_the_exit_code_told() {
        let mut heard = Vec::new();
        let good = listen(
            Command::new("sh").args(["-c", "echo one; printf two; exit 1"]),
            |line| {
                heard.push(line.to_owned());
            },
        );
        assert_eq!(
            (good.unwrap(), heard),
            (false, vec!["one".to_owned(), "two".to_owned()])
        );
    }

    #[test]
    fn a_child_left_behind_does_not_hold_the_run() {
        let before = std::time::Instant::now();
        assert!(listen(Command::new("sh").args(["-c", "sleep 20 & echo done"]), |_| {}).unwrap());
        assert!(before.elapsed() < Duration::from_secs(15));
    }
}

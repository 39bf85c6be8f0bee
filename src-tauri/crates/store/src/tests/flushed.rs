//! "Saved" is said after the flush, not before: seen from outside, in the system calls of a real process.

use crate::desk::Desk;
use crate::planted::plant;
use std::io::Write as _;
use std::process::Command;

const COMMITS: usize = 8;
const NORMAL: &str = "SIDEDESK_TEST_NORMAL";

#[tokio::test]
#[ignore = "the process that the others here look at"]
async fn commits_and_says_so() {
    if std::env::var_os(NORMAL).is_some() {
        plant(Some("normal-sync"));
    }
    let (_hub, shared, _second) = Desk::pair().await;
    let local = Desk::founded().await;
    for i in 0..COMMITS {
        let desk = if i % 2 == 0 { &shared } else { &local };
        writeln!(std::io::stdout(), "begins {i}").unwrap();
        desk.name(1, &format!("name {i}")).await;
        writeln!(std::io::stdout(), "saved {i}").unwrap();
    }
}

/// For each commit: was the log's WAL flushed after it was last written and before "saved" was said? `None` where the
/// system does not let one process look at another.
fn flushes(normal: bool) -> Option<Vec<bool>> {
    let dir = tempfile::tempdir().unwrap();
    let trace = dir.path().join("trace");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-y", "-e", "trace=write,pwrite64,fdatasync,fsync", "-o"])
        .arg(&trace);
    strace.arg(std::env::current_exe().unwrap());
    strace.args([
        "--exact",
        "tests::flushed::commits_and_says_so",
        "--ignored",
        "--nocapture",
    ]);
    if normal {
        strace.env(NORMAL, "1");
    }
    let Ok(output) = strace.output() else { return None };
    let calls = std::fs::read_to_string(&trace).unwrap_or_default();
    if !output.status.success() && calls.is_empty() {
        return None;
    }
    assert!(output.status.success(), "{output:?}");
    let (mut found, mut written, mut flushed) = (Vec::new(), false, false);
    for call in calls.lines().filter(|call| !call.contains(" resumed>")) {
        let of_log = call.contains("/log.db-wal>");
        if call.contains("\"begins ") {
            (written, flushed) = (false, false);
        } else if of_log && call.contains("pwrite64(") {
            (written, flushed) = (true, false);
        } else if of_log && call.contains("sync(") {
            flushed = written;
        } else if call.contains("\"saved ") {
            assert!(written, "the log is written at all");
            found.push(flushed);
        }
    }
    assert_eq!(found.len(), COMMITS, "{output:?}");
    Some(found)
}

#[test]
fn every_commit_is_flushed_before_it_is_said_to_be_saved() {
    match flushes(false) {
        Some(found) => assert_eq!(found, [true; COMMITS]),
        None => println!("no strace here"),
    }
}

#[test]
fn a_log_that_is_not_flushed_is_caught() {
    if let Some(found) = flushes(true) {
        assert_eq!(found, [false; COMMITS]);
    }
}

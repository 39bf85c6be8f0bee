//! Memory of `api` with a board open: a process of its own, so that nothing else counts.

use crate::rows::NOW;
use anyhow::Context as _;
use sidedesk_api::{Clock, Desk};
use std::path::Path;
use std::process::Command;

/// Resident megabytes of a process that opens the board, shows its first page and its clashes.
pub fn of(dir: &Path) -> anyhow::Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .arg("--memory-of")
        .arg(dir)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .parse()
        .with_context(|| format!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// The process.
pub async fn child(dir: &Path) -> anyhow::Result<()> {
    let desk = Desk::open(dir, Clock::fixed(NOW)).await?;
    desk.board().await?;
    desk.clashes(None).await?;
    println!("{:.1}", megabytes("VmRSS:")?);
    Ok(())
}

/// What the kernel says of this process under that name: resident now, or at most so far.
pub fn megabytes(name: &str) -> anyhow::Result<f64> {
    megabytes_of(Path::new("/proc/self"), name)
}

/// The same of another one, by its folder in `/proc`.
pub fn megabytes_of(process: &Path, name: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(process.join("status")).context("memory is read from /proc")?;
    let line = status
        .lines()
        .find(|line| line.starts_with(name))
        .context("no such line")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kilobytes / 1024.0)
}

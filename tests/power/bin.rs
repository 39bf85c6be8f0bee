//! `cargo xtask power`: as many images of disks after a power cut as wanted, and every k of every failing call.
#![expect(clippy::print_stdout, reason = "a program that reports")]

use anyhow::Result;

#[cfg(target_os = "linux")]
mod long;

#[cfg(target_os = "linux")]
fn main() -> Result<()> {
    long::run()
}

#[cfg(not(target_os = "linux"))]
fn main() -> Result<()> {
    println!("the recorder is strace, which is Linux's alone");
    Ok(())
}

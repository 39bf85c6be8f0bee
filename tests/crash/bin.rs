//! `cargo run -p sidedesk-tests --bin crash -- --cycles N`: as many kills as wanted. `--planted` builds a hub that
//! answers before it commits, and expects that this is noticed.
#![expect(clippy::print_stdout, reason = "a program that reports")]

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Parser;
use sidedesk_tests::crash::{device, hub};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// kill -9 of the real programs.
#[derive(Parser)]
struct Args {
    /// Kills of devices, and as many of hubs.
    #[arg(long, default_value_t = 50)]
    cycles: u64,
    /// Plans the kills.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only these.
    #[arg(long, value_parser = ["device", "hub"])]
    only: Option<String>,
    /// Prove that a hub which answers before it commits is caught.
    #[arg(long)]
    planted: bool,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let writer = std::env::current_exe()?.with_file_name("crash_writer");
    if !writer.exists() {
        bail!(
            "{} is not there; build it first: cargo build -p sidedesk-tests --bins",
            writer.display()
        );
    }
    if args.planted {
        return planted(&writer, &args);
    }
    for what in ["device", "hub"] {
        if args.only.as_deref().is_some_and(|only| only != what) {
            continue;
        }
        let begun = Instant::now();
        let told = if what == "device" {
            device::cycles(&writer, args.cycles, args.seed, None).map(|stats| format!("{stats:?}"))
        } else {
            hub::cycles(&writer, args.cycles, args.seed, None).map(|stats| format!("{stats:?}"))
        };
        println!(
            "{what}: {} in {:.1?}",
            told.map_err(|error| anyhow!(error))?,
            begun.elapsed()
        );
    }
    Ok(())
}

fn planted(writer: &Path, args: &Args) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = root.join("target/planted");
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build
        .current_dir(&root)
        .args(["build", "-p", "sidedesk-hub", "--features", "planted", "--target-dir"])
        .arg(&target);
    if !build.status().context("cargo could not be started")?.success() {
        bail!("the hub with planted bugs does not build");
    }
    let program: PathBuf = target.join("debug/sidedesk-hub");
    match hub::cycles(writer, args.cycles, args.seed, Some((&program, "ack-before-commit"))) {
        Err(error) => {
            println!("caught: {error}");
            Ok(())
        }
        Ok(stats) => bail!("a hub that answers before it commits was not noticed: {stats:?}"),
    }
}

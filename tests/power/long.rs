//! The long form: the plan in numbers, one line of result for each part.

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Parser;
use sidedesk_tests::power::device::{self, Plan};
use sidedesk_tests::power::inject::{self, FAILURES};
use sidedesk_tests::power::shared::{self, Victim};
use sidedesk_tests::process::program;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// One image in so many is of the large board: opening one takes a second or two.
const LARGE_ONES: usize = 100;

/// Power loss and failing disks.
#[derive(Parser)]
struct Args {
    /// Images: half of a board of its own, a quarter each of a device and of a hub that talk; and a few of a large one.
    #[arg(long, default_value_t = 5000)]
    images: usize,
    /// Rows of the import.
    #[arg(long, default_value_t = 700)]
    rows: usize,
    /// Rows of the large one: from about 20 000 on, write-ahead logs are checkpointed in the middle of it.
    #[arg(long, default_value_t = 20_000)]
    large: usize,
    /// Commits in each sitting.
    #[arg(long, default_value_t = 30)]
    commits: usize,
    /// Chooses the moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this.
    #[arg(long, value_parser = ["local", "shared", "inject"])]
    only: Option<String>,
    /// Prove that a log with `synchronous = NORMAL` is caught.
    #[arg(long)]
    planted: bool,
}

/// Everything that was asked for.
pub fn run() -> Result<()> {
    let args = Args::parse();
    let beside = |name: &str| std::env::current_exe().map(|path| path.with_file_name(name));
    let writer = beside("crash_writer")?;
    if !writer.exists() {
        bail!(
            "{} is not there; build it first: cargo build -p sidedesk-tests --bins",
            writer.display()
        );
    }
    if args.planted {
        return planted(&args);
    }
    let wanted = |part: &str| args.only.as_deref().is_none_or(|only| only == part);
    if wanted("local") {
        let plan = plan(&args, args.images / 2);
        told("local", || device::bench(&writer, &plan))?;
        let large = Plan {
            rows: args.large,
            images: (args.images / LARGE_ONES).max(1),
            ..plan
        };
        told("local, large", || device::bench(&writer, &large))?;
    }
    if wanted("shared") {
        let story = shared::story(&writer, &program("sidedesk-hub"), args.commits, None);
        for victim in [Victim::Device, Victim::Hub] {
            told(&format!("{victim:?}"), || {
                shared::bench(&story, victim, args.images / 4, args.seed, false)
            })?;
        }
    }
    if wanted("inject") {
        for (failure, _) in FAILURES {
            told(&format!("{failure:?}"), || inject::bench(&writer, failure, 1, 1))?;
        }
    }
    Ok(())
}

fn plan(args: &Args, images: usize) -> Plan {
    Plan {
        commits: args.commits,
        rows: args.rows,
        images,
        seed: args.seed,
        plant: None,
        lying: false,
    }
}

fn told<T: std::fmt::Debug>(what: &str, work: impl FnOnce() -> Result<T, String>) -> Result<()> {
    let begun = Instant::now();
    let stats = work().map_err(|error| anyhow!("{what}: {error}"))?;
    println!("{what}: {stats:?} in {:.1?}", begun.elapsed());
    Ok(())
}

/// A writer of its own name, so that no other run ever meets it.
fn planted(args: &Args) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.current_dir(&root).args([
        "build",
        "-p",
        "sidedesk-tests",
        "--features",
        "planted",
        "--bin",
        "planted_writer",
    ]);
    if !build.status().context("cargo could not be started")?.success() {
        bail!("the writer with planted bugs does not build");
    }
    let writer: PathBuf = root.join("target/debug/planted_writer");
    let plan = plan(args, args.images.min(400));
    let caught = device::bench_as(&writer, &plan, Some("normal-sync"));
    match caught {
        Err(error) if error.contains("acknowledged and lost") => println!("caught: {error}"),
        other => bail!("a log that is not flushed at every commit was not noticed: {other:?}"),
    }
    told("the same without the bug switched on", || {
        device::bench_as(&writer, &plan, None)
    })
}

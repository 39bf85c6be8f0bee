//! `sim`: the simulator as a program, for many seeds, or for one with its whole story.

#![expect(
    clippy::indexing_slicing,
    reason = "device and connection numbers are the simulator's own; a wrong one must stop the run"
)]
#![expect(clippy::print_stdout, reason = "a program that tells stories")]

mod agenda;
mod beyond;
mod check;
mod device;
mod dice;
mod disk;
mod hands;
mod hub;
mod hub_disk;
mod hub_order;
mod hub_pages;
mod model;
mod newcomer;
mod notebook;
mod outbox;
mod planted;
mod runs;
mod stats;
mod told;
mod user;
mod view;
mod weather;
mod wire;
mod world;
mod writer;

use beyond::Beyond;
use clap::Parser;
use planted::Planted;
use runs::Setup;
use std::process::ExitCode;

/// Devices and a hub in simulated weather; the same seed is the same story.
#[derive(Parser)]
struct Args {
    /// So many seeds.
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// This one only.
    #[arg(long)]
    seed: Option<u64>,
    /// Tell the whole story of a single seed, or of the first that fails.
    #[arg(long)]
    trace: bool,
    /// Put this bug into the simulator's hands.
    #[arg(long)]
    planted: Option<Planted>,
    /// Let this happen, which the product answers by stopping.
    #[arg(long)]
    beyond: Option<Beyond>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let setup = Setup {
        planted: args.planted,
        beyond: args.beyond.or(args.planted.and_then(Planted::beyond)),
        trace: false,
    };
    let seeds = match args.seed {
        Some(seed) => seed..seed + 1,
        None => args.from..args.from + args.seeds,
    };
    if let (Some(seed), true) = (args.seed, args.trace) {
        let _ = runs::one(seed, Setup { trace: true, ..setup });
    }
    let started = std::time::Instant::now();
    let (stats, failed) = runs::many(seeds, setup);
    println!("{stats}");
    println!("{:.1} s", started.elapsed().as_secs_f64());
    let Some((seed, why)) = failed.first() else {
        return ExitCode::SUCCESS;
    };
    if args.trace && args.seed.is_none() {
        let _ = runs::one(*seed, Setup { trace: true, ..setup });
    }
    for (seed, why) in &failed {
        println!("seed {seed} failed: {why}");
    }
    println!("the first failure was {why}\nreplay: sim --seed {seed} --trace");
    ExitCode::FAILURE
}

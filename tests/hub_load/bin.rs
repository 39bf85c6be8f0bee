//! `cargo xtask hub-load`: what a hub bears. The long forms are those of docs/measurements.md; `--seconds` shortens them.
#![expect(clippy::print_stdout, reason = "a program that reports")]

use anyhow::Result;
use clap::Parser;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::load::{Scenario, run};
use sidedesk_tests::postgres;
use std::time::Duration;

/// Load on a real hub.
#[derive(Parser)]
struct Args {
    /// How long each one lasts.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Only these.
    #[arg(long, value_parser = ["boards", "crowd", "stalled", "fan-out"])]
    only: Option<String>,
    /// On PostgreSQL instead of SQLite.
    #[arg(long)]
    postgres: bool,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let lasts = Duration::from_secs(args.seconds);
    let usual = Scenario {
        boards: 20,
        devices: 50,
        ops_per_second: 200.0,
        lasts,
        text_len: 120,
        opened: false,
        stalled: 0,
    };
    let crowd = Scenario {
        boards: 1,
        devices: 1000,
        ops_per_second: 20.0,
        ..usual
    };
    let beside = Scenario {
        boards: 1,
        ops_per_second: 40.0,
        text_len: 20_000,
        ..usual
    };
    let fan_out = Scenario {
        boards: 1,
        ops_per_second: 10.0,
        opened: true,
        ..usual
    };
    for (name, what, scenario) in [
        ("boards", "20 boards of 50 devices, 200 ops a second in all", usual),
        ("crowd", "1 board of 1 000 devices, 20 ops a second", crowd),
        ("stalled", "1 board of 50 devices, 40 ops of 20 kB a second", beside),
        (
            "stalled",
            "the same with one reader that takes nothing",
            Scenario { stalled: 1, ..beside },
        ),
        (
            "fan-out",
            "1 board of 50 devices, 10 edits a second, opened by all",
            fan_out,
        ),
    ] {
        if args.only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let hub = if args.postgres {
            Hub::replicas(1, &postgres::database(), None).remove(0)
        } else {
            Hub::start()
        };
        println!("{what}:\n{}", run(&hub, scenario)?);
    }
    Ok(())
}

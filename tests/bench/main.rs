//! `cargo xtask bench`: how fast, how large, against a baseline measured in the same run on the same machine.
//!
//! Machines are noisy, so figures are ratios: each of ours is timed in turn with the barest program that does the same to
//! the disk. Prints one JSON document with `--json`, else a table. `--quick` takes a tenth of the sizes.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what a benchmark is for"
)]

mod board;
mod catch_up;
mod edit;
mod import;
mod memory;
mod recurrence;
mod rows;
mod ticket_file;
#[cfg(target_os = "linux")]
mod window;
#[cfg(target_os = "linux")]
mod window_import;

use clap::Parser as _;
use serde_json::json;

#[derive(Debug, clap::Parser)]
struct Args {
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
    /// A tenth of the sizes.
    #[arg(long)]
    quick: bool,
    /// Only benches whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Internal: open this board, show it, and print the memory used.
    #[arg(long, hide = true)]
    memory_of: Option<std::path::PathBuf>,
    /// Internal: preview and import this file, and print the times and the memory used.
    #[arg(long, hide = true)]
    import_of: Option<std::path::PathBuf>,
}

/// One figure.
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    baseline: Option<(&'static str, f64)>,
    aim: Option<&'static str>,
}

impl Figure {
    /// A figure without a baseline.
    pub fn plain(name: impl Into<String>, value: f64, unit: &'static str, aim: Option<&'static str>) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            baseline: None,
            aim,
        }
    }

    /// A figure against a baseline of the same unit.
    pub fn against(
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        baseline: (&'static str, f64),
        aim: Option<&'static str>,
    ) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            baseline: Some(baseline),
            aim,
        }
    }

    fn ratio(&self) -> Option<f64> {
        self.baseline.map(|(_, baseline)| self.value / baseline)
    }
}

/// The middle one of some measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if let Some(dir) = &args.memory_of {
        return memory::child(dir).await;
    }
    if let Some(path) = &args.import_of {
        return ticket_file::child(path).await;
    }
    let scale = if args.quick { 10 } else { 1 };
    let wanted = |name: &str| args.only.as_deref().is_none_or(|only| name.contains(only));
    let mut figures = Vec::new();
    if wanted("edit") {
        eprintln!("edit: durable edits, one by one …");
        figures.extend(edit::run(400 / scale).await?);
    }
    if wanted("import") {
        eprintln!("import: reports from one file …");
        figures.extend(import::run(100_000 / scale).await?);
    }
    if wanted("import_file") {
        eprintln!("import_file: large ticket exports, each in a process of its own …");
        figures.extend(ticket_file::run(scale)?);
    }
    if args.only.as_deref() == Some("refold") {
        eprintln!("refold: single ops, folded from nothing …");
        for ops in [100_000 / scale, 1_000_000 / scale] {
            figures.extend(board::refold_only(ops).await?);
        }
    }
    if args.only.as_deref() == Some("million") {
        eprintln!("million: a board of so many reports, opened …");
        figures.extend(board::opening_only(1_000_000 / scale).await?);
    }
    if wanted("board") {
        eprintln!("board: refold and first page …");
        figures.extend(board::run(100_000 / scale).await?);
    }
    if wanted("catch_up") {
        eprintln!("catch_up: a second device over loopback …");
        for records in [10_000 / scale, 100_000 / scale] {
            figures.extend(catch_up::run(records).await?);
        }
        figures.extend(catch_up::offline_week(10_000 / scale).await?);
    }
    if wanted("recurrence") {
        eprintln!("recurrence: matching and grouping, good and fast …");
        figures.extend(recurrence::run(scale)?);
    }
    #[cfg(target_os = "linux")]
    if wanted("window") {
        eprintln!("window: first paint, keys, frames …");
        figures.extend(window::run(2000 / scale).await?);
    }
    #[cfg(target_os = "linux")]
    if wanted("window_import") {
        eprintln!("window_import: a large ticket export, frames and memory …");
        figures.extend(window_import::run(50_000 / scale).await?);
    }
    if args.json {
        let benches: Vec<_> = figures
            .iter()
            .map(|f| {
                json!({"name": f.name, "value": f.value, "unit": f.unit, "baseline": f.baseline.map(|(name, _)| name),
                       "ratio": f.ratio(), "aim": f.aim})
            })
            .collect();
        println!("{}", json!({ "benches": benches }));
    } else {
        println!("| bench | value | baseline | ratio | aim |\n| --- | ---: | --- | ---: | --- |");
        for f in &figures {
            let baseline = f
                .baseline
                .map_or(String::new(), |(name, value)| format!("{name} {value:.2} {}", f.unit));
            let ratio = f.ratio().map_or(String::new(), |ratio| format!("{ratio:.2}"));
            println!(
                "| {} | {:.2} {} | {baseline} | {ratio} | {} |",
                f.name,
                f.value,
                f.unit,
                f.aim.unwrap_or("")
            );
        }
    }
    Ok(())
}

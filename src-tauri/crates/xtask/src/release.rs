//! `cargo xtask bench | sim | crash | power`: programs of the tests package that only mean something in a release build.
//!
//! All build the same programs with one invocation, so that going from one to the next compiles little. The bench opens
//! real windows too, on a screen that nobody sees.

use std::process::ExitCode;

use anyhow::Result;

use crate::needs::{self, For};
use crate::progress::Progress;
use crate::screen::Screen;
use crate::tree::Tree;
use crate::{process, ui};

/// The programs under test, and the three that test them.
const PROGRAMS: [&str; 2] = ["sidedesk", "sidedesk-hub"];
/// The device that is killed, and whose power is cut.
const WRITER: &str = "crash_writer";
/// The window is built for the bench alone: it takes longer than all the others together.
const WINDOW: &str = crate::run::DESKTOP;

pub fn bench(tree: &Tree, quick: bool, args: &[String]) -> Result<()> {
    let quick = quick.then(|| "--quick".to_owned());
    let mut progress = Progress::new(4);
    progress.step("ui: npm packages and pages", || ui::build(tree)).0?;
    build_programs(tree, &mut progress, &["bench", WINDOW])?;
    let screen = progress.step("a screen", Screen::start).0?;
    let args: Vec<String> = quick.into_iter().chain(args.iter().cloned()).collect();
    run_tester(tree, &mut progress, "bench", &args, screen.as_ref())
}

pub fn sim(tree: &Tree, seeds: Option<u64>, from: Option<u64>, args: &[String]) -> Result<()> {
    let options = [option("--seeds", seeds), option("--from", from)].concat();
    build_and_run(tree, "sim", &[options, args.to_vec()].concat())
}

pub fn crash(tree: &Tree, cycles: Option<u64>, args: &[String]) -> Result<()> {
    build_and_run(tree, "crash", &[option("--cycles", cycles), args.to_vec()].concat())
}

/// Needs a recorder of system calls, which only the test run needs otherwise.
pub fn power(tree: &Tree, images: Option<u64>, args: &[String]) -> Result<ExitCode> {
    if let Some(code) = needs::ensure(tree, For::Test)? {
        return Ok(code);
    }
    build_and_run(tree, "power", &[option("--images", images), args.to_vec()].concat())?;
    Ok(ExitCode::SUCCESS)
}

/// The load program, in a release build.
pub fn hub_load(tree: &Tree, args: &[String]) -> Result<()> {
    build_and_run(tree, "hub_load", args)
}

fn option(name: &str, value: Option<u64>) -> Vec<String> {
    value
        .map(|value| vec![name.to_owned(), value.to_string()])
        .unwrap_or_default()
}

fn build_and_run(tree: &Tree, tester: &str, args: &[String]) -> Result<()> {
    let mut progress = Progress::new(2);
    build_programs(tree, &mut progress, &[tester, WRITER])?;
    run_tester(tree, &mut progress, tester, args, None)
}

fn build_programs(tree: &Tree, progress: &mut Progress, more: &[&str]) -> Result<()> {
    let mut build = tree.cargo(["build", "--release", "--workspace"]);
    for program in PROGRAMS.iter().chain(more) {
        build.args(["--bin", program]);
    }
    progress.step("release build", || process::run(&mut build)).0
}

fn run_tester(
    tree: &Tree,
    progress: &mut Progress,
    tester: &str,
    args: &[String],
    screen: Option<&Screen>,
) -> Result<()> {
    let mut command = tree.command(tree.program("release", tester));
    command.args(args).env("SIDEDESK_BIN_DIR", tree.target.join("release"));
    if let Some(screen) = screen {
        screen.show(&mut command);
    }
    progress.step(tester, || process::run(&mut command)).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_passed_on_only_when_given() {
        assert_eq!(option("--seeds", Some(500)), ["--seeds", "500"]);
        assert!(option("--seeds", None).is_empty());
    }
}

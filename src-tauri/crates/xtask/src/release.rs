//! `cargo xtask bench | sim | crash`: programs of the tests package that only mean something in a release build.
//!
//! All three build the same programs with one invocation, so that going from one to the next compiles nothing.

use anyhow::Result;

use crate::process;
use crate::progress::Progress;
use crate::tree::Tree;

/// The programs under test, and the three that test them.
const PROGRAMS: [&str; 2] = ["sidedesk", "sidedesk-hub"];

pub fn bench(tree: &Tree, quick: bool, args: &[String]) -> Result<()> {
    let quick = quick.then(|| "--quick".to_owned());
    build_and_run(tree, "bench", quick.into_iter().chain(args.iter().cloned()).collect())
}

pub fn sim(tree: &Tree, seeds: Option<u64>, from: Option<u64>, args: &[String]) -> Result<()> {
    let options = [option("--seeds", seeds), option("--from", from)].concat();
    build_and_run(tree, "sim", [options, args.to_vec()].concat())
}

pub fn crash(tree: &Tree, cycles: Option<u64>, args: &[String]) -> Result<()> {
    build_and_run(tree, "crash", [option("--cycles", cycles), args.to_vec()].concat())
}

fn option(name: &str, value: Option<u64>) -> Vec<String> {
    value
        .map(|value| vec![name.to_owned(), value.to_string()])
        .unwrap_or_default()
}

fn build_and_run(tree: &Tree, tester: &str, args: Vec<String>) -> Result<()> {
    let mut progress = Progress::new(2);
    let mut build = tree.cargo(["build", "--release", "--workspace"]);
    for program in PROGRAMS.iter().chain(&[tester]) {
        build.args(["--bin", program]);
    }
    progress.step("release build", || process::run(&mut build)).0?;
    let mut command = tree.command(tree.program("release", tester));
    command.args(args).env("SIDEDESK_BIN_DIR", tree.target.join("release"));
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

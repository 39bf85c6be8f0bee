//! What each step of the test run does. A step answers with its test counts and whether it was good.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::counts::{Counts, of_cargo, of_vitest};
use crate::codegen::{self, Scope};
use crate::progress::note;
use crate::screen::Screen;
use crate::tree::Tree;
use crate::ui::npm;
use crate::{process, tidy, ui};

type Done = Result<(Counts, bool)>;

const GOOD: (Counts, bool) = (Counts { passed: 0, failed: 0 }, true);

pub fn fmt(tree: &Tree) -> Done {
    run(&mut tree.cargo(["fmt", "--all", "--check"]))
}

pub fn tidy(tree: &Tree) -> Done {
    tidy::tidy(tree)?;
    Ok(GOOD)
}

/// `None` where cargo-deny is not installed. The bans are held by tidy too.
pub fn deny(tree: &Tree) -> Option<Done> {
    process::in_path("cargo-deny")?;
    Some(run(&mut tree.cargo([
        "deny",
        "--offline",
        "check",
        "licenses",
        "bans",
        "sources",
    ])))
}

/// Why advisories cannot be checked here, when they cannot: their database comes from the network, and a test run is for
/// trains too.
pub fn no_advisories() -> Option<&'static str> {
    if process::in_path("cargo-deny").is_none() {
        return Some("NOTHING CHECKED: cargo-deny is not installed");
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let known = home.and_then(|home| std::fs::read_dir(home.join("advisory-dbs")).ok());
    match known.is_some_and(|mut databases| databases.next().is_some()) {
        true => None,
        false => Some("NOTHING CHECKED: no advisory database is here; `cargo deny fetch db` brings it"),
    }
}

pub fn advisories(tree: &Tree) -> Done {
    run(&mut tree.cargo(["deny", "--offline", "check", "advisories"]))
}

/// Tests come after the build, so that a failing one leaves pages for the steps that follow.
pub fn ui(tree: &Tree) -> Done {
    ui::build(tree)?;
    let mut counts = Counts::default();
    let mut good = true;
    for script in ["check", "lint", "test", "size"] {
        note(&format!("npm run {script}"));
        let passed = process::listen(npm(tree).args(["run", script, "--if-present"]), |line| {
            println!("{line}");
            if let Some(found) = of_vitest(line) {
                counts.add(found);
            }
        })?;
        if !passed {
            note(&format!("npm run {script} failed"));
        }
        good &= passed;
    }
    Ok((counts, good))
}

pub fn clippy(tree: &Tree) -> Done {
    run(&mut tree.cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

pub fn build(tree: &Tree) -> Done {
    run(&mut tree.cargo(["build", "--workspace", "--all-targets"]))
}

/// One cargo for all tests, inside a session bus of its own and before a screen of its own.
pub fn test(tree: &Tree) -> Done {
    let screen = Screen::start()?;
    let mut command = session(tree, &["test", "--workspace", "--no-fail-fast"]);
    command
        .env("SIDEDESK_BIN_DIR", tree.target.join("debug"))
        // The tests that write TypeScript types run too; the checkout is not where they may write.
        .env("TS_RS_EXPORT_DIR", tree.target.join("xtask").join("test-bindings"));
    if let Some(screen) = &screen {
        screen.show(&mut command);
    }
    let mut counts = Counts::default();
    let good = process::listen(&mut command, |line| {
        println!("{line}");
        if let Some(found) = of_cargo(line) {
            counts.add(found);
        }
    })?;
    Ok((counts, good))
}

pub fn generated(tree: &Tree) -> Done {
    codegen::check(tree, Scope::Workspace)?;
    Ok(GOOD)
}

fn session(tree: &Tree, words: &[&str]) -> Command {
    let cargo = tree.cargo([]);
    if !cfg!(target_os = "linux") {
        let mut cargo = cargo;
        cargo.args(words);
        return cargo;
    }
    let mut command = tree.command("dbus-run-session");
    command.arg("--").arg(cargo.get_program()).args(words);
    command
}

fn run(command: &mut Command) -> Done {
    process::run(command)?;
    Ok(GOOD)
}

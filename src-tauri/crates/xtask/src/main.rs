//! The project's own commands: `cargo xtask run | test | bench | sim | crash | power | hub-load | codegen | pictures |
//! tidy | sbom | dist`.
//!
//! A fresh clone needs Rust and Node and then one of these, nothing else: each command finds out what is missing,
//! installs it where it may, and otherwise prints the one line to type. It uses no other room of the workspace, so it
//! builds in seconds and still runs when everything else is broken.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to the person who typed the command"
)]

mod codegen;
mod dist;
mod files;
mod licences;
mod lock;
mod needs;
mod pictures;
mod process;
mod progress;
mod release;
mod run;
mod sbom;
mod screen;
mod test;
mod tidy;
mod tree;
mod ui;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::tree::Tree;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Sidedesk's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the app and open its window
    Run {
        /// Given to the app as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// The whole test run, cheapest step first
    Test {
        /// Run this step alone
        #[arg(long, value_enum)]
        only: Option<test::Step>,
    },
    /// Measure, in release builds
    Bench {
        /// Fewer rounds and smaller boards
        #[arg(long)]
        quick: bool,
        /// Given to the bench program as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Run the simulator over many seeds
    Sim {
        /// How many seeds
        #[arg(long)]
        seeds: Option<u64>,
        /// The first seed
        #[arg(long)]
        from: Option<u64>,
        /// Given to the simulator as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Kill real devices and hubs, and look at what they still know
    Crash {
        /// How many kills of each
        #[arg(long)]
        cycles: Option<u64>,
        /// Given to the crash program as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Cut the power of real devices and hubs, in images of their disks, and let their disks fail
    Power {
        /// How many images
        #[arg(long)]
        images: Option<u64>,
        /// Given to the power program as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Measure what a hub bears: many boards, many devices, a reader that stands still
    HubLoad {
        /// Given to the load program as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Write the generated files: TypeScript types, docs/schema.sql, docs/protocol.md
    Codegen {
        /// Change nothing; fail where a file is not what would be written
        #[arg(long)]
        check: bool,
    },
    /// Take a picture of every screen, light and dark, large and small, for the README and the guide
    Pictures {
        /// Only screens whose name contains this
        #[arg(long)]
        only: Option<String>,
    },
    /// Check the conventions that no compiler checks
    Tidy,
    /// List every package of others that is locked, with its licence: a CycloneDX file in target
    Sbom,
    /// Make packages for Linux: a .deb and an .rpm in target/dist
    Dist {
        /// Make nothing; install the .deb, start it, remove it and look at what is left
        #[arg(long)]
        check: bool,
        /// The .deb to check, when it is not the one in target/dist
        #[arg(long, requires = "check", value_name = "FILE")]
        package: Option<std::path::PathBuf>,
    },
}

fn main() -> ExitCode {
    match dispatch(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode> {
    let tree = Tree::find()?;
    match command {
        Command::Run { args } => return run::run(&tree, &args),
        Command::Test { only } => return test::test(&tree, only),
        Command::Bench { quick, args } => release::bench(&tree, quick, &args)?,
        Command::Sim { seeds, from, args } => release::sim(&tree, seeds, from, &args)?,
        Command::Crash { cycles, args } => release::crash(&tree, cycles, &args)?,
        Command::Power { images, args } => return release::power(&tree, images, &args),
        Command::HubLoad { args } => release::hub_load(&tree, &args)?,
        Command::Codegen { check } => codegen::codegen(&tree, check)?,
        Command::Pictures { only } => pictures::pictures(&tree, only.as_deref())?,
        Command::Tidy => tidy::tidy(&tree)?,
        Command::Sbom => println!("{}", sbom::sbom(&tree)?.display()),
        Command::Dist { check: true, package } => return dist::check(&tree, package),
        Command::Dist { .. } => return dist::dist(&tree),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn arguments_after_run_reach_the_app_untouched() {
        let parsed = Arguments::parse_from(["xtask", "run", "--data", "x"]);
        assert!(matches!(parsed.command, Command::Run { args } if args == ["--data", "x"]));
    }
}

//! `sidedesk`: a headless desktop. Everything a window can do, without one; how scripts and tests drive a board.
//!
//! With `--json` one document goes to standard output; messages always go to standard error. Exit 0: done; 1: refused,
//! with the reason; 2: wrong usage.

mod aftermath;
mod args;
mod imports;
mod keys;
mod past;
mod people;
mod print;
mod privacy;
mod proposals;
mod recurrence;
mod run;
mod standup;

use clap::Parser as _;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let args = args::Args::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("SIDEDESK_LOG").unwrap_or_else(|_| "error".into()))
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .init();
    match run::run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            print::refusal(&refusal);
            ExitCode::FAILURE
        }
    }
}

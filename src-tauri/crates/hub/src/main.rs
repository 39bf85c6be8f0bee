//! `sidedesk-hub serve`: one line on stdout once it accepts connections, everything else goes to the log on stderr.

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use sidedesk_hub::{CancellationToken, Config, serve};
use std::net::SocketAddr;
use std::path::PathBuf;
use tracing_subscriber::EnvFilter;

/// The relay between the desktops of a board. It orders what it cannot read.
#[derive(Parser)]
#[command(name = "sidedesk-hub", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or ctrl-c.
    Serve {
        /// Directory of hub.db and hub.key; made if it is missing.
        #[arg(long)]
        data: PathBuf,
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:7420")]
        listen: SocketAddr,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .init();
    let Command::Serve { data, listen } = Arguments::parse().command;
    let shutdown = CancellationToken::new();
    let signals = asked_to_stop()?;
    let hub = serve(Config { data, listen }, shutdown.clone()).await?;
    announce(hub.addr);
    tokio::spawn(async move {
        signals.await;
        shutdown.cancel();
    });
    hub.stopped().await.context("the hub did not stop cleanly")
}

#[expect(clippy::print_stdout, reason = "whoever started the hub reads its address here")]
fn announce(addr: SocketAddr) {
    println!("listening on ws://{addr}");
}

#[cfg(unix)]
fn asked_to_stop() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be heard")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be heard")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn asked_to_stop() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

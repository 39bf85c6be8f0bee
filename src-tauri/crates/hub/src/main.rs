//! `sidedesk-hub serve`: one line on stdout once it accepts connections, everything else goes to the log on stderr. The
//! other commands print what they did on stdout and end with 1 when something is wrong.
#![expect(clippy::print_stdout, reason = "a program's answers")]

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use sidedesk_hub::backup::{Place, backup, restore, verify};
use sidedesk_hub::{CancellationToken, Certificate, Config, Limits, serve};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use tracing_subscriber::EnvFilter;

/// The relay between the desktops of a board. It orders what it cannot read.
#[derive(Parser)]
#[command(name = "sidedesk-hub", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// How the log on stderr is written. RUST_LOG says how much.
    #[arg(long, value_enum, default_value_t = LogFormat::Text, global = true)]
    log: LogFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// A line for people: time, level, what, then name=value.
    Text,
    /// An object on each line, for programs.
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or ctrl-c.
    Serve(Box<Serve>),
    /// Write a backup, also while the hub serves. hub.key is not in it: keep a copy of that elsewhere.
    Backup {
        #[command(flatten)]
        boards: Boards,
        /// The backup; must not be there yet.
        file: PathBuf,
    },
    /// Verify every board of a backup from its first entry, and print its head.
    VerifyBackup {
        /// The backup.
        file: PathBuf,
    },
    /// Put a backup where there are no boards yet. Then serve with --after-restore.
    Restore {
        /// The backup.
        file: PathBuf,
        #[command(flatten)]
        boards: Boards,
    },
}

#[derive(Args)]
struct Serve {
    /// Directory of hub.key and, without --database-url, hub.db; made if it is missing.
    #[arg(long)]
    data: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:7420")]
    listen: SocketAddr,
    /// Keep the boards in a PostgreSQL, postgres://user@host/name. Any number of hubs with the same hub.key may share it.
    #[arg(long, env = "SIDEDESK_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The boards come from a backup. No op gets a place until the devices have brought back what came after it: every
    /// device of a board came, or a lead declared the head. Kept over restarts; give it once, and to one replica alone.
    #[arg(long)]
    after_restore: bool,
    #[command(flatten)]
    tls: TlsArguments,
    /// Address of a balancer in front of the hub. What it says in X-Forwarded-For is then where a connection comes from,
    /// for the limits of one address. May be given several times.
    #[arg(long, value_name = "ADDRESS")]
    trust_proxy: Vec<IpAddr>,
    #[command(flatten)]
    limits: LimitArguments,
}

/// Without any of these connections are not encrypted.
#[derive(Args)]
struct TlsArguments {
    /// The certificate for wss://, as PEM, with those that vouch for it. Read again when it changes.
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls_self_signed")]
    tls_cert: Option<PathBuf>,
    /// Its private key, as PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A certificate of the hub's own, made once, in hub-tls.pem. Devices know it by the fingerprint in the address that
    /// is printed at the start: share boards with the whole of it.
    #[arg(long)]
    tls_self_signed: bool,
}

impl TlsArguments {
    fn certificate(self) -> Option<Certificate> {
        match (self.tls_cert, self.tls_key) {
            (Some(chain), Some(key)) => Some(Certificate::Files { chain, key }),
            _ => self.tls_self_signed.then_some(Certificate::SelfSigned),
        }
    }
}

#[derive(Args)]
struct LimitArguments {
    /// Connections at once.
    #[arg(long, default_value_t = Limits::default().connections)]
    max_connections: usize,
    /// Connections at once from one address; behind a balancer that is not named with --trust-proxy, from all.
    #[arg(long, default_value_t = Limits::default().connections_per_address)]
    max_connections_per_address: usize,
    /// Connections a minute from one address.
    #[arg(long, default_value_t = Limits::default().arrivals_per_minute)]
    connections_per_minute: u32,
    /// Connections that may come from it at once after a silence.
    #[arg(long, default_value_t = Limits::default().arrivals_at_once)]
    connections_at_once: u32,
    /// Boards.
    #[arg(long, default_value_t = Limits::default().boards)]
    max_boards: i64,
    /// Bytes of one op.
    #[arg(long, default_value_t = Limits::default().entry_len)]
    max_entry_bytes: usize,
    /// Ops a second that a device may send all the time.
    #[arg(long, default_value_t = Limits::default().entries_per_second)]
    entries_per_second: u32,
    /// Ops that it may send at once after a silence.
    #[arg(long, default_value_t = Limits::default().entries_at_once)]
    entries_at_once: u32,
}

/// Where the boards are.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Boards {
    /// Directory of hub.db.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The PostgreSQL.
    #[arg(long, env = "SIDEDESK_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

impl Boards {
    fn place(self) -> Result<Place> {
        match (self.data, self.database_url) {
            (Some(dir), None) => Ok(Place::Directory(dir)),
            (None, Some(url)) => Ok(Place::Server(url)),
            _ => bail!("say where the boards are: --data or --database-url"),
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    log_to_stderr(arguments.log);
    match arguments.command {
        Command::Serve(arguments) => run(*arguments).await,
        Command::Backup { boards, file } => {
            backup(&boards.place()?, &file).await?;
            println!("{} written; hub.key is not in it", file.display());
            Ok(())
        }
        Command::VerifyBackup { file } => verified(&file).await,
        Command::Restore { file, boards } => {
            let copied = restore(&file, &boards.place()?).await?;
            println!("{} boards with {} entries restored", copied.boards, copied.entries);
            println!("put hub.key beside them and serve with --after-restore");
            Ok(())
        }
    }
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

async fn run(arguments: Serve) -> Result<()> {
    let LimitArguments {
        max_connections,
        max_connections_per_address,
        connections_per_minute,
        connections_at_once,
        max_boards,
        max_entry_bytes,
        entries_per_second,
        entries_at_once,
    } = arguments.limits;
    let limits = Limits {
        connections: max_connections,
        connections_per_address: max_connections_per_address,
        arrivals_per_minute: connections_per_minute,
        arrivals_at_once: connections_at_once,
        boards: max_boards,
        entry_len: max_entry_bytes,
        entries_per_second,
        entries_at_once,
        ..Limits::default()
    };
    let config = Config {
        database_url: arguments.database_url,
        after_restore: arguments.after_restore,
        certificate: arguments.tls.certificate(),
        balancers: arguments.trust_proxy,
        limits,
        ..Config::new(arguments.data, arguments.listen)
    };
    let shutdown = CancellationToken::new();
    let signals = asked_to_stop()?;
    let hub = serve(config, shutdown.clone()).await?;
    println!("listening on {}", hub.address());
    tokio::spawn(async move {
        signals.await;
        shutdown.cancel();
    });
    hub.stopped().await.context("the hub did not stop cleanly")
}

async fn verified(file: &std::path::Path) -> Result<()> {
    let boards = verify(file).await?;
    for board in &boards {
        let hash: String = board.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        match &board.problem {
            None => println!("{}: {} entries, head {hash}", board.id, board.n),
            Some(problem) => println!("{}: DAMAGED after {} entries: {problem}", board.id, board.n),
        }
    }
    let damaged = boards.iter().filter(|board| board.problem.is_some()).count();
    if damaged > 0 {
        bail!("{damaged} of {} boards are damaged", boards.len());
    }
    println!("{} boards are good", boards.len());
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}

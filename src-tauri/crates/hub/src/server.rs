//! A hub's beginning and end: opens the data, finds its key, listens, and closes everything in order.

use crate::database::{Database, Postgres, Sqlite, sqlite};
use crate::gate::Gate;
use crate::limits::Limits;
use crate::listen::listen;
use crate::metrics::Metrics;
use crate::pace::Pace;
use crate::replica::{self, Hints, Told};
use crate::room::{Common, Rooms};
use crate::routes::routes;
use crate::snapshots::Snapshots;
use crate::tls::{Certificate, Tls};
use crate::{Error, Result, boards, healed, key};
use sidedesk_protocol::address::{Pin, fingerprint};
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::message::MAX_FRAME_LEN;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Sockets beyond the limit that are told so; any more get a bare refusal, because telling costs a socket too.
const TOLD_BUSY: usize = 64;
/// Sockets beyond the seats: those that are still at the gate, and health checks.
const AT_THE_GATE: usize = 256;
/// Requests on their way when the hub stops get this long.
const STOPPING: Duration = Duration::from_secs(10);

/// Where a hub keeps its data, where it listens, and how much it takes.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its directory, made if missing: the key, and without a database server the database.
    pub data: PathBuf,
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// A PostgreSQL to keep the boards in, `postgres://user@host/name`.
    pub database_url: Option<String>,
    /// The database was restored from a backup: devices bring back what came after it.
    pub after_restore: bool,
    /// What it shows whom it speaks TLS with; `None` for no encryption.
    pub certificate: Option<Certificate>,
    /// Balancers in front of it, whose word about where a connection comes from is believed.
    pub balancers: Vec<IpAddr>,
    /// How much it takes.
    pub limits: Limits,
}

impl Config {
    /// One file in this directory, the usual limits.
    pub fn new(data: impl Into<PathBuf>, listen: SocketAddr) -> Self {
        Self {
            data: data.into(),
            listen,
            database_url: None,
            after_restore: false,
            certificate: None,
            balancers: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// What every session shares.
pub struct Hub {
    pub(crate) database: Arc<Database>,
    pub(crate) rooms: Arc<Rooms>,
    pub(crate) snapshots: Snapshots,
    pub(crate) secret: HubSecret,
    pub(crate) stop: CancellationToken,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
    /// Bytes of frames that may still wait for a writer.
    pub(crate) waiting: Arc<Semaphore>,
    pub(crate) gate: Gate,
    /// Connections of any kind.
    pub(crate) sockets: Arc<Semaphore>,
    /// Conversations.
    pub(crate) seats: Arc<Semaphore>,
    /// Connections that were turned away at the gate and may come in to hear why.
    pub(crate) told_busy: Arc<Semaphore>,
    /// Conversations that only say why there is none.
    pub(crate) telling: Arc<Semaphore>,
    pub(crate) sessions: TaskTracker,
}

impl Hub {
    /// Do other hubs store in the same database?
    pub(crate) fn is_replicated(&self) -> bool {
        self.database.shared().is_some()
    }

    /// For one connection.
    pub(crate) fn pace(&self) -> Pace {
        Pace::new(&self.limits)
    }
}

/// A hub that accepts connections. Dropping this does not stop it: whoever holds the shutdown token does.
#[derive(Debug)]
pub struct RunningHub {
    /// The address it really listens on.
    pub addr: SocketAddr,
    /// Its public key, as boards name it.
    pub hub_key: [u8; 32],
    /// The certificate that devices know it by, when it made it itself.
    pub pin: Option<Pin>,
    encrypted: bool,
    stop: CancellationToken,
    done: JoinHandle<Result<()>>,
}

impl RunningHub {
    /// The address as people share a board to it, with the fingerprint where there is one.
    pub fn address(&self) -> String {
        let scheme = if self.encrypted { "wss" } else { "ws" };
        let mark = self
            .pin
            .map_or_else(String::new, |pin| format!("#{}", fingerprint(&pin)));
        format!("{scheme}://{}{mark}", self.addr)
    }

    /// Asks it to stop and waits until everything is stored and closed.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.stopped().await
    }

    /// Waits until it has stopped.
    pub async fn stopped(self) -> Result<()> {
        let ended = self.done.await;
        ended.unwrap_or_else(|error| Err(Error::io("the hub ended")(std::io::Error::other(error))))
    }
}

/// Opens the data, listens, and serves until `shutdown`.
pub async fn serve(config: Config, shutdown: CancellationToken) -> Result<RunningHub> {
    let (data, listen, limits) = (&config.data, config.listen, config.limits.clone());
    std::fs::create_dir_all(data).map_err(Error::io(format!("{} cannot be made", data.display())))?;
    let database = Arc::new(match &config.database_url {
        Some(url) => Database::Postgres(Postgres::open(url).await?),
        None => {
            let file = sqlite::file(data);
            if key::path(data).exists() && !file.exists() && !config.after_restore {
                return Err(Error::DatabaseLost(file));
            }
            Database::Sqlite(Sqlite::open(data).await?)
        }
    });
    let snapshots = Snapshots::open(data).await?;
    let secret = open_key(&config, &database).await?;
    if config.after_restore {
        begin_healing(&database).await?;
    }
    let hub_key = secret.public();
    let tls = config
        .certificate
        .as_ref()
        .map(|certificate| Tls::open(certificate, data));
    let tls = tls.transpose()?;
    let cannot = format!("cannot listen on {listen}");
    let listener = TcpListener::bind(listen).await.map_err(Error::io(&*cannot))?;
    let addr = listener.local_addr().map_err(Error::io(cannot))?;
    let (hints, told) = Hints::new(&database);
    let metrics = Arc::<Metrics>::default();
    let common = Common {
        database: Arc::clone(&database),
        secret: secret.clone(),
        limits: limits.clone(),
        after_restore: config.after_restore,
        hints,
        metrics: Arc::clone(&metrics),
    };
    let hub = Arc::new(Hub {
        rooms: Arc::new(Rooms::new(common)),
        snapshots,
        database,
        secret,
        stop: shutdown.clone(),
        gate: Gate::new(&limits, &config.balancers, Arc::clone(&metrics)),
        metrics,
        waiting: Arc::new(Semaphore::new(limits.waiting_len.max(MAX_FRAME_LEN))),
        sockets: Arc::new(Semaphore::new(limits.connections.saturating_add(AT_THE_GATE))),
        seats: Arc::new(Semaphore::new(limits.connections)),
        told_busy: Arc::new(Semaphore::new(TOLD_BUSY)),
        telling: Arc::new(Semaphore::new(TOLD_BUSY)),
        limits,
        sessions: TaskTracker::new(),
    });
    let replicated = hub.is_replicated();
    tracing::info!(%addr, data = %data.display(), replicated, "listening");
    if tls.is_none() && !addr.ip().is_loopback() {
        tracing::warn!(
            "connections are not encrypted: texts are sealed all the same, but who talks to this hub, and when, can be seen \
             on the way; see --tls-cert and --tls-self-signed"
        );
    }
    let (pin, encrypted) = (tls.as_ref().and_then(|tls| tls.pin), tls.is_some());
    let done = tokio::spawn(run(hub, listener, tls, told));
    Ok(RunningHub {
        addr,
        hub_key,
        pin,
        encrypted,
        stop: shutdown,
        done,
    })
}

/// The key that the boards trust: the database remembers its public half, so that no replica signs with another one.
async fn open_key(config: &Config, database: &Database) -> Result<HubSecret> {
    let mut reader = database.reader().await?;
    let mut link = reader.link();
    let known = boards::public_key(&mut link).await?;
    let has_boards = known.is_some() || boards::count(&mut link).await? > 0;
    drop(reader);
    let secret = key::open(&config.data, has_boards)?;
    if known.is_none() {
        let mut writing = database.begin().await?;
        boards::put_public_key(&mut writing.link(), &secret.public()).await?;
        writing.commit().await?;
    }
    let mut reader = database.reader().await?;
    if boards::public_key(&mut reader.link()).await? != Some(secret.public()) {
        return Err(Error::AnotherKey(key::path(&config.data)));
    }
    Ok(secret)
}

async fn begin_healing(database: &Database) -> Result<()> {
    let mut writing = database.begin().await?;
    let boards = healed::begin(&mut writing.link()).await?;
    writing.commit().await?;
    tracing::warn!(
        boards,
        "after a restore: no op gets a place until every device of a board came or a lead declares its head"
    );
    Ok(())
}

async fn run(hub: Arc<Hub>, listener: TcpListener, tls: Option<Tls>, told: Told) -> Result<()> {
    let stop = hub.stop.clone();
    let following = tokio::spawn(replica::run(
        Arc::clone(&hub.database),
        Arc::clone(&hub.rooms),
        told,
        stop.clone(),
    ));
    let acceptor = tls.as_ref().map(Tls::acceptor).transpose();
    let fresh = tls.map(|tls| tokio::spawn(tls.keep_fresh(stop.clone())));
    let listened = match acceptor {
        Ok(acceptor) => {
            listen(Arc::clone(&hub), listener, routes(Arc::clone(&hub)), acceptor).await;
            Ok(())
        }
        Err(error) => Err(error),
    };
    hub.stop.cancel();
    hub.sessions.close();
    if timeout(STOPPING, hub.sessions.wait()).await.is_err() {
        tracing::warn!("connections are left that do not end");
    }
    if let Some(fresh) = fresh {
        let _ = fresh.await;
    }
    hub.rooms.close().await;
    let _ = following.await;
    hub.snapshots.close().await;
    hub.database.close().await;
    tracing::info!("stopped");
    listened
}

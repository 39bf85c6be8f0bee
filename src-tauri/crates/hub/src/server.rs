//! The listener: `/` and `/ws` are the conversation, `/healthz` says whether the database answers, `/metrics` what was
//! counted.

use crate::database::{Database, Postgres, Sqlite, sqlite};
use crate::limits::Limits;
use crate::metrics::{Gauges, Metrics};
use crate::replica::{self, Hints, Told};
use crate::room::{Common, Rooms};
use crate::snapshots::Snapshots;
use crate::wire::{self, Goodbye};
use crate::{Error, Result, boards, healed, key, session};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use futures_util::StreamExt as _;
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::message::{DeniedWhy, MAX_FRAME_LEN};
use std::net::SocketAddr;
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
/// Frames are a few hundred bytes; a buffer for each socket of the usual 128 kB would be most of the hub's memory.
const READ_BUFFER_LEN: usize = 8 * 1024;
/// Frames that were handed over together leave together up to here.
const WRITE_BUFFER_LEN: usize = 16 * 1024;
/// A database that does not answer a health check by then is not healthy.
const HEALTHY: Duration = Duration::from_secs(2);
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
    seats: Arc<Semaphore>,
    told_busy: Arc<Semaphore>,
    sessions: TaskTracker,
}

/// A hub that accepts connections. Dropping this does not stop it: whoever holds the shutdown token does.
#[derive(Debug)]
pub struct RunningHub {
    /// The address it really listens on.
    pub addr: SocketAddr,
    /// Its public key, as boards name it.
    pub hub_key: [u8; 32],
    stop: CancellationToken,
    done: JoinHandle<Result<()>>,
}

impl RunningHub {
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
        metrics,
        waiting: Arc::new(Semaphore::new(limits.waiting_len.max(MAX_FRAME_LEN))),
        seats: Arc::new(Semaphore::new(limits.connections)),
        told_busy: Arc::new(Semaphore::new(TOLD_BUSY)),
        limits,
        sessions: TaskTracker::new(),
    });
    let replicated = hub.database.shared().is_some();
    tracing::info!(%addr, data = %data.display(), replicated, "listening");
    let done = tokio::spawn(run(hub, listener, told));
    Ok(RunningHub {
        addr,
        hub_key,
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

async fn run(hub: Arc<Hub>, listener: TcpListener, told: Told) -> Result<()> {
    let routes = Router::new()
        .route("/", get(open))
        .route("/ws", get(open))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .with_state(Arc::clone(&hub));
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a socket keeps its delay");
        }
    });
    let stop = hub.stop.clone();
    let following = tokio::spawn(replica::run(
        Arc::clone(&hub.database),
        Arc::clone(&hub.rooms),
        told,
        stop.clone(),
    ));
    let served = axum::serve(listener, routes).with_graceful_shutdown(stop.clone().cancelled_owned());
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(STOPPING).await;
    };
    let served = tokio::select! {
        served = served => served.map_err(Error::io("the listener failed")),
        () = overdue => Ok(()),
    };
    hub.stop.cancel();
    hub.sessions.close();
    hub.sessions.wait().await;
    hub.rooms.close().await;
    let _ = following.await;
    hub.snapshots.close().await;
    hub.database.close().await;
    tracing::info!("stopped");
    served
}

async fn open(State(hub): State<Arc<Hub>>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_LEN)
        .write_buffer_size(WRITE_BUFFER_LEN)
        .max_frame_size(MAX_FRAME_LEN)
        .max_message_size(MAX_FRAME_LEN);
    let sessions = hub.sessions.clone();
    if let Ok(seat) = Arc::clone(&hub.seats).try_acquire_owned() {
        return upgrade.on_upgrade(move |socket| sessions.track_future(session::run(hub, socket, seat)));
    }
    tracing::warn!("too many connections");
    hub.metrics.turned_away.add(1);
    let sentence = format!("this hub takes {} connections; try again later", hub.limits.connections);
    let Ok(seat) = Arc::clone(&hub.told_busy).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, sentence).into_response();
    };
    upgrade.on_upgrade(move |socket| {
        sessions.track_future(async move {
            let (sink, stream) = socket.split();
            wire::part(sink, stream, Goodbye::Denied(DeniedWhy::Busy, sentence)).await;
            drop(seat);
        })
    })
}

async fn health(State(hub): State<Arc<Hub>>) -> (StatusCode, &'static str) {
    let asked = timeout(HEALTHY, async { hub.database.ping().await }).await;
    match asked {
        Ok(Ok(())) => (StatusCode::OK, "ok"),
        Ok(Err(error)) => {
            tracing::error!(%error, "not healthy");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

async fn metrics(State(hub): State<Arc<Hub>>) -> Response {
    let (boards, jobs) = hub.rooms.queued().await;
    let gauges = Gauges {
        connections: hub.limits.connections.saturating_sub(hub.seats.available_permits()),
        boards,
        jobs,
        waiting_len: hub.limits.waiting_len.saturating_sub(hub.waiting.available_permits()),
    };
    let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    ([kind], hub.metrics.print(gauges)).into_response()
}

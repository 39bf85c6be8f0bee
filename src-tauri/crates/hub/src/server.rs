//! The listener: `/` and `/ws` are the conversation, `/healthz` says whether the database answers.

use crate::database::Database;
use crate::room::Rooms;
use crate::{Error, Result, key, log, session};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::message::MAX_FRAME_LEN;
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

/// Sockets at once. Each may hold a page and a frame, so this many slow readers are 4 GB at the very worst, and a
/// team's hub has a hundredth of them.
const MAX_CONNECTIONS: usize = 1000;
/// A database that does not answer a health check by then is not healthy.
const HEALTHY: Duration = Duration::from_secs(2);
/// Requests on their way when the hub stops get this long.
const STOPPING: Duration = Duration::from_secs(10);

/// Where a hub keeps its data and where it listens.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its directory, made if missing.
    pub data: PathBuf,
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
}

/// What every session shares.
pub struct Hub {
    pub(crate) database: Arc<Database>,
    pub(crate) rooms: Rooms,
    pub(crate) secret: HubSecret,
    pub(crate) stop: CancellationToken,
    seats: Arc<Semaphore>,
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
    let Config { data, listen } = config;
    let database = Arc::new(Database::open(&data).await?);
    let has_boards = log::count_workspaces(&mut *database.reader().await?).await? > 0;
    let secret = key::open(&data, has_boards)?;
    let hub_key = secret.public();
    let cannot = format!("cannot listen on {listen}");
    let listener = TcpListener::bind(listen).await.map_err(Error::io(&*cannot))?;
    let addr = listener.local_addr().map_err(Error::io(cannot))?;
    let hub = Arc::new(Hub {
        rooms: Rooms::new(Arc::clone(&database), secret.clone()),
        database,
        secret,
        stop: shutdown.clone(),
        seats: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
        sessions: TaskTracker::new(),
    });
    tracing::info!(%addr, data = %data.display(), "listening");
    let done = tokio::spawn(run(hub, listener));
    Ok(RunningHub {
        addr,
        hub_key,
        stop: shutdown,
        done,
    })
}

async fn run(hub: Arc<Hub>, listener: TcpListener) -> Result<()> {
    let routes = Router::new()
        .route("/", get(open))
        .route("/ws", get(open))
        .route("/healthz", get(health))
        .with_state(Arc::clone(&hub));
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a socket keeps its delay");
        }
    });
    let stop = hub.stop.clone();
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
    hub.database.close().await;
    tracing::info!("stopped");
    served
}

async fn open(State(hub): State<Arc<Hub>>, upgrade: WebSocketUpgrade) -> Response {
    let Ok(seat) = Arc::clone(&hub.seats).try_acquire_owned() else {
        tracing::warn!("too many connections");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let sessions = hub.sessions.clone();
    upgrade
        .max_frame_size(MAX_FRAME_LEN)
        .max_message_size(MAX_FRAME_LEN)
        .on_upgrade(move |socket| sessions.track_future(session::run(hub, socket, seat)))
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

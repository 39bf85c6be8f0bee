//! `/` and `/ws` are the conversation, `/healthz` says whether the database answers, `/metrics` what was counted.

use crate::metrics::{Gauges, TurnedAway};
use crate::server::Hub;
use crate::session;
use crate::visitor::Visitor;
use crate::wire::{self, Goodbye};
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures_util::StreamExt as _;
use sidedesk_protocol::message::{DeniedWhy, MAX_FRAME_LEN};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Frames are a few hundred bytes; a buffer for each socket of the usual 128 kB would be most of the hub's memory.
const READ_BUFFER_LEN: usize = 8 * 1024;
/// Frames that were handed over together leave together up to here.
const WRITE_BUFFER_LEN: usize = 16 * 1024;
/// A database that does not answer a health check by then is not healthy.
const HEALTHY: Duration = Duration::from_secs(2);

/// What there is.
pub fn routes(hub: Arc<Hub>) -> Router {
    Router::new()
        .route("/", get(open))
        .route("/ws", get(open))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .with_state(hub)
}

async fn open(
    State(hub): State<Arc<Hub>>,
    Extension(visitor): Extension<Arc<Visitor>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_LEN)
        .write_buffer_size(WRITE_BUFFER_LEN)
        .max_frame_size(MAX_FRAME_LEN)
        .max_message_size(MAX_FRAME_LEN);
    let sessions = hub.sessions.clone();
    if let Err(turned) = visitor.come_in(&hub.gate, &headers) {
        return turn_away(&hub, upgrade, turned.sentence);
    }
    if let Ok(seat) = Arc::clone(&hub.seats).try_acquire_owned() {
        return upgrade.on_upgrade(move |socket| sessions.track_future(session::run(hub, socket, visitor, seat)));
    }
    tracing::warn!("too many connections");
    hub.metrics.turned_away(TurnedAway::Full);
    let sentence = format!("this hub takes {} connections; try again later", hub.limits.connections);
    turn_away(&hub, upgrade, sentence)
}

/// Says why, in a conversation where there is room for one: telling costs a socket too.
fn turn_away(hub: &Arc<Hub>, upgrade: WebSocketUpgrade, sentence: String) -> Response {
    let Ok(telling) = Arc::clone(&hub.telling).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, sentence).into_response();
    };
    let sessions = hub.sessions.clone();
    let pace = hub.pace();
    upgrade.on_upgrade(move |socket| {
        sessions.track_future(async move {
            let (sink, stream) = socket.split();
            let stream = wire::Stream::new(stream, pace);
            wire::part(sink, stream, Goodbye::Denied(DeniedWhy::Busy, sentence)).await;
            drop(telling);
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

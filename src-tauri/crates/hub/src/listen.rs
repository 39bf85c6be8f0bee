//! The listener: a socket, perhaps TLS on it, an HTTP head, all within one deadline.
//!
//! Whoever sends a byte a second gets as far as the deadline, with TLS or without; then the session begins, which has a
//! deadline of its own for the greeting ([`crate::door`]).

use crate::metered::Metered;
use crate::metrics::TurnedAway;
use crate::origin::Origin;
use crate::server::Hub;
use crate::visitor::{Standing, Visitor};
use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_rustls::TlsAcceptor;

/// An answer that is under way at the deadline may still end.
const ENDING: Duration = Duration::from_secs(2);
/// A head of ours has half a kilobyte, a balancer adds some more.
const HEAD_LEN: usize = 16 * 1024;
/// Lines of it.
const HEAD_LINES: usize = 64;
/// After an error of `accept`, which says that the system has no more of something.
const BREATH: Duration = Duration::from_millis(100);

/// Takes connections until the hub stops.
pub async fn listen(hub: Arc<Hub>, listener: TcpListener, routes: Router, tls: Option<TlsAcceptor>) {
    loop {
        let accepted = tokio::select! {
            () = hub.stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((socket, peer)) => {
                if let Some(visitor) = at_the_gate(&hub, peer) {
                    let (routes, tls) = (routes.clone(), tls.clone());
                    let hub_ = Arc::clone(&hub);
                    hub.sessions
                        .spawn(visit(hub_, socket, (routes, tls), Arc::new(visitor)));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Who may go on, if only to be told why not. Everybody else is hung up on, which costs nothing.
fn at_the_gate(hub: &Hub, peer: SocketAddr) -> Option<Visitor> {
    let Ok(socket) = Arc::clone(&hub.sockets).try_acquire_owned() else {
        hub.metrics.turned_away(TurnedAway::Full);
        return None;
    };
    if hub.gate.is_balancer(peer.ip()) {
        return Some(Visitor::new(Standing::Balanced, socket));
    }
    let origin = Origin::of(peer.ip());
    match hub.gate.arrive(origin) {
        Ok(_place) => Some(Visitor::new(Standing::Inside { origin, _place }, socket)),
        Err(turned) => {
            let telling = Arc::clone(&hub.told_busy).try_acquire_owned().ok()?;
            Some(Visitor::new(Standing::Turned(turned), telling))
        }
    }
}

async fn visit(hub: Arc<Hub>, socket: TcpStream, (routes, tls): (Router, Option<TlsAcceptor>), visitor: Arc<Visitor>) {
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "a socket keeps its delay");
    }
    let deadline = Instant::now() + hub.limits.handshake;
    let Some(tls) = tls else {
        return converse(&hub, socket, routes, visitor, deadline).await;
    };
    let shaking = tokio::select! {
        () = hub.stop.cancelled() => return,
        shaken = timeout_at(deadline, tls.accept(socket)) => shaken,
    };
    match shaking {
        Ok(Ok(socket)) => converse(&hub, socket, routes, visitor, deadline).await,
        Ok(Err(error)) => {
            tracing::debug!(%error, "no TLS came about");
            hub.metrics.turned_away(TurnedAway::Tls);
        }
        Err(_) => hub.metrics.turned_away(TurnedAway::Slow),
    }
}

/// HTTP, until it has become a conversation, or is over.
async fn converse<S>(hub: &Hub, socket: S, routes: Router, visitor: Arc<Visitor>, deadline: Instant)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let socket = TokioIo::new(Metered::new(socket, Arc::clone(&visitor.proven)));
    let routes = TowerToHyperService::new(routes);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Arc::clone(&visitor));
        routes.call(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(hub.limits.handshake)
        .max_buf_size(HEAD_LEN)
        .max_headers(HEAD_LINES)
        .serve_connection(socket, service)
        .with_upgrades();
    let mut served = std::pin::pin!(served);
    tokio::select! {
        served = served.as_mut() => return ended(hub, served),
        () = hub.stop.cancelled() => {}
        () = sleep_until(deadline) => {}
    }
    served.as_mut().graceful_shutdown();
    match timeout_at(deadline.min(Instant::now()) + ENDING, served).await {
        Ok(served) => ended(hub, served),
        Err(_) => hub.metrics.turned_away(TurnedAway::Slow),
    }
}

fn ended(hub: &Hub, served: hyper::Result<()>) {
    let Err(error) = served else { return };
    tracing::debug!(%error, "a connection ended");
    if error.is_timeout() {
        hub.metrics.turned_away(TurnedAway::Slow);
    } else if error.is_parse() {
        hub.metrics.turned_away(TurnedAway::Nonsense);
    }
}

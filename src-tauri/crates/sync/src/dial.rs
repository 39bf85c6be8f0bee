//! From an address to an open WebSocket: TCP, then TLS where the address says so, then the upgrade.
//!
//! There is no way around a certificate that is not right, and no falling back from `wss://` to `ws://`: whoever wants a
//! connection without encryption types that.

use crate::connect::ConnectError;
use crate::trust::{self, Distrust};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use sidedesk_protocol::address::HubAddress;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::error::{ProtocolError, UrlError};
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::{self, protocol::WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tokio_util::either::Either;

/// With or without TLS.
pub type Line = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// Opens a WebSocket to the hub at this address.
pub async fn dial(address: &HubAddress, config: WebSocketConfig) -> Result<WebSocketStream<Line>, ConnectError> {
    let trusted = match address.is_encrypted() {
        true => Some(trust::client_config(address.pin).map_err(|error| no_tls(&address.url, error))?),
        false => None,
    };
    dial_with(address, trusted, config).await
}

/// The same, with these certificates trusted.
pub async fn dial_with(
    address: &HubAddress,
    trusted: Option<Arc<ClientConfig>>,
    config: WebSocketConfig,
) -> Result<WebSocketStream<Line>, ConnectError> {
    let url = &address.url;
    let unreachable = |source| ConnectError::Unreachable {
        address: url.clone(),
        source: Box::new(source),
    };
    let request = url.as_str().into_client_request().map_err(unreachable)?;
    let (host, port) = host_and_port(&request).map_err(unreachable)?;
    let socket = TcpStream::connect((host.as_str(), port)).await;
    let socket = socket.map_err(|error| unreachable(error.into()))?;
    socket.set_nodelay(true).map_err(|error| unreachable(error.into()))?;
    let line = match trusted {
        Some(trusted) => Either::Right(Box::new(encrypted(address, socket, &host, trusted).await?)),
        None => Either::Left(socket),
    };
    let upgraded = client_async_with_config(request, line, Some(config)).await;
    let (socket, _) = upgraded.map_err(|error| match error {
        // Whoever hears a greeting in the clear where TLS is spoken answers with an alert, which is no HTTP.
        tungstenite::Error::Protocol(ProtocolError::HttparseError(_)) if !address.is_encrypted() => {
            ConnectError::NotPlain(url.clone())
        }
        error => unreachable(error),
    })?;
    Ok(socket)
}

async fn encrypted(
    address: &HubAddress,
    socket: TcpStream,
    host: &str,
    trusted: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let url = &address.url;
    let name = ServerName::try_from(host.to_owned()).map_err(|error| no_tls(url, error))?;
    let shaken = TlsConnector::from(trusted).connect(name, socket).await;
    shaken.map_err(|error| match Distrust::of(url, &error) {
        Some(distrust) => distrust.into(),
        None => no_tls(url, error),
    })
}

fn no_tls(url: &str, why: impl std::fmt::Display) -> ConnectError {
    ConnectError::NoTls {
        address: url.into(),
        why: why.to_string(),
    }
}

/// As the URL says them; an IPv6 address without its brackets.
fn host_and_port(request: &Request) -> Result<(String, u16), tungstenite::Error> {
    let uri = request.uri();
    let host = uri.host().ok_or(UrlError::NoHostName)?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let usual = if uri.scheme_str() == Some("wss") { 443 } else { 80 };
    Ok((host, uri.port_u16().unwrap_or(usual)))
}

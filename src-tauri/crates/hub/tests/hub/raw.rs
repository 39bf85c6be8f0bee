//! Connections of somebody who keeps to no rule: bytes on a socket, TLS by hand, frames of any shape.

use crate::ground::Ground;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use sidedesk_hub::{CancellationToken, Certificate, Config, Limits, RunningHub, serve};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Anything of these tests ends long before.
pub const DEADLINE: Duration = Duration::from_secs(30);
/// As short as a busy machine allows; the real one is ten seconds.
pub const HANDSHAKE: Duration = Duration::from_secs(1);
/// Between the bytes of whoever is slow on purpose.
const DRIP: Duration = Duration::from_millis(100);

/// Limits with a short handshake.
pub fn impatient() -> Limits {
    Limits {
        handshake: HANDSHAKE,
        ..Limits::default()
    }
}

pub async fn hub(ground: &Ground, limits: Limits) -> RunningHub {
    with(Config {
        limits,
        ..ground.config()
    })
    .await
}

/// One with a certificate of its own.
pub async fn encrypted(ground: &Ground, limits: Limits) -> RunningHub {
    let certificate = Some(Certificate::SelfSigned);
    with(Config {
        limits,
        certificate,
        ..ground.config()
    })
    .await
}

pub async fn with(config: Config) -> RunningHub {
    serve(config, CancellationToken::new()).await.unwrap()
}

pub async fn tcp(addr: SocketAddr) -> TcpStream {
    TcpStream::connect(addr).await.unwrap()
}

/// From another address of this computer.
pub async fn tcp_from(from: [u8; 4], addr: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::from(from), 0).into())?;
    socket.connect(addr).await
}

/// TLS as somebody speaks it who believes the certificates in this file, which are for `name`.
pub async fn tls(
    addr: SocketAddr,
    file: &Path,
    name: &'static str,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name).unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, tcp(addr).await)
        .await
}

/// The head of a request that asks for a conversation, with these lines more.
pub fn upgrade_head(more: &str) -> String {
    format!(
        "GET /ws HTTP/1.1\r\nhost: hub\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
}

/// Asks for a conversation; the status that came back.
pub async fn upgrade<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut S, more: &str) -> u16 {
    socket.write_all(upgrade_head(more).as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = timeout(DEADLINE, socket.read_u8()).await.expect("no answer");
        match byte {
            Ok(byte) => head.push(byte),
            Err(_) => return 0,
        }
    }
    let head = String::from_utf8(head).unwrap();
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

/// One frame as a client writes it: `first` is the first byte with its flags, the mask is zeros.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        len @ 0..126 => bytes.push(0x80 | len as u8),
        len @ 126..65_536 => {
            bytes.push(0x80 | 126);
            bytes.extend((len as u16).to_be_bytes());
        }
        len => {
            bytes.push(0x80 | 127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// Sends byte after byte, slowly, until the other side hangs up; how long that took.
pub async fn drip<S: AsyncRead + AsyncWrite + Unpin>(socket: S, bytes: &[u8]) -> Duration {
    let since = Instant::now();
    let (mut reading, mut writing) = tokio::io::split(socket);
    let writing = async {
        for byte in bytes.iter().cycle() {
            if writing.write_all(&[*byte]).await.is_err() || writing.flush().await.is_err() {
                return;
            }
            tokio::time::sleep(DRIP).await;
        }
    };
    let reading = async {
        let mut nothing = Vec::new();
        let _ = reading.read_to_end(&mut nothing).await;
    };
    let ended = async {
        tokio::select! {
            () = writing => {}
            () = reading => {}
        }
    };
    timeout(DEADLINE, ended).await.expect("the hub listens for ever");
    since.elapsed()
}

/// Everything that still comes until the other side hangs up.
pub async fn rest<S: AsyncRead + Unpin>(mut socket: S) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A connection that was cut off ends with an error; what came before is there.
    let _ = timeout(DEADLINE, socket.read_to_end(&mut bytes))
        .await
        .expect("it stays open");
    bytes
}

/// How often the metrics say that somebody was turned away for this.
pub async fn turned_away(addr: SocketAddr, why: &str) -> u64 {
    let page = crate::process::http(addr, "/metrics").await;
    let name = format!("sidedesk_hub_turned_away_total{{why=\"{why}\"}} ");
    let line = page.lines().find_map(|line| line.strip_prefix(&name));
    line.unwrap_or_else(|| panic!("{name}is not in\n{page}"))
        .parse()
        .unwrap()
}

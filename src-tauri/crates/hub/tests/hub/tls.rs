//! TLS at the door: who gets through, who does not, and a certificate that is changed while the hub serves.

use crate::ground::Ground;
use crate::raw::{self, DEADLINE, HANDSHAKE, encrypted, impatient, rest, tcp, upgrade};
use rcgen::{CertificateParams, KeyPair};
use rustls::version::{TLS12, TLS13};
use sha2::{Digest as _, Sha256};
use sidedesk_hub::{Certificate, Config, Limits, RunningHub};
use sidedesk_protocol::address::HubAddress;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

const OWN: &str = "sidedesk-hub";

fn own(ground: &Ground) -> PathBuf {
    ground.dir().join("hub-tls.pem")
}

/// A certificate for `localhost` and its key, in files of this name.
fn write_pair(dir: &Path, name: &str) -> (PathBuf, PathBuf) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let (chain_file, key_file) = (dir.join(format!("{name}.crt")), dir.join(format!("{name}.key")));
    std::fs::write(&chain_file, params.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    (chain_file, key_file)
}

/// The certificate that it shows now.
async fn shown(addr: SocketAddr, trusted: &Path) -> std::io::Result<TlsStream<TcpStream>> {
    raw::tls(addr, trusted, "localhost", &[&TLS13]).await
}

async fn talks(socket: &mut TlsStream<TcpStream>) -> bool {
    upgrade(socket, "").await == 101
}

/// A hub with a certificate of its own prints its fingerprint, and shows the same certificate after a restart.
#[tokio::test]
async fn a_certificate_of_its_own_stays_and_its_fingerprint_is_in_the_address() {
    let ground = Ground::sqlite();
    let hub = encrypted(&ground, impatient()).await;
    let address = hub.address();
    let pin = HubAddress::parse(&address).unwrap().pin.unwrap();
    let mut socket = raw::tls(hub.addr, &own(&ground), OWN, &[&TLS13]).await.unwrap();
    let certificate = socket.get_ref().1.peer_certificates().unwrap()[0].clone();
    assert_eq!(pin, <[u8; 32]>::from(Sha256::digest(&certificate)));
    assert!(talks(&mut socket).await);
    hub.stop().await.unwrap();
    let again = encrypted(&ground, impatient()).await;
    assert_eq!(HubAddress::parse(&again.address()).unwrap().pin, Some(pin));
}

/// Health and metrics are at the same port, over TLS like everything else there.
#[tokio::test]
async fn health_and_metrics_are_read_over_tls() {
    let ground = Ground::sqlite();
    let hub = encrypted(&ground, impatient()).await;
    for (path, expected) in [
        ("/healthz", "ok"),
        ("/metrics", "sidedesk_hub_turned_away_total{why=\"tls\"} 0"),
    ] {
        let mut socket = raw::tls(hub.addr, &own(&ground), OWN, &[&TLS13]).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let said = String::from_utf8(rest(socket).await).unwrap();
        assert!(said.starts_with("HTTP/1.1 200") && said.contains(expected), "{said}");
    }
}

/// Whoever speaks in the clear at a TLS port hears nothing of the hub, and nobody else notices.
#[tokio::test]
async fn plain_http_at_a_tls_port_is_hung_up_on() {
    let ground = Ground::sqlite();
    let hub = encrypted(&ground, impatient()).await;
    let mut plain = tcp(hub.addr).await;
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: hub\r\n\r\n")
        .await
        .unwrap();
    let said = rest(plain).await;
    assert!(!String::from_utf8_lossy(&said).contains("HTTP"), "{said:?}");
    let mut other = raw::tls(hub.addr, &own(&ground), OWN, &[&TLS13]).await.unwrap();
    assert!(talks(&mut other).await);
}

/// A client that knows only an older TLS is refused: there is no talking the hub down.
#[tokio::test]
async fn an_older_version_of_tls_is_refused() {
    let ground = Ground::sqlite();
    let hub = encrypted(&ground, impatient()).await;
    let refused = raw::tls(hub.addr, &own(&ground), OWN, &[&TLS12]).await.unwrap_err();
    assert!(refused.to_string().contains("ProtocolVersion"), "{refused}");
    let mut newer = raw::tls(hub.addr, &own(&ground), OWN, &[&TLS12, &TLS13]).await.unwrap();
    assert!(talks(&mut newer).await);
}

/// A client that begins a handshake and sends a byte now and then is hung up on within the deadline.
#[tokio::test]
async fn a_handshake_that_drips_is_over_at_the_deadline() {
    let ground = Ground::sqlite();
    let hub = encrypted(&ground, impatient()).await;
    // A record that says it has 512 bytes of a first hello.
    let hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
    let took = raw::drip(tcp(hub.addr).await, &hello).await;
    assert!(took >= HANDSHAKE && took < HANDSHAKE * 5, "{took:?}");
    let silent = Instant::now();
    rest(tcp(hub.addr).await).await;
    assert!(
        silent.elapsed() < HANDSHAKE * 5,
        "saying nothing at all: {:?}",
        silent.elapsed()
    );
}

/// What looks like TLS and is not ends the connection, not the hub.
#[tokio::test]
async fn broken_handshakes_harm_nobody() {
    let ground = Ground::sqlite();
    let hub = encrypted(&ground, impatient()).await;
    for bytes in [
        vec![0x16, 3, 1, 0xff, 0xff],
        vec![0x16, 3, 1, 0, 4, 1, 0, 0, 0],
        vec![0x15, 3, 3, 0, 2, 2, 40],
        vec![0x17; 3000],
        vec![0; 3000],
    ] {
        let mut socket = tcp(hub.addr).await;
        let _ = socket.write_all(&bytes).await;
        rest(socket).await;
    }
    let mut other = raw::tls(hub.addr, &own(&ground), OWN, &[&TLS13]).await.unwrap();
    assert!(talks(&mut other).await);
}

async fn with_files(ground: &Ground, chain: &Path, key: &Path) -> RunningHub {
    let certificate = Certificate::Files {
        chain: chain.into(),
        key: key.into(),
    };
    let config = Config {
        certificate: Some(certificate),
        ..ground.config()
    };
    raw::with(config).await
}

async fn until_it_shows(addr: SocketAddr, trusted: &Path) -> TlsStream<TcpStream> {
    let end = Instant::now() + DEADLINE;
    loop {
        match shown(addr, trusted).await {
            Ok(socket) => return socket,
            Err(error) => assert!(Instant::now() < end, "the new certificate is not shown: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A certificate that was renewed is shown to whoever comes next; who is connected stays connected.
#[tokio::test]
async fn a_renewed_certificate_is_taken_and_nobody_is_cut_off() {
    let (ground, files) = (Ground::sqlite(), tempfile::tempdir().unwrap());
    let (chain, key) = write_pair(files.path(), "now");
    let (old_trusted, (next_chain, next_key)) = (files.path().join("old"), write_pair(files.path(), "next"));
    std::fs::copy(&chain, &old_trusted).unwrap();
    let hub = with_files(&ground, &chain, &key).await;
    assert!(
        hub.address().starts_with("wss://") && hub.pin.is_none(),
        "{}",
        hub.address()
    );
    let mut open = shown(hub.addr, &chain).await.unwrap();
    std::fs::copy(&next_chain, &chain).unwrap();
    std::fs::copy(&next_key, &key).unwrap();
    let mut newer = until_it_shows(hub.addr, &next_chain).await;
    assert!(talks(&mut newer).await);
    assert!(shown(hub.addr, &old_trusted).await.is_err(), "the old one is gone");
    assert!(talks(&mut open).await, "whoever was connected still is");
}

/// A new pair that does not belong together, or is no certificate, changes nothing.
#[tokio::test]
async fn a_broken_pair_leaves_the_certificate_before_it_in_use() {
    let (ground, files) = (Ground::sqlite(), tempfile::tempdir().unwrap());
    let (chain, key) = write_pair(files.path(), "now");
    let (trusted, (next_chain, next_key)) = (files.path().join("old"), write_pair(files.path(), "next"));
    std::fs::copy(&chain, &trusted).unwrap();
    let hub = with_files(&ground, &chain, &key).await;
    for broken in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        std::fs::write(&chain, broken).unwrap();
        tokio::time::sleep(Duration::from_secs(3)).await;
        shown(hub.addr, &trusted).await.unwrap();
    }
    std::fs::copy(&next_chain, &chain).unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    shown(hub.addr, &trusted)
        .await
        .expect("certificate and key do not belong together");
    std::fs::copy(&next_key, &key).unwrap();
    until_it_shows(hub.addr, &next_chain).await;
}

/// A hub whose certificate cannot be read does not start, and says which file.
#[tokio::test]
async fn a_hub_without_its_certificate_does_not_start() {
    let ground = Ground::sqlite();
    let missing = ground.dir().join("missing.pem");
    let certificate = Certificate::Files {
        chain: missing.clone(),
        key: missing,
    };
    let config = Config {
        certificate: Some(certificate),
        ..ground.config()
    };
    let started = sidedesk_hub::serve(config, sidedesk_hub::CancellationToken::new()).await;
    let sentence = started.err().unwrap().to_string();
    assert!(sentence.contains("missing.pem"), "{sentence}");
}

/// A thousand devices of one address come back at once and all get through, with the usual limits.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_devices_at_once_get_through() {
    let ground = Ground::sqlite();
    // Both sides of each of them work on this machine, perhaps beside other tests; how long that takes is not asked here.
    let handshake = DEADLINE;
    let hub = encrypted(
        &ground,
        Limits {
            handshake,
            ..Limits::default()
        },
    )
    .await;
    let (addr, file, since) = (hub.addr, own(&ground), Instant::now());
    let knock = |_| {
        let file = file.clone();
        tokio::spawn(async move {
            let mut socket = raw::tls(addr, &file, OWN, &[&TLS13]).await?;
            let status = upgrade(&mut socket, "").await;
            Ok::<_, std::io::Error>((status, socket))
        })
    };
    let knocking: Vec<_> = (0..1000).map(knock).collect();
    let mut inside = Vec::new();
    for knocked in knocking {
        let (status, socket) = knocked.await.unwrap().unwrap();
        assert_eq!(status, 101);
        inside.push(socket);
    }
    println!("1000 over TLS at once: {:?}", since.elapsed());
}

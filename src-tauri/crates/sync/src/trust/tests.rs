//! Real sockets, real certificates: what a device believes, and its sentence for each one that it does not.

use super::*;
use crate::connect::ConnectError;
use crate::dial::{dial, dial_with};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use sidedesk_protocol::address::HubAddress;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// An authority that this computer does not know.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

/// A certificate with its key.
struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let issuer = Issuer::new(params, key);
        Self { issuer, certificate }
    }

    /// A certificate for this name, valid from the first of January of one year until that of another.
    fn issue(&self, name: &str, (from, until): (i32, i32)) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        Identity { certificate, key }
    }

    /// As the operating system would believe it.
    fn trusted(&self) -> Arc<ClientConfig> {
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new_with_extra_roots([self.certificate.clone()], Arc::clone(&provider)).unwrap();
        config_with(Arc::new(verifier), provider).unwrap()
    }
}

impl Identity {
    fn pin(&self) -> Pin {
        Sha256::digest(&self.certificate).into()
    }

    /// A server that shows it and opens WebSockets.
    async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der()).into();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                if let Ok(socket) = acceptor.accept(socket).await {
                    let _ = tokio_tungstenite::accept_async(socket).await;
                }
            }
        });
        addr
    }
}

const NOW_VALID: (i32, i32) = (2020, 2090);

fn at(addr: SocketAddr, pin: Option<Pin>) -> HubAddress {
    let url = format!("wss://localhost:{}", addr.port());
    HubAddress { url, pin }
}

async fn error(address: &HubAddress, trusted: Option<Arc<ClientConfig>>) -> ConnectError {
    let config = WebSocketConfig::default();
    let dialled = match trusted {
        Some(trusted) => dial_with(address, Some(trusted), config).await,
        None => dial(address, config).await,
    };
    dialled.expect_err("it was believed")
}

#[tokio::test]
async fn what_somebody_trusted_vouches_for_is_believed() {
    let authority = Authority::new();
    let addr = authority.issue("localhost", NOW_VALID).serve().await;
    let config = WebSocketConfig::default();
    dial_with(&at(addr, None), Some(authority.trusted()), config)
        .await
        .unwrap();
}

/// A wrong clock, a wrong name, a stranger and a changed pin are four different sentences.
#[tokio::test]
async fn each_certificate_that_is_not_right_has_its_own_sentence() {
    let authority = Authority::new();
    let trusted = authority.trusted();
    let mut said = Vec::new();
    for (identity, parts) in [
        (
            authority.issue("localhost", (2088, 2090)),
            [
                "not valid yet: it begins 2088-01-01 00:00 UTC",
                "Set the clock if it is wrong",
            ],
        ),
        (
            authority.issue("localhost", (2020, 2021)),
            [
                "no longer valid: it ended 2021-01-01 00:00 UTC",
                "the clock of this computer says 20",
            ],
        ),
        (
            authority.issue("hub.example.com", NOW_VALID),
            ["is for hub.example.com, not for this name", "ask whoever runs the hub"],
        ),
    ] {
        let error = error(&at(identity.serve().await, None), Some(Arc::clone(&trusted))).await;
        assert!(error.is_for_a_person(), "{error}");
        said.push((error.to_string(), parts));
    }
    let stranger = authority.issue("localhost", NOW_VALID);
    let unknown = error(&at(stranger.serve().await, None), None).await;
    let parts = ["nobody whom this computer trusts vouches", "with its fingerprint"];
    said.push((unknown.to_string(), parts));
    let changed = error(&at(stranger.serve().await, Some([7; 32])), None).await;
    let parts = [
        "another certificate than the invitation named",
        "do not go on unless they say",
    ];
    said.push((changed.to_string(), parts));
    assert!(changed.to_string().contains(&fingerprint(&stranger.pin())), "{changed}");
    for (sentence, parts) in &said {
        assert!(parts.iter().all(|part| sentence.contains(part)), "{sentence}");
        assert!(sentence.contains("localhost:"), "it names the hub: {sentence}");
        let alike = said
            .iter()
            .filter(|(other, _)| parts.iter().all(|part| other.contains(part)))
            .count();
        assert_eq!(alike, 1, "{sentence}");
    }
}

/// The pin is all that counts: neither the name, nor the dates, nor who vouches for it.
#[tokio::test]
async fn the_certificate_that_the_address_names_is_believed_whatever_is_in_it() {
    let identity = Authority::new().issue("somewhere.else.example", (1980, 1981));
    let addr = identity.serve().await;
    dial(&at(addr, Some(identity.pin())), WebSocketConfig::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn no_tls_where_it_was_asked_for_and_tls_where_it_was_not_are_said() {
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = plain.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = plain.accept().await {
            let _ = tokio_tungstenite::accept_async(socket).await;
        }
    });
    let sentence = error(&at(addr, Some([7; 32])), None).await.to_string();
    assert!(
        sentence.contains("no encrypted connection") && sentence.contains("ws://"),
        "{sentence}"
    );

    let addr = Authority::new().issue("localhost", NOW_VALID).serve().await;
    let address = HubAddress::parse(&format!("ws://{addr}")).unwrap();
    let sentence = error(&address, None).await.to_string();
    assert!(sentence.contains("begins with wss://"), "{sentence}");
}

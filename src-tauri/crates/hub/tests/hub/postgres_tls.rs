//! A PostgreSQL on another computer: its certificate is verified, or there is no encryption because the address says so.

use crate::ground::Ground;
use crate::postgres::Server;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sidedesk_hub::{CancellationToken, Config, serve};
use std::path::Path;

/// An authority, and the certificate and key that it gave a server.
fn issued(name: &str) -> (String, String, String) {
    let authority = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = params.self_signed(&authority).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let issuer = Issuer::new(params, authority);
    let server = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let chain = server.signed_by(&key, &issuer).unwrap().pem();
    (root, chain, key.serialize_pem())
}

fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

/// Starts a hub on this database; why it did not, if it did not.
async fn hub_on(url: &str) -> Result<(), String> {
    let ground = Ground::sqlite();
    let config = Config {
        database_url: Some(url.to_owned()),
        ..ground.config()
    };
    let hub = serve(config, CancellationToken::new()).await;
    let hub = hub.map_err(|error| error.to_string())?;
    hub.stop().await.map_err(|error| error.to_string())
}

/// The server's certificate is looked at: who vouches for it, and for which name.
#[tokio::test]
async fn a_server_whose_certificate_is_not_right_gets_nothing() {
    let (root, chain, key) = issued("localhost");
    let (stranger, _, _) = issued("localhost");
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, pem: &str| {
        std::fs::write(files.path().join(name), pem).unwrap();
        files.path().join(name)
    };
    let (root, stranger) = (write("root.pem", &root), write("stranger.pem", &stranger));
    let port = free_port();
    let server = Server::encrypted(port, &chain, &key);
    assert!(server.psql("postgres", "create database boards").status.success());
    let url = |host: &str, trusted: &Path| {
        let trusted = trusted.display();
        format!("postgres://sidedesk@{host}:{port}/boards?sslmode=verify-full&sslrootcert={trusted}")
    };
    let refused = hub_on(&url("localhost", &stranger)).await.unwrap_err();
    assert!(refused.contains("invalid peer certificate"), "{refused}");
    let refused = hub_on(&url("127.0.0.1", &root)).await.unwrap_err();
    assert!(refused.contains("not valid for name"), "{refused}");
    // The tables are there only after somebody was let in.
    let tables = || {
        server
            .psql("boards", "select count(*) from sidedesk_hub.schema_version")
            .status
    };
    assert!(!tables().success());
    hub_on(&url("localhost", &root)).await.unwrap();
    assert!(tables().success());
}

/// Modes that encrypt and look at no certificate keep nobody out, and are refused in words.
#[tokio::test]
async fn encryption_that_looks_at_nothing_is_refused() {
    for mode in ["require", "allow"] {
        let refused = hub_on(&format!("postgres://sidedesk@db.example.com/boards?sslmode={mode}")).await;
        let sentence = refused.unwrap_err();
        assert!(
            sentence.contains("verify-full") && sentence.contains("sslmode=disable"),
            "{sentence}"
        );
    }
}

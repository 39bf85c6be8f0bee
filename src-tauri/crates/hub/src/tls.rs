//! TLS at the door: a certificate from files, read again when they change, or one that the hub made for itself.
//!
//! ```text
//! --tls-cert FILE --tls-key FILE   looked at every few seconds; a pair that is not good is said in the log, and the
//!                                  one before it stays; open connections go on as they are
//! --tls-self-signed                made once, in hub-tls.pem; devices know it by its fingerprint, not by a name
//! ```
//!
//! TLS 1.3 alone: whoever connects is a device of ours, a balancer, or somebody who reads the metrics. The cryptography is
//! ring's: it builds wherever SQLite builds, while aws-lc wants CMake, and on Windows an assembler, of everybody who
//! builds Sidedesk.

use crate::{Error, Result, self_signed};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use sidedesk_protocol::address::{Pin, fingerprint};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// Between two looks at the files; whoever renews a certificate does so days before the old one ends.
const LOOK: Duration = Duration::from_secs(2);

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Certificate {
    /// PEM files: the certificate with those that vouch for it, and its key.
    Files {
        /// The chain, the hub's own certificate first.
        chain: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// Made once, in the hub's directory.
    SelfSigned,
}

/// TLS as the listener needs it.
#[derive(Debug)]
pub struct Tls {
    current: Arc<Current>,
    files: Option<Watched>,
    /// What devices know a self-signed certificate by.
    pub pin: Option<Pin>,
}

/// The files, and what was in them when they were last read.
#[derive(Debug)]
struct Watched {
    chain: PathBuf,
    key: PathBuf,
    seen: Pair,
}

#[derive(Debug)]
struct Current {
    key: RwLock<Arc<CertifiedKey>>,
    provider: Arc<CryptoProvider>,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.key.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Reads or makes the certificate.
    pub fn open(certificate: &Certificate, data: &Path) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let pems = match certificate {
            Certificate::Files { chain, key } => (read(chain)?, read(key)?),
            Certificate::SelfSigned => {
                let pem = self_signed::open(data)?;
                (pem.clone(), pem)
            }
        };
        let key = certified(&pems.0, &pems.1, &provider).map_err(Error::Certificate)?;
        let own = key.cert.first().map(|cert| Pin::from(Sha256::digest(cert)));
        let own = own.ok_or_else(|| Error::Certificate("there is no certificate".into()))?;
        tracing::info!(
            fingerprint = fingerprint(&own),
            sha256 = colons(&own),
            "the hub's certificate"
        );
        let key = RwLock::new(Arc::new(key));
        let files = match certificate {
            Certificate::Files { chain, key } => Some(Watched {
                chain: chain.clone(),
                key: key.clone(),
                seen: Ok(pems),
            }),
            Certificate::SelfSigned => None,
        };
        Ok(Self {
            current: Arc::new(Current { key, provider }),
            pin: files.is_none().then_some(own),
            files,
        })
    }

    /// What shakes hands.
    pub fn acceptor(&self) -> Result<TlsAcceptor> {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.current.provider));
        let builder = builder.with_protocol_versions(&[&rustls::version::TLS13]);
        let builder = builder.map_err(|error| Error::Certificate(error.to_string()))?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::clone(&self.current) as _;
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Devices stay connected for hours: nothing is kept for a shorter second handshake.
        config.send_tls13_tickets = 0;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Looks at the files until it is stopped.
    pub async fn keep_fresh(self, stop: CancellationToken) {
        let Some(Watched { chain, key, mut seen }) = self.files else {
            return;
        };
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let found = pair(&chain, &key).await;
            if found == seen {
                continue;
            }
            self.current.take(&found);
            seen = found;
        }
    }
}

/// Both files as they are, or why one of them cannot be read.
type Pair = std::result::Result<(Vec<u8>, Vec<u8>), String>;

async fn pair(chain: &Path, key: &Path) -> Pair {
    let one = async |path: &Path| {
        let bytes = tokio::fs::read(path).await;
        bytes.map_err(|error| format!("{}: {error}", path.display()))
    };
    Ok((one(chain).await?, one(key).await?))
}

impl Current {
    fn take(&self, found: &Pair) {
        let loaded = match found {
            Ok((chain, key)) => certified(chain, key, &self.provider),
            Err(why) => Err(why.clone()),
        };
        match loaded {
            Ok(key) => {
                let own = key.cert.first().map(|cert| fingerprint(&Sha256::digest(cert).into()));
                tracing::info!(fingerprint = own, "the new certificate is in use");
                *self.key.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
            }
            // Between writing the one file and the other this is usual, and the next look finds both.
            Err(why) => tracing::warn!(
                why,
                "the new certificate cannot be used; the one before it stays in use"
            ),
        }
    }
}

/// A certificate with the key that belongs to it.
fn certified(chain: &[u8], key: &[u8], provider: &CryptoProvider) -> std::result::Result<CertifiedKey, String> {
    let chain: std::result::Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(chain).collect();
    let chain = chain.map_err(|error| format!("the certificate is not PEM: {error}"))?;
    if chain.is_empty() {
        return Err("there is no certificate in the file".into());
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| format!("the key is not PEM: {error}"))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| format!("certificate and key: {error}"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(Error::io(format!("{} cannot be read", path.display())))
}

/// As other tools print it.
fn colons(pin: &Pin) -> String {
    pin.map(|byte| format!("{byte:02X}")).join(":")
}

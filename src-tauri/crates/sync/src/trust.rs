//! Which certificate of a hub a device believes, and what it says about one that it does not.
//!
//! - An address with a fingerprint: exactly that certificate, whatever name and dates are in it. The fingerprint came with
//!   the invitation, so nobody's clock and nobody's list of authorities matters.
//! - Any other `wss://` address: whatever the operating system believes.
//!
//! What is absent: trust on first use, and any way to go on with a certificate that is not right.

use crate::connect::host_of;
use chrono::{DateTime, Utc};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, OtherError, SignatureScheme};
use rustls_platform_verifier::Verifier;
use sha2::{Digest as _, Sha256};
use sidedesk_protocol::address::{Pin, fingerprint};
use std::sync::Arc;

/// What TLS is spoken with.
pub fn client_config(pin: Option<Pin>) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match pin {
        Some(pin) => Arc::new(Pinned {
            pin,
            provider: Arc::clone(&provider),
        }),
        None => Arc::new(Verifier::new(Arc::clone(&provider))?),
    };
    config_with(verifier, provider)
}

/// The same with a verifier of one's own, for tests that are their own authority.
pub fn config_with(
    verifier: Arc<dyn ServerCertVerifier>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Takes one certificate and no other.
#[derive(Debug)]
struct Pinned {
    pin: Pin,
    provider: Arc<CryptoProvider>,
}

/// The certificate that came instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("another certificate than the address names")]
struct NotThePin {
    expected: Pin,
    found: Pin,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let (expected, found) = (self.pin, Pin::from(Sha256::digest(end_entity)));
        if found == expected {
            return Ok(ServerCertVerified::assertion());
        }
        let why = OtherError(Arc::new(NotThePin { expected, found }));
        Err(CertificateError::Other(why).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Why a hub's certificate is not believed. Each is a case for a person: waiting does not mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// Its time has not come.
    #[error(
        "the certificate of the hub at {host} is not valid yet{}, and the clock of this computer says {now}. Set the clock \
         if it is wrong; else ask whoever runs the hub",
        from.as_ref().map_or_else(String::new, |from| format!(": it begins {from}"))
    )]
    NotYet {
        /// Which hub.
        host: String,
        /// From when on it is valid, where the system says so.
        from: Option<String>,
        /// This computer's time.
        now: String,
    },
    /// Its time is over.
    #[error(
        "the certificate of the hub at {host} is no longer valid{}, and the clock of this computer says {now}. Set the \
         clock if it is wrong; else whoever runs the hub has to renew the certificate",
        until.as_ref().map_or_else(String::new, |until| format!(": it ended {until}"))
    )]
    Expired {
        /// Which hub.
        host: String,
        /// Until when it was valid, where the system says so.
        until: Option<String>,
        /// This computer's time.
        now: String,
    },
    /// It is somebody else's.
    #[error(
        "the certificate at {host} is for {}. Use the name that it is for, or ask whoever runs the hub",
        if names.is_empty() { "another name".to_owned() } else { format!("{}, not for this name", names.join(" and ")) }
    )]
    AnotherName {
        /// Which hub.
        host: String,
        /// The names in it, where the system says so.
        names: Vec<String>,
    },
    /// Nobody vouches for it.
    #[error(
        "nobody whom this computer trusts vouches for the certificate of the hub at {host}. If the hub made it itself, use \
         the whole address that it printed, with its fingerprint (#sha256-…)"
    )]
    UnknownIssuer {
        /// Which hub.
        host: String,
    },
    /// Not the one that the invitation named.
    #[error(
        "the hub at {host} shows another certificate than the invitation named: {found} instead of {expected}. Somebody may \
         be in between. Ask whoever runs the hub, and do not go on unless they say that they changed it; they then give you \
         the new address"
    )]
    AnotherPin {
        /// Which hub.
        host: String,
        /// The fingerprint that was named.
        expected: String,
        /// The fingerprint that was shown.
        found: String,
    },
    /// Anything else that is wrong with it.
    #[error("the certificate of the hub at {host} is not usable ({why}); ask whoever runs the hub")]
    Unusable {
        /// Which hub.
        host: String,
        /// As TLS says it.
        why: String,
    },
}

impl Distrust {
    /// What a failed handshake says about the certificate; `None` when it failed for another reason.
    pub fn of(url: &str, error: &std::io::Error) -> Option<Self> {
        let failed = error.get_ref()?.downcast_ref::<rustls::Error>()?;
        let rustls::Error::InvalidCertificate(why) = failed else {
            return None;
        };
        Some(Self::because(host_of(url), why))
    }

    fn because(host: String, why: &CertificateError) -> Self {
        match why {
            CertificateError::NotValidYetContext { time, not_before } => Self::NotYet {
                host,
                from: Some(moment(*not_before)),
                now: moment(*time),
            },
            CertificateError::NotValidYet => Self::NotYet {
                host,
                from: None,
                now: moment(UnixTime::now()),
            },
            CertificateError::ExpiredContext { time, not_after } => Self::Expired {
                host,
                until: Some(moment(*not_after)),
                now: moment(*time),
            },
            CertificateError::Expired => Self::Expired {
                host,
                until: None,
                now: moment(UnixTime::now()),
            },
            CertificateError::NotValidForNameContext { presented, .. } => Self::AnotherName {
                host,
                names: presented.iter().map(|name| bare(name)).collect(),
            },
            CertificateError::NotValidForName => Self::AnotherName {
                host,
                names: Vec::new(),
            },
            CertificateError::UnknownIssuer => Self::UnknownIssuer { host },
            CertificateError::Other(other) => match other.0.downcast_ref::<NotThePin>() {
                Some(pins) => Self::AnotherPin {
                    host,
                    expected: fingerprint(&pins.expected),
                    found: fingerprint(&pins.found),
                },
                None => Self::unusable(host, why),
            },
            why => Self::unusable(host, why),
        }
    }

    fn unusable(host: String, why: &CertificateError) -> Self {
        let why = why.to_string();
        Self::Unusable { host, why }
    }
}

/// `2026-11-22 10:42 UTC`.
fn moment(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match DateTime::<Utc>::from_timestamp(seconds, 0) {
        Some(time) => time.format("%Y-%m-%d %H:%M UTC").to_string(),
        None => format!("{seconds} s after 1970"),
    }
}

/// TLS names a name with its kind: `DnsName("hub.example.com")`, `IpAddress(10.0.0.1)`.
fn bare(name: &str) -> String {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests;

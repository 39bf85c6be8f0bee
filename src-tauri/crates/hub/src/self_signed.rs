//! A certificate that the hub makes for itself: key and certificate in `hub-tls.pem`, made once, for its owner only.
//!
//! Nobody vouches for it, so devices know it by its fingerprint alone, and it has no end: a date would only be a day on
//! which every device of every board stands outside. One file holds both halves, so there is never one without the other.

use crate::{Error, Result, key};
use rcgen::{CertificateParams, DnType, KeyPair};
use std::io::ErrorKind;
use std::path::Path;

const FILE: &str = "hub-tls.pem";
/// It names no host: the fingerprint is what counts, whatever address the hub has today.
const NAME: &str = "sidedesk-hub";

/// Reads it, or makes it.
pub fn open(dir: &Path) -> Result<Vec<u8>> {
    let path = dir.join(FILE);
    match std::fs::read(&path) {
        Ok(pem) => Ok(pem),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let pem = make().map_err(|error| Error::Certificate(error.to_string()))?;
            tracing::warn!(
                file = %path.display(),
                "a new certificate was made; keep a copy: devices that know another one's fingerprint do not connect"
            );
            key::write_once(dir, &path, pem.as_bytes())
        }
        Err(source) => Err(Error::io(format!("{} cannot be read", path.display()))(source)),
    }
}

fn make() -> std::result::Result<String, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![NAME.to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, NAME);
    Ok(params.self_signed(&key)?.pem() + &key.serialize_pem())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let made = open(dir.path()).unwrap();
        assert_eq!(open(dir.path()).unwrap(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

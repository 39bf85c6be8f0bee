//! The hub's signing key: 32 random bytes in `hub.key`, made once, readable by its owner only.
//!
//! It is a file of its own and not a row, so that a copy of the database is no copy of the hub. Boards name this key in
//! their history: a key that disappeared is an error and never replaced silently.

use crate::{Error, Result};
use sidedesk_protocol::keys::HubSecret;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

const FILE: &str = "hub.key";

/// Where it lies.
pub fn path(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Reads the key, or makes it when no board can know one yet.
pub fn open(dir: &Path, has_boards: bool) -> Result<HubSecret> {
    let path = path(dir);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| Error::KeyDamaged(path))?;
            Ok(HubSecret::from_bytes(&bytes))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && has_boards => Err(Error::KeyMissing(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => make(dir, &path),
        Err(source) => Err(Error::io(format!("{} cannot be read", path.display()))(source)),
    }
}

fn make(dir: &Path, path: &Path) -> Result<HubSecret> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Error::Random)?;
    let kept = write_once(dir, path, &bytes)?;
    let kept = <[u8; 32]>::try_from(kept).map_err(|_| Error::KeyDamaged(path.into()))?;
    Ok(HubSecret::from_bytes(&kept))
}

/// Writes a secret, whole or not at all: written beside, flushed, linked to its name, and the directory flushed. What is
/// there afterwards comes back: two replicas that start at once share what the quicker one made.
pub fn write_once(dir: &Path, path: &Path, bytes: &[u8]) -> Result<Vec<u8>> {
    let draft = path.with_extension(format!("draft.{}", std::process::id()));
    let write = || -> std::io::Result<()> {
        let _ = std::fs::remove_file(&draft);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        // Fails where there is one by now.
        let linked = std::fs::hard_link(&draft, path);
        std::fs::remove_file(&draft)?;
        linked?;
        flush_directory(dir)
    };
    match write() {
        Ok(()) => Ok(bytes.to_vec()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            std::fs::read(path).map_err(Error::io(format!("{} cannot be read", path.display())))
        }
        Err(error) => Err(Error::io(format!("{} cannot be written", path.display()))(error)),
    }
}

fn flush_directory(dir: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stays_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let made = open(dir.path(), false).unwrap().public();
        assert_eq!(open(dir.path(), true).unwrap().public(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_lost_or_damaged_key_is_said_and_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(open(dir.path(), true), Err(Error::KeyMissing(_))));
        std::fs::write(dir.path().join(FILE), b"short").unwrap();
        assert!(matches!(open(dir.path(), false), Err(Error::KeyDamaged(_))));
        assert_eq!(std::fs::read(dir.path().join(FILE)).unwrap(), b"short");
    }
}

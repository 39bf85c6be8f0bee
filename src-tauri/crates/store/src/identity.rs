//! Who this device is: its secret, its member, its board and the hub's address. One small file, written whole.
//!
//! Until device secrets move into the system's keyring, the file is readable by its owner only. It is separate from the
//! log, so that a damaged log can be fetched again. A checksum ends it (files of earlier versions have none), and a second
//! copy lies among the backups: without its identity a board cannot be read at all.

use crate::error::Error;
use crate::files::{Files, write_secret};
use minicbor::{Decode, Decoder, Encode};
use sidedesk_domain::{MemberId, Millis, WorkspaceId};
use sidedesk_protocol::keys::DeviceSecret;
use std::path::Path;

/// Bytes of the checksum.
const CHECKSUM_LEN: usize = 16;

/// The identity file.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Identity {
    #[cbor(n(0), with = "minicbor::bytes")]
    secret: [u8; 32],
    /// The person.
    #[n(1)]
    pub member: MemberId,
    /// The board.
    #[n(2)]
    pub workspace: WorkspaceId,
    /// Where the hub is; `None` for a local board.
    #[n(3)]
    pub hub: Option<String>,
    /// The secret of the device that this one becomes, once the board knows it: see [`crate::renew`].
    #[cbor(n(4), with = "minicbor::bytes")]
    next: Option<[u8; 32]>,
}

impl Identity {
    /// For a device of this member on this board.
    pub fn new(secret: &DeviceSecret, member: MemberId, workspace: WorkspaceId, hub: Option<String>) -> Self {
        Self {
            secret: secret.to_bytes(),
            member,
            workspace,
            hub,
            next: None,
        }
    }

    /// The device that this one becomes.
    pub fn next(&self) -> Option<DeviceSecret> {
        self.next.map(DeviceSecret::from_bytes)
    }

    /// Names the device that this one becomes.
    pub(crate) fn set_next(&mut self, next: &DeviceSecret) {
        self.next = Some(next.to_bytes());
    }

    /// Becomes it; after a recovery it is another member's.
    pub(crate) fn become_next(&mut self, member: MemberId) {
        if let Some(next) = self.next.take() {
            self.secret = next;
            self.member = member;
        }
    }

    /// The device's secret.
    pub fn secret(&self) -> DeviceSecret {
        DeviceSecret::from_bytes(self.secret)
    }

    /// Reads the file, or its second copy where it is gone or damaged; `None` when there is no board here yet.
    pub fn read(files: &Files) -> Result<Option<Self>, Error> {
        let [first, second] = Self::copies(files);
        match (first, second) {
            (Ok(Some(identity)), _) | (_, Ok(Some(identity))) => Ok(Some(identity)),
            (first, _) => first,
        }
    }

    /// What the file says, and what its second copy does.
    pub fn copies(files: &Files) -> [Result<Option<Self>, Error>; 2] {
        [files.identity(), files.identity_copy()].map(|path| read_one(&path))
    }

    /// Both copies say the same again after this. A damaged file is put aside; one sentence if anything was mended.
    pub fn mend(&self, files: &Files, now: Millis) -> Result<Option<String>, Error> {
        let [first, second] = Self::copies(files);
        let same = |read: &Result<Option<Self>, Error>| read.as_ref().is_ok_and(|read| read.as_ref() == Some(self));
        if same(&first) && same(&second) {
            return Ok(None);
        }
        let said = match &first {
            Ok(Some(_)) => None,
            Ok(None) => Some("The file identity was gone; its second copy took its place.".to_owned()),
            Err(_) => {
                let aside = files.quarantine(&files.identity(), now)?;
                let name = aside.file_name().unwrap_or_default().to_string_lossy();
                Some(format!(
                    "The file identity was damaged. It was put aside as {name}, and its second copy took its place. \
                     Nothing is lost."
                ))
            }
        };
        self.write(files)?;
        Ok(said)
    }

    /// Writes the file and its second copy.
    pub fn write(&self, files: &Files) -> Result<(), Error> {
        let mut bytes = minicbor::to_vec(self).map_err(|e| Error::Unreadable(e.to_string()))?;
        bytes.extend(checksum(&bytes));
        write_secret(&files.identity(), &bytes)?;
        let copied = std::fs::create_dir_all(files.backups())
            .map_err(Error::file(files.backups()))
            .and_then(|()| write_secret(&files.identity_copy(), &bytes));
        if let Err(error) = copied {
            tracing::warn!(%error, "the identity has no second copy");
        }
        Ok(())
    }
}

fn read_one(path: &Path) -> Result<Option<Identity>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path)(error)),
    };
    let mut decoder = Decoder::new(&bytes);
    let identity = decoder.decode().ok();
    let (said, sum) = bytes.split_at_checked(decoder.position()).unwrap_or_default();
    match identity {
        Some(identity) if sum.is_empty() || sum == checksum(said) => Ok(Some(identity)),
        _ => Err(Error::Unusable(format!(
            "{} is damaged: it says who this device is, and without it the board cannot be read. Nothing was changed, and \
             the board's other files may be sound. Put a copy of this file back, from a copy of the folder, and open the \
             board again.",
            path.display()
        ))),
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_LEN] {
    let mut sum = [0; CHECKSUM_LEN];
    let mut hasher = blake3::Hasher::new_derive_key("sidedesk 1 identity file");
    hasher.update(bytes).finalize_xof().fill(&mut sum);
    sum
}

//! Who this device is: its secret, its member, its board and the hub's address. One small file, written whole.
//!
//! Until device secrets move into the system's keyring, the file is readable by its owner only. It is separate from the
//! log, so that a damaged log can be fetched again.

use crate::error::Error;
use crate::files::{Files, write_secret};
use minicbor::{Decode, Encode};
use sidedesk_domain::{MemberId, WorkspaceId};
use sidedesk_protocol::keys::DeviceSecret;

/// The identity file.
#[derive(Clone, Encode, Decode)]
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

    /// Becomes it.
    pub(crate) fn become_next(&mut self) {
        if let Some(next) = self.next.take() {
            self.secret = next;
        }
    }

    /// The device's secret.
    pub fn secret(&self) -> DeviceSecret {
        DeviceSecret::from_bytes(self.secret)
    }

    /// Reads the file; `None` when there is no board here yet.
    pub fn read(files: &Files) -> Result<Option<Self>, Error> {
        let path = files.identity();
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(minicbor::decode(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file(path)(error)),
        }
    }

    /// Writes the file.
    pub fn write(&self, files: &Files) -> Result<(), Error> {
        let bytes = minicbor::to_vec(self).map_err(|e| Error::Unreadable(e.to_string()))?;
        write_secret(&files.identity(), &bytes)
    }
}

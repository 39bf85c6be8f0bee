//! The file `identity` as it lies on the disk: the board, the member, the hub's address, and the device's secret, sealed or
//! in the clear. Everything but the secret can be read by whoever can read the file.
//!
//! A checksum ends it (files of earlier versions have none), and a second copy lies among the backups: without its identity
//! a board cannot be read at all.

use crate::error::Error;
use crate::files::{Files, write_secret};
use crate::identity::Identity;
use crate::sealed_secret::SealedSecret;
use minicbor::{Decode, Decoder, Encode};
use sidedesk_domain::{MemberId, WorkspaceId};
use sidedesk_keystore::Keys;
use sidedesk_protocol::keys::DeviceSecret;
use std::path::Path;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of the checksum.
const CHECKSUM_LEN: usize = 16;

/// The file. Secrets in the clear are wiped when this is dropped.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct IdentityFile {
    /// The secret, when it lies in the clear.
    #[cbor(n(0), with = "minicbor::bytes")]
    secret: Option<[u8; 32]>,
    /// The person.
    #[n(1)]
    pub member: MemberId,
    /// The board.
    #[n(2)]
    pub workspace: WorkspaceId,
    /// Where the hub is; `None` for a local board.
    #[n(3)]
    pub hub: Option<String>,
    /// The next secret, when it lies in the clear.
    #[cbor(n(4), with = "minicbor::bytes")]
    next: Option<[u8; 32]>,
    /// Both, when they do not.
    #[n(5)]
    sealed: Option<SealedSecret>,
    /// Somebody said that it shall lie in the clear: it is not moved by itself.
    #[n(6)]
    stays: Option<bool>,
}

impl Drop for IdentityFile {
    fn drop(&mut self) {
        self.secret.zeroize();
        self.next.zeroize();
    }
}

impl IdentityFile {
    /// What is written for this identity.
    pub fn of(identity: &Identity) -> Self {
        let (secret, next) = (identity.secret(), identity.next());
        let (member, workspace) = (identity.member, identity.workspace);
        let about = about(member, workspace);
        let sealed = identity.protection().map(|by| by.seal(&secret, next.as_ref(), &about));
        let in_the_clear = sealed.is_none();
        Self {
            secret: in_the_clear.then(|| secret.to_bytes()),
            member,
            workspace,
            hub: identity.hub.clone(),
            next: next.filter(|_| in_the_clear).map(|next| next.to_bytes()),
            sealed,
            stays: identity.stays_clear().then_some(true),
        }
    }

    /// Opens it: asks the keyring, or takes the passphrase that was typed.
    pub async fn open(&self, keys: &Keys) -> Result<Identity, Error> {
        let (secret, next, protection) = match (&self.sealed, self.secret) {
            (Some(sealed), _) => {
                let (secret, next, by) = sealed.open(keys, &about(self.member, self.workspace)).await?;
                (secret, next, Some(by))
            }
            (None, Some(secret)) => {
                let next = self.next.map(DeviceSecret::from_bytes);
                (DeviceSecret::from_bytes(secret), next, None)
            }
            (None, None) => return Err(Error::Unreadable("the identity holds no secret".into())),
        };
        let mut identity = Identity::new(&secret, self.member, self.workspace, self.hub.clone(), protection);
        if let Some(next) = next {
            identity.set_next(&next);
        }
        identity.stay_clear(self.stays == Some(true));
        Ok(identity)
    }

    /// Reads the file, or its second copy where it is gone or damaged; `None` when there is no board here yet.
    pub fn read(files: &Files) -> Result<Option<Self>, Error> {
        let [first, second] = Self::copies(files);
        match (first, second) {
            (Ok(Some(file)), _) | (_, Ok(Some(file))) => Ok(Some(file)),
            (first, _) => first,
        }
    }

    /// What the file says, and what its second copy does.
    pub fn copies(files: &Files) -> [Result<Option<Self>, Error>; 2] {
        [files.identity(), files.identity_copy()].map(|path| read_one(&path))
    }

    /// True when the other is of the same person on the same board.
    pub fn is_of_the_same(&self, other: &Self) -> bool {
        (self.member, self.workspace) == (other.member, other.workspace)
    }

    /// Writes the file; then its second copy, whose error comes back beside.
    pub fn write(&self, files: &Files) -> Result<Result<(), Error>, Error> {
        let encoded = minicbor::to_vec(self).map_err(|e| Error::Unreadable(e.to_string()))?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(encoded.len() + CHECKSUM_LEN));
        bytes.extend_from_slice(&Zeroizing::new(encoded));
        let sum = checksum(&bytes);
        bytes.extend(sum);
        write_secret(&files.identity(), &bytes)?;
        Ok(std::fs::create_dir_all(files.backups())
            .map_err(Error::file(files.backups()))
            .and_then(|()| write_secret(&files.identity_copy(), &bytes)))
    }
}

/// What a sealed secret belongs to. The hub may change and is not among it.
fn about(member: MemberId, workspace: WorkspaceId) -> Vec<u8> {
    [b"identity".as_slice(), &member.0, workspace.as_bytes()].concat()
}

fn read_one(path: &Path) -> Result<Option<IdentityFile>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path)(error)),
    };
    let mut decoder = Decoder::new(&bytes);
    let file: Option<IdentityFile> = decoder.decode().ok();
    let (said, sum) = bytes.split_at_checked(decoder.position()).unwrap_or_default();
    match file {
        Some(file) if (sum.is_empty() && file.sealed.is_none()) || sum == checksum(said) => Ok(Some(file)),
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

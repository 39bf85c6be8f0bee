//! Who this device is: its secret, its member, its board and the hub's address, and where the secret lies.
//!
//! This is an identity that was opened; what lies on the disk is [`crate::identity_file`]. It is separate from the log, so
//! that a damaged log can be fetched again. **Moving** a secret ends between any two steps with a board that opens:
//!
//! ```text
//! a key in the keyring, read back     the file is as it was; the entry is an orphan
//!   → the file                        sealed; its second copy still as it was, and opens too
//!   → its second copy                 the old secret lies nowhere in the folder
//! ```

use crate::error::Error;
use crate::files::Files;
use crate::identity_file::IdentityFile;
use crate::sealed_secret::{Protection, SecretPlace};
use sidedesk_domain::{MemberId, Millis, WorkspaceId};
use sidedesk_keystore::Keys;
use sidedesk_protocol::keys::DeviceSecret;

/// An identity that was opened.
#[derive(Clone)]
pub struct Identity {
    secret: DeviceSecret,
    /// The person.
    pub member: MemberId,
    /// The board.
    pub workspace: WorkspaceId,
    /// Where the hub is; `None` for a local board.
    pub hub: Option<String>,
    next: Option<DeviceSecret>,
    protection: Option<Protection>,
    stays_clear: bool,
}

impl Identity {
    /// For a device of this member on this board.
    pub fn new(
        secret: &DeviceSecret,
        member: MemberId,
        workspace: WorkspaceId,
        hub: Option<String>,
        protection: Option<Protection>,
    ) -> Self {
        Self {
            secret: secret.clone(),
            member,
            workspace,
            hub,
            next: None,
            protection,
            stays_clear: false,
        }
    }

    /// Reads and opens the file; its second copy where that is gone or damaged, or does not open (the secret was being
    /// moved when the program ended). `None` when there is no board here yet.
    pub async fn open(files: &Files, keys: &Keys) -> Result<Option<Self>, Error> {
        let Some(first) = IdentityFile::read(files)? else {
            return Ok(None);
        };
        let error = match first.open(keys).await {
            Ok(identity) => return Ok(Some(identity)),
            Err(error) => error,
        };
        let [_, second] = IdentityFile::copies(files);
        if let Ok(Some(second)) = second
            && second != first
            && second.is_of_the_same(&first)
            && let Ok(identity) = second.open(keys).await
        {
            return Ok(Some(identity));
        }
        Err(error)
    }

    /// The device's secret.
    pub fn secret(&self) -> DeviceSecret {
        self.secret.clone()
    }

    /// Where it lies.
    pub fn place(&self) -> SecretPlace {
        self.protection.as_ref().map_or(SecretPlace::Clear, Protection::kind)
    }

    /// The name of the keyring's entry, when its key lies there.
    pub fn keyring_entry(&self) -> Option<&str> {
        self.protection.as_ref().and_then(Protection::entry)
    }

    /// Somebody moved it into the clear, and there it stays until somebody moves it again.
    pub(crate) fn stays_clear(&self) -> bool {
        self.stays_clear
    }

    pub(crate) fn stay_clear(&mut self, stays: bool) {
        self.stays_clear = stays;
    }

    pub(crate) fn protection(&self) -> Option<&Protection> {
        self.protection.as_ref()
    }

    /// The device that this one becomes: see [`crate::renew`].
    pub(crate) fn next(&self) -> Option<DeviceSecret> {
        self.next.clone()
    }

    /// Names the device that this one becomes.
    pub(crate) fn set_next(&mut self, next: &DeviceSecret) {
        self.next = Some(next.clone());
    }

    /// Becomes it; after a recovery it is another member's.
    pub(crate) fn become_next(&mut self, member: MemberId) {
        if let Some(next) = self.next.take() {
            self.secret = next;
            self.member = member;
        }
    }

    /// Both copies say the same again after this. A damaged file is put aside; one sentence if anything was mended.
    pub fn mend(&self, files: &Files, now: Millis) -> Result<Option<String>, Error> {
        let [first, second] = IdentityFile::copies(files);
        let file = IdentityFile::of(self);
        let same =
            |read: &Result<Option<IdentityFile>, Error>| read.as_ref().is_ok_and(|read| read.as_ref() == Some(&file));
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
        if let Err(error) = IdentityFile::of(self).write(files)? {
            tracing::warn!(%error, "the identity has no second copy");
        }
        Ok(())
    }

    /// The secret lies elsewhere from now on. An error when a copy of it still lies where it was: trying again, or opening
    /// the board again, ends that.
    pub(crate) fn move_to(&mut self, protection: Option<Protection>, files: &Files) -> Result<(), Error> {
        let stays = protection.is_none();
        let before = (
            std::mem::replace(&mut self.protection, protection),
            std::mem::replace(&mut self.stays_clear, stays),
        );
        match IdentityFile::of(self).write(files) {
            Ok(second_copy) => second_copy,
            Err(error) => {
                (self.protection, self.stays_clear) = before;
                Err(error)
            }
        }
    }
}

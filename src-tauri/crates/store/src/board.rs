//! A board begins on this device: founded here, or joined.

use crate::error::Error;
use crate::files::{Files, WriteLock, write_secret};
use crate::identity::Identity;
use crate::identity_file::IdentityFile;
use crate::log::{self, LogEntry};
use crate::open::entropy;
use crate::sealed_secret::{Protection, SealedSecret};
use crate::snapshot::Anchor;
use crate::sqlite::{self, Durability};
use minicbor::{Decode, Encode};
use sidedesk_domain::membership::Role;
use sidedesk_domain::{InviteId, MemberId, Millis};
use sidedesk_keystore::Keys;
use sidedesk_protocol::author::{self, device_keys};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::workspace_id;
use sidedesk_protocol::invite::{InviteCode, JoinRequest};
use sidedesk_protocol::keys::DeviceSecret;
use sidedesk_protocol::recovery::{BoardCode, RecoveryWords};
use sqlx::Connection as _;
use std::path::Path;
use zeroize::{Zeroize as _, Zeroizing};

/// Founds boards.
#[derive(Debug)]
pub struct Founder;

impl Founder {
    /// Founds a local board in an empty directory. The log comes first, the identity file last: a crash in between
    /// leaves a directory without a board, and the next attempt starts over. `role` is that of a lead.
    ///
    /// Where the device's secret goes, `keys` says; when it cannot go there, nothing is founded.
    pub async fn found(dir: &Path, role: Role, now: Millis, keys: &Keys) -> Result<(), Error> {
        let files = Files::at(dir)?;
        // Before the lock too: whoever has this board open, and be it this process, is not what stands in the way.
        no_board_yet(&files)?;
        let _lock = WriteLock::take(&files)?;
        no_board_yet(&files)?;
        let mut entropy = entropy()?;
        let secret = DeviceSecret::from_bytes(entropy.bytes());
        let protection = Protection::make(keys, &secret).await?;
        put_leftovers_aside(&files, now)?;
        let member = MemberId::v7(now, entropy.bytes());
        let (genesis, _) = author::genesis(&secret, (member, role), now, &mut entropy)?;
        let mut chain = Chain::empty(workspace_id(&genesis));
        let entry = chain.place(genesis, now);
        let checked = chain.append(&entry)?;
        let mut connection = sqlite::open_writer(&files.log(), Durability::Full).await?;
        sqlite::ensure_schema(&mut connection, log::SCHEMA, log::VERSION).await?;
        let mut tx = connection.begin_with("begin immediate").await?;
        log::insert_entries(
            &mut tx,
            &[LogEntry {
                entry,
                hash: chain.hash,
            }],
            &[checked.header],
        )
        .await?;
        log::set_meta(&mut tx, "chain", &chain.to_bytes()?).await?;
        tx.commit().await?;
        connection.close().await?;
        Identity::new(&secret, member, chain.workspace, None, protection).write(&files)
    }
}

impl Founder {
    /// A board of which nothing is left ([`Error::Lost`]) makes room for another one: what there is of it stays under other
    /// names. A board that has a log or a hub stays as it is.
    pub fn make_room(dir: &Path, now: Millis) -> Result<(), Error> {
        let files = Files::at(dir)?;
        let _lock = WriteLock::take(&files)?;
        let is_lost =
            IdentityFile::read(&files)?.is_some_and(|identity| identity.hub.is_none()) && !files.log().exists();
        if !is_lost {
            return Err(Error::BoardExists);
        }
        let identity = [files.identity(), files.identity_copy()]
            .into_iter()
            .find(|path| path.exists());
        if let Some(identity) = identity {
            files.set_aside(&identity, &format!("identity.lost-{now}"))?;
        }
        files.forget(&files.identity_copy())?;
        put_leftovers_aside(&files, now)
    }
}

/// Somebody about to join.
#[derive(Debug)]
pub struct Newcomer {
    secret: DeviceSecret,
    member: MemberId,
    protection: Option<Protection>,
}

impl Newcomer {
    /// A new device of a new member, which is kept nowhere; its secret will lie in the clear.
    pub fn new(now: Millis) -> Result<Self, Error> {
        let mut entropy = entropy()?;
        let secret = DeviceSecret::from_bytes(entropy.bytes());
        Ok(Self {
            secret,
            member: MemberId::v7(now, entropy.bytes()),
            protection: None,
        })
    }

    /// The device that joins with this code from this directory: the one that asked with it before, else a new one, kept
    /// before it asks. Whoever gave up waiting, or crashed, and was admitted meanwhile is so still the one who was.
    /// Its secret goes where `keys` says, as that of a board does.
    pub async fn at(dir: &Path, code: &InviteCode, now: Millis, keys: &Keys) -> Result<Self, Error> {
        let files = Files::at(dir)?;
        let invite = code.secret().id();
        if let Some(kept) = read_newcomer(&files)?.filter(|kept| kept.invite == invite) {
            return kept.open(keys).await;
        }
        let mut newcomer = Self::new(now)?;
        if let Some(member) = code.member {
            newcomer.member = member;
        }
        newcomer.protection = Protection::make(keys, &newcomer.secret).await?;
        let kept = Kept::of(&newcomer, invite);
        let bytes = minicbor::to_vec(&kept).map_err(|e| Error::Unreadable(e.to_string()))?;
        write_secret(&files.newcomer(), &Zeroizing::new(bytes))?;
        Ok(newcomer)
    }

    /// Begins a device that the printed words let in. The board's log comes from the hub; with it the device admits itself.
    /// Its secrets go where `keys` says.
    pub async fn recover(
        dir: &Path,
        words: &RecoveryWords,
        code: &BoardCode,
        now: Millis,
        keys: &Keys,
    ) -> Result<(), Error> {
        let files = Files::at(dir)?;
        no_board_yet(&files)?;
        let _lock = WriteLock::take(&files)?;
        no_board_yet(&files)?;
        let protection = Protection::make(keys, &words.secret()).await?;
        put_leftovers_aside(&files, now)?;
        let hub = Some(code.address.clone());
        Identity::new(&words.secret(), words.member(), code.workspace, hub, protection).write(&files)
    }

    /// What the invitation's holder asks.
    pub fn request(&self) -> JoinRequest {
        JoinRequest {
            device: device_keys(&self.secret, self.member),
        }
    }

    /// Keeps the identity of a newcomer who was admitted; the board itself comes from the hub.
    pub fn settle(&self, dir: &Path, code: &InviteCode, now: Millis) -> Result<(), Error> {
        let files = Files::at(dir)?;
        let _lock = WriteLock::take(&files)?;
        no_board_yet(&files)?;
        put_leftovers_aside(&files, now)?;
        Anchor::new(code).write(&files)?;
        let (hub, protection) = (Some(code.hub()), self.protection.clone());
        Identity::new(&self.secret, self.member, code.workspace, hub, protection).write(&files)?;
        files.discard(&files.newcomer())
    }
}

impl Newcomer {
    /// Somebody who was never let in leaves: the identity is kept under another name, and the directory is free for
    /// another board. The store must be closed.
    pub fn put_aside(dir: &Path, now: Millis) -> Result<(), Error> {
        let files = Files::at(dir)?;
        let _lock = WriteLock::take(&files)?;
        files.set_aside(&files.identity(), &format!("identity.not-admitted-{now}"))?;
        files.forget(&files.identity_copy())?;
        files.forget(&files.side())?;
        put_leftovers_aside(&files, now)
    }
}

/// The newcomer's file.
#[derive(Encode, Decode)]
struct Kept {
    /// When it lies in the clear.
    #[cbor(n(0), with = "minicbor::bytes")]
    secret: Option<[u8; 32]>,
    #[n(1)]
    member: MemberId,
    #[n(2)]
    invite: InviteId,
    /// When it does not.
    #[n(3)]
    sealed: Option<SealedSecret>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl Kept {
    fn of(newcomer: &Newcomer, invite: InviteId) -> Self {
        let sealed = newcomer.protection.as_ref();
        let sealed = sealed.map(|by| by.seal(&newcomer.secret, None, &about_newcomer(newcomer.member, invite)));
        Self {
            secret: sealed.is_none().then(|| newcomer.secret.to_bytes()),
            member: newcomer.member,
            invite,
            sealed,
        }
    }

    async fn open(&self, keys: &Keys) -> Result<Newcomer, Error> {
        let (secret, protection) = match (&self.sealed, self.secret) {
            (Some(sealed), _) => {
                let (secret, _, by) = sealed.open(keys, &about_newcomer(self.member, self.invite)).await?;
                (secret, Some(by))
            }
            (None, Some(secret)) => (DeviceSecret::from_bytes(secret), None),
            (None, None) => return Err(Error::Unreadable("the newcomer's file holds no secret".into())),
        };
        Ok(Newcomer {
            secret,
            member: self.member,
            protection,
        })
    }
}

/// What a newcomer's sealed secret belongs to.
fn about_newcomer(member: MemberId, invite: InviteId) -> Vec<u8> {
    [b"newcomer".as_slice(), &member.0, invite.as_bytes()].concat()
}

/// One that cannot be read is as good as none: nobody knows that newcomer any more.
fn read_newcomer(files: &Files) -> Result<Option<Kept>, Error> {
    let path = files.newcomer();
    match std::fs::read(&path) {
        Ok(bytes) => Ok(minicbor::decode(&bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(path)(error)),
    }
}

fn no_board_yet(files: &Files) -> Result<(), Error> {
    if IdentityFile::read(files)?.is_some() {
        Err(Error::BoardExists)
    } else {
        Ok(())
    }
}

/// Databases without an identity file belong to nobody here: an attempt that a crash ended. They are kept aside.
fn put_leftovers_aside(files: &Files, now: Millis) -> Result<(), Error> {
    if files.log().exists() {
        files.quarantine(&files.log(), now)?;
    }
    // It may hold what somebody typed on a board that was here.
    if files.side().exists() {
        files.quarantine(&files.side(), now)?;
    }
    files.discard(&files.view())
}

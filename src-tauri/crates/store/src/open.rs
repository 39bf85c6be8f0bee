//! An open board: the lock, the one writer, the readers. What is mended on the way: [`crate::mend`].

use crate::error::Error;
use crate::files::{Files, WriteLock};
use crate::identity::Identity;
use crate::location::RiskyPlace;
use crate::sealed_secret::{Protection, SecretPlace};
use crate::sqlite::{self, Durability};
use crate::view::RecordKey;
use crate::writer::Writer;
use crate::{Change, backup, error, location, mend};
use sidedesk_domain::Millis;
use sidedesk_keystore::Keys;
use sidedesk_protocol::keys::{DeviceSecret, Entropy};
use sqlx::{Connection as _, SqlitePool};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use tokio::sync::{Mutex, MutexGuard, broadcast, watch};

/// Changes a slow listener may be behind before it has to load everything again.
const CHANGES_KEPT: usize = 256;
/// More records than this in one change are told as "all".
pub(crate) const CHANGES_NAMED: usize = 200;

/// Reads the time, in UTC milliseconds. A parameter, so that tests choose it.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// What for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Alone, until closed.
    Write,
    /// Beside whoever writes.
    Read,
}

/// An open board. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub files: Files,
    pub identity: RwLock<Identity>,
    pub clock: Clock,
    pub writer: Mutex<Option<Writer>>,
    pub log: SqlitePool,
    pub view: SqlitePool,
    pub changes: broadcast::Sender<Change>,
    pub notices: std::sync::Mutex<Vec<String>>,
    /// How often a database had turned out to be damaged when this was looked at last.
    damages: AtomicU64,
    place_warning: Option<RiskyPlace>,
    writes: bool,
    lock: std::sync::Mutex<Option<WriteLock>>,
    /// Ends what goes on in the background.
    stop: watch::Sender<bool>,
}

impl Store {
    /// Is there a board in this directory?
    pub fn exists(dir: &Path) -> bool {
        dir.join("identity").exists() || dir.join("backups/identity").exists()
    }

    /// Opens the board in this directory. A secret that lies in the clear stays there ([`Keys::file`]).
    pub async fn open(dir: &Path, access: Access, clock: Clock) -> Result<Self, Error> {
        Self::open_watched(dir, access, clock, &Keys::file(), &mut |_, _| true).await
    }

    /// The same with other keys: a secret in the clear moves where they say. A board whose keys cannot be had is not opened
    /// ([`Error::Keys`]), and nothing of it is changed. `progress` hears how far the view is when it has to follow the log, (entries, entries in all). False
    /// stops that with [`Error::Cancelled`]; what was folded stays, and the next opening goes on.
    pub async fn open_watched(
        dir: &Path,
        access: Access,
        clock: Clock,
        keys: &Keys,
        progress: &mut (dyn FnMut(u64, u64) -> bool + Send),
    ) -> Result<Self, Error> {
        let files = Files::at(dir)?;
        let lock = match access {
            Access::Write => Some(WriteLock::take(&files)?),
            Access::Read => None,
        };
        files.no_directories()?;
        let mut identity = Identity::open(&files, keys).await?.ok_or(Error::NoBoard)?;
        let mut notices = Vec::new();
        let damages = error::damages();
        let writer = match access {
            Access::Write => {
                let writer = mend::open_writer(&files, &mut identity, clock(), &mut notices, progress).await?;
                // Behind the log: an identity that is not this board's never gets that far.
                notices.extend(identity.mend(&files, clock())?);
                notices.extend(leave_the_clear(&mut identity, &files, keys).await?);
                notices.extend(files.in_the_way());
                Some(writer)
            }
            Access::Read => None,
        };
        // What was found while opening is mended.
        let damages = damages.max(error::damages());
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let is_still = access == Access::Read && files.is_still();
        let inner = Inner {
            identity: RwLock::new(identity),
            clock,
            writer: Mutex::new(writer),
            log: sqlite::readers(&files.log(), is_still),
            view: sqlite::readers(&files.view(), is_still),
            changes,
            damages: AtomicU64::new(damages),
            notices: std::sync::Mutex::new(notices),
            place_warning: location::warning(dir),
            writes: lock.is_some(),
            lock: std::sync::Mutex::new(lock),
            files,
            stop: watch::Sender::new(false),
        };
        let inner = Arc::new(inner);
        if access == Access::Write {
            tokio::spawn(backup::keep(Arc::downgrade(&inner), inner.stop.subscribe()));
        }
        Ok(Self { inner })
    }

    /// Closes the files. What is open elsewhere by clones can no longer write.
    pub async fn close(&self) -> Result<(), Error> {
        self.inner.stop.send_replace(true);
        if self.writes()
            && self.inner.writer.lock().await.is_some()
            && let Err(error) = self.scrub().await
        {
            tracing::warn!(%error, "the files were not written anew after an erasure");
        }
        if self.writes()
            && self.inner.writer.lock().await.is_some()
            && let Err(error) = self.back_up_if_due().await
        {
            tracing::warn!(%error, "the log was not copied");
        }
        self.suspect_if_damaged();
        self.inner.log.close().await;
        self.inner.view.close().await;
        if let Some(writer) = self.inner.writer.lock().await.take() {
            writer.side.flush();
            writer.log.close().await?;
            writer.view.close().await?;
        }
        // Clones may live on; the directory is free.
        let lock = self.inner.lock.lock();
        drop(lock.unwrap_or_else(std::sync::PoisonError::into_inner).take());
        Ok(())
    }

    /// Somebody read something damaged since the last look: the next opening reads log and view through, and mends.
    pub(crate) fn suspect_if_damaged(&self) {
        let found = error::damages();
        if self.inner.damages.swap(found, Ordering::Relaxed) == found {
            return;
        }
        for flag in [self.inner.files.suspect(), self.inner.files.suspect_view()] {
            if let Err(error) = std::fs::write(&flag, b"") {
                tracing::warn!(%error, path = %flag.display(), "it cannot be marked");
            }
        }
    }

    /// What was mended, while opening or since, one sentence each.
    pub fn notices(&self) -> Vec<String> {
        let notices = self.inner.notices.lock();
        notices.unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Where the files lie, when they can be damaged there; looked up once, at opening.
    pub fn place_warning(&self) -> Option<RiskyPlace> {
        self.inner.place_warning.clone()
    }

    pub(crate) fn notice(&self, sentence: String) {
        let notices = self.inner.notices.lock();
        notices
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(sentence);
    }

    /// What changes from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// This device's secret. It is another one once a copied device has become a device of its own.
    pub fn secret(&self) -> DeviceSecret {
        self.identity().secret()
    }

    /// Who this device is.
    pub fn identity(&self) -> Identity {
        self.inner
            .identity
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// Where this device's secret lies.
    pub fn secret_place(&self) -> SecretPlace {
        self.identity().place()
    }

    /// Names of files in the folder that once were its identity: what was put aside, and what an ended program left.
    pub fn old_identities(&self) -> Vec<String> {
        self.inner.files.old_identities()
    }

    /// Moves this device's secret to where `keys` say, and says where that is. An entry that a keyring held before stays
    /// there: a copy of this folder may need it.
    pub async fn move_secret(&self, keys: &Keys) -> Result<SecretPlace, Error> {
        // Before the writer is held: the desktop may ask the person.
        let protection = Protection::make(keys, &self.secret()).await?;
        let _writer = self.writer().await?;
        let mut identity = self.identity();
        let moved = identity.move_to(protection, &self.inner.files);
        let place = identity.place();
        *self
            .inner
            .identity
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = identity;
        moved.map(|()| place)
    }

    pub(crate) fn set_identity(&self, identity: Identity) -> Result<(), Error> {
        identity.write(&self.inner.files)?;
        *self
            .inner
            .identity
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = identity;
        Ok(())
    }

    /// False beside whoever writes.
    pub(crate) fn writes(&self) -> bool {
        self.inner.writes
    }

    pub(crate) fn now(&self) -> Millis {
        (self.inner.clock)()
    }

    pub(crate) fn tell(&self, keys: Vec<RecordKey>) {
        if !keys.is_empty() {
            let change = if keys.len() > CHANGES_NAMED {
                Change::All
            } else {
                Change::Records(keys)
            };
            // Nobody listening is fine.
            let _ = self.inner.changes.send(change);
        }
    }

    pub(crate) fn tell_outbox(&self) {
        let _ = self.inner.changes.send(Change::Outbox);
    }

    pub(crate) async fn writer(&self) -> Result<WriterGuard<'_>, Error> {
        let mut guard = self.inner.writer.lock().await;
        let Some(writer) = guard.as_mut() else {
            return Err(Error::Held("another process, or it was closed here".into()));
        };
        let files = &self.inner.files;
        if sqlite::is_stuck(&mut writer.log).await? {
            sqlite::exchange(&mut writer.log, &files.log(), Durability::Full).await?;
        }
        if sqlite::is_stuck(&mut writer.view).await? {
            sqlite::exchange(&mut writer.view, &files.view(), Durability::Cache).await?;
        }
        if writer.behind {
            if let Err(error) = writer.catch_up(&mut |_, _| true).await {
                if let Error::BrokenEntry(_) = error {
                    let _ = std::fs::write(files.suspect(), b"");
                }
                return Err(error);
            }
            let _ = self.inner.changes.send(Change::All);
        }
        Ok(WriterGuard(guard))
    }
}

/// A secret in the clear goes where the keys say, when nobody has to be asked for that; one sentence if it went.
async fn leave_the_clear(identity: &mut Identity, files: &Files, keys: &Keys) -> Result<Option<String>, Error> {
    if identity.place() != SecretPlace::Clear || identity.stays_clear() {
        return Ok(None);
    }
    let Some(protection) = Protection::make_unasked(keys, &identity.secret()).await? else {
        return Ok(None);
    };
    identity.move_to(Some(protection), files)?;
    Ok(Some(
        "The secret of this device is sealed from now on, and its key lies in the system's keyring. A copy of this folder \
         opens only where that keyring is."
            .into(),
    ))
}

/// The writer, while it is held.
pub(crate) struct WriterGuard<'a>(MutexGuard<'a, Option<Writer>>);

impl std::ops::Deref for WriterGuard<'_> {
    type Target = Writer;
    #[expect(
        clippy::expect_used,
        reason = "checked when the guard was made, and nobody else holds the lock"
    )]
    fn deref(&self) -> &Writer {
        self.0.as_ref().expect("an open writer")
    }
}

impl std::ops::DerefMut for WriterGuard<'_> {
    #[expect(
        clippy::expect_used,
        reason = "checked when the guard was made, and nobody else holds the lock"
    )]
    fn deref_mut(&mut self) -> &mut Writer {
        self.0.as_mut().expect("an open writer")
    }
}

/// Fresh random bytes for one use.
pub(crate) fn entropy() -> Result<Entropy, Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| Error::NoEntropy)?;
    Ok(Entropy::new(seed))
}

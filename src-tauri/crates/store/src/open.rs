//! Opening a board: taking the lock, checking the files, mending what can be mended, bringing the view up to the log.

use crate::error::Error;
use crate::files::{Files, WriteLock};
use crate::identity::Identity;
use crate::sqlite::{self, Durability};
use crate::view::RecordKey;
use crate::writer::{Applied, Writer, applied, set_applied};
use crate::{Change, log, view};
use sidedesk_domain::Millis;
use sidedesk_domain::fold::FOLD_VERSION;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::OpKind;
use sidedesk_protocol::keys::{DeviceSecret, Entropy, Keyring};
use sidedesk_protocol::membership::Public;
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use std::path::Path;
use std::sync::{Arc, RwLock};
use tokio::sync::{Mutex, MutexGuard, broadcast};

/// Changes a slow listener may be behind before it has to load everything again.
const CHANGES_KEPT: usize = 256;
/// More records than this in one change are told as "all".
const CHANGES_NAMED: usize = 200;
/// A log up to this size is checked page by page at every opening: a few milliseconds. `verify` checks any size.
const QUICK_CHECK_BYTES: u64 = 4 * 1024 * 1024;

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
    pub secret: DeviceSecret,
    pub clock: Clock,
    pub writer: Mutex<Option<Writer>>,
    pub log: SqlitePool,
    pub view: SqlitePool,
    pub changes: broadcast::Sender<Change>,
    pub notices: Vec<String>,
    lock: Option<WriteLock>,
}

impl Store {
    /// Is there a board in this directory?
    pub fn exists(dir: &Path) -> bool {
        dir.join("identity").exists()
    }

    /// Opens the board in this directory.
    pub async fn open(dir: &Path, access: Access, clock: Clock) -> Result<Self, Error> {
        let files = Files::at(dir)?;
        let lock = match access {
            Access::Write => Some(WriteLock::take(&files)?),
            Access::Read => None,
        };
        let mut identity = Identity::read(&files)?.ok_or(Error::NoBoard)?;
        let mut notices = Vec::new();
        let writer = match access {
            Access::Write => Some(open_writer(&files, &mut identity, &clock, &mut notices).await?),
            Access::Read => None,
        };
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let inner = Inner {
            secret: identity.secret(),
            identity: RwLock::new(identity),
            clock,
            writer: Mutex::new(writer),
            log: sqlite::readers(&files.log()),
            view: sqlite::readers(&files.view()),
            changes,
            notices,
            lock,
            files,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Closes the files. What is open elsewhere by clones can no longer write.
    pub async fn close(&self) -> Result<(), Error> {
        self.inner.log.close().await;
        self.inner.view.close().await;
        if let Some(writer) = self.inner.writer.lock().await.take() {
            writer.log.close().await?;
            writer.view.close().await?;
        }
        Ok(())
    }

    /// What was mended while opening, one sentence each.
    pub fn notices(&self) -> &[String] {
        &self.inner.notices
    }

    /// What changes from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// This device's secret.
    pub fn secret(&self) -> &DeviceSecret {
        &self.inner.secret
    }

    /// Who this device is.
    pub fn identity(&self) -> Identity {
        self.inner
            .identity
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
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
        self.inner.lock.is_some()
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
        if writer.behind {
            writer.catch_up(&mut |_, _| ()).await?;
            let _ = self.inner.changes.send(Change::All);
        }
        Ok(WriterGuard(guard))
    }
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

async fn open_writer(
    files: &Files,
    identity: &mut Identity,
    clock: &Clock,
    notices: &mut Vec<String>,
) -> Result<Writer, Error> {
    let (mut log, chain) = match open_log(files, identity).await {
        Err(Error::Damaged(error)) => {
            tracing::warn!(%error, "log.db is damaged");
            let aside = files.quarantine(&files.log(), clock())?;
            notices.push(damaged_log_sentence(&aside, identity.hub.as_deref()));
            open_log(files, identity).await?
        }
        other => other?,
    };
    let mut keyring = Keyring::default();
    let secret = identity.secret();
    for log_entry in log::membership_entries(&mut log).await? {
        let op = &log_entry.entry.op;
        let kind = minicbor::decode::<sidedesk_protocol::entry::Header>(&op.header).map(|header| header.kind);
        if let Some(public) = Public::read(kind.unwrap_or(OpKind::Other(0)), op)? {
            keyring.open_wraps(&secret, public.wraps())?;
            if let (Public::NameHub(op), None) = (&public, &identity.hub) {
                identity.hub = Some(op.address.clone());
                identity.write(files)?;
            }
        }
    }
    let view = match open_view(files, &mut log, &chain).await {
        Ok(Some(view)) => view,
        Ok(None) => fresh_view(files, &chain).await?,
        Err(Error::Damaged(error)) => {
            tracing::warn!(%error, "view.db is damaged");
            notices.push("The board's view was damaged; it was built again from the log. Nothing is lost.".into());
            fresh_view(files, &chain).await?
        }
        Err(error) => return Err(error),
    };
    let at = Applied::nothing(chain.workspace);
    let mut writer = Writer {
        log,
        view,
        chain,
        keyring,
        secret,
        member: identity.member,
        at,
        behind: true,
    };
    match writer.catch_up(&mut |_, _| ()).await {
        Err(Error::Damaged(_) | Error::Unreadable(_)) => {
            notices.push("The board's view was damaged; it was built again from the log. Nothing is lost.".into());
            writer.view = fresh_view(files, &writer.chain).await?;
            writer.catch_up(&mut |_, _| ()).await?;
        }
        other => other?,
    }
    Ok(writer)
}

fn damaged_log_sentence(aside: &Path, hub: Option<&str>) -> String {
    let name = aside.file_name().unwrap_or_default().to_string_lossy();
    match hub {
        Some(_) => format!(
            "The board's log was damaged. It was put aside as {name}, and the board is fetched again from the hub; \
             changes that had not reached the hub are only in that file."
        ),
        None => format!(
            "The board's log was damaged. It was put aside as {name}; this board was never shared, so nothing can be \
             fetched again. Restore a backup, or found the board anew."
        ),
    }
}

async fn open_log(files: &Files, identity: &Identity) -> Result<(SqliteConnection, Chain), Error> {
    let path = files.log();
    let len = std::fs::metadata(&path).map_or(0, |meta| meta.len());
    let mut connection = sqlite::open_writer(&path, Durability::Full).await?;
    match check_log(&mut connection, len, identity).await {
        Ok(chain) => Ok((connection, chain)),
        Err(error) => {
            // Closed before the file is put aside: whoever closes last removes the WAL by its name, and by then that may
            // be the next file's.
            let _ = connection.close().await;
            Err(error)
        }
    }
}

async fn check_log(connection: &mut SqliteConnection, len: u64, identity: &Identity) -> Result<Chain, Error> {
    if !sqlite::ensure_schema(connection, log::SCHEMA, log::VERSION).await? {
        return Err(Error::Newer);
    }
    if len <= QUICK_CHECK_BYTES {
        let verdict: String = sqlx::query_scalar("pragma quick_check(1)")
            .fetch_one(&mut *connection)
            .await?;
        if verdict != "ok" {
            return Err(Error::Damaged(sqlx::Error::Protocol(verdict)));
        }
    }
    match log::meta(connection, "chain").await? {
        Some(bytes) => Ok(Chain::from_bytes(&bytes)?),
        None => Ok(Chain::empty(identity.workspace)),
    }
}

/// The view as it is; `None` when it must be folded from the start.
async fn open_view(
    files: &Files,
    log: &mut SqliteConnection,
    chain: &Chain,
) -> Result<Option<SqliteConnection>, Error> {
    let mut connection = sqlite::open_writer(&files.view(), Durability::Cache).await?;
    if !sqlite::ensure_schema(&mut connection, view::SCHEMA, view::VERSION).await? {
        connection.close().await?;
        return Ok(None);
    }
    let at = applied(&mut connection)
        .await?
        .unwrap_or_else(|| Applied::nothing(chain.workspace));
    let same_history = at.n == 0 || log::hash_at(log, at.n).await? == Some(at.hash);
    if at.workspace == chain.workspace && at.fold_version == FOLD_VERSION && same_history {
        Ok(Some(connection))
    } else {
        connection.close().await?;
        Ok(None)
    }
}

async fn fresh_view(files: &Files, chain: &Chain) -> Result<SqliteConnection, Error> {
    files.discard(&files.view())?;
    let mut connection = sqlite::open_writer(&files.view(), Durability::Cache).await?;
    sqlite::ensure_schema(&mut connection, view::SCHEMA, view::VERSION).await?;
    set_applied(&mut connection, &Applied::nothing(chain.workspace)).await?;
    Ok(connection)
}

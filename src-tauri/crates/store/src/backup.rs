//! Copies of the log: one a day, one before every migration, three kept, each read through before it counts.
//!
//! A copy is made by a connection of its own (`vacuum into`), so whoever edits does not wait for it. It is called
//! `log-<UTC ms>-<head>.db` once it is whole, verified and on the disk; until then its name ends in `.part`.

use crate::error::Error;
use crate::files::{Files, sync_dir};
use crate::log;
use crate::open::{Inner, Store};
use crate::sqlite;
use sidedesk_domain::{Millis, WorkspaceId};
use sidedesk_protocol::chain::Chain;
use sqlx::Connection as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;

/// Copies that stay.
pub const KEPT: usize = 3;
/// Between two copies, while the log changes.
const EVERY_MS: i64 = 24 * 60 * 60 * 1000;
/// An open board first becomes usable, then it is copied.
const AFTER_OPENING: Duration = Duration::from_secs(60);
/// How often an open board looks whether a copy is due.
const LOOK_EVERY: Duration = Duration::from_secs(10 * 60);
/// What waits of a local board until the next copy, in bytes of the side file; beyond this the copy does not wait a day.
pub const SIDE_FILE_LEN: u64 = 16 * 1024 * 1024;

/// A copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was made, by this device's clock. A clock may have been wrong: nothing is decided by it but when the next
    /// copy is due.
    pub at: Millis,
    /// The head of its log.
    pub head: u64,
}

/// The copies there are, by their names, the one with the most entries first.
pub fn list(files: &Files) -> Vec<Backup> {
    let Ok(dir) = std::fs::read_dir(files.backups()) else {
        return Vec::new();
    };
    let mut found: Vec<Backup> = dir.flatten().filter_map(|entry| named(entry.path())).collect();
    found.sort_by_key(|backup| std::cmp::Reverse((backup.head, backup.at)));
    found
}

fn named(path: PathBuf) -> Option<Backup> {
    let name = path.file_name()?.to_str()?;
    // From the end: a clock before 1970 writes a second hyphen.
    let (at, head) = name.strip_prefix("log-")?.strip_suffix(".db")?.rsplit_once('-')?;
    let (at, head) = (at.parse().ok()?, head.parse().ok()?);
    Some(Backup { path, at, head })
}

/// Those of this board, the one with the most entries first, each with its chain. What cannot be read is none of them.
pub async fn of_board(files: &Files, board: WorkspaceId) -> Vec<(Backup, Chain)> {
    let mut found = Vec::new();
    for backup in list(files) {
        match chain_of(&backup.path).await {
            Ok(Some(chain)) if chain.workspace == board => found.push((backup, chain)),
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, path = %backup.path.display(), "a backup cannot be read"),
        }
    }
    found
}

async fn chain_of(path: &Path) -> Result<Option<Chain>, Error> {
    let mut connection = sqlite::open_still(path).await?;
    let chain = log::stored_chain(&mut connection).await;
    connection.close().await?;
    chain
}

/// Copies the log as it is now, reads the copy through, and lets go of those of this board with the fewest entries. The
/// copy just made stays, and so does what another board left here and what cannot be read.
pub async fn make(files: &Files, board: WorkspaceId, now: Millis, head: u64) -> Result<PathBuf, Error> {
    let dir = files.backups();
    std::fs::create_dir_all(&dir).map_err(Error::file(&dir))?;
    tidy(files);
    let part = dir.join(format!("log-{now}-{head}.part"));
    let copied = copy(files, &part).await;
    let path = part.with_extension("db");
    let kept = copied.and_then(|()| {
        std::fs::File::open(&part)
            .and_then(|file| file.sync_all())
            .map_err(Error::file(&part))?;
        std::fs::rename(&part, &path).map_err(Error::file(&path))
    });
    if let Err(error) = kept {
        let _ = std::fs::remove_file(&part);
        return Err(error);
    }
    sync_dir(&path);
    let others = of_board(files, board).await;
    let others = others.iter().filter(|(backup, _)| backup.path != path);
    for (old, _) in others.skip(KEPT - 1) {
        // One that stays too long does no harm.
        let _ = std::fs::remove_file(&old.path);
    }
    Ok(path)
}

async fn copy(files: &Files, part: &Path) -> Result<(), Error> {
    let mut connection = sqlite::open_copier(&files.log()).await?;
    let copied = sqlx::query("vacuum into ?")
        .bind(part.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await;
    connection.close().await?;
    copied?;
    check(part).await.map(|_| ())
}

/// Reads a copy through, every page and the hash of every entry, and returns its chain.
pub async fn check(path: &Path) -> Result<Chain, Error> {
    let mut connection = sqlite::open_still(path).await?;
    let checked = async {
        if let Some(verdict) = sqlite::complaint(&mut connection).await? {
            return Err(Error::Damaged(sqlx::Error::Protocol(verdict)));
        }
        sqlite::not_newer(&mut connection, log::VERSION).await?;
        let chain = log::stored_chain(&mut connection).await?.ok_or(Error::NoBoard)?;
        log::is_whole(&mut connection, &chain).await?;
        log::holds(&mut connection, &chain).await?;
        Ok(chain)
    };
    let checked = checked.await;
    connection.close().await?;
    checked
}

/// Puts the sound copy of this board that has the most entries where the log was. The log itself must be out of the way.
pub async fn restore(files: &Files, board: WorkspaceId) -> Result<Option<Backup>, Error> {
    for (backup, _) in of_board(files, board).await {
        if let Err(error) = check(&backup.path).await {
            tracing::warn!(%error, path = %backup.path.display(), "a backup cannot be used");
            continue;
        }
        let part = files.dir().join("log.db.part");
        std::fs::copy(&backup.path, &part).map_err(Error::file(&part))?;
        std::fs::File::open(&part)
            .and_then(|file| file.sync_all())
            .map_err(Error::file(&part))?;
        std::fs::rename(&part, files.log()).map_err(Error::file(files.log()))?;
        sync_dir(&files.log());
        return Ok(Some(backup));
    }
    Ok(None)
}

/// Removes what a crash left half-copied.
fn tidy(files: &Files) {
    let Ok(dir) = std::fs::read_dir(files.backups()) else {
        return;
    };
    let parts = dir.flatten().map(|entry| entry.path());
    for part in parts.filter(|path| path.extension().is_some_and(|extension| extension == "part")) {
        let _ = std::fs::remove_file(part);
    }
}

/// Is a copy due? Not while there is one that holds all there is.
async fn is_due(files: &Files, chain: &Chain, now: Millis, is_urgent: bool) -> bool {
    let copies = of_board(files, chain.workspace).await;
    let Some((newest, _)) = copies.first() else { return true };
    if copies
        .iter()
        .any(|(_, copy)| (copy.n, copy.hash) == (chain.n, chain.hash))
    {
        return false;
    }
    // A clock that was wrong when the newest one was made does not put the next one off for ever.
    newest.at > now || now - newest.at >= EVERY_MS || is_urgent
}

impl Store {
    /// Copies the log when a copy is due. True when one was made.
    pub(crate) async fn back_up_if_due(&self) -> Result<bool, Error> {
        let files = &self.inner.files;
        let now = self.now();
        let (chain, mark) = {
            let writer = self.writer().await?;
            (writer.chain.clone(), writer.mark_side())
        };
        if chain.n == 0 || !is_due(files, &chain, now, mark.is_urgent).await {
            return Ok(false);
        }
        match make(files, chain.workspace, now, chain.n).await {
            Ok(_) => {}
            Err(error) => {
                if let Error::Damaged(_) | Error::BrokenEntry(_) = error {
                    // Reading all of it found what opening it did not: the next opening looks at everything, and mends.
                    tracing::error!(%error, "log.db is damaged");
                    let _ = std::fs::write(files.suspect(), b"");
                }
                return Err(error);
            }
        }
        self.writer().await?.backed_up(mark);
        Ok(true)
    }
}

/// Keeps copies of an open board until it is closed.
pub async fn keep(inner: Weak<Inner>, mut stop: watch::Receiver<bool>) {
    let mut pause = AFTER_OPENING;
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(pause) => {}
        }
        let Some(inner) = Weak::upgrade(&inner) else { return };
        let store = Store {
            inner: Arc::clone(&inner),
        };
        if let Err(error) = store.back_up_if_due().await {
            tracing::warn!(%error, "the log was not copied");
        }
        store.suspect_if_damaged();
        pause = LOOK_EVERY;
    }
}

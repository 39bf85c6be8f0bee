//! The log at opening: as it is, or put aside and replaced.

use super::{QUICK_CHECK_BYTES, REFETCHING};
use crate::backup::{self, Backup};
use crate::error::Error;
use crate::files::Files;
use crate::identity::Identity;
use crate::log;
use crate::side_file;
use crate::sqlite::{self, Durability, Shape};
use sidedesk_domain::Millis;
use sidedesk_protocol::chain::Chain;
use sqlx::{Connection as _, SqliteConnection};
use std::path::PathBuf;

/// What became of the log.
pub enum Found {
    /// As it was left.
    Sound,
    /// Put aside, or gone.
    Lost {
        /// Its new name; `None` when it was gone.
        aside: Option<PathBuf>,
        /// What stands in its place; `None` for an empty one.
        backup: Option<Backup>,
    },
}

/// What tells that this board was open here before.
#[derive(Debug, Clone, Copy)]
struct Traces {
    /// Its side file lies here.
    side: bool,
    /// A backup of it lies here.
    backup: bool,
    /// A board without a hub began here: its log was written before its identity.
    founded: bool,
}

impl Traces {
    fn was_open(self) -> bool {
        self.side || self.backup || self.founded
    }
}

/// The log, and what became of it.
pub async fn open_or_replace(
    files: &Files,
    identity: &Identity,
    now: Millis,
) -> Result<(SqliteConnection, Chain, Found), Error> {
    let board = identity.workspace;
    let traces = Traces {
        side: side_file::read(&files.side(), board).is_ok_and(|found| found.is_some()),
        backup: !backup::of_board(files, board).await.is_empty(),
        founded: identity.hub.is_none(),
    };
    // Without any, nobody has had this board open for writing: an empty log is where it begins.
    let opened = if files.log().exists() || !traces.was_open() {
        open(files, identity, now, Some(traces)).await
    } else {
        Err(Error::damaged("it is gone"))
    };
    match opened {
        Ok((log, chain)) => Ok((log, chain, Found::Sound)),
        Err(error @ (Error::Damaged(_) | Error::BrokenEntry(_))) => {
            tracing::warn!(%error, "log.db is damaged");
            replace(files, identity, now).await
        }
        Err(error) => Err(error),
    }
}

/// Puts the log aside, whatever it is, and a backup or nothing in its place.
async fn replace(files: &Files, identity: &Identity, now: Millis) -> Result<(SqliteConnection, Chain, Found), Error> {
    let existed = files.log().exists();
    // Also a WAL whose database is gone: it would be taken for the next one's.
    let aside = Some(files.quarantine(&files.log(), now)?).filter(|_| existed);
    let backup = backup::restore(files, identity.workspace).await?;
    let (mut log, chain) = open(files, identity, now, None).await?;
    log::set_meta(&mut log, REFETCHING, &[1]).await?;
    Ok((log, chain, Found::Lost { aside, backup }))
}

/// Opens the log, brings it to this version, and looks whether it is sound. Without traces it may be empty.
async fn open(
    files: &Files,
    identity: &Identity,
    now: Millis,
    traces: Option<Traces>,
) -> Result<(SqliteConnection, Chain), Error> {
    let mut connection = sqlite::open_writer(&files.log(), Durability::Full).await?;
    match check(&mut connection, files, identity, now, traces).await {
        Ok(chain) => Ok((connection, chain)),
        Err(error) => {
            // Closed before the file is put aside: whoever closes last removes the WAL by its name, and by then that may
            // be the next file's.
            let _ = connection.close().await;
            Err(error)
        }
    }
}

async fn check(
    log: &mut SqliteConnection,
    files: &Files,
    identity: &Identity,
    now: Millis,
    traces: Option<Traces>,
) -> Result<Chain, Error> {
    let version = sqlite::not_newer(log, log::VERSION).await?;
    if version == 0 && traces.is_some_and(Traces::was_open) {
        return Err(Error::damaged("it is empty"));
    }
    let closely = is_read_through(files);
    if closely {
        let verdict: String = sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut *log).await?;
        if verdict != "ok" {
            return Err(Error::damaged(verdict));
        }
    }
    bring_up(log, files, identity, &log::SHAPE, (version, now)).await?;
    let Some(chain) = log::stored_chain(log).await.map_err(|error| match error {
        Error::Protocol(error) => Error::damaged(error),
        other => other,
    })?
    else {
        // A newcomer may have closed the board before its first page came.
        if traces.is_some_and(|traces| traces.backup || traces.founded) {
            return Err(Error::damaged("it has no entries"));
        }
        return Ok(Chain::empty(identity.workspace));
    };
    if chain.workspace != identity.workspace {
        return Err(foreign(files, traces));
    }
    sees(files, log, &chain).await?;
    if closely {
        files.forget(&files.suspect())?;
    }
    Ok(chain)
}

/// A small log and a suspect one is read through; of a large one the count and the end are looked at.
fn is_read_through(files: &Files) -> bool {
    let len = std::fs::metadata(files.log()).map_or(0, |meta| meta.len());
    len <= QUICK_CHECK_BYTES || files.suspect().exists()
}

/// Whether opening the board would see that this log is damaged, beyond its pages.
pub async fn sees(files: &Files, log: &mut SqliteConnection, chain: &Chain) -> Result<(), Error> {
    log::is_whole(log, chain).await?;
    if log::hash_at(log, chain.n).await?.is_some_and(|hash| hash != chain.hash) {
        return Err(Error::damaged("its end is another one"));
    }
    if is_read_through(files) {
        log::holds(log, chain).await?;
    }
    Ok(())
}

/// The log is another board's. If its other files are the identity's, the log is the stranger; else the identity may be.
fn foreign(files: &Files, traces: Option<Traces>) -> Error {
    if traces.is_none_or(|traces| traces.side || traces.backup) {
        return Error::damaged("it is another board's");
    }
    Error::Unusable(format!(
        "The files identity and log.db in {} belong to two different boards. Nothing was changed. Put the right identity \
         back (a second copy may lie in backups/identity), or move the files of one board to a folder of their own, and \
         open the board again.",
        files.dir().display()
    ))
}

/// A log of an older version is copied, then migrated, in one transaction for each version.
async fn bring_up(
    log: &mut SqliteConnection,
    files: &Files,
    identity: &Identity,
    shape: &Shape,
    (version, now): (i64, Millis),
) -> Result<(), Error> {
    if version > 0 && version < shape.version {
        let head = log::stored_chain(log).await?.map_or(0, |chain| chain.n);
        backup::make(files, identity.workspace, now, head).await?;
    }
    sqlite::bring_up(log, shape, version).await
}

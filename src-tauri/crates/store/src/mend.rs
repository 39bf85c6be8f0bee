//! Opening the files of a board for writing, and mending what can be mended on the way.
//!
//! ```text
//! log.db damaged, empty or missing   put aside; the newest sound backup in its place; what the side file says waits again;
//!                                    the rest comes from the hub
//! view.db damaged                    put aside and folded again
//! view.db of another fold or history folded again
//! ```
//!
//! Nothing is deleted that somebody typed, and every mend is told in one sentence.

use crate::backup::{self, Backup};
use crate::error::Error;
use crate::files::Files;
use crate::identity::Identity;
use crate::log::{self, Pending};
use crate::planted;
use crate::side_file::{self, SideFile};
use crate::sqlite::{self, Durability, Shape};
use crate::writer::{Applied, Progress, Writer};
use sidedesk_domain::time::{floor_minute, to_rfc3339};
use sidedesk_domain::{Millis, OpId};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Header, OpKind};
use sidedesk_protocol::keys::{DeviceSecret, Keyring};
use sidedesk_protocol::membership::Public;
use sqlx::{Connection as _, SqliteConnection};
use std::path::{Path, PathBuf};

mod view;

/// A log up to this size is checked page by page at every opening: a few milliseconds. A larger one is read through when
/// it is copied, once a day, and by `verify`.
const QUICK_CHECK_BYTES: u64 = 4 * 1024 * 1024;
/// In the log's meta table: it lost its end, and what comes back from the hub under this device's name is its own.
const REFETCHING: &str = "refetching";

/// What became of the log.
enum Log {
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

/// The one writer of this board. `notices` takes one sentence for each mend.
pub async fn open_writer(
    files: &Files,
    identity: &mut Identity,
    now: Millis,
    notices: &mut Vec<String>,
    progress: &mut Progress<'_>,
) -> Result<Writer, Error> {
    match attempt(files, identity, now, notices, progress).await {
        // A large log is not read through at every opening, and this one turned out to be damaged on the way.
        Err(Error::Damaged(error)) if !files.suspect().exists() => {
            tracing::warn!(%error, "the log is looked at page by page");
            std::fs::write(files.suspect(), b"").map_err(Error::file(files.suspect()))?;
            attempt(files, identity, now, notices, progress).await
        }
        other => other,
    }
}

async fn attempt(
    files: &Files,
    identity: &mut Identity,
    now: Millis,
    notices: &mut Vec<String>,
    progress: &mut Progress<'_>,
) -> Result<Writer, Error> {
    let (mut log, chain, found) = open_or_replace_log(files, identity, now).await?;
    let kept = bring_back(files, &mut log, &chain, identity, &found).await?;
    if let Log::Lost { aside, backup } = &found {
        notices.push(lost_log_sentence(aside.as_deref(), backup.as_ref(), identity, &kept));
        files.forget(&files.suspect())?;
    }
    let (keyring, hub) = keyring(&mut log, &identity.secret()).await?;
    if identity.hub.is_none() && hub.is_some() {
        identity.hub = hub;
        identity.write(files)?;
    }
    let view = view::view_of(files, &mut log, &chain, now, notices).await?;
    let side = if orders_itself(&chain, identity) {
        SideFile::open_as_it_is(&files.side(), identity.workspace)
    } else {
        let waiting = log::all_pending(&mut log).await?;
        SideFile::open(&files.side(), identity.workspace, &waiting)
    };
    let at = Applied::nothing(chain.workspace);
    let mut writer = Writer {
        log,
        view,
        chain,
        keyring,
        secret: identity.secret(),
        member: identity.member,
        at,
        behind: true,
        has_hub: identity.hub.is_some(),
        side,
        side_has_gap: false,
    };
    match writer.catch_up(progress).await {
        Err(Error::Damaged(_) | Error::Unreadable(_)) => {
            // Closed first: whoever closes last removes the WAL by its name.
            let fresh = sqlite::open_nowhere().await?;
            let _ = std::mem::replace(&mut writer.view, fresh).close().await;
            writer.view = view::replaced_view(files, &writer.chain, now, notices).await?;
            writer.catch_up(progress).await?;
        }
        other => other?,
    }
    if let Kept::Local(rows) = kept {
        writer.place_again(rows, now).await?;
    }
    Ok(writer)
}

/// See [`Writer::orders_itself`].
fn orders_itself(chain: &Chain, identity: &Identity) -> bool {
    let alone = chain.membership.devices.keys().eq([&identity.secret().id()]);
    chain.hub_key.is_none() && identity.hub.is_none() && alone
}

/// The keys that a log holds for this device, and the hub that it names.
pub async fn keyring(log: &mut SqliteConnection, secret: &DeviceSecret) -> Result<(Keyring, Option<String>), Error> {
    let (mut keyring, mut hub) = (Keyring::default(), None);
    for log_entry in log::membership_entries(log).await? {
        let op = &log_entry.entry.op;
        let kind = minicbor::decode::<Header>(&op.header).map(|header| header.kind);
        if let Some(public) = Public::read(kind.unwrap_or(OpKind::Other(0)), op)? {
            keyring.open_wraps(secret, public.wraps())?;
            if let Public::NameHub(op) = public {
                hub = Some(op.address);
            }
        }
    }
    Ok((keyring, hub))
}

async fn open_or_replace_log(
    files: &Files,
    identity: &Identity,
    now: Millis,
) -> Result<(SqliteConnection, Chain, Log), Error> {
    let board = identity.workspace;
    // Without either, nobody has had this board open for writing: an empty log is where it begins.
    let was_open_before = side_file::read(&files.side(), board).is_ok_and(|found| found.is_some())
        || backup::is_one_of(files, board).await;
    let opened = if files.log().exists() || !was_open_before {
        open_log(files, identity, now, was_open_before).await
    } else {
        Err(damaged("it is gone"))
    };
    match opened {
        Ok((log, chain)) => Ok((log, chain, Log::Sound)),
        Err(Error::Damaged(error)) => {
            tracing::warn!(%error, "log.db is damaged");
            replace_log(files, identity, now).await
        }
        Err(error) => Err(error),
    }
}

/// Puts the log aside, whatever it is, and a backup or nothing in its place.
async fn replace_log(files: &Files, identity: &Identity, now: Millis) -> Result<(SqliteConnection, Chain, Log), Error> {
    let existed = files.log().exists();
    // Also a WAL whose database is gone: it would be taken for the next one's.
    let aside = Some(files.quarantine(&files.log(), now)?).filter(|_| existed);
    let backup = backup::restore(files, identity.workspace).await?;
    let (mut log, chain) = open_log(files, identity, now, false).await?;
    log::set_meta(&mut log, REFETCHING, &[1]).await?;
    Ok((log, chain, Log::Lost { aside, backup }))
}

/// Opens the log, brings it to this version, and looks whether it is sound.
async fn open_log(
    files: &Files,
    identity: &Identity,
    now: Millis,
    was_open_before: bool,
) -> Result<(SqliteConnection, Chain), Error> {
    let mut connection = sqlite::open_writer(&files.log(), Durability::Full).await?;
    match check_log(&mut connection, files, identity, now, was_open_before).await {
        Ok(chain) => Ok((connection, chain)),
        Err(error) => {
            // Closed before the file is put aside: whoever closes last removes the WAL by its name, and by then that may
            // be the next file's.
            let _ = connection.close().await;
            Err(error)
        }
    }
}

async fn check_log(
    log: &mut SqliteConnection,
    files: &Files,
    identity: &Identity,
    now: Millis,
    was_open_before: bool,
) -> Result<Chain, Error> {
    let version = sqlite::not_newer(log, log::VERSION).await?;
    if version == 0 && was_open_before {
        return Err(damaged("it is empty"));
    }
    let len = std::fs::metadata(files.log()).map_or(0, |meta| meta.len());
    if len <= QUICK_CHECK_BYTES || files.suspect().exists() {
        let verdict: String = sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut *log).await?;
        if verdict != "ok" {
            return Err(damaged(verdict));
        }
        files.forget(&files.suspect())?;
    }
    bring_up(log, files, &log::SHAPE, version, now).await?;
    let Some(chain) = log::stored_chain(log).await.map_err(|error| match error {
        Error::Protocol(error) => damaged(error),
        other => other,
    })?
    else {
        return Ok(Chain::empty(identity.workspace));
    };
    if log::hash_at(log, chain.n).await?.is_some_and(|hash| hash != chain.hash) {
        return Err(damaged("its end is another one"));
    }
    if chain.workspace != identity.workspace {
        return Err(damaged("it is another board's"));
    }
    Ok(chain)
}

/// A log of an older version is copied, then migrated, in one transaction for each version.
async fn bring_up(
    log: &mut SqliteConnection,
    files: &Files,
    shape: &Shape,
    version: i64,
    now: Millis,
) -> Result<(), Error> {
    if version > 0 && version < shape.version {
        let head = log::stored_chain(log).await?.map_or(0, |chain| chain.n);
        backup::make(files, now, head).await?;
    }
    sqlite::bring_up(log, shape, version).await
}

fn damaged(why: impl ToString) -> Error {
    Error::Damaged(sqlx::Error::Protocol(why.to_string()))
}

/// What the side file brought back.
enum Kept {
    /// So much waits for the hub.
    Waiting(usize),
    /// What a board that orders itself has lost, to be placed again.
    Local(Vec<Pending>),
}

/// What the side file says waits, and the log knows nothing of, waits again: once, by its op id.
async fn bring_back(
    files: &Files,
    log: &mut SqliteConnection,
    chain: &Chain,
    identity: &Identity,
    found: &Log,
) -> Result<Kept, Error> {
    let side = match side_file::read(&files.side(), identity.workspace) {
        Ok(side) => side.unwrap_or_default(),
        Err(error) => {
            tracing::warn!(%error, "the side file cannot be read");
            side_file::Contents::default()
        }
    };
    let waiting = log::all_pending(log).await?;
    let ops: Vec<OpId> = side.waiting.iter().map(|row| row.op).collect();
    let in_log: Vec<OpId> = waiting.iter().map(|row| row.op).collect();
    let mut unknown: Vec<OpId> = ops.into_iter().filter(|op| !in_log.contains(op)).collect();
    if !planted::is("waits-twice") {
        let settled = log::settled_of(log, &unknown).await?;
        unknown.retain(|op| !settled.contains(op));
    }
    let rows: Vec<Pending> = side
        .waiting
        .into_iter()
        .filter(|row| unknown.contains(&row.op))
        .collect();
    if orders_itself(chain, identity) {
        return Ok(Kept::Local(rows));
    }
    if !rows.is_empty() {
        let mut tx = log.begin_with("begin immediate").await?;
        for row in &rows {
            let what = (row.kind, row.op, row.space, row.author_time);
            log::insert_pending(&mut tx, what, &row.plain).await?;
        }
        tx.commit().await?;
        if matches!(found, Log::Sound) {
            tracing::warn!(
                changes = rows.len(),
                "the side file knew of changes that the log did not"
            );
        }
    }
    Ok(Kept::Waiting(waiting.len() + rows.len()))
}

fn lost_log_sentence(aside: Option<&Path>, backup: Option<&Backup>, identity: &Identity, kept: &Kept) -> String {
    let lost = match aside {
        Some(aside) => {
            let name = aside.file_name().unwrap_or_default().to_string_lossy();
            format!("The board's log was damaged. It was put aside as {name}")
        }
        None => "The board's log was gone".to_owned(),
    };
    let replaced = backup.map(|backup| format!("the backup of {} took its place", to_rfc3339(floor_minute(backup.at))));
    let kept = match kept {
        Kept::Waiting(0) => "no change was waiting for the hub".to_owned(),
        Kept::Waiting(1) => "the change that had not reached the hub was kept".to_owned(),
        Kept::Waiting(count) => format!("the {count} changes that had not reached the hub were kept"),
        Kept::Local(rows) if rows.is_empty() => "nothing had changed since".to_owned(),
        Kept::Local(rows) => format!("the changes since then were kept ({})", rows.len()),
    };
    match (&identity.hub, replaced) {
        (Some(_), Some(replaced)) => format!("{lost}; {replaced}, and the rest is fetched again from the hub; {kept}."),
        (Some(_), None) => format!("{lost}; the board is fetched again from the hub; {kept}."),
        (None, Some(replaced)) => format!("{lost}; {replaced}, and {kept}."),
        (None, None) => format!(
            "{lost}; this board was never shared and has no backup, so nothing can be fetched again. \
             Restore a backup, or found the board anew."
        ),
    }
}

/// True while the log lost its end and has not caught up with the hub yet.
pub async fn is_refetching(log: &mut SqliteConnection) -> Result<bool, Error> {
    Ok(log::meta(log, REFETCHING).await?.is_some())
}

/// It has caught up.
pub async fn refetched(log: &mut SqliteConnection) -> Result<(), Error> {
    log::delete_meta(log, REFETCHING).await
}

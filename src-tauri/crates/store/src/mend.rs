//! Opening the files of a board for writing, and mending what can be mended on the way.
//!
//! ```text
//! log.db damaged, with a hole, empty or missing
//!                                    put aside; the sound backup with the most entries in its place; of a board without a
//!                                    hub also what can still be read of it; what the side file says waits again; the
//!                                    rest comes from the hub
//! log.db behind its backup           what it lacks is taken from there, or comes from the hub
//! view.db damaged                    put aside and folded again
//! view.db ahead of log.db            put aside, and said: the log has lost something
//! view.db of another fold or history folded again
//! ```
//!
//! Nothing is deleted that somebody typed, and every mend is told in one sentence.

use crate::error::Error;
use crate::files::Files;
use crate::identity::Identity;
use crate::log::{self, Pending};
use crate::planted;
use crate::side_file::{self, SideFile};
use crate::sqlite;
use crate::writer::{Applied, Progress, Writer};
use sidedesk_domain::{Millis, OpId};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Header, OpKind};
use sidedesk_protocol::keys::{DeviceSecret, Keyring};
use sidedesk_protocol::membership::Public;
use sqlx::{Connection as _, SqliteConnection};

mod log_file;
pub mod missing;
mod sentence;
mod view;

use log_file::Found;
pub use log_file::sees;
pub use sentence::nothing_left as nothing_left_sentence;

/// A log up to this size is checked page by page at every opening: a few milliseconds. A larger one is read through when
/// it is copied, once a day, and by `verify`.
const QUICK_CHECK_BYTES: u64 = 4 * 1024 * 1024;
/// In the log's meta table: it lost its end, and what comes back from the hub under this device's name is its own.
const REFETCHING: &str = "refetching";

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
        Err(error @ (Error::Damaged(_) | Error::BrokenEntry(_) | Error::Protocol(_) | Error::Unreadable(_)))
            if !files.suspect().exists() =>
        {
            tracing::warn!(%error, "the log is read through");
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
    let (mut log, mut chain, found) = log_file::open_or_replace(files, identity, now).await?;
    let taken = what_it_lacks(files, &mut log, &mut chain, identity, (&found, &mut *notices)).await?;
    if chain.n == 0 && identity.hub.is_none() {
        return Err(nothing_left(files, log, now).await?);
    }
    let (keyring, hub) = keyring(&mut log, &identity.secret()).await?;
    let behind = match &found {
        Found::Lost { aside: Some(aside), .. } if orders_itself(&chain, identity) => {
            missing::behind_the_break(aside, &chain, &keyring).await
        }
        _ => missing::Behind::default(),
    };
    let (rows, unreadable) = (behind.rows, behind.unreadable);
    let from_aside = taken > 0 || !rows.is_empty();
    let kept = bring_back(files, &mut log, &chain, identity, (&found, rows)).await?;
    if let Found::Lost { aside, backup } = &found {
        let unreadable = still_missing(&mut log, &unreadable, &kept).await?;
        let counts = (taken, unreadable);
        notices.push(sentence::lost_log(
            aside.as_deref(),
            backup.as_ref(),
            identity,
            &kept,
            counts,
        ));
        files.forget(&files.suspect())?;
    }
    if identity.hub.is_none() && hub.is_some() {
        identity.hub = hub;
        identity.write(files)?;
    }
    let log_stands = view::LogStands {
        is_lost: matches!(found, Found::Lost { .. }),
        comes_to: chain.n + kept.rows(),
    };
    let view = view::view_of(files, &mut log, (&chain, identity), log_stands, now, notices).await?;
    let side = if orders_itself(&chain, identity) {
        SideFile::open_as_it_is(&files.side(), identity.workspace)
    } else {
        let waiting = log::all_pending(&mut log).await?;
        SideFile::open(&files.side(), identity.workspace, &waiting)
    };
    let mut writer = Writer {
        log,
        view,
        at: Applied::nothing(chain.workspace),
        chain,
        keyring,
        secret: identity.secret(),
        member: identity.member,
        behind: true,
        has_hub: identity.hub.is_some(),
        side,
        side_has_gap: false,
    };
    follow(&mut writer, files, now, notices, progress).await?;
    if let Kept::Local(rows, _) = kept {
        // What came from the file that was put aside is in no backup yet.
        writer.side_has_gap = from_aside;
        writer.place_again(rows, now).await?;
    }
    Ok(writer)
}

/// Brings the view up to the log; one that turns out to be damaged on the way is put aside.
async fn follow(
    writer: &mut Writer,
    files: &Files,
    now: Millis,
    notices: &mut Vec<String>,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    match writer.catch_up(progress).await {
        Err(Error::Damaged(_) | Error::Unreadable(_)) => {
            // Closed first: whoever closes last removes the WAL by its name.
            let fresh = sqlite::open_nowhere().await?;
            let _ = std::mem::replace(&mut writer.view, fresh).close().await;
            writer.view = view::replaced_view(files, &writer.chain, now, notices).await?;
            writer.catch_up(progress).await
        }
        other => other,
    }
}

/// Takes what the log lacks from where it still is; how many entries from the file that was put aside.
async fn what_it_lacks(
    files: &Files,
    log: &mut SqliteConnection,
    chain: &mut Chain,
    identity: &Identity,
    (found, notices): (&Found, &mut Vec<String>),
) -> Result<u64, Error> {
    if identity.hub.is_some() || chain.hub_key.is_some() {
        if let (Found::Sound, Some((backup, copy))) = (found, missing::ahead(files, chain).await.first()) {
            notices.push(sentence::backup_ahead(backup, copy.n - chain.n));
        }
        return Ok(0);
    }
    let mut taken = 0;
    if let Found::Lost { aside: Some(aside), .. } = found
        && let Ok(mut from) = sqlite::open_looking(aside).await
    {
        taken = missing::take(log, chain, &mut from).await?;
        let _ = from.close().await;
    }
    missing::take_from_backups(files, log, chain, notices).await?;
    Ok(taken)
}

/// Nothing of a board without a hub is here: an empty board would take edits that nobody ever gets. What was shown is
/// kept aside.
async fn nothing_left(files: &Files, log: SqliteConnection, now: Millis) -> Result<Error, Error> {
    let _ = log.close().await;
    files.discard(&files.log())?;
    if files.view().exists() {
        files.quarantine(&files.view(), now)?;
    }
    files.forget(&files.suspect())?;
    Ok(Error::Lost(sentence::nothing_left(files)))
}

/// Of the entries that could not be read, those whose op came from nowhere else.
async fn still_missing(log: &mut SqliteConnection, unreadable: &[Option<OpId>], kept: &Kept) -> Result<usize, Error> {
    let ops: Vec<OpId> = unreadable.iter().flatten().copied().collect();
    let settled = log::settled_of(log, &ops).await?;
    let rows: &[Pending] = match kept {
        Kept::Local(rows, _) => rows,
        Kept::Waiting(..) => &[],
    };
    let is_there = |op: &OpId| settled.contains(op) || rows.iter().any(|row| row.op == *op);
    Ok(unreadable
        .iter()
        .filter(|op| !op.as_ref().is_some_and(is_there))
        .count())
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

/// What the side file brought back.
enum Kept {
    /// So much waits for the hub; false when there may have been more.
    Waiting(usize, bool),
    /// What a board that orders itself has lost, to be placed again; false when there may have been more.
    Local(Vec<Pending>, bool),
}

impl Kept {
    /// Entries that this becomes here.
    fn rows(&self) -> u64 {
        match self {
            Self::Waiting(..) => 0,
            Self::Local(rows, _) => rows.len() as u64,
        }
    }
}

/// What the side file says waits, and the log knows nothing of, waits again: once, by its op id.
async fn bring_back(
    files: &Files,
    log: &mut SqliteConnection,
    chain: &Chain,
    identity: &Identity,
    (found, behind): (&Found, Vec<Pending>),
) -> Result<Kept, Error> {
    let read = side_file::read(&files.side(), identity.workspace).unwrap_or_else(|error| {
        tracing::warn!(%error, "the side file cannot be read");
        None
    });
    let is_known = read.as_ref().is_some_and(|side| side.torn == 0);
    let mut side = read.unwrap_or_default();
    // What the file put aside still shows came before what only the side file knows.
    let beside = std::mem::replace(&mut side.waiting, behind);
    for row in beside {
        if side.waiting.iter().all(|known| known.op != row.op) {
            side.waiting.push(row);
        }
    }
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
        return Ok(Kept::Local(rows, is_known));
    }
    if !rows.is_empty() {
        let mut tx = log.begin_with("begin immediate").await?;
        for row in &rows {
            let what = (row.kind, row.op, row.space, row.author_time);
            log::insert_pending(&mut tx, what, &row.plain).await?;
        }
        tx.commit().await?;
        if matches!(found, Found::Sound) {
            tracing::warn!(
                changes = rows.len(),
                "the side file knew of changes that the log did not"
            );
        }
    }
    Ok(Kept::Waiting(waiting.len() + rows.len(), is_known))
}

/// True while the log lost its end and has not caught up with the hub yet.
pub async fn is_refetching(log: &mut SqliteConnection) -> Result<bool, Error> {
    Ok(log::meta(log, REFETCHING).await?.is_some())
}

/// It has caught up.
pub async fn refetched(log: &mut SqliteConnection) -> Result<(), Error> {
    log::delete_meta(log, REFETCHING).await
}

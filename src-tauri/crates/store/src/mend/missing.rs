//! What a log lacks and another copy of it has: a backup that is ahead of it, or the damaged file that was put aside.
//!
//! An entry is taken when it follows this chain, with its signature and its hash; so nothing is taken that this board did
//! not write. Only for a board without a hub: for the others the hub has it all, in the one true order.

use crate::backup::{self, Backup};
use crate::error::Error;
use crate::files::{Files, sync_dir};
use crate::log::{self, LogEntry, Pending};
use crate::sqlite;
use sidedesk_domain::Space;
use sidedesk_domain::time::{floor_minute, to_rfc3339};
use sidedesk_protocol::author::{encode_action, open_action};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Header, OpKind};
use sidedesk_protocol::keys::Keyring;
use sqlx::{Connection as _, SqliteConnection};
use std::path::Path;

/// Entries taken in one transaction.
const ENTRIES: usize = 1000;
/// Bytes of them.
const LEN: usize = 4 * 1024 * 1024;

/// Takes from another copy of this log what follows its end; how many entries. One that cannot be read ends the taking.
pub async fn take(log: &mut SqliteConnection, chain: &mut Chain, from: &mut SqliteConnection) -> Result<u64, Error> {
    let before = chain.n;
    loop {
        let mut next = chain.clone();
        let (mut rows, mut headers) = (Vec::new(), Vec::new());
        for row in log::entries_up_to(from, chain.n, ENTRIES, LEN)
            .await
            .unwrap_or_default()
        {
            let mut tried = next.clone();
            match tried.append(&row.entry) {
                Ok(checked) if tried.hash == row.hash => headers.push(checked.header),
                _ => break,
            }
            next = tried;
            rows.push(row);
        }
        if rows.is_empty() {
            return Ok(chain.n - before);
        }
        let mut tx = log.begin_with("begin immediate").await?;
        log::insert_entries(&mut tx, &rows, &headers).await?;
        log::set_meta(&mut tx, "chain", &next.to_bytes()?).await?;
        tx.commit().await?;
        *chain = next;
    }
}

/// Takes what the backups have more than the log, and says so. One that is ahead on another course is put aside: it would
/// be taken for the newest for ever.
pub async fn take_from_backups(
    files: &Files,
    log: &mut SqliteConnection,
    chain: &mut Chain,
    notices: &mut Vec<String>,
) -> Result<(), Error> {
    for (backup, copy) in ahead(files, chain).await {
        if copy.n <= chain.n {
            continue;
        }
        let mut from = sqlite::open_still(&backup.path).await?;
        let at = log::hash_at(&mut from, chain.n).await.ok().flatten();
        let ended = chain.n;
        let taken = take(log, chain, &mut from).await;
        let _ = from.close().await;
        let taken = taken?;
        if taken > 0 {
            notices.push(format!(
                "log.db had gone back in time: it ended with entry {ended}. The {taken} entries that it lacked were taken \
                 from the backup of {}. If log.db was put there on purpose, undo what you do not want.",
                time(&backup)
            ));
        } else if ended > 0 && at.is_some_and(|hash| hash != chain.hash) {
            let apart = backup.path.with_extension("apart");
            std::fs::rename(&backup.path, &apart).map_err(Error::file(&backup.path))?;
            sync_dir(&apart);
            notices.push(format!(
                "The backup of {} went on otherwise than log.db and has {} entries more. It was put aside as {}, and is \
                 not used. To go back to it, close the program and put it in the place of log.db.",
                time(&backup),
                copy.n - ended,
                apart.display()
            ));
        }
    }
    Ok(())
}

/// The backups of this board that have more entries than its log.
pub async fn ahead(files: &Files, chain: &Chain) -> Vec<(Backup, Chain)> {
    if backup::list(files).iter().all(|backup| backup.head <= chain.n) {
        return Vec::new();
    }
    let mut found = backup::of_board(files, chain.workspace).await;
    found.retain(|(_, copy)| copy.n > chain.n);
    found
}

/// When it was made, for a sentence.
pub fn time(backup: &Backup) -> String {
    to_rfc3339(floor_minute(backup.at))
}

/// What lies behind a break of the chain in a file that was put aside.
#[derive(Debug, Default)]
pub struct Behind {
    /// Actions that can still be opened, in order.
    pub rows: Vec<Pending>,
    /// Entries that cannot; of those whose header can be read, which ops they are.
    pub unreadable: Vec<Option<sidedesk_domain::OpId>>,
}

/// Reads what the chain could not take any more because something before it is lost.
pub async fn behind_the_break(aside: &Path, chain: &Chain, keyring: &Keyring) -> Behind {
    let mut found = Behind::default();
    let Ok(mut from) = sqlite::open_looking(aside).await else {
        return found;
    };
    let mut n = chain.n;
    loop {
        let entries = log::entries_up_to(&mut from, n, ENTRIES, LEN).await.unwrap_or_default();
        let Some(last) = entries.last() else { break };
        n = last.entry.n;
        for row in &entries {
            match opened(row, chain, keyring) {
                Ok(Some(pending)) => found.rows.push(pending),
                Ok(None) => {}
                Err(op) => found.unreadable.push(op),
            }
        }
    }
    let _ = from.close().await;
    found
}

/// Nothing for what is no action of this board.
fn opened(row: &LogEntry, chain: &Chain, keyring: &Keyring) -> Result<Option<Pending>, Option<sidedesk_domain::OpId>> {
    let op = &row.entry.op;
    let header: Header = minicbor::decode(&op.header).map_err(|_| None)?;
    if header.kind != OpKind::Action || header.workspace != chain.workspace {
        return Ok(None);
    }
    let unreadable = Some(header.op);
    op.parse().map_err(|_| unreadable)?;
    let action = open_action(&header, op, keyring).map_err(|_| unreadable)?;
    Ok(Some(Pending {
        seq: 0,
        kind: header.kind,
        op: header.op,
        space: Space::from_number(header.space).ok_or(unreadable)?,
        author_time: header.author_time,
        plain: encode_action(&action).map_err(|_| unreadable)?,
    }))
}

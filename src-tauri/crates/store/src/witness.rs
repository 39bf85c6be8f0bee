//! Every author is a witness: each op names the head that its author knew, and that must be a head of this log.
//!
//! A hub that shows two orders cannot hand an op from the one to the other: whoever wrote it says which history they saw.
//! Asked inside the transaction that stores the entries, so that nothing of a page that fails is kept.

use crate::error::Error;
use crate::log::{self, LogEntry};
use sidedesk_protocol::chain::witnessed;
use sidedesk_protocol::entry::Header;
use sidedesk_protocol::{Hash, ZERO_HASH};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Entries looked at together, and bytes of them.
const AT_ONCE: usize = 4000;
const AT_ONCE_LEN: usize = 4 * 1024 * 1024;

/// The heads that a page brings: most authors knew one of these, or the one before it, and nothing has to be looked up.
pub fn heads<'r>(before: (u64, Hash), rows: &'r [LogEntry]) -> impl Iterator<Item = (u64, Hash)> + 'r {
    let come = rows.iter().map(|row| (row.entry.n, row.hash));
    std::iter::once(before).chain(come)
}

/// Compares what the authors of these entries saw with what is stored. Where a history is still on its way nothing can be
/// said of the part that is missing.
pub async fn all_saw_this(
    log: &mut SqliteConnection,
    headers: &[Header],
    known: impl Iterator<Item = (u64, Hash)>,
) -> Result<(), Error> {
    let known = known.chain(std::iter::once((0, ZERO_HASH)));
    let mut known: BTreeMap<u64, Option<Hash>> = known.map(|(n, hash)| (n, Some(hash))).collect();
    for header in headers {
        let hash = match known.get(&header.base_n) {
            Some(hash) => *hash,
            None => {
                let hash = log::hash_at(&mut *log, header.base_n).await?;
                known.insert(header.base_n, hash);
                hash
            }
        };
        witnessed(header, hash)?;
    }
    Ok(())
}

/// The same of everything behind place `n`, once what lies before it is here. False when somebody saw another history.
pub async fn holds_behind(log: &mut SqliteConnection, n: u64) -> Result<bool, Error> {
    let mut after = n;
    loop {
        let rows = log::entries_up_to(&mut *log, after, AT_ONCE, AT_ONCE_LEN).await?;
        let Some(last) = rows.last() else { return Ok(true) };
        after = last.entry.n;
        let mut headers = Vec::with_capacity(rows.len());
        for row in &rows {
            let header: Header = minicbor::decode(&row.entry.op.header)?;
            if header.base_n < n {
                headers.push(header);
            }
        }
        match all_saw_this(&mut *log, &headers, std::iter::empty()).await {
            Err(Error::Protocol(_)) => return Ok(false),
            other => other?,
        }
    }
}

//! Is this log what it was when it was written? Its count, and every entry's hashes.

use super::{LogEntry, entries_up_to, meta};
use crate::error::Error;
use crate::snapshot;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::{Hash, ZERO_HASH};
use sqlx::SqliteConnection;

/// Entries read at once.
const ENTRIES: usize = 1000;
/// Bytes of them.
const LEN: usize = 4 * 1024 * 1024;

/// Are all entries there that the chain counts? A file and a WAL that do not belong together leave holes, and every page
/// of them is sound. What a snapshot stands for is missing rightly, as far as the history has not come.
pub async fn is_whole(log: &mut SqliteConnection, chain: &Chain) -> Result<(), Error> {
    let base = snapshot::base(log).await?.map_or(0, |base| base.n);
    let history = match meta(log, "history").await? {
        Some(bytes) if base > 0 => Chain::from_bytes(&bytes)?.n,
        _ => 0,
    };
    let (count, last): (i64, i64) = sqlx::query_as("select count(*), coalesce(max(n), 0) from entry")
        .fetch_one(&mut *log)
        .await?;
    let expected = chain.n.saturating_sub(base) + history;
    let ends = if chain.n > base { chain.n } else { history };
    if (count as u64, last as u64) == (expected, ends) {
        Ok(())
    } else {
        Err(Error::damaged(format!(
            "it has {count} entries up to {last}, and should have {expected} up to {ends}"
        )))
    }
}

/// Is every entry what was signed, and does each follow the one before it, up to the chain's head?
pub async fn holds(log: &mut SqliteConnection, chain: &Chain) -> Result<(), Error> {
    let base = snapshot::base(log).await?;
    let (mut n, mut hash) = (0, ZERO_HASH);
    loop {
        let entries = entries_up_to(log, n, ENTRIES, LEN).await?;
        if entries.is_empty() {
            break;
        }
        for row in &entries {
            let from_base = base.as_ref().filter(|base| row.entry.n == base.n + 1);
            hash = from_base.map_or(hash, |base| base.hash);
            if from_base.is_none() && row.entry.n != n + 1 {
                return Err(Error::BrokenEntry(n + 1));
            }
            follows(row, &hash)?;
            (n, hash) = (row.entry.n, row.hash);
        }
    }
    let is_base = base.is_some_and(|base| base.n == chain.n);
    if is_base || (n, hash) == (chain.n, chain.hash) {
        Ok(())
    } else {
        Err(Error::damaged("its end is another one"))
    }
}

/// Is this entry what was signed, behind what has this hash?
pub fn follows(row: &LogEntry, before: &Hash) -> Result<(), Error> {
    if row.entry.op.parse().is_err() || row.entry.chain_hash(before) != row.hash {
        return Err(Error::BrokenEntry(row.entry.n));
    }
    Ok(())
}

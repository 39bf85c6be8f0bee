//! What opening, mending and looking ask of the log.

use super::{Pending, meta, pending_after};
use crate::error::Error;
use sidedesk_domain::OpId;
use sidedesk_protocol::chain::Chain;
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Op ids read at once while looking for some of them.
const OPS_PER_LOOK: i64 = 5000;

/// Removes a value of the meta table.
pub async fn delete_meta(log: &mut SqliteConnection, key: &str) -> Result<(), Error> {
    sqlx::query("delete from meta where key = ?")
        .bind(key)
        .execute(log)
        .await?;
    Ok(())
}

/// The chain as it is stored; `None` in a log without entries.
pub async fn stored_chain(log: &mut SqliteConnection) -> Result<Option<Chain>, Error> {
    let bytes = meta(log, "chain").await?;
    Ok(bytes.map(|bytes| Chain::from_bytes(&bytes)).transpose()?)
}

/// All that waits, in order.
pub async fn all_pending(log: &mut SqliteConnection) -> Result<Vec<Pending>, Error> {
    pending_after(log, 0, usize::MAX >> 1).await
}

/// Those of these ops that are in the log as entries already, or in the drawer. The log is walked from its end, where what
/// was sent last lies; only an op that is not there at all makes it a walk through everything.
pub async fn settled_of(log: &mut SqliteConnection, ops: &[OpId]) -> Result<BTreeSet<OpId>, Error> {
    let wanted: BTreeSet<OpId> = ops.iter().copied().collect();
    let mut settled = BTreeSet::new();
    let refused: Vec<Vec<u8>> = sqlx::query_scalar("select op from refused")
        .fetch_all(&mut *log)
        .await?;
    let of = |found: &[u8]| OpId::from_slice(found).filter(|op| wanted.contains(op));
    settled.extend(refused.iter().filter_map(|op| of(op)));
    let mut before = i64::MAX;
    while settled.len() < wanted.len() {
        let page: Vec<(i64, Vec<u8>)> = sqlx::query_as("select n, op from entry where n < ? order by n desc limit ?")
            .bind(before)
            .bind(OPS_PER_LOOK)
            .fetch_all(&mut *log)
            .await?;
        let Some((last, _)) = page.last() else { break };
        before = *last;
        settled.extend(page.iter().filter_map(|(_, op)| of(op)));
    }
    Ok(settled)
}

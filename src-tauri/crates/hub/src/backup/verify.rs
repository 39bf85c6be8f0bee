//! Is a backup worth anything? Every board's history is verified from its first entry: signatures, places, times, the
//! devices' own order, and what is stored beside each entry; and its head is worked out anew.

use super::copy::marks;
use super::open;
use crate::database::{Link, sqlite};
use crate::{Result, boards, log};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::message::{MAX_PAGE_ENTRIES, MAX_PAGE_LEN};
use sidedesk_protocol::{Hash, WorkspaceId};
use sqlx::Connection as _;
use std::path::Path;

/// What was found out about a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Which one.
    pub id: WorkspaceId,
    /// Entries that were verified.
    pub n: u64,
    /// The chain hash after them.
    pub hash: Hash,
    /// What is wrong with it; nothing, for a good one.
    pub problem: Option<String>,
}

/// Verifies a backup, and says so for each board. An error: it is no backup at all, or damaged as a file.
pub async fn verify(file: &Path) -> Result<Vec<Board>> {
    let mut connection = open(file, false).await?;
    sqlite::check_version(&mut connection).await?;
    let said: String = sqlx::query_scalar("pragma integrity_check(1)")
        .fetch_one(&mut connection)
        .await?;
    if said != "ok" {
        return Err(crate::Error::Damaged(said));
    }
    let mut found = Vec::new();
    let mut link = Link::Sqlite(&mut connection);
    for key in boards::keys(&mut link).await? {
        found.push(board(&mut link, key).await?);
    }
    connection.close().await?;
    Ok(found)
}

async fn board(link: &mut Link<'_>, key: i64) -> Result<Board> {
    let row = boards::raw(link, key).await?;
    let id = row.id;
    let mut chain = Chain::empty(id);
    let problem = check(link, key, &row, &mut chain).await?;
    Ok(Board {
        id,
        n: chain.n,
        hash: chain.hash,
        problem,
    })
}

/// Moves the chain as far as everything holds.
async fn check(link: &mut Link<'_>, key: i64, row: &boards::Raw, chain: &mut Chain) -> Result<Option<String>> {
    let kept = match Chain::from_bytes(&row.chain) {
        Ok(kept) => kept,
        Err(error) => return Ok(Some(format!("its state cannot be read: {error}"))),
    };
    let mut state_met = kept.n == 0;
    loop {
        let page = log::page(link, key, chain.n, (MAX_PAGE_ENTRIES, MAX_PAGE_LEN)).await?;
        let Some(last) = page.last() else { break };
        let marks = marks(link, key, (chain.n, last.n)).await?;
        for (entry, mark) in page.iter().zip(marks) {
            let checked = match chain.append(entry) {
                Ok(checked) => checked,
                Err(error) => return Ok(Some(format!("entry {}: {error}", entry.n))),
            };
            let header = checked.header;
            if mark != (entry.n, header.op, header.device, header.seq, chain.hash) {
                return Ok(Some(format!("entry {}: what is stored beside it differs", entry.n)));
            }
            if chain.n == kept.n {
                if *chain != kept {
                    return Ok(Some(format!("its state at entry {} differs", kept.n)));
                }
                state_met = true;
            }
        }
    }
    if (chain.n, chain.hash) != (row.n, row.hash) {
        return Ok(Some(format!("it ends at entry {}, its head is {}", chain.n, row.n)));
    }
    Ok((!state_met).then(|| "its state lies beyond its end".into()))
}

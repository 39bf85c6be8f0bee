//! Every row of one database into another, whichever dialects they speak. Boards get new row numbers; nothing else changes.

use crate::database::{Link, on};
use crate::log::{self, Row};
use crate::waiting::{self, Waiting};
use crate::{Error, Result, boards, healed};
use sidedesk_protocol::DeviceId;
use sidedesk_protocol::OpId;
use sidedesk_protocol::message::{MAX_PAGE_ENTRIES, MAX_PAGE_LEN};

/// How much was copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    /// Boards.
    pub boards: usize,
    /// Entries of all of them.
    pub entries: u64,
}

/// Copies everything. A target that holds boards already is refused.
pub async fn copy(from: &mut Link<'_>, to: &mut Link<'_>) -> Result<Copied> {
    if boards::count(to).await? > 0 {
        return Err(Error::NotEmpty);
    }
    let mut copied = Copied::default();
    if let Some(public_key) = boards::public_key(from).await? {
        boards::put_public_key(to, &public_key).await?;
    }
    for key in boards::keys(from).await? {
        copied.boards += 1;
        copied.entries += copy_board(from, to, key).await?;
    }
    Ok(copied)
}

async fn copy_board(from: &mut Link<'_>, to: &mut Link<'_>, key: i64) -> Result<u64> {
    let row = boards::raw(from, key).await?;
    let new = boards::insert_raw(to, &row).await?;
    let (mut after, mut entries) = (0, 0);
    loop {
        let page = log::page(from, key, after, (MAX_PAGE_ENTRIES, MAX_PAGE_LEN)).await?;
        let Some(last) = page.last() else { break };
        let (first, last) = (after, last.n);
        let mut marks = marks(from, key, (first, last)).await?.into_iter();
        let mut rows = Vec::with_capacity(page.len());
        for entry in page {
            let mark = marks.next().filter(|mark| mark.0 == entry.n);
            let (_, op, device, seq, hash) = mark.ok_or_else(|| damaged("an entry has no mark"))?;
            rows.push(Row {
                entry,
                op,
                device,
                seq,
                hash,
            });
        }
        log::insert_entries(to, new, &rows).await?;
        entries += rows.len() as u64;
        after = last;
    }
    for waiting in waiting::all(from, key).await? {
        let (Waiting { invite, .. }, admitted) = (&waiting.0, waiting.1);
        waiting::put_request(to, new, &waiting.0).await?;
        if admitted {
            waiting::mark_admitted(to, new, *invite).await?;
        }
    }
    for device in healed::all(from, key).await? {
        healed::put(to, new, device).await?;
    }
    Ok(entries)
}

/// Place, op, device, the device's count, chain hash.
pub type Mark = (u64, OpId, DeviceId, u64, [u8; 32]);
type MarkRow = (i64, Vec<u8>, Vec<u8>, i64, Vec<u8>);

/// What is looked up about entries, as it is stored, for the places after the first and up to the last.
pub async fn marks(link: &mut Link<'_>, key: i64, (first, last): (u64, u64)) -> Result<Vec<Mark>> {
    let rows: Vec<MarkRow> = on!(link, |connection| sqlx::query_as(
        "select n, op, device, seq, hash
         from entry
         where workspace = $1 and n > $2 and n <= $3
         order by n",
    )
    .bind(key)
    .bind(log::number(first))
    .bind(log::number(last))
    .fetch_all(connection)
    .await)?;
    rows.into_iter()
        .map(|(n, op, device, seq, hash)| {
            Ok((
                log::place(n)?,
                OpId::from_slice(&op).ok_or_else(|| damaged("an op's id has the wrong length"))?,
                DeviceId::from_slice(&device).ok_or_else(|| damaged("a device's id has the wrong length"))?,
                log::place(seq)?,
                hash.try_into().map_err(|_| damaged("a hash has the wrong length"))?,
            ))
        })
        .collect()
}

fn damaged(what: &str) -> Error {
    Error::Damaged(what.into())
}

//! Snapshots kept for newcomers: sealed chunks that the hub cannot read, bounded in size and number.
//!
//! They lie in a file of their own, `snapshots.db`, beside the log's: they are large, may be lost at any time (a newcomer
//! then fetches the log), and must not stand in the way of a receipt. Of each board the three newest are kept, because a
//! newcomer may just be fetching one that is replaced, and as many that are on their way. What is asked of this file is
//! [`Snapshots::offer`], [`Snapshots::put`], [`Snapshots::manifests`] and [`Snapshots::chunk`], and nothing else.

use crate::database::Link;
use crate::database::sqlite::without_stuck;
use crate::{Error, Result, log};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, Header, OpKind};
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::message::{self, HubFrame, MAX_PAGE_LEN};
use sidedesk_protocol::snapshot::{Manifest, SignedManifest};
use sidedesk_protocol::{DeviceId, Hash, WorkspaceId};
use sqlx::SqliteConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;

/// Complete snapshots of one board, and begun ones. The manifest bounds each of them to 256 MB.
const KEPT: i64 = 3;
/// Chunks are small; more connections only fight for one disk.
const CONNECTIONS: u32 = 2;
/// Another session may be writing a chunk.
const BUSY: Duration = Duration::from_secs(5);
/// Entries looked through for the one that let a newcomer in, from the newest back: it has just come.
const ADMISSION_WITHIN: u64 = 5_000;
/// Entries read at once while looking.
const ADMISSION_PAGE: usize = 500;

/// The schema. A file of another version is put away: everything in it can be made again.
const VERSION: i64 = 1;
const SCHEMA: &str = "
create table snapshot (
    key integer primary key autoincrement not null, -- newer ones have greater keys
    workspace blob not null,
    digest blob not null,
    device blob not null, -- who offers it
    manifest blob not null,
    signature blob not null,
    chunks integer not null,
    held integer not null default 0, -- from the first without a gap
    unique (workspace, digest)
) strict;
create table chunk (
    snapshot integer not null references snapshot (key) on delete cascade,
    number integer not null,
    bytes blob not null,
    primary key (snapshot, number)
) strict;
";

/// The open file.
#[derive(Debug)]
pub struct Snapshots(SqlitePool);

/// Why one is not taken; the sentence is for the offering device's log.
pub type Refused = &'static str;

impl Snapshots {
    /// Opens or creates `snapshots.db` in `dir`. One that cannot be used is put away and begun anew.
    pub async fn open(dir: &Path) -> Result<Self> {
        match Self::open_file(dir).await {
            Ok(snapshots) => Ok(snapshots),
            Err(error) => {
                tracing::warn!(%error, "the kept snapshots are thrown away; newcomers fetch the log until there are new ones");
                for name in ["snapshots.db", "snapshots.db-wal", "snapshots.db-shm"] {
                    // Absent is as good as removed; anything else shows at the next line.
                    let _ = std::fs::remove_file(dir.join(name));
                }
                Self::open_file(dir).await
            }
        }
    }

    async fn open_file(dir: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(dir.join("snapshots.db"))
            .create_if_missing(true)
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Losing the last chunks in a power cut costs sending them again.
            .synchronous(SqliteSynchronous::Normal);
        let pool = without_stuck()
            .max_connections(CONNECTIONS)
            .connect_with(options)
            .await?;
        let mut connection = pool.acquire().await?;
        let found: i64 = sqlx::query_scalar("pragma user_version")
            .fetch_one(&mut *connection)
            .await?;
        if found == 0 {
            let script = format!("begin immediate; {SCHEMA} pragma user_version = {VERSION}; commit;");
            sqlx::raw_sql(sqlx::AssertSqlSafe(script))
                .execute(&mut *connection)
                .await?;
        } else if found != VERSION {
            return Err(Error::Damaged("snapshots of another version".into()));
        }
        drop(connection);
        Ok(Self(pool))
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.0.close().await;
    }

    /// A device offers one: how many of its chunks are here. One that was begun goes on where it stopped; another one
    /// that the same device had begun is dropped.
    pub async fn offer(
        &self,
        (chain, device): (&Chain, DeviceId),
        hash_there: Option<Hash>,
        offered: &SignedManifest,
    ) -> Result<std::result::Result<u32, Refused>> {
        let Ok(manifest) = offered.read() else {
            return Ok(Err("the manifest cannot be read"));
        };
        if manifest.maker() != device || manifest.allowed(chain).is_err() {
            return Ok(Err("this device may not make a snapshot of this board"));
        }
        if manifest.n > chain.n || hash_there != Some(manifest.hash) {
            return Ok(Err("it is of another history"));
        }
        let mut transaction = self.0.begin_with("begin immediate").await?;
        let (workspace, digest) = (chain.workspace, offered.digest());
        let known = find(&mut transaction, workspace, digest).await?;
        if let Some(known) = known {
            transaction.commit().await?;
            return Ok(Ok(known.held));
        }
        sqlx::query("delete from snapshot where workspace = ? and device = ? and held < chunks")
            .bind(workspace.as_bytes())
            .bind(device.as_bytes())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "insert into snapshot (workspace, digest, device, manifest, signature, chunks)
             values (?, ?, ?, ?, ?, ?)",
        )
        .bind(workspace.as_bytes())
        .bind(digest.as_slice())
        .bind(device.as_bytes())
        .bind(offered.manifest.as_slice())
        .bind(offered.signature.as_slice())
        .bind(manifest.chunks.len() as i64)
        .execute(&mut *transaction)
        .await?;
        // Of those begun by all devices, only the newest few: a board has few leads who invite at one time.
        trim(&mut transaction, workspace).await?;
        transaction.commit().await?;
        Ok(Ok(0))
    }

    /// The next chunk of one that was offered: how many are here now. The last one makes it the newest.
    pub async fn put(
        &self,
        workspace: WorkspaceId,
        digest: Hash,
        (index, bytes): (u32, &[u8]),
    ) -> Result<std::result::Result<u32, Refused>> {
        let mut transaction = self.0.begin_with("begin immediate").await?;
        let Some(known) = find(&mut transaction, workspace, digest).await? else {
            return Ok(Err("it was not offered, or is replaced already"));
        };
        if index != known.held || known.manifest.check_chunk(index, bytes).is_err() {
            return Ok(Err("not the next chunk"));
        }
        sqlx::query("insert into chunk (snapshot, number, bytes) values (?, ?, ?)")
            .bind(known.key)
            .bind(i64::from(index))
            .bind(bytes)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("update snapshot set held = held + 1 where key = ?")
            .bind(known.key)
            .execute(&mut *transaction)
            .await?;
        trim(&mut transaction, workspace).await?;
        transaction.commit().await?;
        Ok(Ok(known.held + 1))
    }

    /// Those that are complete, the newest first.
    pub async fn manifests(&self, workspace: WorkspaceId) -> Result<Vec<SignedManifest>> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "select manifest, signature
             from snapshot
             where workspace = ? and held = chunks
             order by key desc
             limit ?",
        )
        .bind(workspace.as_bytes())
        .bind(KEPT)
        .fetch_all(&self.0)
        .await?;
        Ok(rows.into_iter().filter_map(signed).collect())
    }

    /// One chunk.
    pub async fn chunk(&self, workspace: WorkspaceId, digest: Hash, index: u32) -> Result<Option<Vec<u8>>> {
        Ok(sqlx::query_scalar(
            "select chunk.bytes
             from snapshot
             join chunk on chunk.snapshot = snapshot.key
             where snapshot.workspace = ? and snapshot.digest = ? and chunk.number = ?",
        )
        .bind(workspace.as_bytes())
        .bind(digest.as_slice())
        .bind(i64::from(index))
        .fetch_optional(&self.0)
        .await?)
    }
}

struct Known {
    key: i64,
    held: u32,
    manifest: Manifest,
}

fn signed((manifest, signature): (Vec<u8>, Vec<u8>)) -> Option<SignedManifest> {
    let signature = signature.try_into().ok()?;
    Some(SignedManifest { manifest, signature })
}

async fn find(connection: &mut SqliteConnection, workspace: WorkspaceId, digest: Hash) -> Result<Option<Known>> {
    let row: Option<(i64, i64, Vec<u8>)> = sqlx::query_as(
        "select key, held, manifest
         from snapshot
         where workspace = ? and digest = ?",
    )
    .bind(workspace.as_bytes())
    .bind(digest.as_slice())
    .fetch_optional(connection)
    .await?;
    let read = |(key, held, manifest): (i64, i64, Vec<u8>)| {
        let held = u32::try_from(held).ok()?;
        let manifest = message::decode(&manifest).ok()?;
        Some(Known { key, held, manifest })
    };
    Ok(row.and_then(read))
}

/// Of the complete ones and of those on their way, only the newest stay.
async fn trim(connection: &mut SqliteConnection, workspace: WorkspaceId) -> Result<()> {
    for complete in [true, false] {
        sqlx::query(
            "delete from snapshot
             where workspace = ?1 and (held = chunks) = ?2 and key not in (
                 select key
                 from snapshot
                 where workspace = ?1 and (held = chunks) = ?2
                 order by key desc
                 limit ?3
             )",
        )
        .bind(workspace.as_bytes())
        .bind(complete)
        .bind(KEPT)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The entry that let this device in, when it is not long ago.
pub async fn admission(link: &mut Link<'_>, key: i64, head: u64, device: DeviceId) -> Result<Option<Entry>> {
    let mut before = head;
    while before > head.saturating_sub(ADMISSION_WITHIN) {
        let after = before.saturating_sub(ADMISSION_PAGE as u64);
        let mut from = after;
        let mut found = None;
        while from < before {
            let page = log::page(link, key, from, (ADMISSION_PAGE, MAX_PAGE_LEN)).await?;
            let Some(last) = page.last() else { break };
            from = last.n;
            found = page.into_iter().rev().find(|entry| admits(entry, device)).or(found);
        }
        if found.is_some() {
            return Ok(found);
        }
        before = after;
    }
    Ok(None)
}

fn admits(entry: &Entry, device: DeviceId) -> bool {
    let kind = message::decode::<Header>(&entry.op.header).map(|header| header.kind);
    kind == Ok(OpKind::AddDevice)
        && matches!(Public::read(OpKind::AddDevice, &entry.op), Ok(Some(Public::AddDevice(op))) if op.device.id() == device)
}

/// A refusal as a frame.
pub fn answer(digest: Hash, done: std::result::Result<u32, Refused>) -> HubFrame {
    match done {
        Ok(held) => HubFrame::SnapshotHeld { digest, held },
        Err(message) => HubFrame::SnapshotRefused {
            digest,
            message: message.into(),
        },
    }
}

//! A newcomer's first minutes: the snapshot comes on a connection of its own, newest records first, and is the board.
//!
//! While the socket brings the next chunks the records of the last ones are written; a few groups wait in between and no
//! more. Whatever is wrong with a snapshot, and whatever goes wrong on the way, ends in an empty view: the log comes then.

use crate::connect::Socket;
use crate::jobs::{JobKind, Jobs, Running};
use sidedesk_protocol::Space;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::snapshot::SnapshotError;
use sidedesk_protocol::snapshot_fetch::{Chosen, FetchStep, Fetcher, Newcomer};
use sidedesk_store::{Records, SnapshotLoad, Store};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Batches that wait to be written, at most.
const BATCHES: usize = 2;
/// Records written in one transaction after the first batch, which is small so that something shows at once. Few enough
/// that writing and reading keep each other busy; about 12 MB.
const BATCH_RECORDS: usize = 8000;
/// A hub that brings nothing for so long is given up.
const SILENCE: Duration = Duration::from_secs(20);
/// A connection may break while the newcomer begins; after so many attempts the log comes.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

/// Why no snapshot was loaded.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The connection.
    #[error("{0}")]
    Lost(String),
    /// What came is not taken.
    #[error(transparent)]
    Refused(#[from] SnapshotError),
    /// The store.
    #[error(transparent)]
    Store(#[from] sidedesk_store::Error),
    /// Somebody stopped it.
    #[error("stopped")]
    Stopped,
}

/// Fetches the snapshot for a device that has nothing of its board yet; true when the board is here now.
pub async fn fetch(store: &Store, address: &str, jobs: &Jobs) -> bool {
    for attempt in 1..=ATTEMPTS {
        let newcomer = match store.newcomer().await {
            Ok(Some(newcomer)) => newcomer,
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(%error, "no snapshot is fetched");
                return false;
            }
        };
        let running = jobs.begin(JobKind::FirstSync);
        let Err(error) = attempt_one(store, address, newcomer, &running).await else {
            return true;
        };
        tracing::info!(%error, attempt, "the snapshot did not come");
        if let Err(error) = store.snapshot_abandon().await {
            tracing::warn!(%error, "the view could not be emptied; it is at the next start");
        }
        if !matches!(error, FetchError::Lost(_)) {
            return false;
        }
        tokio::time::sleep(PAUSE).await;
    }
    false
}

async fn attempt_one(store: &Store, address: &str, newcomer: Newcomer, running: &Running) -> Result<(), FetchError> {
    let opening = Socket::open(address).await;
    let mut socket = opening.map_err(|error| FetchError::Lost(error.to_string()))?;
    let mut fetcher = Fetcher::new(newcomer, store.fold_version());
    let (batches, mut queue) = mpsc::channel::<Records>(BATCHES);
    let reading = async {
        let read = read(&mut socket, &mut fetcher, batches, store, running).await;
        socket.close().await;
        read
    };
    let writing = async {
        while let Some(records) = queue.recv().await {
            store.snapshot_records(&records).await?;
        }
        Ok::<(), FetchError>(())
    };
    let (chain, ()) = tokio::try_join!(reading, writing)?;
    let chosen = fetcher.chosen().ok_or(SnapshotError::None)?;
    store.snapshot_end(&chosen.manifest, chain, &chosen.admission).await?;
    Ok(())
}

/// Reads until the last chunk; the chain at the snapshot's place comes back.
async fn read(
    socket: &mut Socket,
    fetcher: &mut Fetcher,
    batches: mpsc::Sender<Records>,
    store: &Store,
    running: &Running,
) -> Result<Chain, FetchError> {
    let mut load = None;
    let mut chain = None;
    let mut batch = Records::new();
    let mut first = true;
    loop {
        let frame = tokio::select! {
            () = running.stopped() => return Err(FetchError::Stopped),
            frame = timeout(SILENCE, socket.next()) => frame,
        };
        let frame = frame.map_err(|_| FetchError::Lost("the hub brings nothing".into()))?;
        let next = match fetcher.step(frame.map_err(FetchError::Lost)?)? {
            FetchStep::Wait => continue,
            FetchStep::Send(frames) => frames,
            FetchStep::Begin(frames) => {
                store.snapshot_begin().await?;
                load = fetcher.chosen().map(|chosen| SnapshotLoad::new(&chosen.manifest));
                frames
            }
            FetchStep::Chunk { index, bytes, next } => {
                for frame in &next {
                    socket.send(frame).await.map_err(FetchError::Lost)?;
                }
                let (Some(chosen), Some(load)) = (fetcher.chosen(), load.as_mut()) else {
                    return Err(SnapshotError::None.into());
                };
                if index == 0 {
                    chain = Some(chosen.manifest.open_chain(&bytes, &chosen.admission.keyring)?);
                } else {
                    batch.extend(open(chosen, load, index, &bytes)?);
                }
                let complete = chosen.is_complete();
                if complete {
                    batch.extend(load.finish());
                }
                if complete || batch.len() >= BATCH_RECORDS || (first && !batch.is_empty()) {
                    first = false;
                    // Closed only when writing failed, and that is what is told then.
                    let _ = batches.send(std::mem::take(&mut batch)).await;
                }
                let (done, total) = load.progress();
                running.at(done, total);
                if complete {
                    return chain.ok_or_else(|| SnapshotError::Counts.into());
                }
                continue;
            }
        };
        for frame in &next {
            socket.send(frame).await.map_err(FetchError::Lost)?;
        }
    }
}

fn open(chosen: &Chosen, load: &mut SnapshotLoad, index: u32, bytes: &[u8]) -> Result<Records, SnapshotError> {
    let manifest = &chosen.manifest;
    let info = manifest.chunks.get(index as usize).ok_or(SnapshotError::Chunk(index))?;
    let space = Space::from_number(info.what).ok_or(SnapshotError::Chunk(index))?;
    match manifest.open_records(index, bytes, &chosen.admission.keyring)? {
        Some(parts) => load.take(info.group, space, parts),
        None => Ok(Records::new()),
    }
}

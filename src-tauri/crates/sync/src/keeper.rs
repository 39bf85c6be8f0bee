//! Who lets newcomers in, and keeps a snapshot at the hub for them.
//!
//! A newcomer is let in at once when the last snapshot is fresh enough. Else a new one is made and sent first, so that the
//! welcome can vouch for it; when that fails or takes too long the newcomer is let in without, and fetches the log.

use crate::connect::Socket;
use crate::jobs::{JobKind, Jobs, Running};
use sidedesk_protocol::InviteId;
use sidedesk_protocol::author::hello;
use sidedesk_protocol::message::{ClientFrame, HubFrame};
use sidedesk_store::{Error, Made, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

/// Newcomers and invitations that wait. Whoever finds the queue full asks again when the hub tells of them again.
pub const QUEUE: usize = 32;
/// A newcomer does not wait longer than this for a snapshot.
const PATIENCE: Duration = Duration::from_secs(60);
/// As long as it takes to make and send a snapshot of a large board.
const OTHERS_FIRST: Duration = Duration::from_secs(4);
/// A hub that says nothing for so long is given up.
const SILENCE: Duration = Duration::from_secs(20);
/// Chunks sent and not answered.
const CHUNKS_SENT: u32 = 4;

/// What is asked of the keeper.
#[derive(Debug)]
pub enum Ask {
    /// Somebody was invited: a snapshot will be wanted.
    Invited,
    /// Somebody is at the door.
    Admit(InviteId, Vec<u8>),
}

/// Works until nobody can ask any more.
pub async fn run(store: Store, address: String, jobs: Jobs, committed: Arc<Notify>, mut asks: mpsc::Receiver<Ask>) {
    while let Some(ask) = asks.recv().await {
        if let Ask::Admit(invite, _) = &ask
            && !is_still_ours(&store, *invite).await
        {
            continue;
        }
        if let Ok(true) = store.snapshot_due().await {
            let running = jobs.begin(JobKind::Snapshot);
            match timeout(PATIENCE, refresh(&store, &address, &running)).await {
                Ok(Ok(())) => {}
                Ok(Err(why)) => tracing::info!(why, "no snapshot is kept"),
                Err(_) => tracing::info!("no snapshot is kept: it takes too long"),
            }
        }
        let Ask::Admit(invite, request) = ask else { continue };
        match store.admit(invite, &request).await {
            Ok(true) => committed.notify_one(),
            Ok(false) => {}
            // A request that cannot be read is its sender's trouble, not this connection's.
            Err(error) => tracing::warn!(%invite, %error, "a newcomer was not admitted"),
        }
    }
}

/// Every lead's device hears of a newcomer. Where a snapshot has to be made first, whoever invited goes first and the others
/// only when that one did not: else each would make one, and they would push each other out of the hub.
async fn is_still_ours(store: &Store, invite: InviteId) -> bool {
    let by = |chain: &sidedesk_protocol::chain::Chain| {
        let known = chain.membership.invites.get(&invite);
        known.filter(|known| !known.spent).map(|known| known.by)
    };
    let Ok(before) = store.chain().await else { return false };
    match by(&before) {
        None => return false,
        Some(device) if device == store.secret().id() => return true,
        Some(_) => {}
    }
    if !matches!(store.snapshot_due().await, Ok(true)) {
        return true;
    }
    tokio::time::sleep(OTHERS_FIRST).await;
    store.chain().await.is_ok_and(|chain| by(&chain).is_some())
}

async fn refresh(store: &Store, address: &str, running: &Running) -> Result<(), String> {
    let made = store.make_snapshot(|done, total| running.at(done, total)).await;
    let mut made = made.map_err(|error: Error| error.to_string())?;
    let mut socket = Socket::open(address).await.map_err(|error| error.to_string())?;
    let sent = send(store, &mut socket, &mut made, running).await;
    socket.close().await;
    sent?;
    let kept = store.snapshot_kept(made.manifest.n, made.signed.digest()).await;
    kept.map_err(|error| error.to_string())
}

async fn send(store: &Store, socket: &mut Socket, made: &mut Made, running: &Running) -> Result<(), String> {
    let (secret, chain) = (store.secret(), store.chain().await.map_err(|error| error.to_string())?);
    let digest = made.signed.digest();
    let all = made.manifest.chunks.len() as u32;
    let mut next = 0;
    loop {
        let frame = tokio::select! {
            () = running.stopped() => return Err("stopped".into()),
            frame = timeout(SILENCE, socket.next()) => frame,
        };
        match frame.map_err(|_| "the hub says nothing".to_owned())?? {
            HubFrame::Challenge { hub_key, .. } if chain.hub_key != Some(hub_key) => {
                return Err("another hub answers".into());
            }
            HubFrame::Challenge { nonce, hub_key, .. } => {
                let hello = hello(&secret, chain.workspace, (chain.n, chain.hash), &nonce, &hub_key);
                socket.send(&hello).await?;
            }
            HubFrame::Welcome { .. } => {
                let manifest = made.signed.clone();
                socket.send(&ClientFrame::OfferSnapshot { manifest }).await?;
            }
            HubFrame::SnapshotHeld { digest: of, held } if of == digest => {
                running.at(u64::from(held), u64::from(all));
                if held >= all {
                    return Ok(());
                }
                next = next.max(held);
                while next < all && next < held + CHUNKS_SENT {
                    let bytes = made.chunk(next).map_err(|error| error.to_string())?;
                    let index = next;
                    socket.send(&ClientFrame::PutChunk { digest, index, bytes }).await?;
                    next += 1;
                }
            }
            HubFrame::SnapshotRefused { message, .. } | HubFrame::Denied { message, .. } => return Err(message),
            _ => {}
        }
    }
}

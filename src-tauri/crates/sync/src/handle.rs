//! Starting to keep a board in step, and what can be asked of it meanwhile.

use crate::clock;
use crate::hands::Hands;
use crate::status::{Board, Presences, SyncStatus};
use sidedesk_store::Store;
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Where the hub is.
#[derive(Debug, Clone)]
pub struct SyncConfig {
    /// `ws://host:port`.
    pub address: String,
}

/// A board that is kept in step. Dropping it stops that.
#[derive(Debug)]
pub struct SyncHandle {
    board: Arc<Board>,
    committed: Arc<Notify>,
    presence: watch::Sender<Vec<u8>>,
    stop: DropGuard,
    done: JoinHandle<()>,
}

/// Keeps the board of this store in step with the hub until the handle is closed or dropped. Needs a tokio runtime.
pub fn start(store: Store, config: SyncConfig) -> SyncHandle {
    let board = Arc::new(Board::new(clock::now()));
    let committed = Arc::new(Notify::new());
    let (presence, said) = watch::channel(Vec::new());
    let stop = CancellationToken::new();
    let hands = Hands::new(store, config.address, Arc::clone(&board), stop.clone());
    let done = tokio::spawn(hands.run(Arc::clone(&committed), said));
    SyncHandle {
        board,
        committed,
        presence,
        stop: stop.drop_guard(),
        done,
    }
}

impl SyncHandle {
    /// The status as known now, and every change of it.
    pub fn status(&self) -> watch::Receiver<SyncStatus> {
        self.board.status()
    }

    /// Something new waits to be sent. Cheap, and may be called more often than needed.
    pub fn committed(&self) {
        self.committed.notify_one();
    }

    /// Tells the others who is here; sealed by the caller. The last one said is said again after a reconnect; empty to
    /// leave.
    pub fn presence(&self, sealed: Vec<u8>) {
        self.presence.send_replace(sealed);
    }

    /// Who else is here, and every change of it.
    pub fn presences(&self) -> watch::Receiver<Presences> {
        self.board.presences()
    }

    /// Stops. What is being stored is stored when this returns; the store stays open.
    pub async fn close(self) {
        let Self { stop, done, .. } = self;
        drop(stop);
        if let Err(error) = done.await {
            tracing::error!(%error, "sync did not end well");
        }
    }
}

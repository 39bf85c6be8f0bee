//! Starting to keep a board in step, and what can be asked of it meanwhile.

use crate::clock;
use crate::hands::Hands;
use crate::jobs::{Job, Jobs};
use crate::keeper::{self, Ask};
use crate::status::{Board, Presences, SyncStatus};
use crate::{history, snapshot};
use sidedesk_store::Store;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Where the hub is.
#[derive(Debug, Clone)]
pub struct SyncConfig {
    /// `wss://host:port`, with the fingerprint of its certificate when that is pinned, or `ws://host:port`.
    pub address: String,
}

/// A board that is kept in step. Dropping it stops that.
#[derive(Debug)]
pub struct SyncHandle {
    board: Arc<Board>,
    committed: Arc<Notify>,
    presence: watch::Sender<Vec<u8>>,
    asks: mpsc::Sender<Ask>,
    jobs: Jobs,
    stop: DropGuard,
    done: JoinHandle<()>,
}

/// Keeps the board of this store in step with the hub until the handle is closed or dropped. Needs a tokio runtime.
pub fn start(store: Store, config: SyncConfig) -> SyncHandle {
    let board = Arc::new(Board::new(clock::now()));
    let committed = Arc::new(Notify::new());
    let (presence, said) = watch::channel(Vec::new());
    let stop = CancellationToken::new();
    let jobs = Jobs::new(stop.clone());
    let (asks, queue) = mpsc::channel(keeper::QUEUE);
    let hands = Hands::new(
        store.clone(),
        config.address.clone(),
        Arc::clone(&board),
        stop.clone(),
        asks.clone(),
    );
    let done = tokio::spawn(run(
        hands,
        (store, config.address),
        jobs.clone(),
        Arc::clone(&committed),
        said,
        queue,
    ));
    SyncHandle {
        board,
        committed,
        presence,
        asks,
        jobs,
        stop: stop.drop_guard(),
        done,
    }
}

/// First the board, when it is not here at all; then in step, with the keeper and the history beside.
async fn run(
    hands: Hands,
    (store, address): (Store, String),
    jobs: Jobs,
    committed: Arc<Notify>,
    said: watch::Receiver<Vec<u8>>,
    asks: mpsc::Receiver<Ask>,
) {
    let stop = hands.stop_token();
    snapshot::fetch(&store, &address, &jobs).await;
    let history = history::run(store.clone(), address.clone(), jobs.clone(), stop.clone());
    let committing = Arc::clone(&committed);
    let keeper = async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = keeper::run(store, address, jobs, committing, asks) => {}
        }
    };
    // Tasks of their own: what they calculate must not hold up the conversation.
    let (history, keeper) = (tokio::spawn(history), tokio::spawn(keeper));
    hands.run(committed, said).await;
    for (what, task) in [("history", history), ("keeper", keeper)] {
        if let Err(error) = task.await {
            tracing::error!(%error, what, "a job did not end well");
        }
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

    /// Somebody was invited: a snapshot is made for them, when the last one is old.
    pub fn invited(&self) {
        // A full queue holds somebody at the door already, and a snapshot is made for them.
        let _ = self.asks.try_send(Ask::Invited);
    }

    /// The long work under way, and every step of it.
    pub fn jobs(&self) -> watch::Receiver<Option<Job>> {
        self.jobs.shown()
    }

    /// Stops the long work under way. The board stays usable; the next start goes on with it.
    pub fn cancel_job(&self) {
        self.jobs.cancel();
    }

    /// Stops. What is being stored is stored when this returns; the store stays open.
    pub async fn close(self) {
        let Self { stop, done, .. } = self;
        drop(stop); // and with it every job
        if let Err(error) = done.await {
            tracing::error!(%error, "sync did not end well");
        }
    }
}

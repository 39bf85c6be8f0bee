//! A board that is open in this hub: its head, which everybody may look at, and the way to its one writer.

use crate::boards::{self, Head, Stored};
use crate::database::Database;
use crate::limits::{Allowances, Limits};
use crate::live::Live;
use crate::metrics::Metrics;
use crate::peers::Peers;
use crate::replica::Hints;
use crate::writer::{Job, Writer};
use crate::{Error, Result};
use sidedesk_protocol::WorkspaceId;
use sidedesk_protocol::admit::admit_upload;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::keys::HubSecret;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, mpsc, watch};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

/// Jobs that wait for a board's writer. Whoever finds the queue full waits, and stops reading its socket meanwhile.
const JOBS: usize = 256;

/// Reading what another replica stored takes a moment, and strangers wait as long.
const NEWS: Duration = Duration::from_secs(2);

/// An open board.
#[derive(Debug)]
pub struct Room {
    /// Its row.
    pub key: i64,
    /// To the writer.
    pub jobs: mpsc::Sender<Job>,
    /// The durable head. A change is the sign that there is more to read.
    pub live: watch::Receiver<Live>,
    /// Counts requests to join: a change is the sign to look for them.
    pub asked: watch::Receiver<i64>,
    /// Who is connected.
    pub peers: Arc<Peers>,
    /// What each device may still send.
    pub allowances: Allowances,
    look: Arc<Notify>,
}

impl Room {
    /// Looks whether another replica stored meanwhile what somebody stands on, and waits a little until it is here.
    pub async fn hear_of(&self, is_here: impl Fn(&Live) -> bool) {
        let known = is_here(&self.live.borrow());
        if !known {
            self.look.notify_one();
            let mut live = self.live.clone();
            // What is not here by then is not there, and whoever came with it is answered by what is.
            let _ = timeout(NEWS, live.wait_for(|live| is_here(live))).await;
        }
    }
}

/// What every board is opened with.
pub struct Common {
    /// Where it is kept.
    pub database: Arc<Database>,
    /// Signs receipts.
    pub secret: HubSecret,
    /// How much is taken.
    pub limits: Limits,
    /// Boards that are brought are brought back.
    pub after_restore: bool,
    /// Tells the other replicas.
    pub hints: Hints,
    /// Counts.
    pub metrics: Arc<Metrics>,
}

/// Every open board. They stay open: one writer each for as long as the hub runs.
pub struct Rooms {
    common: Common,
    open: Mutex<HashMap<WorkspaceId, Arc<Room>>>,
    writers: TaskTracker,
}

impl Rooms {
    /// None open yet.
    pub fn new(common: Common) -> Self {
        Self {
            common,
            open: Mutex::default(),
            writers: TaskTracker::new(),
        }
    }

    /// The board, when this hub holds it.
    pub async fn find(&self, workspace: WorkspaceId) -> Result<Option<Arc<Room>>> {
        let mut open = self.open.lock().await;
        if let Some(room) = open.get(&workspace) {
            return Ok(Some(Arc::clone(room)));
        }
        let mut reader = self.common.database.reader().await?;
        let stored = boards::find(&mut reader.link(), workspace).await?;
        Ok(stored.map(|stored| self.enter(&mut open, stored)))
    }

    /// The board that begins with this entry; a new one only when the entry really founds it.
    pub async fn found(&self, workspace: WorkspaceId, first: &Entry) -> Result<Option<Arc<Room>>> {
        if let Some(room) = self.find(workspace).await? {
            return Ok(Some(room));
        }
        let chain = Chain::empty(workspace);
        if let Err(error) = admit_upload(&mut chain.clone(), first) {
            tracing::warn!(%workspace, %error, "refused to found a board");
            return Ok(None);
        }
        let mut writing = self.common.database.begin().await?;
        let mut link = writing.link();
        if boards::count(&mut link).await? >= self.common.limits.boards {
            return Err(Error::Full(self.common.limits.boards));
        }
        let founded = boards::insert(&mut link, &chain, self.common.after_restore).await?;
        writing.commit().await?;
        if founded.is_some() {
            tracing::info!(%workspace, "a board was founded");
        }
        self.find(workspace).await
    }

    fn enter(&self, open: &mut HashMap<WorkspaceId, Arc<Room>>, stored: Stored) -> Arc<Room> {
        let Stored {
            key,
            chain,
            kept,
            asks,
            healing,
        } = stored;
        let workspace = chain.workspace;
        let (jobs, queue) = mpsc::channel(JOBS);
        let (sender, live) = watch::channel(Live::new(chain, healing));
        let (asks, asked) = watch::channel(asks);
        let (peers, look) = (Arc::<Peers>::default(), Arc::<Notify>::default());
        let writer = Writer {
            database: Arc::clone(&self.common.database),
            secret: self.common.secret.clone(),
            key,
            kept,
            live: sender,
            asks,
            peers: Arc::clone(&peers),
            look: Arc::clone(&look),
            hints: self.common.hints.clone(),
            metrics: Arc::clone(&self.common.metrics),
        };
        self.writers.spawn(writer.run(queue));
        let room = Arc::new(Room {
            key,
            jobs,
            live,
            asked,
            peers,
            allowances: Allowances::default(),
            look,
        });
        open.insert(workspace, Arc::clone(&room));
        room
    }

    /// Another replica says that it stored something in this board.
    pub async fn look_at(&self, key: i64) {
        let open = self.open.lock().await;
        if let Some(room) = open.values().find(|room| room.key == key) {
            room.look.notify_one();
        }
    }

    /// These are the heads as they are stored.
    pub async fn compare(&self, heads: &[(i64, Head)]) {
        let heads: HashMap<i64, &Head> = heads.iter().map(|(key, head)| (*key, head)).collect();
        for room in self.open.lock().await.values() {
            let Some(head) = heads.get(&room.key) else { continue };
            let asks = *room.asked.borrow();
            let live = room.live.borrow();
            if (live.chain.n, live.healing, asks) != (head.n, head.healing, head.asks) {
                room.look.notify_one();
            }
        }
    }

    /// Open boards, and the jobs that wait for their writers.
    pub async fn queued(&self) -> (usize, usize) {
        let open = self.open.lock().await;
        let jobs = open
            .values()
            .map(|room| room.jobs.max_capacity() - room.jobs.capacity());
        (open.len(), jobs.sum())
    }

    /// Lets every writer finish what it holds. Sessions must be gone by now: they hold the ways to the writers.
    pub async fn close(&self) {
        self.open.lock().await.clear();
        self.writers.close();
        self.writers.wait().await;
    }
}

//! A board that is open in this hub: its head, which everybody may look at, and the way to its one writer.

use crate::database::Database;
use crate::log::{self, Stored};
use crate::peers::Peers;
use crate::writer::{Job, Writer};
use crate::{Error, Result};
use sidedesk_protocol::WorkspaceId;
use sidedesk_protocol::admit::admit_upload;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::keys::HubSecret;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, watch};
use tokio_util::task::TaskTracker;

/// Jobs that wait for a board's writer. Whoever finds the queue full waits, and stops reading its socket meanwhile.
const JOBS: usize = 256;
/// Boards in one hub: an open board keeps its membership in memory, a few kilobytes each.
const MAX_WORKSPACES: i64 = 1000;

/// An open board.
#[derive(Debug)]
pub struct Room {
    /// Its row.
    pub key: i64,
    /// To the writer.
    pub jobs: mpsc::Sender<Job>,
    /// The durable head. A change is the sign that there is more to read.
    pub chain: watch::Receiver<Arc<Chain>>,
    /// Counts requests to join: a change is the sign to look for them.
    pub asked: watch::Receiver<u64>,
    /// Who is connected.
    pub peers: Arc<Peers>,
}

/// Every open board. They stay open: one writer each for as long as the hub runs.
pub struct Rooms {
    database: Arc<Database>,
    secret: HubSecret,
    open: Mutex<HashMap<WorkspaceId, Arc<Room>>>,
    writers: TaskTracker,
}

impl Rooms {
    /// None open yet.
    pub fn new(database: Arc<Database>, secret: HubSecret) -> Self {
        Self {
            database,
            secret,
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
        let stored = log::workspace(&mut *self.database.reader().await?, workspace).await?;
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
        let mut open = self.open.lock().await;
        if let Some(room) = open.get(&workspace) {
            return Ok(Some(Arc::clone(room)));
        }
        let mut transaction = self.database.begin().await?;
        if log::count_workspaces(&mut transaction).await? >= MAX_WORKSPACES {
            return Err(Error::Full);
        }
        let key = log::insert_workspace(&mut transaction, &chain).await?;
        transaction.commit().await?;
        tracing::info!(%workspace, "a board was founded");
        Ok(Some(self.enter(&mut open, Stored { key, chain })))
    }

    fn enter(&self, open: &mut HashMap<WorkspaceId, Arc<Room>>, stored: Stored) -> Arc<Room> {
        let Stored { key, chain } = stored;
        let workspace = chain.workspace;
        let (jobs, queue) = mpsc::channel(JOBS);
        let (head, chain) = watch::channel(Arc::new(chain));
        let (asks, asked) = watch::channel(0);
        let peers = Arc::<Peers>::default();
        let writer = Writer {
            database: Arc::clone(&self.database),
            secret: self.secret.clone(),
            key,
            head,
            asks,
            peers: Arc::clone(&peers),
        };
        self.writers.spawn(writer.run(queue));
        let room = Arc::new(Room {
            key,
            jobs,
            chain,
            asked,
            peers,
        });
        open.insert(workspace, Arc::clone(&room));
        room
    }

    /// Lets every writer finish what it holds. Sessions must be gone by now: they hold the ways to the writers.
    pub async fn close(&self) {
        self.open.lock().await.clear();
        self.writers.close();
        self.writers.wait().await;
    }
}

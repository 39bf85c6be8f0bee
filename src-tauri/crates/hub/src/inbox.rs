//! What a member's device sends: each frame is answered, handed to the board's writer, or the end of the conversation.

use crate::outbox::Following;
use crate::peers::{MAX_PRESENCE_LEN, Place, Who};
use crate::room::Room;
use crate::server::Hub;
use crate::wire::{Goodbye, Stream, receive};
use crate::writer::{Job, Task};
use crate::{log, snapshots};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame};
use sidedesk_protocol::{DeviceId, WorkspaceId};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Answers with chunks that may wait for a slow reader: 1 MB for each session.
const CHUNK_ANSWERS: usize = 4;

/// The reading half of a member's session.
pub struct Inbox<'a> {
    /// To found a board in, and where snapshots lie.
    pub hub: &'a Hub,
    /// Which board.
    pub workspace: WorkspaceId,
    /// Whose session.
    pub device: DeviceId,
    /// The board, once it is here.
    pub room: Option<Arc<Room>>,
    /// The seat among the board's peers, once it follows.
    pub place: Option<Place>,
    /// To the writing half.
    pub answers: mpsc::Sender<HubFrame>,
    /// Tells the writing half where to begin.
    pub follow: mpsc::Sender<Following>,
}

impl Inbox<'_> {
    /// Reads until the end.
    pub async fn run(mut self, stream: &mut Stream) -> Goodbye {
        loop {
            let taken = match receive(stream).await {
                Ok(frame) => self.take(frame).await,
                Err(goodbye) => Err(goodbye),
            };
            if let Err(goodbye) = taken {
                return goodbye;
            }
        }
    }

    async fn take(&mut self, frame: ClientFrame) -> Result<(), Goodbye> {
        match frame {
            ClientFrame::Ping => self.answers.send(HubFrame::Pong).await.map_err(|_| Goodbye::Left),
            ClientFrame::Push { op } => self.give(Task::Push(op)).await,
            ClientFrame::Upload { entries } => {
                if let (None, Some(first)) = (&self.room, entries.first()) {
                    self.room = self.hub.rooms.found(self.workspace, first).await?;
                }
                self.give(Task::Upload(self.device, entries)).await
            }
            ClientFrame::Follow { after } => self.begin(after),
            ClientFrame::Presence { sealed } => {
                let place = self.place.as_ref().ok_or(Goodbye::nonsense("nobody follows yet"))?;
                if sealed.len() > MAX_PRESENCE_LEN {
                    return Err(Goodbye::nonsense("presence is too long"));
                }
                place.say(sealed);
                Ok(())
            }
            ClientFrame::Hello { .. } | ClientFrame::Join { .. } => Err(Goodbye::nonsense("a second greeting")),
            ClientFrame::OfferSnapshot { .. }
            | ClientFrame::PutChunk { .. }
            | ClientFrame::AskSnapshot
            | ClientFrame::AskChunk { .. } => self.snapshot(frame).await,
        }
    }

    /// Everything about snapshots is answered at once and in turn. Few answers may wait: each may be a whole chunk.
    async fn snapshot(&mut self, frame: ClientFrame) -> Result<(), Goodbye> {
        let room = Arc::clone(self.room()?);
        let free = self.answers.max_capacity().saturating_sub(CHUNK_ANSWERS);
        drop(self.answers.reserve_many(free).await.map_err(|_| Goodbye::Left)?);
        let (kept, workspace) = (&self.hub.snapshots, self.workspace);
        let answer = match frame {
            ClientFrame::OfferSnapshot { manifest } => {
                let chain = Arc::clone(&room.chain.borrow());
                let n = manifest.read().map_or(u64::MAX, |read| read.n);
                let there = log::hash_at(&mut *self.hub.database.reader().await?, room.key, n).await?;
                let held = kept.offer((&chain, self.device), there, &manifest).await?;
                snapshots::answer(manifest.digest(), held)
            }
            ClientFrame::PutChunk { digest, index, bytes } => {
                snapshots::answer(digest, kept.put(workspace, digest, (index, &bytes)).await?)
            }
            ClientFrame::AskChunk { digest, index } => match kept.chunk(workspace, digest, index).await? {
                Some(bytes) => HubFrame::Chunk { digest, index, bytes },
                None => snapshots::answer(digest, Err("it is not here any more")),
            },
            _ => {
                let head = room.chain.borrow().n;
                let mut reader = self.hub.database.reader().await?;
                let admission = snapshots::admission(&mut reader, room.key, head, self.device).await?;
                let manifests = kept.manifests(workspace).await?;
                HubFrame::Snapshots { admission, manifests }
            }
        };
        self.answers.send(answer).await.map_err(|_| Goodbye::Left)
    }

    fn room(&self) -> Result<&Arc<Room>, Goodbye> {
        let absent = || Goodbye::Denied(DeniedWhy::NoWorkspace, "this hub does not hold that board".into());
        self.room.as_ref().ok_or_else(absent)
    }

    async fn give(&self, task: Task) -> Result<(), Goodbye> {
        let jobs = &self.room()?.jobs;
        let answer = self.answers.clone().reserve_owned().await.map_err(|_| Goodbye::Left)?;
        jobs.send(Job { task, answer }).await.map_err(|_| Goodbye::Stopping)
    }

    fn begin(&mut self, after: u64) -> Result<(), Goodbye> {
        let room = Arc::clone(self.room()?);
        if self.place.is_some() || after > room.chain.borrow().n {
            return Err(Goodbye::nonsense("nothing to follow from there"));
        }
        let (place, notices) = room.peers.enter(Who::Member(self.device));
        self.place = Some(place);
        let following = Following::new(&room, after, notices);
        self.follow
            .try_send(following)
            .map_err(|_| Goodbye::nonsense("it follows already"))
    }
}

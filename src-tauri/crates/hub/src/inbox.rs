//! What a member's device sends: each frame is answered, handed to the board's writer, or the end of the conversation.

use crate::outbox::Following;
use crate::peers::{MAX_PRESENCE_LEN, Place, Who};
use crate::room::Room;
use crate::server::Hub;
use crate::wire::{Goodbye, Stream, receive};
use crate::writer::{Job, Task};
use crate::{log, snapshots};
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, RefusedWhy};
use sidedesk_protocol::{DeviceId, Hash, OpId, WorkspaceId};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;

/// Answers with chunks that may wait for a slow reader: 1 MB for each session.
const CHUNK_ANSWERS: usize = 4;

/// The reading half of a member's session.
pub struct Inbox<'a> {
    /// To found a board in, what it takes, and where snapshots lie.
    pub hub: &'a Hub,
    /// Which board.
    pub workspace: WorkspaceId,
    /// Whose session.
    pub device: DeviceId,
    /// The head it greeted with.
    pub greeted: (u64, Hash),
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
            ClientFrame::Ping => self.answer(HubFrame::Pong).await,
            ClientFrame::Push { op } => self.push(op).await,
            ClientFrame::Upload { entries } => self.upload(entries).await,
            ClientFrame::Follow { after } => self.begin(after).await,
            ClientFrame::DeclareHead { n, hash } => self.give(Task::Declare(self.device, (n, hash)), 0).await,
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
                let chain = Arc::clone(&room.live.borrow().chain);
                let n = manifest.read().map_or(u64::MAX, |read| read.n);
                let mut reader = self.hub.database.reader().await?;
                let there = log::hash_at(&mut reader.link(), room.key, n).await?;
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
                let head = room.live.borrow().chain.n;
                let mut reader = self.hub.database.reader().await?;
                let admission = snapshots::admission(&mut reader.link(), room.key, head, self.device).await?;
                let manifests = kept.manifests(workspace).await?;
                HubFrame::Snapshots { admission, manifests }
            }
        };
        self.answers.send(answer).await.map_err(|_| Goodbye::Left)
    }

    async fn push(&self, op: SignedOp) -> Result<(), Goodbye> {
        let limits = &self.hub.limits;
        if op.len() > limits.entry_len {
            let sentence = format!(
                "this change has {} bytes and this hub takes at most {}",
                op.len(),
                limits.entry_len
            );
            return self.refuse(&op, RefusedWhy::Never, sentence).await;
        }
        if !self.room()?.allowances.take(self.device, limits, Instant::now()) {
            let sentence = format!(
                "this device sends more than {} changes a second; the rest follows in a moment",
                limits.entries_per_second
            );
            return self.refuse(&op, RefusedWhy::Later, sentence).await;
        }
        let len = op.len();
        self.give(Task::Push(op), len).await
    }

    async fn upload(&mut self, entries: Vec<Entry>) -> Result<(), Goodbye> {
        let limit = self.hub.limits.entry_len;
        if entries.iter().any(|entry| entry.op.len() > limit) {
            let sentence = format!("a change of this board is larger than the {limit} bytes that this hub takes");
            return Err(Goodbye::nonsense(sentence));
        }
        if let (None, Some(first)) = (&self.room, entries.first()) {
            self.room = self.hub.rooms.found(self.workspace, first).await?;
        }
        let len = entries.iter().map(|entry| entry.op.len()).sum();
        self.give(Task::Upload(self.device, entries), len).await
    }

    async fn refuse(&self, op: &SignedOp, why: RefusedWhy, message: String) -> Result<(), Goodbye> {
        tracing::warn!(workspace = %self.workspace, device = %self.device, ?why, message, "refused an op");
        self.hub.metrics.refused(why);
        let op = op.parse().map_or(OpId::default(), |header| header.op);
        self.answer(HubFrame::Refused { op, why, message }).await
    }

    async fn answer(&self, frame: HubFrame) -> Result<(), Goodbye> {
        self.answers.send(frame).await.map_err(|_| Goodbye::Left)
    }

    fn room(&self) -> Result<&Arc<Room>, Goodbye> {
        let absent = || Goodbye::Denied(DeniedWhy::NoWorkspace, "this hub does not hold that board".into());
        self.room.as_ref().ok_or_else(absent)
    }

    /// Waits for a place in the session's queue, for memory, and for a place in the writer's queue, in this order.
    async fn give(&self, task: Task, len: usize) -> Result<(), Goodbye> {
        let jobs = &self.room()?.jobs;
        let answer = self.answers.clone().reserve_owned().await.map_err(|_| Goodbye::Left)?;
        let space = u32::try_from(len).unwrap_or(u32::MAX);
        let waiting = Arc::clone(&self.hub.waiting);
        let space = waiting.acquire_many_owned(space).await.map_err(|_| Goodbye::Stopping)?;
        let job = Job { task, answer, space };
        jobs.send(job).await.map_err(|_| Goodbye::Stopping)
    }

    async fn begin(&mut self, after: u64) -> Result<(), Goodbye> {
        let room = Arc::clone(self.room()?);
        let (head, healing) = {
            let live = room.live.borrow();
            (live.chain.n, live.healing)
        };
        if self.place.is_some() || after > head {
            return Err(Goodbye::nonsense("nothing to follow from there"));
        }
        let (place, notices) = room.peers.enter(Who::Member(self.device));
        self.place = Some(place);
        let following = Following::new(&room, after, notices);
        self.follow
            .try_send(following)
            .map_err(|_| Goodbye::nonsense("it follows already"))?;
        if healing {
            self.give(Task::Came(self.device, self.greeted), 0).await?;
        }
        Ok(())
    }
}

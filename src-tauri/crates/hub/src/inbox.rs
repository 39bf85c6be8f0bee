//! What a member's device sends: each frame is answered, handed to the board's writer, or the end of the conversation.

use crate::outbox::Following;
use crate::peers::{MAX_PRESENCE_LEN, Place, Who};
use crate::room::{Room, Rooms};
use crate::wire::{Goodbye, Stream, receive};
use crate::writer::{Job, Task};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame};
use sidedesk_protocol::{DeviceId, WorkspaceId};
use std::sync::Arc;
use tokio::sync::mpsc;

/// The reading half of a member's session.
pub struct Inbox<'a> {
    /// To found a board in.
    pub rooms: &'a Rooms,
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
                    self.room = self.rooms.found(self.workspace, first).await?;
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
        }
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

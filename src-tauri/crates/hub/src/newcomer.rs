//! A newcomer's session: the request is kept, members are asked, and the socket waits until one of them answers.

use crate::clock;
use crate::peers::Who;
use crate::room::Room;
use crate::wire::{Goodbye, Sink, Stream, receive, send};
use crate::writer::{Job, Task};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame};
use sidedesk_protocol::{InviteId, Millis};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep_until};

/// Timers do not reach further; whoever still waits then knocks again.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// The wait.
pub struct Wait {
    /// Memory for what waits.
    pub waiting: Arc<Semaphore>,
    /// At which board.
    pub room: Arc<Room>,
    /// On which invitation.
    pub invite: InviteId,
    /// Its end.
    pub expires: Millis,
    /// Where the writer answers.
    pub answers: mpsc::Sender<HubFrame>,
    /// What it answered.
    pub queue: mpsc::Receiver<HubFrame>,
}

impl Wait {
    /// Waits until it is decided.
    pub async fn run(mut self, request: Vec<u8>, sink: &mut Sink, stream: &mut Stream) -> Goodbye {
        // The seat first: whoever is admitted the moment that the request is known hears it.
        let (_place, mut notices) = self.room.peers.enter(Who::Newcomer(self.invite));
        let Ok(answer) = self.answers.clone().reserve_owned().await else {
            return Goodbye::Left;
        };
        let space = u32::try_from(request.len()).unwrap_or(u32::MAX);
        let Ok(space) = Arc::clone(&self.waiting).acquire_many_owned(space).await else {
            return Goodbye::Stopping;
        };
        let task = Task::Ask(self.invite, request);
        if self.room.jobs.send(Job { task, answer, space }).await.is_err() {
            return Goodbye::Stopping;
        }
        let end = Instant::now() + time_left(self.expires);
        loop {
            let frame = tokio::select! {
                Some(frame) = self.queue.recv() => frame,
                Some(frame) = notices.recv() => frame,
                heard = receive(stream) => match heard {
                    Ok(ClientFrame::Ping) => HubFrame::Pong,
                    Ok(_) => return Goodbye::nonsense("a newcomer waits"),
                    Err(goodbye) => return goodbye,
                },
                () = sleep_until(end) => {
                    return Goodbye::Denied(DeniedWhy::Invite, "this invitation has expired".into());
                }
            };
            if let Err(goodbye) = send(sink, &frame).await {
                return goodbye;
            }
            if matches!(frame, HubFrame::Admitted | HubFrame::Denied { .. }) {
                return Goodbye::Told;
            }
        }
    }
}

fn time_left(expires: Millis) -> Duration {
    let left = u64::try_from(expires.saturating_sub(clock::now())).unwrap_or(0);
    Duration::from_millis(left).min(LONGEST)
}

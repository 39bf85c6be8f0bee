//! One socket, one task: through the door, then a member's conversation or a newcomer's wait, then the last words.

use crate::door::{Guest, greet};
use crate::metrics::TurnedAway;
use crate::outbox::Outbox;
use crate::server::Hub;
use crate::visitor::Visitor;
use crate::wire::{self, Goodbye, Sink, Stream};
use crate::{inbox, newcomer};
use axum::extract::ws::WebSocket;
use futures_util::StreamExt as _;
use sidedesk_protocol::message::{DeniedWhy, HubFrame};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// Answers that wait for the socket. More than a device may have unanswered, so reading only stops for one that sends
/// without ever reading.
const ANSWERS: usize = 2 * sidedesk_protocol::engine::WINDOW;

/// Runs until one side leaves.
pub async fn run(hub: Arc<Hub>, socket: WebSocket, visitor: Arc<Visitor>, _seat: OwnedSemaphorePermit) {
    let (mut sink, stream) = socket.split();
    let mut stream = Stream::new(stream, hub.pace());
    let goodbye = tokio::select! {
        biased;
        () = hub.stop.cancelled() => Goodbye::Stopping,
        goodbye = talk(&hub, &visitor, &mut sink, &mut stream) => goodbye,
    };
    tracing::debug!(?goodbye, "a session ended");
    if let Goodbye::Denied(why, _) = &goodbye {
        hub.metrics.denied(*why);
    }
    wire::part(sink, stream, goodbye).await;
}

async fn talk(hub: &Arc<Hub>, visitor: &Visitor, sink: &mut Sink, stream: &mut Stream) -> Goodbye {
    let guest = match greet(hub, sink, stream).await {
        Ok(guest) => guest,
        Err(goodbye) => {
            match &goodbye {
                Goodbye::Denied(DeniedWhy::Proof | DeniedWhy::Nonsense, _) => visitor.fail(&hub.gate),
                Goodbye::Dead => hub.metrics.turned_away(TurnedAway::Slow),
                _ => {}
            }
            return goodbye;
        }
    };
    visitor.prove();
    let (answers, queue) = mpsc::channel(ANSWERS);
    match guest {
        Guest::Member {
            workspace,
            device,
            greeted,
            room,
        } => {
            tracing::info!(%workspace, %device, "a device came");
            let (follow, following) = mpsc::channel(1);
            let outbox = Outbox::new(
                (Arc::clone(&hub.database), Arc::clone(&hub.metrics)),
                device,
                queue,
                following,
            );
            let inbox = inbox::Inbox {
                hub,
                workspace,
                device,
                greeted,
                room,
                place: None,
                answers,
                follow,
            };
            // Side by side: reading never waits for writing, else two full sockets would wait for each other.
            tokio::select! {
                goodbye = inbox.run(stream) => goodbye,
                goodbye = outbox.run(sink) => goodbye,
            }
        }
        Guest::Admitted => wire::send(sink, &HubFrame::Admitted)
            .await
            .err()
            .unwrap_or(Goodbye::Told),
        Guest::Newcomer {
            room,
            invite,
            request,
            expires,
        } => {
            let wait = newcomer::Wait {
                waiting: Arc::clone(&hub.waiting),
                room,
                invite,
                expires,
                answers,
                queue,
            };
            wait.run(request, sink, stream).await
        }
    }
}

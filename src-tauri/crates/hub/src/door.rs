//! The door: a challenge, a greeting with a proof, and in or out within ten seconds. Whoever has not proven who it is by
//! then only holds a connection.
//!
//! Where there are replicas, another one may have stored a moment ago what a greeting stands on: an invitation, a device, a
//! place. This one looks for it before it sends anybody away: "another history" would stop a device for good.

use crate::room::Room;
use crate::server::Hub;
use crate::wire::{Goodbye, Sink, Stream, receive, send};
use crate::{Error, clock, log, waiting};
use sidedesk_protocol::admit::{door, join_door};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame};
use sidedesk_protocol::restore::door_healing;
use sidedesk_protocol::{DeviceId, Hash, InviteId, Millis, VERSION, WorkspaceId};
use std::sync::Arc;
use tokio::time::timeout;

/// A sealed request is a few keys and padding.
const MAX_REQUEST_LEN: usize = 4096;

/// Somebody who was let in.
pub enum Guest {
    /// A member, or the founder of a board that is not here yet.
    Member {
        /// Which board.
        workspace: WorkspaceId,
        /// Which device.
        device: DeviceId,
        /// The head that it greeted with.
        greeted: (u64, Hash),
        /// The board, when it is here.
        room: Option<Arc<Room>>,
    },
    /// Somebody with an invitation.
    Newcomer {
        /// The board.
        room: Arc<Room>,
        /// Which invitation.
        invite: InviteId,
        /// Sealed under its secret.
        request: Vec<u8>,
        /// When the invitation ends.
        expires: Millis,
    },
    /// Somebody who was let in while the connection was lost.
    Admitted,
}

/// Asks, listens and decides.
pub async fn greet(hub: &Hub, sink: &mut Sink, stream: &mut Stream) -> Result<Guest, Goodbye> {
    let deadline = timeout(hub.limits.handshake, async {
        let mut nonce = [0; 32];
        getrandom::fill(&mut nonce).map_err(Error::Random)?;
        let challenge = HubFrame::Challenge {
            version: VERSION,
            nonce,
            hub_key: hub.secret.public(),
        };
        send(sink, &challenge).await?;
        match receive(stream).await? {
            frame @ ClientFrame::Join { .. } => newcomer(hub, &nonce, frame).await,
            frame @ ClientFrame::Hello { .. } => {
                let (guest, welcome) = member(hub, &nonce, &frame).await?;
                send(sink, &welcome).await?;
                Ok(guest)
            }
            _ => Err(Goodbye::nonsense("expected a greeting")),
        }
    });
    deadline.await.unwrap_or(Err(Goodbye::Dead))
}

/// The board, as it is stored by now.
async fn room(hub: &Hub, workspace: WorkspaceId) -> Result<Option<Arc<Room>>, Goodbye> {
    let Some(room) = hub.rooms.find(workspace).await? else {
        return Ok(None);
    };
    if room.is_up_to_date(&hub.database).await? {
        return Ok(Some(room));
    }
    Err(Goodbye::Denied(
        DeniedWhy::Busy,
        "this hub is still reading what another one stored; try again".into(),
    ))
}

async fn member(hub: &Hub, nonce: &[u8; 32], hello: &ClientFrame) -> Result<(Guest, HubFrame), Goodbye> {
    let ClientFrame::Hello {
        workspace,
        device,
        n,
        hash,
        ..
    } = hello
    else {
        return Err(Goodbye::nonsense("expected a greeting"));
    };
    let room = room(hub, *workspace).await?;
    let live = room.as_ref().map(|room| room.live.borrow().clone());
    let hash_there = match (&room, &live) {
        (Some(room), Some(live)) => hash_there(hub, room.key, (live.chain.n, live.chain.hash), *n).await?,
        _ => None,
    };
    let chain = live.as_ref().map(|live| &*live.chain);
    let door = match &live {
        Some(live) if live.healing => door_healing,
        _ => door,
    };
    let welcome = door(chain, &hub.secret, nonce, hello, hash_there).inspect_err(|denial| {
        if denial.why == DeniedWhy::Fork {
            let head = chain.map_or(0, |chain| chain.n);
            tracing::error!(%workspace, %device, theirs = n, ours = head, "ALARM: a device holds another history; if the hub was restored from a backup, start it with --after-restore");
        }
    })?;
    let guest = Guest::Member {
        workspace: *workspace,
        device: *device,
        greeted: (*n, *hash),
        room,
    };
    Ok((guest, welcome))
}

async fn hash_there(hub: &Hub, key: i64, head: (u64, Hash), n: u64) -> Result<Option<Hash>, Goodbye> {
    if n == head.0 {
        return Ok(Some(head.1));
    }
    let mut reader = hub.database.reader().await?;
    Ok(log::hash_at(&mut reader.link(), key, n).await?)
}

async fn newcomer(hub: &Hub, nonce: &[u8; 32], join: ClientFrame) -> Result<Guest, Goodbye> {
    let ClientFrame::Join {
        workspace,
        invite,
        ref request,
        ..
    } = join
    else {
        return Err(Goodbye::nonsense("expected a greeting"));
    };
    if request.len() > MAX_REQUEST_LEN {
        return Err(Goodbye::nonsense("the request is too long"));
    }
    let room = room(hub, workspace).await?;
    let chain = room.as_ref().map(|room| Arc::clone(&room.live.borrow().chain));
    if let Err(denial) = join_door(chain.as_deref(), &hub.secret, nonce, &join, clock::now()) {
        return match &room {
            // Said only after the proof held.
            Some(room) if denial.why == DeniedWhy::Invite => {
                let mut reader = hub.database.reader().await?;
                let known = waiting::was_admitted(&mut reader.link(), room.key, invite, request).await?;
                if known { Ok(Guest::Admitted) } else { Err(denial.into()) }
            }
            _ => Err(denial.into()),
        };
    }
    let known = chain.and_then(|chain| chain.membership.invites.get(&invite).map(|known| known.expires));
    let (Some(room), Some(expires), ClientFrame::Join { request, .. }) = (room, known, join) else {
        return Err(Goodbye::Denied(
            DeniedWhy::NoWorkspace,
            "this hub does not hold that board".into(),
        ));
    };
    Ok(Guest::Newcomer {
        room,
        invite,
        request,
        expires,
    })
}

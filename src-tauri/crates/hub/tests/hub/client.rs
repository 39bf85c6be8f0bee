//! A raw client: one frame out, one frame in, each with a deadline.

use crate::board::{Board, device, fresh};
use crate::ground::Ground;
use futures_util::{SinkExt as _, StreamExt as _};
use sidedesk_hub::RunningHub;
use sidedesk_protocol::author::{device_keys, hello};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest, seal_request};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, RefusedWhy, decode, encode};
use sidedesk_protocol::{Hash, MemberId, VERSION, WorkspaceId, ZERO_HASH};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const DEADLINE: Duration = Duration::from_secs(20);

/// A hub, a board that it holds, and the founder's connection that follows it.
pub struct Desk {
    pub ground: Ground,
    pub hub: RunningHub,
    pub board: Board,
    pub founder: Client,
}

impl Desk {
    pub async fn with(ground: Ground, others: &[u8]) -> Self {
        let hub = ground.start().await;
        let board = Board::shared(hub.hub_key, others);
        let founder = upload(hub.addr, &board).await;
        Self {
            ground,
            hub,
            board,
            founder,
        }
    }
}

/// Brings a whole board and follows it.
pub async fn upload(addr: SocketAddr, board: &Board) -> Client {
    let (mut founder, welcome) = Client::hello(addr, 1, &board.chain).await;
    let takes_upload = matches!(
        welcome,
        HubFrame::Welcome {
            n: 0,
            takes_upload: true,
            ..
        }
    );
    assert!(takes_upload, "{welcome:?}");
    let entries = board.log.clone();
    founder.send(&ClientFrame::Upload { entries }).await;
    assert_eq!(founder.next().await, HubFrame::Uploaded { n: board.chain.n });
    let after = board.chain.n;
    founder.send(&ClientFrame::Follow { after }).await;
    founder
}

pub struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    /// Connected and challenged.
    pub async fn open(addr: SocketAddr) -> (Self, [u8; 32], [u8; 32]) {
        let (socket, _) = connect_async(format!("ws://{addr}/ws")).await.unwrap();
        let mut client = Self(socket);
        match client.next().await {
            HubFrame::Challenge { nonce, hub_key, .. } => (client, nonce, hub_key),
            other => panic!("{other:?}"),
        }
    }

    /// The first thing said to a new connection.
    pub async fn first_frame(addr: SocketAddr) -> HubFrame {
        let (socket, _) = connect_async(format!("ws://{addr}/ws")).await.unwrap();
        Self(socket).next().await
    }

    /// Greets as a member's device at this chain's head; what the hub said.
    pub async fn hello(addr: SocketAddr, who: u8, chain: &Chain) -> (Self, HubFrame) {
        Self::hello_at(addr, who, chain.workspace, (chain.n, chain.hash)).await
    }

    pub async fn hello_at(
        addr: SocketAddr,
        who: u8,
        workspace: WorkspaceId,
        (n, hash): (u64, Hash),
    ) -> (Self, HubFrame) {
        let (mut client, nonce, hub_key) = Self::open(addr).await;
        let secret = device(who);
        let hello = hello(&secret, workspace, (n, hash), &nonce, &hub_key);
        client.send(&hello).await;
        let answer = client.next().await;
        (client, answer)
    }

    /// Greets and follows from the first entry.
    pub async fn follower(addr: SocketAddr, who: u8, workspace: WorkspaceId) -> Self {
        let (mut client, welcome) = Self::hello_at(addr, who, workspace, (0, ZERO_HASH)).await;
        assert!(matches!(welcome, HubFrame::Welcome { .. }), "{welcome:?}");
        client.send(&ClientFrame::Follow { after: 0 }).await;
        client
    }

    /// Knocks with an invitation; what the hub said.
    pub async fn join(addr: SocketAddr, who: u8, workspace: WorkspaceId, secret: &InviteSecret) -> (Self, HubFrame) {
        let (mut client, nonce, hub_key) = Self::open(addr).await;
        let request = JoinRequest {
            device: device_keys(&device(who), MemberId([who; 16])),
        };
        let join = ClientFrame::Join {
            version: VERSION,
            workspace,
            invite: secret.id(),
            proof: secret.proof(workspace, &nonce, &hub_key),
            request: seal_request(&request, secret, &mut fresh()).unwrap(),
        };
        client.send(&join).await;
        let answer = client.next().await;
        (client, answer)
    }

    /// Knocks as a newcomer whose request has these bytes.
    pub async fn join_with(
        addr: SocketAddr,
        workspace: WorkspaceId,
        secret: &InviteSecret,
        request: &[u8],
    ) -> HubFrame {
        let (mut client, nonce, hub_key) = Self::open(addr).await;
        let join = ClientFrame::Join {
            version: VERSION,
            workspace,
            invite: secret.id(),
            proof: secret.proof(workspace, &nonce, &hub_key),
            request: request.to_vec(),
        };
        client.send(&join).await;
        client.next().await
    }

    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_bytes(encode(frame).unwrap()).await;
    }

    pub async fn push(&mut self, op: &SignedOp) {
        self.send(&ClientFrame::Push { op: op.clone() }).await;
    }

    pub async fn send_bytes(&mut self, bytes: Vec<u8>) {
        // The hub may have closed already; what it said is still to be read.
        let _ = self.0.send(Message::Binary(bytes.into())).await;
    }

    /// Sends the same frame again and again, and counts the answers.
    pub async fn shout(self, bytes: Vec<u8>, times: usize, answers: Arc<AtomicUsize>) {
        let (mut sink, mut stream) = self.0.split();
        let frame = Message::Binary(bytes.into());
        let shouting = async {
            for _ in 0..times {
                if sink.feed(frame.clone()).await.is_err() {
                    return;
                }
            }
        };
        let listening = async {
            while let Some(Ok(_)) = stream.next().await {
                answers.fetch_add(1, Ordering::Relaxed);
            }
        };
        tokio::join!(shouting, listening);
    }

    /// Sends the same message again and again, as fast as it is taken.
    pub async fn flood(mut self, message: Message, times: usize) {
        for _ in 0..times {
            if self.0.feed(message.clone()).await.is_err() {
                return;
            }
        }
        let _ = self.0.flush().await;
    }

    /// The next frame; `None` when the hub closed.
    pub async fn try_next(&mut self) -> Option<HubFrame> {
        loop {
            match timeout(DEADLINE, self.0.next()).await.expect("the hub says nothing") {
                Some(Ok(Message::Binary(bytes))) => return Some(decode(&bytes).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    pub async fn next(&mut self) -> HubFrame {
        self.try_next().await.expect("the hub closed")
    }

    /// The next frame that is not a page.
    pub async fn answer(&mut self) -> HubFrame {
        loop {
            match self.next().await {
                HubFrame::Page { .. } => {}
                frame => return frame,
            }
        }
    }

    /// Entries until `n`, whatever else comes.
    pub async fn entries_until(&mut self, n: u64) -> Vec<Entry> {
        let mut all: Vec<Entry> = Vec::new();
        while all.last().is_none_or(|last| last.n < n) {
            if let HubFrame::Page { entries, head } = self.next().await {
                assert!(entries.last().unwrap().n <= head);
                all.extend(entries);
            }
        }
        all
    }

    pub async fn refused(&mut self) -> RefusedWhy {
        match self.answer().await {
            HubFrame::Refused { why, .. } => why,
            other => panic!("{other:?}"),
        }
    }

    /// Denied and closed.
    pub async fn denied(&mut self) -> DeniedWhy {
        let answer = self.answer().await;
        self.denied_by(answer).await
    }

    pub async fn denied_by(&mut self, answer: HubFrame) -> DeniedWhy {
        let HubFrame::Denied { why, .. } = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(self.try_next().await, None);
        why
    }
}

//! A hub that lies to one device: it stands between that device and a real hub, reads every frame of both ways, and may
//! say something else.
//!
//! Without a lie it passes on what it hears. It knows what whoever runs a hub knows, the hub's key included (it lies in the
//! data directory), and no more: no device's key and no word of a board.

use futures_util::{SinkExt as _, StreamExt as _};
use sidedesk_protocol::message::{ClientFrame, HubFrame, decode, encode};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{accept_async_with_config, connect_async_with_config};

/// What the device is told.
#[derive(Debug, Clone)]
pub enum Said {
    /// A frame.
    Frame(Box<HubFrame>),
    /// Bytes that need not be one.
    Bytes(Vec<u8>),
    /// The connection ends.
    Close,
}

impl From<HubFrame> for Said {
    fn from(frame: HubFrame) -> Self {
        Self::Frame(Box::new(frame))
    }
}

/// What a connection is for; the first frames do not show it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Greeting, or at the door.
    New,
    /// Following the board.
    Follows,
    /// Asking for a snapshot.
    Snapshot,
}

/// What becomes of a frame from the hub.
type Down = Box<dyn FnMut(Line, HubFrame) -> Vec<Said> + Send>;
/// What becomes of a frame from the device: what the hub hears, and what the device hears at once.
type Up = Box<dyn FnMut(Line, ClientFrame) -> (Vec<ClientFrame>, Vec<Said>) + Send>;

/// The liar.
#[derive(Clone)]
pub struct Liar {
    addr: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl std::fmt::Debug for Liar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Liar at {}", self.addr)
    }
}

struct Shared {
    hub: SocketAddr,
    down: Option<Down>,
    up: Option<Up>,
    /// Said to whoever begins to follow the board.
    insists: Option<Said>,
    heard: Vec<ClientFrame>,
    open: Vec<Open>,
    connections: usize,
}

struct Open {
    number: usize,
    line: Line,
    out: UnboundedSender<Said>,
}

impl Liar {
    /// In front of the hub at this address.
    pub async fn before(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shared = Shared {
            hub,
            down: None,
            up: None,
            insists: None,
            heard: Vec::new(),
            open: Vec::new(),
            connections: 0,
        };
        let liar = Self {
            addr: listener.local_addr().unwrap(),
            shared: Arc::new(Mutex::new(shared)),
        };
        let accepting = liar.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().connection(socket));
            }
        });
        liar
    }

    /// `ws://host:port`.
    pub fn address(&self) -> String {
        format!("ws://{}", self.addr)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this becomes of the hub's frames.
    pub fn down(&self, lie: impl FnMut(Line, HubFrame) -> Vec<Said> + Send + 'static) {
        self.lock().down = Some(Box::new(lie));
    }

    /// From now on the hub challenges with other values: (version, nonce, key).
    pub fn challenge(&self, lie: impl Fn(&mut u8, &mut [u8; 32], &mut [u8; 32]) + Send + 'static) {
        self.down(move |_, mut frame| {
            if let HubFrame::Challenge {
                version,
                nonce,
                hub_key,
            } = &mut frame
            {
                lie(version, nonce, hub_key);
            }
            vec![frame.into()]
        });
    }

    /// From now on this becomes of the device's frames.
    pub fn up(&self, lie: impl FnMut(Line, ClientFrame) -> (Vec<ClientFrame>, Vec<Said>) + Send + 'static) {
        self.lock().up = Some(Box::new(lie));
    }

    /// From now on the device's ops are answered with this, and the hub never hears of them.
    pub fn answer_pushes(
        &self,
        mut answer: impl FnMut(&sidedesk_protocol::entry::SignedOp) -> Vec<Said> + Send + 'static,
    ) {
        self.up(move |_, frame| match frame {
            ClientFrame::Push { op } => (Vec::new(), answer(&op)),
            frame => (vec![frame], Vec::new()),
        });
    }

    /// No lies from now on.
    pub fn be_honest(&self) {
        let mut shared = self.lock();
        shared.down = None;
        shared.up = None;
        shared.insists = None;
    }

    /// New connections lead to this hub from now on.
    pub fn lead_to(&self, hub: SocketAddr) {
        self.lock().hub = hub;
    }

    /// Tells the device something that no hub said, where it follows the board.
    pub fn say(&self, said: impl Into<Said>) {
        let said = said.into();
        let shared = self.lock();
        let lines = shared.open.iter().filter(|open| open.line == Line::Follows);
        let told = lines.filter(|open| open.out.send(said.clone()).is_ok()).count();
        assert!(told > 0, "nobody is there to lie to");
    }

    /// The same, and again whenever the device comes anew: bytes that a line spoiled would be right the next time.
    pub fn insist(&self, said: impl Into<Said>) {
        let said = said.into();
        self.say(said.clone());
        self.lock().insists = Some(said);
    }

    /// Hangs up.
    pub fn cut(&self) {
        for open in &self.lock().open {
            let _ = open.out.send(Said::Close);
        }
    }

    /// What the device sent so far.
    pub fn heard(&self) -> Vec<ClientFrame> {
        self.lock().heard.clone()
    }

    /// Connections of the device so far, and those that are open.
    pub fn connections(&self) -> (usize, usize) {
        let shared = self.lock();
        (shared.connections, shared.open.len())
    }

    async fn connection(self, socket: TcpStream) {
        let unlimited = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let Ok(device) = accept_async_with_config(socket, Some(unlimited)).await else {
            return;
        };
        let (out, mut said) = unbounded_channel();
        let (number, hub) = {
            let mut shared = self.lock();
            shared.connections += 1;
            let (number, line) = (shared.connections, Line::New);
            shared.open.push(Open { number, line, out });
            (number, shared.hub)
        };
        if let Ok((hub, _)) = connect_async_with_config(format!("ws://{hub}/ws"), Some(unlimited), true).await {
            let (mut to_device, mut from_device) = device.split();
            let (mut to_hub, mut from_hub) = hub.split();
            loop {
                let (up, down) = tokio::select! {
                    frame = from_device.next() => match frame {
                        Some(Ok(Message::Binary(bytes))) => self.heard_up(number, &bytes),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                        Some(Ok(_)) => continue,
                    },
                    frame = from_hub.next() => match frame {
                        Some(Ok(Message::Binary(bytes))) => (Vec::new(), self.heard_down(number, &bytes)),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                        Some(Ok(_)) => continue,
                    },
                    one = said.recv() => (Vec::new(), one.into_iter().collect()),
                };
                for frame in up {
                    let _ = to_hub.send(Message::Binary(encode(&frame).unwrap().into())).await;
                }
                if !told(&mut to_device, down).await {
                    break;
                }
            }
            let _ = to_device.close().await;
            let _ = to_hub.close().await;
        }
        self.lock().open.retain(|open| open.number != number);
    }

    fn heard_up(&self, number: usize, bytes: &[u8]) -> (Vec<ClientFrame>, Vec<Said>) {
        let frame: ClientFrame = decode(bytes).unwrap();
        let mut shared = self.lock();
        let open = shared.open.iter_mut().find(|open| open.number == number).unwrap();
        match &frame {
            ClientFrame::Follow { .. } | ClientFrame::Upload { .. } => open.line = Line::Follows,
            ClientFrame::AskSnapshot => open.line = Line::Snapshot,
            _ => {}
        }
        let line = open.line;
        shared.heard.push(frame.clone());
        let follows = matches!(frame, ClientFrame::Follow { .. });
        let insisted = shared.insists.clone().filter(|_| follows);
        let (up, mut down) = match &mut shared.up {
            Some(lie) => lie(line, frame),
            None => (vec![frame], Vec::new()),
        };
        down.extend(insisted);
        (up, down)
    }

    fn heard_down(&self, number: usize, bytes: &[u8]) -> Vec<Said> {
        let frame: HubFrame = decode(bytes).unwrap();
        let mut shared = self.lock();
        let line = shared.open.iter().find(|open| open.number == number).unwrap().line;
        match &mut shared.down {
            Some(lie) => lie(line, frame),
            None => vec![frame.into()],
        }
    }
}

/// False when the connection is over.
async fn told<S: futures_util::Sink<Message> + Unpin>(to: &mut S, said: Vec<Said>) -> bool {
    for one in said {
        let bytes = match one {
            Said::Frame(frame) => encode(&*frame).unwrap(),
            Said::Bytes(bytes) => bytes,
            Said::Close => return false,
        };
        if to.send(Message::Binary(bytes.into())).await.is_err() {
            return false;
        }
    }
    true
}

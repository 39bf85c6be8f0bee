//! A device under load: one socket, no store; it keeps the head, so that it finds a gap or another order at once.

use super::board::Board;
use super::figures::Histogram;
use super::{Flag, Scenario};
use anyhow::{Context as _, Result, anyhow, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use sidedesk_protocol::author::{Stand, hello, open_action};
use sidedesk_protocol::engine::UPLOAD_ENTRIES;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::keys::DeviceSecret;
use sidedesk_protocol::message::{ClientFrame, HubFrame, Receipt, decode, encode};
use sidedesk_protocol::{Hash, OpId, ZERO_HASH};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// Devices ping this often.
const PING: Duration = Duration::from_secs(20);
/// A thousand buffers of the usual 128 kB would be this program's load and not the hub's.
const READ_BUFFER_LEN: usize = 8 * 1024;
/// A stalled device takes no more than this.
const STALLED_BUFFER_LEN: u32 = 4 * 1024;

/// What all devices of a run share.
pub struct Shared {
    address: String,
    scenario: Scenario,
    total: usize,
    /// Devices that follow.
    pub connected: AtomicUsize,
    /// What is sent and received now counts.
    pub counting: Flag,
    /// Devices push.
    pub pushing: Flag,
    /// Ops that count.
    pub pushed: AtomicU64,
    /// Arrivals that are still to be expected, and those that were.
    pub owed: AtomicU64,
    /// Arrivals.
    pub arrived: AtomicU64,
    /// To the receipt.
    pub acknowledged: Histogram,
    /// To each device.
    pub fan_out: Histogram,
    /// To the last device.
    pub last_of_board: Histogram,
    sent: Mutex<HashMap<u64, Sent>>,
    stage: watch::Sender<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Gathering,
    Going,
    Over,
}

/// An op on its way.
#[derive(Debug)]
struct Sent {
    at: Instant,
    missing: usize,
    counts: bool,
}

impl Shared {
    /// Nobody there yet.
    pub fn new(address: &str, scenario: Scenario, total: usize) -> Self {
        Self {
            address: address.to_owned(),
            scenario,
            total,
            connected: AtomicUsize::new(0),
            counting: Flag::new(false),
            pushing: Flag::new(true),
            pushed: AtomicU64::new(0),
            owed: AtomicU64::new(0),
            arrived: AtomicU64::new(0),
            acknowledged: Histogram::default(),
            fan_out: Histogram::default(),
            last_of_board: Histogram::default(),
            sent: Mutex::default(),
            stage: watch::Sender::new(Stage::Gathering),
        }
    }

    /// Everybody is there.
    pub fn go(&self) {
        self.stage.send_replace(Stage::Going);
    }

    /// Everything arrived.
    pub fn stop(&self) {
        self.stage.send_replace(Stage::Over);
    }

    fn sending(&self, key: u64) {
        let counts = self.counting.load(Ordering::SeqCst);
        if counts {
            self.pushed.fetch_add(1, Ordering::SeqCst);
        }
        self.owed.fetch_add(self.scenario.devices as u64, Ordering::SeqCst);
        let sent = Sent {
            at: Instant::now(),
            missing: self.scenario.devices,
            counts,
        };
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, sent);
    }

    fn arrived(&self, key: u64) {
        let now = Instant::now();
        let mut all = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sent) = all.get_mut(&key) else { return };
        sent.missing -= 1;
        let (at, is_last, counts) = (sent.at, sent.missing == 0, sent.counts);
        if is_last {
            all.remove(&key);
        }
        drop(all);
        if counts {
            self.fan_out.record(now - at);
            if is_last {
                self.last_of_board.record(now - at);
            }
        }
        self.arrived.fetch_add(1, Ordering::SeqCst);
    }
}

/// A device that follows.
pub struct Device {
    board: Arc<Board>,
    secret: DeviceSecret,
    shared: Arc<Shared>,
    socket: WebSocketStream<TcpStream>,
    stage: watch::Receiver<Stage>,
    turn: usize,
    stand: Stand,
    waiting: HashMap<OpId, Instant>,
    /// Receipts that came before their entries: the hash that is promised for a place.
    promised: HashMap<u64, Hash>,
}

impl Device {
    /// Greets at the head the board was shared with, and follows.
    pub async fn connect(board: Arc<Board>, member: usize, turn: usize, shared: Arc<Shared>) -> Result<Self> {
        let secret = board.device(member);
        let head = (board.chain.n, board.chain.hash);
        let mut socket = greet(open(&shared.address, None).await?, &board, &secret, head).await?;
        send(&mut socket, &ClientFrame::Follow { after: head.0 }).await?;
        shared.connected.fetch_add(1, Ordering::SeqCst);
        Ok(Self {
            stand: Stand::on(&board.chain, secret.id()),
            stage: shared.stage.subscribe(),
            board,
            secret,
            shared,
            socket,
            turn,
            waiting: HashMap::new(),
            promised: HashMap::new(),
        })
    }

    /// Pushes at its turn and reads, until it is over. How many ops it sent.
    pub async fn work(mut self) -> Result<u64> {
        let mut stage = self.stage.clone();
        stage.wait_for(|stage| *stage != Stage::Gathering).await.map(drop)?;
        let every = Duration::from_secs_f64(self.shared.total as f64 / self.shared.scenario.ops_per_second);
        let phase = every.mul_f64(self.turn as f64 / self.shared.total as f64);
        let mut turns = interval_at(tokio::time::Instant::now() + phase, every);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut pings = interval_at(tokio::time::Instant::now() + PING, PING);
        let mut pushed = 0;
        loop {
            tokio::select! {
                frame = self.socket.next() => self.hear(frame.context("the hub closed")??)?,
                _ = turns.tick(), if self.shared.pushing.load(Ordering::SeqCst) => {
                    self.push().await?;
                    pushed += 1;
                }
                _ = pings.tick() => send(&mut self.socket, &ClientFrame::Ping).await?,
                over = async { stage.wait_for(|stage| *stage == Stage::Over).await.map(drop) } => {
                    over?;
                    return Ok(pushed);
                }
            }
        }
    }

    async fn push(&mut self) -> Result<()> {
        let (id, op) = self
            .board
            .edit(&self.secret, &self.stand, self.shared.scenario.text_len)?;
        self.stand = self.stand.after(&op);
        self.shared.sending(key(&op.signature));
        if self.shared.counting.load(Ordering::SeqCst) {
            self.waiting.insert(id, Instant::now());
        }
        send(&mut self.socket, &ClientFrame::Push { op }).await
    }

    fn hear(&mut self, message: Message) -> Result<()> {
        let Message::Binary(bytes) = message else { return Ok(()) };
        match decode::<HubFrame>(&bytes)? {
            HubFrame::Page { entries, .. } => entries.iter().try_for_each(|entry| self.entry(entry)),
            HubFrame::Receipt(receipt) => {
                if let Some(at) = self.waiting.remove(&receipt.op) {
                    self.shared.acknowledged.record(at.elapsed());
                }
                self.promise(&receipt)
            }
            HubFrame::Pong | HubFrame::Presence { .. } => Ok(()),
            other => bail!("the hub said {other:?}"),
        }
    }

    fn promise(&mut self, receipt: &Receipt) -> Result<()> {
        if receipt.n > self.stand.base_n {
            self.promised.insert(receipt.n, receipt.hash);
        } else if receipt.n == self.stand.base_n && receipt.hash != self.stand.base_hash {
            bail!("a receipt for place {} does not hold", receipt.n);
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry) -> Result<()> {
        if entry.n != self.stand.base_n + 1 {
            bail!("place {} where {} was next", entry.n, self.stand.base_n + 1);
        }
        self.stand.base_n = entry.n;
        self.stand.base_hash = entry.chain_hash(&self.stand.base_hash);
        if self
            .promised
            .remove(&entry.n)
            .is_some_and(|hash| hash != self.stand.base_hash)
        {
            bail!("a receipt for place {} does not hold", entry.n);
        }
        if self.shared.scenario.opened {
            open_action(&entry.op.parse()?, &entry.op, &self.board.keyring)?;
        }
        self.shared.arrived(key(&entry.op.signature));
        Ok(())
    }
}

/// Signatures are as good as random.
fn key(signature: &[u8; 64]) -> u64 {
    signature
        .iter()
        .take(8)
        .fold(0, |key, byte| (key << 8) | u64::from(*byte))
}

/// Asks a hub for its key.
pub async fn hub_key(address: &str) -> Result<[u8; 32]> {
    match hear(&mut open(address, None).await?).await? {
        HubFrame::Challenge { hub_key, .. } => Ok(hub_key),
        other => bail!("the hub said {other:?}"),
    }
}

/// Shares a board.
pub async fn upload(address: &str, board: &Board) -> Result<()> {
    let founder = board.device(0);
    let head = (board.chain.n, board.chain.hash);
    let mut socket = greet(open(address, None).await?, board, &founder, head).await?;
    for entries in board.log.chunks(UPLOAD_ENTRIES) {
        let entries = entries.to_vec();
        send(&mut socket, &ClientFrame::Upload { entries }).await?;
        match hear(&mut socket).await? {
            HubFrame::Uploaded { .. } => {}
            other => bail!("the hub said {other:?}"),
        }
    }
    Ok(())
}

/// A device that follows from the first entry and never reads.
pub async fn stalled(address: &str, board: &Board, member: usize) -> Result<WebSocketStream<TcpStream>> {
    let socket = open(address, Some(STALLED_BUFFER_LEN)).await?;
    let mut socket = greet(socket, board, &board.device(member), (0, ZERO_HASH)).await?;
    send(&mut socket, &ClientFrame::Follow { after: 0 }).await?;
    Ok(socket)
}

async fn open(address: &str, receive_buffer_len: Option<u32>) -> Result<WebSocketStream<TcpStream>> {
    let socket = TcpSocket::new_v4()?;
    if let Some(len) = receive_buffer_len {
        socket.set_recv_buffer_size(len)?;
    }
    let at = address.trim_start_matches("ws://").parse()?;
    let stream = socket.connect(at).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_LEN)
        .write_buffer_size(0);
    let (socket, _) = client_async_with_config(format!("{address}/ws"), stream, Some(config)).await?;
    Ok(socket)
}

async fn greet(
    mut socket: WebSocketStream<TcpStream>,
    board: &Board,
    secret: &DeviceSecret,
    (n, hash): (u64, Hash),
) -> Result<WebSocketStream<TcpStream>> {
    let HubFrame::Challenge { nonce, hub_key, .. } = hear(&mut socket).await? else {
        bail!("no challenge");
    };
    let workspace = board.chain.workspace;
    let hello = hello(secret, workspace, (n, hash), &nonce, &hub_key);
    send(&mut socket, &hello).await?;
    match hear(&mut socket).await? {
        HubFrame::Welcome { .. } => Ok(socket),
        other => Err(anyhow!("the hub said {other:?}")),
    }
}

async fn send(socket: &mut WebSocketStream<TcpStream>, frame: &ClientFrame) -> Result<()> {
    Ok(socket.send(Message::Binary(encode(frame)?.into())).await?)
}

async fn hear(socket: &mut WebSocketStream<TcpStream>) -> Result<HubFrame> {
    loop {
        if let Message::Binary(bytes) = socket.next().await.context("the hub closed")?? {
            return Ok(decode(&bytes)?);
        }
    }
}

//! A thousand devices at the door of a hub that was restarted: the real engine in each, over a real socket, with a store
//! that is a chain in memory.

use futures_util::{SinkExt as _, StreamExt as _};
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Action, ActionId, Edit, Kind, MemberId, OpId, RecordEdit, RecordId, Space, fields::campaign};
use sidedesk_protocol::author::{self, Stand};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::engine::{Effect, Engine, Event, Status, Timer};
use sidedesk_protocol::entry::{Entry, SignedOp, workspace_id};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::{DeviceSecret, Entropy, Keyring};
use sidedesk_protocol::membership::NameHub;
use sidedesk_protocol::message;
use sidedesk_tests::hub::Hub;
use std::collections::{BTreeMap, VecDeque};
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// As many as a hub takes (issue 4, point 8).
const DEVICES: usize = 1000;
/// Ops that one of them has waiting when the hub comes back.
const MISSED: usize = 20;
/// All are caught up within this (the same).
const CAUGHT_UP: Duration = Duration::from_secs(60);
/// They come one after another the first time; nothing is measured then.
const FIRST: Duration = Duration::from_secs(180);

const NOW: i64 = 1_795_000_000_000;

/// A board with a thousand devices, ordered by its founder until it is shared.
struct Founded {
    log: Vec<Entry>,
    chain: Chain,
    keyring: Keyring,
    secrets: Vec<DeviceSecret>,
    entropy: Entropy,
}

fn founded(hub_key: [u8; 32], address: &str) -> Founded {
    let mut entropy = Entropy::new([1; 32]);
    let secret = |i: usize| DeviceSecret::from_bytes(*blake3::hash(&i.to_le_bytes()).as_bytes());
    let secrets: Vec<DeviceSecret> = (0..DEVICES).map(secret).collect();
    let founder = &secrets[0];
    let (genesis, keyring) = author::genesis(founder, (MemberId([1; 16]), Role::Lead), NOW, &mut entropy).unwrap();
    let mut chain = Chain::empty(workspace_id(&genesis));
    let mut log = Vec::new();
    let mut place = |chain: &mut Chain, op: SignedOp| {
        let entry = chain.place(op, NOW);
        chain.append(&entry).unwrap();
        log.push(entry);
    };
    place(&mut chain, genesis);
    for device in &secrets[1..] {
        let invite = InviteSecret::from_bytes(entropy.bytes());
        let stand = Stand::on(&chain, founder.id());
        let op = author::invite(
            &stand,
            founder,
            &keyring,
            author::Offer::new(&invite, NOW + 1, Role::Lead),
            NOW,
            &mut entropy,
        )
        .unwrap();
        place(&mut chain, op);
        let request = JoinRequest {
            device: author::device_keys(device, MemberId(entropy.bytes())),
        };
        let stand = Stand::on(&chain, founder.id());
        let keys = (founder, &keyring);
        let op = author::add_device(&stand, &chain, keys, (&invite, &request), NOW, &mut entropy).unwrap();
        place(&mut chain, op);
    }
    let hub = NameHub {
        hub_key,
        address: address.into(),
    };
    let stand = Stand::on(&chain, founder.id());
    let op = author::name_hub(&stand, founder, hub, NOW, &mut entropy).unwrap();
    place(&mut chain, op);
    Founded {
        log,
        chain,
        keyring,
        secrets,
        entropy,
    }
}

impl Founded {
    /// What one device typed while the hub was away, sealed on the head that it knows.
    fn typed(&mut self, device: usize, count: usize) -> Vec<(u64, OpId, SignedOp)> {
        let secret = &self.secrets[device];
        let mut stand = Stand::on(&self.chain, secret.id());
        let mut ops = Vec::new();
        for i in 0..count {
            let record = RecordEdit {
                kind: Kind::Campaign,
                id: RecordId(self.entropy.bytes()),
                seen: 0,
                edits: vec![(campaign::NAME, Edit::Set(format!("Campaign {i}").into()))],
            };
            let action = Action {
                id: ActionId(self.entropy.bytes()),
                name: "campaign.add".into(),
                undoes: None,
                redoes: None,
                records: vec![record],
            };
            let (id, plain) = (OpId(self.entropy.bytes()), author::encode_action(&action).unwrap());
            let what = (id, Space::Board, NOW);
            let op = author::action(&stand, secret, &self.keyring, what, &plain, &mut self.entropy).unwrap();
            stand = stand.after(&op);
            ops.push((i as u64 + 1, id, op));
        }
        ops
    }
}

/// One device: the engine, a socket and what a store would hold.
struct Client {
    engine: Engine,
    address: String,
    chain: Chain,
    /// The founder's own entries, as long as the hub does not have them.
    log: Arc<Vec<Entry>>,
    pending: Arc<std::sync::Mutex<Vec<(u64, OpId, SignedOp)>>>,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    timers: BTreeMap<Timer, tokio::time::Instant>,
    /// Where it says how far it is: the head while in step, else 0.
    in_step_at: Arc<AtomicU64>,
    synced: bool,
}

impl Client {
    fn tell(&self) {
        let head = if self.synced { self.chain.n } else { 0 };
        self.in_step_at.store(head, Ordering::SeqCst);
    }

    async fn run(mut self) {
        self.happened(Event::Start).await;
        loop {
            let event = self.wait().await;
            self.happened(event).await;
        }
    }

    async fn wait(&mut self) -> Event {
        let next = self
            .timers
            .iter()
            .map(|(timer, at)| (*timer, *at))
            .min_by_key(|(_, at)| *at);
        let timer = async {
            match next {
                Some((timer, at)) => {
                    tokio::time::sleep_until(at).await;
                    timer
                }
                None => std::future::pending().await,
            }
        };
        let socket = &mut self.socket;
        let frame = async {
            match socket {
                Some(socket) => socket.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            frame = frame => match frame {
                Some(Ok(Message::Binary(bytes))) => Event::Frame(Box::new(message::decode(&bytes).unwrap())),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Event::Present(Vec::new()),
                _ => Event::Closed("closed".into()),
            },
            timer = timer => {
                self.timers.remove(&timer);
                Event::Timer(timer)
            }
        }
    }

    async fn happened(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            if matches!(event, Event::Closed(_)) {
                self.socket = None;
            }
            for effect in self.engine.step(event, getrandom::u64().unwrap()) {
                events.extend(self.act(effect).await);
            }
        }
    }

    async fn act(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Load => return Some(Event::Loaded(Box::new(self.chain.clone()))),
            Effect::Connect => match tokio_tungstenite::connect_async(&self.address).await {
                Ok((socket, _)) => {
                    self.socket = Some(socket);
                    return Some(Event::Opened);
                }
                Err(error) => return Some(Event::Closed(error.to_string())),
            },
            Effect::Close => self.socket = None,
            Effect::Send(frame) => {
                let bytes = message::encode(&frame).unwrap();
                let sent = self.socket.as_mut()?.send(Message::Binary(bytes.into())).await;
                return sent.err().map(|error| Event::Closed(error.to_string()));
            }
            Effect::Store { entries, chain } => {
                self.chain = *chain;
                self.tell();
                let mut pending = self.pending.lock().unwrap();
                if !pending.is_empty() {
                    let placed: Vec<OpId> = entries.iter().map(|entry| entry.op.parse().unwrap().op).collect();
                    pending.retain(|(_, op, _)| !placed.contains(op));
                }
                return Some(Event::Stored);
            }
            Effect::Seal { after, limit } => {
                let pending = self.pending.lock().unwrap();
                let wanted = pending
                    .iter()
                    .filter(|(local, ..)| after.is_none_or(|after| *local > after));
                return Some(Event::Sealed(wanted.take(limit).cloned().collect()));
            }
            Effect::ReadUpload { after } => {
                let from = usize::try_from(after).unwrap();
                let read = self
                    .log
                    .iter()
                    .skip(from)
                    .take(sidedesk_protocol::engine::UPLOAD_ENTRIES);
                return Some(Event::UploadRead(read.cloned().collect()));
            }
            Effect::SetTimer(timer, after) => {
                let at = tokio::time::Instant::now() + Duration::from_millis(after);
                self.timers.insert(timer, at);
            }
            Effect::Status(status) => {
                assert!(!matches!(status, Status::Problem(_)), "{status:?}");
                self.synced = status == Status::Synced;
                self.tell();
            }
            Effect::Unseal | Effect::Drawer { .. } => panic!("{effect:?}"),
            Effect::Admit { .. } | Effect::Present { .. } => {}
        }
        None
    }
}

/// Waits until every device is in step at this head or behind it.
async fn all_in_step(devices: &[Arc<AtomicU64>], head: u64, within: Duration) -> Duration {
    let since = Instant::now();
    loop {
        let there = devices.iter().filter(|n| n.load(Ordering::SeqCst) >= head).count();
        if there == devices.len() {
            return since.elapsed();
        }
        assert!(
            since.elapsed() < within,
            "{there} of {} after {within:?}",
            devices.len()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whom the hub turned away at the gate since it came back, as its metrics say it.
fn turned_away(hub: &Hub) -> Vec<String> {
    let mut socket = std::net::TcpStream::connect(hub.listens_at()).unwrap();
    socket
        .write_all(b"GET /metrics HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut page = String::new();
    socket.read_to_string(&mut page).unwrap();
    let counted: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("sidedesk_hub_turned_away_total{"))
        .collect();
    assert!(!counted.is_empty(), "{page}");
    counted
        .iter()
        .filter(|line| !line.ends_with(" 0"))
        .map(|line| (*line).to_owned())
        .collect()
}

#[test]
fn a_thousand_devices_come_back_to_a_restarted_hub() {
    let mut hub = Hub::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let hub_key = runtime.block_on(sidedesk_sync::hub_key(hub.address())).unwrap();
    let mut board = founded(hub_key, hub.address());
    let log = Arc::new(board.log.clone());
    let mut in_step = Vec::new();
    let mut pending = Vec::new();
    let mut clients = Vec::new();
    for secret in &board.secrets {
        in_step.push(Arc::new(AtomicU64::new(0)));
        pending.push(Arc::default());
        clients.push(Client {
            engine: Engine::new(secret.clone(), Chain::empty(board.chain.workspace)),
            address: hub.address().to_owned(),
            chain: board.chain.clone(),
            log: Arc::clone(&log),
            pending: Arc::clone(&pending[pending.len() - 1]),
            socket: None,
            timers: BTreeMap::new(),
            in_step_at: Arc::clone(&in_step[in_step.len() - 1]),
            synced: false,
        });
    }
    let head = board.chain.n;
    let mut clients = clients.into_iter();
    // The founder brings the board; the others find it there.
    runtime.spawn(clients.next().unwrap().run());
    runtime.block_on(all_in_step(&in_step[..1], head, FIRST));
    clients.for_each(|client| drop(runtime.spawn(client.run())));
    let first = runtime.block_on(all_in_step(&in_step, head, FIRST));
    hub.kill();
    *pending[7].lock().unwrap() = board.typed(7, MISSED);
    hub.come_back();
    let took = runtime.block_on(all_in_step(&in_step, head + MISSED as u64, CAUGHT_UP));
    println!("{DEVICES} devices: {first:?} the first time, {took:?} after the hub came back");
    assert!(pending[7].lock().unwrap().is_empty(), "what was typed has its place");
    assert_eq!(
        turned_away(&hub),
        Vec::<String>::new(),
        "the usual limits are wide enough for them"
    );
}

//! A wire tap between devices and a hub, or several replicas of one: it passes everything on and keeps every receipt it
//! sees. Before replicas it is the balancer too: each new connection goes to the next one that answers.

use sidedesk_protocol::message::{HubFrame, Receipt, decode};
use std::io::{Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes passed on at once.
const CHUNK: usize = 64 * 1024;

/// The tap.
#[derive(Debug)]
pub struct Proxy {
    address: String,
    receipts: Arc<Mutex<Vec<Receipt>>>,
}

impl Proxy {
    /// In front of the hub at this address, also when it is away for a while.
    pub fn before(hub: &str) -> Self {
        Self::before_any(&[hub])
    }

    /// In front of the replicas at these addresses, whichever of them are there.
    pub fn before_any(hubs: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("ws://{}", listener.local_addr().unwrap());
        let receipts = Arc::new(Mutex::new(Vec::new()));
        let hubs: Vec<String> = hubs
            .iter()
            .map(|hub| hub.trim_start_matches("ws://").to_owned())
            .collect();
        let kept = Arc::clone(&receipts);
        std::thread::spawn(move || {
            for (turn, device) in listener.incoming().map_while(Result::ok).enumerate() {
                let mut from_this_turn = (0..hubs.len()).map(|next| &hubs[(turn + next) % hubs.len()]);
                // All are away: the device finds the door closed, as it would without a tap.
                if let Some(hub) = from_this_turn.find_map(|hub| TcpStream::connect(hub).ok()) {
                    pass(device, hub, Arc::clone(&kept));
                }
            }
        });
        Self { address, receipts }
    }

    /// `ws://host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How many receipts passed.
    pub fn count(&self) -> usize {
        self.receipts.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// All that passed.
    pub fn receipts(&self) -> Vec<Receipt> {
        self.receipts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn pass(device: TcpStream, hub: TcpStream, kept: Arc<Mutex<Vec<Receipt>>>) {
    for socket in [&device, &hub] {
        let _ = socket.set_nodelay(true);
    }
    let (from_device, to_hub) = (device.try_clone().unwrap(), hub.try_clone().unwrap());
    std::thread::spawn(move || copy(from_device, to_hub, |_| ()));
    let mut tap = Tap::default();
    std::thread::spawn(move || {
        copy(hub, device, |bytes| {
            let seen = tap.hear(bytes);
            kept.lock().unwrap_or_else(PoisonError::into_inner).extend(seen);
        });
    });
}

/// Passes on first and listens then: what was heard has left.
fn copy(mut from: TcpStream, mut to: TcpStream, mut heard: impl FnMut(&[u8])) {
    let mut chunk = vec![0; CHUNK];
    while let Ok(len) = from.read(&mut chunk) {
        if len == 0 || to.write_all(&chunk[..len]).is_err() {
            break;
        }
        heard(&chunk[..len]);
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// Finds frames in what a hub sends: an HTTP answer, then WebSocket messages, neither masked nor cut up.
#[derive(Debug, Default)]
pub struct Tap {
    bytes: Vec<u8>,
    upgraded: bool,
}

impl Tap {
    /// The receipts that are whole with these bytes.
    pub fn hear(&mut self, bytes: &[u8]) -> Vec<Receipt> {
        self.bytes.extend(bytes);
        let mut receipts = Vec::new();
        if !self.upgraded {
            let Some(end) = self.bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
                return receipts;
            };
            self.bytes.drain(..end + 4);
            self.upgraded = true;
        }
        while let Some((start, end)) = frame(&self.bytes) {
            if let Ok(HubFrame::Receipt(receipt)) = decode(&self.bytes[start..end]) {
                receipts.push(receipt);
            }
            self.bytes.drain(..end);
        }
        receipts
    }
}

/// Where the first frame's payload begins and ends, once it is whole.
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (start, len) = match bytes.get(1)? & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (
            10,
            usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?,
        ),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= start + len).then_some((start, start + len))
}

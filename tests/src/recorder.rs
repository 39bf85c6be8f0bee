//! A TCP proxy that keeps every byte of both ways, and reads the messages of a WebSocket out of them again: what a device
//! sends is masked, so that bytes alone would show nothing.

use std::io::{Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// The recorder.
#[derive(Debug)]
pub struct Recorder {
    address: String,
    ways: Ways,
}

/// What went one way on one connection, as it comes.
type Way = Arc<Mutex<Vec<u8>>>;
type Ways = Arc<Mutex<Vec<Way>>>;

impl Recorder {
    /// In front of the hub at this address.
    pub fn before(hub: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("ws://{}", listener.local_addr().unwrap());
        let (hub, ways) = (hub.trim_start_matches("ws://").to_owned(), Ways::default());
        let kept = Arc::clone(&ways);
        std::thread::spawn(move || {
            for device in listener.incoming().map_while(Result::ok) {
                let Ok(hub) = TcpStream::connect(&hub) else { continue };
                for (from, to) in [(&device, &hub), (&hub, &device)] {
                    let way = Way::default();
                    lock(&kept).push(Arc::clone(&way));
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    std::thread::spawn(move || pass(from, to, &way));
                }
            }
        });
        Self { address, ways }
    }

    /// `ws://host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Everything that went over the wire, byte for byte: one piece for each way of each connection.
    pub fn bytes(&self) -> Vec<Vec<u8>> {
        lock(&self.ways).iter().map(|way| lock(way).clone()).collect()
    }

    /// The same with the masks taken off.
    pub fn messages(&self) -> Vec<Vec<u8>> {
        self.bytes().iter().map(|bytes| unmasked(bytes)).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pass(mut from: TcpStream, mut to: TcpStream, way: &Way) {
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(len) = from.read(&mut chunk) {
        lock(way).extend_from_slice(&chunk[..len]);
        if len == 0 || to.write_all(&chunk[..len]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// The payloads of all whole frames behind the head of the request or its answer.
fn unmasked(bytes: &[u8]) -> Vec<u8> {
    let head = bytes
        .windows(4)
        .position(|part| part == b"\r\n\r\n")
        .map_or(bytes.len(), |at| at + 4);
    let (mut rest, mut out) = (&bytes[head..], Vec::new());
    while let Some((payload, mask, after)) = frame(rest) {
        let plain = payload.iter().zip(mask.iter().cycle());
        out.extend(plain.map(|(byte, mask)| byte ^ mask));
        rest = after;
    }
    out
}

/// One frame: its payload, its mask (zeros when it has none), and what comes after it. RFC 6455, 5.2.
fn frame(bytes: &[u8]) -> Option<(&[u8], [u8; 4], &[u8])> {
    let (second, mut rest) = (*bytes.get(1)?, bytes.get(2..)?);
    let len = match second & 0x7f {
        126 => u64::from(u16::from_be_bytes(*take(&mut rest)?)),
        127 => u64::from_be_bytes(*take(&mut rest)?),
        len => u64::from(len),
    };
    let mask = if second & 0x80 == 0 { [0; 4] } else { *take(&mut rest)? };
    let (payload, after) = rest.split_at_checked(usize::try_from(len).ok()?)?;
    Some((payload, mask, after))
}

fn take<'b, const N: usize>(rest: &mut &'b [u8]) -> Option<&'b [u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(first)
}

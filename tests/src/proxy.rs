//! A TCP proxy that breaks connections on purpose: cuts them at byte k, half-closes them, repeats or spoils bytes, slows
//! them down, and goes dumb without telling anybody.
//!
//! What happens to a connection is planned before it is made: [`Proxy::next`] is for the next ones, in order; those that
//! have no plan are left alone. [`Proxy::go_dumb`] strikes those that are open. Everything is counted, so that a test can
//! say that its fault happened.

use std::collections::VecDeque;
use std::io::{Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bytes passed on at once.
const CHUNK: usize = 16 * 1024;

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the device to the hub.
    Up,
    /// From the hub to the device.
    Down,
}

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Both sides are closed once so many bytes went that way.
    Cut(Way, u64),
    /// This way ends behind so many bytes, the other goes on.
    HalfClose(Way, u64),
    /// From there on nothing arrives that way, and nobody is told.
    Swallow(Way, u64),
    /// The piece that begins there, up to 64 bytes, arrives twice.
    Double(Way, u64),
    /// At most so many bytes a second, each way.
    Throttle(u64),
    /// Every piece arrives so much later.
    Delay(Duration),
}

/// The proxy.
#[derive(Debug)]
pub struct Proxy {
    address: String,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    plans: Mutex<VecDeque<Fault>>,
    open: Mutex<Vec<Arc<AtomicBool>>>,
    accepted: Mutex<Vec<Instant>>,
    /// The last connection's bytes, up and down.
    passed: [AtomicU64; 2],
    struck: AtomicUsize,
}

impl Proxy {
    /// In front of the hub at this address, also while that is away.
    pub fn before(hub: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("ws://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let (hub, ours) = (hub.trim_start_matches("ws://").to_owned(), Arc::clone(&shared));
        std::thread::spawn(move || {
            for device in listener.incoming().map_while(Result::ok) {
                // The hub is away: the device finds the door closed, as it would without a proxy.
                if let Ok(hub) = TcpStream::connect(&hub) {
                    ours.connect(&device, &hub);
                }
            }
        });
        Self { address, shared }
    }

    /// `ws://host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Plans the fault of the next connection that has no plan yet.
    pub fn next(&self, fault: Fault) {
        lock(&self.shared.plans).push_back(fault);
    }

    /// No plan is left over.
    pub fn all_planned_happened(&self) -> bool {
        lock(&self.shared.plans).is_empty()
    }

    /// Everything on the open connections is swallowed from now on, both ways, and nobody is told.
    pub fn go_dumb(&self) {
        for dumb in lock(&self.shared.open).drain(..) {
            dumb.store(true, Ordering::SeqCst);
        }
    }

    /// When each connection was accepted.
    pub fn accepted(&self) -> Vec<Instant> {
        lock(&self.shared.accepted).clone()
    }

    /// Bytes that went up and down on the last connection.
    pub fn passed(&self) -> (u64, u64) {
        let [up, down] = &self.shared.passed;
        (up.load(Ordering::SeqCst), down.load(Ordering::SeqCst))
    }

    /// Faults that took place: a plan for byte 9000 of a conversation of 4000 bytes never does.
    pub fn struck(&self) -> usize {
        self.shared.struck.load(Ordering::SeqCst)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn connect(self: &Arc<Self>, device: &TcpStream, hub: &TcpStream) {
        for socket in [device, hub] {
            let _ = socket.set_nodelay(true);
        }
        for passed in &self.passed {
            passed.store(0, Ordering::SeqCst);
        }
        let fault = lock(&self.plans).pop_front().unwrap_or(Fault::None);
        let dumb = Arc::new(AtomicBool::new(false));
        lock(&self.open).push(Arc::clone(&dumb));
        lock(&self.accepted).push(Instant::now());
        for (way, from, to) in [(Way::Up, device, hub), (Way::Down, hub, device)] {
            let pump = Pump {
                from: from.try_clone().unwrap(),
                to: to.try_clone().unwrap(),
                way,
                fault,
                passed: 0,
                dumb: Arc::clone(&dumb),
                shared: Arc::clone(self),
            };
            std::thread::spawn(move || pump.run());
        }
    }
}

/// One direction of one connection.
struct Pump {
    from: TcpStream,
    to: TcpStream,
    way: Way,
    fault: Fault,
    passed: u64,
    dumb: Arc<AtomicBool>,
    shared: Arc<Shared>,
}

impl Pump {
    fn run(mut self) {
        let mut chunk = vec![0; CHUNK];
        while let Ok(len) = self.from.read(&mut chunk) {
            if len == 0 || !self.pass(&chunk[..len]) {
                break;
            }
        }
        if !self.dumb.load(Ordering::SeqCst) {
            let _ = self.from.shutdown(Shutdown::Both);
            let _ = self.to.shutdown(Shutdown::Both);
        }
    }

    /// False when this direction has come to its end.
    fn pass(&mut self, bytes: &[u8]) -> bool {
        let (before, after) = (self.passed, self.passed + bytes.len() as u64);
        self.passed = after;
        self.shared.passed[self.way as usize].store(after, Ordering::SeqCst);
        if self.dumb.load(Ordering::SeqCst) {
            return true;
        }
        let here = |way, at| way == self.way && at < after;
        let upto = |at: u64| &bytes[..usize::try_from(at.saturating_sub(before)).unwrap().min(bytes.len())];
        match self.fault {
            Fault::Cut(way, at) if here(way, at) => {
                self.strike();
                let _ = self.to.write_all(upto(at));
                false
            }
            Fault::HalfClose(way, at) if here(way, at) => {
                if before <= at {
                    self.strike();
                    let _ = self.to.write_all(upto(at));
                    let _ = self.to.shutdown(Shutdown::Write);
                }
                true
            }
            Fault::Swallow(way, at) if here(way, at) => {
                if before <= at {
                    self.strike();
                    let _ = self.to.write_all(upto(at));
                }
                true
            }
            Fault::Double(way, at) if here(way, at) && before <= at => {
                self.strike();
                let start = usize::try_from(at - before).unwrap();
                let end = bytes.len().min(start + 64);
                let pieces = [&bytes[..end], &bytes[start..end], &bytes[end..]];
                pieces.iter().all(|piece| self.to.write_all(piece).is_ok())
            }
            Fault::Throttle(per_second) => self.dribble(bytes, per_second),
            Fault::Delay(by) => {
                self.strike();
                crate::wait::let_it_work(by);
                self.to.write_all(bytes).is_ok()
            }
            _ => self.to.write_all(bytes).is_ok(),
        }
    }

    fn dribble(&mut self, bytes: &[u8], per_second: u64) -> bool {
        self.strike();
        let piece = usize::try_from(per_second / 20).unwrap().max(1);
        bytes.chunks(piece).all(|piece| {
            crate::wait::let_it_work(Duration::from_millis(50));
            self.to.write_all(piece).is_ok()
        })
    }

    fn strike(&self) {
        self.shared.struck.fetch_add(1, Ordering::SeqCst);
    }
}

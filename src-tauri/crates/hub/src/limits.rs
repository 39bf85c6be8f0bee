//! What one hub takes, so that neither a mistake nor a stranger can fill its memory or its disk. Every limit is told with
//! a sentence when it is reached, and nothing is lost by it: a device keeps what was not taken.

use sidedesk_protocol::DeviceId;
use sidedesk_protocol::entry::MAX_OP_LEN;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The limits of a hub.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Sockets at once. An idle one costs about 30 kB; the worst is a frame each way, 4 MB.
    pub connections: usize,
    /// Sockets at once of one address: three quarters of all, so that one office never takes every seat. A thousand
    /// devices behind one address fit.
    pub connections_per_address: usize,
    /// Connections a minute from one address. Each costs a handshake, about a millisecond of the processor.
    pub arrivals_per_minute: u32,
    /// Connections at once from it after a silence: all devices of an office, twice, when the hub comes back.
    pub arrivals_at_once: u32,
    /// Greetings a minute from one address that may be wrong before it is not listened to for a minute. No device's are.
    pub failed_proofs_per_minute: u32,
    /// Frames a second that one connection is listened to.
    pub frames_per_second: u32,
    /// Frames that it may send at once: more than a week's ops.
    pub frames_at_once: u32,
    /// Time for everything before the conversation (TLS and the HTTP head), and again for the greeting. A slow line takes
    /// a second or two.
    pub handshake: Duration,
    /// Boards: an open one keeps its membership and its last pages in memory, a megabyte or two.
    pub boards: i64,
    /// Bytes of one op. Never more than the protocol's own bound.
    pub entry_len: usize,
    /// Ops that a device may send each second for ever. People make a handful a minute, an import a few hundred at once.
    pub entries_per_second: u32,
    /// Ops that it may send at once after a silence: somebody comes back from a week without a network.
    pub entries_at_once: u32,
    /// Bytes of frames that wait for a disk, over all boards.
    pub waiting_len: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2000,
            connections_per_address: 1500,
            arrivals_per_minute: 6000,
            arrivals_at_once: 3000,
            failed_proofs_per_minute: 60,
            frames_per_second: 2000,
            frames_at_once: 60_000,
            handshake: Duration::from_secs(10),
            boards: 1000,
            entry_len: MAX_OP_LEN,
            entries_per_second: 500,
            entries_at_once: 50_000,
            waiting_len: 64 * 1024 * 1024,
        }
    }
}

/// What each device of a board may still send: a bucket that fills again as time passes.
#[derive(Debug, Default)]
pub struct Allowances(Mutex<BTreeMap<DeviceId, Bucket>>);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// Buckets before the full ones are forgotten: a team's devices, and as many again.
const BUCKETS: usize = 4096;

impl Allowances {
    /// Takes one op out of a device's bucket. False when it is empty.
    pub fn take(&self, device: DeviceId, limits: &Limits, now: Instant) -> bool {
        let (rate, most) = (f64::from(limits.entries_per_second), f64::from(limits.entries_at_once));
        let filled = |bucket: &Bucket| {
            let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
            (bucket.left + passed * rate).min(most)
        };
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS {
            buckets.retain(|_, bucket| filled(bucket) < most);
        }
        let full = Bucket { left: most, at: now };
        let bucket = buckets.entry(device).or_insert(full);
        let left = filled(bucket);
        let allowed = left >= 1.0;
        let left = if allowed { left - 1.0 } else { left };
        *bucket = Bucket { left, at: now };
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_may_burst_and_then_goes_on_at_its_rate() {
        let limits = Limits {
            entries_per_second: 10,
            entries_at_once: 5,
            ..Limits::default()
        };
        let (allowances, start) = (Allowances::default(), Instant::now());
        let (alice, bob) = (DeviceId([1; 16]), DeviceId([2; 16]));
        let taken = |device, after_ms| {
            let now = start + Duration::from_millis(after_ms);
            (0..20).take_while(|_| allowances.take(device, &limits, now)).count()
        };
        assert_eq!(taken(alice, 0), 5);
        assert_eq!(taken(alice, 0), 0);
        assert_eq!(taken(bob, 0), 5, "another device's bucket is its own");
        assert_eq!(taken(alice, 200), 2);
        assert_eq!(taken(alice, 60_000), 5, "it never holds more");
    }
}

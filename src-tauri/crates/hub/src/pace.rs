//! How fast one connection is listened to. Whoever sends more frames than a device ever does is not refused but read more
//! slowly, until its own buffers are full: a device that has much to say loses nothing by it, and a million tiny frames
//! take minutes instead of the hub's processor.

use crate::limits::Limits;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;

/// Of one connection.
#[derive(Debug)]
pub struct Pace(DefaultDirectRateLimiter);

impl Pace {
    /// As these limits say.
    pub fn new(limits: &Limits) -> Self {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(number(limits.frames_per_second)).allow_burst(number(limits.frames_at_once));
        Self(RateLimiter::direct(quota))
    }

    /// Returns when the next frame may be read. Dropping it half-way takes nothing.
    pub async fn next(&self) {
        let clock = DefaultClock::default();
        while let Err(later) = self.0.check() {
            tokio::time::sleep(later.wait_time_from(clock.now())).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};
    use tokio::time::timeout;

    #[tokio::test]
    async fn a_burst_is_read_at_once_and_what_follows_at_its_pace() {
        let pace = Pace::new(&Limits {
            frames_per_second: 10,
            frames_at_once: 5,
            ..Limits::default()
        });
        for _ in 0..5 {
            timeout(Duration::from_millis(50), pace.next()).await.unwrap();
        }
        let since = Instant::now();
        for _ in 0..5 {
            pace.next().await;
        }
        assert!(since.elapsed() > Duration::from_millis(350), "{:?}", since.elapsed());
    }
}

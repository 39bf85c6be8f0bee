//! The engine's three timers.

use sidedesk_protocol::engine::Timer;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Those that run.
#[derive(Debug, Default)]
pub struct Timers(BTreeMap<Timer, Instant>);

impl Timers {
    /// Starts a timer, or starts it again.
    pub fn set(&mut self, timer: Timer, after_ms: u64) {
        self.0.insert(timer, Instant::now() + Duration::from_millis(after_ms));
    }

    /// A connection is gone: nobody asks any more whether it lives.
    pub fn forget_connection(&mut self) {
        self.0.remove(&Timer::Ping);
        self.0.remove(&Timer::Dead);
    }

    /// Waits for the next one that runs out; for ever when none runs. Dropping it half-way loses nothing.
    pub async fn next(&mut self) -> Timer {
        let Some((timer, at)) = self.0.iter().map(|(timer, at)| (*timer, *at)).min_by_key(|(_, at)| *at) else {
            return std::future::pending().await;
        };
        sleep_until(at).await;
        self.0.remove(&timer);
        timer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_earliest_comes_first_and_setting_again_replaces() {
        let mut timers = Timers::default();
        timers.set(Timer::Dead, 0);
        timers.set(Timer::Ping, 20);
        timers.set(Timer::Reconnect, 10);
        timers.set(Timer::Dead, 60_000);
        assert_eq!(timers.next().await, Timer::Reconnect);
        assert_eq!(timers.next().await, Timer::Ping);
        timers.forget_connection();
        assert!(timers.0.is_empty());
    }
}

//! The wall clock, and how to notice that it jumped: the computer slept, or somebody set it.
//!
//! Whether time itself goes on while a computer sleeps differs between systems, and it does while a process is only
//! stopped. So a look that comes much too late counts as sleep too.

use sidedesk_protocol::Millis;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How often the two clocks are compared.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Clocks are set right by less than this all the time.
const JUMP: Duration = Duration::from_secs(5);

/// Now, in milliseconds since 1970.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy)]
struct Moment {
    wall: SystemTime,
    steady: Instant,
}

impl Moment {
    fn now() -> Self {
        Self {
            wall: SystemTime::now(),
            steady: Instant::now(),
        }
    }

    /// Did the wall clock move otherwise than time did, or did nobody look for too long?
    fn jumped_until(self, later: Self) -> bool {
        let steady = later.steady.saturating_duration_since(self.steady);
        let apart = match later.wall.duration_since(self.wall) {
            Ok(wall) => wall.abs_diff(steady),
            Err(back) => back.duration() + steady,
        };
        apart > JUMP || steady > LOOK_EVERY + JUMP
    }
}

/// Compares the clocks every few seconds, in a task of its own: hands that are busy for long are not asleep.
#[derive(Debug)]
pub struct ClockWatch {
    jumped: Arc<Notify>,
    watching: JoinHandle<()>,
}

impl ClockWatch {
    /// From now on, until this is dropped. Needs a tokio runtime.
    pub fn new() -> Self {
        let jumped = Arc::new(Notify::new());
        let watching = tokio::spawn(watch(Arc::clone(&jumped)));
        Self { jumped, watching }
    }

    /// Returns when the wall clock has jumped. Dropping it half-way loses nothing.
    pub async fn jumped(&self) {
        self.jumped.notified().await;
    }
}

impl Drop for ClockWatch {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

async fn watch(jumped: Arc<Notify>) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = Moment::now();
    loop {
        ticks.tick().await;
        let now = Moment::now();
        if std::mem::replace(&mut last, now).jumped_until(now) {
            jumped.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_a_wall_clock_that_moves_otherwise_than_time_or_a_look_much_too_late() {
        let start = Moment::now();
        let after = |wall_s: i64, steady_s: u64| {
            let by = Duration::from_secs(wall_s.unsigned_abs());
            let wall = if wall_s < 0 { start.wall - by } else { start.wall + by };
            let steady = start.steady + Duration::from_secs(steady_s);
            start.jumped_until(Moment { wall, steady })
        };
        for (wall_s, steady_s, expected) in [
            (2, 2, false),
            (6, 2, false),
            (6, 6, false),
            (600, 600, true),
            (8, 2, true),
            (3600, 2, true),
            (2, 600, true),
            (-1, 2, false),
            (-3600, 2, true),
        ] {
            assert_eq!(after(wall_s, steady_s), expected, "{wall_s} {steady_s}");
        }
    }
}

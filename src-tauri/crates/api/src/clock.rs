//! The clock, as a parameter: the shells choose the system's, tests and scripts a fixed minute.

use sidedesk_domain::Millis;
use sidedesk_domain::time::Tz;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Reads the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        Self::from_fn(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
    }

    /// Always this instant.
    pub fn fixed(at_ms: Millis) -> Self {
        Self::from_fn(move || at_ms)
    }

    /// This instant now, and on from there as the system's clock goes.
    pub fn starting_at(at_ms: Millis) -> Self {
        let system = Self::system();
        let ahead = at_ms.saturating_sub(system.now());
        Self::from_fn(move || system.now().saturating_add(ahead))
    }

    /// Whatever this says.
    pub fn from_fn(read: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Now, in UTC milliseconds.
    pub fn now(&self) -> Millis {
        (self.0)()
    }

    pub(crate) fn for_store(&self) -> sidedesk_store::Clock {
        Arc::clone(&self.0)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock at {}", self.now())
    }
}

/// The zone of this computer, UTC when it does not say or the name is unknown.
pub(crate) fn system_zone() -> Tz {
    iana_time_zone::get_timezone()
        .ok()
        .and_then(|name| name.parse().ok())
        .unwrap_or(Tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_goes_on() {
        let past = 1_000_000;
        let clock = Clock::starting_at(past);
        let first = clock.now();
        assert!((past..past + 60_000).contains(&first), "{first}");
        let deadline = Clock::system().now() + 60_000;
        while clock.now() == first {
            assert!(Clock::system().now() < deadline, "it stands still");
        }
        assert!(clock.now() > first);
    }
}

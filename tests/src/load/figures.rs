//! Latencies of many, counted in steps of five in a hundred, and what is said about a run.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Steps from one microsecond up; the last is beyond an hour.
const STEPS: usize = 460;
const RATIO: f64 = 1.05;

/// A histogram that many write to.
#[derive(Debug)]
pub struct Histogram(Vec<AtomicU64>);

impl Default for Histogram {
    fn default() -> Self {
        Self((0..STEPS).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Histogram {
    /// One more.
    pub fn record(&self, took: Duration) {
        let micros = (took.as_secs_f64() * 1e6).max(1.0);
        let step = (micros.ln() / RATIO.ln()) as usize;
        self.0[step.min(STEPS - 1)].fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|step| step.load(Ordering::Relaxed)).sum()
    }

    /// Milliseconds that this share of all did not exceed, at most five in a hundred too many.
    fn quantile_ms(&self, share: f64) -> f64 {
        let wanted = self.count() as f64 * share;
        let mut sum = 0.0;
        for (step, count) in self.0.iter().enumerate() {
            sum += count.load(Ordering::Relaxed) as f64;
            if sum >= wanted {
                return RATIO.powi(step as i32 + 1) / 1000.0;
            }
        }
        f64::INFINITY
    }
}

/// Milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency {
    /// How many were measured.
    pub count: u64,
    /// Half of them.
    pub p50_ms: f64,
    /// All but one in a hundred.
    pub p99_ms: f64,
}

impl Latency {
    /// Of everything recorded.
    pub fn of(histogram: &Histogram) -> Self {
        Self {
            count: histogram.count(),
            p50_ms: histogram.quantile_ms(0.5),
            p99_ms: histogram.quantile_ms(0.99),
        }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "p50 {:.1} ms, p99 {:.1} ms of {}",
            self.p50_ms, self.p99_ms, self.count
        )
    }
}

/// What came of a run.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Ops sent while it counted.
    pub pushed: u64,
    /// Of them a second.
    pub per_second: f64,
    /// From sending to the receipt.
    pub acknowledged: Latency,
    /// From sending to the arrival at a device, each device counted.
    pub fan_out: Latency,
    /// From sending to the arrival at the last device of the board.
    pub last_of_board: Latency,
    /// Resident memory of the hub when counting began.
    pub memory_before_mb: f64,
    /// The most that was seen.
    pub memory_most_mb: f64,
    /// At the end.
    pub memory_after_mb: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {} ops, {:.1} a second", self.pushed, self.per_second)?;
        writeln!(f, "  acknowledged: {}", self.acknowledged)?;
        writeln!(f, "  fan-out:      {}", self.fan_out)?;
        writeln!(f, "  last device:  {}", self.last_of_board)?;
        write!(
            f,
            "  memory:       {:.0} MB, at most {:.0}, {:.0} at the end",
            self.memory_before_mb, self.memory_most_mb, self.memory_after_mb
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_at_most_a_step_too_large() {
        let histogram = Histogram::default();
        for ms in 1..=1000 {
            histogram.record(Duration::from_millis(ms));
        }
        let latency = Latency::of(&histogram);
        assert_eq!(latency.count, 1000);
        assert!((500.0..530.0).contains(&latency.p50_ms), "{latency}");
        assert!((990.0..1045.0).contains(&latency.p99_ms), "{latency}");
    }
}

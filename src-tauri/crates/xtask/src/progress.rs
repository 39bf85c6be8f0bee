//! What is happening, how far along it is, and how long it took.
//!
//! All of it goes to stderr: stdout belongs to results, which a program may read.

use std::time::{Duration, Instant};

/// Numbered steps on the terminal: `[2/7] ui: npm ci …`, then the seconds.
pub struct Progress {
    total: usize,
    current: usize,
}

impl Progress {
    pub fn new(total: usize) -> Progress {
        Progress { total, current: 0 }
    }

    /// Run one step between its opening and its closing line.
    pub fn step<T>(&mut self, what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
        self.current += 1;
        let place = format!("[{}/{}]", self.current, self.total);
        eprintln!("{place} {what} …");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        eprintln!("{place} {what}: {}", seconds(took));
        (result, took)
    }
}

/// A line of detail inside a step.
pub fn note(text: &str) {
    eprintln!("      {text}");
}

pub fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

//! Many stories, on every core; the result does not depend on how many cores there are.

use crate::beyond::Beyond;
use crate::planted::Planted;
use crate::stats::Stats;
use crate::world::World;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stop looking for more after so many failed seeds.
const ENOUGH: usize = 10;

/// What is special about the stories of a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setup {
    /// A bug in the simulator's hands.
    pub planted: Option<Planted>,
    /// A fault that this version answers by stopping.
    pub beyond: Option<Beyond>,
    /// Tell what happens.
    pub trace: bool,
}

/// One story.
pub fn one(seed: u64, setup: Setup) -> (Stats, Result<(), String>) {
    match World::new(seed, setup) {
        Ok(world) => world.play(),
        Err(error) => (Stats::default(), Err(error.to_string())),
    }
}

/// Many; what failed comes in the order of the seeds.
pub fn many(seeds: Range<u64>, setup: Setup) -> (Stats, Vec<(u64, String)>) {
    let next = AtomicU64::new(seeds.start);
    let results = Mutex::new((Stats::default(), Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let (stats, result) = one(seed, setup);
                    let Ok(mut results) = results.lock() else { return };
                    results.0.add(&stats);
                    if let Err(why) = result {
                        results.1.push((seed, why));
                    }
                    if results.1.len() >= ENOUGH {
                        return;
                    }
                }
            });
        }
    });
    let (stats, mut failed) = results.into_inner().unwrap_or_default();
    failed.sort();
    (stats, failed)
}

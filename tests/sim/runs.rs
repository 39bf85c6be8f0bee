//! Many stories, on every core; the result does not depend on how many cores there are.

use crate::planted::Planted;
use crate::stats::Stats;
use crate::world::World;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stop looking for more after so many failed seeds.
const ENOUGH: usize = 10;

/// One story.
pub fn one(seed: u64, planted: Option<Planted>, trace: bool) -> (Stats, Result<(), String>) {
    match World::new(seed, planted, trace) {
        Ok(world) => world.play(),
        Err(error) => (Stats::default(), Err(error.to_string())),
    }
}

/// Many; what failed comes in the order of the seeds.
pub fn many(seeds: Range<u64>, planted: Option<Planted>) -> (Stats, Vec<(u64, String)>) {
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
                    let (stats, result) = one(seed, planted, false);
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

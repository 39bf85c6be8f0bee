//! Load on a real hub process: boards with many devices, each a socket that follows the log, checks every entry's place and
//! chain hash, and pushes at its own pace. What is measured is what a device sees: from sending an op to its receipt, and
//! from sending it to its arrival at every device.

pub mod board;
mod device;
pub mod figures;

use crate::hub::Hub;
use anyhow::{Context as _, Result, bail};
use board::Board;
use device::{Device, Shared};
use figures::{Figures, Latency};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Devices that greet at the same time; all at once would measure the greeting.
const GREETING: usize = 32;
/// Before anything counts.
const WARM_UP: Duration = Duration::from_secs(2);
/// After the last op: what is under way arrives.
const ARRIVING: Duration = Duration::from_secs(10);

/// What is done to the hub.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Boards.
    pub boards: usize,
    /// Devices of each board.
    pub devices: usize,
    /// Ops a second, over all boards.
    pub ops_per_second: f64,
    /// For so long.
    pub lasts: Duration,
    /// Bytes of text in an op; noise, so that it does not get smaller.
    pub text_len: usize,
    /// Devices also open what they receive.
    pub opened: bool,
    /// Devices of the first board that connect, follow, and never read.
    pub stalled: usize,
}

/// Runs one scenario against a hub. An error is a broken promise: an order with a gap, a receipt that does not hold.
pub fn run(hub: &Hub, scenario: Scenario) -> Result<Figures> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let figures = runtime.block_on(load(hub, scenario));
    runtime.shutdown_background();
    figures
}

async fn load(hub: &Hub, scenario: Scenario) -> Result<Figures> {
    let address = hub.address().to_owned();
    let hub_key = device::hub_key(&address).await?;
    let total = scenario.boards * scenario.devices;
    let shared = Arc::new(Shared::new(&address, scenario, total));
    let greeting = Arc::new(Semaphore::new(GREETING));
    let mut working = Vec::with_capacity(total);
    let mut sleepers = Vec::new();
    for number in 0..scenario.boards {
        let board = Arc::new(Board::shared(number, scenario.devices + scenario.stalled, hub_key)?);
        device::upload(&address, &board).await.context("sharing a board")?;
        for member in 0..scenario.devices {
            let (board, shared) = (Arc::clone(&board), Arc::clone(&shared));
            let turn = number * scenario.devices + member;
            let place = Arc::clone(&greeting);
            working.push(tokio::spawn(async move {
                let place = place.acquire_owned().await?;
                let device = Device::connect(board, member, turn, shared).await?;
                drop(place);
                device.work().await
            }));
        }
        if number == 0 {
            for member in scenario.devices..scenario.devices + scenario.stalled {
                sleepers.push(device::stalled(&address, &board, member).await?);
            }
        }
    }
    let figures = measure(hub, &shared, scenario, &mut working).await;
    drop(sleepers);
    figures
}

async fn measure(
    hub: &Hub,
    shared: &Arc<Shared>,
    scenario: Scenario,
    working: &mut Vec<tokio::task::JoinHandle<Result<u64>>>,
) -> Result<Figures> {
    let expected = working.len();
    let end = Instant::now() + Duration::from_secs(120);
    while shared.connected.load(Ordering::SeqCst) < expected {
        if let Some(ended) = working.iter().position(tokio::task::JoinHandle::is_finished) {
            return Err(working.swap_remove(ended).await?.err().context("a device ended")?);
        }
        if Instant::now() > end {
            bail!(
                "only {} of {expected} devices got in",
                shared.connected.load(Ordering::SeqCst)
            );
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    shared.go();
    tokio::time::sleep(WARM_UP).await;
    shared.counting.store(true, Ordering::SeqCst);
    let memory_before = memory_mb(hub)?;
    let (mut memory_most, begun) = (memory_before, Instant::now());
    while begun.elapsed() < scenario.lasts {
        tokio::time::sleep(Duration::from_millis(500)).await;
        memory_most = memory_most.max(memory_mb(hub)?);
    }
    shared.counting.store(false, Ordering::SeqCst);
    shared.pushing.store(false, Ordering::SeqCst);
    let (pushed, took) = (shared.pushed.load(Ordering::SeqCst), begun.elapsed());
    let end = Instant::now() + ARRIVING;
    let everywhere = || shared.arrived.load(Ordering::SeqCst) >= shared.owed.load(Ordering::SeqCst);
    while !everywhere() {
        if Instant::now() > end {
            bail!(
                "{} of {} arrivals are missing after {ARRIVING:?}",
                shared.owed.load(Ordering::SeqCst) - shared.arrived.load(Ordering::SeqCst),
                shared.owed.load(Ordering::SeqCst)
            );
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    shared.stop();
    for device in working.drain(..) {
        device.await??;
    }
    Ok(Figures {
        pushed,
        per_second: pushed as f64 / took.as_secs_f64(),
        acknowledged: Latency::of(&shared.acknowledged),
        fan_out: Latency::of(&shared.fan_out),
        last_of_board: Latency::of(&shared.last_of_board),
        memory_before_mb: memory_before,
        memory_most_mb: memory_most,
        memory_after_mb: memory_mb(hub)?,
    })
}

/// Resident megabytes of the hub's process.
fn memory_mb(hub: &Hub) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.id()))?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .context("no VmRSS")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kilobytes / 1024.0)
}

/// Shared flags are read often and changed twice.
type Flag = AtomicBool;

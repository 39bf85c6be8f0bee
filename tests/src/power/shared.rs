//! A shared board: a device and its hub are recorded side by side while they talk. Then one of them loses its power, at
//! any moment, and the other is as it was at that moment; both start again, and a peer that was away comes too.

use crate::crash::ledger::Ledger;
use crate::crash::proxy::Tap;
use crate::crash::writer::Writer;
use crate::crash::{Plant, check};
use crate::device::Device;
use crate::hub::Hub;
use crate::power::Stats;
use crate::power::device::{Promised, content, fast_dir, moments, syncs};
use crate::power::disk::{self, Image, Loss};
use crate::power::record::Recorder;
use crate::power::trace::{Recording, Step};
use crate::process::program;
use sidedesk_api::{Clock, Desk};
use sidedesk_protocol::message::Receipt;
use sidedesk_store::{Access, Store};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// In step or not after so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Commits between two looks at whether everything is sent.
const ROUND: usize = 2;

/// Whose power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// The device that writes.
    Device,
    /// The hub.
    Hub,
}

/// What was recorded.
pub struct Story {
    device: Recording,
    hub: Recording,
    promised: Promised,
    /// The peer as it was before.
    peer: Image,
    /// Where the hub listens.
    address: String,
}

/// Founds, shares, lets a peer in; then records the device and the hub.
pub fn story(writer: &Path, hub_program: &Path, commits: usize, plant: Option<Plant>) -> Story {
    let mut hub = Hub::start();
    let (device, peer) = (Device::founded("marketing"), Device::new());
    device.share_with(&peer, hub.address());
    device.sync();
    hub.stop();
    let (at_hub, at_device) = (Recorder::new(hub.data()), Recorder::new(&device.data()));
    hub.come_back_as(&at_hub.wrap(hub_program));
    let mut ledger = Ledger::default();
    let writer_program = at_device.wrap(writer);
    for prefix in ["a", "b"] {
        let mut writer = Writer::start(&writer_program, &device, prefix, plant);
        // Round by round, so that the hub has many transactions and not one large one.
        for from in (0..commits).step_by(ROUND) {
            writer.commit(&mut ledger, from, ROUND.min(commits - from));
            writer.says("done");
            writer.in_step(&mut ledger).unwrap();
        }
        writer.quit(&mut ledger).unwrap();
    }
    hub.stop_process(at_hub.traced_process().unwrap());
    ledger.acknowledged.clear();
    // The copies in `backups` are not what a peer goes on with.
    let files = std::fs::read_dir(peer.data()).unwrap().map(|entry| entry.unwrap());
    let files = files.filter(|file| file.path().is_file());
    let peer = files
        .map(|file| {
            (
                file.file_name().into_string().unwrap(),
                std::fs::read(file.path()).unwrap(),
            )
        })
        .collect();
    Story {
        address: hub.address().to_owned(),
        device: at_device.recording(),
        hub: at_hub.recording(),
        promised: Promised { asked: ledger },
        peer,
    }
}

/// Rebuilds both disks as often as asked for, and lets everybody start again.
pub fn bench(story: &Story, victim: Victim, images: usize, seed: u64, lying: bool) -> Result<Stats, String> {
    let (hurt, other) = match victim {
        Victim::Device => (&story.device, &story.hub),
        Victim::Hub => (&story.hub, &story.device),
    };
    let mut stats = Stats {
        steps: hurt.steps.len(),
        syncs: syncs(hurt),
        ..Stats::default()
    };
    for (upto, loss) in moments(hurt, images, seed) {
        let (image, lossy) = disk::image(hurt, upto, loss, lying);
        let then = hurt.times[upto - 1];
        let other_upto = other.times.partition_point(|time| *time <= then);
        let (whole, _) = disk::image(other, other_upto, Loss::Kept, false);
        let (device, hub, device_upto, hub_upto) = match victim {
            Victim::Device => (image, whole, upto, other_upto),
            Victim::Hub => (whole, image, other_upto, upto),
        };
        let ledger = story.promised.by(&story.device, device_upto);
        let receipts = receipts(&story.hub.steps[..hub_upto]);
        stats.images += 1;
        stats.lossy += usize::from(lossy);
        stats.promises += ledger.acknowledged.len() + receipts.len();
        let whole = start_again(story, &device, &hub, &ledger, &receipts);
        whole.map_err(|error| format!("{victim:?} after step {upto}, {loss:?}: {error}"))?;
    }
    Ok(stats)
}

/// What the hub had signed for, once its bytes were handed to a socket.
fn receipts(steps: &[Step]) -> Vec<Receipt> {
    let mut taps: BTreeMap<&str, Tap> = BTreeMap::new();
    let mut receipts = Vec::new();
    for step in steps {
        if let Step::Sent(socket, bytes) = step {
            receipts.extend(taps.entry(socket).or_default().hear(bytes));
        }
    }
    receipts
}

fn start_again(
    story: &Story,
    device: &Image,
    hub: &Image,
    ledger: &Ledger,
    receipts: &[Receipt],
) -> Result<(), String> {
    let dirs = [fast_dir(), fast_dir(), fast_dir()];
    for (image, dir) in [device, hub, &story.peer].into_iter().zip(&dirs) {
        disk::write(image, dir.path());
    }
    let [device, hub, peer] = dirs;
    let _hub = Hub::over(hub, &program("sidedesk-hub"), &story.address);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let here = in_step(device.path())
            .await
            .map_err(|error| format!("the device: {error}"))?;
        let there = in_step(peer.path())
            .await
            .map_err(|error| format!("the peer: {error}"))?;
        if here != there {
            return Err(format!("they do not show the same: {here:?} {there:?}"));
        }
        let store = Store::open(peer.path(), Access::Read, Arc::new(|| 0))
            .await
            .map_err(|error| error.to_string())?;
        let (names, reports) = content(&store).await;
        store.close().await.map_err(|error| error.to_string())?;
        ledger.check(&names, &reports)
    })?;
    check::receipts(receipts, &check::log(peer.path()))
}

/// Opens, catches up, verifies; returns head and digest.
async fn in_step(dir: &Path) -> Result<(u64, String), String> {
    let desk = Desk::open(dir, Clock::system())
        .await
        .map_err(|error| format!("opening: {error}"))?;
    let notices = desk.state().await.map_err(|error| error.to_string())?.notices;
    if !notices.is_empty() {
        return Err(format!("it says {notices:?}"));
    }
    desk.sync_within(PATIENCE)
        .await
        .map_err(|error| format!("catching up: {error}"))?;
    let verified = desk.verify().await.map_err(|error| error.to_string())?;
    desk.close().await.map_err(|error| error.to_string())?;
    if verified.ok {
        Ok((verified.head, verified.view_digest))
    } else {
        Err(format!("{:?}", verified.problems))
    }
}

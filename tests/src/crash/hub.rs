//! Kills of a hub under load.

use crate::crash::check;
use crate::crash::dice::Dice;
use crate::crash::ledger::Ledger;
use crate::crash::proxy::Proxy;
use crate::crash::writer::Writer;
use crate::device::Device;
use crate::hub::Hub;
use crate::wait::{let_it_work, until};
use std::path::Path;

/// Commits of each device between two kills.
const COMMITS: usize = 24;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Hubs killed.
    pub kills: u64,
    /// Commits on both devices; all of them are on all three at the end.
    pub commits: u64,
    /// Receipts that passed the wire; all of them hold.
    pub receipts: u64,
    /// Entries of the log.
    pub head: u64,
}

/// Kills the hub `cycles` times while two devices send through it. `planted` is a hub with that bug switched on.
pub fn cycles(writer: &Path, cycles: u64, seed: u64, planted: Option<(&Path, &str)>) -> Result<Stats, String> {
    let mut hub = match planted {
        None => Hub::start(),
        Some((program, bug)) => Hub::start_program(program, Some(bug)),
    };
    let proxy = Proxy::before(hub.address());
    let (marketing, support) = (Device::founded("marketing"), Device::new());
    marketing.share_with(&support, proxy.address());

    let (mut dice, mut ledger) = (Dice::new(seed), Ledger::default());
    let devices = [(&marketing, "m"), (&support, "s")];
    let mut writers = devices.map(|(device, prefix)| Writer::start(writer, device, prefix, None));
    for cycle in 0..cycles {
        kill_once(&mut hub, &proxy, &mut dice, (&mut writers, &mut ledger), cycle)
            .map_err(|error| format!("seed {seed}, kill {cycle}: {error}"))?;
    }
    for writer in writers {
        writer.quit(&mut ledger)?;
    }
    let newcomer = joined_late(&marketing);
    agree(&[&marketing, &support, &newcomer], &ledger)?;
    let log = check::log(&newcomer.data());
    if log != check::log(&marketing.data()) {
        return Err("the newcomer was given another log".into());
    }
    check::receipts(&proxy.receipts(), &log)?;
    let count = |number: usize| number as u64;
    Ok(Stats {
        kills: cycles,
        commits: count(ledger.acknowledged.len()),
        receipts: count(proxy.count()),
        head: count(log.len()),
    })
}

/// Both commit; at some moment, often right behind a receipt, the hub is gone; both must come back into step.
fn kill_once(
    hub: &mut Hub,
    proxy: &Proxy,
    dice: &mut Dice,
    (writers, ledger): (&mut [Writer; 2], &mut Ledger),
    cycle: u64,
) -> Result<(), String> {
    let before = proxy.count();
    let from = usize::try_from(cycle).unwrap() * COMMITS;
    for writer in writers.iter_mut() {
        writer.commit(ledger, from, COMMITS);
    }
    if dice.below(3) > 0 {
        let wanted = before + 1 + usize::try_from(dice.below(20)).unwrap();
        until("receipts pass", || (proxy.count() >= wanted).then_some(()));
    } else {
        let_it_work(dice.moment(60));
    }
    hub.kill();
    hub.come_back();
    if dice.below(6) == 0 {
        let_it_work(dice.moment(20));
        hub.kill();
        hub.come_back();
    }
    for writer in writers.iter_mut() {
        writer.says("done");
        writer.in_step(ledger)?;
    }
    Ok(())
}

fn joined_late(lead: &Device) -> Device {
    let newcomer = Device::new();
    let code = lead.json(["invite"])["code"].as_str().unwrap().to_owned();
    let watching = lead.watch();
    newcomer.json(["join", &code, "--function", "support"]);
    watching.stop();
    newcomer
}

fn agree(devices: &[&Device], ledger: &Ledger) -> Result<(), String> {
    for device in devices.iter().chain(devices) {
        device.sync();
    }
    let shown: Vec<_> = devices.iter().map(|device| device.verified()).collect();
    if shown.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(format!("they do not show the same: {shown:#?}"));
    }
    if ledger.acknowledged != ledger.asked {
        return Err("not everything that was asked for was acknowledged".into());
    }
    devices.iter().try_for_each(|device| check::board(device, ledger))
}

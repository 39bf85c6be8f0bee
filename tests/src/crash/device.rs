//! Kills of devices.

use crate::crash::dice::Dice;
use crate::crash::ledger::Ledger;
use crate::crash::writer::Writer;
use crate::crash::{Plant, check};
use crate::device::Device;
use crate::hub::Hub;
use crate::rows::tickets;
use crate::wait::let_it_work;
use std::path::Path;

/// Kills of one board; the next gets a fresh one, because verifying reads a board's whole log.
const PER_BOARD: u64 = 10;
/// Rows of one import: several ops.
const ROWS: usize = 700;
/// Commits that a writer is asked for before it is killed: more than it can do.
const MANY: usize = 100_000;

/// How many kills, and what happened meanwhile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Processes killed.
    pub kills: u64,
    /// Commits acknowledged, and there at the end.
    pub acknowledged: u64,
    /// Imports that a kill prevented.
    pub imports_prevented: u64,
    /// Imports done.
    pub imports_done: u64,
}

/// Kills devices `cycles` times: every second board is shared, and compared with a peer's at its end.
pub fn cycles(writer: &Path, cycles: u64, seed: u64, plant: Option<Plant>) -> Result<Stats, String> {
    let mut stats = Stats::default();
    let mut dice = Dice::new(seed);
    while stats.kills < cycles {
        let board = stats.kills / PER_BOARD;
        let shared = board % 2 == 1;
        let kills = PER_BOARD.min(cycles - stats.kills);
        let one = one_board(writer, &mut dice, shared, kills, plant);
        let one = one.map_err(|error| format!("seed {seed}, board {board} (shared: {shared}): {error}"))?;
        stats.kills += kills;
        stats.acknowledged += one.acknowledged;
        stats.imports_prevented += one.imports_prevented;
        stats.imports_done += one.imports_done;
    }
    Ok(stats)
}

fn one_board(writer: &Path, dice: &mut Dice, shared: bool, kills: u64, plant: Option<Plant>) -> Result<Stats, String> {
    let device = founded_at_last(dice);
    let peer = shared.then(|| {
        let (hub, peer) = (Hub::start(), Device::new());
        device.share_with(&peer, hub.address());
        device.sync();
        (hub, peer)
    });
    let mut ledger = Ledger::default();
    for kill in 0..kills {
        match dice.below(4) {
            0 => kill_an_import(&device, dice, &mut ledger, kill),
            1 => kill_a_command(&device, dice, &mut ledger, kill),
            _ => kill_a_writer(writer, &device, dice, (&mut ledger, kill), plant)?,
        }
        if plant == Some(Plant::LyingDisk) {
            // The side file alone would bring back what the log lost.
            for forgotten in ["log.db-wal", "waiting"] {
                let _ = std::fs::remove_file(device.data().join(forgotten));
            }
        }
        check::board(&device, &ledger).map_err(|error| format!("after kill {kill}: {error}"))?;
    }
    if let Some((_hub, peer)) = &peer {
        for device in [&device, peer, &device] {
            device.sync();
        }
        let (own, theirs) = (device.verified(), peer.verified());
        if own != theirs {
            return Err(format!("the peer shows another board: {own:?}, {theirs:?}"));
        }
        check::board(peer, &ledger).map_err(|error| format!("at the peer: {error}"))?;
    }
    Ok(Stats {
        kills,
        acknowledged: ledger.acknowledged.len() as u64,
        imports_prevented: (ledger.imports.len() - ledger.imported.len()) as u64,
        imports_done: ledger.imported.len() as u64,
    })
}

/// Founding is killed too, until it happens to be quick enough or was asked often enough.
fn founded_at_last(dice: &mut Dice) -> Device {
    let device = Device::new();
    let init = ["init", "--name", "Board", "--function", "marketing"];
    for _ in 0..3 {
        let founding = device.start(init);
        let_it_work(dice.moment(50));
        founding.kill();
    }
    let ended = device.run(init);
    let there = ended.code == Some(1) && ended.stderr.contains("there is a board here already");
    assert!(ended.code == Some(0) || there, "{ended:?}");
    assert_eq!(device.json(["members"])[0]["name"], "Marketing lead", "founded whole");
    device
}

/// A writer that commits as fast as it can; sometimes it is killed while it still opens the board.
fn kill_a_writer(
    program: &Path,
    device: &Device,
    dice: &mut Dice,
    (ledger, kill): (&mut Ledger, u64),
    plant: Option<Plant>,
) -> Result<(), String> {
    let mut writer = Writer::start(program, device, &format!("w{kill}"), plant);
    writer.commit(ledger, 0, MANY);
    if dice.below(5) > 0 {
        writer.says("ack ");
    }
    let_it_work(dice.moment(80));
    writer.kill(ledger).map(|_| ())
}

/// One process per commit, one after another; the last one is killed.
fn kill_a_command(device: &Device, dice: &mut Dice, ledger: &mut Ledger, kill: u64) {
    let names: Vec<String> = (0..1 + dice.below(3)).map(|i| format!("c{kill}-{i}")).collect();
    ledger.asked.extend(names.iter().cloned());
    let (last, before) = names.split_last().unwrap();
    for name in before {
        device.add("campaign", name, &[]);
        ledger.acknowledged.insert(name.clone());
    }
    let command = device.start(["campaign", "add", last]);
    let_it_work(dice.moment(60));
    if command.kill_and_tell().iter().any(|line| line.contains("\"id\"")) {
        ledger.acknowledged.insert(last.clone());
    }
}

/// A big import, one action of several ops.
fn kill_an_import(device: &Device, dice: &mut Dice, ledger: &mut Ledger, kill: u64) {
    let prefix = format!("i{kill}");
    ledger.imports.insert(prefix.clone(), ROWS);
    let file = device.file(
        &format!("{prefix}.csv"),
        tickets(&prefix, ROWS, |i| format!("2026-11-{:02}", 1 + i % 28)),
    );
    let import = device.start(["import", &file]);
    let_it_work(dice.moment(400));
    if import.kill_and_tell().iter().any(|line| line.contains("\"rows\"")) {
        ledger.imported.insert(prefix);
    }
}

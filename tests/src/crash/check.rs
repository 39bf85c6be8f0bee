//! Reading a board after a kill, without the program that was killed.

use crate::crash::ledger::Ledger;
use crate::device::Device;
use sidedesk_domain::fields::{campaign, report};
use sidedesk_protocol::message::Receipt;
use sidedesk_store::{Access, Store};
use std::path::Path;
use std::sync::Arc;

/// More than any of these boards holds.
const ALL: usize = 1_000_000;

/// Opens the board as its next start does, which mends what can be mended, compares it with the ledger, and has the real
/// program verify it, which only looks.
pub fn board(device: &Device, ledger: &Ledger) -> Result<(), String> {
    let (names, reports) = block_on(content(&device.data()));
    let ended = device.run(["verify"]);
    if ended.code != Some(0) || !ended.stderr.is_empty() {
        return Err(format!("verify: {:?} {} {}", ended.code, ended.stdout, ended.stderr));
    }
    ledger.check(&names, &reports)
}

async fn content(dir: &Path) -> (Vec<String>, Vec<String>) {
    let store = Store::open(dir, Access::Write, Arc::new(|| 0)).await.unwrap();
    let text = |state: &sidedesk_domain::RecordState, field| state.get(field).as_text().unwrap_or("").to_owned();
    let campaigns = store.campaigns(ALL).await.unwrap();
    let reports = store.reports_after(None, ALL).await.unwrap();
    let names = campaigns.iter().map(|card| text(&card.state, campaign::NAME)).collect();
    let reports = reports
        .iter()
        .map(|card| text(&card.state, report::SOURCE_ID))
        .collect();
    store.close().await.unwrap();
    (names, reports)
}

/// Every entry of a board's log: op and chain hash, from place 1 on.
pub fn log(dir: &Path) -> Vec<(String, [u8; 32])> {
    block_on(async {
        let store = Store::open(dir, Access::Read, Arc::new(|| 0)).await.unwrap();
        let entries = store.entries_after(0, ALL, usize::MAX).await.unwrap();
        store.close().await.unwrap();
        let mut hash = [0; 32];
        let placed = entries.iter().map(|entry| {
            hash = entry.chain_hash(&hash);
            (entry.op.parse().unwrap().op.to_string(), hash)
        });
        placed.collect()
    })
}

/// Every receipt that passed the wire is kept: its op at its place, with its hash.
pub fn receipts(receipts: &[Receipt], log: &[(String, [u8; 32])]) -> Result<(), String> {
    for receipt in receipts {
        let place = usize::try_from(receipt.n).unwrap();
        let promised = (receipt.op.to_string(), receipt.hash);
        if log.get(place - 1) != Some(&promised) {
            return Err(format!(
                "a receipt is broken: op {} is not what was promised for place {place}",
                receipt.op
            ));
        }
    }
    Ok(())
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

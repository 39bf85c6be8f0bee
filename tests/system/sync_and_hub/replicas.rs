//! Three processes of the hub on one PostgreSQL, any of them killed at any time, and devices spread over them: no change
//! that was acknowledged is lost, there is one order, and all boards are equal.

use crate::desk::{Desk, agree, eventually};
use sidedesk_domain::fields::campaign;
use sidedesk_tests::crash::check;
use sidedesk_tests::crash::proxy::Proxy;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::postgres;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Replicas killed while everybody writes.
const KILLS: usize = 12;
/// Between two kills: long enough for a device to come back and write, also on a busy machine.
const BETWEEN: Duration = Duration::from_millis(700);

/// The devices, the way to the replicas, and what the founder's board had before the kills.
struct Team {
    desks: Vec<Desk>,
    proxy: Proxy,
}

impl Team {
    async fn of_four(replicas: &[Hub]) -> Self {
        let addresses: Vec<&str> = replicas.iter().map(Hub::address).collect();
        let proxy = Proxy::before_any(&addresses);
        let mut founder = Desk::founded().await;
        founder
            .share(proxy.address().trim_start_matches("ws://").parse().unwrap())
            .await;
        let mut desks = vec![founder];
        for _ in 0..3 {
            let code = desks[0].code().await;
            desks.push(Desk::joined(&code).await);
        }
        agree(&desks.iter().collect::<Vec<_>>()).await;
        Self { desks, proxy }
    }

    /// Everybody writes until it is said that this is enough; how often each did.
    async fn write_until(&self, enough: &AtomicBool) -> Vec<usize> {
        let mut written = vec![0; self.desks.len()];
        while !enough.load(Ordering::SeqCst) {
            for (number, desk) in self.desks.iter().enumerate() {
                desk.name(number as u8, &text(number, written[number])).await;
                written[number] += 1;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        written
    }
}

fn text(desk: usize, count: usize) -> String {
    format!("change {count} of desk {desk}")
}

/// Kills one after another, sometimes two at once, and each comes back where it was.
fn kill(mut replicas: Vec<Hub>, enough: &AtomicBool) -> Vec<Hub> {
    for kill in 0..KILLS {
        std::thread::park_timeout(BETWEEN);
        let victims = if kill % 4 == 3 {
            vec![kill % 3, (kill + 1) % 3]
        } else {
            vec![kill % 3]
        };
        for victim in &victims {
            replicas[*victim].kill();
        }
        for victim in &victims {
            replicas[*victim].come_back();
        }
    }
    enough.store(true, Ordering::SeqCst);
    replicas
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_are_killed_and_nothing_acknowledged_is_lost() {
    let replicas = Hub::replicas(3, &postgres::database(), None);
    let team = Team::of_four(&replicas).await;
    let desks: Vec<&Desk> = team.desks.iter().collect();
    let before = desks[0].store.chain().await.unwrap().n;
    let enough = Arc::new(AtomicBool::new(false));
    let said = Arc::clone(&enough);
    let killing = tokio::task::spawn_blocking(move || kill(replicas, &said));
    let written = team.write_until(&enough).await;
    let _replicas = killing.await.unwrap();
    agree(&desks).await;

    let total: usize = written.iter().sum();
    assert!(total > 100, "{written:?}");
    // Each change has exactly one place.
    assert_eq!(desks[0].store.chain().await.unwrap().n, before + total as u64);
    for (number, written) in written.iter().enumerate() {
        let last = text(number, written - 1);
        eventually("the last change is shown everywhere", async || {
            for desk in &desks {
                if desk.values(number as u8, campaign::NAME).await != [last.clone()] {
                    return false;
                }
            }
            true
        })
        .await;
    }
    let log = log(desks[0]).await;
    for desk in &desks {
        assert!(self::log(desk).await == log, "two orders");
        assert_eq!(desk.store.verify().await.unwrap().problems, Vec::<String>::new());
        assert!(desk.store.refused().await.unwrap().is_empty());
    }
    let receipts = team.proxy.receipts();
    assert!(receipts.len() >= total / 2, "{} receipts", receipts.len());
    check::receipts(&receipts, &log).unwrap();
}

async fn log(desk: &Desk) -> Vec<(String, [u8; 32])> {
    let mut hash = [0; 32];
    let entries = desk.store.entries_after(0, usize::MAX >> 1, usize::MAX).await.unwrap();
    let place = |entry: sidedesk_protocol::entry::Entry| {
        hash = entry.chain_hash(&hash);
        (entry.op.parse().unwrap().op.to_string(), hash)
    };
    entries.into_iter().map(place).collect()
}

//! Connections that are dead without anybody having been told.

use sidedesk_tests::crash::ledger::Ledger;
use sidedesk_tests::crash::writer::Writer;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::process::signal;
use sidedesk_tests::proxy::{Fault, Proxy, Way};
use sidedesk_tests::wait::{let_it_work, until_within};
use std::path::Path;
use std::time::{Duration, Instant};

/// A half-open connection is found within this (issue 4, point 8).
const FOUND: Duration = Duration::from_secs(35);
/// Awake again, it is connected within this (the same).
const AWAKE: Duration = Duration::from_secs(3);
/// How long the computer sleeps: longer than the clocks of two computers ever drift apart in use.
const SLEEP: Duration = Duration::from_secs(9);

fn shared() -> (Hub, Proxy, Device) {
    let hub = Hub::start();
    let proxy = Proxy::before(hub.address());
    let device = Device::founded("marketing");
    device.json(["share", proxy.address()]);
    (hub, proxy, device)
}

#[test]
fn a_half_open_connection_is_found_and_what_was_saved_meanwhile_is_sent() {
    let (_hub, proxy, device) = shared();
    let mut ledger = Ledger::default();
    let mut writer = Writer::start(Path::new(env!("CARGO_BIN_EXE_crash_writer")), &device, "w", None);
    writer.commit(&mut ledger, 0, 3);
    writer.says("done");
    writer.in_step(&mut ledger).unwrap();
    let before = proxy.accepted().len();
    proxy.go_dumb();
    let since = Instant::now();
    writer.commit(&mut ledger, 3, 3);
    let came = until_within("it connects again", FOUND, || proxy.accepted().get(before).copied());
    println!("found after {:?}", came - since);
    assert!(came - since > Duration::from_secs(5), "the old connection was not dumb");
    writer.in_step(&mut ledger).unwrap();
    writer.quit(&mut ledger).unwrap();
    assert_eq!(ledger.acknowledged.len(), 6);
    sidedesk_tests::crash::check::board(&device, &ledger).unwrap();
}

#[test]
fn a_hub_that_swallows_what_it_is_told_is_found_too() {
    let (_hub, proxy, device) = shared();
    device.add("campaign", "Newsletter", &[]);
    // The upgrade goes through; the answer to the greeting never comes.
    proxy.next(Fault::Swallow(Way::Down, 250));
    let since = Instant::now();
    let said = device.sync();
    println!("in step after {:?}", since.elapsed());
    assert!(since.elapsed() < FOUND, "{said}");
    assert_eq!(proxy.struck(), 1);
    assert!(since.elapsed() > Duration::from_secs(1), "it had to try twice");
}

/// The process is stopped as a sleeping computer stops it, and its connection is gone when it wakes.
#[test]
fn a_computer_that_slept_is_connected_again_at_once() {
    let (_hub, proxy, device) = shared();
    let mut watching = device.watch();
    let before = proxy.accepted().len();
    signal(watching.id(), "STOP");
    proxy.go_dumb();
    let_it_work(SLEEP);
    let said = watching.lines().all().len();
    let woken = Instant::now();
    signal(watching.id(), "CONT");
    let came = until_within("it connects again", FOUND, || proxy.accepted().get(before).copied());
    watching.says_after(said, "Synced");
    println!(
        "connected after {:?}, in step after {:?}",
        came - woken,
        woken.elapsed()
    );
    assert!(woken.elapsed() < AWAKE, "in step only after {:?}", woken.elapsed());
    assert_eq!(watching.stop(), Some(0));
}

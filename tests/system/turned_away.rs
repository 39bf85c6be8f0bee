//! A hub whose places are taken: a device is told so, keeps what was typed, and comes back by itself.

use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use std::net::TcpStream;
use std::time::Instant;

/// As many as one address may have at this hub.
const PLACES: usize = 2;

/// Strangers who say nothing hold every place of this address until their time for a greeting is over.
#[test]
fn a_device_that_finds_every_place_taken_comes_back_by_itself() {
    let hub = Hub::with(&["--max-connections-per-address", "2"]);
    let marketing = Device::founded("marketing");
    marketing.json(["share", hub.address()]);
    marketing.add("campaign", "Newsletter", &[]);
    assert_eq!(marketing.json(["status"])["waiting"], 1);
    let since = Instant::now();
    let strangers: Vec<TcpStream> = (0..PLACES)
        .map(|_| TcpStream::connect(hub.listens_at()).unwrap())
        .collect();
    let mut syncing = marketing.start(["sync", "--watch"]);
    syncing.says("from one address");
    syncing.says("Synced");
    let took = since.elapsed();
    assert_eq!(syncing.stop(), Some(0));
    drop(strangers);
    println!("in step after {took:?}");
    assert_eq!(marketing.json(["status"])["waiting"], 0);
}

//! A short conversation (an op there, an op back) that breaks at byte k, for every k; here for some, and for all of them
//! with `SIDEDESK_EVERY_BYTE=1`.

use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::proxy::{Fault, Proxy, Way};
use std::collections::BTreeSet;
use std::time::Duration;

/// Places of a cut in each direction in the normal run.
const CUTS: u64 = 14;
/// Of each of the faults that are slower to be noticed.
const FEW: u64 = 3;

struct Pair {
    proxy: Proxy,
    marketing: Device,
    support: Device,
    names: BTreeSet<String>,
    _hub: Hub,
}

impl Pair {
    fn new() -> Self {
        let hub = Hub::start();
        let proxy = Proxy::before(hub.address());
        let (marketing, support) = (Device::founded("marketing"), Device::new());
        let code = marketing.json(["share", proxy.address()])["code"].clone();
        let watching = marketing.watch();
        support.json(["join", code.as_str().unwrap(), "--function", "support"]);
        assert_eq!(watching.stop(), Some(0));
        Self {
            proxy,
            marketing,
            support,
            names: BTreeSet::new(),
            _hub: hub,
        }
    }

    /// Both have something to tell; marketing's connection breaks; it finds back by itself.
    fn converse(&mut self, fault: Fault) {
        let number = self.names.len();
        let (here, there) = (format!("m{number}"), format!("s{number}"));
        self.support.add("campaign", &there, &[]);
        self.support.sync();
        self.marketing.add("campaign", &here, &[]);
        if fault != Fault::None {
            self.proxy.next(fault);
        }
        self.marketing.sync();
        assert!(self.proxy.all_planned_happened(), "{fault:?}");
        self.names.extend([here, there]);
    }

    /// Everything said by anybody is on both boards, once.
    fn agree(&self) {
        for device in [&self.support, &self.marketing] {
            device.sync();
        }
        assert_eq!(self.marketing.verified(), self.support.verified());
        for device in [&self.support, &self.marketing] {
            let cards = device.json(["campaign", "list"]);
            let held: Vec<String> = cards
                .as_array()
                .unwrap()
                .iter()
                .map(|card| card["name"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(held.len(), self.names.len(), "nothing is there twice");
            assert_eq!(held.into_iter().collect::<BTreeSet<_>>(), self.names);
        }
    }
}

/// `count` places spread over `len` bytes, the first and the last among them; all of them when asked for.
fn places(len: u64, count: u64) -> Vec<u64> {
    if std::env::var_os("SIDEDESK_EVERY_BYTE").is_some() {
        return (0..len).collect();
    }
    (0..count).map(|i| i * (len - 1) / (count - 1)).collect()
}

#[test]
fn a_conversation_cut_at_any_byte_loses_nothing() {
    let mut pair = Pair::new();
    pair.converse(Fault::None);
    let (up, down) = pair.proxy.passed();
    assert!(up > 500 && down > 500, "a conversation of {up} and {down} bytes");
    let mut planned = 0;
    for (way, len) in [(Way::Up, up), (Way::Down, down)] {
        for at in places(len, CUTS) {
            pair.converse(Fault::Cut(way, at));
            planned += 1;
        }
    }
    // The end of a conversation is not always reached: the device has what it wants and hangs up.
    assert!(
        pair.proxy.struck() * 10 >= planned * 8,
        "{} of {planned}",
        pair.proxy.struck()
    );
    pair.agree();
}

#[test]
fn doubled_bytes_half_closed_sockets_and_slow_lines_lose_nothing() {
    let mut pair = Pair::new();
    pair.converse(Fault::None);
    let (up, down) = pair.proxy.passed();
    let mut planned = 0;
    for (way, len) in [(Way::Up, up), (Way::Down, down)] {
        for at in places(len * 3 / 4, FEW) {
            for fault in [Fault::Double(way, at), Fault::HalfClose(way, at)] {
                pair.converse(fault);
                planned += 1;
            }
        }
    }
    for fault in [Fault::Throttle(4_000), Fault::Delay(Duration::from_millis(150))] {
        pair.converse(fault);
        planned += 1;
    }
    assert!(pair.proxy.struck() >= planned, "{} of {planned}", pair.proxy.struck());
    pair.agree();
}

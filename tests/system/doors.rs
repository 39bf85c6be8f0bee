//! Joining: codes that do not open the door.

use crate::two_devices::{join, pair};
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;

/// A marketing device whose board this hub orders, and an invitation to it.
fn shared(hub: &Hub) -> (Device, String) {
    let marketing = Device::founded("marketing");
    let code = marketing.json(["share", hub.address()])["code"]
        .as_str()
        .unwrap()
        .to_owned();
    (marketing, code)
}

#[test]
fn a_code_works_once() {
    let hub = Hub::start();
    let (marketing, code) = shared(&hub);
    join(&marketing, &Device::new(), &code, "support");
    let late = Device::new();
    let said = late.refused(["join", &code, "--function", "support", "--wait", "20"]);
    assert!(said.contains("used already"), "{said}");
    assert!(
        late.refused(["status"]).contains("no board here yet"),
        "nothing is left behind"
    );
}

#[test]
fn garbage_is_no_code() {
    let device = Device::new();
    let hub = Hub::start();
    let (_marketing, code) = shared(&hub);
    let (head, tail) = code.split_at(code.len() / 2);
    // Codes are read in either case: the other letter has to be another one in both.
    let other = if tail.starts_with(['a', 'A']) { "b" } else { "a" };
    let misread = format!("{head}{other}{}", &tail[1..]);
    for garbage in ["", "hello", "AAAA-BBBB-CCCC", head, misread.as_str()] {
        let ended = device.run(["join", garbage, "--function", "support", "--wait", "5"]);
        assert_eq!(ended.code, Some(1), "{garbage:?}: {}", ended.stderr);
        assert!(
            ended.stderr.to_lowercase().contains("code"),
            "{garbage:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn without_a_lead_online_a_newcomer_waits_and_is_told() {
    let hub = Hub::start();
    let (marketing, code) = shared(&hub);
    let newcomer = Device::new();
    let said = newcomer.refused(["join", &code, "--function", "support", "--wait", "1"]);
    assert!(said.contains("nobody who may let you in"), "{said}");
    join(&marketing, &newcomer, &code, "support");
}

#[test]
fn where_a_board_is_nobody_joins_another() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let code = marketing.json(["invite"])["code"].as_str().unwrap().to_owned();
    let said = support.refused(["join", &code, "--function", "support"]);
    assert!(said.contains("there is a board here already"), "{said}");
}

//! What people and their computers do that nobody planned for.

use crate::two_devices::{agree, pair};
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;

/// Text that does not get shorter by compressing it.
fn noise(len: usize, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'A' + (state >> 32) as u8 % 57)
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn a_card_larger_than_one_op_arrives_whole_and_holds_nothing_up() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let texts = ["owner", "audience", "text", "url", "id", "source", "budget"];
    let lists = ["labels", "product", "region", "segment", "channel", "touch_point"];
    let mut fields: Vec<String> = Vec::new();
    for (i, name) in texts.iter().enumerate() {
        fields.push(format!("{name}={}", noise(32_000, i as u64 + 1)));
    }
    for (i, name) in lists.iter().enumerate() {
        let elements: Vec<String> = (0..4).map(|j| noise(30_000, (100 + i * 10 + j) as u64)).collect();
        fields.push(format!("{name}={}", elements.join(",")));
    }
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let card = marketing.add("campaign", "All that fits", &fields);
    let after = marketing.add("campaign", "Behind it", &[]);
    agree(&[&marketing, &support]);
    assert_eq!(support.show("campaign", &after)["name"], "Behind it");
    for field in ["text", "labels", "scope", "budget"] {
        let (here, there) = (marketing.show("campaign", &card), support.show("campaign", &card));
        assert!(here[field] == there[field] && !here[field].is_null(), "{field}");
    }
    marketing.json(["undo"]);
    marketing.json(["undo"]);
    agree(&[&marketing, &support]);
    assert_eq!(support.json(["campaign", "list"]).as_array().map(Vec::len), Some(0));
}

#[test]
fn dates_that_a_merge_brought_into_the_wrong_order_do_not_lock_the_card() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let card = marketing.add("campaign", "Sale", &["start=2026-12-01", "end=2026-12-10"]);
    agree(&[&marketing, &support]);
    marketing.json(["campaign", "set", &card, "start=2026-12-09"]);
    support.json(["campaign", "set", &card, "end=2026-12-02"]);
    agree(&[&marketing, &support]);
    marketing.json(["campaign", "set", &card, "name=Winter sale"]);
    let said = marketing.refused(["campaign", "set", &card, "start=2026-12-08"]);
    assert!(said.contains("before the start"), "{said}");
    marketing.json(["campaign", "set", &card, "end=2026-12-20"]);
}

#[test]
fn beside_a_writer_the_members_have_their_devices() {
    let hub = Hub::start();
    let (marketing, _support) = pair(&hub);
    let alone = marketing.json(["members"]);
    let watching = marketing.watch();
    assert_eq!(marketing.json(["members"]), alone);
    assert_eq!(watching.stop(), Some(0));
}

#[test]
fn joining_goes_on_where_a_crash_ended_it() {
    let hub = Hub::start();
    let (marketing, _support) = pair(&hub);
    let code = marketing.json(["invite"])["code"].as_str().unwrap().to_owned();
    let watching = marketing.watch();
    let newcomer = Device::new();
    let joining = newcomer.start(["join", &code, "--function", "support", "--me", "Ann"]);
    sidedesk_tests::wait::until("it is let in", || {
        newcomer.data().join("identity").exists().then_some(())
    });
    joining.kill();
    let named = |device: &Device| {
        let members = device.json(["members"]);
        let me = members.as_array().unwrap().iter().find(|member| member["me"] == true);
        me.map(|me| me["name"].as_str().unwrap().to_owned())
    };
    if named(&newcomer).is_none() {
        newcomer.json(["join", &code, "--function", "support", "--me", "Ann"]);
    }
    assert_eq!(named(&newcomer).as_deref(), Some("Ann"));
    let said = newcomer.refused(["join", &code, "--function", "support"]);
    assert!(said.contains("there is a board here already"), "{said}");
    assert_eq!(watching.stop(), Some(0));
    agree(&[&marketing, &newcomer]);
}

#[test]
fn an_invitation_from_a_device_whose_clock_is_behind_is_good_for_a_week() {
    let hub = Hub::start();
    let (marketing, _support) = pair(&hub);
    let invited = marketing.json(["invite", "--clock", "2020-01-01"]);
    let watching = marketing.watch();
    let newcomer = Device::new();
    newcomer.json(["join", invited["code"].as_str().unwrap(), "--function", "support"]);
    assert_eq!(watching.stop(), Some(0));
}

#[test]
fn a_hub_that_lost_the_board_is_said_and_nothing_is_lost_here() {
    let mut hub = Hub::start();
    let (marketing, support) = pair(&hub);
    marketing.add("campaign", "Sale", &[]);
    agree(&[&marketing, &support]);
    hub.kill();
    for file in ["hub.db", "hub.db-wal", "hub.db-shm"] {
        std::fs::remove_file(hub.data().join(file)).unwrap();
    }
    // Without any file it would not start: somebody put an empty one there.
    std::fs::write(hub.data().join("hub.db"), b"").unwrap();
    hub.come_back();
    for device in [&marketing, &support] {
        let said = device.refused(["sync", "--wait", "5"]);
        assert!(said.contains("different histories"), "{said}");
        assert_eq!(device.json(["campaign", "list"])[0]["name"], "Sale");
        device.verified();
    }
}

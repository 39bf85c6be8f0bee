//! The board as a script reads it: the sample, search with operators, cards of a complaint that changes.

use sidedesk_tests::device::Device;

const AT: &str = "2026-11-21T10:42:00Z";

#[test]
fn a_sample_board_is_filled_searched_and_taken_back() {
    let device = Device::founded("support").at(AT);
    device.json(["sample"]);
    let before = device.verified();
    assert!(device.refused(["sample"]).contains("the board is not empty"));
    assert_eq!(device.verified(), before, "a refusal writes nothing");

    let clashes = device.json(["clashes"]);
    let first = &clashes["clashes"][0];
    assert!(
        first["score"].as_i64().unwrap() >= 70 && first["strength"] == "block",
        "{first}"
    );

    // The list that scripts know, each with what is known besides.
    let found = device.json(["search", "is:complaint", "state:open", "region:west"]);
    let found = found.as_array().unwrap();
    assert!(!found.is_empty());
    for one in found {
        assert_eq!(one["kind"], "complaint");
        assert!(
            ["new", "confirmed", "fixing"].contains(&one["state"].as_str().unwrap()),
            "{one}"
        );
        let card = device.show("complaint", one["id"].as_str().unwrap());
        assert!(card["scope"]["region"].to_string().contains("West"), "{card}");
        assert_eq!(card["weeks"].as_array().unwrap().len(), 8);
        assert_eq!(card["weeks"][7], card["last7"], "{card}");
    }
    let ended = device.run(["search", "intrest"]);
    assert_eq!((ended.code, ended.stdout.trim()), (Some(0), "[]"));
    assert!(ended.stderr.contains("Did you mean \"interest\"?"), "{}", ended.stderr);

    device.json(["undo"]);
    assert_eq!(device.json(["campaign", "list"]), serde_json::json!([]));
    assert_eq!(device.json(["search", "interest"]), serde_json::json!([]));
    device.json(["redo"]);
    assert_eq!(device.json(["clashes"])["clashes"][0]["score"], first["score"]);
}

/// A second device folds the sample from the hub and shows the same.
#[test]
fn a_sample_board_is_shared_like_any_other() {
    let hub = sidedesk_tests::hub::Hub::start();
    let marketing = Device::founded("marketing").at(AT);
    marketing.json(["sample"]);
    let code = marketing.json(["share", hub.address()])["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let support = Device::new().at(AT);
    crate::two_devices::join(&marketing, &support, &code, "support");
    support.sync();
    marketing.sync();
    assert_eq!(marketing.verified().view, support.verified().view);
    let scores = |device: &Device| -> Vec<(String, i64)> {
        let clashes = device.json(["clashes"])["clashes"].as_array().unwrap().clone();
        let score = |clash: &serde_json::Value| (clash["id"].to_string(), clash["score"].as_i64().unwrap());
        clashes.iter().map(score).collect()
    };
    assert_eq!(scores(&marketing), scores(&support));
    assert!(scores(&support).len() > 3);
}

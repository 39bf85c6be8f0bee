//! A mended complaint comes back by an import of the other function: nobody edits it, nobody proposes anything, and both desks
//! show the same.

use crate::people::board;
use crate::two_devices::agree;
use serde_json::{Value, json};
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;

const FIRST: &str = "id,subject,created,cause\n1,Rejected,2026-11-01 09:00,Code rejected\n";
const SECOND: &str = "id,subject,created,cause\n1,Rejected,2026-11-01 09:00,Code rejected\n2,Again,2026-11-09 09:00,Code rejected\n\
    3,No cause,2026-11-09 09:00,\n";

fn import(device: &Device, content: &str, clock: &str) -> Value {
    let file = device.file("tickets.csv", content);
    device.json(["--clock", clock, "import", &file, "--map", "cause=complaint"])
}

fn shown(device: &Device, id: &str) -> (Value, Value, Value, Value) {
    let card = device.json(["--clock", "2026-11-20 10:00", "complaint", "show", id]);
    let fixes = card["fixes"].as_array().into_iter().flatten();
    let fixes: Vec<Value> = fixes.map(|fix| json!([fix["text"], fix["by"]])).collect();
    (
        card["state"].clone(),
        card["returned"].clone(),
        card["proposals"].clone(),
        fixes.into(),
    )
}

#[test]
fn an_import_by_the_other_function_brings_it_back_on_both_desks() {
    let hub = Hub::start();
    let (marketing, support) = board(&hub);
    import(&support, FIRST, "2026-11-02 09:00");
    let list = support.json(["complaint", "list"]);
    let id = list[0]["id"].as_str().unwrap().to_owned();
    let mended = ["complaint", "set", &id, "state=watching", "fix=New words"];
    support.json([&["--clock", "2026-11-03 09:00"][..], &mended].concat());
    agree(&[&support, &marketing]);
    let by = support
        .json(["members"])
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["me"] == true)
        .unwrap()["name"]
        .clone();
    let fix = json!([["New words", by]]);
    for device in [&support, &marketing] {
        assert_eq!(
            shown(device, &id),
            (json!("watching"), json!(0), Value::Null, fix.clone())
        );
    }

    let imported = import(&marketing, SECOND, "2026-11-10 09:00");
    assert_eq!(
        (&imported["new"], &imported["same"]),
        (&json!(2), &json!(1)),
        "{imported}"
    );
    let back = (json!("confirmed"), json!(1), Value::Null, fix.clone());
    assert_eq!(shown(&marketing, &id), back, "at once");
    agree(&[&marketing, &support]);
    assert_eq!(shown(&support, &id), back);
    let agenda = support.json(["agenda", "--at", "2026-11-20T10:00:00Z"]);
    assert_eq!(agenda["items"][0]["kind"], "returned", "{agenda}");
    assert_eq!(agenda["unlinked"]["count"], 1, "{agenda}");
    let list = support.json(["--clock", "2026-11-20 10:00", "unlinked"]);
    assert_eq!(
        (&list["unlinked"]["count"], &list["reports"][0]["title"]),
        (&json!(1), &json!("No cause")),
        "{list}"
    );

    // Undone where it was imported, it is gone everywhere.
    marketing.json(["undo"]);
    agree(&[&marketing, &support]);
    for device in [&support, &marketing] {
        assert_eq!(
            shown(device, &id),
            (json!("watching"), json!(0), Value::Null, fix.clone())
        );
    }

    // A state that Marketing proposes is followed by what goes with it when Support takes it.
    let proposed = marketing.json(["--clock", "2026-11-12 09:00", "complaint", "set", &id, "state=fixing"]);
    assert_eq!(proposed["proposed"], true, "{proposed}");
    agree(&[&marketing, &support]);
    assert_eq!(shown(&support, &id).1, json!(0), "not yet");
    support.json(["--clock", "2026-11-13 09:00", "accept", &id, "state"]);
    agree(&[&support, &marketing]);
    for device in [&support, &marketing] {
        assert_eq!(
            shown(device, &id),
            (json!("fixing"), json!(1), Value::Null, fix.clone())
        );
    }
}

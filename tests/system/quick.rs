//! One typed line over the real command line: what it says, and the card it becomes.

use serde_json::Value;
use sidedesk_tests::device::Device;

fn value<'a>(quick: &'a Value, field: &str) -> Option<&'a str> {
    let fields = quick["fields"].as_array().unwrap();
    fields.iter().find(|input| input["field"] == field)?["value"].as_str()
}

#[test]
fn a_campaign_in_one_line() {
    let device = Device::founded("marketing").at("2026-11-21T10:42:00Z");
    device.add("complaint", "Sizes run small", &["product=Boots", "region=EU"]);
    let before = device.verified();
    let quick = device.json(["quick", "campaign", "Free shipping EU 12–19 Dec @email #boots ^MK"]);
    assert_eq!(quick["title"], "Free shipping EU");
    for (field, expected) in [
        ("name", "Free shipping EU"),
        ("start", "2026-12-12T00:00:00Z"),
        ("end", "2026-12-20T00:00:00Z"),
        ("channel", "email"),
        ("product", "Boots"),
        ("region", "EU"),
        ("owner", "MK"),
    ] {
        assert_eq!(value(&quick, field), Some(expected), "{quick}");
    }
    assert_eq!(device.verified(), before, "reading a line writes nothing");

    let fields: Vec<String> = quick["fields"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|input| input["field"] != "name")
        .map(|input| {
            format!(
                "{}={}",
                input["field"].as_str().unwrap(),
                input["value"].as_str().unwrap()
            )
        })
        .collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let id = device.add("campaign", quick["title"].as_str().unwrap(), &fields);
    assert_eq!(device.show("campaign", &id)["scope"]["product"][0], "Boots");
    let clashes = device.json(["clashes"]);
    assert_eq!(
        clashes["clashes"][0]["campaign"],
        id.as_str(),
        "it meets what support knows: {clashes}"
    );
}

#[test]
fn a_complaint_in_one_line_and_what_is_none() {
    let device = Device::founded("support").at("2026-11-21T10:42:00Z");
    let quick = device.json(["quick", "complaint", "boots code BOOT10 rejected #boots !3"]);
    assert_eq!(quick["title"], "boots code BOOT10 rejected");
    assert_eq!(
        (value(&quick, "product"), value(&quick, "severity")),
        (Some("boots"), Some("3"))
    );
    let line = format!("{}#\"Hiking boots\" 🎄", "مرحبا ".repeat(1_700));
    let long = device.json(["quick", "complaint", &line]);
    let chip = &long["chips"][0];
    let units: Vec<u16> = line.encode_utf16().collect();
    let (start, end) = (
        chip["start"].as_u64().unwrap() as usize,
        chip["end"].as_u64().unwrap() as usize,
    );
    assert_eq!(String::from_utf16(&units[start..end]).unwrap(), "#\"Hiking boots\"");
    assert_eq!(device.run(["quick", "report", "x"]).code, Some(2));
}

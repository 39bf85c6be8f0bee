//! `match` and `suggest`, on real texts of customers and with the documents that scripts read.

use serde_json::Value;
use sidedesk_tests::device::Device;

fn foreign(name: &str) -> String {
    format!("{}/fixtures/foreign/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn words(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn a_new_report_finds_the_complaint_it_belongs_to() {
    let device = Device::founded("support");
    let known = foreign("banking77_known_reports.csv");
    device.json(["import", &known, "--map", "text=body,intent=complaint"]);

    let found = device.json(["match", "--text", "Why is my card payment still pending?"]);
    let nearest = &found["results"][0];
    assert_eq!(
        (&nearest["row"], words(&nearest["matches"][0]["title"])),
        (&1.into(), "pending_card_payment".into())
    );
    assert!(nearest["matches"].as_array().unwrap().len() <= 5);
    let why: Vec<String> = nearest["matches"][0]["why"]
        .as_array()
        .unwrap()
        .iter()
        .map(words)
        .collect();
    assert!(why.contains(&"pending".into()), "{why:?}");
    assert!(nearest["looks_new"].as_f64().unwrap() < 0.5, "{nearest}");
    let strange = device.json(["match", "--text", "The zip of my tent came off in the rain"]);
    assert!(strange["results"][0]["looks_new"].as_f64() > nearest["looks_new"].as_f64());

    // Every row of the file has its answer, under its number.
    let queries = foreign("banking77_new_reports.csv");
    let found = device.json(["match", "--queries", &queries, "--map", "text=body"]);
    let results = found["results"].as_array().unwrap();
    assert_eq!(results.len(), 1720);
    assert_eq!((&results[0]["row"], &results[1719]["row"]), (&1.into(), &1720.into()));

    // A report that is filed teaches: what looked new is known a moment later.
    let tents = device.add("complaint", "Zip of the tent breaks", &[]);
    device.add("report", "The zip came off my tent", &[&format!("complaint={tents}")]);
    let found = device.json(["match", "--text", "The zip of my tent came off in the rain"]);
    assert_eq!(found["results"][0]["matches"][0]["complaint"], tents);
    assert!(
        device
            .refused(["match", "--queries", "/nowhere.csv"])
            .contains("could not be read")
    );
}

#[test]
fn loose_reports_are_grouped_and_the_same_groups_come_again() {
    let device = Device::founded("support");
    assert_eq!(device.json(["suggest"])["groups"].as_array().unwrap().len(), 0);
    device.json([
        "import",
        &foreign("banking77_known_reports.csv"),
        "--map",
        "text=body,intent=category",
    ]);
    let found = device.json(["suggest"]);
    let groups = found["groups"].as_array().unwrap();
    assert!(groups.len() > 10, "{}", groups.len());
    for group in groups {
        let reports = group["reports"].as_array().unwrap();
        assert_eq!(group["count"], reports.len() as u64);
        assert!(
            reports.len() >= 3 && !group["terms"].as_array().unwrap().is_empty(),
            "{group}"
        );
        assert_eq!(
            (
                group["weeks"].as_array().unwrap().len(),
                group["samples"].as_array().unwrap().len()
            ),
            (8, 3)
        );
    }
    assert_eq!(device.json(["suggest"]), found);
}

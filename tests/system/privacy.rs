//! What leaves a board as a file, what is said about it, and what an erasure leaves behind: every file of every device is read.

use crate::two_devices::{agree, pair};
use serde_json::Value;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use std::path::{Path, PathBuf};

/// Nobody's name, in a text that no mask touches.
const CANARY: &str = "Zebedee Quillfeather";
/// The same as the search index writes it.
const CANARY_WORD: &str = "quillfeather";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// One ticket with the canary in everything that is personal.
fn import(device: &Device) -> String {
    let csv = format!(
        "id,subject,description,created,product,requester\n{CANARY} 7,{CANARY} waits,\"I am {CANARY}, and the boots leak\",\
         2026-01-12T10:00:00Z,Boots,{CANARY}\n"
    );
    let file = device.file("tickets.csv", csv);
    device.json(["import", &file]);
    std::fs::remove_file(file).unwrap();
    let found = device.json(["search", "boots", "leak"]);
    text(&found[0]["id"])
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

/// Files below a folder that hold these bytes, whatever the case of the letters.
fn files_with(dir: &Path, canary: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files_with(&entry, canary));
        } else if read(&entry).to_lowercase().contains(&canary.to_lowercase()) {
            found.push(entry);
        }
    }
    found
}

fn export(device: &Device, what: &str, name: &str, more: &[&str]) -> (Value, String) {
    let file = device.data().with_file_name(name);
    let file_name = file.to_string_lossy().into_owned();
    let about = device.json([&["export", what, file_name.as_str()], more].concat());
    let written = read(&file);
    std::fs::remove_file(file).unwrap();
    (about, written)
}

#[test]
fn personal_data_stays_out_of_a_file_unless_somebody_asks_and_then_everybody_hears_of_it() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    import(&support);
    for what in ["campaigns", "complaints", "reports", "activity"] {
        for format in ["csv", "json"] {
            let (about, written) = export(&support, what, &format!("{what}.{format}"), &[]);
            assert_eq!(about["personal_data"], false, "{about}");
            assert!(!written.contains("Zebedee"), "{what} {format}: {written}");
            assert!(!written.contains("customer_hash"), "{what} {format}: {written}");
        }
    }
    agree(&[&marketing, &support]);
    assert!(!export(&marketing, "activity", "a.csv", &[]).1.contains("exports"));

    let (about, written) = export(&support, "reports", "r.csv", &["--with-personal-data"]);
    assert_eq!((&about["personal_data"], &about["rows"]), (&true.into(), &1.into()));
    assert!(
        written.contains(&format!("I am {CANARY}")) && written.contains("customer_hash"),
        "{written}"
    );
    let raw = format!("\"{CANARY}\"");
    assert_eq!(
        written.matches(&raw).count(),
        0,
        "who it is, is a hash here too: {written}"
    );
    agree(&[&marketing, &support]);
    let (_, activity) = export(&marketing, "activity", "a.json", &[]);
    let activity: Value = serde_json::from_str(&activity).unwrap();
    let lines = activity["rows"].as_array().unwrap();
    let said: Vec<&Value> = lines.iter().filter(|line| line["action"] == "export").collect();
    assert_eq!(said.len(), 1, "{activity}");
    assert_eq!(said[0]["by"], "Support lead");
    assert!(text(&said[0]["element"]).ends_with(" 1 reports csv"), "{}", said[0]);
    // Nobody takes the entry away again: neither an undo nor an edit.
    let undone = support.json(["undo"]);
    assert_eq!(undone["name"], "import", "{undone}");
    // What is there already is not written over.
    let file = support.file("there.csv", "mine");
    assert!(
        support
            .refused(["export", "reports", &file])
            .contains("is there already")
    );
    assert_eq!(read(Path::new(&file)), "mine");
}

#[test]
fn no_cell_of_a_file_is_a_formula_and_an_import_of_it_gives_the_same_cards() {
    let names = [
        "=HYPERLINK(\"https://example.com\",\"x\")",
        "+1+1",
        "-2",
        "@SUM(A1)",
        "＝1+1",
        "'tis a start",
        "\"=1\"",
        "Spring, \"sale\"",
    ];
    let device = Device::founded("marketing");
    for name in names {
        let text = format!("text={name}\nsecond");
        let fields = ["start=2026-12-01 10:00", "product=Boots, blue; =cmd", &text];
        device.json(["campaign", "add", "--", name].into_iter().chain(fields));
    }
    let (about, written) = export(&device, "campaigns", "c.csv", &[]);
    assert_eq!(about["rows"], names.len() as u64);
    for cell in written.split("\",\"") {
        let cell = cell.trim_start_matches(['\u{feff}', '"', '\r', '\n']);
        assert!(!cell.starts_with(['=', '+', '-', '@', '＝']), "{cell}");
    }
    let again = device.file("again.csv", &written);
    let same = device.json(["import", &again]);
    assert_eq!((&same["new"], &same["changed"]), (&0.into(), &0.into()), "{same}");

    let other = Device::founded("marketing");
    let file = other.file("c.csv", &written);
    assert_eq!(other.json(["import", &file])["new"], names.len() as u64);
    let cards = |device: &Device| {
        let list = device.json(["campaign", "list"]);
        let mut cards: Vec<(String, String, String)> = Vec::new();
        for card in list.as_array().unwrap() {
            let card = device.show("campaign", &text(&card["id"]));
            cards.push((
                text(&card["name"]),
                text(&card["text"]),
                card["scope"].to_string() + &card["start_ms"].to_string(),
            ));
        }
        cards.sort();
        cards
    };
    assert_eq!(cards(&other), cards(&device));
}

/// What a person may still find, by name of the file.
fn only_in(found: &[PathBuf], allowed: &[&str]) {
    for file in found {
        let name = file.to_string_lossy();
        assert!(
            allowed.iter().any(|part| name.contains(part)),
            "{name} still holds what was erased"
        );
    }
}

#[test]
fn what_is_erased_is_on_no_device_and_not_at_the_hub() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let report = import(&support);
    let said = format!("got=The boots of {CANARY} leak");
    let title = format!("{CANARY} has wet feet");
    let complaint = support.add(
        "complaint",
        &title,
        &["product=Boots", &said, &format!("region={CANARY}")],
    );
    agree(&[&marketing, &support]);
    // Two who type at once, a rival, and history.
    marketing.json([
        "complaint",
        "set",
        &complaint,
        &format!("got=The boots of {CANARY} leak, at once"),
    ]);
    support.json(["complaint", "set", &complaint, &format!("owner={CANARY}")]);
    marketing.json(["complaint", "set", &complaint, &format!("owner={CANARY} too")]);
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        assert!(
            !files_with(&device.data(), CANARY).is_empty(),
            "the canary is found where it is"
        );
        assert_eq!(device.json(["search", CANARY_WORD]).as_array().unwrap().len(), 2);
    }

    assert!(
        support
            .refused(["erase", "report", &report, "--fields", "body"])
            .contains("--yes")
    );
    assert!(
        support
            .refused(["erase", "report", &report, "--fields", "created", "--yes"])
            .contains("no such field")
    );
    support.json([
        "erase",
        "report",
        &report,
        "--fields",
        "title,body,customer,id",
        "--yes",
    ]);
    support.json([
        "erase",
        "complaint",
        &complaint,
        "--fields",
        "title,got,owner,region",
        "--yes",
    ]);
    agree(&[&marketing, &support]);

    for device in [&marketing, &support] {
        device.verified();
        let (card, ticket) = (device.show("complaint", &complaint), device.show("report", &report));
        assert_eq!(card["title"], "[erased]");
        assert_eq!(
            (&card["got"], &card["rivals"]),
            (&Value::Null, &Value::Array(Vec::new())),
            "{card}"
        );
        assert_eq!(
            (&ticket["title"], &ticket["body"]),
            (&Value::Null, &Value::Null),
            "{ticket}"
        );
        for id in [&report, &complaint] {
            let history = device.json(["history", id]).to_string();
            assert!(!history.contains("Zebedee") && history.contains(".erase"), "{history}");
            let then = device.json(["history", id, "--at", "2099-01-01T00:00:00Z"]).to_string();
            assert!(!then.contains("Zebedee"), "{then}");
        }
        assert_eq!(device.json(["search", CANARY_WORD]), Value::Array(Vec::new()));
        // A copy of the log that was made while something waited for the hub holds it until newer copies took its place.
        only_in(&files_with(&device.data(), CANARY), &["backups/log-"]);
        only_in(&files_with(&device.data(), CANARY_WORD), &["backups/log-"]);
    }
    assert_eq!(files_with(hub.data(), CANARY), Vec::<PathBuf>::new());

    // Somebody writes without knowing of it: their words stand, and what they followed on is gone all the same.
    support.json(["complaint", "set", &complaint, &format!("owner={CANARY}")]);
    agree(&[&marketing, &support]);
    support.json(["erase", "complaint", &complaint, "--fields", "owner", "--yes"]);
    support.sync();
    marketing.json(["complaint", "set", &complaint, "owner=Night shift"]);
    assert!(
        !files_with(&marketing.data(), CANARY).is_empty(),
        "it has not heard of it yet"
    );
    agree(&[&marketing, &support]);
    assert_eq!(marketing.show("complaint", &complaint)["owner"], "Night shift");
    // Whoever joins now never had it but sealed.
    let code = text(&marketing.json(["invite"])["code"]);
    let newcomer = Device::new();
    marketing.let_in(&newcomer, &code, "support");
    agree(&[&marketing, &newcomer]);
    for device in [&marketing, &support, &newcomer] {
        only_in(&files_with(&device.data(), CANARY), &["backups/log-"]);
    }

    // Nothing brings it back: no undo, no second import, no device that folds the log anew.
    let undone = support.json(["undo"]);
    assert_eq!(undone["name"], "complaint.set", "{undone}");
    import_again(&support);
    std::fs::remove_file(support.data().join("view.db")).unwrap();
    support.json(["status"]);
    support.verified();
    let ticket = support.show("report", &report);
    assert_eq!(
        (&ticket["title"], &ticket["body"]),
        (&Value::Null, &Value::Null),
        "{ticket}"
    );
    only_in(&files_with(&support.data(), CANARY), &["backups/log-"]);
}

/// The same file once more: what was erased stays so.
fn import_again(device: &Device) {
    let csv = format!(
        "id,subject,description,created,product,requester\n{CANARY} 7,{CANARY} waits,\"I am {CANARY}, and the boots leak\",\
         2026-01-12T10:00:00Z,Boots,{CANARY}\n"
    );
    let file = device.file("tickets.csv", csv);
    let again = device.json(["import", &file]);
    assert_eq!((&again["new"], &again["changed"]), (&0.into(), &0.into()), "{again}");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn a_board_of_one_device_holds_what_was_erased_only_sealed() {
    let device = Device::founded("support");
    let report = import(&device);
    assert!(!files_with(&device.data(), CANARY).is_empty());
    device.json([
        "erase",
        "report",
        &report,
        "--fields",
        "title,body,customer,id",
        "--yes",
    ]);
    device.verified();
    assert_eq!(files_with(&device.data(), CANARY), Vec::<PathBuf>::new());
    assert_eq!(files_with(&device.data(), CANARY_WORD), Vec::<PathBuf>::new());
}

#[test]
fn only_leads_and_the_records_own_function_erase() {
    let hub = Hub::start();
    let (lead, support) = pair(&hub);
    let join = |role: &str| {
        let code = text(&lead.json(["invite", "--role", role])["code"]);
        let device = Device::new();
        lead.let_in(&device, &code, "support");
        device
    };
    let campaign = lead.add("campaign", "Spring", &["text=Everything must go"]);
    let complaint = lead.add("complaint", "Wet feet", &["got=Water"]);
    agree(&[&lead, &support]);
    let refused = |device: &Device, kind: &str, id: &str, field: &str| {
        device
            .refused(["erase", kind, id, "--fields", field, "--yes"])
            .contains("a lead or somebody of")
    };
    for (role, may_complaint) in [
        ("viewer", false),
        ("partner", false),
        ("support", true),
        ("marketing", false),
    ] {
        let device = join(role);
        device.sync();
        if may_complaint {
            device.json(["erase", "complaint", &complaint, "--fields", "got", "--yes"]);
        } else {
            assert!(refused(&device, "complaint", &complaint, "got"), "{role}");
        }
        if role == "marketing" {
            device.json(["erase", "campaign", &campaign, "--fields", "text", "--yes"]);
        } else {
            assert!(refused(&device, "campaign", &campaign, "text"), "{role}");
        }
        assert!(device.refused(["retention", "12"]).contains("a lead says"), "{role}");
    }
}

#[test]
fn what_is_older_than_the_board_allows_is_erased_by_a_lead() {
    let hub = Hub::start();
    let (mut marketing, support) = pair(&hub);
    let old = import(&support);
    let file = support.file(
        "new.csv",
        "id,subject,description,created\n9,Wet,New boots leak,2026-10-01T10:00:00Z\n",
    );
    support.json(["import", &file]);
    agree(&[&marketing, &support]);
    marketing = marketing.at("2026-11-22T09:00:00Z");
    assert_eq!(marketing.json(["retention"])["months"], Value::Null);
    assert_eq!(
        marketing.json(["retention", "--apply"])["records"],
        0,
        "off unless somebody says so"
    );
    assert!(marketing.refused(["retention", "9999"]).contains("1200"));
    assert_eq!(marketing.json(["retention", "6"])["months"], 6);
    assert_eq!(marketing.json(["retention", "--apply"])["records"], 1);
    assert_eq!(marketing.json(["retention", "--apply"])["records"], 0);
    agree(&[&marketing, &support]);
    assert_eq!(support.show("report", &old)["body"], Value::Null);
    assert_eq!(support.json(["search", "new", "boots"]).as_array().unwrap().len(), 1);
    for device in [&marketing, &support] {
        only_in(&files_with(&device.data(), CANARY), &["backups/log-"]);
    }
    assert_eq!(marketing.json(["retention", "0"])["months"], Value::Null);
}

/// Every record of these kinds, as the program shows it.
fn shown(device: &Device, kind: &str) -> Vec<Value> {
    let list = device.json([kind, "list"]);
    let mut cards: Vec<Value> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|card| device.show(kind, &text(&card["id"])))
        .collect();
    for card in &mut cards {
        // The place in the log belongs to the board, not to the card.
        card.as_object_mut().unwrap().remove("seen");
    }
    cards.sort_by_key(|card| text(&card["id"]));
    cards
}

/// A board with everything that a field may hold, and the real tickets of a help desk.
fn furnished() -> Device {
    let device = Device::founded("support");
    let tickets = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/foreign/zendesk_view_export_layout.csv"
    );
    device.json(["import", tickets]);
    let late = device.add(
        "complaint",
        "Late; \"North\", 24/7",
        &["severity=5", "product=Boots; blue, Tents", "owner=TL"],
    );
    let twin = device.add(
        "complaint",
        "Zu spät – ✈",
        &["expected=Tomorrow\n\nat noon", "notes==1+1"],
    );
    device.json(["merge", &twin, "--into", &late]);
    let (_, tickets) = export(&device, "reports", "t.json", &[]);
    let tickets: Value = serde_json::from_str(&tickets).unwrap();
    for ticket in tickets["rows"].as_array().unwrap().iter().take(3) {
        let ticket = text(&ticket["sidedesk"]);
        device.json(["report", "set", &ticket, &format!("complaint={late}")]);
    }
    let fields = [
        "start=2026-12-01 00:00",
        "end=2026-12-24 00:00",
        "budget=12 000 €",
        "reach=48000",
        "archived=yes",
    ];
    device.add("campaign", "Advent, \"sale\"; 50 %", &fields);
    device.add("campaign", "No date yet", &[]);
    device
}

#[test]
fn a_whole_board_in_one_file_comes_back_as_it_was() {
    let device = furnished();
    let (about, written) = export(&device, "board", "board.json", &["--with-personal-data"]);
    assert_eq!(about["personal_data"], true);
    let same = device.json(["import", &device.file("again.json", &written)]);
    assert_eq!((&same["new"], &same["changed"]), (&0.into(), &0.into()), "{same}");

    let other = Device::founded("support");
    let result = other.json(["import", &other.file("board.json", &written)]);
    assert_eq!(
        (&result["new"], &result["skipped"]),
        (&about["rows"], &0.into()),
        "{result}"
    );
    for kind in ["campaign", "complaint"] {
        assert_eq!(shown(&other, kind), shown(&device, kind), "{kind}");
    }
    let (_, again) = export(&other, "board", "again.json", &["--with-personal-data"]);
    let lists = |file: &str| -> Value {
        let mut file: Value = serde_json::from_str(file).unwrap();
        file.as_object_mut().unwrap().remove("exported_at");
        file
    };
    assert_eq!(lists(&again), lists(&written));
    // One undo takes it back.
    other.json(["undo"]);
    assert_eq!(shown(&other, "complaint"), [] as [Value; 0]);

    // Each list alone, as JSON and as CSV.
    let third = Device::founded("support");
    for (what, name) in [("complaints", "k.csv"), ("reports", "r.json"), ("campaigns", "c.csv")] {
        let (_, written) = export(&device, what, name, &["--with-personal-data"]);
        let result = third.json(["import", &third.file(name, &written)]);
        assert_eq!(result["problems"].as_array().unwrap().len(), 0, "{result}");
    }
    for kind in ["campaign", "complaint"] {
        assert_eq!(shown(&third, kind), shown(&device, kind), "{kind}");
    }
}

#[test]
fn campaigns_leave_as_a_calendar_and_the_day_as_a_page() {
    let device = furnished();
    let (about, calendar) = export(&device, "campaigns", "plan.ics", &[]);
    assert_eq!((&about["rows"], &about["left_out"]), (&1.into(), &1.into()));
    assert!(
        calendar.contains("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261224\r\n"),
        "{calendar}"
    );
    let again = device.json(["import", &device.file("again.ics", &calendar)]);
    assert_eq!((&again["new"], &again["rows"]), (&0.into(), &1.into()), "{again}");
    // Only what a search finds.
    let (about, part) = export(&device, "complaints", "part.json", &["--matching", "spät"]);
    assert_eq!(about["rows"], 1, "{part}");
    let (about, _) = export(&device, "campaigns", "part.csv", &["--matching", "advent"]);
    assert_eq!(about["rows"], 1);
    assert!(
        device
            .refused(["export", "reports", "x.csv", "--matching", "x"])
            .contains("campaigns")
    );
    let (_, page) = export(&device, "digest", "today.md", &[]);
    for words in [
        "# ",
        "## To decide",
        "Late; \"North\", 24/7",
        "Advent, \"sale\"; 50 %, from Tue 1 Dec 00:00",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(
        device
            .refused(["export", "digest", "x.csv", "--format", "csv"])
            .contains("md")
    );
}

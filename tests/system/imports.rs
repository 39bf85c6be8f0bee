//! Real files of other tools through the command line: every row accounted for, again changes nothing, one undo.
//!
//! Whether the rows are on the board is asked with a dry run: it says how many would be new.

use serde_json::Value;
use sidedesk_tests::device::{Device, foreign};
use sidedesk_tests::process::signal;
use sidedesk_tests::rows::tickets;

fn count(document: &Value, name: &str) -> u64 {
    document[name]
        .as_u64()
        .unwrap_or_else(|| panic!("{name} in {document}"))
}

fn new_if_imported(device: &Device, args: &[&str]) -> u64 {
    count(&device.json([&["import", "--dry-run"], args].concat()), "new")
}

/// Imports, imports again, undoes, redoes.
fn check(name: &str, rows: u64, more: &[&str]) {
    let device = Device::founded("marketing");
    let path = foreign(name);
    let args = [&[path.as_str()], more].concat();
    let before = device.verified();
    let planned = device.json([&["import", "--dry-run"], args.as_slice()].concat());
    assert_eq!(device.verified(), before, "{name}: a dry run writes nothing");

    let first = device.json([&["import"], args.as_slice()].concat());
    let of = |name| count(&first, name);
    assert_eq!(of("rows"), rows, "{name}: {first}");
    assert_eq!(of("new") + of("skipped"), rows, "{name}: {first}");
    assert!(of("new") > 0 && of("changed") + of("same") == 0, "{name}: {first}");
    let reasons = first["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|problem| problem["skipped"] == true);
    assert_eq!(
        reasons.count() as u64,
        of("skipped"),
        "{name}: every row left out has a reason"
    );
    assert_eq!(
        (count(&planned, "new"), count(&planned, "skipped")),
        (of("new"), of("skipped")),
        "{name}"
    );

    let again = device.json([&["import"], args.as_slice()].concat());
    let unchanged = (count(&again, "new"), count(&again, "changed"), count(&again, "same"));
    assert_eq!(
        unchanged,
        (0, 0, of("new")),
        "{name}: a second import changes nothing: {again}"
    );
    assert_eq!(again["action"], Value::Null, "{name}");

    let undone = device.json(["undo"]);
    assert_eq!(
        (&undone["name"], count(&undone, "left")),
        (&"import".into(), 0),
        "{name}: {undone}"
    );
    assert_eq!(
        new_if_imported(&device, &args),
        of("new"),
        "{name}: one undo removes it"
    );
    assert_eq!(device.json(["campaign", "list"]), serde_json::json!([]), "{name}");
    device.json(["redo"]);
    assert_eq!(new_if_imported(&device, &args), 0, "{name}: redo brings it back");
    device.verified();
}

#[test]
fn zendesk_view_export() {
    check(
        "zendesk_view_export_layout.csv",
        250,
        &["--map", "Ticket Category [list]=product"],
    );
}

#[test]
fn trello_csv() {
    check("trello_csv_events_layout.csv", 85, &[]);
}

#[test]
fn trello_board() {
    check("trello_board.json", 3, &[]);
}

#[test]
fn google_calendar() {
    check("google_australian_holidays.ics", 96, &[]);
}

#[test]
fn french_holidays() {
    check("jours_feries_fr.ics", 99, &[]);
}

#[test]
fn several_zones() {
    check("ics_multiple_timezones.ics", 3, &[]);
}

#[test]
fn help_desks() {
    check("made/zendesk_page.json", 4, &[]);
    check("made/intercom_transcript.csv", 2, &[]);
    check("made/github_issues.json", 2, &[]);
}

#[test]
fn plans_and_mailings() {
    check("made/asana_sheet_link.csv", 2, &[]);
    check("made/monday_groups.csv", 6, &[]);
    check("made/klaviyo.csv", 2, &[]);
}

#[test]
fn any_csv_by_a_map() {
    let map = "Complaint ID=id,Issue=title,Consumer complaint narrative=body,Date received=created,Product=product,State=region";
    check("cfpb_complaints_2023.csv", 728, &["--kind", "report", "--map", map]);
}

#[test]
fn a_column_mapped_to_complaint_groups() {
    let device = Device::founded("support");
    let file = foreign("cfpb_complaints_2023.csv");
    let first = device.json(["import", &file, "--map", "Issue=complaint"]);
    let complaints = device.json(["complaint", "list"]);
    let complaints = complaints.as_array().unwrap();
    assert_eq!(complaints.len() as u64, count(&first, "complaints"));
    let reports: u64 = complaints.iter().map(|complaint| count(complaint, "reports")).sum();
    assert_eq!(reports, 728, "every row belongs to one");
    assert_eq!(
        count(
            &device.json(["import", &file, "--map", "Issue=complaint"]),
            "complaints"
        ),
        0
    );
    device.json(["undo"]);
    assert_eq!(
        device.json(["complaint", "list"]),
        serde_json::json!([]),
        "one undo takes the complaints along"
    );
}

#[test]
fn what_was_edited_by_hand_is_kept_by_the_next_import() {
    let device = Device::founded("marketing");
    let header = "Card ID,Card Name,Card Description,Due Date,List Name,Board Name,Archived\n";
    let row = |name: &str, text: &str| format!("{header}c1,{name},{text},2026-12-01,Ready,Plan,false\n");
    device.json(["import", &device.file("plan.csv", row("Newsletter", "Ten percent"))]);
    let id = device.json(["campaign", "list"])[0]["id"].as_str().unwrap().to_owned();
    device.json(["campaign", "set", &id, "name=Newsletter December"]);
    let again = device.json([
        "import",
        &device.file("plan.csv", row("Newsletter 12", "Twenty percent")),
    ]);
    assert_eq!((count(&again, "changed"), count(&again, "kept")), (1, 1), "{again}");
    let card = device.show("campaign", &id);
    let expected = (Some("Newsletter December"), Some("Twenty percent"));
    assert_eq!((card["name"].as_str(), card["text"].as_str()), expected, "{card}");
}

/// Product §8.1: severity 4, 37 tickets in 7 days against 36 in the 28 before, product and region, in 2 d 4 h.
#[test]
fn the_worked_example_of_the_scope_rule() {
    let device = Device::founded("support");
    let at = "2026-11-19T10:42:00Z";
    // Row 0 at the moment itself, the 37th just inside the seven days; then 36 in the weeks before; one too old, one too new.
    let created = |i: usize| match i {
        0 => at.to_owned(),
        36 => "2026-11-12T10:42:01Z".to_owned(),
        1..37 => format!("2026-11-{:02}T08:00:00Z", 13 + i % 6),
        37 => "2026-11-12T10:42:00Z".to_owned(),
        72 => "2026-10-15T10:42:01Z".to_owned(),
        73 => "2026-10-15T10:42:00Z".to_owned(),
        74 => "2026-11-19T10:42:01Z".to_owned(),
        _ => format!("2026-10-{:02}T08:00:00Z", 16 + i % 15),
    };
    let file = device.file("tickets.csv", tickets("t", 75, created));
    let imported = device.json(["import", &file, "--map", "cause=complaint"]);
    assert_eq!(
        (count(&imported, "new"), count(&imported, "complaints")),
        (75, 1),
        "{imported}"
    );
    let complaint = device.json(["complaint", "list"])[0]["id"].as_str().unwrap().to_owned();
    device.json(["complaint", "set", &complaint, "severity=4"]);
    let fields = [
        "start=2026-11-21 14:42",
        "end=2026-11-28 23:00",
        "product=boots",
        "region= eu",
    ];
    device.add("campaign", "Free shipping EU", &fields);

    let clashes = device.json(["clashes", "--at", at]);
    let clash = &clashes["clashes"][0];
    assert_eq!(
        (count(clash, "score"), &clash["strength"]),
        (78, &"block".into()),
        "{clash}"
    );
    let parts = serde_json::json!({ "severity": 3200, "volume": 1250, "scope": 2000, "time": 1392 });
    assert_eq!(clash["parts"], parts);
    assert_eq!(clash["decide_by"], "2026-11-19T14:42:00Z");
    assert_eq!(
        clash["because"][2],
        serde_json::json!({ "kind": "volume", "last7": 37, "usual": 9 }),
        "{clash}"
    );
}

#[test]
fn what_was_said_about_columns_and_stages_is_recalled_on_the_command_line() {
    let device = Device::founded("support");
    let file = |id: u32| device.file("t.csv", format!("Ticket ID,Ticket name,Ticket status\n{id},Late,4\n"));
    let said = ["--map", "Ticket status=status", "--value", "Ticket status:4=solved"];
    device.json([&["import", &file(1)], said.as_slice()].concat());
    let next = device.json(["import", "--dry-run", &file(2)]);
    let column = &next["columns"][2];
    assert_eq!(
        (&next["recalled"], &column["field"]),
        (&true.into(), &"status".into()),
        "{next}"
    );
    assert_eq!(column["values"][0]["becomes"], "solved", "{next}");
    let forgotten = device.json(["import", "--dry-run", "--forget-columns", &file(2)]);
    assert_eq!(forgotten["recalled"], false, "{forgotten}");
    assert_eq!(device.json(["import", "--dry-run", &file(2)])["recalled"], false);
}

#[test]
fn an_import_that_is_interrupted_leaves_nothing() {
    let device = Device::founded("support");
    let text = "Nobody says why it is late. ".repeat(40);
    let rows: String = (0..20_000).map(|i| format!("{i},Parcel {i},\"{text}\"\n")).collect();
    let file = device.file("t.csv", format!("Id,Subject,Description\n{rows}"));
    let before = device.verified();
    let mut import = device.start(["import", "--progress", &file]);
    import.says("of 20000 rows");
    signal(import.id(), "INT");
    import.says("nothing of the file was imported");
    import.kill();
    assert_eq!(device.verified(), before);
    assert_eq!(new_if_imported(&device, &[&file]), 20_000);
}

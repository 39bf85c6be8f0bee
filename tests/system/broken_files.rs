//! Files that are not what they should be: a sentence with the line, exit 1, and nothing written.

use sidedesk_tests::device::{Device, foreign};

/// Imports and expects a refusal that says all of this; nothing was written, with or without a preview.
fn refused(name: &str, content: &[u8], says: &[&str]) {
    let device = Device::founded("support");
    let before = device.verified();
    let file = device.file(name, content);
    let sentence = device.refused(["import", &file]);
    for part in says.iter().chain(&[name]) {
        assert!(sentence.contains(part), "{name}: {part:?} in {sentence:?}");
    }
    assert_eq!(device.verified(), before, "{name}: nothing is written");
}

fn zendesk() -> Vec<u8> {
    std::fs::read(foreign("zendesk_view_export_layout.csv")).unwrap()
}

#[test]
fn cut_off_in_mid_row() {
    let cut = &zendesk()[..20_000];
    refused("cut.csv", cut, &["damaged", "line 52", "50 of its rows are sound"]);

    let device = Device::founded("support");
    let file = device.file("cut.csv", cut);
    let preview = device.json(["import", "--dry-run", &file]);
    assert_eq!(
        (&preview["damaged"], &preview["new"], &preview["skipped"]),
        (&true.into(), &50.into(), &1.into())
    );
    let imported = device.json(["import", "--accept-damaged", &file]);
    assert_eq!(
        (&imported["rows"], &imported["new"], &imported["skipped"]),
        (&51.into(), &50.into(), &1.into())
    );
    assert_eq!(imported["problems"][0]["line"], 52, "{imported}");
}

#[test]
fn a_quote_that_never_closes() {
    let text = b"id,subject,created\n1,a,2026-01-02\n2,\"b,2026-01-03\n3,c,2026-01-04\n";
    refused("quote.csv", text, &["damaged", "line 3", "1 of its rows"]);
}

#[test]
fn a_calendar_and_a_board_cut_off() {
    let calendar = std::fs::read(foreign("google_australian_holidays.ics")).unwrap();
    refused(
        "cut.ics",
        &calendar[..3000],
        &["damaged", "line 118", "12 of its rows are sound"],
    );
    let board = std::fs::read(foreign("trello_board.json")).unwrap();
    refused("cut.json", &board[..3000], &["line 145", "cut off"]);
}

#[test]
fn no_table_at_all() {
    refused(
        "photo.csv",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0",
        &["PNG picture"],
    );
    refused("empty.csv", b"", &["is empty"]);
    refused("blank.csv", b"\n\n\n", &["is empty"]);
    refused("header.csv", b"id,subject,created\n", &["line 1", "no rows"]);
    let device = Device::founded("support");
    let letter = device.file("letter.csv", "Dear all, this is no table");
    assert!(
        device
            .refused(["import", &letter])
            .contains("None of the columns could be matched")
    );
    assert!(
        device
            .refused(["import", "/nowhere/at/all.csv"])
            .contains("could not be read")
    );
}

#[test]
fn another_encoding_and_a_wrong_extension_are_read_as_what_they_are() {
    let device = Device::founded("support");
    let text = String::from_utf8(zendesk()).unwrap();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let imported = device.json(["import", &device.file("utf16.csv", utf16)]);
    assert_eq!(
        (&imported["new"], &imported["skipped"]),
        (&250.into(), &0.into()),
        "{imported}"
    );
    let again = device.json(["import", &device.file("tickets.ics", text)]);
    assert_eq!(
        (&again["same"], &again["new"]),
        (&250.into(), &0.into()),
        "the same rows by another name: {again}"
    );
    let latin = device.file("latin.csv", b"id,subject,created\n1,caf\xe9,2026-01-02\n");
    device.json(["import", &latin]);
    assert_eq!(device.json(["search", "caf\u{e9}"])[0]["title"], "caf\u{e9}");
}

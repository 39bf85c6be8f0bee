//! Lines as people type them, and what is understood.

use super::*;
use crate::time::to_rfc3339;

/// Saturday, 21 November 2026, 10:00 in Berlin.
const NOW: Millis = 1_795_251_600_000;

fn known() -> Known {
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    Known {
        product: texts(&["Boots", "Hiking boots", "Boat shoes", "Socks", "Gift cards", "24"]),
        channel: texts(&["email", "paid social", "push"]),
        region: texts(&["EU", "UK", "North America", "US"]),
        owner: texts(&["MK", "SL", "Marketing lead"]),
    }
}

fn show(chip: &Chip, line: &str) -> String {
    let instant = |at: Option<Millis>| at.map_or_else(String::new, to_rfc3339);
    let value = match &chip.value {
        ChipValue::Text(text) => text.clone(),
        ChipValue::Severity(level) => level.to_string(),
        ChipValue::Span { from, until: None } => instant(*from),
        ChipValue::Span { from, until } => format!("{}/{}", instant(*from), instant(*until)),
    };
    format!("{}: {} = {value}", &line[chip.start..chip.end], chip.field)
}

fn check(kind: Kind, line: &str, title: &str, chips: &[&str]) {
    let quick = read(kind, line, &known(), NOW, Tz::Europe__Berlin);
    let shown: Vec<String> = quick.chips.iter().map(|chip| show(chip, line)).collect();
    assert_eq!(
        (quick.title.as_str(), shown),
        (title, chips.iter().map(|c| (*c).to_owned()).collect()),
        "{line:?}"
    );
}

fn date(typed: &str, expected: &str) {
    let line = format!("Sale {typed}");
    let quick = read(Kind::Campaign, &line, &Known::default(), NOW, Tz::Europe__Berlin);
    let shown: Vec<String> = quick.chips.iter().map(|chip| show(chip, &line)).collect();
    let field = if expected.starts_with('/') { "end" } else { "start" };
    assert_eq!(
        (quick.title.as_str(), shown),
        ("Sale", vec![format!("{typed}: {field} = {expected}")]),
        "{typed:?}"
    );
}

fn no_date(line: &str) {
    let quick = read(Kind::Campaign, line, &Known::default(), NOW, Tz::Europe__Berlin);
    assert_eq!((quick.title.as_str(), quick.chips), (line, Vec::new()));
}

#[test]
fn the_two_lines_of_the_product() {
    check(
        Kind::Complaint,
        "boots code BOOT10 rejected #boots !3",
        "boots code BOOT10 rejected",
        &["#boots: product = Boots", "!3: severity = 3"],
    );
    check(
        Kind::Campaign,
        "Free shipping EU 12–19 Dec @email #boots ^MK",
        "Free shipping EU",
        &[
            "EU: region = EU",
            "12–19 Dec: start = 2026-12-11T23:00:00Z/2026-12-19T23:00:00Z",
            "@email: channel = email",
            "#boots: product = Boots",
            "^MK: owner = MK",
        ],
    );
}

#[test]
fn signs_count_at_the_beginning_of_a_word() {
    check(
        Kind::Campaign,
        "mail a@b.com about C#minor",
        "mail a@b.com about C#minor",
        &[],
    );
    check(Kind::Campaign, "# @ ^ ~ #, !3", "# @ ^ ~ #, !3", &[]);
    check(
        Kind::Complaint,
        "order #12345 lost #24 !!! !9 !3 !4",
        "order #12345 lost !!! !9 !4",
        &["#24: product = 24", "!3: severity = 3"],
    );
    check(Kind::Campaign, "x ^SL ^MK", "x ^MK", &["^SL: owner = SL"]);
    check(
        Kind::Campaign,
        "#boots, #SOCKS",
        "",
        &["#boots,: product = Boots", "#SOCKS: product = Socks"],
    );
}

#[test]
fn values_with_blanks() {
    check(
        Kind::Campaign,
        "x #\"hiking  boots\" y",
        "x y",
        &["#\"hiking  boots\": product = Hiking boots"],
    );
    check(
        Kind::Campaign,
        "x #hiking_boots",
        "x",
        &["#hiking_boots: product = Hiking boots"],
    );
    check(
        Kind::Campaign,
        "@„paid social“ ~North_America",
        "",
        &[
            "@„paid social“: channel = paid social",
            "~North_America: region = North America",
        ],
    );
    check(
        Kind::Campaign,
        "x #\"not closed yet",
        "x",
        &["#\"not closed yet: product = not closed yet"],
    );
    check(
        Kind::Campaign,
        "x #new_thing",
        "x",
        &["#new_thing: product = new thing"],
    );
    check(Kind::Campaign, "x #\"\"", "x #\"\"", &[]);
}

#[test]
fn regions_of_the_board_letter_by_letter() {
    check(
        Kind::Campaign,
        "Tell us about North America, UK",
        "Tell us about North America, UK",
        &["North America,: region = North America", "UK: region = UK"],
    );
    check(Kind::Complaint, "eu EUR EU", "eu EUR EU", &["EU: region = EU"]);
}

#[test]
fn near_values_wait_for_tab() {
    let others = |line: &str| {
        let quick = read(Kind::Campaign, line, &known(), NOW, Tz::Europe__Berlin);
        quick
            .chips
            .into_iter()
            .next()
            .map(|chip| chip.others)
            .unwrap_or_default()
    };
    assert_eq!(others("#bo"), ["Boat shoes", "Boots", "Hiking boots"]);
    assert_eq!(others("#boots"), ["Hiking boots"]);
    assert_eq!(others("#boost"), ["Boots"]);
    assert_eq!(others("#zebra"), [] as [&str; 0]);
}

#[test]
fn dates_in_english_and_german() {
    let week = "2026-12-11T23:00:00Z/2026-12-19T23:00:00Z";
    for typed in [
        "12–19 Dec",
        "12-19 Dec 2026",
        "12 - 19 December",
        "Dec 12-19",
        "Dec 12 – 19, 2026",
        "12.–19. Dez",
        "12.-19.12.",
        "12.12.–19.12.",
        "12.12.2026 bis 19.12.2026",
        "vom 12. bis 19. Dezember",
        "from 12 Dec to 19 Dec",
        "12 Dec until 19 Dec",
        "2026-12-12–2026-12-19",
        "2026-12-12 - 19 Dec",
        "Sat 12 Dec - Sat 19 Dec",
        "12th-19th of Dec",
    ] {
        date(typed, week);
    }
    let day = "2026-12-11T23:00:00Z";
    for typed in [
        "12 Dec",
        "Dec 12",
        "12. Dez.",
        "12.12.",
        "2026-12-12",
        "on 12th December",
        "Sat, 12 Dec",
        "12 Dec 2026",
        "am 12. Dezember",
    ] {
        date(typed, day);
    }
    date("12 Dec 09:00-17:00", "2026-12-12T08:00:00Z/2026-12-12T16:00:00Z");
    date("12 Dec 22:00-02:00", "2026-12-12T21:00:00Z/2026-12-13T01:00:00Z");
    date("Fri 20:00-02:00", "2026-11-27T19:00:00Z/2026-11-28T01:00:00Z");
    date("12 Dec 15:00", "2026-12-12T14:00:00Z");
    date("12. Dez um 15 Uhr", "2026-12-12T14:00:00Z");
    date("12 Dec at 3pm", "2026-12-12T14:00:00Z");
    date("12 Dec 9:00–17:00", "2026-12-12T08:00:00Z/2026-12-12T16:00:00Z");
    date(
        "12 Dec 15:00 - 19 Dec 22:00",
        "2026-12-12T14:00:00Z/2026-12-19T21:00:00Z",
    );
    date("until 19 Dec", "/2026-12-19T23:00:00Z");
    date("bis 19.12.", "/2026-12-19T23:00:00Z");
}

#[test]
fn days_that_are_near() {
    date("today", "2026-11-20T23:00:00Z");
    date("tomorrow", "2026-11-21T23:00:00Z");
    date("übermorgen 15:00", "2026-11-23T14:00:00Z");
    date("Sat", "2026-11-27T23:00:00Z");
    date("mon", "2026-11-22T23:00:00Z");
    date("Sat-Mon", "2026-11-27T23:00:00Z/2026-11-30T23:00:00Z");
    date("Sa–Mo", "2026-11-27T23:00:00Z/2026-11-30T23:00:00Z");
    date("next Friday", "2026-11-26T23:00:00Z");
    date("nächsten Freitag", "2026-11-26T23:00:00Z");
    date("am So", "2026-11-21T23:00:00Z");
    check(
        Kind::Campaign,
        "Black Friday mail 27 Nov",
        "Black Friday mail",
        &["27 Nov: start = 2026-11-26T23:00:00Z"],
    );
    check(
        Kind::Campaign,
        "Sunday club Sat 28 Nov",
        "Sunday club",
        &["Sat 28 Nov: start = 2026-11-27T23:00:00Z"],
    );
    check(
        Kind::Campaign,
        "Flash sale Sat #socks",
        "Flash sale",
        &["Sat: start = 2026-11-27T23:00:00Z", "#socks: product = Socks"],
    );
}

#[test]
fn what_is_over_is_meant_for_next_year_unless_the_year_is_written() {
    date("1 Mar", "2027-02-28T23:00:00Z");
    date("20 Nov", "2027-11-19T23:00:00Z");
    date("21 Nov", "2026-11-20T23:00:00Z");
    date("1 Mar 2026", "2026-02-28T23:00:00Z");
    date("29 Feb", "2028-02-28T23:00:00Z");
    date("15–25 Nov", "2026-11-14T23:00:00Z/2026-11-25T23:00:00Z");
    date("28 Dec – 3 Jan", "2026-12-27T23:00:00Z/2027-01-03T23:00:00Z");
    date("28 Dec – 3 Jan 2028", "2027-12-27T23:00:00Z/2028-01-03T23:00:00Z");
    date("28 Dec 2027 – 3 Jan", "2027-12-27T23:00:00Z/2028-01-03T23:00:00Z");
    // The clocks change on 28 March 2027: the day is 23 hours long, its midnight an hour earlier in UTC.
    date("27–28 Mar", "2027-03-26T23:00:00Z/2027-03-28T22:00:00Z");
}

#[test]
fn what_reads_two_ways_or_not_at_all_is_title() {
    for line in [
        "Sale 3/4",
        "Sale 31 Feb",
        "Sale 12.13.",
        "Save 10-20",
        "Only 12.12 each",
        "Sale 19–12 Foo",
        "Take 5",
        "May flowers",
        "March on",
        "Sun cream for all",
        "so do we",
        "Black Friday",
        "Cyber Monday mail",
        "in sun or rain",
        "I am so glad",
        "next week",
        "until then",
        "Guten Morgen",
        "mon ami",
        "12345 Dec",
        "version 2.0",
        "Dec",
        "Sale 2026-13-40",
        "v12-19",
    ] {
        no_date(line);
    }
    check(
        Kind::Campaign,
        "Sale 12 Dec - 25 % off",
        "Sale - 25 % off",
        &["12 Dec: start = 2026-12-11T23:00:00Z"],
    );
    check(
        Kind::Campaign,
        "Sale 12 Dec 2000 coupons",
        "Sale 2000 coupons",
        &["12 Dec: start = 2026-12-11T23:00:00Z"],
    );
    check(
        Kind::Campaign,
        "12 Dec sale 14 Dec",
        "sale 14 Dec",
        &["12 Dec: start = 2026-12-11T23:00:00Z"],
    );
    check(Kind::Complaint, "late since 12 Nov", "late since 12 Nov", &[]);
}

#[test]
fn emoji_and_other_scripts_are_text() {
    check(
        Kind::Campaign,
        "🎄 مرحبا 12 Dec #boots 👩‍👩‍👧",
        "🎄 مرحبا 👩‍👩‍👧",
        &["12 Dec: start = 2026-12-11T23:00:00Z", "#boots: product = Boots"],
    );
    let long = format!("{} #boots", "wort ".repeat(2000));
    let quick = read(Kind::Campaign, &long, &known(), NOW, Tz::Europe__Berlin);
    assert_eq!((quick.chips.len(), quick.title.len()), (1, 2000 * 5 - 1));
}

//! Files that are made to fill the memory or to take for ever: each is refused by a limit, with a sentence, or costs
//! only the row that it stands in.

use crate::common::{check_sound, options};
use sidedesk_formats::{FormatError, MAX_COLUMNS, Parsed, read};

fn refused(text: &str, part: &str) {
    let error = read("t.json", text.as_bytes(), &options("")).unwrap_err().to_string();
    assert!(error.contains(part) && error.ends_with('.'), "{error}");
}

fn taken(text: &str) -> Parsed {
    let parsed = read("t.json", text.as_bytes(), &options("")).unwrap_or_else(|error| panic!("{error}"));
    check_sound(&parsed);
    parsed
}

#[test]
fn json_nested_too_deeply() {
    let deep = 1_000_000;
    refused(&"[".repeat(deep), "None of the columns");
    refused(&"{\"a\":".repeat(deep), "nested too deeply");
    refused(
        &format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
        "nested too deeply",
    );
    refused(
        &format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep)),
        "nested too deeply",
    );
    let inside = format!(
        "[{{\"id\": 1, \"subject\": \"a\"}},\n{{\"id\": 2, \"subject\": {}1{}}},\n{{\"id\": 3, \"subject\": \"c\"}}]",
        "[".repeat(deep),
        "]".repeat(deep)
    );
    let parsed = taken(&inside);
    assert_eq!((parsed.rows, parsed.drafts.len(), parsed.damaged), (3, 2, false));
    assert_eq!(parsed.problems[0].line, 2);
    assert!(
        parsed.problems[0].message.contains("nested too deeply"),
        "{:?}",
        parsed.problems
    );
    let board = format!(
        "{{\"cards\": [], \"lists\": [], \"x\": {}{}}}",
        "[".repeat(deep),
        "]".repeat(deep)
    );
    assert!(read("t.json", board.as_bytes(), &options("")).is_err());
}

#[test]
fn an_element_of_many_megabytes_costs_itself() {
    let big = "1,".repeat(3_000_000);
    let parsed = taken(&format!(
        "[{{\"id\": 1, \"subject\": \"a\"}},\n{{\"id\": 2, \"subject\": [{big}1]}}]"
    ));
    assert_eq!((parsed.rows, parsed.drafts.len()), (2, 1));
    assert_eq!(parsed.problems[0].message, "This element is larger than 4 MB");
}

#[test]
fn json_of_too_many_rows_cells_or_things() {
    refused(&format!("[{}{{}}]", "{},".repeat(200_100)), "has more than 200000 rows");
    let wide: String = (0..MAX_COLUMNS).map(|n| format!("\"c{n}\":1,")).collect();
    let last = "{\"c999\":1},".repeat(11_000);
    refused(
        &format!("[{{{wide}\"subject\":1}},{last}{{}}]"),
        "more than 20 million cells",
    );
    let cards = "{},".repeat(2_000_100);
    let board = format!("{{\"lists\": [], \"cards\": [{cards}{{}}]}}");
    let error = read("t.json", board.as_bytes(), &options("")).unwrap_err();
    assert!(matches!(error, FormatError::TooManyObjects { .. }), "{error}");
}

#[test]
fn nothing_but_commas() {
    let commas = ",".repeat(8 * 1024 * 1024);
    refused(&commas, "has no columns");
    refused(
        &format!("a{}", ",b".repeat(3_000)),
        "has more than 2000 columns in line 1",
    );
    // Under a sound header the row is too wide, and costs nothing else.
    let parsed = taken(&format!("Id,Subject\n1,a{commas}x\n2,b\n"));
    assert_eq!((parsed.rows, parsed.drafts.len()), (2, 2));
    assert!(
        parsed.problems[0]
            .message
            .starts_with("More than 4000 cells under 2 columns"),
        "{:?}",
        parsed.problems
    );
}

#[test]
fn quotes_all_over() {
    let quotes = "\"".repeat(4 * 1024 * 1024);
    let _ = read("t.csv", quotes.as_bytes(), &options(""));
    let lines = "\"\n".repeat(300_000);
    let _ = read("t.csv", format!("Id,Subject\n{lines}").as_bytes(), &options(""));
    let parsed = taken(&format!("Id,Subject\n1,\"{}\"\n2,b\n", "x\"\"\n".repeat(100_000)));
    assert_eq!(
        (parsed.rows, parsed.drafts.len(), parsed.drafts[1].line),
        (2, 2, 100_003)
    );
}

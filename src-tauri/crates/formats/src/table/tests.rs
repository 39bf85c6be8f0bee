//! Rows as people write them.

use super::*;

/// Lines of rows read, then (line, skipped, beginning of message) of problems.
fn check(text: &str, rows: &[(u64, &str)], problems: &[(u64, bool, &str)], damaged: bool) {
    let table = Table::open("t.csv", text, &[]).unwrap();
    let mut ledger = Ledger::default();
    let mut got = Vec::new();
    table.visit(&mut ledger, &mut |_, row| {
        let cells: Vec<String> = row.cells.iter().map(|cell| cell.text().into_owned()).collect();
        got.push((row.line, cells.join("|")));
        true
    });
    let expected: Vec<(u64, String)> = rows.iter().map(|(line, cells)| (*line, (*cells).to_owned())).collect();
    assert_eq!(got, expected, "{text:?}");
    let (found, was_damaged) = ledger.close();
    assert_eq!(found.len(), problems.len(), "{found:?}");
    for (problem, (line, skipped, message)) in found.iter().zip(problems) {
        assert_eq!((problem.line, problem.skipped), (*line, *skipped), "{problem:?}");
        assert!(problem.message.starts_with(message), "{problem:?}");
    }
    assert_eq!(was_damaged, damaged, "{text:?}");
}

#[test]
fn rows_that_do_not_fit_are_read_and_reported() {
    check(
        "id,text\n1,a\n2\n3,b,c\n",
        &[(2, "1|a"), (3, "2|"), (4, "3|b")],
        &[(3, false, "1 cells under 2"), (4, false, "3 cells under 2")],
        false,
    );
    check(
        "id,text\n\n1,a\n,\n",
        &[(3, "1|a")],
        &[(4, true, "The row is empty")],
        false,
    );
    check(
        "id,text\n1,a\nid,text\n2,b\n",
        &[(2, "1|a"), (4, "2|b")],
        &[(3, true, "The header is")],
        false,
    );
}

#[test]
fn a_file_cut_off_keeps_the_rows_before() {
    check(
        "id,text,x\n1,a,b\n2,c",
        &[(2, "1|a|b")],
        &[(3, true, "The file is cut off in this row")],
        true,
    );
    check(
        "id,text\n1,a\n2,\"b c\nd e, f",
        &[(2, "1|a")],
        &[(3, true, "A quote opens in line 3")],
        true,
    );
    check("id,text\n1,a\n2,b", &[(2, "1|a"), (3, "2|b")], &[], false);
}

#[test]
fn a_stray_quote_costs_its_own_line_only() {
    check(
        "id,text\n1,\"a\n2,b\n3,c\n4,d\n",
        &[(2, "1|a"), (3, "2|b"), (4, "3|c"), (5, "4|d")],
        &[(2, false, "A quote opens in line 2")],
        true,
    );
    check(
        "id,text\n1,\"a,b\n2,b\n3,c\n4,d\n",
        &[(3, "2|b"), (4, "3|c"), (5, "4|d")],
        &[(2, true, "A quote opens in line 2")],
        true,
    );
}

#[test]
fn the_header_is_found_below_spacer_rows() {
    let header = |text: &str| {
        let table = Table::open("t.csv", text, &[]).unwrap();
        (
            table.header_line,
            table
                .headers
                .iter()
                .map(|h| h.raw.clone())
                .collect::<Vec<_>>()
                .join("|"),
        )
    };
    assert_eq!(
        header("https://example.com,,\n,,\n,,\nTask ID,Name,Notes\n1,a,b\n"),
        (4, "Task ID|Name|Notes".into())
    );
    assert_eq!(header("sep=;\nid;subject\n1;a\n"), (2, "id|subject".into()));
    assert_eq!(header("Export of May\n\nId,Subject\n1,x\n"), (3, "Id|Subject".into()));
    assert_eq!(header("text\nhello\nworld\n"), (1, "text".into()));
}

//! Every Rust file: a header, a size that can be read, nothing left unfinished, no silence without a reason.

use super::finding::Finding;
use super::rust_text;

/// Where a file is talked about.
const LONG: usize = 400;
/// Where it has to become two.
const TOO_LONG: usize = 700;

pub fn check(path: &str, source: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(header(path, source));
    if !rust_text::is_test_file(path) {
        findings.extend(size(path, source));
    }
    let code = rust_text::code(source);
    findings.extend(unfinished(path, &code));
    findings.extend(silenced(path, &code));
    findings
}

fn header(path: &str, source: &str) -> Option<Finding> {
    let first = source.trim_start_matches('\u{feff}').lines().next().unwrap_or("");
    let words = first.strip_prefix("//!").unwrap_or("").trim();
    if words.is_empty() {
        return Some(Finding::new(
            path,
            1,
            "no header",
            "Begin with `//!`: a title line, then why this file exists",
        ));
    }
    if words == "placeholder" {
        return Some(Finding::remark(
            path,
            1,
            "the header is a placeholder",
            "Say why this file exists",
        ));
    }
    None
}

fn size(path: &str, source: &str) -> Option<Finding> {
    let lines = source.lines().count();
    let repair = "Find the second idea in it and give it a file of its own";
    match lines {
        _ if lines > TOO_LONG => Some(Finding::new(
            path,
            lines,
            format!("{lines} lines, at most {TOO_LONG}"),
            repair,
        )),
        _ if lines > LONG => Some(Finding::remark(
            path,
            lines,
            format!("{lines} lines, {LONG} are plenty"),
            repair,
        )),
        _ => None,
    }
}

fn unfinished(path: &str, code: &str) -> Vec<Finding> {
    const MARKS: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];
    let mut findings = Vec::new();
    for (index, line) in code.lines().enumerate() {
        for mark in MARKS.iter().filter(|mark| is_called(line, mark)) {
            findings.push(Finding::new(
                path,
                index + 1,
                format!("{mark} is left in"),
                "Finish it or take it out",
            ));
        }
    }
    findings
}

fn is_called(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + mark.len()..).unwrap_or(""));
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && after.trim_start().starts_with(['(', '[', '{'])
    })
}

/// An attribute that silences the compiler, without the word `reason` before its closing bracket.
fn silenced(path: &str, code: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for mark in ["[allow(", "[expect("] {
        for (at, _) in code.match_indices(mark) {
            let (before, attribute) = code.split_at(at);
            if !before.ends_with(['#', '!']) {
                continue; // an array that starts with a call
            }
            let attribute = attribute.split(']').next().unwrap_or(attribute);
            if !attribute.contains("reason") {
                let line = before.matches('\n').count() + 1;
                let what = format!("#{mark}…)] without a reason");
                findings.push(Finding::new(
                    path,
                    line,
                    what,
                    "Add `reason = \"…\"`, or repair what it hides",
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::finding::seen;
    use super::*;

    const PATH: &str = "src-tauri/crates/api/src/x.rs";

    fn check_one(source: &str, expected: &[&str]) {
        assert_eq!(seen(&check(PATH, source)), expected, "{source}");
    }

    #[test]
    fn a_file_without_a_header_is_caught() {
        check_one("//! What it is.\nfn a() {}\n", &[]);
        check_one("fn a() {}\n", &["1: no header"]);
        check_one("//!\n", &["1: no header"]);
        check_one("", &["1: no header"]);
    }

    #[test]
    fn a_long_file_is_a_remark_and_a_very_long_one_a_failure() {
        let of = |lines: usize| format!("//! x\n{}", "\n".repeat(lines - 1));
        let fails = |source: &str, path| check(path, source).first().map(|finding| finding.fails);
        assert_eq!(fails(&of(400), PATH), None);
        assert_eq!(fails(&of(401), PATH), Some(false));
        assert_eq!(fails(&of(701), PATH), Some(true));
        assert_eq!(fails(&of(701), "tests/system/x.rs"), None);
    }

    #[test]
    fn unfinished_work_is_caught() {
        check_one("//! x\nfn a() { todo!() }", &["2: todo! is left in"]);
        check_one(
            "//! x\nfn a() { unimplemented!(\"x\") }",
            &["2: unimplemented! is left in"],
        );
        check_one("//! x\nfn a() { dbg![x]; }", &["2: dbg! is left in"]);
        check_one("//! x\n// todo!()\nfn a() { my_todo!(); s(\"dbg!()\") }", &[]);
    }

    #[test]
    fn silence_needs_a_reason() {
        check_one(
            "//! x\n#[allow(dead_code)]\nfn a() {}",
            &["2: #[allow(…)] without a reason"],
        );
        check_one("//! x\n#![expect(\n  unused\n)]", &["2: #[expect(…)] without a reason"]);
        check_one(
            "//! x\n#[allow(\n  dead_code,\n  reason = \"x\"\n)]\nfn a() { [expect(1)]; }",
            &[],
        );
    }
}

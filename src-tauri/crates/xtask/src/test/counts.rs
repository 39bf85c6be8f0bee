//! How many tests passed and failed, read from what the test programs print.

use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl Counts {
    pub fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A step without tests is one check that was good.
    pub fn or_one_passed(self) -> Counts {
        if self == Counts::default() {
            Counts { passed: 1, failed: 0 }
        } else {
            self
        }
    }

    /// A step that failed has a failure, also when no test could say so: it did not compile, or it was killed.
    pub fn or_one_failed(self) -> Counts {
        Counts {
            failed: self.failed.max(1),
            ..self
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The counts in a line of `cargo test`: `test result: ok. 5 passed; 0 failed; 0 ignored; …`.
pub fn of_cargo(line: &str) -> Option<Counts> {
    let (_, rest) = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?;
    counted(rest, ';')
}

/// The counts in a line of Vitest: `     Tests  1 failed | 11 passed (12)`.
pub fn of_vitest(line: &str) -> Option<Counts> {
    let plain = without_colours(line);
    let rest = plain.trim_start().strip_prefix("Tests ")?;
    counted(rest, '|')
}

fn counted(text: &str, separator: char) -> Option<Counts> {
    let mut counts = Counts::default();
    let mut seen = false;
    for part in text.split(separator) {
        let mut words = part.split_whitespace();
        let (Some(number), Some(word)) = (words.next().and_then(|word| word.parse().ok()), words.next()) else {
            continue;
        };
        match word {
            "passed" => counts.passed = number,
            "failed" => counts.failed = number,
            _ => continue,
        }
        seen = true;
    }
    seen.then_some(counts)
}

/// Terminal colours are `ESC [ … m`.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: Option<Counts>, expected: Option<(u64, u64)>) {
        assert_eq!(found, expected.map(|(passed, failed)| Counts { passed, failed }));
    }

    #[test]
    fn cargo_lines_are_counted() {
        check(
            of_cargo("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out"),
            Some((5, 0)),
        );
        check(
            of_cargo("test result: FAILED. 41 passed; 2 failed; 0 ignored; 0 measured"),
            Some((41, 2)),
        );
        check(of_cargo("test counts::tests::x ... ok"), None);
        check(of_cargo("running 5 tests"), None);
    }

    #[test]
    fn vitest_lines_are_counted_with_and_without_colour() {
        check(of_vitest("      Tests  12 passed (12)"), Some((12, 0)));
        check(
            of_vitest("      Tests  1 failed | 11 passed | 2 skipped (14)"),
            Some((11, 1)),
        );
        check(
            of_vitest("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m12 passed\u{1b}[39m (12)"),
            Some((12, 0)),
        );
        check(of_vitest(" Test Files  3 passed (3)"), None);
    }

    #[test]
    fn the_closing_line_has_its_form() {
        assert_eq!(Counts { passed: 120, failed: 3 }.to_string(), "120 passed, 3 failed");
    }
}

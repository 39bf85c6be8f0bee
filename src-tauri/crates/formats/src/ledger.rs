//! The book of problems: every skipped row stands in it; mere notes are kept up to a bound and then counted.

use crate::model::Problem;

/// Notes kept one by one; a file with more repeats itself.
const MAX_NOTES: u64 = 1_000;

/// Collects problems while a file is read.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    problems: Vec<Problem>,
    notes: u64,
    last_note_line: u64,
    /// The file is broken in part.
    pub damaged: bool,
}

impl Ledger {
    /// The row was read, and this is to be known about it.
    pub fn note(&mut self, line: u64, message: impl Into<String>) {
        self.notes += 1;
        self.last_note_line = line;
        if self.notes <= MAX_NOTES {
            self.problems.push(Problem {
                line,
                message: message.into(),
                skipped: false,
            });
        }
    }

    /// The row did not become a draft.
    pub fn skip(&mut self, line: u64, message: impl Into<String>) {
        self.problems.push(Problem {
            line,
            message: message.into(),
            skipped: true,
        });
    }

    /// Everything, with a last line for the notes beyond the bound.
    pub fn close(mut self) -> (Vec<Problem>, bool) {
        if self.notes > MAX_NOTES {
            self.problems.push(Problem {
                line: self.last_note_line,
                message: format!("{} more notes of this sort are not listed", self.notes - MAX_NOTES),
                skipped: false,
            });
        }
        (self.problems, self.damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_bounded_and_skips_are_not() {
        let mut ledger = Ledger::default();
        for line in 0..3_000 {
            ledger.note(line, "n");
            ledger.skip(line, "s");
        }
        let (problems, damaged) = ledger.close();
        assert_eq!(problems.iter().filter(|p| p.skipped).count(), 3_000);
        assert_eq!(problems.iter().filter(|p| !p.skipped).count(), 1_001);
        assert!(problems.last().unwrap().message.starts_with("2000 more"));
        assert!(!damaged);
    }
}

//! Quotes that do not close: how much of the file one costs.

use super::body::Body;
use super::{Reading, to_row};
use crate::ledger::Ledger;
use crate::records::{Broken, Record, Records};
use crate::rows::Row;
use std::borrow::Cow;

/// Records that must fit the header before reading goes on after a quote that never closed.
const RESUME_PROOF: usize = 3;

/// Broken quotes that are mended in one file: each may cost a look at all the rest.
const MAX_MENDS: usize = 50;

impl<'a> Reading<'_, 'a> {
    /// A quote went wrong. If the lines after it fit the header, it was a stray one, and only its own line suffers;
    /// if not, the file ends inside the cell.
    pub(super) fn mend(
        &mut self,
        ledger: &mut Ledger,
        record: Record<'a>,
        broken: Broken,
        before: Records<'a>,
        records: &mut Body<'a>,
    ) -> Option<Row<'a>> {
        let width = self.width();
        if !broken.unclosed && record.cells.len() == width {
            return self.row(ledger, record);
        }
        self.mends += 1;
        let resume = before.skipped_to(broken.line + 1);
        let proof: Vec<bool> = resume
            .take(RESUME_PROOF)
            .map(|r| r.broken.is_none() && r.cells.len() == width)
            .collect();
        let literal: Vec<bool> = resume
            .without_quotes()
            .take(RESUME_PROOF)
            .map(|r| r.cells.len() == width)
            .collect();
        // Prose with one comma in every line looks like two columns: the narrower, the more lines must fit.
        let needed = match width {
            0..=2 => RESUME_PROOF,
            3 | 4 => 2,
            _ => 1,
        };
        let proves = |proof: &[bool]| proof.len() >= needed && proof.iter().all(|fits| *fits);
        let fits = width > 1 && (proves(&proof) || proves(&literal));
        if fits {
            ledger.damaged = true;
            *records = Body::Text(resume);
            if self.mends == MAX_MENDS {
                ledger.note(
                    broken.line,
                    "Too many quotes open and do not close; from here on they are read as they stand",
                );
                *records = Body::Text(resume.without_quotes());
            }
            let opened = format!("A quote opens in line {} and does not close", broken.line);
            let mut line = before.skipped_to(broken.line);
            let cells = literal_cells(line.skip_line(), before.delimiter());
            if broken.line == record.line && cells.len() == width {
                ledger.note(record.line, format!("{opened}; the line was read without it"));
                return Some(to_row(record.line, cells, width));
            }
            self.skip(
                ledger,
                record.line,
                format!("{opened}. Correct the line and import again"),
            );
            return None;
        }
        if !broken.unclosed {
            return self.row(ledger, record);
        }
        ledger.damaged = true;
        let message = format!(
            "A quote opens in line {} and does not close before the file ends. Rows before it are sound; export it again",
            broken.line
        );
        self.skip(ledger, record.line, message);
        None
    }
}

fn literal_cells(line: &str, delimiter: u8) -> Vec<Cow<'_, str>> {
    line.split(char::from(delimiter))
        .map(|cell| Cow::Borrowed(cell.trim_matches('"')))
        .collect()
}

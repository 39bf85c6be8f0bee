//! The texts with known causes: rows of the CSV files in `fixtures/foreign`.

use crate::device::foreign;
use sidedesk_recurrence::Known;

/// A CSV file as rows of cells, its header taken off.
pub struct Table {
    header: Vec<String>,
    /// The rows, each with as many cells as the file gives it.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads one of the foreign files.
    pub fn foreign(name: &str) -> Self {
        let mut rows = cells(&std::fs::read_to_string(foreign(name)).unwrap());
        let header = rows.remove(0);
        Self { header, rows }
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> usize {
        let found = self.header.iter().position(|one| one == name);
        found.unwrap_or_else(|| panic!("no column {name}"))
    }
}

/// Rows of cells, with quotes and line ends inside of cells.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(letter),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// Known complaints and texts to match.
pub struct Set {
    /// Short name, for the figures.
    pub name: &'static str,
    /// Complaint, number of the example, text.
    known: Vec<(String, usize, String)>,
    /// The complaint it belongs to, or none; the text.
    pub texts: Vec<(Option<String>, String)>,
}

impl Set {
    /// Both sets.
    pub fn all() -> [Self; 2] {
        [Self::read("banking77"), Self::read("clinc150")]
    }

    fn read(name: &'static str) -> Self {
        let file = Table::foreign(&format!("{name}_known_reports.csv"));
        let (intent, number, text) = (file.column("intent"), file.column("example_no"), file.column("text"));
        let known = file.rows.iter();
        let known = known.map(|row| (row[intent].clone(), row[number].parse().unwrap(), row[text].clone()));
        let known = known.collect();
        let file = Table::foreign(&format!("{name}_new_reports.csv"));
        let (intent, expected, text) = (file.column("intent"), file.column("expected"), file.column("text"));
        let of = |row: &Vec<String>| (row[expected] == "match").then(|| row[intent].clone());
        let texts = file.rows.iter().map(|row| (of(row), row[text].clone())).collect();
        Self { name, known, texts }
    }

    /// The complaints with their first `examples` reports each, as an import makes them: the intent is the title.
    pub fn known(&self, examples: usize) -> Vec<Known> {
        let mut known: Vec<Known> = Vec::new();
        for (intent, number, text) in &self.known {
            if known.last().is_none_or(|last| last.complaint != *intent) {
                known.push(Known {
                    complaint: intent.clone(),
                    title: intent.clone(),
                    examples: Vec::new(),
                });
            }
            if *number < examples {
                known.last_mut().unwrap().examples.push(text.clone());
            }
        }
        known
    }
}

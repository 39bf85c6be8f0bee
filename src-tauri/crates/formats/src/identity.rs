//! Who a row is: the same row of the same source is the same record at every import.

use crate::presets::Preset;
use crate::rows::Row;
use sidedesk_domain::RecordId;
use sidedesk_domain::fields::Kind;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Gives ids while a file is read, and knows the ones already given.
pub(crate) struct Identity {
    kind: &'static str,
    preset: &'static str,
    account: String,
    width: usize,
    first: HashMap<RecordId, First>,
    /// Rows that share a source id but differ: (id, content) → line.
    others: HashMap<(RecordId, RecordId), u64>,
}

struct First {
    line: u64,
    content: RecordId,
    count: u64,
}

/// The answer for one row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Not met yet.
    New(RecordId),
    /// The source id was met in this line with other content: kept as a record of its own.
    Other(RecordId, u64),
    /// The source id was met in this line with the same content.
    Same(u64),
}

impl Identity {
    /// For rows of one file that has `width` columns.
    pub fn new(kind: Kind, preset: Preset, account: &str, width: usize) -> Self {
        Self {
            kind: kind.name(),
            preset: preset.source_name(),
            account: account.to_owned(),
            width,
            first: HashMap::new(),
            others: HashMap::new(),
        }
    }

    fn id(&self, parts: &[&[u8]]) -> RecordId {
        let source = [self.preset.as_bytes(), self.account.as_bytes()];
        let parts: Vec<&[u8]> = source.into_iter().chain(parts.iter().copied()).collect();
        RecordId::of(self.kind, &parts)
    }

    /// The id of a row. Without a source id it is the hash of the row's content and its occurrence in the file, so
    /// equal rows stay apart and a second import finds each again.
    /// In a table that this program wrote a record keeps the id that stands in it.
    pub fn of(&mut self, row: &Row<'_>, source_id: Option<&str>, own: Option<RecordId>) -> Known {
        let content = content_of(row, self.width);
        let own_id = own.map(|id| id.to_string());
        let Some(source_id) = own_id.as_deref().or(source_id) else {
            let count = match self.first.entry(content) {
                Entry::Occupied(mut known) => {
                    known.get_mut().count += 1;
                    known.get().count
                }
                Entry::Vacant(free) => {
                    free.insert(First {
                        line: row.line,
                        content,
                        count: 1,
                    });
                    1
                }
            };
            return Known::New(self.id(&[b"row", content.as_bytes(), &count.to_le_bytes()]));
        };
        let id = own.unwrap_or_else(|| self.id(&[source_id.as_bytes()]));
        let known = match self.first.entry(id) {
            Entry::Vacant(free) => {
                free.insert(First {
                    line: row.line,
                    content,
                    count: 1,
                });
                return Known::New(id);
            }
            Entry::Occupied(known) => known.into_mut(),
        };
        if known.content == content {
            return Known::Same(known.line);
        }
        match self.others.entry((id, content)) {
            Entry::Occupied(other) => Known::Same(*other.get()),
            Entry::Vacant(free) => {
                free.insert(row.line);
                known.count += 1;
                let (line, count) = (known.line, known.count);
                Known::Other(self.id(&[source_id.as_bytes(), &count.to_le_bytes()]), line)
            }
        }
    }
}

/// A row holds no cells for empty columns at its end, and is the same row with them.
fn content_of(row: &Row<'_>, width: usize) -> RecordId {
    let texts: Vec<_> = row.cells.iter().map(crate::rows::Cell::text).collect();
    let mut parts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    parts.resize(width.max(parts.len()), b"");
    RecordId::of("row", &parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Cell;

    fn row(line: u64, text: &'static str) -> Row<'static> {
        Row {
            line,
            cells: vec![Cell::Text(text.into())],
            extra: false,
        }
    }

    #[test]
    fn the_id_is_the_natural_key_of_the_source() {
        let mut identity = Identity::new(Kind::Report, Preset::ZendeskCsv, "acme", 1);
        let expected = RecordId::of("report", &[b"zendesk-csv", b"acme", b"17"]);
        assert_eq!(identity.of(&row(2, "a"), Some("17"), None), Known::New(expected));
        assert_eq!(identity.of(&row(3, "a"), Some("17"), None), Known::Same(2));
        let Known::Other(second, 2) = identity.of(&row(4, "b"), Some("17"), None) else {
            panic!("kept")
        };
        assert_ne!(second, expected);
        assert_eq!(identity.of(&row(5, "b"), Some("17"), None), Known::Same(4));
    }

    #[test]
    fn equal_rows_without_an_id_stay_apart_and_are_found_again() {
        let ids = || {
            let mut identity = Identity::new(Kind::Report, Preset::Generic, "x", 1);
            ["a", "b", "a"].map(|text| identity.of(&row(1, text), None, None))
        };
        let [a, b, again] = ids();
        assert!(a != b && a != again && b != again);
        assert_eq!(ids(), [a, b, again]);
    }
}

//! A file as columns and rows: which reader opens it, and whose file it is.

use crate::conversations;
use crate::encoding::Text;
use crate::error::FormatError;
use crate::headers::Header;
use crate::ics;
use crate::json_rows;
use crate::ledger::Ledger;
use crate::model::ReadOptions;
use crate::presets::{self, Preset};
use crate::rows::Source;
use crate::sniff::Shape;
use crate::table::Table;
use crate::workbook::Sheet;

/// A file as rows, its preset known.
pub(crate) struct Opened<'a> {
    /// As given or recognised.
    pub preset: Preset,
    /// Where the rows come from.
    pub source: Source<'a>,
    /// What the source calls itself, if it does.
    pub account: Option<String>,
    /// The header's line, for the sentence that nothing stands below it.
    pub header_line: u64,
    /// What the reader could not give.
    pub missing: Vec<String>,
}

/// Opens a text.
pub(crate) fn open<'a>(
    file: &str,
    text: &'a Text<'_>,
    shape: Shape,
    options: &ReadOptions,
    ledger: &mut Ledger,
) -> Result<Opened<'a>, FormatError> {
    let opened = match shape {
        Shape::Table => open_table(file, &text.text, options, ledger)?,
        Shape::Json => json_rows::open(file, &text.text, options, ledger)?,
        Shape::Calendar => ics::open(file, text.text.as_bytes(), options, ledger)?,
    };
    checked(file, shape, opened)
}

/// The preset that was asked for must fit what the file is.
pub(crate) fn checked<'a>(file: &str, shape: Shape, opened: Opened<'a>) -> Result<Opened<'a>, FormatError> {
    if opened.preset.layout().shapes.contains(&shape) {
        return Ok(opened);
    }
    Err(FormatError::WrongPreset {
        file: file.to_owned(),
        preset: opened.preset.name(),
        found: shape.words(),
    })
}

fn open_table<'a>(
    file: &str,
    text: &'a str,
    options: &ReadOptions,
    ledger: &mut Ledger,
) -> Result<Opened<'a>, FormatError> {
    let table = Table::open(file, text, &wanted_columns(options))?;
    Ok(opened_table(table, options, ledger))
}

/// The columns that a map names, in normal form: they show where the header is.
fn wanted_columns(options: &ReadOptions) -> Vec<String> {
    let columns = options.map.iter();
    columns.map(|(column, _)| Header::new(column).normal).collect()
}

/// A table whose tool is known.
pub(crate) fn opened_table<'a>(table: Table<'a>, options: &ReadOptions, ledger: &mut Ledger) -> Opened<'a> {
    let normals: Vec<&str> = table.headers.iter().map(|header| header.normal.as_str()).collect();
    let preset = options
        .preset
        .unwrap_or_else(|| presets::recognise(Shape::Table, &normals));
    let account = preset.layout().habits.account.and_then(|name| first_in(&table, name));
    let header_line = table.header_line;
    let mut missing = Vec::new();
    let source = if preset == Preset::IntercomTranscript {
        conversations::put_together(&table, ledger, &mut missing)
    } else {
        Source::Table(table)
    };
    Opened {
        preset,
        header_line,
        source,
        account,
        missing,
    }
}

/// The first cell of a column that is not empty.
fn first_in(table: &Table<'_>, name: &str) -> Option<String> {
    let column = table.headers.iter().position(|header| header.normal == name)?;
    let mut found = None;
    table.visit(&mut Ledger::default(), &mut |_, row| {
        let name = row.cells.get(column).map(|cell| cell.text().trim().to_owned());
        found = name.filter(|name| !name.is_empty());
        found.is_none()
    });
    found
}

/// The first table with a column that is known or asked for, else the first table: a cover sheet may look like one.
pub(crate) fn first_table<'s>(
    file: &str,
    sheets: &'s [Sheet],
    options: &ReadOptions,
) -> Result<(Table<'s>, &'s Sheet), FormatError> {
    let wanted = wanted_columns(options);
    let (mut first, mut failure) = (None, None);
    for sheet in sheets {
        let table = match Table::open_sheet(file, sheet, &wanted) {
            Ok(table) if table.headers.len() > 1 && table.has_rows() => table,
            Ok(_) => continue,
            Err(error) => {
                failure = failure.or(Some(error));
                continue;
            }
        };
        let known = |header: &Header| presets::is_known(&header.normal) || wanted.contains(&header.normal);
        if table.headers.iter().any(known) {
            return Ok((table, sheet));
        }
        first = first.or(Some((table, sheet)));
    }
    let none = || FormatError::NoTable {
        file: file.to_owned(),
        line: 1,
    };
    first.ok_or_else(|| failure.unwrap_or_else(none))
}

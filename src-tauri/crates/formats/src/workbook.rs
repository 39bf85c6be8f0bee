//! A workbook (XLSX) as rows: the first sheet with a header and rows under it.
//!
//! Cells are read one by one, never by the size that a sheet claims for itself. A formula gives the value it had when
//! the file was saved, and that value is text like any other. Dates become `2026-03-01` or `2026-03-01 10:00:00`,
//! lengths `30:15:00`, so everything behind this reader is the same as for a CSV.

use crate::error::FormatError;
use crate::{MAX_CELLS, MAX_COLUMNS, MAX_ROWS};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use std::io::Cursor;

const DAMAGED: &str = "its sheets are damaged";

/// Sheets that are looked at for a header.
const MAX_SHEETS: usize = 20;

/// Rows above the table that are allowed beside [`MAX_ROWS`].
const ROOM_FOR_TITLES: u64 = 1_000;

/// One sheet's rows.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// What it is called.
    pub name: String,
    /// Its rows that are not empty, in order.
    pub rows: Vec<SheetRow>,
}

/// One row: its number in the sheet from 1, and its cells up to the last one.
#[derive(Debug)]
pub(crate) struct SheetRow {
    /// As the program shows it.
    pub line: u64,
    /// As text.
    pub cells: Vec<Box<str>>,
}

/// The sheets of a workbook, the visible ones, those without any cell left out.
///
/// The library stops the program at some damaged files, where it counts beyond a number; such a file must not take a
/// window along, so it is caught here and refused like any other damaged one.
pub(crate) fn sheets(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FormatError> {
    std::panic::catch_unwind(|| read_sheets(file, bytes)).unwrap_or_else(|_| {
        Err(FormatError::Archive {
            file: file.to_owned(),
            why: DAMAGED.to_owned(),
        })
    })
}

fn read_sheets(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FormatError> {
    let broken = |error: &XlsxError| {
        let locked = matches!(error, XlsxError::Password);
        FormatError::Archive {
            file: file.to_owned(),
            why: if locked {
                "it is locked with a password"
            } else {
                DAMAGED
            }
            .to_owned(),
        }
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let visible = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).take(MAX_SHEETS).collect();
    let mut sheets = Vec::new();
    let mut cells_left = MAX_CELLS;
    for name in names {
        let sheet = read_sheet(file, &mut book, name, &mut cells_left, &broken)?;
        if !sheet.rows.is_empty() {
            sheets.push(sheet);
        }
    }
    Ok(sheets)
}

fn read_sheet(
    file: &str,
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: String,
    cells_left: &mut usize,
    broken: &dyn Fn(&XlsxError) -> FormatError,
) -> Result<Sheet, FormatError> {
    let mut reader = book.worksheet_cells_reader(&name).map_err(|error| broken(&error))?;
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|error| broken(&error))? {
        let ((row, column), text) = (cell.get_position(), shown(cell.get_value()));
        let (line, column) = (u64::from(row) + 1, column as usize);
        if text.is_empty() || column >= MAX_COLUMNS {
            continue;
        }
        if rows.last().is_none_or(|last| last.line < line) {
            if rows.len() as u64 > MAX_ROWS + ROOM_FOR_TITLES {
                let file = file.to_owned();
                return Err(FormatError::TooManyRows { file, line });
            }
            rows.push(SheetRow {
                line,
                cells: Vec::new(),
            });
        }
        // Cells that go back to an earlier row stand in no sheet that a program saved.
        let Some(last) = rows.last_mut().filter(|last| last.line == line) else {
            continue;
        };
        if last.cells.len() <= column {
            let more = column + 1 - last.cells.len();
            let Some(left) = cells_left.checked_sub(more) else {
                let file = file.to_owned();
                return Err(FormatError::TooManyCells { file, line });
            };
            *cells_left = left;
            last.cells.resize(column + 1, Box::default());
        }
        if let Some(place) = last.cells.get_mut(column) {
            *place = text.into();
        }
    }
    Ok(Sheet { name, rows })
}

/// A cell as a person would type it.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(at) => date(*at),
        // `#N/A` and its like say that there is nothing.
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn date(at: ExcelDateTime) -> String {
    if at.is_duration() {
        let seconds = (at.as_f64() * 86_400.0).round().clamp(0.0, 1e12) as u64;
        return format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

//! The whole way of a file, step by step (see the crate's header).

use crate::archive::{self, Packed};
use crate::draft::Drafter;
use crate::encoding;
use crate::error::FormatError;
use crate::headers::{self, Header};
use crate::ics;
use crate::judge;
use crate::ledger::Ledger;
use crate::mapping::{Mapping, Target};
use crate::missing;
use crate::model::{Column, Draft, Parsed, ReadOptions, Remembered};
use crate::opening::{Opened, checked, first_table, open, opened_table};
use crate::rows::Row;
use crate::sniff::{self, Shape};
use crate::workbook;
use crate::{MAX_FILE_LEN, MAX_ROWS};

/// Rows between two calls of the progress callback.
const PROGRESS_STEP: u64 = 1_000;

/// Reads a file. `file_name` only stands in sentences; the content decides what it is.
///
/// # Errors
///
/// [`FormatError`] when the file as a whole gave nothing; its text is for the user.
pub fn read(file_name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Parsed, FormatError> {
    read_with(file_name, bytes, options, &mut |_| true)
}

/// Like [`read`]; `progress` hears the rows done from time to time and answers whether to go on. The rows are read
/// twice (first to judge the columns), and it hears of the second reading only; it is asked during both.
///
/// # Errors
///
/// As [`read`], and [`FormatError::Cancelled`].
pub fn read_with(
    file_name: &str,
    bytes: &[u8],
    options: &ReadOptions,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<Parsed, FormatError> {
    read_recalling(file_name, bytes, options, &|_| None, progress)
}

/// Like [`read_with`]; `recall` is asked once, with the header fingerprint, for what was said about these columns the
/// last time. What `options` say goes first.
///
/// # Errors
///
/// As [`read_with`].
pub fn read_recalling(
    file_name: &str,
    bytes: &[u8],
    options: &ReadOptions,
    recall: &dyn Fn(&str) -> Option<Remembered>,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<Parsed, FormatError> {
    let file = file_name;
    let caller = &mut Caller { recall, progress };
    if bytes.is_empty() {
        return Err(FormatError::Empty { file: file.to_owned() });
    }
    if bytes.len() > MAX_FILE_LEN {
        return Err(FormatError::TooLarge { file: file.to_owned() });
    }
    if !archive::is_archive(bytes) {
        return read_plain(file, bytes, options, caller);
    }
    match archive::open(file, bytes)? {
        Packed::Workbook => read_workbook(file, bytes, options, caller),
        Packed::File(name, inner) => {
            let name = format!("{name} in {file}");
            if !archive::is_archive(&inner) {
                return read_plain(&name, &inner, options, caller);
            }
            match archive::open(&name, &inner)? {
                Packed::Workbook => read_workbook(&name, &inner, options, caller),
                Packed::File(..) => Err(archive::nested(&name)),
            }
        }
    }
}

/// Text of any encoding, or a calendar.
fn read_plain(file: &str, bytes: &[u8], options: &ReadOptions, caller: &mut Caller<'_>) -> Result<Parsed, FormatError> {
    sniff::refuse_binary(file, bytes)?;
    if sniff::is_calendar(bytes) {
        let mut ledger = Ledger::default();
        let opened = checked(file, Shape::Calendar, ics::open(file, bytes, options, &mut ledger)?)?;
        return finish(file, opened, options, ledger, caller);
    }
    let text = encoding::decode(bytes);
    let shape = sniff::shape(file, &text.text)?;
    let mut ledger = Ledger::default();
    for line in &text.lossy_lines {
        ledger.note(*line, "Bytes that are no text stand as � here");
    }
    let opened = open(file, &text, shape, options, &mut ledger)?;
    finish(file, opened, options, ledger, caller)
}

/// The first sheet with a header and rows under it; what else there is, is said.
fn read_workbook(
    file: &str,
    bytes: &[u8],
    options: &ReadOptions,
    caller: &mut Caller<'_>,
) -> Result<Parsed, FormatError> {
    let sheets = workbook::sheets(file, bytes)?;
    let (table, sheet) = first_table(file, &sheets, options)?;
    let mut ledger = Ledger::default();
    let mut opened = checked(file, Shape::Table, opened_table(table, options, &mut ledger))?;
    let others = sheets.iter().filter(|other| !std::ptr::eq(*other, sheet));
    let others: Vec<String> = others.map(|other| format!("\"{}\"", other.name)).collect();
    if !others.is_empty() {
        let said = format!(
            "Other sheets of the workbook: only \"{}\" was read, not {}",
            sheet.name,
            others.join(", ")
        );
        opened.missing.push(said);
    }
    finish(file, opened, options, ledger, caller)
}

/// Whom to ask while a file is read.
struct Caller<'c> {
    recall: &'c dyn Fn(&str) -> Option<Remembered>,
    progress: &'c mut dyn FnMut(u64) -> bool,
}

fn finish(
    file: &str,
    opened: Opened<'_>,
    options: &ReadOptions,
    mut ledger: Ledger,
    caller: &mut Caller<'_>,
) -> Result<Parsed, FormatError> {
    let (preset, source) = (opened.preset, &opened.source);
    let header_fingerprint = headers::fingerprint(source.headers());
    let options = &options.recalling((caller.recall)(&header_fingerprint).unwrap_or_default());
    let progress = &mut *caller.progress;
    let mapping = Mapping::decide(preset, source.headers(), options)?;
    let mut seen = 0_u64;
    let judged = judge::judge(source, &mapping, preset, options, &mut |_| {
        seen += 1;
        !seen.is_multiple_of(PROGRESS_STEP) || progress(0)
    });
    let Some(judged) = judged else {
        return Err(FormatError::Cancelled);
    };
    let given = options.account.clone().filter(|name| !name.trim().is_empty());
    let account = given
        .or(opened.account)
        .unwrap_or_else(|| preset.source_name().to_owned());
    let mut reading = Reading {
        drafter: Drafter::new(
            preset,
            &account,
            options.zone,
            source.headers(),
            &judged.columns,
            &mapping,
        ),
        drafts: Vec::new(),
        rows: source.skipped_before(),
        expanded: 0,
        failure: None,
    };
    let skipped = source.visit(&mut ledger, &mut |ledger, row| reading.row(file, ledger, row, progress));
    let Reading {
        drafts,
        rows,
        expanded,
        failure,
        ..
    } = reading;
    if let Some(failure) = failure {
        return Err(failure);
    }
    let rows = rows + skipped;
    if rows == 0 {
        return Err(FormatError::NoRows {
            file: file.to_owned(),
            line: opened.header_line,
        });
    }
    let (problems, damaged) = ledger.close();
    let mut missing = opened.missing;
    missing.extend(missing::of(preset, &mapping, source.headers()));
    Ok(Parsed {
        preset,
        account,
        kind: mapping.kind,
        columns: columns(source.headers(), &mapping, &judged.columns),
        header_fingerprint,
        rows,
        expanded,
        drafts,
        problems,
        missing,
        question: judged.question,
        damaged,
    })
}

struct Reading<'f> {
    drafter: Drafter<'f>,
    drafts: Vec<Draft>,
    rows: u64,
    expanded: u64,
    failure: Option<FormatError>,
}

impl Reading<'_> {
    fn row(&mut self, file: &str, ledger: &mut Ledger, row: &Row<'_>, progress: &mut dyn FnMut(u64) -> bool) -> bool {
        if row.extra {
            self.expanded += 1;
        } else {
            self.rows += 1;
        }
        if self.rows > MAX_ROWS {
            self.failure = Some(FormatError::TooManyRows {
                file: file.to_owned(),
                line: row.line,
            });
        } else if self.rows.is_multiple_of(PROGRESS_STEP) && !progress(self.rows) {
            self.failure = Some(FormatError::Cancelled);
        }
        if self.failure.is_some() {
            return false;
        }
        self.drafts.extend(self.drafter.draft(ledger, row));
        true
    }
}

fn columns(headers: &[Header], mapping: &Mapping, judged: &[judge::Judgement]) -> Vec<Column> {
    let columns = headers.iter().zip(&mapping.targets).zip(judged);
    let columns = columns.map(|((header, target), judged)| Column {
        header: header.raw.clone(),
        field: target.map(Target::name),
        sample: judged.sample.clone(),
    });
    columns.collect()
}

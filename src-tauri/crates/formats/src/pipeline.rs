//! The whole way of a file, step by step (see the crate's header).

use crate::archive::{self, Packed};
use crate::choices;
use crate::draft::Drafter;
use crate::encoding;
use crate::error::FormatError;
use crate::headers::{self, Header};
use crate::ics;
use crate::judge;
use crate::ledger::Ledger;
use crate::listen::{Head, Listener, Progress};
use crate::mapping::{Mapping, Target};
use crate::missing;
use crate::model::{Column, Draft, Parsed, ReadOptions};
use crate::opening::{Opened, checked, first_table, open, opened_table};
use crate::rows::Row;
use crate::sniff::{self, Shape};
use crate::workbook;
use crate::{MAX_FILE_LEN, MAX_ROWS};

/// Rows between two questions whether to go on: few, so that whoever stops a file of long cells does not wait.
const PROGRESS_STEP: u64 = 100;

/// Reads a file. `file_name` only stands in sentences; the content decides what it is.
///
/// # Errors
///
/// [`FormatError`] when the file as a whole gave nothing; its text is for the user.
pub fn read(file_name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Parsed, FormatError> {
    let mut collected = Collected(Vec::new());
    let parsed = read_to(file_name, bytes, options, &mut collected)?;
    Ok(Parsed {
        drafts: collected.0,
        ..parsed
    })
}

struct Collected(Vec<Draft>);

impl Listener for Collected {
    fn draft(&mut self, draft: Draft) -> bool {
        self.0.push(draft);
        true
    }
}

/// Like [`read`], but each draft goes to `listener` as it is made, and none stands in the result: a file of any length
/// takes little more memory than its text. The rows are read twice, first to judge the columns.
///
/// # Errors
///
/// As [`read`], and [`FormatError::Cancelled`] when the listener said stop.
pub fn read_to(
    file_name: &str,
    bytes: &[u8],
    options: &ReadOptions,
    listener: &mut dyn Listener,
) -> Result<Parsed, FormatError> {
    let file = file_name;
    if bytes.is_empty() {
        return Err(FormatError::Empty { file: file.to_owned() });
    }
    if bytes.len() > MAX_FILE_LEN {
        return Err(FormatError::TooLarge { file: file.to_owned() });
    }
    if !archive::is_archive(bytes) {
        return read_plain(file, bytes, options, listener);
    }
    match archive::open(file, bytes)? {
        Packed::Workbook => read_workbook(file, bytes, options, listener),
        Packed::File(name, inner) => {
            let name = format!("{name} in {file}");
            if !archive::is_archive(&inner) {
                return read_plain(&name, &inner, options, listener);
            }
            match archive::open(&name, &inner)? {
                Packed::Workbook => read_workbook(&name, &inner, options, listener),
                Packed::File(..) => Err(archive::nested(&name)),
            }
        }
    }
}

/// Text of any encoding, or a calendar.
fn read_plain(
    file: &str,
    bytes: &[u8],
    options: &ReadOptions,
    listener: &mut dyn Listener,
) -> Result<Parsed, FormatError> {
    sniff::refuse_binary(file, bytes)?;
    if sniff::is_calendar(bytes) {
        let mut ledger = Ledger::default();
        let opened = checked(file, Shape::Calendar, ics::open(file, bytes, options, &mut ledger)?)?;
        return finish(file, opened, options, ledger, listener);
    }
    let text = encoding::decode(bytes);
    let shape = sniff::shape(file, &text.text)?;
    let mut ledger = Ledger::default();
    for line in &text.lossy_lines {
        ledger.note(*line, "Bytes that are no text stand as � here");
    }
    let opened = open(file, &text, shape, options, &mut ledger)?;
    finish(file, opened, options, ledger, listener)
}

/// The first sheet with a header and rows under it; what else there is, is said.
fn read_workbook(
    file: &str,
    bytes: &[u8],
    options: &ReadOptions,
    listener: &mut dyn Listener,
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
    finish(file, opened, options, ledger, listener)
}

fn finish(
    file: &str,
    opened: Opened<'_>,
    options: &ReadOptions,
    mut ledger: Ledger,
    listener: &mut dyn Listener,
) -> Result<Parsed, FormatError> {
    let (preset, source) = (opened.preset, &opened.source);
    let header_fingerprint = headers::fingerprint(source.headers());
    let last = listener.recall(&header_fingerprint).unwrap_or_default();
    let recalling = options.recalling(last);
    let recalled = recalling.said() != options.said();
    let (options, mapping) = match Mapping::decide(preset, source.headers(), &recalling) {
        Ok(mapping) => (&recalling, mapping),
        // What was said the last time does not fit what is said now; nobody typed it, so nobody is told.
        Err(_) if recalled => (options, Mapping::decide(preset, source.headers(), options)?),
        Err(error) => return Err(error),
    };
    let mut seen = 0_u64;
    let judged = judge::judge(source, &mapping, preset, options, &mut |_| {
        seen += 1;
        !seen.is_multiple_of(PROGRESS_STEP) || listener.progress(Progress::Looked(seen))
    });
    let Some(judged) = judged else {
        return Err(FormatError::Cancelled);
    };
    let given = options.account.clone().filter(|name| !name.trim().is_empty());
    let account = given
        .or(opened.account)
        .unwrap_or_else(|| preset.source_name().to_owned());
    listener.begin(&Head {
        preset,
        account: account.clone(),
        kind: mapping.kind,
    });
    let mut reading = Reading {
        file,
        drafter: Drafter::new(
            preset,
            &account,
            options.zone,
            source.headers(),
            &judged.columns,
            &mapping,
        ),
        listener,
        rows: source.skipped_before(),
        total: seen,
        expanded: 0,
        failure: None,
    };
    let skipped = source.visit(&mut ledger, &mut |ledger, row| reading.row(ledger, row));
    let Reading {
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
        said: options.said(),
        recalled: recalled && options.said() == recalling.said(),
        rows,
        expanded,
        drafts: Vec::new(),
        problems,
        missing,
        question: judged.question,
        damaged,
    })
}

struct Reading<'f, 'l> {
    file: &'f str,
    drafter: Drafter<'f>,
    listener: &'l mut dyn Listener,
    rows: u64,
    /// Rows that the first reading saw.
    total: u64,
    expanded: u64,
    failure: Option<FormatError>,
}

impl Reading<'_, '_> {
    fn row(&mut self, ledger: &mut Ledger, row: &Row<'_>) -> bool {
        if row.extra {
            self.expanded += 1;
        } else {
            self.rows += 1;
        }
        if self.rows > MAX_ROWS {
            self.failure = Some(FormatError::TooManyRows {
                file: self.file.to_owned(),
                line: row.line,
            });
            return false;
        }
        let (done, total) = (self.rows, self.total);
        let mut goes_on = !done.is_multiple_of(PROGRESS_STEP) || self.listener.progress(Progress::Read { done, total });
        if goes_on && let Some(draft) = self.drafter.draft(ledger, row) {
            goes_on = self.listener.draft(draft);
        }
        if !goes_on {
            self.failure = Some(FormatError::Cancelled);
        }
        goes_on
    }
}

fn columns(headers: &[Header], mapping: &Mapping, judged: &[judge::Judgement]) -> Vec<Column> {
    let columns = headers.iter().zip(&mapping.targets).zip(judged);
    let columns = columns.map(|((header, target), judged)| Column {
        header: header.raw.clone(),
        field: target.map(Target::name),
        sample: judged.sample.clone(),
        choices: match target {
            Some(Target::Field(spec)) if !judged.values.is_empty() => choices::words(spec),
            _ => &[],
        },
        values: judged.values.clone(),
    });
    columns.collect()
}

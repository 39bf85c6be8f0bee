//! A file that this program wrote, on its way back into a board: into the one it came from, or into another.

use crate::input;
use sidedesk_domain::{FieldSpec, Kind, time::Tz};
use sidedesk_formats::{Draft, DraftValue, OwnCell, OwnFile, OwnRow, Parsed, Preset, Problem, Remembered};

/// What an import would write of it. A cell that does not fit its field is left out, and said.
pub(super) fn parsed(own: OwnFile, zone: Tz) -> Parsed {
    let mut problems = own.problems;
    let drafts: Vec<Draft> = own
        .rows
        .into_iter()
        .map(|row| draft(row, zone, &mut problems))
        .collect();
    let rows = drafts.len() as u64 + problems.iter().filter(|problem| problem.skipped).count() as u64;
    let name = Preset::Sidedesk.name();
    Parsed {
        preset: Preset::Sidedesk,
        account: name.into(),
        kind: drafts.first().map_or(Kind::Report, |draft| draft.kind),
        columns: Vec::new(),
        header_fingerprint: name.into(),
        said: Remembered::default(),
        recalled: false,
        rows,
        expanded: 0,
        drafts,
        problems,
        missing: Vec::new(),
        question: None,
        damaged: own.damaged,
    }
}

fn draft(row: OwnRow, zone: Tz, problems: &mut Vec<Problem>) -> Draft {
    let mut fields = Vec::with_capacity(row.cells.len());
    for (field, cell) in row.cells {
        let Some(spec) = field.spec() else { continue };
        match value(spec, cell, zone) {
            Ok(value) => fields.push((field, value)),
            Err(words) => problems.push(Problem {
                line: row.line,
                message: format!("{}: {words}; this field was left out", spec.name),
                skipped: false,
            }),
        }
    }
    Draft {
        line: row.line,
        kind: row.kind,
        id: row.id,
        fields,
        group: None,
        group_id: None,
    }
}

fn value(spec: &FieldSpec, cell: OwnCell, zone: Tz) -> Result<DraftValue, String> {
    match cell {
        OwnCell::List(texts) => {
            let mut elements: Vec<String> = Vec::with_capacity(texts.len());
            for text in texts {
                input::text(&text).map_err(|problem| problem.to_string())?;
                if !elements.contains(&text) {
                    elements.push(text);
                }
            }
            Ok(DraftValue::Many(elements))
        }
        OwnCell::Text(text) => {
            let read = input::value(spec, &text, zone).map_err(|problem| problem.to_string())?;
            Ok(DraftValue::One(read))
        }
    }
}

//! What a window shows of a file: the preview, the result, and why a file was refused.

use super::conflicts::Conflict;
use super::plan::Counted;
use crate::dto::{
    ColumnDto, ColumnValueDto, ConflictDto, ImportPreviewDto, ImportResultDto, PreviewRowDto, ProblemDto, QuestionDto,
};
use crate::error::Error;
use sidedesk_domain::Kind;
use sidedesk_formats::{Parsed, Preset, Problem};

/// The preview of a file that was read.
pub(super) fn preview(parsed: Parsed, counted: Counted) -> ImportPreviewDto {
    let first = counted.first.iter().map(|(line, title, outcome)| PreviewRowDto {
        line: *line,
        title: title.clone(),
        outcome: outcome.word().into(),
    });
    let column = |column: &sidedesk_formats::Column| ColumnDto {
        header: column.header.clone(),
        field: column.field.map(str::to_owned),
        sample: column.sample.clone(),
        choices: column.choices.iter().map(|word| (*word).to_owned()).collect(),
        values: column.values.iter().map(value).collect(),
    };
    ImportPreviewDto {
        preset: parsed.preset.name().into(),
        kind: parsed.kind.name().into(),
        columns: parsed.columns.iter().map(column).collect(),
        rows: parsed.rows,
        new: counted.new,
        changed: counted.changed,
        same: counted.same,
        skipped: parsed.skipped(),
        complaints: counted.complaints,
        kept: counted.kept,
        taken: counted.taken,
        conflicts: counted.conflicts.iter().map(conflict).collect(),
        recalled: parsed.recalled,
        first: first.collect(),
        problems: problems(&parsed.problems),
        question: parsed.question.as_ref().map(question),
        damaged: parsed.damaged,
        account: parsed.account,
        missing: parsed.missing,
    }
}

/// What an import did, as the action `id`.
pub(super) fn result(parsed: Parsed, counted: Counted, id: String) -> ImportResultDto {
    ImportResultDto {
        action: counted.writes.then_some(id),
        rows: parsed.rows,
        new: counted.new,
        changed: counted.changed,
        same: counted.same,
        skipped: parsed.skipped(),
        complaints: counted.complaints,
        kept: counted.kept,
        taken: counted.taken,
        problems: problems(&parsed.problems),
        missing: parsed.missing,
    }
}

/// The refusal of a damaged file that nobody has accepted as it is.
pub(super) fn damaged(file_name: &str, parsed: &Parsed) -> Error {
    let line = |p: &Problem| format!("line {}: {}", p.line, p.message);
    let what = parsed.problems.last().map_or_else(|| "it ends too early".into(), line);
    let sound = (parsed.rows + parsed.expanded).saturating_sub(parsed.skipped());
    Error::FileDamaged(format!(
        "\"{file_name}\" is damaged ({what}). {sound} of its rows are sound; look at the preview and import those, or \
         export the file again.",
    ))
}

/// The preview of a file of which no column was recognised: its columns, for a person to say where they go.
pub(super) fn unmapped(columns: Vec<String>, sentence: String) -> ImportPreviewDto {
    let column = |header| ColumnDto {
        header,
        field: None,
        sample: String::new(),
        choices: Vec::new(),
        values: Vec::new(),
    };
    ImportPreviewDto {
        preset: Preset::Generic.name().into(),
        account: String::new(),
        kind: Kind::Report.name().into(),
        columns: columns.into_iter().map(column).collect(),
        rows: 0,
        new: 0,
        changed: 0,
        same: 0,
        skipped: 0,
        complaints: 0,
        kept: 0,
        taken: 0,
        conflicts: Vec::new(),
        recalled: false,
        problems: Vec::new(),
        missing: vec![sentence],
        question: None,
        damaged: false,
        first: Vec::new(),
    }
}

fn value(value: &sidedesk_formats::ColumnValue) -> ColumnValueDto {
    ColumnValueDto {
        value: value.value.clone(),
        rows: value.rows,
        becomes: value.becomes.clone(),
    }
}

fn conflict(conflict: &Conflict) -> ConflictDto {
    ConflictDto {
        line: conflict.line,
        field: conflict.field.spec().map_or("", |spec| spec.name).into(),
        mine: conflict.mine.clone(),
        file: conflict.file.clone(),
    }
}

fn problems(problems: &[Problem]) -> Vec<ProblemDto> {
    let dto = |p: &Problem| ProblemDto {
        line: p.line,
        message: p.message.clone(),
        skipped: p.skipped,
    };
    problems.iter().map(dto).collect()
}

fn question(question: &sidedesk_formats::Question) -> QuestionDto {
    let worked = |pick: fn(&sidedesk_formats::DateExample) -> &String| {
        let examples = question
            .examples
            .iter()
            .map(|example| format!("{} is {}", example.text, pick(example)));
        examples.collect::<Vec<_>>().join(", ")
    };
    QuestionDto {
        column: question.column.clone(),
        day_first: worked(|example| &example.day_first),
        month_first: worked(|example| &example.month_first),
    }
}

//! Importing a file: read, compare with the board, show, and only then write, as one action.
//!
//! Nothing is dropped silently: every row is new, changed, the same, or skipped with a reason. What somebody edited here
//! by hand is kept and counted. A second import of the same file changes nothing.

mod groups;
mod plan;

use crate::desk::{Desk, OpenBoard};
use crate::dto::{
    ColumnDto, ImportOptionsDto, ImportPreviewDto, ImportResultDto, PreviewRowDto, ProblemDto, QuestionDto,
};
use crate::error::Error;
use plan::Plan;
use sidedesk_domain::Kind;
use sidedesk_formats::{DateOrder, Parsed, Preset, Problem, ReadOptions};

/// Records shown in a preview.
const FIRST: usize = 20;
/// Largest file, in bytes (product §7.6: 100 MB).
pub const MAX_FILE_LEN: usize = 100 * 1024 * 1024;

impl Desk {
    /// What an import of these bytes would do. Nothing is written.
    pub async fn preview_import(
        &self,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
    ) -> Result<ImportPreviewDto, Error> {
        let open = self.open_board().await?;
        let parsed = self.parse(&open, file_name, bytes, options).await?;
        let plan = plan::make(&open, &parsed, self.clock().now()).await?;
        let first = plan
            .outcomes
            .iter()
            .take(FIRST)
            .map(|(line, title, outcome)| PreviewRowDto {
                line: *line,
                title: title.clone(),
                outcome: outcome.word().into(),
            });
        Ok(ImportPreviewDto {
            preset: parsed.preset.name().into(),
            account: parsed.account.clone(),
            kind: parsed.kind.name().into(),
            columns: parsed
                .columns
                .iter()
                .map(|column| ColumnDto {
                    header: column.header.clone(),
                    field: column.field.map(str::to_owned),
                    sample: column.sample.clone(),
                })
                .collect(),
            rows: parsed.rows,
            new: plan.new,
            changed: plan.changed,
            same: plan.same,
            skipped: parsed.skipped(),
            complaints: plan.complaints,
            kept: plan.kept,
            first: first.collect(),
            problems: problems(&parsed.problems),
            missing: parsed.missing.clone(),
            question: parsed.question.as_ref().map(question),
            damaged: parsed.damaged,
        })
    }

    /// Imports these bytes as one action: one undo takes it back. A damaged file is only imported when
    /// `accept_damaged` says that somebody has seen the preview and wants the sound part.
    pub async fn run_import(
        &self,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
        accept_damaged: bool,
    ) -> Result<ImportResultDto, Error> {
        let open = self.open_board().await?;
        let parsed = self.parse(&open, file_name, bytes, options).await?;
        if parsed.damaged && !accept_damaged {
            let broken = parsed
                .problems
                .iter()
                .map(|p| format!("line {}: {}", p.line, p.message))
                .next_back();
            let what = broken.unwrap_or_else(|| "it ends too early".into());
            return Err(Error::FileDamaged(format!(
                "\"{file_name}\" is damaged ({what}). {} of its rows are sound; look at the preview and import those, \
                 or export the file again.",
                parsed.drafts.len()
            )));
        }
        let Plan {
            records,
            new,
            changed,
            same,
            complaints,
            kept,
            ..
        } = plan::make(&open, &parsed, self.clock().now()).await?;
        let mut action = None;
        if !records.is_empty() {
            let import = self.action("import", records)?;
            action = Some(import.id.to_string());
            open.store.commit(import).await?;
        }
        Ok(ImportResultDto {
            action,
            rows: parsed.rows,
            new,
            changed,
            same,
            skipped: parsed.skipped(),
            complaints,
            kept,
            problems: problems(&parsed.problems),
            missing: parsed.missing,
        })
    }

    async fn parse(
        &self,
        open: &OpenBoard,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
    ) -> Result<Parsed, Error> {
        if bytes.len() > MAX_FILE_LEN {
            return Err(Error::File(format!(
                "\"{file_name}\" is larger than {} MB; export it in parts",
                MAX_FILE_LEN / 1024 / 1024
            )));
        }
        let mut read = ReadOptions::new(open.zone().await?, self.clock().now());
        read.preset = match options.preset.as_deref() {
            None => None,
            Some(name) => Some(Preset::from_name(name).ok_or_else(|| {
                let known: Vec<&str> = Preset::ALL.iter().map(|preset| preset.name()).collect();
                Error::input("preset", format!("\"{name}\" is not one of {}", known.join(", ")))
            })?),
        };
        read.kind = match options.kind.as_deref() {
            None => None,
            Some("campaign") => Some(Kind::Campaign),
            Some("report") => Some(Kind::Report),
            Some(other) => return Err(Error::input("kind", format!("\"{other}\" is not campaign or report"))),
        };
        read.map = options.map.clone();
        read.account = options.account.clone();
        read.date_order = options.day_first.map(|day_first| match day_first {
            true => DateOrder::DayFirst,
            false => DateOrder::MonthFirst,
        });
        sidedesk_formats::read(file_name, bytes, &read).map_err(|error| Error::File(error.to_string()))
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

//! Importing a file: read, compare with the board, show, and only then write, as one action.
//!
//! Nothing is dropped silently: every row is new, changed, the same, or skipped with a reason. What somebody edited here
//! by hand is kept and counted. A second import of the same file changes nothing.

pub(crate) mod groups;
mod own;
mod plan;

use crate::desk::{Desk, OpenBoard};
use crate::dto::{
    ColumnDto, ImportOptionsDto, ImportPreviewDto, ImportResultDto, PreviewRowDto, ProblemDto, QuestionDto,
};
use crate::error::Error;
use plan::Plan;
use sidedesk_domain::Kind;
use sidedesk_formats::{DateOrder, FormatError, Parsed, Preset, Problem, ReadOptions};

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
        let parsed = match self.parse(&open, file_name, bytes, options).await {
            Err(Unread::NothingMapped { columns, sentence }) => return Ok(unmapped(columns, sentence)),
            other => other?,
        };
        let plan = plan::make(&open, &parsed, &options.fill, self.clock().now()).await?;
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
        } = plan::make(&open, &parsed, &options.fill, self.clock().now()).await?;
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

    /// What stands in a file, as an import reads it.
    pub(crate) async fn read_file(
        &self,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
    ) -> Result<Parsed, Error> {
        let open = self.open_board().await?;
        Ok(self.parse(&open, file_name, bytes, options).await?)
    }

    async fn parse(
        &self,
        open: &OpenBoard,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
    ) -> Result<Parsed, Unread> {
        if bytes.len() > MAX_FILE_LEN {
            let sentence = format!(
                "\"{file_name}\" is larger than {} MB; export it in parts",
                MAX_FILE_LEN / 1024 / 1024
            );
            return Err(Error::File(sentence).into());
        }
        let mut read = ReadOptions::new(open.zone().await?, self.clock().now());
        read.preset = match options.preset.as_deref() {
            None => None,
            Some(name) => Some(Preset::from_name(name).ok_or_else(|| {
                let known: Vec<&str> = Preset::ALL.iter().map(|preset| preset.name()).collect();
                Error::input("preset", crate::problem::Problem::choice(name, &known))
            })?),
        };
        // Columns that somebody maps by hand are read as any other tool's.
        if options.map.is_empty()
            && read.preset.is_none_or(|preset| preset == Preset::Sidedesk)
            && let Some(own) =
                sidedesk_formats::read_own(file_name, bytes).map_err(|error| Error::File(error.to_string()))?
        {
            return Ok(own::parsed(own, read.zone));
        }
        read.kind = match options.kind.as_deref() {
            None => None,
            Some("campaign") => Some(Kind::Campaign),
            Some("report") => Some(Kind::Report),
            Some(other) => {
                return Err(
                    Error::input("kind", crate::problem::Problem::choice(other, &["campaign", "report"])).into(),
                );
            }
        };
        read.map = options.map.clone();
        read.account = options.account.clone();
        read.date_order = options.day_first.map(|day_first| match day_first {
            true => DateOrder::DayFirst,
            false => DateOrder::MonthFirst,
        });
        sidedesk_formats::read(file_name, bytes, &read).map_err(|error| {
            let sentence = error.to_string();
            match error {
                FormatError::NothingMapped { columns, .. } => Unread::NothingMapped { columns, sentence },
                _ => Error::File(sentence).into(),
            }
        })
    }
}

/// Why a file gave no rows. A file whose columns say nothing can still be mapped by hand in a preview.
enum Unread {
    NothingMapped { columns: Vec<String>, sentence: String },
    Refused(Error),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Unread> for Error {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::NothingMapped { sentence, .. } => Self::File(sentence),
            Unread::Refused(error) => error,
        }
    }
}

/// The preview of a file of which no column was recognised: its columns, for a person to say where they go.
fn unmapped(columns: Vec<String>, sentence: String) -> ImportPreviewDto {
    let column = |header| ColumnDto {
        header,
        field: None,
        sample: String::new(),
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
        problems: Vec::new(),
        missing: vec![sentence],
        question: None,
        damaged: false,
        first: Vec::new(),
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

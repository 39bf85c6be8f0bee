//! What leaves the board and what is taken out of it: `export`, `erase`, `retention`.

use crate::print::Out;
use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use serde_json::json;
use sidedesk_api::dto::FieldInputDto;
use sidedesk_api::{Desk, ERASING_KEEPS, EXPORT_FORMATS, EXPORTS, ExportAsked, erasable_fields, export_formats};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Records as a file.
#[derive(Debug, ClapArgs)]
pub struct Export {
    /// What.
    #[arg(value_parser = EXPORTS)]
    what: String,
    /// The file; it must not be there yet.
    file: PathBuf,
    /// Default: as the file's name ends, else the usual one of what is exported.
    #[arg(long, value_parser = EXPORT_FORMATS)]
    format: Option<String>,
    /// Only campaigns or complaints that a search for this finds: words, and operators such as product:Boots.
    #[arg(long, value_name = "SEARCH")]
    matching: Option<String>,
    /// With what customers wrote and who they are. Everybody on the board sees that you did this.
    #[arg(long)]
    with_personal_data: bool,
}

/// Fields of a record, for good.
#[derive(Debug, ClapArgs)]
pub struct Erase {
    /// campaign, complaint or report.
    #[arg(value_parser = ["campaign", "complaint", "report"])]
    kind: String,
    /// Its id.
    id: String,
    /// The fields, separated by commas.
    #[arg(long, required = true, value_delimiter = ',')]
    fields: Vec<String>,
    /// Do it; nothing brings it back.
    #[arg(long)]
    yes: bool,
}

/// How long personal data of reports is kept.
#[derive(Debug, ClapArgs)]
pub struct Retention {
    /// Erased after so many months; 0: never. Without it: how it is.
    months: Option<u32>,
    /// Erase now what is due, instead of waiting for a lead's open window. A day's worth, once a day.
    #[arg(long, conflicts_with = "months")]
    apply: bool,
}

impl Export {
    /// It is written into the board.
    pub fn is_logged(&self) -> bool {
        self.with_personal_data
    }
}

/// Writes a file of records.
pub async fn export(desk: &Desk, out: &Out, asked: &Export) -> Result<()> {
    // Before the board is told that something left it.
    if asked.file.exists() {
        bail!("{} is there already; give the file another name", asked.file.display());
    }
    let ending = asked.file.extension().and_then(|ending| ending.to_str());
    let by_name = ending.filter(|ending| export_formats(&asked.what).contains(ending));
    let wanted = ExportAsked {
        what: &asked.what,
        format: asked.format.as_deref().or(by_name),
        with_personal_data: asked.with_personal_data,
        matching: asked.matching.as_deref(),
    };
    let export = desk.export(&wanted).await?;
    write(&asked.file, &export.bytes).with_context(|| format!("{} could not be written", asked.file.display()))?;
    out.say(&export.about, || {
        let data = if export.about.personal_data {
            "with personal data; the board's activity says so"
        } else {
            "without personal data"
        };
        let (rows, file) = (export.about.rows, asked.file.display());
        let what = match asked.what.as_str() {
            "board" => "records of the board",
            "digest" => "lines",
            what => what,
        };
        let mut lines = vec![format!("{rows} {what} in {file}, {data}.")];
        if export.about.left_out > 0 {
            lines.push(format!("{} without a start are not in it.", export.about.left_out));
        }
        lines
    })
}

/// For its owner only.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Erases fields of a record.
pub async fn erase(desk: &Desk, out: &Out, asked: &Erase) -> Result<()> {
    if !asked.yes {
        let known = erasable_fields(&asked.kind).join(", ");
        bail!(
            "this erases for good, and no undo brings it back; say --yes. {ERASING_KEEPS} Fields of a {}: {known}.",
            asked.kind
        );
    }
    let erased = desk.erase(&asked.kind, &asked.id, &asked.fields).await?;
    out.say(&erased, || vec![format!("Erased. {ERASING_KEEPS}")])
}

/// Shows, sets or applies how long personal data is kept.
pub async fn retention(desk: &Desk, out: &Out, asked: &Retention) -> Result<()> {
    if asked.apply {
        let erased = desk.apply_retention().await?;
        return out.say(&erased, || {
            vec![format!("Erased in {} reports. {ERASING_KEEPS}", erased.records)]
        });
    }
    if let Some(months) = asked.months {
        let input = FieldInputDto {
            field: "retention_months".into(),
            value: Some(months.to_string()),
        };
        let id = desk.settings().await?.id;
        desk.set("board", &id, u64::MAX, &[input]).await?;
    }
    let months = desk.retention().await?;
    out.say(&json!({ "months": months }), || {
        vec![match months {
            Some(months) => {
                format!("Personal data of reports is erased after {months} months, by a lead's device. {ERASING_KEEPS}")
            }
            None => "Personal data of reports is kept.".to_owned(),
        }]
    })
}

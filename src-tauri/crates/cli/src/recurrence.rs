//! Which reports share a cause: `match` and `suggest`.

use crate::imports::mapping;
use crate::print::Out;
use crate::run::name_of;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sidedesk_api::Desk;
use sidedesk_api::dto::{ImportOptionsDto, NearestDto};
use std::path::PathBuf;

/// New reports, to be held against the complaints that are known.
#[derive(Debug, clap::Args)]
pub struct Match {
    /// What a customer wrote.
    #[arg(long, conflicts_with = "queries", required_unless_present = "queries")]
    text: Option<String>,
    /// A file of reports, read as `import` reads it.
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// column=field,…: which column fills which field.
    #[arg(long, value_name = "COL=FIELD,…", requires = "queries")]
    map: Vec<String>,
}

/// The nearest known complaints.
pub async fn nearest(desk: &Desk, out: &Out, asked: &Match) -> Result<()> {
    let answers: Vec<(u64, NearestDto)> = match (&asked.text, &asked.queries) {
        (_, Some(file)) => {
            let bytes = std::fs::read(file).with_context(|| format!("{} could not be read", file.display()))?;
            let options = ImportOptionsDto {
                map: mapping(&asked.map)?,
                kind: Some("report".into()),
                ..ImportOptionsDto::default()
            };
            desk.nearest_of_file(&name_of(file), &bytes, &options).await?
        }
        (text, None) => {
            let text = text.clone().unwrap_or_default();
            (1..).zip(desk.nearest(vec![text]).await?).collect()
        }
    };
    let results: Vec<Value> = answers.iter().map(|(row, nearest)| result(*row, nearest)).collect();
    out.say(&json!({ "results": results }), || {
        answers.iter().flat_map(|(row, nearest)| lines(*row, nearest)).collect()
    })
}

fn result(row: u64, nearest: &NearestDto) -> Value {
    json!({ "row": row, "looks_new": nearest.looks_new, "matches": nearest.matches })
}

fn lines(row: u64, nearest: &NearestDto) -> Vec<String> {
    let percent = |score: f64| format!("{:3.0} %", score * 100.0);
    let mut lines = vec![format!("row {row}: looks new {}", percent(nearest.looks_new))];
    lines.extend(nearest.matches.iter().map(|found| {
        let why = if found.why.is_empty() {
            String::new()
        } else {
            format!(": {}", found.why.join(", "))
        };
        format!("  {}  {}  {}{why}", percent(found.score), found.complaint, found.title)
    }));
    lines
}

/// Groups of reports without a complaint that seem to share a cause.
pub async fn suggest(desk: &Desk, out: &Out, at: Option<i64>) -> Result<()> {
    let groups = desk.suggest(at).await?;
    out.say(&json!({ "groups": groups }), || {
        let line = |group: &sidedesk_api::dto::GroupDto| {
            format!(
                "{:5}  {}  ({} customers; {})",
                group.count,
                group.title,
                group.customers,
                group.terms.join(", ")
            )
        };
        groups.iter().map(line).collect()
    })
}

//! What the command line says.
#![expect(clippy::print_stderr, reason = "a command line prints; this file is where")]

use anyhow::{Context as _, Result};
use serde::Serialize;
use sidedesk_api::dto::{
    BoardDto, CampaignDto, ClashesDto, EventDto, FieldInputDto, FoundDto, HistoryDto, ImportPreviewDto,
    ImportResultDto, MemberDto, OpenDto, ProblemDto, QuickDto, RecordRefDto, ReportDto, SearchDto, SheetDto, StatusDto,
    UndoneDto, VerifyDto,
};
use sidedesk_api::time_text;
use std::io::Write as _;

/// Problem lines printed of one file; the rest are counted.
const PROBLEMS: usize = 20;

/// Says something beside the answer.
pub fn note(text: &str) {
    eprintln!("{text}");
}

/// Says why not, with the causes behind it; what was said already is not said again.
pub fn refusal(error: &anyhow::Error) {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    eprintln!("{text}");
}

/// Says what happened while watching.
pub fn event(event: &EventDto) {
    match event {
        EventDto::Status(status) => note(&status_line(status)),
        EventDto::Changed(changed) if changed.all => note("The board changed."),
        EventDto::Changed(changed) => {
            let list: Vec<String> = changed.records.iter().map(|r| format!("{} {}", r.kind, r.id)).collect();
            note(&format!("Changed: {}", list.join(", ")));
        }
        // Only a window opens things.
        EventDto::Import(far) if far.total > 0 => note(&format!("{} of {} rows", far.done, far.total)),
        EventDto::Open(_) | EventDto::Import(_) => {}
    }
}

/// The status as one line: only what is known.
pub fn status_line(status: &StatusDto) -> String {
    let since = status.since_ms.map(time_text).unwrap_or_default();
    let mut line = match status.state.as_str() {
        "local" => "Local board, not shared".to_owned(),
        "synced" => format!("Synced {since}"),
        "offline" if since.is_empty() => "Offline".to_owned(),
        "offline" => format!("Offline since {since}"),
        "waiting_for_lead" => "Waiting for a lead".to_owned(),
        "problem" => format!("Problem: {}", status.problem.as_deref().unwrap_or("unknown")),
        _ => "Connecting".to_owned(),
    };
    if status.waiting > 0 && status.state != "local" {
        line.push_str(&format!(" · {} waiting", status.waiting));
    }
    if let Some(why) = status.problem.as_ref().filter(|_| status.state == "offline") {
        line.push_str(&format!(" · the hub takes nothing now: {why}"));
    }
    line
}

/// A card in a list that is deleted: somebody edited it since.
pub fn mark(is_deleted: bool) -> &'static str {
    if is_deleted {
        "  (deleted, but edited since)"
    } else {
        ""
    }
}

/// Where answers go.
pub struct Out {
    /// One document instead of lines.
    pub json: bool,
}

impl Out {
    /// One document, or these lines.
    pub fn say<T: Serialize>(&self, document: &T, lines: impl FnOnce() -> Vec<String>) -> Result<()> {
        let mut text = if self.json {
            serde_json::to_string(document)?
        } else {
            lines().iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n")
        };
        if !text.is_empty() {
            text.push('\n');
        }
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            // Whoever reads may stop reading; what was done is done.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("what was asked for is done, but the answer to it cannot be written"),
        }
    }

    pub fn opened(&self, open: &OpenDto) -> Result<()> {
        self.say(open, || {
            vec![format!(
                "Board \"{}\", you are {} ({}).",
                open.name, open.me, open.function
            )]
        })
    }

    pub fn done(&self, sentence: &str) -> Result<()> {
        self.say(&serde_json::json!({ "done": true }), || vec![sentence.to_owned()])
    }

    pub fn added(&self, record: &RecordRefDto) -> Result<()> {
        self.say(record, || vec![record.id.clone()])
    }

    pub fn code(&self, code: &str, words: &[String]) -> Result<()> {
        self.say(&serde_json::json!({ "code": code, "words": words }), || {
            note(&format!(
                "Both ends of a call see these four words: {}",
                words.join(" ")
            ));
            vec![code.to_owned()]
        })
    }

    pub fn sheet(&self, sheet: &SheetDto) -> Result<()> {
        /// Short enough to be read aloud.
        const WORDS_IN_A_LINE: usize = 4;
        self.say(sheet, || {
            let numbered: Vec<String> = sheet
                .words
                .iter()
                .enumerate()
                .map(|(i, word)| format!("{:>2} {word:<10}", i + 1))
                .collect();
            let lines = numbered
                .chunks(WORDS_IN_A_LINE)
                .map(|line| line.join(" ").trim_end().to_owned());
            lines.chain([format!("Board code: {}", sheet.board_code)]).collect()
        })
    }

    pub fn declared(&self, head: u64) -> Result<()> {
        self.say(&serde_json::json!({ "head": head }), || {
            vec![format!("The hub goes on from entry {head}.")]
        })
    }

    pub fn undone(&self, verb: &str, undone: &UndoneDto) -> Result<()> {
        self.say(undone, || {
            let left = if undone.left > 0 {
                format!("; {} values left as they are, somebody wrote them since", undone.left)
            } else {
                String::new()
            };
            vec![format!("{verb}: {}{left}.", undone.name)]
        })
    }

    pub fn clashes(&self, clashes: &ClashesDto) -> Result<()> {
        self.say(clashes, || {
            let mut lines = Vec::new();
            for clash in &clashes.clashes {
                lines.push(format!(
                    "{:>3}  {:<5}  {} meets {}  (decide by {})",
                    clash.score, clash.strength, clash.campaign_name, clash.complaint_title, clash.decide_by
                ));
                lines.extend(clash.evidence.iter().map(|line| format!("            {line}")));
            }
            if clashes.clashes.is_empty() {
                lines.push(format!("No open clashes. Last check {}.", clashes.at));
            }
            if !clashes.not_checked.is_empty() {
                lines.push(format!("{} not checked:", clashes.not_checked.len()));
                let shown = clashes.not_checked.iter().take(PROBLEMS);
                lines.extend(shown.map(|n| format!("      {} ({})", n.name, n.reason.replace('_', " "))));
            }
            lines
        })
    }

    pub fn campaigns(&self, board: &BoardDto) -> Result<()> {
        self.say(&board.campaigns, || {
            let line = |c: &CampaignDto| {
                let start = c.start_ms.map(time_text).unwrap_or_else(|| "no dates".into());
                let mark = mark(c.deleted);
                format!("{}  {:<12}  {start:<24}  {}{mark}", c.id, c.state, c.name)
            };
            board.campaigns.iter().map(line).collect()
        })
    }

    pub fn reports(&self, reports: &[ReportDto]) -> Result<()> {
        self.say(&reports, || reports.iter().map(report_line).collect())
    }

    pub fn campaign(&self, campaign: &CampaignDto) -> Result<()> {
        self.document(campaign)
    }

    pub fn report(&self, report: &ReportDto) -> Result<()> {
        self.document(report)
    }

    /// One record: every field that holds something.
    fn document<T: Serialize>(&self, record: &T) -> Result<()> {
        let value = serde_json::to_value(record)?;
        self.say(record, || field_lines(&value))
    }

    pub fn history(&self, history: &[HistoryDto]) -> Result<()> {
        self.say(&history, || {
            let line = |h: &HistoryDto| {
                let place = h.n.map_or_else(|| "waiting".to_owned(), |n| n.to_string());
                let (old, new) = (
                    h.old.as_deref().unwrap_or("nothing"),
                    h.new.as_deref().unwrap_or("nothing"),
                );
                let what = match (&h.old, &h.new) {
                    (None, None) => "erased".to_owned(),
                    _ => format!("from {old} to {new}"),
                };
                format!("{place:>7}  {}  {}: {} {what}", time_text(h.at_ms), h.by, h.field)
            };
            history.iter().map(line).collect()
        })
    }

    /// The finds as they always were, a list; a better word is said beside it.
    pub fn searched(&self, answer: &SearchDto) -> Result<()> {
        if let Some(word) = &answer.did_you_mean {
            note(&format!("Nothing found. Did you mean \"{}\"?", plain(word)));
        }
        self.say(&answer.found, || {
            let line = |f: &FoundDto| {
                let state = f.state.as_deref().unwrap_or("");
                format!("{}  {:<9}  {state:<12}  {}", f.id, f.kind, f.title)
            };
            answer.found.iter().map(line).collect()
        })
    }

    pub fn quick(&self, quick: &QuickDto) -> Result<()> {
        self.say(quick, || {
            let line = |input: &FieldInputDto| format!("{:<10} {}", input.field, input.value.as_deref().unwrap_or(""));
            quick.fields.iter().map(line).collect()
        })
    }

    pub fn members(&self, members: &[MemberDto]) -> Result<()> {
        self.say(&members, || {
            let line = |m: &MemberDto| {
                let mark = match (m.me, m.devices) {
                    (true, _) => "  (you)",
                    (false, 0) => "  (left)",
                    _ => "",
                };
                format!("{}  {:<14}  {:<9}  {}{mark}", m.id, m.role, m.function, m.name)
            };
            members.iter().map(line).collect()
        })
    }

    pub fn status(&self, status: &StatusDto) -> Result<()> {
        self.say(status, || {
            let mut lines = vec![status_line(status)];
            lines.extend(
                status
                    .refused
                    .iter()
                    .map(|sentence| format!("Refused by the hub: {sentence}")),
            );
            lines.extend(status.alarm.clone());
            lines.extend(status.place_warning.clone());
            if status.secret.as_deref() == Some("file") {
                lines.push(crate::keys::CLEAR.into());
            }
            if status.newer {
                lines.push("Some entries were written by a newer version. Update Sidedesk to see them.".into());
            }
            lines
        })
    }

    pub fn verified(&self, verified: &VerifyDto) -> Result<()> {
        self.say(verified, || {
            let mut lines = vec![format!("head {}  view {}", verified.head, verified.view_digest)];
            lines.extend(verified.problems.iter().map(|problem| format!("Problem: {problem}.")));
            lines.extend(verified.notes.iter().map(|note| format!("  {note}")));
            lines
        })
    }

    pub fn preview(&self, preview: &ImportPreviewDto) -> Result<()> {
        self.say(preview, || {
            let mut lines = vec![format!(
                "{} ({}), {} rows: {} new, {} changed, {} the same, {} skipped. Nothing was written.",
                preview.preset, preview.kind, preview.rows, preview.new, preview.changed, preview.same, preview.skipped
            )];
            if preview.recalled {
                lines.push("Columns as last time; --forget-columns reads them anew.".into());
            }
            let column = |c: &sidedesk_api::dto::ColumnDto| {
                format!(
                    "  {:<32} {:<14} {}",
                    c.header,
                    c.field.as_deref().unwrap_or("left out"),
                    c.sample
                )
            };
            lines.extend(preview.columns.iter().map(column));
            for c in preview.columns.iter().filter(|c| !c.values.is_empty()) {
                let open = c.values.iter().filter(|value| value.becomes.is_none());
                let open: Vec<String> = open.map(|value| format!("{} ({})", value.value, value.rows)).collect();
                if !open.is_empty() {
                    lines.push(plain(&format!("Not known in {}: {}", c.header, open.join(", "))));
                    lines.push(format!(
                        "  --value \"COLUMN:CELL=WORD\" says what one means: {}",
                        c.choices.join(", ")
                    ));
                }
            }
            if let Some(question) = &preview.question {
                lines.push(format!(
                    "Dates in {}: --day-first ({}) or --month-first ({})",
                    question.column, question.day_first, question.month_first
                ));
            }
            if preview.damaged {
                lines.push("The file is damaged; --accept-damaged imports what is sound.".into());
            }
            let conflict = |c: &sidedesk_api::dto::ConflictDto| {
                plain(&format!(
                    "  line {}, {}: \"{}\" here, the file says \"{}\"",
                    c.line, c.field, c.mine, c.file
                ))
            };
            lines.extend(preview.conflicts.iter().map(conflict));
            lines.extend(remarks(preview.kept, &preview.problems, &preview.missing));
            lines
        })
    }

    pub fn imported(&self, result: &ImportResultDto) -> Result<()> {
        self.say(result, || {
            let mut lines = vec![format!(
                "{} rows: {} new, {} changed, {} the same, {} skipped. {} complaints made. One undo takes it back.",
                result.rows, result.new, result.changed, result.same, result.skipped, result.complaints
            )];
            lines.extend(remarks(result.kept, &result.problems, &result.missing));
            lines
        })
    }
}

/// One line of what others may have typed: no line breaks, and nothing that steers a terminal.
fn plain(line: &str) -> String {
    line.replace(char::is_control, " ")
}

/// Fields that hold something, one under the other.
pub fn field_lines(record: &serde_json::Value) -> Vec<String> {
    let empty = |v: &serde_json::Value| v.is_null() || v.as_array().is_some_and(Vec::is_empty);
    let fields = record.as_object().into_iter().flatten().filter(|(_, v)| !empty(v));
    let mut lines = Vec::new();
    for (name, value) in fields {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let names = std::iter::once(name.as_str()).chain(std::iter::repeat(""));
        lines.extend(text.lines().zip(names).map(|(line, name)| format!("{name:<12} {line}")));
    }
    lines
}

/// A report in a list.
pub fn report_line(report: &ReportDto) -> String {
    let at = report.at_ms.map(time_text).unwrap_or_default();
    let title = report.title.as_deref().or(report.body.as_deref()).unwrap_or("");
    format!("{}  {at}  {}", report.id, title.chars().take(80).collect::<String>())
}

fn remarks(kept: u64, problems: &[ProblemDto], missing: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    if kept > 0 {
        lines.push(format!(
            "{kept} values edited here by hand were kept; --take-file takes the file's."
        ));
    }
    for problem in problems.iter().take(PROBLEMS) {
        let left_out = if problem.skipped { " (row left out)" } else { "" };
        lines.push(format!("Line {}: {}{left_out}", problem.line, problem.message));
    }
    if problems.len() > PROBLEMS {
        lines.push(format!(
            "… and {} more lines; --json lists them all.",
            problems.len() - PROBLEMS
        ));
    }
    lines.extend(missing.iter().cloned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_typed_is_one_line_and_does_not_steer_the_terminal() {
        assert_eq!(plain("Sale\u{1b}[31m\nred \u{9b}2J ☃"), "Sale [31m red  2J ☃");
    }
}

//! What follows an import, from a terminal: complaints with what is to be known of them beside their fields, reports that wait for
//! a complaint, and from when on something is offered.

use crate::print::{Out, mark, report_line};
use anyhow::Result;
use serde_json::json;
use sidedesk_api::dto::{BoardDto, ComplaintDto, FieldInputDto, FixDto, UnlinkedDto};
use sidedesk_api::{Desk, time_text};

/// From when on something is offered.
#[derive(Debug, clap::Args)]
pub struct Bounds {
    /// A complaint is offered for closing after so many days without a report; 0: never.
    #[arg(long, value_name = "DAYS")]
    quiet_days: Option<u32>,
    /// One answer for all is proposed when a complaint has more reports than this in a day; 0: never.
    #[arg(long, value_name = "REPORTS")]
    one_answer_from: Option<u32>,
}

/// Complaints, the loudest first.
pub fn list(out: &Out, board: &BoardDto) -> Result<()> {
    out.say(&board.complaints, || {
        let line = |c: &ComplaintDto| {
            let remarks: String = remarks(c).iter().map(|remark| format!("  ({remark})")).collect();
            format!(
                "{}  {:<9}  {:>5} in 7 days, usually {:<5}  {}{remarks}{}",
                c.id,
                c.state,
                c.last7,
                c.usual,
                c.title,
                mark(c.deleted)
            )
        };
        board.complaints.iter().map(line).collect()
    })
}

/// One complaint: every field that holds something, then what is to be known of it.
pub fn show(out: &Out, complaint: &ComplaintDto) -> Result<()> {
    let mut fields = serde_json::to_value(complaint)?;
    if let Some(fields) = fields.as_object_mut() {
        // They are sentences below.
        for said in ["back", "fixes", "quiet_days", "too_many"] {
            fields.remove(said);
        }
    }
    out.say(complaint, || {
        let mut lines = crate::print::field_lines(&fields);
        lines.extend(remarks(complaint).into_iter().map(|remark| format!("{remark}.")));
        lines.extend(complaint.fixes.iter().flatten().map(fix_line));
        if let Some(days) = complaint.quiet_days {
            let id = &complaint.id;
            lines.push(format!(
                "No report for {days} days. To close it: sidedesk complaint set {id} state=solved"
            ));
        }
        if let Some(count) = complaint.too_many {
            let id = &complaint.id;
            lines.push(format!(
                "{count} reports in a day: write one answer for all, sidedesk complaint set {id} answer=\"…\", and one fix, fix=\"…\""
            ));
        }
        lines
    })
}

/// What is to be known of a complaint at a glance.
pub fn remarks(complaint: &ComplaintDto) -> Vec<String> {
    let mut remarks = Vec::new();
    if complaint.returned > 0 {
        remarks.push(format!(
            "returned, {} time",
            ordinal(complaint.returned.saturating_add(1))
        ));
    }
    if let Some(back) = &complaint.back {
        remarks.push(format!(
            "{} since it was mended {}",
            reports(back.reports),
            time_text(back.mended_ms)
        ));
    }
    if let Some(days) = complaint.quiet_days {
        remarks.push(format!("quiet for {days} days"));
    }
    if let Some(count) = complaint.too_many {
        remarks.push(format!("{count} in a day"));
    }
    remarks
}

/// Reports that wait for a complaint.
pub async fn unlinked(desk: &Desk, out: &Out) -> Result<()> {
    let list = desk.unlinked(0).await?;
    out.say(&list, || {
        let mut lines = vec![unlinked_line(&list.unlinked)];
        lines.extend(list.reports.iter().map(report_line));
        let left = list.unlinked.count - list.reports.len() as i64;
        if left > 0 {
            lines.push(format!("… and {left} more."));
        }
        lines
    })
}

/// How many there are, beside how many there were.
pub fn unlinked_line(unlinked: &UnlinkedDto) -> String {
    let last = unlinked.last.as_ref();
    let last = last.map_or_else(String::new, |last| {
        format!(" ({} at the standup of {})", last.count, last.date)
    });
    let have = if unlinked.count == 1 { "has" } else { "have" };
    format!(
        "{} {have} no complaint for {} working days{last}.",
        reports(unlinked.count),
        unlinked.days
    )
}

/// Says the bounds, after changing them.
pub async fn bounds(desk: &Desk, out: &Out, asked: &Bounds) -> Result<()> {
    let typed = [
        ("quiet_days", asked.quiet_days),
        ("one_answer_from", asked.one_answer_from),
    ];
    let inputs = typed.into_iter().filter_map(|(field, value)| {
        Some(FieldInputDto {
            field: field.into(),
            value: Some(value?.to_string()),
        })
    });
    let inputs: Vec<FieldInputDto> = inputs.collect();
    let settings = desk.settings().await?;
    if !inputs.is_empty() {
        desk.set("board", &settings.id, u64::MAX, &inputs).await?;
    }
    let settings = desk.settings().await?;
    let (quiet, loud) = (settings.quiet_days, settings.one_answer_from);
    out.say(&json!({ "quiet_days": quiet, "one_answer_from": loud }), || {
        let closing = match quiet {
            0 => "Closing a quiet complaint is never offered.".to_owned(),
            days => format!("Closing is offered after {days} days without a report."),
        };
        let answer = match loud {
            0 => "One answer for all is never proposed.".to_owned(),
            from => format!("One answer for all is proposed above {from} reports in a day."),
        };
        vec![closing, answer]
    })
}

fn fix_line(fix: &FixDto) -> String {
    let text = fix.text.as_deref().unwrap_or("nobody said what mended it");
    format!("Mended {} by {}: {text}", time_text(fix.at_ms), fix.by)
}

fn reports(count: i64) -> String {
    let word = if count == 1 { "report" } else { "reports" };
    format!("{count} {word}")
}

/// `2nd`, `3rd`, `11th`.
fn ordinal(number: i64) -> String {
    let ending = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row() {
        for (number, expected) in [
            (2, "2nd"),
            (3, "3rd"),
            (4, "4th"),
            (11, "11th"),
            (12, "12th"),
            (13, "13th"),
            (21, "21st"),
            (103, "103rd"),
        ] {
            assert_eq!(ordinal(number), expected);
        }
    }
}

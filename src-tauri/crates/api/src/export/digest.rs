//! The day in one page of Markdown, for a chat or a wiki: what has to be decided, what goes out next, what keeps coming back.

use super::Written;
use crate::desk::Desk;
use crate::dto::{AgendaItemDto, CampaignDto, ComplaintDto};
use crate::error::Error;
use sidedesk_domain::Millis;
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::time::{DAY_MS, Tz, utc_to_local};
use std::fmt::Write as _;

/// How far ahead campaigns are listed.
const AHEAD: Millis = 14 * DAY_MS;
/// Cards in one list at most.
const LISTED: usize = 12;

impl Desk {
    /// The page as of `now`, in the board's zone.
    pub(super) async fn digest(&self, now: Millis) -> Result<Written, Error> {
        let open = self.open_board().await?;
        let (name, zone) = open.settings().await?;
        let (agenda, board) = (self.agenda(Some(now)).await?, self.board().await?);
        let mut page = format!("# {}, {}\n", plain(&name), agenda.date);
        let mut rows = 0;
        let mut list = |title: &str, none: &str, lines: Vec<String>| {
            rows += lines.len() as u64;
            let _ = write!(page, "\n## {title}\n\n");
            if lines.is_empty() {
                let _ = writeln!(page, "{none}");
            }
            for line in lines {
                let _ = writeln!(page, "- {line}");
            }
        };
        let decide = agenda.items.iter().filter(|item| item.state != "settled");
        list("To decide", "Nothing.", decide.map(|item| asked(item, zone)).collect());
        let ahead = |campaign: &&CampaignDto| {
            let from = campaign.start_ms.is_some_and(|start| start < now + AHEAD);
            from && campaign.end_ms.is_none_or(|end| end > now) && campaign.state != CampaignState::Ended.word()
        };
        let coming = board.campaigns.iter().filter(ahead).take(LISTED);
        list(
            "What goes out in the next 14 days",
            "Nothing.",
            coming.map(|campaign| promised(campaign, zone)).collect(),
        );
        let lively = board
            .complaints
            .iter()
            .filter(|complaint| complaint.last7 > 0)
            .take(LISTED);
        list(
            "What customers reported in the last 7 days",
            "Nothing.",
            lively.map(reported).collect(),
        );
        Ok(Written {
            rows,
            left_out: 0,
            bytes: page.into_bytes(),
        })
    }
}

fn asked(item: &AgendaItemDto, zone: Tz) -> String {
    let by = item
        .due_ms
        .map(|due| format!("; decide by {}", moment(due, zone)))
        .unwrap_or_default();
    match &item.clash {
        Some(clash) => format!(
            "◆ {} meets ● {}: {} of 100, {}{by}",
            plain(&clash.campaign_name),
            plain(&clash.complaint_title),
            clash.score,
            if clash.strength == "block" { "blocks" } else { "warns" },
        ),
        None => {
            let mark = if item.about_kind == "campaign" { '◆' } else { '●' };
            format!("{mark} {} ({}){by}", plain(&item.title), item.kind.replace('_', " "))
        }
    }
}

fn promised(campaign: &CampaignDto, zone: Tz) -> String {
    let mut line = format!("◆ {}", plain(&campaign.name));
    if let Some(start) = campaign.start_ms {
        let _ = write!(line, ", from {}", moment(start, zone));
    }
    if let Some(end) = campaign.end_ms {
        let _ = write!(line, " until {}", moment(end, zone));
    }
    for said in [campaign.scope.product.join(", "), campaign.scope.channel.join(", ")] {
        if !said.is_empty() {
            let _ = write!(line, "; {}", plain(&said));
        }
    }
    owned(line, campaign.owner.as_deref())
}

fn reported(complaint: &ComplaintDto) -> String {
    let line = format!(
        "● {}: {} tickets, usually {}; severity {}, {}",
        plain(&complaint.title),
        complaint.last7,
        complaint.usual,
        complaint.severity,
        complaint.state
    );
    owned(line, complaint.owner.as_deref())
}

fn owned(mut line: String, owner: Option<&str>) -> String {
    if let Some(owner) = owner {
        let _ = write!(line, "; {}", plain(owner));
    }
    line
}

fn moment(at: Millis, zone: Tz) -> String {
    utc_to_local(at, zone).format("%a %-d %b %H:%M").to_string()
}

/// What people typed stays text: one line, and no mark-up of its own.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        for c in word.chars() {
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

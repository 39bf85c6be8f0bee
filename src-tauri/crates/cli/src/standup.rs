//! Deciding together from a terminal: the agenda, decisions and signatures, the standup.

use crate::aftermath::{remarks, unlinked_line};
use crate::print::Out;
use anyhow::Result;
use clap::Subcommand;
use sidedesk_api::dto::{AgendaDto, AgendaItemDto, DecideDto, DecisionDto, SinceDto, SinceListDto, StandupDto};
use sidedesk_api::{Desk, time_text};

/// What can be done with today's standup.
#[derive(Debug, Subcommand)]
pub enum Meeting {
    /// Start it, go on with it after it was ended, or join it.
    Start,
    /// Everybody looks at this item now; at none without a key.
    Next {
        /// The item's key, such as clash/ID.
        key: Option<String>,
    },
    /// End it: it was held.
    End,
    /// Show it.
    Show,
}

/// A decision as typed.
#[derive(Debug, clap::Args)]
pub struct Decide {
    /// What it is about.
    #[arg(value_parser = ["clash", "complaint", "campaign"])]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Of a clash: move, change, mitigate, accept, not_a_clash; of anything: decide, hand_off, defer, drop.
    #[arg(long)]
    pub word: String,
    /// What is done, or the reason.
    #[arg(long)]
    pub text: Option<String>,
    /// Who does it.
    #[arg(long)]
    pub owner: Option<String>,
    /// Until when, or when it comes back: 2026-11-21 or 2026-11-21 15:00.
    #[arg(long)]
    pub due: Option<String>,
    /// Date of the standup it is made in.
    #[arg(long)]
    pub standup: Option<String>,
}

/// Proposes or decides.
pub async fn decide(desk: &Desk, out: &Out, typed: &Decide) -> Result<()> {
    let decision = DecideDto {
        about_kind: typed.kind.clone(),
        about: typed.id.clone(),
        word: typed.word.clone(),
        text: typed.text.clone(),
        owner: typed.owner.clone(),
        due: typed.due.clone(),
        standup: typed.standup.clone(),
    };
    let decided = desk.decide(&decision).await?;
    out.say(&decided, || vec![decision_line(&decided)])
}

/// Signs.
pub async fn agree(desk: &Desk, out: &Out, id: &str) -> Result<()> {
    let agreed = desk.agree(id).await?;
    out.say(&agreed, || vec![decision_line(&agreed)])
}

/// Everything that was decided about one thing.
pub async fn decisions(desk: &Desk, out: &Out, kind: &str, id: &str) -> Result<()> {
    let list = desk.decisions(kind, id).await?;
    out.say(&list, || list.iter().map(decision_line).collect())
}

/// What is to be decided.
pub async fn agenda(desk: &Desk, out: &Out, at_ms: Option<i64>) -> Result<()> {
    let agenda = desk.agenda(at_ms).await?;
    out.say(&agenda, || agenda_lines(&agenda))
}

/// What the other function did.
pub async fn since(desk: &Desk, out: &Out, since_ms: i64) -> Result<()> {
    let list = desk.since(since_ms).await?;
    out.say(&list, || since_lines(&list))
}

/// The standup.
pub async fn meet(desk: &Desk, out: &Out, meeting: &Meeting) -> Result<()> {
    let standup = match meeting {
        Meeting::Start => Some(desk.start_standup().await?),
        Meeting::Next { key } => Some(desk.move_standup(key.as_deref()).await?),
        Meeting::End => Some(desk.end_standup().await?),
        Meeting::Show => desk.agenda(None).await?.standup,
    };
    out.say(&standup, || match &standup {
        Some(standup) => standup_lines(standup),
        None => vec!["No standup today yet.".into()],
    })
}

fn agenda_lines(agenda: &AgendaDto) -> Vec<String> {
    let rhythm = &agenda.rhythm;
    let mut lines = vec![format!(
        "{}  {} items, {} min  rhythm {} of {}  next standup {}",
        agenda.date,
        agenda.items.len(),
        agenda.minutes,
        rhythm.held,
        rhythm.of,
        time_text(agenda.next_standup_ms)
    )];
    lines.extend(agenda.items.iter().map(|item| item_line(item, " ")));
    if agenda.items.is_empty() {
        lines.push("Nothing needs a decision.".into());
    }
    if agenda.also > 0 {
        lines.push(format!("… and {} more.", agenda.also));
    }
    if agenda.unlinked.count > 0 || agenda.unlinked.last.is_some() {
        lines.push(unlinked_line(&agenda.unlinked));
    }
    lines.extend(
        agenda
            .voice
            .iter()
            .map(|voice| format!("\"{}\" ({})", voice.text, voice.title)),
    );
    lines
}

fn standup_lines(standup: &StandupDto) -> Vec<String> {
    let ended = match standup.ended_ms {
        Some(at) => format!("ended {}", time_text(at)),
        None => "running".into(),
    };
    let mut lines = vec![format!(
        "Standup {}, started by {} at {}, {ended}",
        standup.date,
        standup.by,
        time_text(standup.started_ms)
    )];
    let mark = |item: &AgendaItemDto| {
        if standup.current.as_ref() == Some(&item.key) {
            ">"
        } else {
            " "
        }
    };
    lines.extend(standup.items.iter().map(|item| item_line(item, mark(item))));
    lines
}

fn item_line(item: &AgendaItemDto, mark: &str) -> String {
    let due = item
        .due_ms
        .map_or_else(String::new, |at| format!("  by {}", time_text(at)));
    let remarks = item.complaint.iter().flat_map(remarks);
    let remarks: String = remarks.map(|remark| format!(" ({remark})")).collect();
    format!(
        "{mark} {:<7}  {:<11}  {:<9}  {}{due}{remarks}  {}",
        item.state,
        words(&item.kind),
        item.speaker,
        item.title,
        item.key
    )
}

fn decision_line(decision: &DecisionDto) -> String {
    let signed = [("marketing", &decision.marketing), ("support", &decision.support)];
    let signed: Vec<String> = signed
        .iter()
        .filter_map(|(function, signature)| Some(format!("{function} ({})", signature.as_ref()?.by)))
        .collect();
    let part = |label: &str, text: Option<&str>| text.map_or_else(String::new, |text| format!("  {label} {text}"));
    format!(
        "{}  {}  {}{}{}{}  signed by {}",
        decision.id,
        time_text(decision.at_ms),
        words(&decision.word),
        part("·", decision.text.as_deref()),
        part("owner", decision.owner.as_deref()),
        part("due", decision.due_ms.map(time_text).as_deref()),
        signed.join(", ")
    )
}

fn since_lines(list: &SinceListDto) -> Vec<String> {
    let line = |change: &SinceDto| {
        let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".into());
        let values = match (&change.field, change.what.as_str()) {
            (_, "reports") => format!(" from {} to {}", part(&change.old), part(&change.new)),
            (Some(field), "changed") => format!(" {field} from {} to {}", part(&change.old), part(&change.new)),
            (Some(_), _) => format!(" {}", part(&change.new)),
            (None, _) => String::new(),
        };
        format!(
            "{}  {} ({})  {} {} \"{}\"{values}",
            time_text(change.at_ms),
            change.by,
            change.function,
            change.what,
            change.kind,
            change.name
        )
    };
    let mut lines: Vec<String> = list.changes.iter().map(line).collect();
    let left = list.total - list.changes.len() as u64;
    if left > 0 {
        lines.push(format!("… and {left} more."));
    }
    lines
}

/// A stable word as one reads it.
fn words(word: &str) -> String {
    word.replace('_', " ")
}

//! What the other function proposed: `proposals`, `accept`, `decline`, and how a saved edit is told.

use crate::print::Out;
use anyhow::{Result, bail};
use sidedesk_api::dto::{AnswerDto, SavedDto};
use sidedesk_api::{Desk, time_text};

/// One proposal.
#[derive(Debug, clap::Args)]
pub struct Answered {
    /// The card's id.
    pub id: String,
    /// The field, as `proposals` names it.
    pub field: String,
    /// Of a list, the element.
    #[arg(long)]
    pub element: Option<String>,
    /// Of several proposals for one field, whose: a role or initials.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// Where an edit of somebody else's card went.
const PROPOSED: &str = "Proposed; the card stays as it is until the function whose card it is takes it.";

/// Tells what became of an edit.
pub fn saved(out: &Out, saved: &SavedDto, written: &str) -> Result<()> {
    let sentence = if saved.proposed { PROPOSED } else { written };
    let document = serde_json::json!({ "done": true, "proposed": saved.proposed });
    out.say(&document, || vec![sentence.to_owned()])
}

/// Everything that waits.
pub async fn list(desk: &Desk, out: &Out) -> Result<()> {
    let waiting = desk.proposals().await?;
    out.say(&waiting, || {
        let line = |answer: &AnswerDto| {
            let AnswerDto {
                kind,
                id,
                name,
                proposal,
            } = answer;
            let element = proposal.element.as_ref().map_or(String::new(), |e| format!(" {e}"));
            format!(
                "{id}  {kind:<9}  {name}: {}{element} to {}, by {}, {}",
                proposal.field,
                proposal.value.as_deref().unwrap_or("nothing"),
                proposal.by,
                time_text(proposal.at_ms)
            )
        };
        waiting.iter().map(line).collect()
    })
}

/// Takes or declines one.
pub async fn answer(desk: &Desk, out: &Out, answered: &Answered, take: bool) -> Result<()> {
    let waiting = desk.proposals().await?;
    let is_it = |answer: &&AnswerDto| {
        let proposal = &answer.proposal;
        let by = answered.by.as_deref().map(str::trim);
        answer.id == answered.id
            && proposal.field == answered.field
            && proposal.element == answered.element
            && by.is_none_or(|by| proposal.by.eq_ignore_ascii_case(by))
    };
    let found: Vec<&AnswerDto> = waiting.iter().filter(is_it).collect();
    match found.as_slice() {
        [] => bail!("nothing like that is proposed; see sidedesk proposals"),
        [one] => {
            desk.answer_proposal(one, take).await?;
            out.done(match (take, one.proposal.own) {
                (true, _) => "Taken; the card says that now.",
                (false, true) => "Taken back.",
                (false, false) => "Declined.",
            })
        }
        several => {
            let people: Vec<&str> = several.iter().map(|answer| answer.proposal.by.as_str()).collect();
            bail!(
                "several people proposed something for it; say whose with --by: {}",
                people.join(", ")
            )
        }
    }
}

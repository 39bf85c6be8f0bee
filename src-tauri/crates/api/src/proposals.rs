//! An edit of the other function's card is a proposal: reading what waits, taking it, declining it (product S15).
//!
//! Nothing here decides what is one: that is the fold's, by the seat of whoever wrote
//! ([`sidedesk_domain::membership::Seat`]). Taking a proposal is writing its value; only declining is an edit of its own.

use crate::cards::{Names, shown};
use crate::desk::{Desk, OpenBoard};
use crate::dto::{AnswerDto, ProposalDto, SavedDto};
use crate::error::Error;
use crate::problem::Problem;
use crate::records::record_id;
use sidedesk_domain::fields::{DELETED, campaign, complaint, named};
use sidedesk_domain::fold::Proposal;
use sidedesk_domain::membership::{Seat, Standing};
use sidedesk_domain::states::ComplaintState;
use sidedesk_domain::{Edit, FieldId, Kind, MemberId, RecordEdit, RecordState, Value};

/// Who looks at the cards, and where they sit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub member: MemberId,
    pub seat: Seat,
}

impl Reader {
    /// Does an edit of this field become a proposal?
    pub(crate) fn proposes(&self, kind: Kind, field: FieldId, state: &RecordState) -> bool {
        let own = state.creator() == Some(self.member);
        self.seat.standing(kind, field, (own, false)) == Standing::Proposes
    }
}

/// What of these edits is proposed rather than written.
pub(crate) fn saved(reader: Reader, kind: Kind, state: &RecordState, edits: &[(FieldId, Edit)]) -> SavedDto {
    let proposed = edits.iter().any(|(field, _)| reader.proposes(kind, *field, state));
    SavedDto { proposed }
}

/// What waits on a card.
pub(crate) fn proposals(kind: Kind, state: &RecordState, names: &Names) -> Option<Vec<ProposalDto>> {
    let one = |proposal: Proposal<'_>| {
        let Proposal {
            field,
            element,
            sibling,
        } = proposal;
        let reader = names.reader;
        ProposalDto {
            field: name_of(field).into(),
            element: element.and_then(|element| shown(field, element)),
            value: shown(field, &sibling.value),
            member: sibling.stamp.member.to_string(),
            by: names.of(sibling.stamp.member),
            at_ms: sibling.stamp.author_time,
            own: reader.is_some_and(|reader| reader.member == sibling.stamp.member),
            can_take: reader.is_some_and(|reader| !reader.proposes(kind, field, state)) && !sibling.stamp.is_pending(),
        }
    };
    let waiting: Vec<ProposalDto> = state.proposals().map(one).collect();
    (!waiting.is_empty()).then_some(waiting)
}

fn name_of(field: FieldId) -> &'static str {
    match field {
        DELETED => "deleted",
        field => field.spec().map_or("", |spec| spec.name),
    }
}

impl Desk {
    /// Everything that waits for an answer, on any card.
    pub async fn proposals(&self) -> Result<Vec<AnswerDto>, Error> {
        let open = self.open_board().await?;
        let names = open.names().await?;
        let mut all = Vec::new();
        for (kind, card) in open.store.with_proposals().await? {
            let title = match kind {
                Kind::Campaign => campaign::NAME,
                _ => complaint::TITLE,
            };
            let name = card.state.get(title).as_text().unwrap_or_default().to_owned();
            let waiting = proposals(kind, &card.state, &names).unwrap_or_default();
            all.extend(waiting.into_iter().map(|proposal| AnswerDto {
                kind: kind.name().into(),
                id: card.id.to_string(),
                name: name.clone(),
                proposal,
            }));
        }
        all.sort_by_key(|answer| answer.proposal.at_ms);
        Ok(all)
    }

    /// Takes what this member proposed for a field, or for one element of it: the card says that now. One who proposed it
    /// and may not write takes it back.
    pub async fn answer_proposal(&self, answer: &AnswerDto, take: bool) -> Result<(), Error> {
        let (id, field) = (answer.id.as_str(), answer.proposal.field.as_str());
        let kind = match answer.kind.as_str() {
            "campaign" => Kind::Campaign,
            "complaint" => Kind::Complaint,
            other => return Err(Error::input("kind", Problem::choice(other, &["campaign", "complaint"]))),
        };
        let open = self.open_board().await?;
        let card = open.card(kind, id).await?;
        let gone = || Error::NotFound {
            kind: "proposal".into(),
            id: field.chars().take(80).collect(),
        };
        let member = record_id("member", &answer.proposal.member)?;
        let field_id = match field {
            "deleted" => DELETED,
            name => named(kind, name).ok_or_else(gone)?.id,
        };
        let mut waiting = card.state.proposals().filter(|proposal| {
            let of = proposal.element.and_then(|element| shown(field_id, element));
            proposal.field == field_id && of == answer.proposal.element && proposal.sibling.stamp.member.0 == member.0
        });
        let proposal = waiting.next().ok_or_else(gone)?;
        let reader = open.reader().await?;
        let takes_back = !take && reader.member == proposal.sibling.stamp.member;
        if !takes_back && reader.proposes(kind, field_id, &card.state) {
            return Err(Error::NotAllowed(
                "the function whose card it is answers a proposal".into(),
            ));
        }
        let edits = match take {
            true => {
                let mut edits = vec![(field_id, taken(&proposal))];
                if kind == Kind::Complaint {
                    let said = proposed_state(&proposal);
                    let more = open.follow_edits(&card, &edits, said, self.clock().now()).await?;
                    edits.splice(0..0, more);
                }
                open.as_typed(card.id, &card.state, card.seen, edits)?
            }
            false => {
                let member = proposal.sibling.stamp.member;
                vec![(field_id, Edit::Decline(member, proposal.element.cloned()))]
            }
        };
        let record = RecordEdit {
            kind,
            id: card.id,
            seen: card.seen,
            edits,
        };
        let name = if take { "proposal.take" } else { "proposal.decline" };
        Ok(open.store.commit(self.action(name, vec![record])?).await?)
    }
}

/// The state of a complaint that is proposed, when it is one.
fn proposed_state(proposal: &Proposal<'_>) -> Option<ComplaintState> {
    let word = proposal.sibling.value.as_text();
    word.filter(|_| proposal.field == complaint::STATE)
        .and_then(ComplaintState::from_word)
}

fn taken(proposal: &Proposal<'_>) -> Edit {
    let value = &proposal.sibling.value;
    match proposal.element {
        Some(element) if *value == Value::Bool(true) => Edit::Add(element.clone()),
        Some(element) => Edit::Remove(element.clone()),
        None => Edit::Set(value.clone()),
    }
}

impl OpenBoard {
    /// Whoever sits here.
    pub(crate) async fn reader(&self) -> Result<Reader, Error> {
        Ok(Reader {
            member: self.store.identity().member,
            seat: self.store.my_seat().await?,
        })
    }
}

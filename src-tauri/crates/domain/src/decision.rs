//! Decisions: what two functions agree to do about a clash, and what somebody settled about a complaint or a campaign.
//!
//! A decision is a record that is never edited, only signed. Its first signature is the proposer's. About a clash both
//! functions sign; a counter-proposal is simply another decision about the same clash, so two proposals that were made
//! offline are both kept, and whoever agrees signs exactly one of them.
//!
//! - A clash is *decided* by the proposal that became complete last, and is *waiting* while there is a proposal that is
//!   newer than that, or while none is complete.
//! - Handing off, deferring and dropping a clash settles what is on the agenda, not the clash: one signature is enough,
//!   and the clash stays as it was.
//! - A proposal that was taken back is gone, unless somebody else had signed it meanwhile: agreeing wins, as alive wins
//!   over deleted.
//!
//! When something happened is the author's time as far as the fold believes it ([`crate::Stamp::believed_time`]), so that a clock
//! that is a year ahead does not keep a proposal in front for a year.

use crate::fields::decision;
use crate::fold::RecordState;
use crate::id::{MemberId, RecordId};
use crate::states::states;
use crate::time::Millis;
use std::collections::BTreeMap;

states! {
    /// One of the two that sign.
    Function, FUNCTIONS {
        /// Posts campaigns.
        Marketing = "marketing",
        /// Flags complaints.
        Support = "support",
    }
}

/// What a member may be: one function, or both.
pub const MEMBER_FUNCTIONS: &[&str] = &["marketing", "support", "both"];

impl Function {
    /// Both, Marketing first.
    pub const ALL: [Self; 2] = [Self::Marketing, Self::Support];

    /// The functions that a member of this word works in; none when a newer version wrote another word.
    pub fn of_member(word: &str) -> &'static [Self] {
        match word {
            "marketing" => &[Self::Marketing],
            "support" => &[Self::Support],
            "both" => &Self::ALL,
            _ => &[],
        }
    }

    /// The one across the table.
    pub fn other(self) -> Self {
        match self {
            Self::Marketing => Self::Support,
            Self::Support => Self::Marketing,
        }
    }
}

states! {
    /// What a decision is about.
    AboutKind, ABOUT_KINDS {
        /// A campaign meets a complaint.
        Clash = "clash",
        /// A complaint alone.
        Complaint = "complaint",
        /// A campaign alone.
        Campaign = "campaign",
    }
}

states! {
    /// What is to happen (product W1 and S21).
    Word, DECISION_WORDS {
        /// Pause or move the campaign.
        Move = "move",
        /// Change its message or audience.
        Change = "change",
        /// Go, with a mitigation.
        Mitigate = "mitigate",
        /// Accept the risk.
        Accept = "accept",
        /// It is no clash.
        NotAClash = "not_a_clash",
        /// As the text says.
        Decide = "decide",
        /// Somebody takes care of it.
        HandOff = "hand_off",
        /// Not before a date.
        Defer = "defer",
        /// Not any more.
        Drop = "drop",
    }
}

impl Word {
    /// Said of clashes only.
    pub fn is_for_clashes(self) -> bool {
        matches!(
            self,
            Self::Move | Self::Change | Self::Mitigate | Self::Accept | Self::NotAClash
        )
    }

    /// Settles what is on the agenda and leaves the subject as it is.
    pub fn is_for_the_agenda(self) -> bool {
        matches!(self, Self::HandOff | Self::Defer | Self::Drop)
    }

    /// What it means lies in its text: without one it says nothing.
    pub fn needs_text(self) -> bool {
        matches!(
            self,
            Self::Mitigate | Self::Accept | Self::NotAClash | Self::Decide | Self::HandOff
        )
    }

    /// Nothing happens unless somebody does it.
    pub fn needs_owner(self) -> bool {
        matches!(self, Self::Mitigate | Self::HandOff)
    }
}

/// Who signed, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// Who.
    pub by: MemberId,
    /// When, by their clock.
    pub at: Millis,
    /// The same as far as it is believed.
    pub believed_at: Millis,
}

/// One decision or proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which.
    pub id: RecordId,
    /// What it is about.
    pub about_kind: AboutKind,
    /// Which of those.
    pub about: RecordId,
    /// Of a clash or a campaign.
    pub campaign: Option<RecordId>,
    /// Of a clash or a complaint.
    pub complaint: Option<RecordId>,
    /// What is to happen.
    pub word: Word,
    /// What is done, or the reason.
    pub text: Option<String>,
    /// Who does it.
    pub owner: Option<String>,
    /// Until when, or when it comes back.
    pub due: Option<Millis>,
    /// The proposer's function.
    pub function: Function,
    /// The proposer.
    pub by: MemberId,
    /// When, by the proposer's clock.
    pub at: Millis,
    /// The same as far as it is believed.
    pub believed_at: Millis,
    /// The clash's score then.
    pub score: Option<i64>,
    /// The complaint's reports of seven days then.
    pub last7: Option<i64>,
    /// Date of the standup it was made in.
    pub standup: Option<String>,
    /// Marketing's signature.
    pub marketing: Option<Signature>,
    /// Support's.
    pub support: Option<Signature>,
}

impl Decision {
    /// A decision as folded; `None` when it was taken back, and when a newer version wrote what is not known here.
    pub fn read(id: RecordId, state: &RecordState) -> Option<Self> {
        let word = |field| state.get(field).as_text();
        let text = |field| word(field).map(str::to_owned);
        let int = |field| state.get(field).as_int();
        let by = MemberId(state.get(decision::BY).as_id()?.0);
        let read = Self {
            id,
            about_kind: AboutKind::from_word(word(decision::ABOUT_KIND)?)?,
            about: word(decision::ABOUT)?.parse().ok()?,
            campaign: state.get(decision::CAMPAIGN).as_id(),
            complaint: state.get(decision::COMPLAINT).as_id(),
            word: Word::from_word(word(decision::WORD)?)?,
            text: text(decision::TEXT),
            owner: text(decision::OWNER),
            due: int(decision::DUE),
            function: Function::from_word(word(decision::FUNCTION)?)?,
            by,
            at: int(decision::AT)?,
            believed_at: state.shown(decision::AT)?.stamp.believed_time(),
            score: int(decision::SCORE),
            last7: int(decision::LAST7),
            standup: text(decision::STANDUP),
            marketing: signature(state, Function::Marketing),
            support: signature(state, Function::Support),
        };
        let signed_by_another = Function::ALL
            .iter()
            .any(|function| read.signature(*function).is_some_and(|signature| signature.by != by));
        (!state.is_deleted() || signed_by_another).then_some(read)
    }

    /// The signature of one function.
    pub fn signature(&self, function: Function) -> Option<Signature> {
        match function {
            Function::Marketing => self.marketing,
            Function::Support => self.support,
        }
    }

    /// Both functions sign it.
    pub fn needs_both(&self) -> bool {
        self.about_kind == AboutKind::Clash && !self.word.is_for_the_agenda()
    }

    /// Functions whose signature it still needs.
    pub fn missing(&self) -> Vec<Function> {
        let absent = Function::ALL
            .into_iter()
            .filter(|function| self.signature(*function).is_none());
        if self.needs_both() {
            absent.collect()
        } else {
            absent.filter(|function| *function == self.function).collect()
        }
    }

    /// Everybody whose signature it needs has signed.
    pub fn is_signed(&self) -> bool {
        self.missing().is_empty()
    }

    /// When its last signature came; a proposal's own time while one is missing.
    fn complete_at(&self) -> Millis {
        let signed = [self.marketing, self.support];
        let last = signed.iter().flatten().map(|signature| signature.believed_at).max();
        last.unwrap_or(self.believed_at).max(self.believed_at)
    }

    /// The order in which decisions about one subject were made.
    fn order(&self) -> (Millis, RecordId) {
        (self.believed_at, self.id)
    }
}

/// The fields that hold a function's signature: who, and when.
pub fn signature_fields(function: Function) -> (crate::FieldId, crate::FieldId) {
    match function {
        Function::Marketing => (decision::MARKETING, decision::MARKETING_AT),
        Function::Support => (decision::SUPPORT, decision::SUPPORT_AT),
    }
}

/// A signature is one's own: what somebody wrote in another's name is none.
fn signature(state: &RecordState, function: Function) -> Option<Signature> {
    let (field, at) = signature_fields(function);
    let signer = state.shown(field)?;
    let by = MemberId(signer.value.as_id()?.0);
    (by == signer.stamp.member).then(|| Signature {
        by,
        at: state.get(at).as_int().unwrap_or(signer.stamp.author_time),
        believed_at: signer.stamp.believed_time(),
    })
}

states! {
    /// How far a clash is decided.
    ClashState, CLASH_STATES {
        /// Nobody has proposed anything.
        Open = "open",
        /// One function signed.
        Waiting = "waiting",
        /// Both did.
        Decided = "decided",
    }
}

/// Where the decisions about a clash leave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// How far it is.
    pub state: ClashState,
    /// The decision in front: the one that both signed, or a proposal newer than that.
    pub front: Option<&'a Decision>,
}

/// Where these decisions, all about one clash and in any order, leave it.
pub fn standing<'a>(decisions: impl IntoIterator<Item = &'a Decision>) -> Standing<'a> {
    let (mut signed, mut proposed): (Option<&Decision>, Option<&Decision>) = (None, None);
    for decision in decisions.into_iter().filter(|decision| decision.needs_both()) {
        if decision.is_signed() {
            let order = |d: &Decision| (d.complete_at(), d.order());
            if signed.is_none_or(|best| order(decision) > order(best)) {
                signed = Some(decision);
            }
        } else if proposed.is_none_or(|best| decision.order() > best.order()) {
            proposed = Some(decision);
        }
    }
    match (signed, proposed) {
        (Some(signed), Some(counter)) if counter.believed_at > signed.complete_at() => Standing {
            state: ClashState::Waiting,
            front: Some(counter),
        },
        (Some(signed), _) => Standing {
            state: ClashState::Decided,
            front: Some(signed),
        },
        (None, Some(proposal)) => Standing {
            state: ClashState::Waiting,
            front: Some(proposal),
        },
        (None, None) => Standing {
            state: ClashState::Open,
            front: None,
        },
    }
}

/// The newest of some decisions about one subject.
pub fn newest<'a>(decisions: impl IntoIterator<Item = &'a Decision>) -> Option<&'a Decision> {
    decisions.into_iter().max_by_key(|decision| decision.order())
}

/// Decisions by what they are about, each list the newest first.
#[derive(Debug, Clone, Default)]
pub struct Decisions(BTreeMap<(AboutKind, RecordId), Vec<Decision>>);

impl Decisions {
    /// Sorts them.
    pub fn new(decisions: impl IntoIterator<Item = Decision>) -> Self {
        let mut by_subject: BTreeMap<(AboutKind, RecordId), Vec<Decision>> = BTreeMap::new();
        for decision in decisions {
            let subject = (decision.about_kind, decision.about);
            by_subject.entry(subject).or_default().push(decision);
        }
        for list in by_subject.values_mut() {
            list.sort_by_key(|decision| std::cmp::Reverse(decision.order()));
        }
        Self(by_subject)
    }

    /// Those about one subject, the newest first.
    pub fn about(&self, kind: AboutKind, id: RecordId) -> &[Decision] {
        self.0.get(&(kind, id)).map_or(&[], Vec::as_slice)
    }

    /// Every clash that somebody decided something about.
    pub fn clashes(&self) -> impl Iterator<Item = (RecordId, &[Decision])> {
        let clashes = self.0.iter().filter(|((kind, _), _)| *kind == AboutKind::Clash);
        clashes.map(|((_, id), list)| (*id, list.as_slice()))
    }
}

#[cfg(test)]
mod tests;

//! The fold: how a record's state follows from the edits in the log. Pure, and local to one record.
//!
//! A field holds **siblings**: values that nobody who had seen the others has overwritten.
//!
//! - A write removes every sibling whose place is at most what its author had `seen`, and its own device's earlier
//!   ones; then it adds itself. So an editor left open over a foreign change never overwrites it silently, and three
//!   concurrent writers keep three values.
//! - **Shown** is the sibling with the greatest (author time, but at most five minutes after the hub's; device). A wrong
//!   clock can at worst choose which value is shown first; the order of the log decides everything else. The others
//!   are **rivals**, on the card until somebody chooses or overwrites.
//! - An element of a set is a register of its own that says present or absent; present wins. [`DELETED`] likewise:
//!   alive wins.
//! - A **long text** merges letter by letter instead ([`crate::text`]): its edits go into the document of the sibling that
//!   they were typed in, and the sibling goes on standing.
//!
//! Whoever edits what is the other function's does not write but **proposes** ([`crate::membership::Seat`]): the value waits beside the field,
//! one for each proposer, until somebody who may write there has seen it and writes the field, or declines it. So no
//! program, however it was changed, edits the other function's objects.
//!
//! What is not known here is not lost. A field from a newer version is folded like any other and not shown; an edit of a
//! kind from a newer version leaves a mark, so that digests count it and the card can say that an update is needed. Both
//! take effect when a newer version folds the log again.

mod encoding;
mod erase;
mod long_text;
mod parts;
mod proposals;
mod rules;
mod state;

pub use long_text::Editor;
pub use proposals::Proposal;
pub use rules::{FOLD_VERSION, Rules};
pub use state::RecordState;

use crate::action::{Edit, RecordEdit};
use crate::fields::{FieldId, FieldType};
use crate::id::{DeviceId, MemberId, RecordId};
use crate::membership::Seat;
use crate::text::{Document, Refusal};
use crate::time::{MINUTE_MS, Millis};
use crate::value::Value;

#[cfg(doc)]
use crate::fields::DELETED;

/// Pending actions fold at this place plus their own sequence: after everything confirmed.
pub const PENDING: u64 = 1 << 62;

/// How far an author's clock may run ahead of the hub's and still be believed.
const CLOCK_LEAD_MS: i64 = 5 * MINUTE_MS;

/// Who wrote, when, and at which place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Place in the log, or [`PENDING`] + own sequence.
    pub place: u64,
    /// The writing device.
    pub device: DeviceId,
    /// Its member.
    pub member: MemberId,
    /// The author's clock.
    pub author_time: Millis,
    /// The hub's clock when it gave the place; the author's while pending.
    pub hub_time: Millis,
}

impl Stamp {
    /// The author's time as far as it is believed.
    pub fn believed_time(&self) -> Millis {
        self.author_time.min(self.hub_time.saturating_add(CLOCK_LEAD_MS))
    }

    /// True until the hub gave it a place.
    pub fn is_pending(&self) -> bool {
        self.place >= PENDING
    }
}

/// Who writes, and where they sit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// Who, when, at which place.
    pub stamp: Stamp,
    /// Their seat at that place.
    pub seat: Seat,
}

/// Somebody who writes everything.
impl From<Stamp> for Author {
    fn from(stamp: Stamp) -> Self {
        let seat = Seat::EVERYWHERE;
        Self { stamp, seat }
    }
}

/// One value that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// Who wrote it.
    pub stamp: Stamp,
    /// What they wrote.
    pub value: Value,
    /// The document behind a long text that was edited; the value is what it says.
    pub document: Option<Box<Document>>,
}

impl Sibling {
    fn plain(stamp: Stamp, value: Value) -> Self {
        Self {
            stamp,
            value,
            document: None,
        }
    }

    /// True when a write by `device` that had `seen` so much leaves it standing: somebody else wrote in it since.
    fn withstands(&self, seen: u64, device: DeviceId) -> bool {
        let unseen = |place: u64, by: DeviceId| place > seen && by != device;
        let in_text = |document: &Document| document.marks().iter().any(|mark| unseen(mark.place, mark.device));
        unseen(self.stamp.place, self.stamp.device) || self.document.as_deref().is_some_and(in_text)
    }

    fn rank(&self) -> (Millis, DeviceId, u64) {
        (self.stamp.believed_time(), self.stamp.device, self.stamp.place)
    }
}

/// What an edit did to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// The field was written.
    #[default]
    Written,
    /// The new value waits beside it.
    Proposed,
    /// The old value, which waited, was taken back by whoever proposed it.
    Withdrawn,
    /// The old value, which waited, was declined.
    Declined,
    /// Nothing of the field stays, in its history neither.
    Erased,
}

impl Outcome {
    /// Its number in history.
    pub fn number(self) -> u8 {
        match self {
            Self::Written => 0,
            Self::Proposed => 1,
            Self::Withdrawn => 2,
            Self::Declined => 3,
            Self::Erased => 4,
        }
    }

    /// Did the field itself change?
    pub fn is_of_field(self) -> bool {
        matches!(self, Self::Written | Self::Erased)
    }

    /// The outcome with this number; an unknown one changed nothing.
    pub fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Written,
            1 => Self::Proposed,
            2 => Self::Withdrawn,
            4 => Self::Erased,
            _ => Self::Declined,
        }
    }
}

/// One field as it changed by one edit: what history shows and undo writes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which field.
    pub field: FieldId,
    /// The element, for sets.
    pub element: Option<Value>,
    /// Shown before.
    pub old: Value,
    /// Written. Not necessarily shown: a rival may be.
    pub new: Value,
    /// Shown afterwards.
    pub shown: Value,
    /// What was done.
    pub outcome: Outcome,
}

impl Changed {
    /// That the field was changed, and neither from what nor to what.
    pub fn untold(field: FieldId, outcome: Outcome) -> Self {
        Self {
            field,
            element: None,
            old: Value::Null,
            new: Value::Null,
            shown: Value::Null,
            outcome,
        }
    }
}

/// An edit that was not folded. It stays in the log; the field is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Which field.
    pub field: FieldId,
    /// Why.
    pub why: Unfolded,
}

/// Why an edit has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfolded {
    /// Its text cannot be.
    #[error(transparent)]
    Text(#[from] Refusal),
    /// Where its author sat, this record was not theirs to change, not even by a proposal.
    #[error("its author's role does not allow it")]
    Seat,
}

/// [`Rules::apply`] by the first rules.
pub fn apply(state: &mut RecordState, edit: &RecordEdit, stamp: Stamp, changed: impl FnMut(Changed)) -> Vec<Refused> {
    Rules::default().apply(state, edit, stamp.into(), changed)
}

/// Folds the edit of one field; what history keeps of it, unless it is of a kind that is not known here.
fn fold_edit(
    state: &mut RecordState,
    (record, field): (RecordId, FieldId),
    edit: &Edit,
    (stamp, seen): (Stamp, u64),
) -> Result<Option<Changed>, Refusal> {
    let (element, value) = match edit {
        Edit::Set(value) => (None, value.clone()),
        Edit::Add(element) => (Some(element.clone()), Value::Bool(true)),
        Edit::Remove(element) => (Some(element.clone()), Value::Bool(false)),
        Edit::Text(typed) => return state.fold_text((record, field), typed, (stamp, seen)).map(Some),
        Edit::Decline(member, element) => return Ok(state.decline((field, element.as_ref()), *member, seen)),
        Edit::Erase => return Ok(Some(state.erase(field, stamp))),
        Edit::Unknown(raw) => {
            state.note_unknown(field, stamp.place, raw);
            return Ok(None);
        }
    };
    let register = state.register_mut(field, element.as_ref());
    let old = register.shown_value();
    register.write(Sibling::plain(stamp, value.clone()), seen);
    let shown = register.shown_value();
    Ok(Some(Changed {
        field,
        element,
        old,
        new: value,
        shown,
        outcome: Outcome::Written,
    }))
}

/// True when the field's text merges letter by letter: it is edited by [`Edit::Text`] once it has begun.
pub fn is_long_text(field: FieldId) -> bool {
    field.spec().is_some_and(|spec| spec.ty == FieldType::LongText)
}

/// True when the field's type is a set: edits to it are [`Edit::Add`] and [`Edit::Remove`].
pub fn is_set(field: FieldId) -> bool {
    field.spec().is_some_and(|spec| spec.ty == FieldType::Set)
}

#[cfg(test)]
mod tests;

//! What somebody of the other function would have written: it waits beside the field.
//!
//! There is one proposal of each member for each field, and for each element of a set; proposing what stands already takes
//! an own proposal back. A write by somebody who may, and who has seen a proposal, settles it: it took the value, or another
//! one. So accepting is writing, and only declining needs an edit of its own, [`Edit::Decline`].

use super::state::Register;
use super::{Changed, Outcome, RecordState, Sibling, Stamp};
use crate::action::Edit;
use crate::fields::FieldId;
use crate::id::{MemberId, RecordId};
use crate::text::Refusal;
use crate::value::Value;

/// A change that waits for somebody of the record's function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// Which field.
    pub field: FieldId,
    /// The element that is to be present or not, for sets.
    pub element: Option<&'a Value>,
    /// Who proposed when, and what.
    pub sibling: &'a Sibling,
}

impl RecordState {
    /// What waits, by field; of one field the oldest first.
    pub fn proposals(&self) -> impl Iterator<Item = Proposal<'_>> {
        self.proposed.iter().flat_map(|register| {
            register.siblings.iter().map(|sibling| Proposal {
                field: register.field,
                element: register.element.as_ref(),
                sibling,
            })
        })
    }

    /// Folds an edit by somebody who may not write here.
    pub(super) fn propose(
        &mut self,
        (record, field): (RecordId, FieldId),
        edit: &Edit,
        (stamp, seen): (Stamp, u64),
    ) -> Result<Option<Changed>, Refusal> {
        let (element, proposed) = match edit {
            Edit::Set(value) => (None, Sibling::plain(stamp, value.clone())),
            Edit::Add(element) => (Some(element), Sibling::plain(stamp, true.into())),
            Edit::Remove(element) => (Some(element), Sibling::plain(stamp, false.into())),
            Edit::Text(_) => (None, self.retyped((record, field), edit, (stamp, seen))?),
            Edit::Decline(member, element) if *member == stamp.member => {
                return Ok(self.withdraw((field, element.as_ref()), stamp));
            }
            // Declining is for whoever may write.
            Edit::Decline(..) | Edit::Erase => return Ok(None),
            Edit::Unknown(raw) => {
                self.note_unknown(field, stamp.place, raw);
                return Ok(None);
            }
        };
        let stands = self.standing((field, element));
        if proposed.value == stands {
            return Ok(self.withdraw((field, element), stamp));
        }
        let new = proposed.value.clone();
        let waits = &mut register_of(&mut self.proposed, (field, element)).siblings;
        waits.retain(|sibling| sibling.stamp.member != stamp.member);
        waits.push(proposed);
        waits.sort_by_key(|sibling| sibling.stamp);
        Ok(Some(Changed {
            field,
            element: element.cloned(),
            old: stands.clone(),
            new,
            shown: stands,
            outcome: Outcome::Proposed,
        }))
    }

    /// A long text as it would be: typed on what the same person proposed before, else on what stands.
    fn retyped(
        &self,
        (record, field): (RecordId, FieldId),
        edit: &Edit,
        (stamp, seen): (Stamp, u64),
    ) -> Result<Sibling, Refusal> {
        let Edit::Text(typed) = edit else {
            return Err(Refusal::NotText);
        };
        let mine = |register: &&Register| register.field == field && register.element.is_none();
        let proposed = self.proposed.iter().find(mine).into_iter();
        let proposed = proposed.flat_map(|register| &register.siblings);
        let standing = self.register(field).into_iter();
        let mut beside = Register::empty(field, None);
        beside.siblings = proposed
            .filter(|sibling| sibling.stamp.member == stamp.member)
            .cloned()
            .collect();
        for register in standing {
            beside.siblings.extend(register.siblings.iter().cloned());
            beside.resting.extend(register.resting.iter().cloned());
        }
        let mut desk = Self {
            registers: vec![beside],
            ..Self::default()
        };
        desk.fold_text((record, field), typed, (stamp, seen))?;
        let all = desk.registers.into_iter().flat_map(|register| register.siblings);
        let mut written = all.filter(|sibling| sibling.stamp == stamp);
        written.next().ok_or(Refusal::NoSuchText)
    }

    /// Somebody who may wrote, having seen so much: what they had seen of what waits for this is settled.
    pub(super) fn settle(&mut self, at: (FieldId, Option<&Value>), stamp: Stamp, seen: u64) {
        for register in self.proposed.iter_mut().filter(|register| register.key() == at) {
            register
                .siblings
                .retain(|waiting| waiting.withstands(seen, stamp.device) && waiting.stamp.member != stamp.member);
        }
        self.drop_settled();
    }

    /// Somebody who may write here declines what this member proposed, as far as they had seen it.
    pub(super) fn decline(&mut self, at: (FieldId, Option<&Value>), member: MemberId, seen: u64) -> Option<Changed> {
        let of = |waiting: &Sibling| waiting.stamp.member == member && waiting.stamp.place <= seen;
        self.take_away(at, of, Outcome::Declined)
    }

    /// Somebody takes their own proposal back.
    fn withdraw(&mut self, at: (FieldId, Option<&Value>), stamp: Stamp) -> Option<Changed> {
        self.take_away(at, |waiting| waiting.stamp.member == stamp.member, Outcome::Withdrawn)
    }

    fn take_away(
        &mut self,
        at: (FieldId, Option<&Value>),
        of: impl Fn(&Sibling) -> bool,
        outcome: Outcome,
    ) -> Option<Changed> {
        let register = self.proposed.iter_mut().find(|register| register.key() == at)?;
        let old = register
            .siblings
            .iter()
            .rev()
            .find(|waiting| of(waiting))?
            .value
            .clone();
        register.siblings.retain(|waiting| !of(waiting));
        self.drop_settled();
        Some(self.gone(at, old, outcome))
    }

    fn gone(&self, (field, element): (FieldId, Option<&Value>), old: Value, outcome: Outcome) -> Changed {
        let stands = self.standing((field, element));
        Changed {
            field,
            element: element.cloned(),
            old,
            new: stands.clone(),
            shown: stands,
            outcome,
        }
    }

    /// What shows in a field; of a set, whether the element is present.
    fn standing(&self, (field, element): (FieldId, Option<&Value>)) -> Value {
        match element {
            None => self.get(field).clone(),
            Some(element) => {
                let present = self.element(field, element).map(|sibling| sibling.value.clone());
                present.unwrap_or(false.into())
            }
        }
    }

    fn drop_settled(&mut self) {
        self.proposed.retain(|register| !register.siblings.is_empty());
    }
}

/// The register of this field or element among these, which are sorted; a new one if there is none.
pub(super) fn register_of<'a>(
    registers: &'a mut Vec<Register>,
    (field, element): (FieldId, Option<&Value>),
) -> &'a mut Register {
    let found = registers.binary_search_by(|register| register.key().cmp(&(field, element)));
    let at = found.unwrap_or_else(|place| {
        registers.insert(place, Register::empty(field, element.cloned()));
        place
    });
    #[expect(
        clippy::indexing_slicing,
        reason = "`at` was found or inserted in this vector just above"
    )]
    &mut registers[at]
}

#[cfg(test)]
mod tests;

//! Which rules a log is folded by. They change only by an op in the log, so that all devices change at the same place.
//!
//! An op that sets [`board::FOLD`] higher is that change: from the next op on the new rules hold. A program that does not
//! know them folds by the newest it knows, says that an update is needed, and folds the log again after the update.
//! Digests name the rules, so those of two devices are compared only where both fold alike.
//!
//! - **1**: as [`super`] says.
//! - **2**: a deletion counts against what its author had *seen*. Under 1 somebody's edit that got its place before the
//!   deletion, but after the deleting person had looked, went with the record; under 2 that edit keeps the record alive.
//! - **3**: an edit of the other function's record is a proposal, and what somebody's seat does not allow at all has no
//!   effect ([`crate::membership::Seat`]). A record remembers who made it. A field can be erased.

use super::{Author, Changed, Outcome, RecordState, Refused, Sibling, Stamp, Unfolded, fold_edit};
use crate::action::{Edit, RecordEdit};
use crate::fields::{DELETED, FieldId, Kind, Space, board, board_id};
use crate::id::RecordId;
use crate::membership::Standing;
use crate::text::Refusal;
use crate::value::Value;

/// The newest rules that this program knows. A view that was folded by another number of them is folded again.
pub const FOLD_VERSION: u32 = 3;

/// The rules in force at a place of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rules(u32);

impl Default for Rules {
    fn default() -> Self {
        Self(1)
    }
}

impl Rules {
    /// The newest that this program knows: what a new board begins with.
    pub const NEWEST: Self = Self(FOLD_VERSION);

    /// Of this number.
    pub fn numbered(number: u32) -> Self {
        Self(number.max(1))
    }

    /// Their number.
    pub fn number(self) -> u32 {
        self.0
    }

    /// True when this program does not know them.
    pub fn need_update(self) -> bool {
        self.0 > FOLD_VERSION
    }

    /// The rules after this edit: higher if it says so, never lower.
    #[must_use]
    pub fn after(self, edit: &RecordEdit) -> Self {
        if (edit.kind, edit.id) != (Kind::Board, board_id()) {
            return self;
        }
        let said = edit.edits.iter().filter_map(|(field, edit)| match edit {
            Edit::Set(Value::Int(number)) if *field == board::FOLD => u32::try_from(*number).ok(),
            _ => None,
        });
        said.map(Self).fold(self, Self::max)
    }

    /// Those that the board's own record asks for, in a state that nobody folded here.
    pub fn of_board(state: &RecordState) -> Self {
        let rivals = state.rivals(board::FOLD).into_iter().map(|rival| &rival.value);
        let said = rivals.chain([state.get(board::FOLD)]);
        let numbers = said.filter_map(|value| value.as_int().and_then(|number| u32::try_from(number).ok()));
        numbers.map(Self).fold(Self::default(), Self::max)
    }

    /// Folds one record's edits by this author into its state. `changed` receives what history keeps; what could not be
    /// folded is returned, and every device refuses the same.
    pub fn apply(
        self,
        state: &mut RecordState,
        edit: &RecordEdit,
        author: Author,
        mut changed: impl FnMut(Changed),
    ) -> Vec<Refused> {
        let member = author.stamp.member;
        let new = state.is_empty_in(Space::Board);
        if self.know_seats() && new && edit.edits.iter().any(|(field, _)| field.space() == Space::Board) {
            state.creator = Some(member);
        }
        let own = new || state.creator == Some(member);
        let mut refused = Vec::new();
        for (field, what) in &edit.edits {
            let standing = match edit.edits.contains(&(*field, Edit::Erase)) {
                _ if !self.know_seats() => Standing::Writes,
                false => author.seat.standing(edit.kind, *field, (own, new)),
                true => author.seat.erasing(edit.kind, *field, (own, new)),
            };
            let (at, by) = ((edit.id, *field), (author.stamp, edit.seen));
            let done = match standing {
                Standing::Writes => self.write(state, at, what, by).map_err(Into::into),
                Standing::Proposes => state.propose(at, what, by).map_err(Into::into),
                Standing::Refused => Err(Unfolded::Seat),
            };
            match done {
                Ok(done) => done.into_iter().for_each(&mut changed),
                Err(why) => refused.push(Refused { field: *field, why }),
            }
        }
        refused
    }

    /// Do these rules ask where somebody sits?
    pub fn know_seats(self) -> bool {
        self.0 >= 3
    }

    /// Folds the edit of one field by somebody who may write it.
    fn write(
        self,
        state: &mut RecordState,
        (record, field): (RecordId, FieldId),
        what: &Edit,
        (stamp, seen): (Stamp, u64),
    ) -> Result<Option<Changed>, Refusal> {
        if let (false, Edit::Decline(..) | Edit::Erase) = (self.know_seats(), what) {
            // They came with these rules: under older ones it is what older programs take them for.
            let raw = minicbor::to_vec(what).map_err(|_| Refusal::Unreadable)?;
            state.note_unknown(field, stamp.place, &raw);
            return Ok(None);
        }
        let gone = field == DELETED && *what == Edit::Set(Value::Bool(true));
        let unseen = if gone && self.0 >= 2 {
            state.unseen_write(seen, &stamp)
        } else {
            None
        };
        let mut done = fold_edit(state, (record, field), what, (stamp, seen))?;
        if let (Some(done), Some(alive)) = (&mut done, unseen) {
            state.register_mut(DELETED, None).keep_alive(alive);
            done.shown = state.get(DELETED).clone();
        }
        if let (Some(done), true) = (&done, self.know_seats())
            && done.outcome == Outcome::Written
        {
            state.settle((field, done.element.as_ref()), stamp, seen);
        }
        Ok(done)
    }
}

impl RecordState {
    /// The latest write of somebody else that `stamp`'s author had not seen.
    fn unseen_write(&self, seen: u64, stamp: &Stamp) -> Option<Stamp> {
        let others = self.registers.iter().filter(|register| register.field != DELETED);
        let unseen = |by: &&Stamp| by.place > seen && by.place < stamp.place && by.device != stamp.device;
        others
            .flat_map(|register| &register.siblings)
            .map(|sibling| &sibling.stamp)
            .filter(unseen)
            .max()
            .copied()
    }
}

impl super::state::Register {
    /// Beside a deletion: somebody wrote meanwhile, and alive wins.
    fn keep_alive(&mut self, by: Stamp) {
        if self.siblings.iter().all(|sibling| sibling.stamp != by) {
            self.siblings.push(Sibling::plain(by, Value::Bool(false)));
        }
    }
}

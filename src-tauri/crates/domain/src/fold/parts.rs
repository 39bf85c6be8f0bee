//! A record's state in parts, one for each space, as a snapshot carries them, and whole again.

use super::RecordState;
use super::state::Register;
use crate::fields::{FieldId, Space};

impl RecordState {
    /// The whole of two parts of one record that lie in different spaces ([`RecordState::in_space`]).
    pub fn joined(mut self, other: Self) -> Self {
        self.registers.extend(other.registers);
        self.registers.sort_by(|a, b| a.key().cmp(&b.key()));
        self.unknown.extend(other.unknown);
        self.unknown.sort();
        self.creator = self.creator.or(other.creator);
        self.proposed.extend(other.proposed);
        self.proposed.sort_by(|a, b| a.key().cmp(&b.key()));
        self
    }

    /// True when nothing in this space was ever written to it.
    pub fn is_empty_in(&self, space: Space) -> bool {
        let none = |field: FieldId| field.space() != space;
        let mut registers = self.registers.iter().chain(&self.proposed);
        registers.all(|register| none(register.field)) && self.unknown.iter().all(|edit| none(edit.field))
    }

    /// Could this be the part of a record in `space`, folded from the log up to place `n`? What somebody else folded is
    /// asked this before it is kept: its fields lie in that space, each stands once and in order, and nothing in it was
    /// written later.
    pub fn is_part(&self, space: Space, n: u64) -> bool {
        let in_order = |registers: &[Register]| {
            registers.windows(2).all(|pair| match pair {
                [a, b] => a.key() < b.key(),
                _ => true,
            })
        };
        let mut registers = self.registers.iter().chain(&self.proposed);
        let mut resting = self.registers.iter().flat_map(|register| &register.resting);
        in_order(&self.registers)
            && in_order(&self.proposed)
            && registers.all(|r| r.field.space() == space && !r.siblings.is_empty())
            && self.proposed.iter().all(|register| register.resting.is_empty())
            && self.creator.is_none_or(|_| space == Space::Board)
            && self.unknown.is_sorted()
            && self
                .unknown
                .iter()
                .all(|edit| edit.field.space() == space && edit.place <= n)
            && self.stamps().all(|stamp| stamp.place <= n)
            && resting.all(|text| text.stamp.place <= n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Edit, RecordEdit};
    use crate::fields::{Kind, campaign};
    use crate::fold::{Stamp, apply};
    use crate::id::{DeviceId, MemberId, RecordId};

    fn state() -> RecordState {
        let mut state = RecordState::default();
        let stamp = Stamp {
            place: 7,
            device: DeviceId([1; 16]),
            member: MemberId([2; 16]),
            author_time: 5,
            hub_time: 6,
        };
        let edit = RecordEdit {
            kind: Kind::Campaign,
            id: RecordId([3; 16]),
            seen: 0,
            edits: vec![
                (campaign::BUDGET, Edit::Set("9000".into())),
                (campaign::NAME, Edit::Set("Free shipping EU".into())),
                (campaign::PRODUCT, Edit::Add("Boots".into())),
                (campaign::PRODUCT, Edit::Remove("Tents".into())),
            ],
        };
        apply(&mut state, &edit, stamp, |_| ());
        state
    }

    #[test]
    fn parts_of_all_spaces_are_the_whole_again() {
        let [board, inner] = Space::ALL.map(|space| state().in_space(space));
        assert!(!board.is_empty() && !inner.is_empty());
        assert!(board.is_empty_in(Space::Inner) && !board.is_empty_in(Space::Board) && inner.is_empty_in(Space::Board));
        assert_eq!(board.clone().joined(inner.clone()), state());
        assert_eq!(inner.joined(board), state());
    }

    #[test]
    fn a_part_of_another_space_or_from_the_future_is_none() {
        let [board, inner] = Space::ALL.map(|space| state().in_space(space));
        assert!(board.is_part(Space::Board, 7) && inner.is_part(Space::Inner, 7));
        assert!(!board.is_part(Space::Inner, 7) && !inner.is_part(Space::Board, 7));
        assert!(!board.is_part(Space::Board, 6), "written later than the snapshot");
        let mut disordered = board.clone();
        disordered.registers.reverse();
        assert!(!disordered.is_part(Space::Board, 7));
        let twice = RecordState {
            registers: [board.registers.clone(), board.registers].concat(),
            ..RecordState::default()
        };
        assert!(!twice.is_part(Space::Board, 7));
    }
}

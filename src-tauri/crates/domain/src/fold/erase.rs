//! Erasing a field: nothing that was ever written into it stays in the record, neither shown nor beside it.
//!
//! The entry that says so has its place in the log like any other, so every device erases the same. What somebody wrote
//! without having seen it comes later in the log and stands: it is text that was typed anew, and can be erased in its turn.

use super::{Changed, RecordState, Sibling, Stamp};
use crate::fields::FieldId;
use crate::value::Value;

impl RecordState {
    /// Siblings, rivals, what rests beside a long text and the elements of a set go; nothing stands in their place.
    pub(super) fn erase(&mut self, field: FieldId, stamp: Stamp) -> Changed {
        self.registers.retain(|register| register.field != field);
        let register = self.register_mut(field, None);
        register.siblings.push(Sibling::plain(stamp, Value::Null));
        // History must not say what it was.
        Changed {
            field,
            element: None,
            old: Value::Null,
            new: Value::Null,
            shown: Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::action::{Edit, RecordEdit};
    use crate::fields::{Kind, campaign, complaint};
    use crate::fold::{Editor, RecordState, Stamp, apply};
    use crate::id::{DeviceId, MemberId, RecordId};
    use crate::value::Value;

    const ID: RecordId = RecordId([3; 16]);
    const CANARY: &str = "jane.doe@example.com";

    fn stamp(place: u64, device: u8) -> Stamp {
        Stamp {
            place,
            device: DeviceId([device; 16]),
            member: MemberId([device; 16]),
            author_time: place as i64,
            hub_time: place as i64,
        }
    }

    fn fold(state: &mut RecordState, (place, device, seen): (u64, u8, u64), edits: Vec<(crate::FieldId, Edit)>) {
        let edit = RecordEdit {
            kind: Kind::Complaint,
            id: ID,
            seen,
            edits,
        };
        let refused = apply(state, &edit, stamp(place, device), |_| ());
        assert!(refused.is_empty(), "{refused:?}");
    }

    fn holds_canary(state: &RecordState) -> bool {
        let bytes = minicbor::to_vec(state).unwrap();
        bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
    }

    #[test]
    fn values_rivals_and_elements_are_gone() {
        let mut state = RecordState::default();
        fold(
            &mut state,
            (1, 1, 0),
            vec![(complaint::TITLE, Edit::Set(CANARY.into()))],
        );
        fold(
            &mut state,
            (2, 2, 0),
            vec![(complaint::TITLE, Edit::Set(format!("{CANARY} too").into()))],
        );
        fold(
            &mut state,
            (3, 1, 0),
            vec![(complaint::REGION, Edit::Add(CANARY.into()))],
        );
        fold(
            &mut state,
            (4, 2, 3),
            vec![(complaint::REGION, Edit::Remove(CANARY.into()))],
        );
        assert!(holds_canary(&state) && state.rivals(complaint::TITLE).len() == 1);
        fold(
            &mut state,
            (5, 1, 0),
            vec![(complaint::TITLE, Edit::Erase), (complaint::REGION, Edit::Erase)],
        );
        assert!(!holds_canary(&state));
        assert!(state.get(complaint::TITLE).is_null() && state.contested().is_empty());
        assert!(state.texts(complaint::REGION).is_empty());
        let bytes = minicbor::to_vec(&state).unwrap();
        assert_eq!(minicbor::decode::<RecordState>(&bytes).unwrap(), state);
    }

    #[test]
    fn a_long_text_is_gone_with_its_letters_and_what_rested_beside_it() {
        let mut state = RecordState::default();
        fold(&mut state, (1, 1, 0), vec![(complaint::GOT, Edit::Set(CANARY.into()))]);
        let editor = Editor {
            device: DeviceId([2; 16]),
            seen: 1,
            peer: 7,
        };
        let typed = state.edit_text((ID, complaint::GOT), &format!("{CANARY}, again"), editor);
        fold(&mut state, (2, 2, 1), vec![(complaint::GOT, typed.unwrap().unwrap())]);
        fold(
            &mut state,
            (3, 1, 2),
            vec![(complaint::GOT, Edit::Set("another".into()))],
        );
        assert!(holds_canary(&state), "it rests for whoever types in it still");
        // Somebody types in what is about to go.
        let late = state.edit_text((ID, complaint::GOT), "another one", Editor { seen: 3, ..editor });
        fold(&mut state, (4, 1, 3), vec![(complaint::GOT, Edit::Erase)]);
        assert!(!holds_canary(&state));
        let edit = RecordEdit {
            kind: Kind::Complaint,
            id: ID,
            seen: 3,
            edits: vec![(complaint::GOT, late.unwrap().unwrap())],
        };
        assert_eq!(
            apply(&mut state, &edit, stamp(5, 2), |_| ()).len(),
            1,
            "there is no such text any more"
        );
        assert!(state.get(complaint::GOT).is_null());
    }

    #[test]
    fn what_is_written_afterwards_stands() {
        let mut state = RecordState::default();
        fold(&mut state, (1, 1, 0), vec![(campaign::NAME, Edit::Set(CANARY.into()))]);
        fold(
            &mut state,
            (2, 1, 1),
            vec![
                (campaign::NAME, Edit::Erase),
                (campaign::NAME, Edit::Set("[erased]".into())),
            ],
        );
        assert_eq!(*state.get(campaign::NAME), "[erased]".into());
        fold(
            &mut state,
            (3, 2, 2),
            vec![(campaign::NAME, Edit::Set("Spring".into()))],
        );
        assert_eq!(*state.get(campaign::NAME), "Spring".into());
        assert!(state.rivals(campaign::NAME).is_empty());
        assert_ne!(*state.get(campaign::NAME), Value::Null);
    }
}

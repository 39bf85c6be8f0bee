//! Erasing a field: nothing that was ever written into it stays in the record, neither shown nor beside it.
//!
//! The entry that says so has its place in the log like any other, so every device erases the same. What somebody wrote
//! without having seen it comes later in the log and stands: it is text that was typed anew, and can be erased in its turn.

use super::{Changed, Outcome, RecordState, Sibling, Stamp};
use crate::fields::FieldId;
use crate::value::Value;

impl RecordState {
    /// Siblings, rivals, what rests beside a long text and the elements of a set go; nothing stands in their place.
    pub(super) fn erase(&mut self, field: FieldId, stamp: Stamp) -> Changed {
        self.registers.retain(|register| register.field != field);
        self.proposed.retain(|register| register.field != field);
        let register = self.register_mut(field, None);
        register.siblings.push(Sibling::plain(stamp, Value::Null));
        // History must not say what it was.
        Changed::untold(field, Outcome::Erased)
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;
    use crate::action::{Edit, RecordEdit};
    use crate::fields::{Kind, campaign, complaint};
    use crate::fold::{Editor, RecordState, Rules, Stamp};
    use crate::id::{DeviceId, MemberId, RecordId};
    use crate::membership::{Function, Role, Seat};
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
        let refused = Rules::NEWEST.apply(state, &edit, stamp(place, device).into(), |_| ());
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
            Rules::NEWEST.apply(&mut state, &edit, stamp(5, 2).into(), |_| ()).len(),
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

    #[test]
    fn only_a_lead_erases_what_is_the_others_and_older_rules_keep_it() {
        let peopled = [true; 2];
        let by = |role| crate::fold::Author {
            stamp: stamp(2, 2),
            seat: Seat { role, peopled },
        };
        let edit = RecordEdit {
            kind: Kind::Complaint,
            id: ID,
            seen: 1,
            edits: vec![
                (complaint::TITLE, Edit::Erase),
                (complaint::TITLE, Edit::Set("[erased]".into())),
            ],
        };
        for (role, rules, erases) in [
            (Role::Marketing, Rules::NEWEST, false),
            (Role::LeadOf(Function::Marketing), Rules::NEWEST, true),
            (Role::Support, Rules::NEWEST, true),
            (Role::Viewer, Rules::NEWEST, false),
        ] {
            let mut state = RecordState::default();
            fold(
                &mut state,
                (1, 1, 0),
                vec![(complaint::TITLE, Edit::Set(CANARY.into()))],
            );
            let mut outcomes = Vec::new();
            let refused = rules.apply(&mut state, &edit, by(role), |changed| outcomes.push(changed.outcome));
            assert_eq!(holds_canary(&state), !erases, "{role:?}");
            assert_eq!(outcomes.contains(&Outcome::Erased), erases, "{role:?}");
            assert_eq!(refused.is_empty(), erases, "{role:?}");
        }
        let mut state = RecordState::default();
        fold(
            &mut state,
            (1, 1, 0),
            vec![(complaint::TITLE, Edit::Set(CANARY.into()))],
        );
        Rules::numbered(2).apply(&mut state, &edit, by(Role::Support), |_| ());
        assert!(state.needs_update(), "what older programs take it for");
    }
}

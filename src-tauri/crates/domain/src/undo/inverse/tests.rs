//! An undo never takes away what somebody else wrote since: for any history, and with the mistake put in on purpose.

use super::*;
use crate::action::RecordEdit;
use crate::fields::{Kind, campaign};
use crate::fold::apply;
use crate::id::{DeviceId, MemberId, RecordId};
use proptest::prelude::*;

const ME: DeviceId = DeviceId([1; 16]);
const FIELDS: [FieldId; 3] = [campaign::NAME, campaign::OWNER, campaign::REACH];

fn stamp(place: u64, device: DeviceId) -> Stamp {
    Stamp {
        place,
        device,
        member: MemberId(device.0),
        author_time: place as i64,
        hub_time: place as i64,
    }
}

fn write(state: &mut RecordState, place: u64, device: DeviceId, edits: Vec<(FieldId, Edit)>) -> Vec<Changed> {
    let edit = RecordEdit {
        kind: Kind::Campaign,
        id: RecordId([0; 16]),
        seen: place - 1,
        edits,
    };
    let mut changes = Vec::new();
    let _ = apply(state, &edit, stamp(place, device), |changed| changes.push(changed));
    changes
}

#[derive(Clone, Copy, PartialEq)]
enum Planted {
    Nothing,
    /// Undo writes the old value back, whatever stands there now.
    OverANewerValue,
}

/// Everybody writes in turn, having seen all before; then one of my actions is taken back. What is wrong with it.
fn undone(writes: &[(bool, usize, i64)], which: usize, planted: Planted) -> Result<(), String> {
    let mut state = RecordState::default();
    write(
        &mut state,
        1,
        ME,
        FIELDS.map(|field| (field, Edit::Set(0.into()))).into(),
    );
    let (mut mine, mut last) = (Vec::new(), BTreeMap::new());
    for (place, (by_me, field, value)) in (2_u64..).zip(writes) {
        let (device, field) = (if *by_me { ME } else { DeviceId([2; 16]) }, FIELDS[*field]);
        let changes = write(&mut state, place, device, vec![(field, Edit::Set((*value).into()))]);
        last.insert(field, (device, place));
        if *by_me {
            mine.push((stamp(place, device), changes));
        }
    }
    let Some((stamp, changes)) = mine.get(which % mine.len().max(1)) else {
        return Ok(());
    };
    let did = Did {
        stamp: *stamp,
        created: false,
        changes,
    };
    let mut back = inverse(&state, &[did], &[]);
    if planted == Planted::OverANewerValue {
        back.edits = changes.iter().map(|c| (c.field, Edit::Set(c.old.clone()))).collect();
    }
    let before = state.clone();
    write(&mut state, 100, ME, back.edits);
    for field in FIELDS {
        let newest = last.get(&field).is_none_or(|(_, place)| *place == stamp.place);
        let touched = state.get(field) != before.get(field);
        if touched && !newest {
            return Err(format!(
                "{field:?}: {:?} became {:?}",
                before.get(field),
                state.get(field)
            ));
        }
        let own = changes.iter().find(|c| c.field == field && newest);
        if own.is_some_and(|c| *state.get(field) != c.old) {
            return Err(format!("{field:?} was not taken back"));
        }
    }
    Ok(())
}

fn writes() -> impl Strategy<Value = Vec<(bool, usize, i64)>> {
    prop::collection::vec((any::<bool>(), 0..3_usize, 1..9_i64), 1..16)
}

proptest! {
    #[test]
    fn what_was_written_since_stays(writes in writes(), which in 0..16_usize) {
        prop_assert_eq!(undone(&writes, which, Planted::Nothing), Ok(()));
    }
}

#[test]
fn planted_undo_over_a_newer_value_is_caught() {
    let theirs_is_newer = [(true, 0, 5), (false, 0, 6)];
    assert_eq!(undone(&theirs_is_newer, 0, Planted::Nothing), Ok(()));
    assert!(undone(&theirs_is_newer, 0, Planted::OverANewerValue).is_err());
}

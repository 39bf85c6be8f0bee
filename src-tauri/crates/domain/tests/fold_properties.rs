//! What the fold promises for **any** history, not only for the ones that somebody thought of.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use sidedesk_domain::fields::{DELETED, FieldId, Kind, campaign};
use sidedesk_domain::fold::{PENDING, Rules};
use sidedesk_domain::{DeviceId, Edit, MemberId, Millis, RecordEdit, RecordId, RecordState, Stamp, Value};
use std::collections::BTreeSet;

/// One write of a history: its place is its position, its hub time follows the place.
#[derive(Debug, Clone)]
struct Write {
    device: u8,
    author_time: Millis,
    /// How many places before its own its author had not seen.
    unseen: u64,
    field: FieldId,
    edit: Edit,
}

fn write() -> impl Strategy<Value = Write> {
    let text = prop_oneof!["a|b|c|d", "[a-z]{1,4}"];
    let field_edit = prop_oneof![
        4 => text.clone().prop_map(|t| (campaign::NAME, Edit::Set(t.into()))),
        2 => (0..5_i64).prop_map(|n| (campaign::REACH, Edit::Set(n.into()))),
        1 => Just((campaign::NAME, Edit::Set(Value::Null))),
        2 => "x|y".prop_map(|t| (campaign::PRODUCT, Edit::Add(t.into()))),
        2 => "x|y".prop_map(|t| (campaign::PRODUCT, Edit::Remove(t.into()))),
        1 => Just((campaign::NAME, Edit::Erase)),
        1 => Just((campaign::PRODUCT, Edit::Erase)),
        1 => any::<bool>().prop_map(|b| (DELETED, Edit::Set(b.into()))),
    ];
    let time = prop_oneof![Just(0), -1_000_000_000..1_000_000_000_i64, any::<i64>()];
    (0..4_u8, time, 0..8_u64, field_edit).prop_map(|(device, author_time, unseen, (field, edit))| Write {
        device,
        author_time,
        unseen,
        field,
        edit,
    })
}

fn history() -> impl Strategy<Value = Vec<Write>> {
    prop::collection::vec(write(), 1..24)
}

fn seen(place: u64, write: &Write) -> u64 {
    place.saturating_sub(1 + write.unseen)
}

fn fold_one_by(rules: Rules, state: &mut RecordState, place: u64, seen: u64, write: &Write) {
    let stamp = Stamp {
        place,
        device: DeviceId([write.device; 16]),
        member: MemberId([write.device; 16]),
        author_time: write.author_time,
        hub_time: if place >= PENDING {
            write.author_time
        } else {
            place as i64 * 1000
        },
    };
    let edit = RecordEdit {
        kind: Kind::Campaign,
        id: RecordId([0; 16]),
        seen,
        edits: vec![(write.field, write.edit.clone())],
    };
    rules.apply(state, &edit, stamp.into(), |_| ());
}

fn fold_one(state: &mut RecordState, place: u64, seen: u64, write: &Write) {
    fold_one_by(Rules::NEWEST, state, place, seen, write);
}

fn fold(history: &[Write]) -> RecordState {
    fold_by(Rules::NEWEST, history)
}

fn fold_by(rules: Rules, history: &[Write]) -> RecordState {
    let mut state = RecordState::default();
    for (place, write) in (1..).zip(history) {
        fold_one_by(rules, &mut state, place, seen(place, write), write);
    }
    state
}

/// Without what counts by what stood when it came: deletions since the second rules.
fn without_deletions(history: Vec<Write>) -> Vec<Write> {
    history.into_iter().filter(|write| write.field != DELETED).collect()
}

/// Without what the first rules do not know.
fn of_the_first_rules(history: Vec<Write>) -> Vec<Write> {
    history.into_iter().filter(|write| write.edit != Edit::Erase).collect()
}

fn bytes(state: &RecordState) -> Vec<u8> {
    minicbor::to_vec(state).unwrap()
}

/// A mistake that a device could make.
#[derive(Clone, Copy, PartialEq)]
enum Planted {
    Nothing,
    /// What comes from others is folded over what waits, not below it.
    ShadowNotRebased,
}

/// One device's writes wait, then get their places one by one: what waits still is on its screen all the time, or which is
/// not.
fn settling(mine: &[Write], planted: Planted) -> Result<(), Value> {
    let (mut shadow, mut shown) = (RecordState::default(), RecordState::default());
    for (local, waiting) in (1..).zip(mine) {
        fold_one(&mut shown, PENDING + local, 0, waiting);
    }
    for (place, write) in (1..).zip(mine) {
        fold_one(&mut shadow, place, 0, write);
        if planted == Planted::ShadowNotRebased {
            fold_one(&mut shown, place, 0, write);
        } else {
            shown = shadow.clone();
            for (local, waiting) in (1..).zip(mine).skip(place as usize) {
                fold_one(&mut shown, PENDING + local, 0, waiting);
            }
        }
        if let Some(Edit::Set(last)) = mine.last().map(|write| &write.edit)
            && !visible(&shown, campaign::NAME).contains(last)
        {
            return Err(last.clone());
        }
    }
    Ok(())
}

#[test]
fn planted_shadow_that_is_not_rebased_is_caught() {
    let named = |name: &str| Write {
        device: 1,
        author_time: 0,
        unseen: 0,
        field: campaign::NAME,
        edit: Edit::Set(name.into()),
    };
    let mine = [named("first"), named("second"), named("third")];
    assert_eq!(settling(&mine, Planted::Nothing), Ok(()));
    assert_eq!(settling(&mine, Planted::ShadowNotRebased), Err("third".into()));
}

/// Every distinct value of a plain field that somebody can see.
fn visible(state: &RecordState, field: FieldId) -> BTreeSet<Value> {
    let rivals = state.rivals(field).into_iter().map(|sibling| sibling.value.clone());
    let shown = state.shown(field).map(|sibling| sibling.value.clone());
    rivals.chain(shown).collect()
}

/// The same by brute force: what no later write has overwritten that had seen it, or came from the same device, and
/// nobody has erased.
fn unbeaten(history: &[Write], field: FieldId) -> BTreeSet<Value> {
    let of_field: Vec<(u64, &Write)> = (1..).zip(history).filter(|(_, w)| w.field == field).collect();
    let stands = |(place, write): &&(u64, &Write)| {
        let mut later = of_field.iter().filter(|(next, _)| next > place);
        !later.any(|(next, by)| seen(*next, by) >= *place || by.device == write.device || by.edit == Edit::Erase)
    };
    let value = |(_, write): &(u64, &Write)| match &write.edit {
        Edit::Set(value) => Some(value.clone()),
        Edit::Erase => Some(Value::Null),
        _ => None,
    };
    of_field.iter().filter(stands).filter_map(value).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Saved and opened in the middle, or folded in one go: the same bytes.
    #[test]
    fn equal_logs_give_equal_bytes(history in history(), cut in 0..24_usize) {
        let mut state = RecordState::default();
        for (place, write) in (1..).zip(&history) {
            if place as usize == cut {
                state = minicbor::decode(&bytes(&state)).unwrap();
            }
            fold_one(&mut state, place, seen(place, write), write);
        }
        prop_assert_eq!(bytes(&state), bytes(&fold(&history)));
    }

    /// One device has its own writes waiting while the others' arrive; each is given a place in the end.
    #[test]
    fn pending_over_the_shadow_ends_where_the_log_ends(history in history(), me in 0..4_u8) {
        let mut shadow = RecordState::default();
        let mine: Vec<&Write> = history.iter().filter(|write| write.device == me).collect();
        let mut settled = 0;
        for (place, write) in (1..).zip(&history) {
            fold_one(&mut shadow, place, seen(place, write), write);
            settled += usize::from(write.device == me);
            let mut shown = shadow.clone();
            for (local, waiting) in (1..).zip(&mine[settled..]) {
                // What it had seen was confirmed here before.
                fold_one(&mut shown, PENDING + local, seen(place, waiting), waiting);
                if let Edit::Set(value) = &waiting.edit {
                    prop_assert!(visible(&shown, waiting.field).contains(value), "typed, saved, and not on the screen");
                }
            }
            if settled == mine.len() {
                prop_assert_eq!(bytes(&shown), bytes(&shadow));
            }
        }
        prop_assert_eq!(bytes(&shadow), bytes(&fold(&history)));
    }

    /// Writers that have not seen each other: every distinct value is shown or a rival.
    #[test]
    fn no_concurrent_value_is_lost(values in prop::collection::vec("a|b|[a-z]{1,3}", 1..8), times in prop::collection::vec(any::<i64>(), 8)) {
        let history: Vec<Write> = (0_u8..).zip(&values).map(|(device, value)| Write {
            device,
            author_time: times[device as usize],
            unseen: u64::MAX - 1,
            field: campaign::NAME,
            edit: Edit::Set(value.as_str().into()),
        }).collect();
        let all: BTreeSet<Value> = values.iter().map(|value| value.as_str().into()).collect();
        prop_assert_eq!(visible(&fold(&history), campaign::NAME), all);
    }

    /// What can be seen is exactly what nobody who had seen it has overwritten.
    #[test]
    fn what_stands_is_what_nobody_who_saw_it_overwrote(history in history()) {
        let state = fold(&history);
        for field in [campaign::NAME, campaign::REACH] {
            prop_assert_eq!(visible(&state, field), unbeaten(&history, field), "{:?}", field);
        }
        let history = of_the_first_rules(history);
        let state = fold_by(Rules::default(), &history);
        for field in [campaign::NAME, campaign::REACH, DELETED] {
            prop_assert_eq!(visible(&state, field), unbeaten(&history, field), "{:?}", field);
        }
    }

    /// Clocks that are wrong in any way change which rival is shown first, and nothing else.
    #[test]
    fn clocks_never_decide_what_stands(history in history(), times in prop::collection::vec(any::<i64>(), 24)) {
        let skewed: Vec<Write> = history.iter().zip(&times).map(|(write, time)| Write {
            author_time: *time,
            ..write.clone()
        }).collect();
        let (right, wrong) = (fold(&history), fold(&skewed));
        for field in [campaign::NAME, campaign::REACH, DELETED] {
            prop_assert_eq!(visible(&right, field), visible(&wrong, field), "{:?}", field);
        }
        prop_assert_eq!(right.texts(campaign::PRODUCT), wrong.texts(campaign::PRODUCT), "present wins on any clock");
        prop_assert_eq!(right.is_deleted(), wrong.is_deleted(), "alive wins on any clock");
        let places = |state: &RecordState| state.stamps().map(|stamp| stamp.place).collect::<BTreeSet<_>>();
        prop_assert_eq!(places(&right), places(&wrong));
    }

    /// An entry that is folded twice by mistake, and everything after it again, changes no state.
    #[test]
    fn folding_a_tail_again_changes_nothing(history in history(), from in 0..24_usize) {
        for (rules, history) in [
            (Rules::NEWEST, without_deletions(history.clone())),
            (Rules::default(), of_the_first_rules(history)),
        ] {
            let mut state = fold_by(rules, &history);
            for (place, write) in (1..).zip(&history).skip(from) {
                fold_one_by(rules, &mut state, place, seen(place, write), write);
            }
            prop_assert_eq!(bytes(&state), bytes(&fold_by(rules, &history)));
        }
    }

    /// Whatever was written before: nothing of it is in the bytes afterwards, whoever had seen what.
    #[test]
    fn what_is_erased_is_in_no_byte(history in history(), unseen in 0..8_u64) {
        let canary = Edit::Set("zebedee".into());
        let mut history: Vec<Write> = history;
        for write in history.iter_mut().filter(|write| write.field == campaign::NAME) {
            write.edit = canary.clone();
        }
        history.push(Write { device: 3, author_time: 0, unseen, field: campaign::NAME, edit: Edit::Erase });
        let left = bytes(&fold(&history));
        prop_assert!(!left.windows(7).any(|window| window == b"zebedee"));
    }

    /// Bytes from anywhere are a state or an error, never a panic.
    #[test]
    fn nonsense_is_an_error(junk in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = minicbor::decode::<RecordState>(&junk);
        let _ = minicbor::decode::<sidedesk_domain::Action>(&junk);
    }
}

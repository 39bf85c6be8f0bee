//! The fold's promises, each as one small history.

use super::*;
use crate::fields::{DELETED, Kind, campaign};
use crate::id::RecordId;

fn stamp(place: u64, device: u8, author_time: i64, hub_time: i64) -> Stamp {
    Stamp {
        place,
        device: DeviceId([device; 16]),
        member: MemberId([device; 16]),
        author_time,
        hub_time,
    }
}

fn edit(seen: u64, field: FieldId, edit: Edit) -> RecordEdit {
    RecordEdit {
        kind: Kind::Campaign,
        id: RecordId([0; 16]),
        seen,
        edits: vec![(field, edit)],
    }
}

/// Folds (place, device, author time, seen, field, edit) in this order; the hub's clock equals the place.
fn fold(history: &[(u64, u8, i64, u64, FieldId, Edit)]) -> RecordState {
    let mut state = RecordState::default();
    for (place, device, time, seen, field, what) in history {
        let stamp = stamp(*place, *device, *time, i64::try_from(*place).unwrap());
        apply(&mut state, &edit(*seen, *field, what.clone()), stamp, |_| ());
    }
    state
}

fn set(text: &str) -> Edit {
    Edit::Set(text.into())
}

fn rivals(state: &RecordState, field: FieldId) -> Vec<String> {
    state
        .rivals(field)
        .iter()
        .filter_map(|s| s.value.as_text().map(str::to_owned))
        .collect()
}

#[test]
fn a_write_over_what_its_author_saw_leaves_one_value() {
    let state = fold(&[
        (1, 1, 1, 0, campaign::NAME, set("a")),
        (2, 2, 2, 1, campaign::NAME, set("b")),
    ]);
    assert_eq!(state.get(campaign::NAME).as_text(), Some("b"));
    assert!(state.contested().is_empty());
}

#[test]
fn an_editor_left_open_never_overwrites_silently() {
    let state = fold(&[
        (1, 1, 1, 0, campaign::NAME, set("a")),
        (2, 2, 2, 1, campaign::NAME, set("b")),
        (3, 3, 3, 1, campaign::NAME, set("c")), // opened on 1, has not seen b
    ]);
    assert_eq!(state.get(campaign::NAME).as_text(), Some("c"));
    assert_eq!(rivals(&state, campaign::NAME), ["b"]);
}

#[test]
fn three_writers_keep_three_values_until_somebody_chooses() {
    let mut history = vec![
        (1, 1, 10, 0, campaign::NAME, set("a")),
        (2, 2, 30, 0, campaign::NAME, set("b")),
        (3, 3, 20, 0, campaign::NAME, set("c")),
    ];
    let state = fold(&history);
    assert_eq!(state.get(campaign::NAME).as_text(), Some("b"));
    assert_eq!(rivals(&state, campaign::NAME), ["a", "c"]);
    history.push((4, 1, 40, 3, campaign::NAME, set("a")));
    assert!(fold(&history).contested().is_empty());
}

#[test]
fn equal_values_show_as_one() {
    let state = fold(&[
        (1, 1, 1, 0, campaign::NAME, set("a")),
        (2, 2, 2, 0, campaign::NAME, set("a")),
    ]);
    assert!(state.contested().is_empty());
}

#[test]
fn ones_own_earlier_value_is_no_rival() {
    let state = fold(&[
        (1, 1, 1, 0, campaign::NAME, set("a")),
        (2, 1, 2, 0, campaign::NAME, set("b")),
    ]);
    assert_eq!(state.get(campaign::NAME).as_text(), Some("b"));
    assert!(state.contested().is_empty());
}

/// Planted-bug guard "clock decides order": a far-future clock neither removes a foreign value nor wins for ever.
#[test]
fn a_wrong_clock_can_only_choose_what_is_shown_first() {
    let year = 365 * 24 * 60 * MINUTE_MS;
    let far = fold(&[
        (1, 1, year, 0, campaign::NAME, set("far")),
        (2, 2, 2, 0, campaign::NAME, set("b")),
    ]);
    assert_eq!(rivals(&far, campaign::NAME), ["b"], "the foreign value is kept");
    let later = 1 + CLOCK_LEAD_MS + 1;
    let state = fold(&[
        (1, 1, year, 0, campaign::NAME, set("far")),
        (2, 2, later, 0, campaign::NAME, set("b")),
    ]);
    assert_eq!(
        state.get(campaign::NAME).as_text(),
        Some("b"),
        "believed only five minutes ahead"
    );
    let seen = fold(&[
        (1, 1, year, 0, campaign::NAME, set("far")),
        (2, 2, 2, 1, campaign::NAME, set("b")),
    ]);
    assert_eq!(
        seen.get(campaign::NAME).as_text(),
        Some("b"),
        "the order of the log decides what is overwritten"
    );
}

#[test]
fn present_wins_in_a_set_and_elements_merge_one_by_one() {
    let boots = || Edit::Add("Boots".into());
    let state = fold(&[
        (1, 1, 1, 0, campaign::PRODUCT, boots()),
        (2, 1, 2, 1, campaign::PRODUCT, Edit::Add("Socks".into())),
        (3, 2, 3, 1, campaign::PRODUCT, Edit::Remove("Boots".into())),
        (4, 3, 4, 1, campaign::PRODUCT, boots()),
    ]);
    assert_eq!(state.texts(campaign::PRODUCT), ["Boots", "Socks"]);
    let removed = fold(&[
        (1, 1, 1, 0, campaign::PRODUCT, boots()),
        (2, 2, 2, 1, campaign::PRODUCT, Edit::Remove("Boots".into())),
    ]);
    assert!(removed.texts(campaign::PRODUCT).is_empty());
}

#[test]
fn alive_wins_and_a_deletion_edited_since_says_so() {
    let gone = || Edit::Set(true.into());
    let deleted = fold(&[(1, 1, 1, 0, campaign::NAME, set("a")), (2, 1, 2, 1, DELETED, gone())]);
    assert!(deleted.is_deleted() && !deleted.edited_since_deleted());
    let edited = fold(&[
        (1, 1, 1, 0, campaign::NAME, set("a")),
        (2, 1, 2, 1, DELETED, gone()),
        (3, 2, 3, 1, campaign::NAME, set("b")),
    ]);
    assert!(edited.is_deleted() && edited.edited_since_deleted());
    let restored = fold(&[
        (1, 1, 1, 0, DELETED, gone()),
        (2, 2, 2, 0, DELETED, Edit::Set(false.into())),
    ]);
    assert!(
        !restored.is_deleted(),
        "restored by one, deleted by another who had not seen it: alive"
    );
}

#[test]
fn unknown_edits_show_nothing_and_leave_a_mark() {
    let state = fold(&[(1, 1, 1, 0, campaign::NAME, Edit::Unknown(vec![0x80]))]);
    assert!(state.needs_update() && !state.is_empty());
    assert!(state.get(campaign::NAME).is_null());
    let other = fold(&[(1, 1, 1, 0, campaign::NAME, Edit::Unknown(vec![0x81, 0x00]))]);
    assert_ne!(minicbor::to_vec(&state).unwrap(), minicbor::to_vec(&other).unwrap());
}

#[test]
fn states_round_trip_and_equal_states_have_equal_bytes() {
    let state = fold(&[
        (1, 1, 10, 0, campaign::NAME, set("a")),
        (2, 2, 30, 0, campaign::NAME, set("b")),
        (3, 2, 30, 0, campaign::PRODUCT, Edit::Add("Boots".into())),
        (4, 2, 30, 0, DELETED, Edit::Set(true.into())),
    ]);
    let bytes = minicbor::to_vec(&state).unwrap();
    let back: RecordState = minicbor::decode(&bytes).unwrap();
    assert_eq!(back.get(campaign::NAME), state.get(campaign::NAME));
    assert_eq!(minicbor::to_vec(&back).unwrap(), bytes);
}

#[test]
fn history_names_old_and_new() {
    let mut state = RecordState::default();
    let mut seen = Vec::new();
    apply(&mut state, &edit(0, campaign::NAME, set("a")), stamp(1, 1, 1, 1), |c| {
        seen.push(c)
    });
    apply(&mut state, &edit(1, campaign::NAME, set("b")), stamp(2, 1, 2, 2), |c| {
        seen.push(c)
    });
    assert_eq!(
        seen.last().map(|c| (c.old.clone(), c.new.clone())),
        Some(("a".into(), "b".into()))
    );
}

#[test]
fn undo_may_write_back_only_where_ones_own_value_stands() {
    let state = fold(&[
        (1, 1, 1, 0, campaign::NAME, set("a")),
        (2, 2, 2, 1, campaign::NAME, set("b")),
    ]);
    assert!(state.stands(campaign::NAME, None, 2));
    assert!(!state.stands(campaign::NAME, None, 1));
}

fn fold_by(rules: Rules, history: &[(u64, u8, u64, FieldId, Edit)]) -> RecordState {
    let mut state = RecordState::default();
    for (place, device, seen, field, what) in history {
        let stamp = stamp(*place, *device, 1, 1);
        let _ = rules.apply(&mut state, &edit(*seen, *field, what.clone()), stamp.into(), |_| ());
    }
    state
}

/// Device 2's name got its place just before device 1's deletion, which had not seen it.
#[test]
fn a_deletion_spares_what_its_author_had_not_seen_under_the_second_rules() {
    let mut history = vec![
        (1, 1, 0, campaign::NAME, set("a")),
        (2, 2, 1, campaign::NAME, set("b")),
        (3, 1, 1, DELETED, Edit::Set(true.into())),
    ];
    assert!(
        fold_by(Rules::default(), &history).is_deleted(),
        "as logs were folded before"
    );
    assert!(!fold_by(Rules::NEWEST, &history).is_deleted());
    history.push((4, 1, 3, DELETED, Edit::Set(true.into())));
    assert!(fold_by(Rules::NEWEST, &history).is_deleted(), "now it was seen");
}

#[test]
fn rules_change_by_an_op_and_never_back() {
    let say = |number: i64| RecordEdit {
        kind: Kind::Board,
        id: crate::fields::board_id(),
        seen: 0,
        edits: vec![(crate::fields::board::FOLD, Edit::Set(number.into()))],
    };
    let second = Rules::default().after(&say(2));
    assert_eq!(second.number(), 2);
    assert_eq!(second.after(&say(1)), second);
    assert_eq!(second.after(&say(-7)), second);
    assert!(second.after(&say(9)).need_update());
    let elsewhere = RecordEdit {
        id: RecordId([0; 16]),
        ..say(9)
    };
    assert_eq!(second.after(&elsewhere), second);
}

/// A program that lacks a field, then one that has it: the state is the same, only what can be shown differs.
#[test]
fn a_field_of_a_newer_program_is_kept_and_shown_after_the_update() {
    let newer = FieldId(999);
    let state = fold(&[
        (1, 1, 1, 0, newer, set("later")),
        (2, 1, 2, 1, campaign::NAME, set("a")),
    ]);
    assert!(newer.spec().is_none() && state.needs_update());
    assert_eq!(state.get(newer).as_text(), Some("later"), "folded like any other");
    let known = fold(&[(2, 1, 2, 1, campaign::NAME, set("a"))]);
    assert!(!known.needs_update());
    assert_ne!(minicbor::to_vec(&state).unwrap(), minicbor::to_vec(&known).unwrap());
}

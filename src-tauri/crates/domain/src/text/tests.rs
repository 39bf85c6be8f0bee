//! Long texts: both sides keep what they typed, whatever comes first, and no bytes of a stranger do harm.

use super::*;
use crate::action::{Edit, RecordEdit};
use crate::fields::{Kind, campaign};
use crate::fold::{Editor, RecordState, Stamp, apply};
use crate::id::MemberId;
use proptest::prelude::*;

const RECORD: RecordId = RecordId([5; 16]);
const BRIEF: FieldId = campaign::TEXT;

fn device(n: u8) -> DeviceId {
    DeviceId([n; 16])
}

fn stamp(place: u64, by: u8) -> Stamp {
    Stamp {
        place,
        device: device(by),
        member: MemberId([by; 16]),
        author_time: place as i64,
        hub_time: place as i64,
    }
}

fn fold(state: &mut RecordState, place: u64, by: u8, seen: u64, edit: Edit) -> Vec<crate::fold::Refused> {
    let edit = RecordEdit {
        kind: Kind::Campaign,
        id: RECORD,
        seen,
        edits: vec![(BRIEF, edit)],
    };
    apply(state, &edit, stamp(place, by), |_| ())
}

fn typed(state: &RecordState, by: u8, seen: u64, text: &str) -> Option<Edit> {
    // A peer of its own, also for who types the same again.
    let mut peer = blake3::Hasher::new();
    peer.update(format!("{by} {seen} {text}").as_bytes());
    peer.update(&minicbor::to_vec(state).unwrap());
    let peer = u64::from_le_bytes(*peer.finalize().as_bytes().first_chunk().unwrap());
    let editor = Editor {
        device: device(by),
        seen,
        peer,
    };
    state.edit_text((RECORD, BRIEF), text, editor).unwrap()
}

fn shown(state: &RecordState) -> &str {
    state.get(BRIEF).as_text().unwrap_or("")
}

fn saved(state: &RecordState) -> RecordState {
    let bytes = minicbor::to_vec(state).unwrap();
    let back: RecordState = minicbor::decode(&bytes).unwrap();
    assert_eq!(minicbor::to_vec(&back).unwrap(), bytes);
    back
}

fn begun(text: &str) -> RecordState {
    let mut state = RecordState::default();
    fold(&mut state, 1, 1, 0, Edit::Set(text.into()));
    state
}

#[test]
fn two_who_type_offline_keep_both_texts() {
    let base = begun("Free shipping to the EU.");
    let a = typed(&base, 1, 1, "Free shipping to the EU. Boots only.").unwrap();
    let b = typed(&base, 2, 1, "All week: Free shipping to the EU.").unwrap();
    let mut one = base.clone();
    fold(&mut one, 2, 1, 1, a.clone());
    fold(&mut one, 3, 2, 1, b.clone());
    assert_eq!(shown(&one), "All week: Free shipping to the EU. Boots only.");
    assert!(one.contested().is_empty());
    let mut other = base;
    fold(&mut other, 2, 2, 1, b);
    fold(&mut other, 3, 1, 1, a);
    assert_eq!(shown(&other), shown(&one), "whatever came first");
}

#[test]
fn a_text_that_nobody_began_is_begun_by_two() {
    let base = RecordState::default();
    let (a, b) = (
        typed(&base, 1, 0, "from one ").unwrap(),
        typed(&base, 2, 0, "from two ").unwrap(),
    );
    let mut state = base;
    fold(&mut state, 1, 1, 0, a);
    fold(&mut state, 2, 2, 0, b);
    assert!(shown(&state).contains("from one") && shown(&state).contains("from two"));
}

#[test]
fn an_editor_left_open_adds_to_what_came_meanwhile() {
    let mut state = begun("one two three");
    let foreign = typed(&state, 2, 1, "one two three four").unwrap();
    fold(&mut state, 2, 2, 1, foreign);
    // Opened on place 1, and saved twice from the same editor.
    let first = typed(&state, 1, 1, "zero one two three").unwrap();
    fold(&mut state, 3, 1, 1, first);
    assert_eq!(shown(&state), "zero one two three four");
    assert_eq!(typed(&state, 1, 1, "zero one two three"), None, "its own edit is known");
    let second = typed(&state, 1, 1, "zero one 2 three").unwrap();
    fold(&mut state, 4, 1, 1, second);
    assert_eq!(shown(&state), "zero one 2 three four");
}

#[test]
fn what_a_plain_value_replaced_comes_back_with_who_was_typing_in_it() {
    let mut state = begun("old text");
    let late = typed(&state, 2, 1, "old text, more of it").unwrap();
    fold(&mut state, 2, 1, 1, Edit::Set("quite new".into()));
    assert_eq!(shown(&state), "quite new");
    fold(&mut state, 3, 2, 1, late);
    let mut values: Vec<&str> = state.rivals(BRIEF).iter().filter_map(|s| s.value.as_text()).collect();
    values.push(shown(&state));
    values.sort_unstable();
    assert_eq!(values, ["old text, more of it", "quite new"]);
    let chosen = typed(&state, 1, 3, "quite new").unwrap();
    fold(&mut state, 4, 1, 3, chosen);
    assert!(state.contested().is_empty() && shown(&state) == "quite new");
}

#[test]
fn an_edit_of_nothing_that_is_here_is_refused() {
    let mut state = begun("here");
    let strange = typed(&begun("elsewhere"), 2, 1, "elsewhere, too").unwrap();
    let before = state.clone();
    assert_eq!(
        fold(&mut state, 2, 2, 1, strange.clone())[0].why,
        Refusal::NoSuchText.into()
    );
    assert_eq!(state, before);
    let edit = RecordEdit {
        kind: Kind::Campaign,
        id: RECORD,
        seen: 1,
        edits: vec![(campaign::NAME, strange)],
    };
    assert_eq!(
        apply(&mut state, &edit, stamp(2, 2), |_| ())[0].why,
        Refusal::NotText.into()
    );
    assert_eq!(state, before);
}

/// Before it is full, an author begins a new text; both who did not know of it keep theirs.
#[test]
fn a_text_stays_bounded_however_often_it_is_replaced() {
    let mut state = begun("");
    let mut restarts = 0;
    for n in 2..60_u64 {
        let text = format!("{n} ").repeat(10_000);
        let edit = typed(&state, 1, n - 1, &text).unwrap();
        restarts += u32::from(matches!(edit, Edit::Set(_)));
        assert_eq!(fold(&mut state, n, 1, n - 1, edit), []);
        assert_eq!(shown(&state), text);
        assert!(minicbor::to_vec(&state).unwrap().len() < 3 * MAX_DOCUMENT_LEN + 400_000);
    }
    assert!(restarts > 0 && restarts < 10, "{restarts}");
}

/// An edit as it was first written: logs hold such bytes for ever.
#[test]
fn the_first_edit_ever_written_is_still_read() {
    let mut doc = Document::seeded(Seed([7; 16]), "Free shipping", Some((1, device(1)))).unwrap();
    let edit = doc
        .edit("Free shipping, boots only", 1, device(1), 42)
        .unwrap()
        .unwrap();
    let hex: String = edit.update.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, FIRST_EDIT);
    assert_eq!(
        doc.take(&edit.update, 2, device(1)).unwrap(),
        "Free shipping, boots only"
    );
}
const FIRST_EDIT: &str = "6c6f726f000000000000000000000000eae82302000453000c0d0c011b022a00000000000000070707070707070701010101\
    01011800000005010000010006010401020000050474657874000e010402010002011a02010502010c000d0c2c20626f6f7473206f6e6c79";

/// Three edits on each other and one beside them, as updates.
fn chain() -> (Document, Vec<TextEdit>) {
    let begun = Document::seeded(Seed([1; 16]), "base", Some((1, device(1)))).unwrap();
    let (mut doc, mut edits) = (begun.clone(), Vec::new());
    for (n, text) in ["base one", "base one two", "zero base one two"].iter().enumerate() {
        let edit = doc.edit(text, u64::MAX, device(1), 100 + n as u64).unwrap().unwrap();
        doc.take(&edit.update, 2 + n as u64, device(1)).unwrap();
        edits.push(edit);
    }
    edits.push(begun.edit("base!", u64::MAX, device(2), 200).unwrap().unwrap());
    (begun, edits)
}

/// A bug that a store could have: what waits inside a document is not written with it.
#[derive(Clone, Copy, PartialEq)]
enum Planted {
    Nothing,
    WaitingIsLost,
}

/// Takes the edits in this order and restarts after each; the text in the end.
fn out_of_order(order: &[usize], planted: Planted) -> String {
    let (mut doc, edits) = chain();
    for at in order {
        doc.take(&edits[*at].update, 2 + *at as u64, device(1)).unwrap();
        if planted == Planted::WaitingIsLost {
            doc.waiting.clear();
        }
    }
    doc.text().unwrap()
}

fn orders() -> Vec<[usize; 4]> {
    let all = 0..256_usize;
    let orders = all.map(|n| [n % 4, n / 4 % 4, n / 16 % 4, n / 64]);
    orders.filter(|order| (0..4).all(|i| order.contains(&i))).collect()
}

#[test]
fn what_comes_before_its_predecessors_waits_across_a_restart() {
    let expected = out_of_order(&[0, 1, 2, 3], Planted::Nothing);
    assert_eq!(expected, "zero base one two!".to_owned());
    for order in orders() {
        assert_eq!(out_of_order(&order, Planted::Nothing), expected, "{order:?}");
    }
}

#[test]
fn planted_waiting_updates_that_are_lost_are_caught() {
    let right = out_of_order(&[0, 1, 2, 3], Planted::Nothing);
    let caught = orders()
        .iter()
        .filter(|order| out_of_order(*order, Planted::WaitingIsLost) != right)
        .count();
    assert!(caught > 10, "{caught}");
}

#[test]
fn waiting_updates_are_in_the_state_that_is_saved() {
    let mut here = begun("base");
    let first = typed(&here, 1, 1, "base one").unwrap();
    let mut there = here.clone();
    fold(&mut there, 2, 1, 1, first.clone());
    let second = typed(&there, 1, 2, "base one two").unwrap();
    fold(&mut there, 3, 1, 2, second.clone());
    // The first op was refused at a hub and comes late.
    fold(&mut here, 2, 1, 1, second);
    assert_eq!(shown(&here), "base");
    assert!(here.shown(BRIEF).unwrap().document.as_ref().unwrap().waits());
    let mut here = saved(&here);
    fold(&mut here, 3, 1, 1, first);
    assert_eq!(shown(&here), shown(&there));
}

#[derive(Debug, Clone)]
struct Typing {
    by: u8,
    /// Places before its own that its author had not seen.
    unseen: u64,
    at: usize,
    len: usize,
    text: String,
    whole: bool,
}

fn typing() -> impl Strategy<Value = Typing> {
    (
        0..4_u8,
        0..4_u64,
        0..40_usize,
        0..6_usize,
        "[a-z ]{0,6}|ß🧦",
        prop::bool::weighted(0.1),
    )
        .prop_map(|(by, unseen, at, len, text, whole)| Typing {
            by,
            unseen,
            at,
            len,
            text,
            whole,
        })
}

/// What its author's screen becomes: a piece replaced, or everything.
fn changed(screen: &str, typing: &Typing) -> String {
    if typing.whole {
        return typing.text.clone();
    }
    let chars: Vec<char> = screen.chars().collect();
    let from = typing.at.min(chars.len());
    let to = (from + typing.len).min(chars.len());
    chars[..from].iter().collect::<String>() + &typing.text + &chars[to..].iter().collect::<String>()
}

/// Every author types over what their device had at `seen`; the log orders the edits as they come.
fn history(typings: &[Typing]) -> Vec<(u64, u8, u64, Edit)> {
    let mut states = vec![begun("The first text.")];
    let mut log = vec![];
    for (place, typing) in (2_u64..).zip(typings) {
        let seen = (place - 1).saturating_sub(typing.unseen).max(1);
        let own = |(_, by, _, _): &&(u64, u8, u64, Edit)| *by == typing.by;
        // Their own later edits wait on their device, over what was confirmed there.
        let mut screen = states[seen as usize - 1].clone();
        for (at, by, seen, edit) in log.iter().filter(own).filter(|(at, ..)| *at > seen) {
            fold(&mut screen, crate::fold::PENDING + at, *by, *seen, Edit::clone(edit));
        }
        let mut next = states.last().unwrap().clone();
        if let Some(edit) = typed(&screen, typing.by, seen, &changed(shown(&screen), typing)) {
            fold(&mut next, place, typing.by, seen, edit.clone());
            log.push((place, typing.by, seen, edit));
        }
        states.push(next);
    }
    log
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Saved and opened in the middle, or folded in one go: the same bytes. And a tail folded twice changes nothing.
    #[test]
    fn equal_logs_give_equal_bytes(typings in prop::collection::vec(typing(), 1..10), cut in 0..10_usize) {
        let log = history(&typings);
        let (mut straight, mut cut_state) = (begun("The first text."), begun("The first text."));
        for (i, (place, by, seen, edit)) in log.iter().enumerate() {
            prop_assert_eq!(fold(&mut straight, *place, *by, *seen, edit.clone()), []);
            if i == cut {
                cut_state = saved(&cut_state);
            }
            fold(&mut cut_state, *place, *by, *seen, edit.clone());
        }
        let bytes = minicbor::to_vec(&straight).unwrap();
        prop_assert!(minicbor::to_vec(&cut_state).unwrap() == bytes, "saved in the middle");
        for (place, by, seen, edit) in log.iter().skip(cut) {
            fold(&mut cut_state, *place, *by, *seen, edit.clone());
        }
        prop_assert!(minicbor::to_vec(&cut_state).unwrap() == bytes, "folded twice");
    }

    /// What one person types alone is what stands.
    #[test]
    fn alone_the_screen_is_the_text(typings in prop::collection::vec(typing(), 1..10)) {
        let alone: Vec<Typing> = typings.into_iter().map(|t| Typing { by: 1, unseen: 0, ..t }).collect();
        let (mut state, mut screen) = (begun("The first text."), "The first text.".to_owned());
        for (place, by, seen, edit) in history(&alone) {
            fold(&mut state, place, by, seen, edit);
        }
        for typing in &alone {
            screen = changed(&screen, typing);
        }
        prop_assert_eq!(shown(&state), screen);
    }

    /// Bytes from anywhere, and good bytes with some of them changed: taken or refused, never a panic, and a refusal
    /// leaves the document as it was.
    #[test]
    fn hostile_updates_are_refused(junk in prop::collection::vec(any::<u8>(), 0..300), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), which in 0..4_usize) {
        let (doc, edits) = chain();
        let mut bent = edits[which].update.clone();
        for (at, byte) in changes {
            let at = at.index(bent.len());
            bent[at] = byte;
        }
        // With a checksum that fits, so that it is read to the end.
        let mut signed = bent.clone();
        let sum = xxhash_rust::xxh32::xxh32(&signed[20..], u32::from_le_bytes(*b"LORO"));
        signed[16..20].copy_from_slice(&sum.to_le_bytes());
        for update in [junk, bent, signed] {
            let mut hit = doc.clone();
            if hit.take(&update, 9, device(3)).is_err() {
                prop_assert_eq!(&hit, &doc);
            }
            for edit in &edits {
                let _ = hit.take(&edit.update, 10, device(1));
            }
        }
    }
}

/// A program that does not know edits of long texts keeps their bytes; the next one reads the same bytes and folds them.
#[test]
fn an_edit_that_is_not_known_yet_takes_effect_after_the_update() {
    let edit = typed(&begun("old"), 2, 1, "old and new").unwrap();
    let kept = Edit::Unknown(minicbor::to_vec(&edit).unwrap());
    let mut older = begun("old");
    assert_eq!(fold(&mut older, 2, 2, 1, kept.clone()), []);
    assert!(shown(&older) == "old" && older.needs_update());
    let passed_on = minicbor::to_vec(&kept).unwrap();
    let mut newer = begun("old");
    fold(&mut newer, 2, 2, 1, minicbor::decode(&passed_on).unwrap());
    assert!(shown(&newer) == "old and new" && !newer.needs_update());
}

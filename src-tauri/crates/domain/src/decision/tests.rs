//! What is in front of a clash, and who still has to sign.

use super::*;
use crate::fold::apply;
use crate::{DeviceId, Edit, FieldId, Kind, RecordEdit, Stamp, Value};
use proptest::prelude::*;

const MARKETING: MemberId = MemberId([1; 16]);
const SUPPORT: MemberId = MemberId([2; 16]);

/// A proposal about one clash, signed by its proposer.
fn proposal(id: u8, function: Function, at: Millis) -> Decision {
    let by = member(function);
    let mut decision = Decision {
        id: RecordId([id; 16]),
        about_kind: AboutKind::Clash,
        about: RecordId([9; 16]),
        campaign: None,
        complaint: None,
        word: Word::Mitigate,
        text: None,
        owner: None,
        due: None,
        function,
        by,
        at,
        believed_at: at,
        score: None,
        last7: None,
        standup: None,
        marketing: None,
        support: None,
    };
    sign(&mut decision, function, at);
    decision
}

fn member(function: Function) -> MemberId {
    match function {
        Function::Marketing => MARKETING,
        Function::Support => SUPPORT,
    }
}

fn sign(decision: &mut Decision, function: Function, at: Millis) {
    let signature = Some(Signature {
        by: member(function),
        at,
        believed_at: at,
    });
    match function {
        Function::Marketing => decision.marketing = signature,
        Function::Support => decision.support = signature,
    }
}

fn signed(id: u8, at: Millis, signed_at: Millis) -> Decision {
    let mut decision = proposal(id, Function::Marketing, at);
    sign(&mut decision, Function::Support, signed_at);
    decision
}

fn check(decisions: &[Decision], expected: (ClashState, Option<u8>)) {
    let found = standing(decisions);
    let front = found.front.map(|decision| decision.id.0[0]);
    assert_eq!((found.state, front), expected, "{decisions:#?}");
}

#[test]
fn a_clash_waits_for_the_second_signature() {
    use ClashState::{Decided, Open, Waiting};
    check(&[], (Open, None));
    check(&[proposal(1, Function::Marketing, 10)], (Waiting, Some(1)));
    check(&[signed(1, 10, 20)], (Decided, Some(1)));
    let proposal = proposal(1, Function::Marketing, 10);
    assert_eq!(proposal.missing(), [Function::Support]);
}

#[test]
fn of_two_offline_proposals_the_newest_is_in_front_and_agreeing_to_either_decides() {
    use ClashState::{Decided, Waiting};
    let (ours, theirs) = (proposal(1, Function::Marketing, 10), proposal(2, Function::Support, 15));
    check(&[ours.clone(), theirs.clone()], (Waiting, Some(2)));
    let mut agreed = ours.clone();
    sign(&mut agreed, Function::Support, 20);
    check(&[agreed, theirs.clone()], (Decided, Some(1)));
    let mut agreed = theirs;
    sign(&mut agreed, Function::Marketing, 20);
    check(&[ours, agreed], (Decided, Some(2)));
}

#[test]
fn a_counter_proposal_re_opens_what_was_decided() {
    use ClashState::{Decided, Waiting};
    let counter = proposal(2, Function::Support, 30);
    check(&[signed(1, 10, 20), counter.clone()], (Waiting, Some(2)));
    let mut agreed = counter;
    sign(&mut agreed, Function::Marketing, 40);
    check(&[signed(1, 10, 20), agreed], (Decided, Some(2)));
    check(&[signed(1, 10, 20), signed(2, 5, 30)], (Decided, Some(2)));
}

#[test]
fn what_is_for_the_agenda_leaves_the_clash_alone_and_needs_one_signature() {
    for word in [Word::HandOff, Word::Defer, Word::Drop] {
        let decision = Decision {
            word,
            ..proposal(1, Function::Support, 10)
        };
        assert!(decision.is_signed());
        check(&[decision], (ClashState::Open, None));
    }
    let about_a_complaint = Decision {
        about_kind: AboutKind::Complaint,
        word: Word::Decide,
        ..proposal(1, Function::Support, 10)
    };
    assert!(about_a_complaint.is_signed());
}

fn edit(state: &mut RecordState, place: u64, member: u8, edits: Vec<(FieldId, Value)>) {
    let stamp = Stamp {
        place,
        device: DeviceId([member; 16]),
        member: MemberId([member; 16]),
        author_time: place as i64 * 10,
        hub_time: place as i64 * 10,
    };
    let edit = RecordEdit {
        kind: Kind::Decision,
        id: RecordId([5; 16]),
        seen: 0,
        edits: edits
            .into_iter()
            .map(|(field, value)| (field, Edit::Set(value)))
            .collect(),
    };
    apply(state, &edit, stamp, |_| ());
}

fn proposed() -> RecordState {
    let mut state = RecordState::default();
    let about = RecordId([9; 16]).to_string();
    let fields = vec![
        (decision::ABOUT_KIND, "clash".into()),
        (decision::ABOUT, about.into()),
        (decision::WORD, "move".into()),
        (decision::FUNCTION, "marketing".into()),
        (decision::BY, RecordId([1; 16]).into()),
        (decision::AT, 10.into()),
        (decision::MARKETING, RecordId([1; 16]).into()),
        (decision::MARKETING_AT, 10.into()),
    ];
    edit(&mut state, 1, 1, fields);
    state
}

#[test]
fn a_proposal_taken_back_is_gone_unless_the_other_side_signed_meanwhile() {
    let deleted = |state: &mut RecordState, place| {
        edit(state, place, 1, vec![(crate::fields::DELETED, true.into())]);
    };
    let sign = |state: &mut RecordState, place| {
        let fields = vec![
            (decision::SUPPORT, RecordId([2; 16]).into()),
            (decision::SUPPORT_AT, 20.into()),
        ];
        edit(state, place, 2, fields);
    };
    let read = |state: &RecordState| Decision::read(RecordId([5; 16]), state);
    let mut state = proposed();
    assert!(read(&state).is_some_and(|decision| !decision.is_signed()));
    deleted(&mut state, 2);
    assert_eq!(read(&state), None);

    let (mut first, mut second) = (proposed(), proposed());
    sign(&mut first, 2);
    deleted(&mut first, 3);
    deleted(&mut second, 2);
    sign(&mut second, 3);
    for state in [first, second] {
        assert!(read(&state).is_some_and(|decision| decision.is_signed()));
    }
}

#[test]
fn nobody_signs_in_anothers_name() {
    let signed_by = |member: u8| {
        let mut state = proposed();
        edit(
            &mut state,
            2,
            member,
            vec![(decision::SUPPORT, RecordId([2; 16]).into())],
        );
        Decision::read(RecordId([5; 16]), &state).unwrap().is_signed()
    };
    assert!(signed_by(2));
    assert!(!signed_by(1), "the proposer writes the other function's signature");
}

#[test]
fn what_a_newer_version_decided_is_not_guessed_at() {
    let mut state = proposed();
    edit(&mut state, 2, 1, vec![(decision::WORD, "outsource".into())]);
    assert_eq!(Decision::read(RecordId([5; 16]), &state), None);
}

fn any_decision() -> impl Strategy<Value = Decision> {
    let times = (0..6_i64, proptest::option::of(0..6_i64));
    (0..8_u8, any::<bool>(), 0..3_u8, times).prop_map(|(id, marketing, word, (at, signed_at))| {
        let function = if marketing {
            Function::Marketing
        } else {
            Function::Support
        };
        let mut decision = proposal(id, function, at);
        if word == 0 {
            decision.word = Word::Defer;
        }
        if let Some(later) = signed_at {
            sign(&mut decision, function.other(), at + later);
        }
        decision
    })
}

/// Distinct ids, and the same list in another order.
fn two_orders() -> impl Strategy<Value = (Vec<Decision>, Vec<Decision>)> {
    proptest::collection::vec(any_decision(), 0..8).prop_flat_map(|mut list| {
        list.sort_by_key(|decision| decision.id);
        list.dedup_by_key(|decision| decision.id);
        let shuffled = Just(list.clone()).prop_shuffle();
        (Just(list), shuffled)
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_makes_no_difference((one, another) in two_orders()) {
        prop_assert_eq!(standing(&one), standing(&another));
        prop_assert_eq!(newest(&one), newest(&another));
        let sorted = |list: Vec<Decision>| Decisions::new(list).about(AboutKind::Clash, RecordId([9; 16])).to_vec();
        prop_assert_eq!(sorted(one), sorted(another));
    }

    #[test]
    fn what_stands_in_front_says_how_far_the_clash_is((list, _) in two_orders()) {
        let found = standing(&list);
        let expected = match found.front {
            None => ClashState::Open,
            Some(front) if front.is_signed() => ClashState::Decided,
            Some(_) => ClashState::Waiting,
        };
        prop_assert_eq!(found.state, expected);
        prop_assert!(found.front.is_none_or(Decision::needs_both));
    }
}

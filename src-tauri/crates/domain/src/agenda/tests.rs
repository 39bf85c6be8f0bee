//! What is on the agenda, in which order, and what brings it back.

use super::*;
use crate::decision::Signature;
use crate::id::MemberId;
use proptest::prelude::*;
use std::slice;

const NOW: Millis = 1_000_000;

fn clash(id: u8, score: i64, decide_by: Millis) -> ClashSubject {
    let strength = match score {
        70.. => Strength::Block,
        45.. => Strength::Warn,
        _ => Strength::Info,
    };
    ClashSubject {
        id: RecordId([id; 16]),
        score,
        strength,
        decide_by,
        last7: 10,
    }
}

fn complaint(id: u8, state: ComplaintState, last7: i64, usual: i64) -> ComplaintSubject {
    ComplaintSubject {
        id: RecordId([id; 16]),
        state,
        last7,
        usual,
        returned_at: None,
        quiet_since: None,
        is_too_many: false,
    }
}

fn decided(id: u8, kind: AboutKind, about: u8, word: Word, at: Millis) -> Decision {
    let by = MemberId([1; 16]);
    Decision {
        id: RecordId([id; 16]),
        about_kind: kind,
        about: RecordId([about; 16]),
        campaign: None,
        complaint: None,
        word,
        text: None,
        owner: None,
        due: None,
        function: Function::Marketing,
        by,
        at,
        believed_at: at,
        score: None,
        last7: Some(10),
        standup: None,
        marketing: Some(Signature {
            by,
            at,
            believed_at: at,
        }),
        support: None,
    }
}

fn due(decision: Decision, due: Millis) -> Decision {
    Decision {
        due: Some(due),
        ..decision
    }
}

fn signed(decision: Decision) -> Decision {
    Decision {
        support: decision.marketing,
        ..decision
    }
}

/// `kind about` of each item, in order.
fn check(clashes: &[ClashSubject], complaints: &[ComplaintSubject], decisions: &[Decision], expected: &[(&str, u8)]) {
    let decisions = Decisions::new(decisions.to_vec());
    let facts = Facts {
        now: NOW,
        clashes: clashes.to_vec(),
        complaints: complaints.to_vec(),
        campaigns: vec![RecordId([8; 16]), RecordId([9; 16])],
        decisions: &decisions,
    };
    let found: Vec<(&str, u8)> = agenda(&facts)
        .iter()
        .map(|item| (item.kind.word(), item.key.id.0[0]))
        .collect();
    assert_eq!(found, expected, "{decisions:#?}");
}

use AboutKind::{Campaign, Clash, Complaint};
use ComplaintState::{Confirmed, Fixing, New, Solved, Watching};

#[test]
fn clashes_that_block_by_time_then_score_then_complaints_that_moved() {
    let clashes = [clash(1, 50, 20), clash(2, 90, 20), clash(3, 46, 10), clash(4, 44, 1)];
    let back = ComplaintSubject {
        returned_at: Some(5),
        ..complaint(15, Confirmed, 0, 0)
    };
    let complaints = [
        complaint(11, Confirmed, 5, 4),
        complaint(12, New, 0, 0),
        complaint(13, New, 3, 0),
        complaint(14, Fixing, 100, 81),
        back,
        complaint(16, Confirmed, 4, 0),
        complaint(17, Watching, 50, 0),
        complaint(18, Solved, 50, 0),
    ];
    let decisions = [
        due(decided(21, Campaign, 8, Word::Defer, 1), NOW),
        due(decided(22, Campaign, 9, Word::HandOff, 1), NOW - 1),
        due(decided(23, Complaint, 16, Word::Defer, 1), NOW - 5),
    ];
    let expected = [
        ("clash", 2),
        ("clash", 3),
        ("clash", 1),
        ("returned", 15),
        ("new", 13),
        ("new", 12),
        ("growing", 11),
        ("deferred", 16),
        ("deferred", 8),
        ("handed_over", 9),
    ];
    check(&clashes, &complaints, &decisions, &expected);
}

#[test]
fn a_clash_is_settled_by_two_signatures_and_waits_with_one() {
    let one = [clash(1, 80, 10)];
    let proposal = decided(21, Clash, 1, Word::Mitigate, 1);
    check(&one, &[], slice::from_ref(&proposal), &[("clash", 1)]);
    check(&one, &[], &[signed(proposal.clone())], &[]);
    check(&[clash(1, 20, 10)], &[], slice::from_ref(&proposal), &[("clash", 1)]);
    let put_off = due(decided(22, Clash, 1, Word::Defer, 2), NOW + 1);
    check(&one, &[], &[proposal.clone(), put_off.clone()], &[]);
    let proposed_again = decided(23, Clash, 1, Word::Move, 3);
    check(&one, &[], &[put_off, proposed_again], &[("clash", 1)]);
    let back = due(decided(22, Clash, 1, Word::Defer, 2), NOW);
    check(&one, &[], &[back], &[("deferred", 1)]);
}

#[test]
fn what_was_dropped_or_decided_comes_back_when_it_has_grown() {
    for word in [Word::Drop, Word::Decide] {
        let decision = decided(21, Complaint, 1, word, 1); // at ten a week
        for (last7, expected) in [(12, &[][..]), (13, &[("growing", 1)][..])] {
            check(
                &[],
                &[complaint(1, New, last7, 0)],
                slice::from_ref(&decision),
                expected,
            );
        }
        let back = ComplaintSubject {
            returned_at: Some(2),
            ..complaint(1, Confirmed, 10, 10)
        };
        check(&[], &[back], &[decision], &[("returned", 1)]);
    }
    let big = Decision {
        last7: Some(100),
        ..decided(21, Complaint, 1, Word::Drop, 1)
    };
    check(&[], &[complaint(1, New, 124, 0)], slice::from_ref(&big), &[]);
    check(&[], &[complaint(1, New, 125, 0)], &[big], &[("growing", 1)]);
    let dropped = decided(21, Clash, 1, Word::Drop, 1);
    check(&[clash(1, 80, 10)], &[], slice::from_ref(&dropped), &[]);
    let grown = ClashSubject {
        last7: 13,
        ..clash(1, 80, 10)
    };
    check(&[grown], &[], &[dropped], &[("clash", 1)]);
}

#[test]
fn what_was_put_off_or_handed_over_comes_back_at_its_date() {
    for (word, kind) in [(Word::Defer, "deferred"), (Word::HandOff, "handed_over")] {
        let until = |at| due(decided(21, Complaint, 1, word, 1), at);
        check(&[], &[complaint(1, New, 12, 0)], &[until(NOW + 1)], &[]);
        check(&[], &[complaint(1, New, 100, 0)], &[until(NOW)], &[(kind, 1)]);
        check(&[], &[complaint(1, Solved, 100, 0)], &[until(NOW)], &[]);
    }
}

#[test]
fn what_comes_back_before_its_date_shows_why() {
    for (word, grown) in [(Word::Defer, &[("growing", 1)][..]), (Word::HandOff, &[][..])] {
        let until = due(decided(21, Complaint, 1, word, 1), NOW + 1); // at ten a week
        check(&[], &[complaint(1, Confirmed, 12, 0)], slice::from_ref(&until), &[]);
        check(&[], &[complaint(1, Confirmed, 13, 0)], slice::from_ref(&until), grown);
        for (at, expected) in [(1, &[][..]), (2, &[("returned", 1)][..])] {
            let solved = ComplaintSubject {
                returned_at: Some(at),
                ..complaint(1, Confirmed, 10, 10)
            };
            check(&[], &[solved], slice::from_ref(&until), expected);
        }
    }
}

#[test]
fn what_fell_quiet_stands_last_three_at_once_the_longest_first() {
    let quiet = |id, since| ComplaintSubject {
        quiet_since: Some(since),
        returned_at: Some(1),
        ..complaint(id, Confirmed, 0, 0)
    };
    let complaints = [
        quiet(1, 40),
        quiet(2, 10),
        quiet(3, 30),
        quiet(4, 20),
        complaint(5, New, 0, 0),
    ];
    let decisions = [due(decided(21, Campaign, 9, Word::HandOff, 1), NOW - 1)];
    let expected = [("new", 5), ("handed_over", 9), ("quiet", 2), ("quiet", 4), ("quiet", 3)];
    check(&[], &complaints, &decisions, &expected);
    let unseen = ComplaintSubject {
        quiet_since: Some(1),
        ..complaint(1, New, 0, 0)
    };
    check(&[], &[unseen], &[], &[("new", 1)]);
    for state in [Watching, Solved] {
        let closed = ComplaintSubject { state, ..quiet(1, 40) };
        check(&[], &[closed], &[], &[]);
    }
}

#[test]
fn what_was_settled_while_it_was_quiet_is_not_offered_again() {
    for (decided_at, expected) in [(39, &[("quiet", 1)][..]), (40, &[][..]), (41, &[][..])] {
        let quiet = ComplaintSubject {
            quiet_since: Some(40),
            ..complaint(1, Confirmed, 0, 0)
        };
        let decision = decided(21, Complaint, 1, Word::Decide, decided_at);
        check(&[], &[quiet], &[decision], expected);
    }
}

#[test]
fn too_many_in_a_day_is_a_reason_of_its_own_where_there_is_no_other() {
    let loud = |state, usual| ComplaintSubject {
        is_too_many: true,
        ..complaint(1, state, 100, usual)
    };
    check(&[], &[loud(Confirmed, 100)], &[], &[("too_many", 1)]);
    check(&[], &[loud(Confirmed, 50)], &[], &[("growing", 1)]);
    check(&[], &[loud(New, 100)], &[], &[("new", 1)]);
    check(&[], &[loud(Solved, 100)], &[], &[]);
    check(&[], &[complaint(1, Confirmed, 100, 100)], &[], &[]);
    let settled = Decision {
        last7: Some(100),
        ..decided(21, Complaint, 1, Word::Decide, 1)
    };
    check(&[], &[loud(Confirmed, 100)], &[settled], &[]);
}

#[test]
fn who_speaks_alternates_where_the_item_does_not_say() {
    let proposal = decided(21, Clash, 2, Word::Move, 1);
    let decisions = Decisions::new([proposal]);
    let facts = Facts {
        now: NOW,
        clashes: vec![clash(1, 80, 10), clash(2, 80, 20)],
        complaints: (3..6).map(|id| complaint(id, New, 10 - i64::from(id), 0)).collect(),
        campaigns: Vec::new(),
        decisions: &decisions,
    };
    use Function::{Marketing, Support};
    let speakers: Vec<Function> = agenda(&facts).iter().map(|item| item.speaker).collect();
    assert_eq!(speakers, [Marketing, Support, Marketing, Support, Marketing]);
}

#[test]
fn minutes_are_rounded_up() {
    for (items, expected) in [(0, 0), (1, 1), (4, 3), (7, 6), (12, 9)] {
        assert_eq!(minutes(items), expected);
    }
}

#[test]
fn keys_are_text_and_back() {
    let key = Key {
        kind: Clash,
        id: RecordId([7; 16]),
    };
    assert_eq!(key.to_string().parse(), Ok(key));
    for bad in ["", "clash", "fire/07070707-0707-0707-0707-070707070707", "clash/x"] {
        assert!(bad.parse::<Key>().is_err(), "{bad}");
    }
}

fn any_decision() -> impl Strategy<Value = Decision> {
    let words = proptest::sample::select(vec![Word::Move, Word::Decide, Word::HandOff, Word::Defer, Word::Drop]);
    let kinds = proptest::sample::select(vec![Clash, Complaint]);
    (words, kinds, 0..4_u8, 0..5_i64, any::<bool>(), NOW - 2..NOW + 2).prop_map(
        |(word, kind, about, at, both, until)| {
            let decision = due(decided(0, kind, about, word, at), until);
            if both { signed(decision) } else { decision }
        },
    )
}

proptest! {
    #[test]
    fn every_subject_is_there_once_and_the_order_of_the_facts_makes_no_difference(
        mut decisions in proptest::collection::vec(any_decision(), 0..10),
        last7 in proptest::collection::vec(0..20_i64, 4),
    ) {
        for (id, decision) in (1..).zip(&mut decisions) {
            decision.id = RecordId([id; 16]);
        }
        let complaints: Vec<_> = (0..4).zip(&last7).map(|(id, last7)| complaint(id, New, *last7, 5)).collect();
        let clashes: Vec<_> = (0..4).zip(&last7).map(|(id, last7)| clash(id, last7 * 5, *last7)).collect();
        let on = |decisions: Vec<Decision>, reverse: bool| {
            let (mut clashes, mut complaints) = (clashes.clone(), complaints.clone());
            if reverse {
                clashes.reverse();
                complaints.reverse();
            }
            let decisions = Decisions::new(decisions);
            agenda(&Facts { now: NOW, clashes, complaints, campaigns: Vec::new(), decisions: &decisions })
        };
        let items = on(decisions.clone(), false);
        decisions.reverse();
        prop_assert_eq!(&items, &on(decisions, true));
        let mut keys: Vec<Key> = items.iter().map(|item| item.key).collect();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), items.len());
        prop_assert!(items.is_sorted_by_key(|item| item.kind));
    }
}

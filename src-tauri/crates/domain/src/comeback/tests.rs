//! When a complaint is back, and what is written of it, as small histories.

use super::*;
use crate::fold::{Stamp, apply};
use crate::{DeviceId, Kind, RecordEdit, RecordId};
use ComplaintState::{Confirmed, Fixing, New, Solved, Watching};

const DAY: Millis = DAY_MS;

/// One complaint on one device, on which somebody does one thing after another.
#[derive(Default)]
struct Story {
    state: RecordState,
    place: u64,
}

impl Story {
    fn write(&mut self, at: Millis, edits: Vec<(FieldId, Edit)>) {
        self.place += 1;
        let stamp = Stamp {
            place: self.place,
            device: DeviceId([1; 16]),
            member: MemberId([9; 16]),
            author_time: at,
            hub_time: at,
        };
        let record = RecordEdit {
            kind: Kind::Complaint,
            id: RecordId([1; 16]),
            seen: self.place - 1,
            edits,
        };
        apply(&mut self.state, &record, stamp, |_| ());
    }

    /// Somebody sets the state, with the newest report at `last`.
    fn set(mut self, at: Millis, to: ComplaintState, last: Option<Millis>) -> Self {
        let mut edits = vec![(complaint::STATE, Edit::Set(to.word().into()))];
        edits.extend(follow(&self.state, &edits, Some(to), last, at));
        self.write(at, edits);
        self
    }

    fn fix(mut self, at: Millis, text: &str) -> Self {
        let mut edits = vec![(complaint::FIX, Edit::Set(text.into()))];
        edits.extend(follow(&self.state, &edits, None, None, at));
        self.write(at, edits);
        self
    }

    /// What is shown with the newest report at `last`: the state, how often it came back, and its fixes.
    fn check(self, last: Option<Millis>, state: ComplaintState, returned: i64, expected: &[(Millis, &str)]) -> Self {
        assert_eq!(standing_state(&self.state, last), state);
        assert_eq!(times_returned(&self.state, last), returned);
        let found = fixes(&self.state);
        let found: Vec<(Millis, &str)> = found.iter().map(|f| (f.at, f.text.as_deref().unwrap_or(""))).collect();
        assert_eq!(found, expected);
        assert!(fixes(&self.state).iter().all(|fix| fix.by == MemberId([9; 16])));
        self
    }
}

#[test]
fn a_report_after_the_fix_brings_it_back_and_one_before_does_not() {
    for mended in [Watching, Solved] {
        let story = Story::default()
            .set(0, Confirmed, None)
            .set(10 * DAY, mended, Some(9 * DAY));
        let fix = [(10 * DAY, "")];
        story
            .check(None, mended, 0, &fix)
            .check(Some(9 * DAY), mended, 0, &fix)
            .check(Some(10 * DAY), mended, 0, &fix)
            .check(Some(10 * DAY + 1), Confirmed, 1, &fix);
    }
    let open = Story::default().set(0, Fixing, None);
    open.check(Some(DAY), Fixing, 0, &[]);
}

#[test]
fn the_third_time_has_two_fixes_before_it() {
    Story::default()
        .set(0, New, None)
        .fix(5, "Copy of the checkout")
        .set(10 * DAY, Watching, Some(DAY))
        .set(40 * DAY, Solved, Some(DAY))
        .check(Some(50 * DAY), Confirmed, 1, &[(10 * DAY, "Copy of the checkout")])
        .set(51 * DAY, Fixing, Some(50 * DAY))
        .check(Some(50 * DAY), Fixing, 1, &[(10 * DAY, "Copy of the checkout")])
        .fix(52 * DAY, "https://example.com/fix/2")
        .set(60 * DAY, Solved, Some(50 * DAY))
        .check(
            Some(70 * DAY),
            Confirmed,
            2,
            &[
                (10 * DAY, "Copy of the checkout"),
                (60 * DAY, "https://example.com/fix/2"),
            ],
        );
}

#[test]
fn mending_it_once_more_while_it_is_back_counts_the_return() {
    for again in [Watching, Solved] {
        Story::default()
            .set(0, Confirmed, None)
            .set(10 * DAY, Watching, None)
            .set(20 * DAY, again, Some(15 * DAY))
            .check(Some(15 * DAY), again, 1, &[(10 * DAY, ""), (20 * DAY, "")])
            .check(Some(21 * DAY), Confirmed, 2, &[(10 * DAY, ""), (20 * DAY, "")]);
    }
}

#[test]
fn taken_back_within_a_day_it_was_a_slip_and_later_a_return() {
    let mended = || {
        Story::default()
            .set(0, Confirmed, None)
            .set(10 * DAY, Solved, Some(DAY))
    };
    mended()
        .set(11 * DAY - 1, Confirmed, Some(DAY))
        .check(Some(DAY), Confirmed, 0, &[]);
    mended()
        .set(11 * DAY, Confirmed, Some(DAY))
        .check(Some(DAY), Confirmed, 1, &[(10 * DAY, "")]);
    // Not a slip: somebody complained.
    let last = Some(10 * DAY + 5);
    mended()
        .set(11 * DAY - 1, Confirmed, last)
        .check(last, Confirmed, 1, &[(10 * DAY, "")]);
}

#[test]
fn what_mended_it_may_be_said_afterwards() {
    Story::default()
        .set(10 * DAY, Solved, None)
        .fix(12 * DAY, "The  carrier\ncomes; daily")
        .check(Some(11 * DAY), Confirmed, 1, &[(10 * DAY, "The carrier comes, daily")]);
    Story::default().fix(12 * DAY, "Planned").check(None, New, 0, &[]);
}

#[test]
fn a_state_that_undo_wrote_anew_keeps_the_time_of_its_fix() {
    let mut story = Story::default().set(0, Confirmed, None).set(10 * DAY, Solved, None);
    story = story.set(20 * DAY, Fixing, Some(15 * DAY));
    // Undo writes what was there before.
    let undone = vec![
        (complaint::STATE, Edit::Set("solved".into())),
        (complaint::RETURNED, Edit::Set(Value::Null)),
    ];
    story.write(30 * DAY, undone);
    story.check(Some(15 * DAY), Confirmed, 1, &[(10 * DAY, "")]);
}

#[test]
fn before_there_were_fixes_the_state_has_the_time() {
    let mut story = Story::default();
    story.write(10 * DAY, vec![(complaint::STATE, Edit::Set("solved".into()))]);
    story
        .check(Some(10 * DAY), Solved, 0, &[])
        .check(Some(10 * DAY + 1), Confirmed, 1, &[]);
}

#[test]
fn a_number_that_somebody_types_is_the_number() {
    let story = Story::default().set(0, Confirmed, None).set(10 * DAY, Solved, None);
    let edits = vec![(complaint::RETURNED, Edit::Set(7.into()))];
    let more = follow(&story.state, &edits, Some(Confirmed), None, 20 * DAY);
    assert!(more.iter().all(|(field, _)| *field != complaint::RETURNED), "{more:?}");
}

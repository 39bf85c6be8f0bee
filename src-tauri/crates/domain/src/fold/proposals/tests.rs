//! What becomes of an edit of the other function's record, told as a table of steps.

use super::*;
use crate::action::RecordEdit;
use crate::fields::{DELETED, Kind, campaign, complaint};
use crate::fold::{Author, Rules, Stamp};
use crate::id::DeviceId;
use crate::membership::{Function, Role, Seat};
use crate::undo::{Did, inverse};

const MARKETING: u8 = 1;
const SUPPORT: u8 = 2;
const LEAD: u8 = 3;
const VIEWER: u8 = 4;
const COLLEAGUE: u8 = 5;

const ID: RecordId = RecordId([7; 16]);

fn author(who: u8, place: u64) -> Author {
    let role = match who {
        MARKETING | COLLEAGUE => Role::Marketing,
        SUPPORT => Role::Support,
        LEAD => Role::LeadOf(Function::Support),
        _ => Role::Viewer,
    };
    let stamp = Stamp {
        place,
        device: DeviceId([who; 16]),
        member: MemberId([who; 16]),
        author_time: place as i64,
        hub_time: place as i64,
    };
    let peopled = [true; 2];
    let seat = Seat { role, peopled };
    Author { stamp, seat }
}

/// A record of one kind, and what each step changed.
struct Board {
    kind: Kind,
    state: RecordState,
    place: u64,
}

impl Board {
    /// A campaign that Marketing made.
    fn campaign() -> Self {
        let mut board = Self {
            kind: Kind::Campaign,
            state: RecordState::default(),
            place: 0,
        };
        let name = Edit::Set("Free shipping".into());
        board.step(MARKETING, 0, vec![(campaign::NAME, name)]);
        board
    }

    fn step(&mut self, who: u8, seen: u64, edits: Vec<(FieldId, Edit)>) -> (Vec<Changed>, usize) {
        self.place += 1;
        let edit = RecordEdit {
            kind: self.kind,
            id: ID,
            seen,
            edits,
        };
        let mut changed = Vec::new();
        let author = author(who, self.place);
        let refused = Rules::NEWEST.apply(&mut self.state, &edit, author, |c| changed.push(c));
        let bytes = minicbor::to_vec(&self.state).unwrap();
        assert_eq!(minicbor::decode::<RecordState>(&bytes).unwrap(), self.state);
        (changed, refused.len())
    }

    fn one(&mut self, who: u8, seen: u64, field: FieldId, edit: Edit) -> Outcome {
        let (changed, refused) = self.step(who, seen, vec![(field, edit)]);
        assert_eq!((changed.len(), refused), (1, 0));
        changed[0].outcome
    }

    fn waiting(&self) -> Vec<(u8, Value)> {
        let one = |p: Proposal<'_>| (p.sibling.stamp.member.0[0], p.sibling.value.clone());
        self.state.proposals().map(one).collect()
    }
}

fn name(text: &str) -> Edit {
    Edit::Set(text.into())
}

#[test]
fn the_other_function_proposes_and_the_own_one_writes() {
    let mut board = Board::campaign();
    assert_eq!(
        board.one(SUPPORT, 1, campaign::NAME, name("Shipping")),
        Outcome::Proposed
    );
    assert_eq!(board.state.get(campaign::NAME), &"Free shipping".into());
    assert_eq!(board.waiting(), [(SUPPORT, "Shipping".into())]);
    // Who has not seen it settles nothing; who has, takes it or another value.
    assert_eq!(
        board.one(MARKETING, 1, campaign::NAME, name("Free ship")),
        Outcome::Written
    );
    assert_eq!(board.waiting().len(), 1);
    assert_eq!(
        board.one(COLLEAGUE, 3, campaign::NAME, name("Shipping")),
        Outcome::Written
    );
    assert_eq!(board.state.get(campaign::NAME), &"Shipping".into());
    assert_eq!(board.waiting(), []);
}

#[test]
fn each_member_has_one_proposal_and_may_take_it_back() {
    let mut board = Board::campaign();
    board.one(SUPPORT, 1, campaign::NAME, name("One"));
    board.one(LEAD, 1, campaign::NAME, name("Two"));
    board.one(SUPPORT, 1, campaign::NAME, name("Three"));
    assert_eq!(board.waiting(), [(LEAD, "Two".into()), (SUPPORT, "Three".into())]);
    assert_eq!(
        board.one(SUPPORT, 4, campaign::NAME, name("Free shipping")),
        Outcome::Withdrawn
    );
    assert_eq!(board.waiting(), [(LEAD, "Two".into())]);
    let other = Edit::Decline(MemberId([LEAD; 16]), None);
    assert_eq!(
        board.step(SUPPORT, 4, vec![(campaign::NAME, other)]).0,
        [],
        "not theirs"
    );
    let own = Edit::Decline(MemberId([LEAD; 16]), None);
    assert_eq!(board.one(LEAD, 4, campaign::NAME, own), Outcome::Withdrawn);
    assert_eq!(board.waiting(), []);
}

#[test]
fn what_is_declined_is_one_members_and_what_was_seen() {
    let mut board = Board::campaign();
    board.one(SUPPORT, 1, campaign::PRODUCT, Edit::Add("Boots".into()));
    board.one(LEAD, 1, campaign::PRODUCT, Edit::Add("Boots".into()));
    let decline = |member| Edit::Decline(MemberId([member; 16]), Some("Boots".into()));
    assert_eq!(
        board.step(MARKETING, 1, vec![(campaign::PRODUCT, decline(SUPPORT))]).0,
        []
    );
    assert_eq!(
        board.one(MARKETING, 3, campaign::PRODUCT, decline(SUPPORT)),
        Outcome::Declined
    );
    assert_eq!(board.waiting(), [(LEAD, true.into())]);
    assert_eq!(
        board.one(MARKETING, 5, campaign::PRODUCT, Edit::Add("Boots".into())),
        Outcome::Written
    );
    assert_eq!(board.waiting(), []);
}

#[test]
fn neither_function_deletes_what_is_the_others() {
    let mut board = Board::campaign();
    assert_eq!(
        board.one(SUPPORT, 1, DELETED, Edit::Set(true.into())),
        Outcome::Proposed
    );
    assert!(!board.state.is_deleted());
    assert_eq!(
        board.one(MARKETING, 2, DELETED, Edit::Set(true.into())),
        Outcome::Written
    );
    assert!(board.state.is_deleted() && board.waiting().is_empty());
}

#[test]
fn whoever_made_a_record_writes_it_and_a_viewer_may_only_flag() {
    let mut board = Board::campaign();
    board.kind = Kind::Complaint;
    board.state = RecordState::default();
    assert_eq!(
        board.one(VIEWER, 0, complaint::TITLE, name("Late parcels")),
        Outcome::Written
    );
    assert_eq!(
        board.one(VIEWER, 0, complaint::TITLE, name("Parcels late")),
        Outcome::Written
    );
    assert_eq!(board.one(MARKETING, 9, complaint::TITLE, name("No")), Outcome::Proposed);
    assert_eq!(
        board.one(SUPPORT, 9, complaint::TITLE, name("Parcels")),
        Outcome::Written
    );
    for kind in [Kind::Campaign, Kind::Decision, Kind::Standup, Kind::Board] {
        board.kind = kind;
        board.state = RecordState::default();
        let (changed, refused) = board.step(VIEWER, 0, vec![(campaign::NAME, name("Mine"))]);
        assert_eq!((changed.len(), refused), (0, 1), "{kind:?}");
        assert_eq!(board.state.get(campaign::NAME), &Value::Null);
    }
}

#[test]
fn any_lead_hands_a_record_over_and_nobody_alone_meets_a_wall() {
    let mut board = Board::campaign();
    assert_eq!(board.one(LEAD, 1, campaign::OWNER, name("Iva")), Outcome::Written);
    assert_eq!(board.one(SUPPORT, 1, campaign::OWNER, name("Me")), Outcome::Proposed);
    let mut alone = author(SUPPORT, 9);
    alone.seat.peopled = [false, true];
    let edit = RecordEdit {
        kind: Kind::Campaign,
        id: ID,
        seen: 8,
        edits: vec![(campaign::NAME, name("By support"))],
    };
    assert_eq!(Rules::NEWEST.apply(&mut board.state, &edit, alone, |_| ()), []);
    assert_eq!(board.state.get(campaign::NAME), &"By support".into());
}

#[test]
fn under_older_rules_everybody_writes_and_declining_is_not_known_yet() {
    let mut board = Board::campaign();
    let edit = |edit| RecordEdit {
        kind: Kind::Campaign,
        id: ID,
        seen: 8,
        edits: vec![(campaign::NAME, edit)],
    };
    let before = Rules::numbered(2);
    before.apply(&mut board.state, &edit(name("Support's")), author(SUPPORT, 9), |_| ());
    assert_eq!(board.state.get(campaign::NAME), &"Support's".into());
    let decline = edit(Edit::Decline(MemberId([1; 16]), None));
    assert_eq!(
        before.apply(&mut board.state, &decline, author(SUPPORT, 10), |_| ()),
        []
    );
    assert!(board.state.needs_update());
}

/// Somebody types in a text that is not theirs, and again before anybody answered: the later edit stands on the earlier.
#[test]
fn a_text_is_proposed_as_typed_and_typed_again() {
    let mut board = Board::campaign();
    board.one(MARKETING, 1, campaign::TEXT, name("Free shipping in the EU."));
    let typed = |board: &Board, who: u8, text: &str, peer| {
        let editor = crate::fold::Editor {
            device: DeviceId([who; 16]),
            seen: board.place,
            peer,
        };
        let edit = board.state.edit_text((ID, campaign::TEXT), text, editor);
        edit.unwrap().unwrap()
    };
    let edit = typed(&board, SUPPORT, "Free shipping in the EU, not for bikes.", 11);
    assert_eq!(board.one(SUPPORT, 2, campaign::TEXT, edit), Outcome::Proposed);
    assert_eq!(board.state.get(campaign::TEXT), &"Free shipping in the EU.".into());
    let proposed = "Free shipping in the EU, not for bikes.";
    assert_eq!(board.waiting(), [(SUPPORT, proposed.into())]);
    let again = typed(&board, SUPPORT, "Free and fast shipping in the EU.", 12);
    board.one(SUPPORT, 3, campaign::TEXT, again);
    let both = "Free and fast shipping in the EU, not for bikes.";
    assert_eq!(board.waiting(), [(SUPPORT, both.into())]);
    let taken = typed(&board, MARKETING, both, 13);
    assert_eq!(board.one(MARKETING, 4, campaign::TEXT, taken), Outcome::Written);
    assert_eq!(
        (board.state.get(campaign::TEXT), board.waiting()),
        (&both.into(), vec![])
    );
}

#[test]
fn undo_takes_a_proposal_back_and_redo_makes_it_again() {
    let mut board = Board::campaign();
    let undone = |board: &mut Board, edit: (FieldId, Edit)| {
        let (changes, _) = board.step(SUPPORT, board.place, vec![edit]);
        let stamp = author(SUPPORT, board.place).stamp;
        let did = Did {
            stamp,
            created: false,
            changes: &changes,
        };
        let back = inverse(&board.state, &[did], &[]);
        assert_eq!((back.edits.len(), back.left), (1, 0));
        back.edits[0].clone()
    };
    let back = undone(&mut board, (campaign::NAME, name("Shipping")));
    assert_eq!(board.waiting().len(), 1);
    let again = undone(&mut board, back);
    assert_eq!(board.waiting(), []);
    board.step(SUPPORT, board.place, vec![again]);
    assert_eq!(board.waiting(), [(SUPPORT, "Shipping".into())]);
}

#[test]
fn parts_carry_what_waits_and_who_made_it() {
    use crate::fields::Space;
    let mut board = Board::campaign();
    board.one(SUPPORT, 1, campaign::BUDGET, name("900"));
    board.one(SUPPORT, 1, campaign::NAME, name("Shipping"));
    let [shared, inner] = Space::ALL.map(|space| board.state.in_space(space));
    assert!(shared.is_part(Space::Board, 3) && inner.is_part(Space::Inner, 3));
    assert!(!inner.is_part(Space::Inner, 1), "proposed later than the snapshot");
    assert!(!shared.is_part(Space::Inner, 3));
    assert_eq!(shared.proposals().count(), 1);
    assert_eq!(shared.joined(inner), board.state);
}

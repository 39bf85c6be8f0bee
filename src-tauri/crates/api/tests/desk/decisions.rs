//! Deciding, agreeing and taking back, on one desk.

use crate::desk::{add, founded, open, set};
use sidedesk_api::Desk;
use sidedesk_api::dto::{ClashDto, DecideDto, EventDto};
use tempfile::TempDir;

fn about(kind: &str, id: &str, word: &str) -> DecideDto {
    DecideDto {
        about_kind: kind.into(),
        about: id.into(),
        word: word.into(),
        text: Some("leave out the 412".into()),
        owner: Some("MK".into()),
        due: None,
        standup: None,
    }
}

/// A board with one clash, kept by somebody of this function.
async fn with_clash(function: &str) -> (TempDir, Desk, String) {
    let dir = tempfile::tempdir().unwrap();
    let desk = open(dir.path()).await;
    desk.init("Winter board", "Iva Horn", function).await.unwrap();
    add(
        &desk,
        "campaign",
        &[
            ("name", "Free shipping EU"),
            ("start", "2026-11-21 14:42"),
            ("product", "Boots"),
        ],
    )
    .await;
    add(
        &desk,
        "complaint",
        &[
            ("title", "Late parcels"),
            ("severity", "5"),
            ("product", "Boots"),
            ("opened", "2026-11-01"),
            ("state", "confirmed"),
            ("owner", "Somebody else"),
        ],
    )
    .await;
    let id = only(&desk).await.id;
    (dir, desk, id)
}

async fn only(desk: &Desk) -> ClashDto {
    let found = desk.clashes(None).await.unwrap();
    assert_eq!((found.clashes.len(), found.total), (1, 1));
    found.clashes.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_proposal_waits_for_the_other_function_and_undo_takes_it_back() {
    let (_dir, desk, clash) = with_clash("marketing").await;
    let open = only(&desk).await;
    assert_eq!((open.state.as_str(), open.decision), ("open", None));
    assert_eq!(open.waits_for, ["marketing", "support"]);
    assert!(open.mine, "a campaign without an owner is whose who began it");

    let mut events = desk.events();
    let proposed = desk.decide(&about("clash", &clash, "mitigate")).await.unwrap();
    assert!(!proposed.signed && proposed.support.is_none());
    assert!(proposed.marketing.as_ref().is_some_and(|signature| signature.me));
    assert_eq!(
        (proposed.by.as_str(), proposed.function.as_str()),
        ("Iva Horn", "marketing")
    );
    assert_eq!(proposed.score, Some(open.score));
    let told = loop {
        if let EventDto::Changed(changed) = events.recv().await.unwrap() {
            break changed;
        }
    };
    assert_eq!(
        (told.records[0].kind.as_str(), &told.records[0].id),
        ("decision", &proposed.id)
    );

    let waiting = only(&desk).await;
    assert_eq!(
        (waiting.state.as_str(), &waiting.waits_for[..]),
        ("waiting", &["support".to_owned()][..])
    );
    assert_eq!(waiting.decision, Some(proposed.clone()));
    let strongest = desk.clashes_shown().await.unwrap().strongest;
    assert_eq!(strongest.len(), 2);
    assert!(
        strongest
            .iter()
            .all(|card| card.clash == clash && card.state == "waiting")
    );

    let refused = desk.agree(&proposed.id).await.unwrap_err().dto();
    assert_eq!(
        (refused.code.as_str(), refused.value.as_deref()),
        ("own_proposal", Some("support"))
    );

    assert_eq!(desk.undo().await.unwrap().name, "decision.add");
    assert_eq!(only(&desk).await.state, "open");
    assert!(desk.decisions("clash", &clash).await.unwrap().is_empty());
    assert_eq!(desk.agree(&proposed.id).await.unwrap_err().code(), "not_found");
    desk.redo().await.unwrap();
    assert_eq!(only(&desk).await.decision.unwrap().id, proposed.id);
}

#[tokio::test]
async fn somebody_of_both_functions_signs_twice_and_undo_takes_one_signature() {
    let (_dir, desk, clash) = with_clash("both").await;
    let proposed = desk.decide(&about("clash", &clash, "accept")).await.unwrap();
    assert_eq!(proposed.function, "marketing");
    let agreed = desk.agree(&proposed.id).await.unwrap();
    assert!(agreed.signed && agreed.support.is_some());
    let head = desk.verify().await.unwrap().head;
    assert_eq!(desk.agree(&proposed.id).await.unwrap_err().code(), "already_signed");
    assert_eq!(desk.verify().await.unwrap().head, head, "no new op");
    let decided = only(&desk).await;
    assert_eq!((decided.state.as_str(), decided.waits_for.len()), ("decided", 0));

    assert_eq!(desk.undo().await.unwrap().name, "decision.sign");
    assert_eq!(only(&desk).await.state, "waiting");
    assert!(desk.decisions("clash", &clash).await.unwrap()[0].marketing.is_some());

    // Who is of both answers the proposal that waits: this one is Support's.
    let counter = desk.decide(&about("clash", &clash, "move")).await.unwrap();
    assert_eq!(counter.function, "support");
    assert_eq!(only(&desk).await.decision.unwrap().id, counter.id);
    assert_eq!(desk.decisions("clash", &clash).await.unwrap().len(), 2);
    let head = desk.verify().await.unwrap().head;
    assert_eq!(desk.agree(&proposed.id).await.unwrap_err().code(), "newer_proposal");
    assert_eq!(desk.verify().await.unwrap().head, head, "nothing is signed");
    desk.agree(&counter.id).await.unwrap();
    assert_eq!(
        only(&desk).await.decision.unwrap().id,
        counter.id,
        "exactly the one named"
    );
    let history = desk.history("decision", &counter.id).await.unwrap();
    assert!(
        history
            .iter()
            .any(|line| line.field == "marketing" && line.action == "decision.sign")
    );
    assert_eq!(desk.agree(&proposed.id).await.unwrap_err().code(), "newer_proposal");
}

#[tokio::test]
async fn one_signature_is_enough_where_only_one_function_is_asked() {
    let (_dir, desk, clash) = with_clash("marketing").await;
    let campaign = only(&desk).await.campaign;
    let complaint = only(&desk).await.complaint;
    for (kind, id, word) in [
        ("complaint", &complaint, "decide"),
        ("complaint", &complaint, "hand_off"),
        ("campaign", &campaign, "drop"),
        ("clash", &clash, "hand_off"),
    ] {
        let decided = desk.decide(&about(kind, id, word)).await.unwrap();
        assert!(decided.signed, "{decided:?}");
        assert_eq!(desk.agree(&decided.id).await.unwrap_err().code(), "already_signed");
        assert_eq!(desk.decisions(kind, id).await.unwrap()[0], decided);
    }
    assert_eq!(
        only(&desk).await.state,
        "open",
        "handing off settles the agenda, not the clash"
    );
    assert_eq!(desk.decisions("complaint", &complaint).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_decided_stays_when_the_clash_is_gone() {
    let (_dir, desk, clash) = with_clash("both").await;
    let proposed = desk.decide(&about("clash", &clash, "move")).await.unwrap();
    desk.agree(&proposed.id).await.unwrap();
    let found = only(&desk).await;
    set(&desk, "campaign", &found.campaign, &[("state", "paused")]).await;
    set(&desk, "campaign", &found.campaign, &[("name", "Free shipping later")]).await;
    desk.delete("complaint", &found.complaint).await.unwrap();
    let found = desk.clashes(None).await.unwrap();
    assert_eq!((found.clashes.len(), found.past.len()), (0, 1));
    let past = &found.past[0];
    assert_eq!(
        (past.id.as_str(), past.decision.id.as_str()),
        (clash.as_str(), proposed.id.as_str())
    );
    assert_eq!(
        (past.campaign_name.as_str(), past.complaint_title.as_str()),
        ("Free shipping later", "Late parcels")
    );
    let again = desk.decide(&about("clash", &clash, "accept")).await.unwrap_err();
    assert_eq!(again.code(), "not_found", "there is nothing to decide");
}

#[tokio::test]
async fn bad_input_is_refused_and_writes_nothing() {
    let (_dir, desk, clash) = with_clash("marketing").await;
    let head = desk.verify().await.unwrap().head;
    let past = DecideDto {
        due: Some("2020-01-01".into()),
        ..about("clash", &clash, "defer")
    };
    for (decide, code) in [
        (about("report", &clash, "drop"), "input_choice"),
        (about("clash", &clash, "ignore"), "input_choice"),
        (about("clash", "nonsense", "move"), "not_found"),
        (
            about("clash", "00000000-0000-0000-0000-000000000000", "move"),
            "not_found",
        ),
        (about("complaint", &clash, "decide"), "not_found"),
        (past, "input_past"),
    ] {
        assert_eq!(desk.decide(&decide).await.unwrap_err().code(), code, "{decide:?}");
    }
    assert_eq!(desk.decisions("bug", &clash).await.unwrap_err().code(), "input_choice");
    assert_eq!(desk.agree("x").await.unwrap_err().code(), "not_found");
    assert_eq!(desk.verify().await.unwrap().head, head);
    let (_other, empty) = founded().await;
    assert!(empty.clashes(None).await.unwrap().past.is_empty());
}

#[tokio::test]
async fn taking_back_is_for_ones_own_while_nobody_else_has_signed() {
    let (_dir, desk, clash) = with_clash("marketing").await;
    let mine = desk.decide(&about("clash", &clash, "accept")).await.unwrap();
    desk.take_back_decision(&mine.id).await.unwrap();
    assert_eq!(only(&desk).await.state, "open");
    assert_eq!(desk.take_back_decision(&mine.id).await.unwrap_err().code(), "not_found");
    desk.undo().await.unwrap();
    assert_eq!(only(&desk).await.decision.map(|decision| decision.id), Some(mine.id));
}

//! What a shell sees: the board, events, history, search, a second desk beside the first.

use crate::desk::{NOW, add, fields, founded, open, options, set};
use sidedesk_api::dto::EventDto;
use sidedesk_api::{Desk, DeskOptions, Error};

#[tokio::test]
async fn a_board_is_founded_once_and_found_again() {
    let (dir, desk) = founded().await;
    let again = desk.init("Other", "", "support").await.unwrap_err();
    assert_eq!(again.code(), "board_exists", "{again}");
    let elsewhere = tempfile::tempdir().unwrap();
    let empty = open(elsewhere.path()).await;
    assert!(!empty.state().await.unwrap().exists);
    assert_eq!(empty.board().await.unwrap_err().code(), "no_board");
    assert_eq!(empty.init("x", "", "sales").await.unwrap_err().code(), "input_choice");
    assert!(!empty.state().await.unwrap().exists, "nothing half-founded");
    desk.close().await.unwrap();
    drop(desk);
    let state = open(dir.path()).await.state().await.unwrap();
    assert_eq!(
        (state.name.as_str(), state.me.as_str(), state.function.as_str()),
        ("Winter board", "Iva", "marketing")
    );
    assert_eq!((state.zone.as_str(), state.notices.len()), ("Europe/London", 0));
}

/// The program ended between the first entry and the board's name.
#[tokio::test]
async fn founding_goes_on_where_it_was_interrupted() {
    let dir = tempfile::tempdir().unwrap();
    sidedesk_store::Founder::found(
        dir.path(),
        sidedesk_domain::membership::Role::Lead,
        NOW,
        &sidedesk_store::Keys::file(),
    )
    .await
    .unwrap();
    let desk = open(dir.path()).await;
    let state = desk.init("Winter board", "Iva", "marketing").await.unwrap();
    assert_eq!((state.name.as_str(), state.me.as_str()), ("Winter board", "Iva"));
    assert_eq!(
        desk.init("Again", "", "support").await.unwrap_err().code(),
        "board_exists"
    );
}

#[tokio::test]
async fn who_reads_beside_the_writer_sees_everything_and_writes_nothing() {
    let (dir, desk) = founded().await;
    let id = add(&desk, "campaign", &[("name", "Newsletter")]).await;
    let second = Desk::open_with(dir.path(), options()).await.err().unwrap();
    assert_eq!(second.code(), "held");
    let beside = Desk::open_with(
        dir.path(),
        DeskOptions {
            read_only: true,
            ..options()
        },
    )
    .await
    .unwrap();
    assert_eq!(beside.campaign(&id).await.unwrap().name, "Newsletter");
    let refused = beside.add("campaign", &fields(&[("name", "x")])).await.unwrap_err();
    assert_eq!(refused.dto().code, "held");
    set(&desk, "campaign", &id, &[("name", "Newsletter December")]).await;
    assert_eq!(beside.campaign(&id).await.unwrap().name, "Newsletter December");
    assert_eq!(beside.board().await.unwrap().counts.campaigns, 1);
}

#[tokio::test]
async fn every_change_is_told_with_its_records() {
    let (_dir, desk) = founded().await;
    let mut events = desk.events();
    let id = add(&desk, "complaint", &[("title", "Late parcels")]).await;
    let told = loop {
        if let EventDto::Changed(changed) = events.recv().await.unwrap() {
            break changed;
        }
    };
    assert!(!told.all);
    assert_eq!(
        told.records
            .iter()
            .map(|r| (r.kind.as_str(), r.id.as_str()))
            .collect::<Vec<_>>(),
        [("complaint", id.as_str())]
    );
}

#[tokio::test]
async fn history_tells_who_did_what_in_words() {
    let (_dir, desk) = founded().await;
    let id = add(
        &desk,
        "campaign",
        &[
            ("name", "Newsletter"),
            ("product", "Boots, Socks"),
            ("start", "2026-11-21 15:00"),
        ],
    )
    .await;
    set(&desk, "campaign", &id, &[("start", "2026-11-22"), ("product", "Boots")]).await;
    desk.delete("campaign", &id).await.unwrap();
    let history = desk.history("campaign", &id).await.unwrap();
    let lines: Vec<_> = history
        .iter()
        .filter(|line| ["start", "product", "deleted"].contains(&line.field.as_str()))
        .map(|line| {
            (
                line.action.as_str(),
                line.field.as_str(),
                line.old.as_deref(),
                line.new.as_deref(),
            )
        })
        .collect();
    let expected = [
        ("campaign.add", "product", None, Some("Boots")),
        ("campaign.add", "product", None, Some("Socks")),
        ("campaign.add", "start", None, Some("2026-11-21T15:00:00Z")),
        (
            "campaign.set",
            "start",
            Some("2026-11-21T15:00:00Z"),
            Some("2026-11-22T00:00:00Z"),
        ),
        ("campaign.set", "product", Some("Socks"), None),
        ("campaign.delete", "deleted", None, Some("yes")),
    ];
    assert_eq!(lines, expected, "{history:#?}");
    assert!(history.iter().all(|line| line.by == "Iva" && line.n.is_some()));
}

#[tokio::test]
async fn search_finds_what_is_there_and_nothing_deleted() {
    let (_dir, desk) = founded().await;
    let campaign = add(&desk, "campaign", &[("name", "Free shipping EU"), ("product", "Boots")]).await;
    add(&desk, "complaint", &[("title", "Free parcels come late")]).await;
    let found = |text: &'static str| {
        let desk = desk.clone();
        async move {
            desk.search(text)
                .await
                .unwrap()
                .found
                .into_iter()
                .map(|found| found.title)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(found("fre").await.len(), 2);
    assert_eq!(found("SHIPP boot").await, ["Free shipping EU"]);
    for nothing in ["", " \"*( ", "shipping late", "x' or 1=1"] {
        assert_eq!(found(nothing).await, [] as [String; 0], "{nothing:?}");
    }
    set(&desk, "campaign", &campaign, &[("name", "Paid shipping")]).await;
    assert_eq!(
        found("free shipping").await,
        [] as [String; 0],
        "the index follows an edit"
    );
    desk.delete("campaign", &campaign).await.unwrap();
    assert_eq!(found("shipping").await, [] as [String; 0]);
    desk.restore("campaign", &campaign).await.unwrap();
    assert_eq!(found("shipping").await, ["Paid shipping"]);
}

#[tokio::test]
async fn what_cannot_be_compared_is_named() {
    let (_dir, desk) = founded().await;
    add(&desk, "campaign", &[("name", "No product"), ("start", "2026-12-01")]).await;
    add(&desk, "campaign", &[("name", "No start"), ("product", "Boots")]).await;
    add(&desk, "complaint", &[("title", "No product either")]).await;
    let clashes = desk.clashes(None).await.unwrap();
    let mut named: Vec<_> = clashes
        .not_checked
        .iter()
        .map(|n| (n.name.as_str(), n.reason.as_str()))
        .collect();
    named.sort_unstable();
    let expected = [
        ("No product", "campaign_without_product"),
        ("No product either", "complaint_without_product"),
        ("No start", "campaign_without_start"),
    ];
    assert_eq!((named.as_slice(), clashes.clashes.len()), (expected.as_slice(), 0));
    assert_eq!(clashes.at, "2026-11-19T10:42:00Z");
}

#[tokio::test]
async fn sharing_needs_a_hub_that_answers() {
    let (_dir, desk) = founded().await;
    let before = desk.verify().await.unwrap();
    for (address, code) in [
        ("", "input_address"),
        ("http://hub", "input_address"),
        ("ws://", "input_address"),
        ("wss://127.0.0.1:1", "hub"),
        ("127.0.0.1:1", "hub"),
    ] {
        let error = desk.share(address, "lead").await.unwrap_err();
        assert_eq!(error.code(), code, "{address:?}: {error}");
    }
    assert_eq!(desk.invite("lead").await.unwrap_err().code(), "hub");
    assert_eq!(desk.verify().await.unwrap(), before, "the board stays as it is");
    assert_eq!(desk.status().await.unwrap().state, "local");
    let elsewhere = tempfile::tempdir().unwrap();
    let joining = open(elsewhere.path()).await;
    let error = joining.join("not a code", "", "support").await.unwrap_err();
    assert!(matches!(error, Error::Invite(_)), "{error}");
}

//! What a desk finds worth a word outside the window.

use crate::desk::{add, options, set};
use sidedesk_api::{Attention, Clock, Desk, DeskOptions, Notice, Tz, parse_instant};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

#[tokio::test]
async fn standups_are_announced_on_working_days_once() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(0));
    let read = Arc::clone(&now);
    let options = DeskOptions {
        clock: Clock::from_fn(move || read.load(Ordering::Relaxed)),
        ..options()
    };
    let at = |typed: &str| now.store(parse_instant(typed, Tz::Europe__London).unwrap(), Ordering::Relaxed);
    at("2026-11-20 10:00");
    let desk = Desk::open_with(dir.path(), options).await.unwrap();
    let mut attention = Attention::new();
    assert!(desk.notices(&mut attention).await.is_err(), "there is no board yet");
    desk.init("Winter board", "Iva", "marketing").await.unwrap();
    assert_eq!(desk.notices(&mut attention).await.unwrap(), [], "the first look");
    for (typed, expected) in [
        ("2026-11-21 09:10", None), // a Saturday
        ("2026-11-22 09:12", None),
        ("2026-11-23 09:09", None),
        ("2026-11-23 09:10", Some(("2026-11-23", 5))),
        ("2026-11-23 09:11", None),
        ("2026-11-23 09:15", None),
        ("2026-11-24 09:13", Some(("2026-11-24", 2))),
    ] {
        at(typed);
        let expected = expected.map(|(date, minutes)| Notice::Standup {
            date: date.to_owned(),
            minutes,
        });
        assert_eq!(
            desk.notices(&mut attention).await.unwrap(),
            Vec::from_iter(expected),
            "{typed}"
        );
    }
    at("2026-11-25 08:50");
    desk.start_standup().await.unwrap();
    at("2026-11-25 09:12");
    assert_eq!(desk.notices(&mut attention).await.unwrap(), [], "it was started early");
    desk.close().await.unwrap();
}

#[tokio::test]
async fn a_new_clash_on_what_is_mine_says_which_card_is_mine() {
    let dir = tempfile::tempdir().unwrap();
    let desk = Desk::open_with(dir.path(), options()).await.unwrap();
    desk.init("Winter board", "Support lead", "support").await.unwrap();
    let mut attention = Attention::new();
    assert_eq!(desk.notices(&mut attention).await.unwrap(), []);

    let campaign = [
        ("name", "Free shipping"),
        ("product", "boots"),
        ("start", "2026-11-21 10:00"),
        ("owner", "Campaign manager"),
    ];
    let complaint = |title, owner| {
        [
            ("title", title),
            ("product", "boots"),
            ("severity", "5"),
            ("owner", owner),
        ]
    };
    add(&desk, "campaign", &campaign).await;
    add(&desk, "complaint", &complaint("Wrong size", "Shift lead")).await;
    assert_eq!(desk.notices(&mut attention).await.unwrap(), [], "it is not mine");

    let mine = add(&desk, "complaint", &complaint("Late parcels", "Support lead")).await;
    let told = desk.notices(&mut attention).await.unwrap();
    let [
        Notice::Clash {
            complaint: title,
            yours,
            ..
        },
    ] = told.as_slice()
    else {
        panic!("{told:?}")
    };
    assert_eq!(title, "Late parcels");
    let yours: Vec<_> = yours.iter().map(|end| (end.name.as_str(), end.id.as_str())).collect();
    assert_eq!(yours, [("Late parcels", mine.as_str())]);
    assert_eq!(desk.notices(&mut attention).await.unwrap(), [], "once");

    // Handed to me later, it becomes mine; two at once are one notice.
    for title in ["Login loop", "Split seam"] {
        let id = add(&desk, "complaint", &complaint(title, "Shift lead")).await;
        set(&desk, "complaint", &id, &[("owner", "support LEAD")]).await;
    }
    let told = desk.notices(&mut attention).await.unwrap();
    let [Notice::Clashes { count: 2, yours, .. }] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(yours.len(), 2);
    desk.close().await.unwrap();
}

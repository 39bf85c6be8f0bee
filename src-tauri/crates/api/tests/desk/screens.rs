//! A complaint's weeks with the campaigns beside them; the settings; search with operators.

use crate::desk::{NOW, add, fields, founded, open, set};
use sidedesk_api::Desk;

const WEEK: i64 = 7 * 86_400_000;

#[tokio::test]
async fn a_trend_shows_the_campaigns_that_ran_beside_it() {
    let (_dir, desk) = founded().await;
    let scope = [("product", "Boots"), ("region", "EU")];
    let late = add(&desk, "complaint", &[&[("title", "Late")], scope.as_slice()].concat()).await;
    for (name, more) in [
        (
            "over long ago",
            vec![("start", "2026-08-01"), ("end", "2026-08-20"), ("product", "Boots")],
        ),
        (
            "before",
            vec![("start", "2026-10-01"), ("end", "2026-10-20"), ("product", "boots")],
        ),
        (
            "during",
            vec![
                ("start", "2026-11-10"),
                ("end", "2026-12-01"),
                ("product", "Boots"),
                ("region", "EU, UK"),
            ],
        ),
        (
            "out by its state",
            vec![("start", "2026-11-25"), ("product", "Boots"), ("state", "live")],
        ),
        (
            "after",
            vec![("start", "2026-12-15"), ("end", "2026-12-20"), ("product", "Boots")],
        ),
        ("too late", vec![("start", "2026-12-20"), ("product", "Boots")]),
        (
            "elsewhere",
            vec![("start", "2026-11-10"), ("product", "Boots"), ("region", "US")],
        ),
        ("other product", vec![("start", "2026-11-10"), ("product", "Socks")]),
        ("no product", vec![("start", "2026-11-10")]),
        ("no dates", vec![("product", "Boots")]),
    ] {
        add(&desk, "campaign", &[&[("name", name)], more.as_slice()].concat()).await;
    }
    let at = sidedesk_api::time_text(NOW - WEEK);
    add(
        &desk,
        "report",
        &[("title", "x"), ("created", &at), ("complaint", &late)],
    )
    .await;
    let trend = desk.trend(&late).await.unwrap();
    let beside: Vec<_> = trend
        .campaigns
        .iter()
        .map(|c| (c.name.as_str(), c.when.as_str()))
        .collect();
    assert_eq!(
        beside,
        [
            ("before", "before"),
            ("during", "during"),
            ("out by its state", "during"),
            ("after", "after")
        ]
    );
    let counts: Vec<i64> = trend.weeks.iter().map(|week| week.count).collect();
    assert_eq!(counts, desk.complaint(&late).await.unwrap().weeks);
    assert_eq!(counts.iter().sum::<i64>(), 1);
    let (first, last) = (trend.weeks.first().unwrap(), trend.weeks.last().unwrap());
    assert!(last.start_ms + WEEK <= NOW + 60_000 && last.start_ms + WEEK > NOW - 60_000);
    assert_eq!(last.start_ms - first.start_ms, 7 * WEEK);
}

#[tokio::test]
async fn settings_are_read_and_edited_like_any_card() {
    let (_dir, desk) = founded().await;
    let settings = desk.settings().await.unwrap();
    assert_eq!(
        (
            settings.name.as_str(),
            settings.zone.as_str(),
            settings.standup.as_str()
        ),
        ("Winter board", "Europe/London", "09:15")
    );
    let set_board = |pairs: &'static [(&'static str, &'static str)]| {
        let (desk, settings) = (desk.clone(), settings.clone());
        async move { desk.set("board", &settings.id, settings.seen, &fields(pairs)).await }
    };
    set_board(&[("name", "Spring board"), ("zone", "Europe/Berlin"), ("standup", "8:45")])
        .await
        .unwrap();
    let after = desk.settings().await.unwrap();
    assert_eq!(
        (after.name.as_str(), after.zone.as_str(), after.standup.as_str()),
        ("Spring board", "Europe/Berlin", "08:45")
    );
    assert!(after.seen > settings.seen);
    for (pairs, code) in [
        (&[("standup", "later")] as &'static [_], "input_time"),
        (&[("standup", "")], "input_empty"),
        (&[("zone", "Berlin")], "input_zone"),
        (&[("name", " ")], "input_empty"),
    ] {
        assert_eq!(set_board(pairs).await.unwrap_err().code(), code);
    }
    let me = desk.state().await.unwrap().member;
    let set_me = |pairs: &'static [(&'static str, &'static str)]| {
        let (desk, me, seen) = (desk.clone(), me.clone(), after.me_seen);
        async move { desk.set("member", &me, seen, &fields(pairs)).await }
    };
    set_me(&[("name", "SL"), ("function", "support")]).await.unwrap();
    let state = desk.state().await.unwrap();
    assert_eq!((state.me.as_str(), state.function.as_str()), ("SL", "support"));
    assert_eq!(
        set_me(&[("function", "sales")]).await.unwrap_err().code(),
        "input_choice"
    );
    assert_eq!(set_me(&[("name", "")]).await.unwrap_err().code(), "input_empty");
}

async fn check(desk: &Desk, text: &str, expected: &[&str]) {
    let answer = desk.search(text).await.unwrap();
    let titles: Vec<&str> = answer.found.iter().map(|found| found.title.as_str()).collect();
    assert_eq!(titles, expected, "{text:?}");
}

#[tokio::test]
async fn operators_narrow_a_search() {
    let (_dir, desk) = founded().await;
    let sale = [
        ("start", "2026-12-12"),
        ("product", "Boots"),
        ("region", "EU"),
        ("owner", "MK"),
        ("text", "Free delivery to the EU"),
    ];
    add(
        &desk,
        "campaign",
        &[&[("name", "Free shipping EU")], sale.as_slice()].concat(),
    )
    .await;
    add(
        &desk,
        "campaign",
        &[("name", "Boots week"), ("start", "2026-05-01"), ("state", "ended")],
    )
    .await;
    let late = [
        ("state", "confirmed"),
        ("product", "Hiking boots"),
        ("owner", "SL"),
        ("got", "Free shipping took\nten days"),
        ("opened", "2026-11-01"),
    ];
    let late = add(
        &desk,
        "complaint",
        &[&[("title", "Parcels come late")], late.as_slice()].concat(),
    )
    .await;
    add(
        &desk,
        "complaint",
        &[("title", "Login loop"), ("state", "solved"), ("opened", "2026-03-01")],
    )
    .await;
    let ticket = [
        ("created", "2026-11-18"),
        ("status", "Open"),
        ("product", "Boots"),
        ("complaint", &late),
        ("body", "Free shipping, they said"),
    ];
    add(
        &desk,
        "report",
        &[&[("title", "Where are my boots")], ticket.as_slice()].concat(),
    )
    .await;
    set(&desk, "complaint", &late, &[("severity", "4")]).await;

    check(
        &desk,
        "boots",
        &[
            "Boots week",
            "Free shipping EU",
            "Parcels come late",
            "Where are my boots",
        ],
    )
    .await;
    check(
        &desk,
        "free shipping",
        &["Free shipping EU", "Parcels come late", "Where are my boots"],
    )
    .await;
    check(&desk, "\"shipping free\"", &[]).await;
    check(&desk, "is:complaint", &["Login loop", "Parcels come late"]).await;
    check(&desk, "is:report free", &["Where are my boots"]).await;
    check(
        &desk,
        "state:open",
        &["Free shipping EU", "Parcels come late", "Where are my boots"],
    )
    .await;
    check(&desk, "state:over", &["Boots week", "Login loop"]).await;
    check(&desk, "is:report state:solved", &[]).await;
    check(&desk, "product:boots", &["Free shipping EU", "Where are my boots"]).await;
    check(&desk, "product:\"hiking boots\"", &["Parcels come late"]).await;
    check(&desk, "owner:sl", &["Parcels come late"]).await;
    check(&desk, "region:eu product:boots", &["Free shipping EU"]).await;
    check(&desk, "before:2026-06-01", &["Boots week", "Login loop"]).await;
    check(
        &desk,
        "after:2026-11-01 before:today",
        &["Parcels come late", "Where are my boots"],
    )
    .await;
    check(&desk, "by:marketing is:complaint late", &["Parcels come late"]).await;
    check(&desk, "by:iva is:campaign", &["Free shipping EU", "Boots week"]).await;
    check(&desk, "by:support", &[]).await;
    check(&desk, "is:clash late", &[]).await;
    check(&desk, "", &[]).await;

    let answer = desk
        .search("is:complaint state:confirmed \"parcels come\" la")
        .await
        .unwrap();
    let found = answer.found.first().unwrap();
    assert_eq!(
        (found.kind.as_str(), found.state.as_deref()),
        ("complaint", Some("confirmed"))
    );
    assert_eq!(found.about.as_deref(), Some("Free shipping took ten days"));
    assert_eq!(answer.words, ["parcels come", "la"]);
    assert_eq!(answer.operators, fields(&[("is", "complaint"), ("state", "confirmed")]));
}

#[tokio::test]
async fn a_mistyped_word_gets_the_nearest_one() {
    let (dir, desk) = founded().await;
    add(&desk, "complaint", &[("title", "Parcels come late to Zürich")]).await;
    let gone = add(&desk, "complaint", &[("title", "Zeppelin")]).await;
    let meant = |text: &'static str| {
        let desk = desk.clone();
        async move { desk.search(text).await.unwrap().did_you_mean }
    };
    assert_eq!(meant("pracels").await.as_deref(), Some("parcels"));
    assert_eq!(meant("late parcel").await, None, "it is found");
    assert_eq!(
        meant("late aprcels").await.as_deref(),
        Some("parcels"),
        "by its second letter"
    );
    assert_eq!(meant("zurcih").await.as_deref(), Some("zurich"));
    assert_eq!(meant("xq").await, None);
    assert_eq!(meant("elephants").await, None);
    assert_eq!(meant("is:campaign").await, None);
    assert_eq!(meant("zepelin").await.as_deref(), Some("zeppelin"));
    desk.delete("complaint", &gone).await.unwrap();
    assert_eq!(meant("zepelin").await, None, "what is deleted suggests nothing");
    desk.close().await.unwrap();
    drop(desk);
    let again = open(dir.path()).await;
    assert_eq!(again.search("parcels").await.unwrap().found.len(), 1);
}

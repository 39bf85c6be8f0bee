//! Tickets that belong nowhere, and how they come under a complaint.

use crate::desk::{NOW, add, fields, founded, set};
use sidedesk_api::dto::{ReportDto, SortedDto};

const DAY: i64 = 86_400_000;

async fn ticket(desk: &sidedesk_api::Desk, title: &str, days_ago: i64, more: &[(&str, &str)]) -> String {
    let at = sidedesk_api::time_text(NOW - days_ago * DAY);
    let mut pairs = vec![("title", title), ("created", at.as_str())];
    pairs.extend(more);
    add(desk, "report", &pairs).await
}

fn left(done: &SortedDto) -> Vec<(&str, u64)> {
    done.left.iter().map(|one| (one.title.as_str(), one.count)).collect()
}

fn titles(reports: &[ReportDto]) -> Vec<&str> {
    reports
        .iter()
        .map(|report| report.title.as_deref().unwrap_or(""))
        .collect()
}

#[tokio::test]
async fn loose_tickets_are_listed_newest_first_and_by_words() {
    let (_dir, desk) = founded().await;
    let late = add(&desk, "complaint", &[("title", "Late parcels")]).await;
    for i in 0..103 {
        ticket(&desk, &format!("Parcel {i}"), i, &[]).await;
    }
    ticket(&desk, "Parcel that is sorted", 0, &[("complaint", &late)]).await;
    let gone = ticket(&desk, "Parcel that is gone", 0, &[]).await;
    desk.delete("report", &gone).await.unwrap();
    ticket(&desk, "Refund wording", 50, &[("body", "The parcel was fine")]).await;

    let first = desk.loose_reports("", 0).await.unwrap();
    assert_eq!((first.reports.len(), first.total), (100, 104));
    assert_eq!(titles(&first.reports[..2]), ["Parcel 0", "Parcel 1"]);
    let rest = desk.loose_reports(" ", 100).await.unwrap();
    assert_eq!(
        titles(&rest.reports),
        ["Parcel 99", "Parcel 100", "Parcel 101", "Parcel 102"]
    );
    let found = desk.loose_reports("parc refu", 0).await.unwrap();
    assert_eq!((titles(&found.reports), found.total), (vec!["Refund wording"], 1));
    let all = desk.loose_reports("PARCEL", 100).await.unwrap();
    assert_eq!((all.reports.len(), all.total), (4, 104));
    let none = desk.loose_reports("\"*( nothing", 0).await.unwrap();
    assert_eq!((none.reports.len(), none.total), (0, 0));
}

#[tokio::test]
async fn a_complaint_is_made_of_tickets_and_taken_back_whole() {
    let (_dir, desk) = founded().await;
    let scope = [("product", "Boots"), ("region", "EU"), ("channel", "mail")];
    let first = ticket(&desk, "Where is it", 9, &scope).await;
    let second = ticket(&desk, "Still nothing", 2, &[("product", " boots"), ("region", "UK")]).await;
    let silent = ticket(&desk, "Hello?", 1, &[]).await;
    let before = desk.verify().await.unwrap();
    let all = [first.clone(), second.clone(), silent.clone(), first.clone()];

    let refused = desk
        .make_complaint(&all, &fields(&[("severity", "4")]))
        .await
        .unwrap_err()
        .dto();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_deref()),
        ("input_empty", Some("title"))
    );
    let made = desk
        .make_complaint(&all, &fields(&[("title", "Late parcels"), ("severity", "4")]))
        .await
        .unwrap();
    assert_eq!((made.sorted, made.left.len()), (3, 0));
    let made = made.complaint.unwrap();
    let card = desk.complaint(&made).await.unwrap();
    assert_eq!((card.reports, card.severity, card.state.as_str()), (3, 4, "new"));
    assert_eq!(card.opened_ms, NOW - 9 * DAY, "it begins with its first ticket");
    assert_eq!(card.scope.product, ["Boots"]);
    assert!(
        card.scope.region.is_empty() && card.scope.channel.is_empty(),
        "{:?}",
        card.scope
    );
    assert_eq!(desk.loose_reports("", 0).await.unwrap().total, 0);

    let undone = desk.undo().await.unwrap();
    assert_eq!((undone.name.as_str(), undone.left), ("complaint.make", 0));
    assert_eq!(desk.loose_reports("", 0).await.unwrap().total, 3);
    assert_eq!(desk.board().await.unwrap().complaints.len(), 0);
    desk.redo().await.unwrap();
    assert_eq!(desk.complaint(&made).await.unwrap().reports, 3);
    assert_ne!(desk.verify().await.unwrap().view_digest, before.view_digest);
}

#[tokio::test]
async fn what_the_person_says_goes_before_what_the_tickets_say() {
    let (_dir, desk) = founded().await;
    let one = ticket(&desk, "x", 1, &[("product", "Boots"), ("region", "EU")]).await;
    let said = fields(&[
        ("title", "Late"),
        ("product", "Socks, Hats"),
        ("region", ""),
        ("opened", "2026-10-01"),
    ]);
    let made = desk.make_complaint(&[one], &said).await.unwrap();
    let card = desk.complaint(&made.complaint.unwrap()).await.unwrap();
    assert_eq!(
        (card.scope.product, card.scope.region.len()),
        (vec!["Hats".to_owned(), "Socks".to_owned()], 0)
    );
    assert_eq!(sidedesk_api::time_text(card.opened_ms), "2026-09-30T23:00:00Z");
}

#[tokio::test]
async fn tickets_are_added_and_taken_back_and_those_of_another_complaint_stay() {
    let (_dir, desk) = founded().await;
    let late = add(&desk, "complaint", &[("title", "Late")]).await;
    let lost = add(&desk, "complaint", &[("title", "Lost")]).await;
    let there = ticket(&desk, "there", 1, &[("complaint", &late)]).await;
    let elsewhere = ticket(&desk, "elsewhere", 1, &[("complaint", &lost)]).await;
    let loose = ticket(&desk, "loose", 1, &[]).await;
    let count = |id: String| {
        let desk = desk.clone();
        async move { desk.complaint(&id).await.unwrap().reports }
    };
    let done = desk
        .add_reports(&late, &[there.clone(), elsewhere.clone(), loose.clone()])
        .await
        .unwrap();
    assert_eq!((done.complaint.as_ref(), done.sorted), (Some(&late), 1));
    assert_eq!(left(&done), [("Lost", 1)]);
    assert_eq!((count(late.clone()).await, count(lost.clone()).await), (2, 1));
    assert_eq!(desk.board().await.unwrap().undo.as_deref(), Some("report.sort"));
    let before = desk.verify().await.unwrap();
    let done = desk.add_reports(&late, &[there.clone(), loose.clone()]).await.unwrap();
    assert_eq!((done.sorted, done.left.len()), (0, 0));
    let done = desk.add_reports(&late, &[elsewhere]).await.unwrap();
    assert_eq!((done.complaint.as_ref(), left(&done)), (None, vec![("Lost", 1)]));
    assert_eq!(desk.verify().await.unwrap(), before, "nothing to do, nothing written");
    desk.undo().await.unwrap();
    assert_eq!((count(late.clone()).await, count(lost.clone()).await), (1, 1));
    assert_eq!(desk.report(&loose).await.unwrap().complaint, None);

    let many = vec![loose.clone(); 20_001];
    for (result, code) in [
        (desk.add_reports(&late, &[]).await, "input_empty"),
        (desk.add_reports(&late, &many).await, "input_many"),
        (desk.add_reports(&late, std::slice::from_ref(&late)).await, "not_found"),
        (
            desk.add_reports(&loose, std::slice::from_ref(&there)).await,
            "not_found",
        ),
        (
            desk.make_complaint(&many, &fields(&[("title", "x")])).await,
            "input_many",
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
    desk.delete("complaint", &lost).await.unwrap();
    assert_eq!(desk.add_reports(&lost, &[there]).await.unwrap_err().code(), "not_found");
    set(&desk, "report", &loose, &[("status", "open")]).await;
}

#[tokio::test]
async fn a_complaint_takes_no_ticket_away_from_another() {
    let (_dir, desk) = founded().await;
    let lost = add(&desk, "complaint", &[("title", "Lost")]).await;
    let [first, second, free] = ["a", "b", "c"].map(|title| ticket(&desk, title, 1, &[]));
    let (first, second, free) = (first.await, second.await, free.await);
    // Somebody else is quicker.
    desk.add_reports(&lost, &[first.clone(), second.clone()]).await.unwrap();
    let title = fields(&[("title", "Late")]);
    let made = desk
        .make_complaint(&[first.clone(), second.clone(), free.clone()], &title)
        .await
        .unwrap();
    assert_eq!((made.sorted, left(&made)), (1, vec![("Lost", 2)]));
    let late = made.complaint.unwrap();
    assert_eq!(desk.report(&first).await.unwrap().complaint, Some(lost.clone()));
    assert_eq!(desk.report(&free).await.unwrap().complaint, Some(late));
    desk.undo().await.unwrap();
    assert_eq!(desk.report(&free).await.unwrap().complaint, None);
    assert_eq!(desk.report(&first).await.unwrap().complaint, Some(lost));

    let before = desk.verify().await.unwrap();
    let made = desk.make_complaint(&[first, second], &title).await.unwrap();
    assert_eq!((made.complaint.as_ref(), left(&made)), (None, vec![("Lost", 2)]));
    assert_eq!(
        desk.verify().await.unwrap(),
        before,
        "a complaint of nothing is not made"
    );
}

#[tokio::test]
async fn five_hundred_tickets_at_once_are_one_action() {
    let (_dir, desk) = founded().await;
    let rows: String = (0..500)
        .map(|i| format!("T{i},ticket {i},2026-11-0{}\n", 1 + i % 9))
        .collect();
    let file = format!("id,title,created\n{rows}");
    let options = sidedesk_api::dto::ImportOptionsDto {
        kind: Some("report".into()),
        ..Default::default()
    };
    desk.run_import("t.csv", file.as_bytes(), &options, false)
        .await
        .unwrap();
    let mut ids = Vec::new();
    for page in 0..5 {
        let reports = desk.loose_reports("", page * 100).await.unwrap().reports;
        ids.extend(reports.into_iter().map(|report| report.id));
    }
    assert_eq!(ids.len(), 500);
    let made = desk
        .make_complaint(&ids, &fields(&[("title", "All of them")]))
        .await
        .unwrap();
    assert_eq!(desk.complaint(&made.complaint.unwrap()).await.unwrap().reports, 500);
    desk.undo().await.unwrap();
    assert_eq!(desk.loose_reports("", 0).await.unwrap().total, 500);
    assert_eq!(desk.board().await.unwrap().undo.as_deref(), Some("import"));
}

//! Single cards as they are now, and the weeks on them.

use crate::desk::{NOW, add, fields, founded, set};
use sidedesk_api::dto::RecordRefDto;
use sidedesk_api::{Clock, Desk, DeskOptions, Tz};

fn asked(pairs: &[(&str, &str)]) -> Vec<RecordRefDto> {
    let record = |(kind, id): &(&str, &str)| RecordRefDto {
        kind: (*kind).into(),
        id: (*id).into(),
    };
    pairs.iter().map(record).collect()
}

#[tokio::test]
async fn cards_are_those_asked_for_and_those_no_longer_there() {
    let (_dir, desk) = founded().await;
    let campaign = add(&desk, "campaign", &[("name", "Sale")]).await;
    let late = add(&desk, "complaint", &[("title", "Late")]).await;
    let lost = add(&desk, "complaint", &[("title", "Lost")]).await;
    let never = "01a1ffe3-1056-706f-9630-af0fd95cf13c";
    desk.delete("complaint", &lost).await.unwrap();
    let cards = desk
        .cards(&asked(&[
            ("campaign", &campaign),
            ("complaint", &late),
            ("complaint", &lost),
            ("campaign", never),
            ("member", never),
            ("board", never),
        ]))
        .await
        .unwrap();
    assert_eq!(cards.campaigns, [desk.campaign(&campaign).await.unwrap()]);
    assert_eq!(cards.complaints, [desk.complaint(&late).await.unwrap()]);
    let gone: Vec<_> = cards.gone.iter().map(|r| (r.kind.as_str(), r.id.as_str())).collect();
    assert_eq!(gone, [("campaign", never), ("complaint", lost.as_str())]);
    assert_eq!((cards.counts.campaigns, cards.counts.complaints), (1, 1));
    assert_eq!((cards.undo.as_deref(), cards.redo), (Some("complaint.delete"), None));
    let nothing = desk.cards(&[]).await.unwrap();
    assert!(nothing.campaigns.is_empty() && nothing.complaints.is_empty() && nothing.gone.is_empty());
    assert_eq!(
        desk.cards(&asked(&[("campaign", "x")])).await.unwrap_err().code(),
        "not_found"
    );
    let many = vec![("campaign", never); 1001];
    assert_eq!(desk.cards(&asked(&many)).await.unwrap_err().code(), "input_many");
}

#[tokio::test]
async fn a_report_stands_for_its_complaint_and_for_the_one_before() {
    let (_dir, desk) = founded().await;
    let late = add(&desk, "complaint", &[("title", "Late")]).await;
    let lost = add(&desk, "complaint", &[("title", "Lost")]).await;
    let report = add(&desk, "report", &[("title", "Where is it"), ("complaint", &late)]).await;
    let loose = add(&desk, "report", &[("title", "Hello")]).await;
    let titles = |reports: &[&str]| {
        let asked = asked(&reports.iter().map(|id| ("report", *id)).collect::<Vec<_>>());
        let desk = desk.clone();
        async move {
            let cards = desk.cards(&asked).await.unwrap();
            cards
                .complaints
                .iter()
                .map(|c| (c.title.clone(), c.reports))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(titles(&[&report, &loose]).await, [("Late".into(), 1)]);
    set(&desk, "report", &report, &[("complaint", &lost)]).await;
    assert_eq!(titles(&[&report]).await, [("Late".into(), 0), ("Lost".into(), 1)]);
    desk.undo().await.unwrap();
    assert_eq!(titles(&[&report]).await, [("Late".into(), 1), ("Lost".into(), 0)]);
    assert_eq!(titles(&[&loose]).await, []);
}

/// The same numbers on the board, on one card, and among some cards; the last week is the week of the clash rule.
#[tokio::test]
async fn eight_weeks_of_reports_are_on_the_card() {
    const HOUR: i64 = 3_600_000;
    let dir = tempfile::tempdir().unwrap();
    let options = DeskOptions {
        clock: Clock::fixed(NOW),
        zone: Some(Tz::Europe__London),
        ..DeskOptions::new()
    };
    let desk = Desk::open_with(dir.path(), options).await.unwrap();
    desk.init("Board", "SL", "support").await.unwrap();
    let late = add(&desk, "complaint", &[("title", "Late")]).await;
    let quiet = add(&desk, "complaint", &[("title", "Quiet")]).await;
    // Just now, at the last instant of this week and at the first of the one before, in the oldest week, before it, tomorrow.
    for hours in [0, 1, 167, 168, 169, 8 * 168 - 1, 8 * 168, -24] {
        let at = sidedesk_api::time_text(NOW - hours * HOUR);
        let report = fields(&[("title", "x"), ("complaint", &late), ("created", &at)]);
        desk.add("report", &report).await.unwrap();
    }
    let card = desk.complaint(&late).await.unwrap();
    assert_eq!(
        (card.weeks.as_slice(), card.last7),
        ([1, 0, 0, 0, 0, 0, 2, 3].as_slice(), 3)
    );
    assert_eq!(desk.complaint(&quiet).await.unwrap().weeks, [0; 8]);
    let board = desk.board().await.unwrap();
    assert_eq!(board.complaints.first(), Some(&card));
    let cards = desk
        .cards(&asked(&[("complaint", &quiet), ("complaint", &late)]))
        .await
        .unwrap();
    assert!(cards.complaints.contains(&card));
}

//! The sample: alive on any day, in one action, on an empty board only.

use crate::desk::add;
use sidedesk_api::{Clock, Desk, DeskOptions, Tz};
use std::collections::BTreeSet;
use tempfile::TempDir;

const HOUR: i64 = 3_600_000;

async fn founded(at: &str, zone: Tz) -> (TempDir, Desk, i64) {
    let now = sidedesk_api::parse_instant(at, Tz::UTC).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let options = DeskOptions {
        clock: Clock::fixed(now),
        zone: Some(zone),
        ..DeskOptions::new()
    };
    let desk = Desk::open_with(dir.path(), options).await.unwrap();
    desk.init("Sample", "", "support").await.unwrap();
    (dir, desk, now)
}

#[tokio::test]
async fn it_is_alive_whatever_the_clock_says() {
    for (at, zone) in [
        ("2026-11-21T10:42:00Z", Tz::Europe__London),
        ("2027-02-28T23:59:00Z", Tz::America__Chicago),
        ("2028-02-29T00:00:00Z", Tz::Pacific__Apia),
        ("2026-03-27T12:00:00Z", Tz::Europe__Berlin),
        ("2031-12-31T18:30:00Z", Tz::Asia__Kolkata),
    ] {
        let (_dir, desk, now) = founded(at, zone).await;
        desk.fill_sample().await.unwrap();
        let board = desk.board().await.unwrap();
        assert_eq!((board.counts.campaigns, board.counts.complaints), (11, 10), "{at}");
        assert!(
            board.counts.reports >= 300 && board.counts.reports_loose >= 20,
            "{:?}",
            board.counts
        );

        let campaign_states: BTreeSet<&str> = board.campaigns.iter().map(|c| c.state.as_str()).collect();
        assert_eq!(
            campaign_states,
            BTreeSet::from(["idea", "draft", "ready", "live", "winding_down", "ended"])
        );
        let complaint_states: BTreeSet<&str> = board.complaints.iter().map(|c| c.state.as_str()).collect();
        assert_eq!(
            complaint_states,
            BTreeSet::from(["new", "confirmed", "fixing", "watching", "solved"])
        );
        for campaign in &board.campaigns {
            let over = campaign.end_ms.is_some_and(|end| end <= now);
            let out = campaign.start_ms.is_some_and(|start| start <= now) && !over;
            assert_eq!(over, campaign.state == "ended", "{at}: {}", campaign.name);
            assert_eq!(
                out,
                ["live", "winding_down"].contains(&campaign.state.as_str()),
                "{at}: {}",
                campaign.name
            );
        }
        let soon = board.campaigns.iter().filter_map(|c| c.start_ms);
        assert!(
            soon.clone()
                .any(|start| (24 * HOUR..72 * HOUR).contains(&(start - now))),
            "{at}"
        );

        let loudest = &board.complaints[0];
        assert!(
            loudest.last7 > 3 * loudest.usual && loudest.weeks.iter().all(|week| *week > 0),
            "{loudest:?}"
        );
        let newest = &desk.reports(&loudest.id, 0).await.unwrap()[0];
        let ago = now - newest.at_ms.unwrap();
        assert!((0..HOUR).contains(&ago), "{at}: the newest is from {ago} ms ago");
        assert!(loudest.customers < loudest.reports && loudest.customers > loudest.reports / 2);

        let clashes = desk.clashes(None).await.unwrap();
        let scores: Vec<i64> = clashes.clashes.iter().map(|clash| clash.score).collect();
        assert!((4..=9).contains(&scores.len()), "{at}: {scores:?}");
        assert!(
            scores[0] >= 70 && scores.iter().any(|score| *score < 45),
            "{at}: {scores:?}"
        );
        assert!(
            clashes
                .clashes
                .iter()
                .any(|clash| clash.evidence.iter().any(|line| line == "It is out now"))
        );
        let verified = desk.verify().await.unwrap();
        assert!(verified.ok, "{:?}", verified.problems);
    }
}

#[tokio::test]
async fn it_goes_onto_an_empty_board_and_is_taken_back_whole() {
    let (_dir, desk, _) = founded("2026-11-21T10:42:00Z", Tz::Europe__London).await;
    desk.fill_sample().await.unwrap();
    assert_eq!(desk.board().await.unwrap().undo.as_deref(), Some("sample"));
    let refused = desk.fill_sample().await.unwrap_err();
    assert_eq!(refused.code(), "board_not_empty");
    assert_eq!(
        refused.to_string(),
        "the board is not empty; a sample goes onto an empty one"
    );
    assert_eq!(desk.undo().await.unwrap().left, 0);
    let counts = desk.board().await.unwrap().counts;
    assert_eq!(
        (
            counts.campaigns,
            counts.complaints,
            counts.reports,
            counts.reports_loose
        ),
        (0, 0, 0, 0)
    );
    assert_eq!(desk.search("interest").await.unwrap().found, []);
    desk.fill_sample().await.unwrap();
    assert_eq!(desk.board().await.unwrap().counts.campaigns, 11);

    let (_dir, desk, _) = founded("2026-11-21T10:42:00Z", Tz::Europe__London).await;
    add(&desk, "campaign", &[("name", "Mine")]).await;
    assert_eq!(desk.fill_sample().await.unwrap_err().code(), "board_not_empty");
}

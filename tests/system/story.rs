//! The board of the pictures is the one of the specification: its numbers are product.md's own.

use sidedesk_api::{Clock, Desk};
use sidedesk_tests::hub::Hub;
use sidedesk_tests::story;

#[tokio::test(flavor = "multi_thread")]
async fn the_story_has_the_score_and_the_rhythm_that_were_specified() {
    let hub = Hub::start();
    let dir = tempfile::tempdir().unwrap();
    let (m, s) = (dir.path().join("m"), dir.path().join("s"));
    story::tell(&m, &s, hub.address()).await.unwrap();
    let desk = Desk::open(&s, Clock::fixed(story::NOW)).await.unwrap();
    let clashes = desk.clashes(None).await.unwrap();
    let first = &clashes.clashes[0];
    assert_eq!((first.score, first.state.as_str()), (78, "waiting"), "{first:?}");
    assert_eq!(first.waits_for, ["support"]);
    let parts = &first.parts;
    assert_eq!(
        (parts.severity, parts.volume, parts.scope, parts.time),
        (3200, 1250, 2000, 1392)
    );
    let agenda = desk.agenda(None).await.unwrap();
    assert_eq!((agenda.rhythm.held, agenda.rhythm.of), (17, 20), "{:?}", agenda.rhythm);
    assert_eq!(agenda.items[0].about, first.id);
    let board = desk.board().await.unwrap();
    assert_eq!((board.counts.campaigns, board.counts.complaints), (9, 11));
    let late = board
        .complaints
        .iter()
        .find(|card| card.title == "Late parcels North")
        .unwrap();
    assert_eq!((late.last7, late.usual, late.weeks.last().copied()), (37, 9, Some(37)));
}

//! An import that is stopped leaves nothing, at once; one that is too far is there whole.

use crate::desk::founded;
use sidedesk_api::dto::{EventDto, ImportOptionsDto};
use sidedesk_api::{Desk, Error, ImportFile};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Product §7.6: between the word and the end of it.
const STOPS_WITHIN: Duration = Duration::from_millis(200);

fn tickets(rows: usize) -> Arc<ImportFile> {
    let text = "The parcel has not come yet and nobody says why. ".repeat(8);
    let rows: String = (0..rows)
        .map(|i| format!("{i},Where is parcel {i},\"{text}\",2026-11-01,late\n"))
        .collect();
    Arc::new(ImportFile {
        name: "tickets.csv".into(),
        bytes: format!("Id,Subject,Description,Created at,Cause\n{rows}").into_bytes(),
    })
}

fn grouped() -> ImportOptionsDto {
    ImportOptionsDto {
        map: vec![("Cause".into(), "complaint".into())],
        ..ImportOptionsDto::default()
    }
}

/// The head and what the view shows; all is sound.
async fn verified(desk: &Desk) -> (u64, String) {
    let verified = desk.verify().await.unwrap();
    assert!(verified.ok, "{:?}", verified.problems);
    (verified.head, verified.view_digest)
}

/// Waits until so many rows were said to be through, then stops it; how long that took.
async fn stop_at(desk: &Desk, stage: &str, row: u64) -> Instant {
    let mut events = desk.events();
    loop {
        if let EventDto::Import(progress) = events.recv().await.unwrap()
            && progress.stage == stage
            && progress.done >= row
        {
            assert!(progress.total == 0 || progress.done <= progress.total, "{progress:?}");
            assert!(desk.stop_import(), "nothing is saved yet");
            return Instant::now();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_import_leaves_nothing_and_ends_at_once() {
    let (_dir, desk) = founded().await;
    let file = tickets(20_000);
    let before = verified(&desk).await;
    for (stage, row) in [("reading", 500), ("importing", 1_000), ("importing", 8_000)] {
        let options = grouped();
        let (stopped, ended) = tokio::join!(stop_at(&desk, stage, row), async {
            let error = desk.import_file(&file, &options, false).await.unwrap_err();
            assert!(matches!(error, Error::ImportStopped), "{error}");
            Instant::now()
        });
        let took = ended.saturating_duration_since(stopped);
        assert!(took <= STOPS_WITHIN, "{stage} {row}: {took:?}");
        let board = desk.board().await.unwrap();
        assert_eq!((board.counts.reports, board.counts.complaints), (0, 0), "{stage} {row}");
        assert_eq!(verified(&desk).await, before, "{stage} {row}");
        assert!(desk.undo().await.is_err(), "there is nothing to take back");
    }
    let done = desk.import_file(&file, &grouped(), false).await.unwrap();
    assert_eq!(
        (done.new, done.complaints),
        (20_000, 1),
        "the next one goes on as if nothing was"
    );
    assert!(!desk.stop_import(), "too late: it is saved");
    desk.undo().await.unwrap();
    assert_eq!(
        desk.board().await.unwrap().counts.reports,
        0,
        "one undo takes back the whole"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_can_be_stopped_and_a_newer_one_stops_it() {
    let (_dir, desk) = founded().await;
    let file = tickets(20_000);
    let options = grouped();
    let (_, preview) = tokio::join!(stop_at(&desk, "comparing", 1_000), desk.preview_file(&file, &options));
    assert!(matches!(preview, Err(Error::ImportStopped)));
    let other = tickets(3);
    let mut events = desk.events();
    let (older, newer) = tokio::join!(desk.preview_file(&file, &options), async {
        events.recv().await.unwrap();
        desk.preview_file(&other, &options).await
    });
    assert!(matches!(older, Err(Error::ImportStopped)));
    assert_eq!(newer.unwrap().new, 3);
}

#[tokio::test]
async fn a_damaged_file_that_nobody_accepted_is_not_half_there() {
    let (_dir, desk) = founded().await;
    let mut file = Arc::into_inner(tickets(3_000)).unwrap();
    file.bytes.extend_from_slice(b"3000,\"cut o");
    let file = Arc::new(file);
    let refused = desk.import_file(&file, &grouped(), false).await.unwrap_err();
    assert_eq!(refused.code(), "file_damaged");
    assert!(refused.to_string().contains("3000 of its rows are sound"), "{refused}");
    assert_eq!(desk.board().await.unwrap().counts.reports, 0);
    assert_eq!(desk.import_file(&file, &grouped(), true).await.unwrap().new, 3_000);
}

//! Two complaints that are one, and two again.

use crate::desk::{add, founded, open};
use sidedesk_api::Desk;

/// A clash, and two complaints about the same with reports of their own.
async fn board() -> (tempfile::TempDir, Desk, [String; 2]) {
    let (dir, desk) = founded().await;
    add(
        &desk,
        "campaign",
        &[("name", "Free shipping"), ("start", "2026-11-21"), ("product", "Boots")],
    )
    .await;
    let mut ids = Vec::new();
    for (title, reports) in [("Late parcels", 2), ("Parcels come late", 3)] {
        let typed = [
            ("title", title),
            ("product", "Boots"),
            ("state", "confirmed"),
            ("opened", "2026-11-01"),
        ];
        let id = add(&desk, "complaint", &typed).await;
        for n in 0..reports {
            let title = format!("{title} {n}");
            add(
                &desk,
                "report",
                &[("title", &title), ("complaint", &id), ("created", "2026-11-18")],
            )
            .await;
        }
        ids.push(id);
    }
    (dir, desk, ids.try_into().unwrap())
}

/// (title, reports, last week, duplicates) of each complaint on the board.
async fn lane(desk: &Desk) -> Vec<(String, i64, i64, usize)> {
    let board = desk.board().await.unwrap();
    assert_eq!(board.counts.complaints as usize, board.complaints.len());
    assert_eq!(board.counts.reports, 5);
    let line = |c: &sidedesk_api::dto::ComplaintDto| {
        let duplicates = c.duplicates.as_ref().map_or(0, Vec::len);
        (c.title.clone(), c.reports, c.last7, duplicates)
    };
    board.complaints.iter().map(line).collect()
}

#[tokio::test]
async fn a_duplicate_counts_with_its_head_until_it_is_parted() {
    let (dir, desk, [head, other]) = board().await;
    let apart = vec![("Parcels come late".into(), 3, 3, 0), ("Late parcels".into(), 2, 2, 0)];
    assert_eq!(lane(&desk).await, apart);
    assert_eq!(desk.clashes(None).await.unwrap().total, 2);

    desk.merge_complaint(&other, &head).await.unwrap();
    let merged = vec![("Late parcels".into(), 5, 5, 1)];
    assert_eq!(lane(&desk).await, merged);
    let clashes = desk.clashes(None).await.unwrap();
    assert_eq!((clashes.total, &clashes.clashes[0].complaint), (1, &head));
    assert_eq!(desk.reports(&head, 0).await.unwrap().len(), 5);
    let listed = desk.complaint(&head).await.unwrap().duplicates.unwrap();
    assert_eq!((&listed[0].id, listed[0].title.as_str()), (&other, "Parcels come late"));
    assert_eq!(desk.complaint(&other).await.unwrap().duplicate_of.as_ref(), Some(&head));
    let gone = [sidedesk_api::dto::RecordRefDto {
        kind: "complaint".into(),
        id: other.clone(),
    }];
    assert_eq!(desk.cards(&gone).await.unwrap().gone, gone);

    // A report that comes to the duplicate afterwards counts with the head, also in a view that is built anew.
    add(
        &desk,
        "report",
        &[("title", "One more"), ("complaint", &other), ("created", "2026-11-18")],
    )
    .await;
    assert_eq!(desk.board().await.unwrap().complaints[0].reports, 6);
    desk.undo().await.unwrap();
    desk.close().await.unwrap();
    drop(desk);
    std::fs::remove_file(dir.path().join("view.db")).unwrap();
    let desk = open(dir.path()).await;
    assert_eq!(lane(&desk).await, merged);

    desk.part_complaint(&other).await.unwrap();
    assert_eq!(lane(&desk).await, apart);
    desk.undo().await.unwrap();
    assert_eq!(lane(&desk).await, merged);
    assert_eq!(desk.undo().await.unwrap().name, "complaint.merge");
    assert_eq!(lane(&desk).await, apart);
    assert!(desk.verify().await.unwrap().ok);
}

#[tokio::test]
async fn nothing_is_merged_into_itself_and_nothing_vanishes_with_a_head() {
    let (_dir, desk, [head, other]) = board().await;
    assert!(desk.merge_complaint(&head, &head).await.is_err());
    desk.merge_complaint(&other, &head).await.unwrap();
    assert!(
        desk.merge_complaint(&head, &other).await.is_err(),
        "that would be a ring"
    );
    let board = desk.board().await.unwrap();
    assert_eq!(board.undo.as_deref(), Some("complaint.merge"));
    desk.delete("complaint", &head).await.unwrap();
    let titles =
        |lane: Vec<(String, i64, i64, usize)>| lane.into_iter().map(|line| (line.0, line.1)).collect::<Vec<_>>();
    assert_eq!(titles(lane(&desk).await), [("Parcels come late".to_owned(), 3)]);
    desk.restore("complaint", &head).await.unwrap();
    assert_eq!(titles(lane(&desk).await), [("Late parcels".to_owned(), 5)]);
}

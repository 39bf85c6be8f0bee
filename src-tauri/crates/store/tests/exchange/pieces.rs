//! An action that comes in pieces is saved as one or not at all, on a board of its own and on a shared one.

use crate::desk::{Desk, action, same};
use sidedesk_domain::fields::campaign;
use sidedesk_domain::{Edit, Kind, RecordEdit, RecordId};
use sidedesk_store::{Course, Error, Piece};
use tokio::sync::mpsc;

const PIECES: u8 = 3;

fn piece(at: u8) -> Piece {
    let record = |record: u8| RecordEdit {
        kind: Kind::Campaign,
        id: RecordId([record; 16]),
        seen: 0,
        edits: vec![(campaign::NAME, Edit::Set(format!("piece {at}").into()))],
    };
    Piece::Records(vec![record(10 + at), record(20 + at)])
}

/// Commits `PIECES` pieces; `ends` with the last word, and `course` as somebody left it.
async fn commit(desk: &Desk, ends: bool, course: &Course) -> Result<(), Error> {
    let (sender, pieces) = mpsc::channel(usize::from(PIECES) + 1);
    for at in 0..PIECES {
        sender.send(piece(at)).await.unwrap();
    }
    if ends {
        sender.send(Piece::End).await.unwrap();
    }
    drop(sender);
    desk.store.commit_pieces(action(Vec::new()), pieces, course).await
}

async fn check(desk: Desk) -> Desk {
    desk.name(1, "before").await;
    let (head, waiting) = (desk.store.head().await.unwrap(), desk.store.waiting().await.unwrap());
    let stopped = Course::default();
    assert!(stopped.stop() && !Course::default().is_stopped());
    for (ends, course) in [(false, Course::default()), (true, stopped)] {
        let done = commit(&desk, ends, &course).await;
        assert!(matches!(done, Err(Error::Cancelled)), "{done:?}");
    }
    let desk = desk.reopened().await;
    let now = (desk.store.head().await.unwrap(), desk.store.waiting().await.unwrap());
    assert_eq!(now, (head, waiting), "nothing of it is in the log");
    assert!(desk.state(10).await.is_empty(), "nor on the board");

    let course = Course::default();
    commit(&desk, true, &course).await.unwrap();
    assert!(!course.stop() && !course.can_stop(), "it is saved");
    let desk = desk.reopened().await;
    for at in 0..PIECES {
        assert_eq!(desk.shown(10 + at, campaign::NAME).await, format!("piece {at}"));
        assert_eq!(desk.shown(20 + at, campaign::NAME).await, format!("piece {at}"));
    }
    desk.sound().await;
    desk
}

#[tokio::test]
async fn on_a_board_that_orders_itself() {
    check(Desk::founded().await).await;
}

#[tokio::test]
async fn on_a_shared_board_it_waits_and_arrives() {
    let (mut hub, first, second) = Desk::pair().await;
    let first = check(first).await;
    hub.round(&first, &[&second]).await;
    assert_eq!(second.shown(12, campaign::NAME).await, "piece 2");
    same(&[&first, &second]).await;
}

//! One data folder on two computers, and a backup of one: nobody loses an edit, and all end equal.

use crate::desk::{Desk, Hub, same};
use crate::planted::plant;
use sidedesk_domain::fields::campaign;
use sidedesk_protocol::DeviceId;
use tempfile::TempDir;

fn device(desk: &Desk) -> DeviceId {
    desk.store.secret().id()
}

/// A board on which one card is known to both devices, and the first device's folder.
async fn board() -> (Hub, TempDir, Desk) {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "base").await;
    hub.round(&first, &[&second]).await;
    (hub, first.closed().await, second)
}

/// The same data folder on another computer. The program must be closed.
async fn copied(dir: &TempDir) -> Desk {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    Desk::open(copy).await
}

/// What the engine does about a device until nothing waits there: it catches up, sends, and looks again after a refusal.
async fn settle(hub: &mut Hub, desk: &Desk) {
    for _ in 0..10 {
        hub.bring(desk).await;
        if desk.store.waiting().await.unwrap() == 0 {
            return;
        }
        if !hub.take(desk).await.is_empty() {
            desk.store.unseal().await.unwrap();
        }
    }
    panic!("it goes in circles");
}

/// Everybody exchanges until nobody has anything left to say.
async fn exchange(hub: &mut Hub, desks: &[&Desk]) {
    for desk in desks.iter().chain(desks) {
        settle(hub, desk).await;
    }
    for desk in desks {
        hub.bring(desk).await;
    }
}

/// All values that stand on a card's name, shown or not.
async fn standing(desk: &Desk, record: u8) -> Vec<String> {
    let state = desk.state(record).await;
    let all = state
        .shown(campaign::NAME)
        .into_iter()
        .chain(state.rivals(campaign::NAME));
    let mut values: Vec<String> = all
        .filter_map(|sibling| sibling.value.as_text().map(str::to_owned))
        .collect();
    values.sort();
    values
}

/// Both copies write: cards of their own and the same field of one card, not knowing of each other.
async fn both_write(one: &Desk, other: &Desk) {
    one.name(2, "only here").await;
    other.name(3, "only there").await;
    one.name(1, "here").await;
    other.name(1, "there").await;
}

async fn nothing_is_lost(desks: &[&Desk]) -> Result<(), String> {
    for desk in desks {
        for (record, expected) in [(2, "only here"), (3, "only there")] {
            if desk.shown(record, campaign::NAME).await != expected {
                return Err(format!("\"{expected}\" is lost"));
            }
        }
        let values = standing(desk, 1).await;
        if values != ["here", "there"] {
            return Err(format!("of two values stand {values:?}"));
        }
    }
    same(desks).await;
    Ok(())
}

async fn two_copies() -> Result<(Desk, Desk, Hub, DeviceId), String> {
    let (mut hub, dir, second) = board().await;
    let (copy, original) = (copied(&dir).await, Desk::open(dir).await);
    let before = device(&original);
    assert_eq!(device(&copy), before);
    both_write(&original, &copy).await;
    // Both are sealed under the same sequences before either arrives.
    for desk in [&original, &copy] {
        assert_eq!(desk.store.seal_pending(None, 10).await.unwrap().len(), 2);
    }
    exchange(&mut hub, &[&original, &copy, &second]).await;
    nothing_is_lost(&[&original, &copy, &second]).await?;
    Ok((original, copy, hub, before))
}

#[tokio::test]
async fn a_copied_folder_becomes_a_device_of_its_own() {
    let (original, copy, mut hub, before) = two_copies().await.unwrap();
    assert_eq!(device(&original), before, "whoever was first stays who it was");
    assert_ne!(device(&copy), before);
    assert_eq!(hub.chain.membership.devices.len(), 3);
    assert_eq!(hub.chain.membership.members.len(), 2, "the same person");
    assert_eq!(copy.store.notices().len(), 1, "{:?}", copy.store.notices());
    assert_eq!(original.store.notices().len(), 0, "{:?}", original.store.notices());

    // Both go on, across a restart, and neither moves again.
    let (original, copy) = (original.reopened().await, copy.reopened().await);
    for round in 0..3 {
        original.name(4, &format!("{round} here")).await;
        copy.name(5, &format!("{round} there")).await;
        exchange(&mut hub, &[&copy, &original]).await;
    }
    same(&[&original, &copy]).await;
    assert_eq!(hub.chain.membership.devices.len(), 3);
}

#[tokio::test]
async fn a_copy_that_goes_on_under_its_old_name_is_caught() {
    plant(Some("clone-goes-on"));
    let lost = two_copies().await;
    plant(None);
    let lost = lost.map(|_| ()).unwrap_err();
    assert!(lost.contains("of two values stand"), "{lost}");
}

/// What waited when the folder was copied is in both outboxes, and has effect once.
#[tokio::test]
async fn what_waited_in_both_copies_has_effect_once() {
    let (mut hub, dir, second) = board().await;
    let first = Desk::open(dir).await;
    first.name(6, "waited, sealed").await;
    first.store.seal_pending(None, 10).await.unwrap();
    first.name(7, "waited").await;
    let dir = first.closed().await;
    let (copy, original) = (copied(&dir).await, Desk::open(dir).await);
    both_write(&original, &copy).await;
    let before = hub.chain.n;
    exchange(&mut hub, &[&original, &copy, &second]).await;
    nothing_is_lost(&[&original, &copy, &second]).await.unwrap();
    assert_eq!(second.shown(7, campaign::NAME).await, "waited");
    let actions = hub.chain.n - before - 2;
    assert_eq!(
        actions, 6,
        "two that waited, two of each copy; and the invitation and admission"
    );
}

/// A backup of the folder: it wrote more afterwards, and whoever restored it writes something else.
#[tokio::test]
async fn a_restored_folder_keeps_both_what_it_forgot_and_what_it_knows() {
    let (mut hub, dir, second) = board().await;
    let restored = copied(&dir).await;
    let original = Desk::open(dir).await;
    original.name(2, "only here").await;
    original.name(1, "here").await;
    exchange(&mut hub, &[&original]).await;
    original.closed().await;
    restored.name(3, "only there").await;
    restored.name(1, "there").await;
    exchange(&mut hub, &[&restored, &second]).await;
    nothing_is_lost(&[&restored, &second]).await.unwrap();
}

/// Both were copied from a third: all three write.
#[tokio::test]
async fn three_copies_end_as_three_devices() {
    let (mut hub, dir, second) = board().await;
    let (a, b, c) = (copied(&dir).await, copied(&dir).await, Desk::open(dir).await);
    for (i, desk) in [&a, &b, &c].into_iter().enumerate() {
        desk.name(10 + u8::try_from(i).unwrap(), "own").await;
        desk.name(1, &format!("of {i}")).await;
    }
    exchange(&mut hub, &[&a, &b, &c, &second]).await;
    exchange(&mut hub, &[&a, &b, &c, &second]).await;
    for desk in [&a, &b, &c, &second] {
        assert_eq!(standing(desk, 1).await, ["of 0", "of 1", "of 2"]);
    }
    same(&[&a, &b, &c, &second]).await;
    assert_eq!(hub.chain.membership.devices.len(), 4);
}

/// The program ends after every single step of the move, and goes on.
#[tokio::test]
async fn the_move_can_be_interrupted_anywhere() {
    let (mut hub, dir, second) = board().await;
    let (copy, original) = (copied(&dir).await, Desk::open(dir).await);
    both_write(&original, &copy).await;
    settle(&mut hub, &original).await;
    let before = device(&original);

    hub.bring(&copy).await;
    let copy = copy.reopened().await;
    let sealed = copy.store.seal_pending(None, 10).await.unwrap();
    assert_eq!(sealed.len(), 2, "only what makes it a device of its own");
    let copy = copy.reopened().await;
    assert_eq!(
        copy.store.seal_pending(None, 10).await.unwrap(),
        sealed,
        "the same bytes"
    );
    copy.store.unseal().await.unwrap();
    let copy = copy.reopened().await;
    hub.take(&copy).await;
    let copy = copy.reopened().await;
    assert_eq!(device(&copy), before, "not before it is on the board");
    hub.bring(&copy).await;
    assert_ne!(device(&copy), before);
    let copy = copy.reopened().await;
    exchange(&mut hub, &[&copy, &original, &second]).await;
    nothing_is_lost(&[&original, &copy, &second]).await.unwrap();
}

/// An invitation to oneself that was withdrawn, or came too late, is made again.
#[tokio::test]
async fn a_refused_move_is_tried_again() {
    let (mut hub, dir, second) = board().await;
    let (copy, original) = (copied(&dir).await, Desk::open(dir).await);
    both_write(&original, &copy).await;
    settle(&mut hub, &original).await;
    hub.bring(&copy).await;
    let sealed = copy.store.seal_pending(None, 10).await.unwrap();
    copy.store
        .to_drawer(sealed[1].1, "this invitation has expired")
        .await
        .unwrap();
    assert_eq!(
        copy.store.refused().await.unwrap(),
        [] as [&str; 0],
        "nothing that somebody typed"
    );
    copy.store.unseal().await.unwrap();
    exchange(&mut hub, &[&copy, &original, &second]).await;
    nothing_is_lost(&[&original, &copy, &second]).await.unwrap();
}

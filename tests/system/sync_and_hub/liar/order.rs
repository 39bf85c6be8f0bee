//! Lies about the order: entries left out, swapped, doubled, told again, cut, of another board, at another time.

use crate::desk::agree;
use crate::liar::scene::{Scene, page, sound};
use sidedesk_protocol::entry::Entry;

/// What Alice wrote twice, and Bob has not seen.
async fn two_kept(scene: &Scene) -> [Entry; 2] {
    let write = async |alice: &crate::desk::Desk| {
        alice.name(2, "the first").await;
        alice.name(2, "the second").await;
    };
    let entries = scene.kept_from_bob(write).await;
    entries.try_into().unwrap()
}

#[tokio::test]
async fn an_entry_left_out_is_found() {
    let scene = Scene::new().await;
    let [_, second] = two_kept(&scene).await;
    scene.alarmed("was next", page(vec![second])).await;
}

#[tokio::test]
async fn an_entry_left_out_whose_place_is_given_to_the_next_is_found() {
    let scene = Scene::new().await;
    let [first, second] = two_kept(&scene).await;
    let moved = Entry { n: first.n, ..second };
    scene.alarmed("own count is", page(vec![moved])).await;
}

#[tokio::test]
async fn two_entries_of_one_author_swapped_are_found() {
    let scene = Scene::new().await;
    let [first, second] = two_kept(&scene).await;
    let swapped = vec![
        Entry {
            n: first.n,
            ..second.clone()
        },
        Entry { n: second.n, ..first },
    ];
    scene.alarmed("own count is", page(swapped)).await;
}

#[tokio::test]
async fn an_old_entry_at_a_new_place_is_found() {
    let scene = Scene::new().await;
    let n = scene.chain().await.n;
    let old = scene.alice.store.entries_after(n - 1, 1, usize::MAX).await.unwrap();
    let replayed = Entry {
        n: n + 1,
        ..old[0].clone()
    };
    scene.alarmed("own count is", page(vec![replayed])).await;
}

#[tokio::test]
async fn an_entry_at_two_places_is_found() {
    let scene = Scene::new().await;
    let [first, second] = two_kept(&scene).await;
    let doubled = vec![first.clone(), Entry { n: second.n, ..first }];
    scene.alarmed("own count is", page(doubled)).await;
}

#[tokio::test]
async fn an_entry_twice_at_its_place_is_found() {
    let scene = Scene::new().await;
    let [first, _] = two_kept(&scene).await;
    scene.alarmed("was next", page(vec![first.clone(), first])).await;
}

#[tokio::test]
async fn a_gap_within_a_page_is_found() {
    let scene = Scene::new().await;
    let write = async |alice: &crate::desk::Desk| {
        for i in 0..3 {
            alice.name(2, &format!("number {i}")).await;
        }
    };
    let mut entries = scene.kept_from_bob(write).await;
    entries.remove(1);
    scene.alarmed("was next", page(entries)).await;
}

#[tokio::test]
async fn an_entry_of_another_board_is_found() {
    let scene = Scene::new().await;
    let other = crate::desk::Desk::sharing(&scene.hub).await;
    other.name(1, "another board").await;
    crate::liar::scene::sent(&other).await;
    let chain = scene.chain().await;
    let entries = other.store.entries_after(2, 1, usize::MAX).await.unwrap();
    let foreign = Entry {
        n: chain.n + 1,
        hub_time: chain.hub_time,
        ..entries[0].clone()
    };
    scene.alarmed("belongs to another board", page(vec![foreign])).await;
}

#[tokio::test]
async fn a_clock_that_goes_back_is_found() {
    let scene = Scene::new().await;
    let [first, _] = two_kept(&scene).await;
    let hub_time = scene.chain().await.hub_time - 1;
    scene
        .alarmed("clock goes back", page(vec![Entry { hub_time, ..first }]))
        .await;
}

#[tokio::test]
async fn a_clock_at_the_beginning_of_time_is_found() {
    let scene = Scene::new().await;
    let [first, _] = two_kept(&scene).await;
    let early = Entry {
        hub_time: i64::MIN,
        ..first
    };
    scene.alarmed("clock goes back", page(vec![early])).await;
}

#[tokio::test]
async fn a_changed_body_is_found() {
    let scene = Scene::new().await;
    let [mut first, _] = two_kept(&scene).await;
    *first.op.body.last_mut().unwrap() ^= 1;
    scene.alarmed("body does not belong", page(vec![first])).await;
}

/// No lie at all: a bad line did it once, and the entry itself comes on the next connection.
#[tokio::test]
async fn a_body_spoiled_once_on_its_way_is_asked_for_again() {
    let scene = Scene::new().await;
    let [mut first, _] = two_kept(&scene).await;
    *first.op.body.last_mut().unwrap() ^= 1;
    let before = scene.liar.connections().0;
    scene.liar.be_honest();
    scene.liar.say(page(vec![first]));
    agree(&[&scene.alice, &scene.bob]).await;
    scene.bob.is(&sidedesk_sync::Status::Synced).await;
    assert_eq!(scene.liar.connections().0, before + 1);
    sound(&scene.bob).await;
}

#[tokio::test]
async fn a_body_cut_short_is_found() {
    let scene = Scene::new().await;
    let [mut first, _] = two_kept(&scene).await;
    first.op.body.truncate(10);
    scene.alarmed("body does not belong", page(vec![first])).await;
}

#[tokio::test]
async fn bodies_of_two_entries_swapped_are_found() {
    let scene = Scene::new().await;
    let [mut first, mut second] = two_kept(&scene).await;
    std::mem::swap(&mut first.op.body, &mut second.op.body);
    scene.alarmed("body does not belong", page(vec![first, second])).await;
}

#[tokio::test]
async fn what_is_here_already_told_again_and_otherwise_changes_nothing() {
    let scene = Scene::new().await;
    let mut known = scene.alice.store.entries_after(0, 500, usize::MAX).await.unwrap();
    let again = page(known.clone()).into();
    for entry in &mut known {
        entry.hub_time += 1;
        entry.op.body.push(0);
    }
    scene.unharmed(vec![again, page(known).into()]).await;
}

#[tokio::test]
async fn pages_cut_short_are_waited_for_and_nobody_claims_to_be_in_step() {
    let scene = Scene::new().await;
    let [first, second] = two_kept(&scene).await;
    let cut = sidedesk_protocol::message::HubFrame::Page {
        entries: vec![first],
        head: second.n,
    };
    scene.liar.say(cut);
    scene
        .bob
        .is(&sidedesk_sync::Status::CatchingUp { head: second.n })
        .await;
    scene.unharmed(Vec::new()).await;
}

//! Lies about what was taken: receipts for other places, for nothing, by another key, none at all; refusals of what is right.

use crate::desk::{agree, eventually};
use crate::liar::scene::{Scene, is_push, problem, receipt, sound};
use sidedesk_protocol::entry::SignedOp;
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::message::{HubFrame, RefusedWhy};
use sidedesk_sync::Status;
use sidedesk_tests::liar::Said;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const OTHER: &str = "shows something else at a place that it gave before";

/// Every op is answered with a receipt for this place, under this key, and never reaches the hub.
async fn promising(scene: &Scene, key: HubSecret, n: u64, hash: [u8; 32]) {
    let chain = scene.chain().await;
    scene
        .liar
        .answer_pushes(move |op| vec![receipt(&key, &chain, op, n, hash).into()]);
}

#[tokio::test]
async fn a_receipt_by_another_key_is_found() {
    let scene = Scene::new().await;
    let n = scene.chain().await.n;
    promising(&scene, HubSecret::from_bytes(&[1; 32]), n + 1, [1; 32]).await;
    scene.alarmed_when_typing("the signature is wrong").await;
}

#[tokio::test]
async fn a_receipt_for_a_place_that_was_given_before_is_found() {
    let scene = Scene::new().await;
    promising(&scene, scene.key(), 1, [1; 32]).await;
    scene.alarmed_when_typing(OTHER).await;
}

/// The place is the next one, the history that it speaks of is another.
#[tokio::test]
async fn a_receipt_in_another_history_is_found() {
    let scene = Scene::new().await;
    let key = scene.key();
    let chain = scene.chain().await;
    scene.liar.up(move |_, frame| match frame {
        sidedesk_protocol::message::ClientFrame::Push { op } => {
            let answer = receipt(&key, &chain, &op, chain.n + 1, [1; 32]).into();
            (vec![sidedesk_protocol::message::ClientFrame::Push { op }], vec![answer])
        }
        frame => (vec![frame], Vec::new()),
    });
    scene.alarmed_when_typing(OTHER).await;
}

/// The hub says that an op has the next place, and gives the place to somebody else.
#[tokio::test]
async fn a_receipt_for_an_op_that_was_never_placed_is_found() {
    let scene = Scene::new().await;
    let n = scene.chain().await.n;
    promising(&scene, scene.key(), n + 1, [1; 32]).await;
    scene.type_now().await;
    eventually("it is answered", async || scene.liar.heard().iter().any(is_push)).await;
    assert_eq!(
        scene.bob.store.waiting().await.unwrap(),
        1,
        "a receipt alone is not an entry"
    );
    scene.alice.name(2, "in its place").await;
    scene.alarmed_by_now(OTHER).await;
}

/// Taken, said so, and gone at the next greeting: a hub that was rolled back between receipt and page.
#[tokio::test]
async fn a_receipt_that_a_later_greeting_does_not_know_of_is_found() {
    let scene = Scene::new().await;
    let n = scene.chain().await.n;
    promising(&scene, scene.key(), n + 5, [1; 32]).await;
    scene.type_now().await;
    eventually("it is answered", async || scene.liar.heard().iter().any(is_push)).await;
    scene.liar.cut();
    scene.alarmed_by_now(OTHER).await;
}

#[tokio::test]
async fn a_receipt_for_an_op_that_was_never_sent_changes_nothing() {
    let scene = Scene::new().await;
    let entries = scene.alice.store.entries_after(1, 1, usize::MAX).await.unwrap();
    let lie = scene.receipt(&entries[0].op, 1_000_000, [1; 32]).await;
    scene.unharmed(vec![lie.into()]).await;
}

#[tokio::test]
async fn a_receipt_that_never_comes_changes_nothing() {
    let scene = Scene::new().await;
    scene.liar.down(|_, frame| match frame {
        HubFrame::Receipt(_) => Vec::new(),
        frame => vec![frame.into()],
    });
    for i in 0..10 {
        scene.bob.name(7, &format!("number {i}")).await;
    }
    agree(&[&scene.alice, &scene.bob]).await;
    scene.type_now().await;
    agree(&[&scene.alice, &scene.bob]).await;
    scene.works_on().await;
    scene.honest_again().await;
}

fn refusing(scene: &Scene, why: RefusedWhy) -> Arc<AtomicUsize> {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    scene.liar.answer_pushes(move |op: &SignedOp| {
        counted.fetch_add(1, Ordering::SeqCst);
        let op = op.parse().unwrap().op;
        let message = "because I say so".to_owned();
        vec![HubFrame::Refused { op, why, message }.into()]
    });
    asked
}

/// What the hub will not have for good is put aside with its words, and is not lost; everything else goes on.
#[tokio::test]
async fn a_false_refusal_for_good_is_shown_to_its_author() {
    let scene = Scene::new().await;
    refusing(&scene, RefusedWhy::Never);
    scene.bob.name(9, "refused").await;
    eventually("it is put aside", async || {
        scene.bob.store.refused().await.unwrap() == ["because I say so"]
    })
    .await;
    scene.liar.be_honest();
    scene.type_now().await;
    agree(&[&scene.alice, &scene.bob]).await;
    scene.works_on().await;
    scene.honest_again().await;
    assert_eq!(scene.bob.store.refused().await.unwrap(), ["because I say so"]);
    sound(&scene.bob).await;
}

/// A hub that wants the same sealed anew for ever keeps neither the disk nor the processor busy.
#[tokio::test]
async fn refusals_that_ask_for_the_same_again_without_end_are_answered_ever_more_slowly() {
    for why in [RefusedWhy::SealAgain, RefusedWhy::Gap] {
        let scene = Scene::new().await;
        let asked = refusing(&scene, why);
        scene.type_now().await;
        eventually("it gives up for now", async || {
            matches!(scene.bob.sync().status().borrow().status, Status::NotTaken(_))
        })
        .await;
        let so_far = asked.load(Ordering::SeqCst);
        assert!(so_far < 50, "{why:?}: {so_far} times");
        scene.works_on().await;
        scene.keeps(2).await;
        scene.honest_again().await;
    }
}

#[tokio::test]
async fn a_hub_that_calls_a_device_a_copy_changes_nothing() {
    let scene = Scene::new().await;
    refusing(&scene, RefusedWhy::Cloned);
    let me = scene.bob.store.secret().id();
    let scene = scene.unharmed_when_typing().await;
    assert_eq!(scene.bob.store.secret().id(), me, "it is still who it was");
}

#[tokio::test]
async fn a_hub_that_never_has_time_is_said_and_changes_nothing() {
    let scene = Scene::new().await;
    refusing(&scene, RefusedWhy::Later);
    scene.type_now().await;
    scene.bob.is_declined().await;
    scene.works_on().await;
    scene.keeps(2).await;
    scene.honest_again().await;
}

/// Pushes that are taken, and whose entries are then kept from their author.
#[tokio::test]
async fn an_op_that_is_taken_and_never_shown_keeps_waiting() {
    let scene = Scene::new().await;
    let kept: Arc<Mutex<usize>> = Arc::default();
    let counted = Arc::clone(&kept);
    scene.liar.down(move |_, frame| match frame {
        HubFrame::Page { entries, .. } if !entries.is_empty() => {
            *counted.lock().unwrap() += entries.len();
            Vec::<Said>::new()
        }
        frame => vec![frame.into()],
    });
    scene.type_now().await;
    eventually("it is taken", async || *kept.lock().unwrap() > 0).await;
    scene.works_on().await;
    scene.keeps(2).await;
    assert!(!matches!(scene.bob.sync().status().borrow().status, Status::Problem(_)));
    scene.honest_again().await;
}

#[tokio::test]
async fn a_false_word_that_a_device_is_no_member_is_said_and_changes_nothing() {
    let scene = Scene::new().await;
    scene.liar.down(|_, frame| match frame {
        HubFrame::Welcome { .. } => vec![denied(sidedesk_protocol::message::DeniedWhy::NotAMember)],
        frame => vec![frame.into()],
    });
    scene.type_now().await;
    scene.liar.cut();
    let said = problem(&scene.bob).await;
    assert!(said.contains("does not let this device in"), "{said}");
    scene.works_on().await;
    scene.keeps(2).await;
    scene.honest_again().await;
}

fn denied(why: sidedesk_protocol::message::DeniedWhy) -> Said {
    let message = "because I say so".to_owned();
    HubFrame::Denied { why, message }.into()
}

#[tokio::test]
async fn a_false_word_that_the_histories_differ_is_an_alarm_and_loses_nothing() {
    let scene = Scene::new().await;
    scene.liar.down(|_, frame| match frame {
        HubFrame::Welcome { .. } => vec![denied(sidedesk_protocol::message::DeniedWhy::Fork)],
        frame => vec![frame.into()],
    });
    scene.alarmed_on_return("different histories").await;
}

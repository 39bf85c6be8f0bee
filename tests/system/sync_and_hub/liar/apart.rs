//! Two hubs with one key, as somebody makes them who wants two devices to see two boards: found as soon as anything of the
//! one reaches the other.

use crate::desk::{Desk, agree, eventually};
use crate::liar::scene::{Scene, page, problem, sent, through, without_pages};
use sidedesk_domain::fields::campaign;
use sidedesk_hub::backup::{Place, backup, restore};
use sidedesk_hub::{CancellationToken, Config, RunningHub, serve};
use sidedesk_protocol::entry::Entry;
use sidedesk_sync::Status;
use sidedesk_tests::liar::Liar;
use tempfile::TempDir;

const DIFFERENT: &str = "different histories";
const ANOTHER: &str = "its author saw another history";
const TEN_YEARS_MS: i64 = 10 * 365 * 86_400_000;

/// A second hub with the first one's key, and what that one holds now.
async fn copied(scene: &Scene) -> (RunningHub, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("copy");
    backup(&Place::Directory(scene.dir.path().into()), &file).await.unwrap();
    restore(&file, &Place::Directory(dir.path().into())).await.unwrap();
    std::fs::copy(scene.dir.path().join("hub.key"), dir.path().join("hub.key")).unwrap();
    let config = Config::new(dir.path(), "127.0.0.1:0".parse().unwrap());
    let hub = serve(config, CancellationToken::new()).await.unwrap();
    assert_eq!(hub.hub_key, scene.hub.hub_key);
    (hub, dir)
}

/// Bob goes on at the other hub without noticing, Alice where she was.
async fn forked() -> (Scene, RunningHub, TempDir) {
    let scene = Scene::new().await;
    let (other, dir) = copied(&scene).await;
    let before = scene.liar.connections().0;
    scene.liar.lead_to(other.addr);
    scene.liar.cut();
    eventually("he is there", async || scene.liar.connections() > (before, 0)).await;
    scene.bob.is(&Status::Synced).await;
    scene.bob.name(8, "only here").await;
    sent(&scene.bob).await;
    for i in 0..3 {
        scene.alice.name(9, &format!("only there {i}")).await;
        sent(&scene.alice).await;
    }
    (scene, other, dir)
}

/// The way back is barred, also at the next start, and everything is there.
async fn stays_apart(mut scene: Scene) {
    scene.liar.be_honest();
    scene.bob = scene.bob.restart().await;
    let said = problem(&scene.bob).await;
    assert!(said.contains(DIFFERENT), "{said}");
    scene.works_on().await;
    scene.keeps(3).await;
}

#[tokio::test]
async fn a_fork_shown_to_one_device_is_found_when_it_comes_back() {
    let (scene, ..) = forked().await;
    let hub = scene.hub.addr;
    let back = |liar: &Liar| {
        liar.answer_pushes(|_| Vec::new());
        liar.lead_to(hub);
        liar.cut();
    };
    scene.liar.answer_pushes(|_| Vec::new());
    let scene = scene.parted(DIFFERENT, back).await;
    assert_eq!(scene.bob.values(8, campaign::NAME).await, ["only here"]);
    stays_apart(scene).await;
}

/// What others wrote on the one history is given a place in the other: whoever wrote it is a witness.
#[tokio::test]
async fn entries_of_the_one_history_in_the_other_are_found() {
    let (scene, ..) = forked().await;
    let head = scene.chain().await;
    let theirs = scene
        .alice
        .store
        .entries_after(head.n - 1, 10, usize::MAX)
        .await
        .unwrap();
    let (first, rest) = theirs.split_first().unwrap();
    // The first was written on what both had seen: only its place is another one. The next says what came before it.
    let moved = |n: u64, entry: &Entry| Entry {
        n,
        hub_time: head.hub_time.max(entry.hub_time),
        op: entry.op.clone(),
    };
    scene.liar.answer_pushes(|_| Vec::new());
    scene.liar.say(page(vec![moved(head.n + 1, first)]));
    eventually("it is taken", async || scene.chain().await.n == head.n + 1).await;
    let second = page(vec![moved(head.n + 2, &rest[0])]);
    let scene = scene.parted(ANOTHER, |liar| liar.say(second)).await;
    scene.liar.lead_to(scene.hub.addr);
    stays_apart(scene).await;
}

/// Two people write at once, and two devices are shown the two in different order: each for itself is possible.
#[tokio::test]
async fn two_orders_are_found_with_the_next_entry() {
    let scene = Scene::new().await;
    let hers = Liar::before(scene.hub.addr).await;
    let carol = Desk::joined(&through(&hers, &scene.alice.code().await)).await;
    agree(&[&scene.alice, &scene.bob, &carol]).await;
    let head = scene.chain().await.n;
    hers.down(|_, frame| without_pages(frame));
    let write = async |alice: &Desk| {
        alice.name(2, "by Alice").await;
        sent(alice).await;
        carol.name(3, "by Carol at the same time").await;
        eventually("it is at the hub", async || {
            alice.store.chain().await.unwrap().n == head + 2
        })
        .await;
        alice.name(2, "and once more").await;
    };
    let [first, second, third]: [Entry; 3] = scene.kept_from_bob(write).await.try_into().unwrap();
    let swapped = vec![
        Entry {
            n: first.n,
            hub_time: first.hub_time,
            op: second.op,
        },
        Entry {
            n: second.n,
            hub_time: second.hub_time,
            op: first.op,
        },
    ];
    scene.liar.say(page(swapped));
    eventually("they are taken", async || scene.chain().await.n == head + 2).await;
    scene.liar.answer_pushes(|_| Vec::new());
    let scene = scene.parted(ANOTHER, |liar| liar.say(page(vec![third]))).await;
    stays_apart(scene).await;
}

/// A time that only one device is told is another history too.
#[tokio::test]
async fn a_clock_far_ahead_for_one_device_is_found_with_the_next_entry() {
    let scene = Scene::new().await;
    let write = async |alice: &Desk| {
        alice.name(2, "the first").await;
        sent(alice).await;
        alice.name(2, "the second").await;
    };
    let ahead = |entry: Entry| Entry {
        hub_time: entry.hub_time + TEN_YEARS_MS,
        ..entry
    };
    let [first, second]: [Entry; 2] = scene.kept_from_bob(write).await.try_into().unwrap();
    scene.liar.say(page(vec![ahead(first.clone())]));
    eventually("it is taken", async || scene.chain().await.n == first.n).await;
    scene.liar.answer_pushes(|_| Vec::new());
    let scene = scene.parted(ANOTHER, |liar| liar.say(page(vec![ahead(second)]))).await;
    stays_apart(scene).await;
}

/// An old copy of the hub in its place, without a word.
#[tokio::test]
async fn a_hub_set_back_to_an_old_copy_is_found() {
    let scene = Scene::new().await;
    let (old, _dir) = copied(&scene).await;
    for i in 0..3 {
        scene.alice.name(9, &format!("later {i}")).await;
    }
    agree(&[&scene.alice, &scene.bob]).await;
    scene.liar.answer_pushes(|_| Vec::new());
    scene.type_and_send().await;
    scene.liar.lead_to(old.addr);
    let honest = scene.hub.addr;
    scene.liar.cut();
    let said = problem(&scene.bob).await;
    assert!(said.contains(DIFFERENT), "{said}");
    scene.liar.lead_to(honest);
    scene.alarmed_by_now(DIFFERENT).await;
}

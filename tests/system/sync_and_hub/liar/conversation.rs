//! Lies in the conversation: whose hub it is, how far it is, pages without end, bytes that are no frames.

use crate::liar::scene::{Scene, is_push};
use sidedesk_protocol::ZERO_HASH;
use sidedesk_protocol::message::{ClientFrame, HubFrame, MAX_FRAME_LEN, Receipt};
use sidedesk_sync::Status;
use sidedesk_tests::liar::{Line, Said};

/// From now on whoever is welcomed hears this instead.
fn welcoming(scene: &Scene, n: u64, hash: [u8; 32], takes_upload: bool) {
    scene.liar.down(move |_, frame| match frame {
        HubFrame::Welcome { .. } => vec![HubFrame::Welcome { n, hash, takes_upload }.into()],
        frame => vec![frame.into()],
    });
}

#[tokio::test]
async fn another_key_at_the_hubs_address_is_found_before_anything_is_said() {
    let scene = Scene::new().await;
    scene.liar.challenge(|_, _, key| *key = [7; 32]);
    let greetings = |scene: &Scene| {
        let heard = scene.liar.heard();
        heard
            .iter()
            .filter(|frame| matches!(frame, ClientFrame::Hello { .. }))
            .count()
    };
    let before = greetings(&scene);
    let scene = scene.alarmed_on_return("another hub answers").await;
    // One since: that of the way back.
    assert!(greetings(&scene) <= before + 2);
}

#[tokio::test]
async fn another_version_of_the_hub_is_said() {
    let scene = Scene::new().await;
    scene.liar.challenge(|version, _, _| *version = 99);
    scene.alarmed_on_return("update Sidedesk").await;
}

/// A nonce told twice: the greeting that follows opens no second door, and the device comes back by itself.
#[tokio::test]
async fn a_challenge_told_again_opens_nothing() {
    let scene = Scene::new().await;
    scene.liar.challenge(|_, nonce, _| *nonce = [5; 32]);
    scene.type_now().await;
    scene.liar.cut();
    scene.bob.is_offline().await;
    scene.works_on().await;
    scene.keeps(2).await;
    assert!(
        !scene.liar.heard().iter().any(is_push),
        "nothing is sent without a welcome"
    );
    scene.honest_again().await;
}

#[tokio::test]
async fn an_older_head_is_found() {
    let scene = Scene::new().await;
    let n = scene.chain().await.n;
    welcoming(&scene, n - 1, [3; 32], false);
    scene.alarmed_on_return("different histories").await;
}

#[tokio::test]
async fn no_head_at_all_is_found() {
    let scene = Scene::new().await;
    welcoming(&scene, 0, ZERO_HASH, false);
    scene.alarmed_on_return("different histories").await;
}

#[tokio::test]
async fn another_history_at_the_same_head_is_found() {
    let scene = Scene::new().await;
    let n = scene.chain().await.n;
    welcoming(&scene, n, [3; 32], false);
    scene.alarmed_on_return("different histories").await;
}

/// A head that it cannot show: nobody claims to be in step, and work goes on.
#[tokio::test]
async fn a_head_that_the_hub_cannot_show_is_waited_for() {
    let scene = Scene::new().await;
    let head = scene.chain().await.n + 1000;
    welcoming(&scene, head, [3; 32], false);
    scene.type_now().await;
    scene.liar.cut();
    scene.bob.is(&Status::CatchingUp { head }).await;
    scene.works_on().await;
    scene.keeps(2).await;
    scene.honest_again().await;
}

/// A hub that says it is being restored, and takes the same again and again.
#[tokio::test]
async fn an_upload_that_is_never_taken_ends() {
    let scene = Scene::new().await;
    welcoming(&scene, 1, [3; 32], true);
    scene.liar.up(|_, frame| match frame {
        ClientFrame::Upload { .. } => (Vec::new(), vec![HubFrame::Uploaded { n: 1 }.into()]),
        frame => (vec![frame], Vec::new()),
    });
    scene.type_now().await;
    scene.liar.cut();
    let uploads = || {
        let heard = scene.liar.heard();
        heard
            .iter()
            .filter(|frame| matches!(frame, ClientFrame::Upload { .. }))
            .count()
    };
    crate::desk::eventually("it is asked", async || uploads() > 0).await;
    scene.bob.is_offline().await;
    assert!(uploads() < 5, "{} uploads", uploads());
    scene.works_on().await;
    scene.keeps(2).await;
    scene.honest_again().await;
}

#[tokio::test]
async fn empty_pages_without_end_change_nothing() {
    let scene = Scene::new().await;
    let head = scene.chain().await.n;
    let empty = HubFrame::Page {
        entries: Vec::new(),
        head,
    };
    scene.unharmed(vec![empty.into(); 20_000]).await;
}

#[tokio::test]
async fn frames_out_of_turn_change_nothing() {
    let scene = Scene::new().await;
    let chain = scene.chain().await;
    let lies = [
        HubFrame::Uploaded { n: 1_000_000 },
        HubFrame::Admitted,
        HubFrame::JoinWaiting,
        HubFrame::Pong,
        HubFrame::Snapshots {
            admission: None,
            manifests: Vec::new(),
        },
        HubFrame::Chunk {
            digest: [1; 32],
            index: 0,
            bytes: vec![0; 1000],
        },
        HubFrame::SnapshotHeld {
            digest: [1; 32],
            held: u32::MAX,
        },
    ];
    let lies = lies.into_iter().map(Said::from).collect();
    let scene = scene.unharmed(lies).await;
    assert!(scene.chain().await.n > chain.n);
}

/// Pages and receipts on a connection that was not welcomed yet.
#[tokio::test]
async fn what_comes_before_the_welcome_changes_nothing() {
    let scene = Scene::new().await;
    let entries = scene.kept_from_bob(async |alice| alice.name(2, "kept").await).await;
    let receipt = HubFrame::Receipt(Receipt {
        op: sidedesk_protocol::OpId([1; 16]),
        n: 1,
        hub_time: 1,
        hash: [1; 32],
        signature: [1; 64],
    });
    let early = [crate::liar::scene::page(entries), receipt];
    scene.liar.down(move |line, frame| match frame {
        HubFrame::Challenge { .. } => {
            let early = early.iter().cloned().map(Said::from);
            early.chain([frame.into()]).collect()
        }
        HubFrame::Page { .. } if line == Line::Follows => Vec::new(),
        frame => vec![frame.into()],
    });
    let head = scene.chain().await.n;
    scene.type_now().await;
    scene.liar.cut();
    crate::desk::eventually("it is welcomed", async || scene.liar.connections().0 >= 2).await;
    scene.works_on().await;
    scene.keeps(2).await;
    assert_eq!(scene.chain().await.n, head);
    scene.honest_again().await;
}

#[tokio::test]
async fn bytes_that_are_no_frame_end_the_connection_and_nothing_else() {
    for bytes in [
        b"garbage".to_vec(),
        Vec::new(),
        vec![0xff; 1000],
        vec![0x82, 0x18, 0x63, 0x80],
    ] {
        let scene = Scene::new().await;
        scene.unharmed(vec![Said::Bytes(bytes)]).await;
    }
}

#[tokio::test]
async fn a_frame_over_the_bound_ends_the_connection_and_nothing_else() {
    let scene = Scene::new().await;
    scene.unharmed(vec![Said::Bytes(vec![0; MAX_FRAME_LEN + 1])]).await;
}

/// A frame that promises millions of entries in its head.
#[tokio::test]
async fn a_frame_that_promises_much_ends_the_connection_and_nothing_else() {
    let scene = Scene::new().await;
    // [2, [entries of 2^32 …
    let promise = vec![0x82, 0x02, 0x82, 0x9a, 0xff, 0xff, 0xff, 0xff];
    scene.unharmed(vec![Said::Bytes(promise)]).await;
}

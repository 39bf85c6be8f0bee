//! Lies about who is here and who is at the door.

use crate::desk::{Desk, eventually, now};
use crate::liar::scene::{Scene, fresh, stranger, through};
use sidedesk_protocol::author::device_keys;
use sidedesk_protocol::invite::{InviteSecret, JoinRequest, seal_request};
use sidedesk_protocol::message::HubFrame;
use sidedesk_protocol::{DeviceId, MemberId, seal};
use sidedesk_store::Newcomer;
use sidedesk_tests::liar::{Liar, Said};
use std::time::Duration;

/// Nobody is shown whose words do not open under the board's key.
#[tokio::test]
async fn a_presence_that_no_member_sealed_is_nobodys() {
    let scene = Scene::new().await;
    let forged = seal::seal(b"{\"name\":\"Alice\"}", &[7; 32], b"sidedesk 1 presence", &mut fresh()).unwrap();
    let device = scene.alice.store.secret().id();
    let seen = scene.bob.sync().presences();
    let lie = HubFrame::Presence {
        device,
        sealed: forged.clone(),
    };
    scene.liar.say(lie);
    eventually("it is heard", async || seen.borrow().contains_key(&device)).await;
    assert!(scene.bob.store.open_presence(&forged).await.is_err());
    let honest = scene.alice.store.seal_presence(b"here").await.unwrap();
    assert_eq!(scene.bob.store.open_presence(&honest).await.unwrap(), b"here");
    scene.unharmed(Vec::new()).await;
}

#[tokio::test]
async fn more_presences_than_a_board_has_devices_are_not_kept() {
    let scene = Scene::new().await;
    let presence = |i: u32| HubFrame::Presence {
        device: DeviceId::of("crowd", &[&i.to_le_bytes()]),
        sealed: vec![1; 100],
    };
    let seen = scene.bob.sync().presences();
    let lies = (0..3000).map(|i| presence(i).into()).collect();
    let heard = async || {
        eventually("many are heard", async || seen.borrow().len() >= 1000).await;
        assert!(seen.borrow().len() <= 1000);
    };
    scene.unharmed_while(lies, heard).await;
}

/// The invitation is open and the request is not sealed under its secret: the hub makes one up.
#[tokio::test]
async fn a_newcomer_whom_the_hub_made_up_is_not_let_in() {
    let scene = Scene::new().await;
    // Bob has to be somebody who may let in.
    let liar = Liar::before(scene.hub.addr).await;
    let lead = Desk::joined(&through(&liar, &scene.alice.code().await)).await;
    crate::desk::agree(&[&scene.alice, &scene.bob, &lead]).await;
    let code = lead.code().await;
    let request = JoinRequest {
        device: device_keys(&stranger(), MemberId([0xee; 16])),
    };
    let made_up = seal_request(&request, &InviteSecret::from_bytes([3; 32]), &mut fresh()).unwrap();
    let before = lead.store.chain().await.unwrap().membership;
    for request in [made_up, Vec::new(), vec![7; 100_000]] {
        let invite = code.secret().id();
        liar.say(HubFrame::JoinAsked { invite, request });
        let unknown = InviteSecret::from_bytes([3; 32]).id();
        liar.say(HubFrame::JoinAsked {
            invite: unknown,
            request: vec![1; 10],
        });
    }
    // Whoever has the code is let in after that, and nobody else was.
    let honest = Desk::joined(&code).await;
    crate::desk::agree(&[&scene.alice, &scene.bob, &lead, &honest]).await;
    let after = lead.store.chain().await.unwrap().membership;
    let came: Vec<_> = after
        .devices
        .keys()
        .filter(|id| !before.devices.contains_key(*id))
        .collect();
    assert_eq!(came, [&honest.store.secret().id()]);
    assert!(!after.devices.contains_key(&stranger().id()));
}

/// A newcomer who is told that it is in, and is not.
#[tokio::test]
async fn a_newcomer_who_is_let_in_by_nobody_hears_so() {
    let mut scene = Scene::new().await;
    let code = through(&scene.liar, &scene.alice.code().await);
    scene.alice.go_offline().await;
    scene.liar.down(|_, frame| match frame {
        HubFrame::JoinWaiting => vec![Said::from(HubFrame::Admitted)],
        frame => vec![frame.into()],
    });
    let dir = tempfile::tempdir().unwrap();
    let newcomer = Newcomer::new(now()).unwrap();
    let told = sidedesk_sync::join(&code, &newcomer.request(), Duration::from_secs(20), || ()).await;
    assert!(told.is_ok(), "{told:?}");
    newcomer.settle(dir.path(), &code, now()).unwrap();
    let mut nobody = Desk::opened(dir).await;
    nobody.go_online();
    let said = crate::liar::scene::problem(&nobody).await;
    assert!(said.contains("not a member"), "{said}");
    assert_eq!(nobody.store.chain().await.unwrap().n, 0);
}

/// The code names the hub's key: somebody else at its address gets nothing from the newcomer.
#[tokio::test]
async fn a_newcomer_asks_no_other_hub() {
    let scene = Scene::new().await;
    let code = through(&scene.liar, &scene.alice.code().await);
    scene.liar.challenge(|_, _, key| *key = [7; 32]);
    let heard = scene.liar.heard().len();
    let newcomer = Newcomer::new(now()).unwrap();
    let told = sidedesk_sync::join(&code, &newcomer.request(), Duration::from_secs(20), || ()).await;
    let said = told.unwrap_err().to_string();
    assert!(said.contains("another hub answers"), "{said}");
    assert_eq!(scene.liar.heard().len(), heard, "it said something");
}

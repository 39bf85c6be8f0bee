//! Lies about who did something: forged signatures and authors, members whom nobody invited, removals and epochs that
//! nobody made, also with a member's help.

use crate::desk::{Desk, agree, now};
use crate::liar::scene::{Scene, fresh, keyring, page, sent, stranger};
use sidedesk_domain::membership::Role;
use sidedesk_protocol::author::{Changes, Offer, Stand, add_device, device_keys, genesis, invite, name_hub, new_epoch};
use sidedesk_protocol::entry::{Entry, OpKind, SignedOp};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::{DeviceSecret, Keyring};
use sidedesk_protocol::membership::NameHub;
use sidedesk_protocol::message::ClientFrame;
use sidedesk_protocol::{MemberId, OpId, Space};

const WRONG: &str = "the signature is wrong";
const NOBODY: MemberId = MemberId([0xee; 16]);

/// This op as the next entry of Bob's log.
async fn next(scene: &Scene, op: SignedOp) -> Entry {
    scene.chain().await.place(op, now())
}

/// In Alice's name and with her count, signed by somebody else.
async fn in_her_name(scene: &Scene, op: &SignedOp) -> SignedOp {
    let (mut header, chain) = (op.parse().unwrap(), scene.chain().await);
    let alice = scene.alice.store.secret().id();
    let tail = chain.tail(alice);
    header.device = alice;
    (header.seq, header.prev) = (tail.seq + 1, tail.hash);
    header.sign(op.body.clone(), &stranger()).unwrap()
}

/// Keys that nobody gave the hub.
fn guessed() -> Keyring {
    let mut keyring = Keyring::default();
    for space in Space::ALL {
        keyring.insert(space, 1, [7; 32]);
    }
    keyring
}

fn stand(scene: &Scene, chain: &sidedesk_protocol::chain::Chain, who: &DeviceSecret) -> Stand {
    assert_eq!(chain.workspace, scene.alice.store.identity().workspace);
    Stand::on(chain, who.id())
}

/// What a stranger's device would write on Bob's head.
async fn strangers(scene: &Scene) -> SignedOp {
    let chain = scene.chain().await;
    let what = (OpId([9; 16]), Space::Board, now());
    let on = stand(scene, &chain, &stranger());
    sidedesk_protocol::author::action(&on, &stranger(), &guessed(), what, b"forged", &mut fresh()).unwrap()
}

#[tokio::test]
async fn an_entry_in_somebodys_name_signed_by_another_device_is_found() {
    let scene = Scene::new().await;
    let forged = in_her_name(&scene, &strangers(&scene).await).await;
    let entry = next(&scene, forged).await;
    scene.alarmed(WRONG, page(vec![entry])).await;
}

#[tokio::test]
async fn an_entry_whose_signature_is_zeros_is_found() {
    let scene = Scene::new().await;
    let mut forged = in_her_name(&scene, &strangers(&scene).await).await;
    forged.signature = [0; 64];
    let entry = next(&scene, forged).await;
    scene.alarmed(WRONG, page(vec![entry])).await;
}

#[tokio::test]
async fn an_author_swapped_for_another_is_found() {
    let scene = Scene::new().await;
    let mut kept = scene.kept_from_bob(async |alice| alice.name(2, "by Alice").await).await;
    let mut header = kept[0].op.parse().unwrap();
    let (bob, chain) = (scene.bob.store.secret().id(), scene.chain().await);
    header.device = bob;
    (header.seq, header.prev) = (chain.tail(bob).seq + 1, chain.tail(bob).hash);
    kept[0].op.header = minicbor::to_vec(&header).unwrap();
    scene.alarmed(WRONG, page(kept)).await;
}

#[tokio::test]
async fn an_entry_of_a_device_that_nobody_let_in_is_found() {
    let scene = Scene::new().await;
    let entry = next(&scene, strangers(&scene).await).await;
    scene.alarmed("is not a member", page(vec![entry])).await;
}

/// An admission of the stranger's device, as the device `by` would write it with the keys that it has.
async fn admission(scene: &Scene, by: &DeviceSecret, keys: &Keyring, secret: &InviteSecret) -> SignedOp {
    let mut chain = scene.chain().await;
    // The author's program would refuse: for it the invitation is open.
    let known = chain.membership.invites.values().next().cloned().unwrap();
    chain.membership.invites.entry(secret.id()).or_insert(known);
    let request = JoinRequest {
        device: device_keys(&stranger(), NOBODY),
    };
    let on = stand(scene, &chain, by);
    add_device(&on, &chain, (by, keys), (secret, &request), now(), &mut fresh()).unwrap()
}

#[tokio::test]
async fn a_member_whom_nobody_let_in_is_found() {
    let scene = Scene::new().await;
    let unknown = InviteSecret::from_bytes([5; 32]);
    let op = admission(&scene, &stranger(), &guessed(), &unknown).await;
    let entry = next(&scene, op).await;
    scene.alarmed("is not a member", page(vec![entry])).await;
}

#[tokio::test]
async fn a_member_let_in_in_a_leads_name_is_found() {
    let scene = Scene::new().await;
    let unknown = InviteSecret::from_bytes([5; 32]);
    let op = admission(&scene, &stranger(), &guessed(), &unknown).await;
    let forged = in_her_name(&scene, &op).await;
    let entry = next(&scene, forged).await;
    scene.alarmed(WRONG, page(vec![entry])).await;
}

/// The hub and a lead's stolen device together: the invitation that Bob used lets nobody else in.
#[tokio::test]
async fn an_invitation_used_a_second_time_is_found() {
    let scene = Scene::new().await;
    let keys = keyring(&scene.alice).await;
    let entries = scene.alice.store.entries_after(0, 500, usize::MAX).await.unwrap();
    let invited = entries.iter().find_map(|entry| {
        let header = entry.op.parse().unwrap();
        let opened =
            (header.kind == OpKind::Invite).then(|| sidedesk_protocol::author::open_invite(&header, &entry.op, &keys));
        opened.map(Result::unwrap)
    });
    let op = admission(&scene, &scene.alice.store.secret(), &keys, &invited.unwrap()).await;
    let entry = next(&scene, op).await;
    scene.alarmed("used already", page(vec![entry])).await;
}

async fn removal(scene: &Scene, by: &DeviceSecret, keys: &Keyring) -> SignedOp {
    let chain = scene.chain().await;
    let gone = Changes::removing([scene.bob.store.secret().id()]);
    let on = stand(scene, &chain, by);
    new_epoch(&on, &chain, (by, keys), gone, now(), &mut fresh()).unwrap().0
}

#[tokio::test]
async fn a_removal_that_nobody_made_is_found() {
    let scene = Scene::new().await;
    let op = removal(&scene, &stranger(), &guessed()).await;
    let forged = in_her_name(&scene, &op).await;
    let entry = next(&scene, forged).await;
    scene.alarmed(WRONG, page(vec![entry])).await;
}

#[tokio::test]
async fn an_epoch_that_nobody_began_is_found() {
    let scene = Scene::new().await;
    let chain = scene.chain().await;
    let by = stranger();
    let on = stand(&scene, &chain, &by);
    let made = new_epoch(&on, &chain, (&by, &guessed()), Changes::default(), now(), &mut fresh());
    let entry = next(&scene, made.unwrap().0).await;
    scene.alarmed("is not a member", page(vec![entry])).await;
}

#[tokio::test]
async fn another_hub_that_nobody_named_is_found() {
    let scene = Scene::new().await;
    let (chain, by) = (scene.chain().await, stranger());
    let named = NameHub {
        hub_key: [8; 32],
        address: "ws://thief.example.com".into(),
    };
    let op = name_hub(&stand(&scene, &chain, &by), &by, named, now(), &mut fresh()).unwrap();
    let forged = in_her_name(&scene, &op).await;
    let entry = next(&scene, forged).await;
    scene.alarmed(WRONG, page(vec![entry])).await;
}

#[tokio::test]
async fn another_beginning_of_the_board_is_found() {
    let scene = Scene::new().await;
    let (op, _) = genesis(&stranger(), (NOBODY, Role::Lead), now(), &mut fresh()).unwrap();
    let entry = next(&scene, op).await;
    scene.alarmed("belongs to another board", page(vec![entry])).await;
}

/// A viewer helps the hub: a well-signed invitation by somebody who may not.
#[tokio::test]
async fn an_invitation_by_somebody_who_may_not_is_found() {
    let scene = Scene::new().await;
    let viewer = viewer(&scene).await;
    let (chain, by, secret) = (
        scene.chain().await,
        viewer.store.secret(),
        InviteSecret::from_bytes([5; 32]),
    );
    let offer = Offer::new(&secret, now() + 60_000, Role::Lead);
    let keys = keyring(&viewer).await;
    let op = invite(&stand(&scene, &chain, &by), &by, &keys, offer, now(), &mut fresh()).unwrap();
    let entry = next(&scene, op).await;
    scene.alarmed("role", page(vec![entry])).await;
}

#[tokio::test]
async fn a_removal_by_somebody_who_may_not_is_found() {
    let scene = Scene::new().await;
    let viewer = viewer(&scene).await;
    let op = removal(&scene, &viewer.store.secret(), &keyring(&viewer).await).await;
    let entry = next(&scene, op).await;
    scene.alarmed("role", page(vec![entry])).await;
}

async fn viewer(scene: &Scene) -> Desk {
    let viewer = Desk::joined(&scene.alice.code_for(Role::Viewer).await).await;
    agree(&[&scene.alice, &scene.bob, &viewer]).await;
    viewer
}

/// What somebody wrote under the old keys is kept back and placed behind the new epoch.
#[tokio::test]
async fn an_entry_under_keys_of_before_is_found() {
    let scene = Scene::new().await;
    let (late, _) = placed_late(&scene, false).await;
    scene.alarmed("old key", page(late)).await;
}

/// The same of somebody who was removed meanwhile.
#[tokio::test]
async fn an_entry_of_a_removed_device_placed_after_its_removal_is_found() {
    let scene = Scene::new().await;
    let (late, _) = placed_late(&scene, true).await;
    scene.alarmed("removed", page(late)).await;
}

/// Carol's op never reached the hub; Alice begins a new epoch, with Carol or without; the hub places the op behind it.
async fn placed_late(scene: &Scene, is_removed: bool) -> (Vec<Entry>, Desk) {
    let liar = sidedesk_tests::liar::Liar::before(scene.hub.addr).await;
    let code = crate::liar::scene::through(&liar, &scene.alice.code().await);
    let mut carol = Desk::joined(&code).await;
    agree(&[&scene.alice, &scene.bob, &carol]).await;
    liar.answer_pushes(|_| Vec::new());
    carol.name(5, "kept back").await;
    let pushed = || {
        liar.heard().into_iter().find_map(|frame| match frame {
            ClientFrame::Push { op } => Some(op),
            _ => None,
        })
    };
    crate::desk::eventually("she sends it", async || pushed().is_some()).await;
    carol.go_offline().await;
    let gone = carol.store.secret().id();
    let begin = async |alice: &Desk| {
        alice
            .begin_epoch(if is_removed { vec![gone] } else { Vec::new() })
            .await;
    };
    let mut entries = scene.kept_from_bob(begin).await;
    sent(&scene.alice).await;
    let last = entries.last().unwrap();
    entries.push(Entry {
        n: last.n + 1,
        hub_time: last.hub_time,
        op: pushed().unwrap(),
    });
    (entries, carol)
}

/// The keys of a new epoch, changed on the way.
#[tokio::test]
async fn a_wrapped_key_that_was_changed_is_found() {
    let scene = Scene::new().await;
    let mut entries = scene
        .kept_from_bob(async |alice| alice.begin_epoch(Vec::new()).await)
        .await;
    let body = &mut entries[0].op.body;
    let middle = body.len() / 2;
    body[middle] ^= 1;
    scene.alarmed("body does not belong", page(entries)).await;
}

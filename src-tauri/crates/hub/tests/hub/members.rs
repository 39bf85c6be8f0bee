//! A member's device that sends what no program of ours would: well connected, well signed where that helps, and refused
//! one by one. Nothing of it is stored, the conversation goes on where it can, and everybody else is served.

use crate::board::{Board, device, fresh, now};
use crate::client::{Client, Desk};
use crate::ground::Ground;
use sidedesk_protocol::author::{Changes, Offer, Stand, action, add_device, device_keys, invite, name_hub, new_epoch};
use sidedesk_protocol::chain::Tail;
use sidedesk_protocol::entry::{Header, OpKind, SignedOp};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::{DeviceSecret, Wrap};
use sidedesk_protocol::membership::{MembershipBody, NameHub, Public, Role};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, MAX_FRAME_LEN, RefusedWhy, encode};
use sidedesk_protocol::{MemberId, OpId, Space};

/// The device that lies, and the role it came with.
const LIAR: u8 = 2;

/// A board with a lead at the hub, and the liar's own connection.
struct Scene {
    desk: Desk,
    liar: Client,
}

impl Scene {
    async fn with(role: Role) -> Self {
        let ground = Ground::sqlite();
        let hub = ground.start().await;
        let mut board = Board::local();
        let secret = InviteSecret::from_bytes([100 + LIAR; 32]);
        let offer = Offer::new(&secret, now() + 60_000, role);
        let op = invite(&board.stand(1), &device(1), &board.keyring, offer, now(), &mut fresh()).unwrap();
        board.append(op);
        let op = board.admit(&secret, LIAR);
        board.append(op);
        let named = NameHub {
            hub_key: hub.hub_key,
            address: "ws://hub.example.com".into(),
        };
        let op = name_hub(&board.stand(1), &device(1), named, now(), &mut fresh()).unwrap();
        board.append(op);
        let founder = crate::client::upload(hub.addr, &board).await;
        let (liar, welcome) = Client::hello(hub.addr, LIAR, &board.chain).await;
        assert!(matches!(welcome, HubFrame::Welcome { .. }), "{welcome:?}");
        let desk = Desk {
            ground,
            hub,
            board,
            founder,
        };
        Self { desk, liar }
    }

    fn board(&self) -> &Board {
        &self.desk.board
    }

    fn stand(&self) -> Stand {
        self.board().stand(LIAR)
    }

    /// Refused for this reason, nothing stored, and the lead is served.
    async fn refused(mut self, op: &SignedOp, why: RefusedWhy, what: &str) -> Self {
        self.liar.push(op).await;
        assert_eq!(self.liar.refused().await, why, "{what}");
        self.unharmed(what).await;
        self
    }

    /// The hub's log is what it was, and its next place is the lead's.
    async fn unharmed(&mut self, what: &str) {
        let n = self.board().chain.n;
        let op = self.board().op(1, b"by the lead");
        self.desk.founder.push(&op).await;
        match self.desk.founder.answer().await {
            HubFrame::Receipt(receipt) => assert_eq!(receipt.n, n + 1, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
        let entry = self.board().chain.place(op, now());
        // The hub's clock gives the time; only the place and the count go on here.
        let chain = &mut self.desk.board.chain;
        let entries = Client::follower(self.desk.hub.addr, 1, chain.workspace)
            .await
            .entries_until(n + 1)
            .await;
        assert_eq!(entries.last().unwrap().op, entry.op, "{what}");
        chain.append(entries.last().unwrap()).unwrap();
    }

    /// An action of the liar's that stands like this.
    fn action(&self, change: impl FnOnce(&mut Stand)) -> SignedOp {
        let mut stand = self.stand();
        change(&mut stand);
        let mut keyring = self.board().keyring.clone();
        for space in Space::ALL {
            keyring.insert(space, stand.epoch, [1; 32]);
        }
        let what = (OpId([0x55; 16]), Space::Board, now());
        action(&stand, &device(LIAR), &keyring, what, b"x", &mut fresh()).unwrap()
    }

    /// An action whose header is changed and signed again by the liar.
    fn with_header(&self, change: impl FnOnce(&mut Header)) -> SignedOp {
        let op = self.action(|_| ());
        let mut header = op.parse().unwrap();
        change(&mut header);
        header.sign(op.body, &device(LIAR)).unwrap()
    }

    /// A membership op of the liar's.
    fn says(&self, public: &Public) -> SignedOp {
        let body = MembershipBody {
            public: public.to_bytes().unwrap(),
            sealed: Vec::new(),
        };
        let body = encode(&body).unwrap();
        let mut header = self.action(|_| ()).parse().unwrap();
        header.kind = public.kind();
        header.sign(body, &device(LIAR)).unwrap()
    }
}

const NEVER: RefusedWhy = RefusedWhy::Never;

fn as_public(op: &SignedOp) -> Public {
    Public::read(op.parse().unwrap().kind, op).unwrap().unwrap()
}

#[tokio::test]
async fn whoever_is_no_lead_changes_nothing_about_people() {
    for role in [Role::Viewer, Role::Support, Role::Marketing, Role::Partner] {
        let mut scene = Scene::with(role).await;
        let by = device(LIAR);
        let board = scene.board();
        let keys = &board.keyring;
        let (chain, stand) = (&board.chain, scene.stand());
        let secret = InviteSecret::from_bytes([7; 32]);
        let offer = Offer::new(&secret, now() + 1000, Role::Lead);
        let changes = Changes {
            roles: vec![(MemberId([LIAR; 16]), Role::Lead)],
            ..Changes::default()
        };
        let named = NameHub {
            hub_key: [9; 32],
            address: "ws://thief.example.com".into(),
        };
        let mut entropy = fresh();
        let ops = [
            (
                "invites a lead",
                invite(&stand, &by, keys, offer, now(), &mut entropy).unwrap(),
            ),
            (
                "removes the lead",
                new_epoch(
                    &stand,
                    chain,
                    (&by, keys),
                    Changes::removing([device(1).id()]),
                    now(),
                    &mut entropy,
                )
                .unwrap()
                .0,
            ),
            (
                "makes itself a lead",
                new_epoch(&stand, chain, (&by, keys), changes, now(), &mut entropy)
                    .unwrap()
                    .0,
            ),
            (
                "names another hub",
                name_hub(&stand, &by, named, now(), &mut entropy).unwrap(),
            ),
        ];
        for (what, op) in ops {
            scene = scene.refused(&op, NEVER, what).await;
        }
    }
}

#[tokio::test]
async fn a_partner_writes_nothing_in_the_inner_space() {
    let scene = Scene::with(Role::Partner).await;
    let op = scene.with_header(|header| header.space = Space::Inner.number());
    scene.refused(&op, NEVER, "the inner space").await;
}

#[tokio::test]
async fn an_op_of_one_kind_under_the_header_of_another_is_refused() {
    let mut scene = Scene::with(Role::Lead).await;
    for kind in [
        OpKind::Invite,
        OpKind::AddDevice,
        OpKind::NewEpoch,
        OpKind::NameHub,
        OpKind::Genesis,
    ] {
        let op = scene.with_header(|header| header.kind = kind);
        scene = scene.refused(&op, NEVER, &format!("{kind:?}")).await;
    }
}

#[tokio::test]
async fn the_kind_of_a_signed_op_cannot_be_changed() {
    let scene = Scene::with(Role::Lead).await;
    let mut op = scene.action(|_| ());
    let mut header = op.parse().unwrap();
    header.kind = OpKind::Other(77);
    op.header = encode(&header).unwrap();
    scene.refused(&op, NEVER, "another kind, the same signature").await;
}

#[tokio::test]
async fn the_space_of_a_signed_op_cannot_be_changed() {
    let scene = Scene::with(Role::Lead).await;
    let mut op = scene.action(|_| ());
    let mut header = op.parse().unwrap();
    header.space = Space::Inner.number();
    op.header = encode(&header).unwrap();
    scene.refused(&op, NEVER, "another space, the same signature").await;
}

#[tokio::test]
async fn an_op_of_another_board_of_the_same_device_is_refused() {
    let scene = Scene::with(Role::Lead).await;
    let other = Board::shared(scene.desk.hub.hub_key, &[LIAR]);
    let op = other.op(LIAR, b"signed for the other board");
    scene.refused(&op, NEVER, "of another board").await;
}

#[tokio::test]
async fn an_op_in_somebody_elses_name_is_refused() {
    let scene = Scene::with(Role::Lead).await;
    let tail = scene.board().chain.tail(device(1).id());
    let op = scene.with_header(|header| {
        header.device = device(1).id();
        (header.seq, header.prev) = (tail.seq + 1, tail.hash);
    });
    scene.refused(&op, NEVER, "the lead's name").await;
}

/// It was signed by the lead, who pushes for herself: whoever brings it, it is hers, and has its place once.
#[tokio::test]
async fn what_somebody_else_wrote_brought_again_has_one_place() {
    let mut scene = Scene::with(Role::Viewer).await;
    let op = scene.board().op(1, b"the lead's own");
    scene.desk.founder.push(&op).await;
    let HubFrame::Receipt(first) = scene.desk.founder.answer().await else {
        panic!("no receipt")
    };
    scene.liar.push(&op).await;
    match scene.liar.answer().await {
        HubFrame::Receipt(again) => assert_eq!((again.op, again.n, again.hash), (first.op, first.n, first.hash)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reused_sequence_is_a_copy() {
    let scene = Scene::with(Role::Lead).await;
    let first = scene.with_header(|header| header.op = OpId([1; 16]));
    let mut scene = scene;
    scene.liar.push(&first).await;
    assert!(matches!(scene.liar.answer().await, HubFrame::Receipt(_)));
    let again = {
        let op = scene.action(|_| ());
        let mut header = op.parse().unwrap();
        header.op = OpId([2; 16]);
        header.sign(op.body, &device(LIAR)).unwrap()
    };
    scene.liar.push(&again).await;
    assert_eq!(scene.liar.refused().await, RefusedWhy::Cloned);
}

#[tokio::test]
async fn sequences_out_of_their_range_are_refused() {
    for (seq, why) in [
        (0, RefusedWhy::Cloned),
        (2, RefusedWhy::Gap),
        (u64::MAX, RefusedWhy::Gap),
    ] {
        let scene = Scene::with(Role::Lead).await;
        let op = scene.with_header(|header| header.seq = seq);
        scene.refused(&op, why, &format!("sequence {seq}")).await;
    }
}

#[tokio::test]
async fn another_past_of_the_same_device_is_refused() {
    let scene = Scene::with(Role::Lead).await;
    let op = scene.action(|stand| {
        stand.tail = Tail {
            seq: stand.tail.seq,
            hash: [9; 32],
        };
    });
    scene.refused(&op, RefusedWhy::SealAgain, "another previous op").await;
}

#[tokio::test]
async fn a_base_that_is_not_this_history_is_refused() {
    type Change = fn(&mut Stand);
    let changes: [(&str, Change); 4] = [
        ("dated back", |stand| stand.base_n -= 1),
        ("the beginning, with a hash", |stand| stand.base_n = 0),
        ("another history", |stand| stand.base_hash = [9; 32]),
        ("beyond the head", |stand| stand.base_n += 1000),
    ];
    for (what, change) in changes {
        let scene = Scene::with(Role::Lead).await;
        let op = scene.action(change);
        scene.refused(&op, NEVER, what).await;
    }
}

#[tokio::test]
async fn keys_that_do_not_hold_are_asked_to_be_others() {
    for epoch in [0, 2, u32::MAX] {
        let scene = Scene::with(Role::Lead).await;
        let op = scene.with_header(|header| header.epoch = epoch);
        scene
            .refused(&op, RefusedWhy::SealAgain, &format!("epoch {epoch}"))
            .await;
    }
}

#[tokio::test]
async fn another_version_is_refused() {
    for version in [0, 2, 255] {
        let scene = Scene::with(Role::Lead).await;
        let op = scene.with_header(|header| header.version = version);
        scene.refused(&op, NEVER, &format!("version {version}")).await;
    }
}

#[tokio::test]
async fn a_second_beginning_is_refused() {
    let scene = Scene::with(Role::Lead).await;
    let genesis = as_public(&scene.board().log[0].op);
    let op = scene.says(&genesis);
    scene.refused(&op, NEVER, "genesis").await;
}

/// Points of a small order: a signature by them could be valid for anything.
const SMALL_ORDER: [[u8; 32]; 3] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    {
        // -1: of order two.
        let mut minus_one = [0xff; 32];
        minus_one[0] = 0xec;
        minus_one[31] = 0x7f;
        minus_one
    },
];

#[tokio::test]
async fn a_greeting_with_a_key_of_small_order_opens_nothing() {
    let scene = Scene::with(Role::Lead).await;
    for verify_key in SMALL_ORDER {
        for proof in [[0; 64], zero_scalar(verify_key)] {
            let (mut client, ..) = Client::open(scene.desk.hub.addr).await;
            let hello = ClientFrame::Hello {
                version: sidedesk_protocol::VERSION,
                workspace: scene.board().chain.workspace,
                device: sidedesk_protocol::keys::device_id(&verify_key),
                verify_key,
                n: 0,
                hash: [0; 32],
                proof,
            };
            client.send(&hello).await;
            assert_eq!(client.denied().await, DeniedWhy::Proof);
        }
    }
}

/// R is the key itself, s is zero: what verifies where nobody looks at the order.
fn zero_scalar(key: [u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&key);
    signature
}

/// Such a device let in by a lead who helps it: it may be there, and still it can say nothing.
#[tokio::test]
async fn a_device_with_a_key_of_small_order_says_nothing() {
    for verify_key in SMALL_ORDER {
        let mut scene = Scene::with(Role::Lead).await;
        let secret = InviteSecret::from_bytes([50; 32]);
        let op = scene.board().invite(&secret, now() + 60_000);
        place(&mut scene, op).await;
        let mut keys = device_keys(&device(9), MemberId([9; 16]));
        keys.verify_key = verify_key;
        let request = JoinRequest { device: keys };
        let board = scene.board();
        let by = (&device(1), &board.keyring);
        let op = add_device(
            &board.stand(1),
            &board.chain,
            by,
            (&secret, &request),
            now(),
            &mut fresh(),
        )
        .unwrap();
        place(&mut scene, op).await;
        for signature in [[0; 64], zero_scalar(verify_key)] {
            let mut op = scene.with_header(|header| {
                header.device = sidedesk_protocol::keys::device_id(&verify_key);
                (header.seq, header.prev) = (1, [0; 32]);
            });
            op.signature = signature;
            scene = scene.refused(&op, NEVER, "a signature for anything").await;
        }
    }
}

/// By the lead, as the hub places it.
async fn place(scene: &mut Scene, op: SignedOp) {
    scene.desk.founder.push(&op).await;
    let answer = scene.desk.founder.answer().await;
    assert!(matches!(answer, HubFrame::Receipt(_)), "{answer:?}");
    let (addr, board) = (scene.desk.hub.addr, &mut scene.desk.board);
    let n = board.chain.n;
    let entries = Client::follower(addr, 1, board.chain.workspace)
        .await
        .entries_until(n + 1)
        .await;
    board.follow(entries.last().unwrap().clone());
}

/// Admissions that a lead's own program would never make.
async fn admission(change: impl FnOnce(&mut Vec<Wrap>, &DeviceSecret)) {
    let mut scene = Scene::with(Role::Lead).await;
    let secret = InviteSecret::from_bytes([50; 32]);
    let op = scene.board().invite(&secret, now() + 60_000);
    place(&mut scene, op).await;
    let op = scene.board().admit(&secret, 3);
    let Public::AddDevice(mut admitted) = as_public(&op) else {
        panic!("no admission")
    };
    change(&mut admitted.wraps, &device(3));
    let op = scene.says(&Public::AddDevice(admitted));
    scene.refused(&op, NEVER, "wraps").await;
}

#[tokio::test]
async fn keys_for_the_wrong_set_are_refused() {
    admission(|wraps, _| wraps.clear()).await;
    admission(|wraps, _| drop(wraps.pop())).await;
    admission(|wraps, _| wraps.extend(wraps.clone())).await;
    admission(|wraps, _| wraps.iter_mut().for_each(|wrap| wrap.device = device(1).id())).await;
    admission(|wraps, _| wraps.iter_mut().for_each(|wrap| wrap.epoch = 9)).await;
    admission(|wraps, _| wraps.iter_mut().for_each(|wrap| wrap.space = 9)).await;
}

#[tokio::test]
async fn a_second_use_of_an_invitation_is_refused() {
    let mut scene = Scene::with(Role::Lead).await;
    let secret = InviteSecret::from_bytes([100 + LIAR; 32]);
    let request = JoinRequest {
        device: device_keys(&device(9), MemberId([9; 16])),
    };
    let board = scene.board();
    let by = (&device(LIAR), &board.keyring);
    let op = add_device(
        &scene.stand(),
        &board.chain,
        by,
        (&secret, &request),
        now(),
        &mut fresh(),
    )
    .unwrap();
    scene = scene.refused(&op, NEVER, "the invitation it came with").await;
    let (mut late, answer) = Client::join(scene.desk.hub.addr, 9, scene.board().chain.workspace, &secret).await;
    assert_eq!(late.denied_by(answer).await, DeniedWhy::Invite);
}

#[tokio::test]
async fn an_expired_invitation_lets_nobody_in_also_with_a_leads_help() {
    let mut scene = Scene::with(Role::Lead).await;
    let secret = InviteSecret::from_bytes([51; 32]);
    let op = scene.board().invite(&secret, now() - 1);
    place(&mut scene, op).await;
    let op = scene.board().admit(&secret, 9);
    let op = scene.says(&as_public(&op));
    scene.refused(&op, NEVER, "expired").await;
}

#[tokio::test]
async fn a_board_that_is_shared_already_takes_no_upload() {
    let mut scene = Scene::with(Role::Lead).await;
    let op = scene.action(|_| ());
    let entry = scene.board().chain.place(op, now());
    scene.liar.send(&ClientFrame::Upload { entries: vec![entry] }).await;
    assert_eq!(scene.liar.denied().await, DeniedWhy::Nonsense);
    scene.unharmed("an upload").await;
}

#[tokio::test]
async fn nobody_declares_the_head_of_a_hub_that_was_not_restored() {
    let mut scene = Scene::with(Role::Lead).await;
    let (n, hash) = (1, scene.board().chain.hash);
    scene.liar.send(&ClientFrame::DeclareHead { n, hash }).await;
    scene.liar.denied().await;
    scene.unharmed("a declared head").await;
}

#[tokio::test]
async fn whoever_is_no_lead_keeps_no_snapshot_at_the_hub() {
    let scene = Scene::with(Role::Viewer).await;
    let mut scene = scene;
    let manifest = sidedesk_protocol::snapshot::Manifest {
        version: 1,
        workspace: scene.board().chain.workspace,
        n: scene.board().chain.n,
        hash: scene.board().chain.hash,
        fold_version: 1,
        verify_key: device(LIAR).verify_key(),
        made: now(),
        records: 0,
        chunks: Vec::new(),
    };
    let manifest = manifest.sign(&device(LIAR)).unwrap();
    scene.liar.send(&ClientFrame::OfferSnapshot { manifest }).await;
    assert!(matches!(scene.liar.answer().await, HubFrame::SnapshotRefused { .. }));
    scene.unharmed("a snapshot").await;
}

#[tokio::test]
async fn chunks_that_there_are_not_are_refused_each() {
    let mut scene = Scene::with(Role::Viewer).await;
    for index in [0, 1, u32::MAX] {
        let digest = [9; 32];
        scene.liar.send(&ClientFrame::AskChunk { digest, index }).await;
        assert!(matches!(scene.liar.answer().await, HubFrame::SnapshotRefused { .. }));
    }
    scene.unharmed("chunks").await;
}

#[tokio::test]
async fn a_presence_as_large_as_a_frame_harms_nobody() {
    let mut scene = Scene::with(Role::Viewer).await;
    for len in [0, 1_000_000, MAX_FRAME_LEN - 100] {
        let sealed = vec![7; len];
        scene.liar.send(&ClientFrame::Presence { sealed }).await;
    }
    scene.unharmed("a large presence").await;
}

/// Times that no clock shows: the hub gives its own, and these are their author's.
#[tokio::test]
async fn an_authors_time_moves_no_other_time() {
    for author_time in [i64::MIN, -1, i64::MAX] {
        let mut scene = Scene::with(Role::Support).await;
        let op = scene.with_header(|header| header.author_time = author_time);
        let before = now() - 1000;
        scene.liar.push(&op).await;
        match scene.liar.answer().await {
            HubFrame::Receipt(receipt) => {
                assert!(
                    (before..now() + 1000).contains(&receipt.hub_time),
                    "{author_time}: {receipt:?}"
                );
            }
            other => panic!("{author_time}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_op_of_many_wraps_is_refused_without_effort() {
    let scene = Scene::with(Role::Lead).await;
    let wrap = Wrap {
        device: device(1).id(),
        space: 0,
        epoch: 2,
        enc: vec![0; 32],
        sealed: vec![0; 48],
    };
    let epoch = Public::NewEpoch(sidedesk_protocol::membership::NewEpoch {
        epoch: 2,
        removed: Vec::new(),
        wraps: vec![wrap; 2000],
        roles: Vec::new(),
        recovery: None,
    });
    let op = scene.says(&epoch);
    let since = std::time::Instant::now();
    let scene = scene.refused(&op, NEVER, "wraps without end").await;
    assert!(since.elapsed().as_secs() < 20);
    drop(scene);
}

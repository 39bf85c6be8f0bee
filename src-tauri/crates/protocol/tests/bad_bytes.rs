//! What comes from a wire may be anything: an error, never a panic, and never a wrong entry in a log.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod board;

use board::Board;
use proptest::prelude::*;
use sidedesk_domain::membership::{Refusal, Role};
use sidedesk_domain::{Action, InviteId, MemberId, OpId, Space};
use sidedesk_protocol::author::{self, Changes, Offer, Stand, add_device, device_keys, new_epoch, open_action};
use sidedesk_protocol::chain::{Chain, Tail};
use sidedesk_protocol::entry::{Entry, Header, OpKind, SignedOp};
use sidedesk_protocol::invite::{InviteCode, InviteSecret, JoinRequest, open_request};
use sidedesk_protocol::keys::DeviceSecret;
use sidedesk_protocol::message::{ClientFrame, HubFrame, decode, encode};
use sidedesk_protocol::snapshot::{Manifest, SignedManifest};
use sidedesk_protocol::{Error, VERSION, seal};
use std::sync::LazyLock;

/// Deriving keys for each case would only take time.
static BOARD: LazyLock<std::sync::Mutex<Board>> = LazyLock::new(|| std::sync::Mutex::new(Board::new()));

fn with_board<T>(f: impl FnOnce(&Board) -> T) -> T {
    f(&BOARD.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn read_everything(bytes: &[u8]) {
    let _ = decode::<ClientFrame>(bytes);
    let _ = decode::<HubFrame>(bytes);
    let _ = minicbor::decode::<Header>(bytes);
    let _ = minicbor::decode::<Action>(bytes);
    let _ = Chain::from_bytes(bytes);
    let _ = InviteCode::from_text(&String::from_utf8_lossy(bytes));
    let _ = open_request(bytes, &InviteSecret::from_bytes([4; 32]));
    let _ = seal::open(bytes, &[1; 32], b"id");
    let _ = minicbor::decode::<Manifest>(bytes);
    let manifest = bytes.to_vec();
    let _ = SignedManifest {
        manifest,
        signature: [7; 64],
    }
    .read();
    if let Ok(entry) = minicbor::decode::<Entry>(bytes) {
        with_board(|board| {
            for before in &board.before {
                let _ = before.clone().append(&entry);
            }
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn bytes_from_anywhere_are_an_error(junk in prop::collection::vec(any::<u8>(), 0..400)) {
        read_everything(&junk);
    }

    #[test]
    fn broken_frames_are_an_error(which in 0..7_usize, at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<prop::sample::Index>()) {
        let mut bytes = with_board(|board| {
            let entry = board.log[which].1.clone();
            let page = HubFrame::Page { entries: vec![entry.clone()], head: 9 };
            if bit < 4 { encode(&page).unwrap() } else { encode(&entry).unwrap() }
        });
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        read_everything(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        read_everything(&bytes);
    }

    /// Header, signature, body: no bit of an entry may be another one.
    #[test]
    fn no_flipped_bit_is_accepted(which in 0..7_usize, part in 0..3_usize, at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        with_board(|board| {
            let mut entry = board.log[which].1.clone();
            flip(&mut entry, part, |len| at.index(len), bit);
            refused(&board.before[which], &entry);
        });
    }

    #[test]
    fn no_truncated_entry_is_accepted(which in 0..7_usize, header in any::<bool>(), at in any::<prop::sample::Index>()) {
        with_board(|board| {
            let mut entry = board.log[which].1.clone();
            let part = if header { &mut entry.op.header } else { &mut entry.op.body };
            part.truncate(at.index(part.len()));
            refused(&board.before[which], &entry);
        });
    }
}

/// A few bytes that promise much, or open without end: no stack and no memory is spent on them.
#[test]
fn bytes_that_promise_much_are_an_error() {
    for byte in [0x81, 0x82, 0x9f, 0xa1, 0xbf, 0xd8, 0x5f, 0x7f] {
        read_everything(&vec![byte; 1_000_000]);
    }
    for length in [[0x9b, 0xff], [0xbb, 0x7f], [0x5b, 0x7f], [0x7b, 0x7f]] {
        let mut bytes = length.to_vec();
        bytes.extend([0xff; 7]);
        read_everything(&bytes);
        // …also behind the beginning of an action, a frame and a chain state.
        for front in [[0x85, 0x50].as_slice(), &[0x82, 0x02, 0x82], &[0x89, 0x58, 0x20]] {
            let body = [0; 32];
            read_everything(&[front, &body[..front.len().min(16)], &bytes].concat());
        }
    }
}

fn flip(entry: &mut Entry, part: usize, at: impl Fn(usize) -> usize, bit: u8) {
    let bytes: &mut [u8] = match part {
        0 => &mut entry.op.header,
        1 => &mut entry.op.signature,
        _ => &mut entry.op.body,
    };
    bytes[at(bytes.len())] ^= 1 << bit;
}

/// Refused, and the chain is as it was.
fn refused(before: &Chain, entry: &Entry) {
    let mut chain = before.clone();
    assert!(chain.append(entry).is_err());
    assert_eq!(&chain, before);
}

/// Every single bit of the shortest entry, not only those that chance picks.
#[test]
fn no_bit_of_a_whole_entry_is_accepted_flipped() {
    with_board(|board| {
        let (at, (_, entry)) = board
            .log
            .iter()
            .enumerate()
            .min_by_key(|(_, (_, e))| e.op.len())
            .unwrap();
        let lens = [entry.op.header.len(), 64, entry.op.body.len()];
        for (part, len) in lens.into_iter().enumerate() {
            for bit in 0..len * 8 {
                let mut bad = entry.clone();
                flip(&mut bad, part, |_| bit / 8, (bit % 8) as u8);
                refused(&board.before[at], &bad);
            }
        }
    });
}

#[test]
fn skipped_reordered_and_replayed_entries_are_refused() {
    with_board(|board| {
        for (i, (_, entry)) in board.log.iter().enumerate() {
            for (j, before) in board.before.iter().enumerate() {
                let mut chain = before.clone();
                assert_eq!(chain.append(entry).is_ok(), i == j, "entry {i} at {j}");
                // …and not with a place that fits either.
                let mut moved = entry.clone();
                (moved.n, moved.hub_time) = (before.n + 1, entry.hub_time.max(before.hub_time));
                assert_eq!(before.clone().append(&moved).is_ok(), i == j, "entry {i} moved to {j}");
            }
        }
    });
}

#[test]
fn the_hubs_clock_never_goes_back() {
    with_board(|board| {
        for (before, (_, entry)) in board.before.iter().zip(&board.log).skip(1) {
            let mut entry = entry.clone();
            entry.hub_time = before.hub_time - 1;
            assert_eq!(before.clone().append(&entry), Err(Error::HubTime));
        }
    });
}

/// Alice's next action, with something wrong about where it stands.
fn check_stand(change: impl FnOnce(&mut Stand), expected: Error) {
    let mut board = Board::new();
    let mut stand = board.stand();
    change(&mut stand);
    let what = (OpId([0x40; 16]), Space::Board, board::NOW);
    board.keyring.insert(Space::Board, stand.epoch, [1; 32]);
    let op = author::action(&stand, &board.alice, &board.keyring, what, b"x", &mut board.entropy).unwrap();
    let entry = board.chain.place(op, board::NOW);
    assert_eq!(board.chain.append(&entry), Err(expected));
}

#[test]
fn an_op_that_stands_wrong_is_refused() {
    let tail = |seq, hash| Tail { seq, hash };
    check_stand(|stand| stand.tail = tail(stand.tail.seq, [9; 32]), Error::Prev);
    check_stand(|stand| stand.tail.seq += 1, Error::Seq { expected: 8, found: 9 });
    check_stand(|stand| stand.tail.seq -= 1, Error::Seq { expected: 8, found: 7 });
    check_stand(|stand| stand.epoch = 1, Error::Refused(Refusal::OldEpoch));
    check_stand(|stand| stand.epoch = 3, Error::Refused(Refusal::OldEpoch));
    check_stand(|stand| stand.base_n += 1, Error::Fork);
    check_stand(|stand| stand.workspace.0[0] ^= 1, Error::Workspace);
}

#[test]
fn strangers_and_removed_devices_are_refused() {
    let mut board = Board::new();
    let (stand, bob) = (board.stand(), board.bob.clone());
    let (op, _) = new_epoch(
        &stand,
        &board.chain,
        (&board.alice, &board.keyring),
        Changes::removing([bob.id()]),
        board::NOW,
        &mut board.entropy,
    )
    .unwrap();
    board.place("removal", op);
    let mut check = |secret: &DeviceSecret, why: Refusal| {
        let stand = Stand::on(&board.chain, secret.id());
        board.keyring.insert(Space::Board, stand.epoch, [1; 32]);
        let what = (OpId([0x41; 16]), Space::Board, board::NOW);
        let op = author::action(&stand, secret, &board.keyring, what, b"x", &mut board.entropy).unwrap();
        let entry = board.chain.place(op, board::NOW);
        assert_eq!(board.chain.clone().append(&entry), Err(Error::Refused(why)));
    };
    check(&bob, Refusal::Removed);
    check(&DeviceSecret::from_bytes([77; 32]), Refusal::NotAMember);
}

/// Admits Carol on an invitation that the board may know.
fn admit_carol(board: &mut Board, invitation: &InviteSecret, at: i64) -> Result<(), Error> {
    let device = device_keys(&DeviceSecret::from_bytes([8; 32]), MemberId([8; 16]));
    let (stand, asked) = (board.stand(), JoinRequest { device });
    let (me, asked) = ((&board.alice, &board.keyring), (invitation, &asked));
    let op = add_device(&stand, &board.chain, me, asked, at, &mut board.entropy)?;
    let entry = board.chain.place(op, at);
    board.chain.append(&entry).map(|_| ())
}

fn invite(board: &mut Board, secret: u8, expires: i64) -> InviteSecret {
    let (stand, invitation) = (board.stand(), InviteSecret::from_bytes([secret; 32]));
    let op = author::invite(
        &stand,
        &board.alice,
        &board.keyring,
        Offer::new(&invitation, expires, Role::Lead),
        board::NOW,
        &mut board.entropy,
    );
    board.place("invite", op.unwrap());
    invitation
}

#[test]
fn an_invitation_lets_one_device_in_and_in_time() {
    let mut board = Board::new();
    let later = board.chain.hub_time + 10;
    let spent = board.invitation.clone();
    let check = |result: Result<(), Error>, why| assert_eq!(result, Err(Error::Refused(why)));
    check(admit_carol(&mut board, &spent, later), Refusal::InviteSpent);
    check(
        admit_carol(&mut board, &InviteSecret::from_bytes([99; 32]), later),
        Refusal::NoInvite,
    );
    let invitation = invite(&mut board, 50, later + 20_000);
    check(
        admit_carol(&mut board, &invitation, later + 20_000),
        Refusal::InviteExpired,
    );
    let bob = board.bob.id();
    let stand = board.stand();
    let (op, _) = new_epoch(
        &stand,
        &board.chain,
        (&board.alice, &board.keyring),
        Changes::removing([bob]),
        later,
        &mut board.entropy,
    )
    .unwrap();
    let mut removed = board.chain.clone();
    removed.append(&removed.place(op, later)).unwrap();
    assert!(
        removed.membership.invites[&invitation.id()].spent,
        "a removal voids what is open"
    );
    assert_eq!(admit_carol(&mut board, &invitation, later + 10), Ok(()));
    assert!(
        board
            .chain
            .membership
            .invites
            .contains_key(&InviteId::of("invite", &[&[50; 32]]))
    );
}

#[test]
fn what_the_future_brings_is_kept_and_passed_on() {
    let mut board = Board::new();
    let stand = board.stand();
    let header = Header {
        version: VERSION,
        workspace: stand.workspace,
        op: OpId([0x50; 16]),
        device: board.alice.id(),
        seq: stand.tail.seq + 1,
        prev: stand.tail.hash,
        base_n: stand.base_n,
        base_hash: stand.base_hash,
        kind: OpKind::Other(77),
        space: 9,
        epoch: stand.epoch,
        author_time: board::NOW,
        body_len: 0,
        body_hash: [0; 32],
    };
    let op: SignedOp = header.sign(b"from the future".to_vec(), &board.alice).unwrap();
    let membership = board.chain.membership.clone();
    board.place("future", op);
    let (_, entry) = board.log.last().unwrap();
    assert_eq!(board.chain.n, entry.n);
    assert_eq!(board.chain.membership, membership, "nothing is folded");
    let parsed = entry.op.parse().unwrap();
    assert_eq!(parsed.kind, OpKind::Other(77));
    assert!(open_action(&parsed, &entry.op, &board.keyring).is_err());
    let passed_on: Entry = minicbor::decode(&encode(entry).unwrap()).unwrap();
    assert_eq!(&passed_on, entry);
    let next = board.action(OpId([0x51; 16]), Space::Board, b"x");
    board.place("after", next);
}

#[test]
fn a_chains_state_survives_its_bytes() {
    with_board(|board| {
        for chain in board.before.iter().chain([&board.chain]) {
            let bytes = chain.to_bytes().unwrap();
            assert_eq!(&Chain::from_bytes(&bytes).unwrap(), chain);
            for cut in 0..bytes.len() {
                assert!(Chain::from_bytes(&bytes[..cut]).is_err());
            }
        }
    });
}

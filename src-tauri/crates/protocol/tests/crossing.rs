//! Membership ops made without knowing each other, by two leads or across a slow connection: whoever comes second is
//! asked to seal again, so that nobody is left without a key. Found by the simulator.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod board;

use board::{Board, NOW};
use sidedesk_domain::MemberId;
use sidedesk_domain::membership::Role;
use sidedesk_protocol::admit::{Decision, Known, admit};
use sidedesk_protocol::author::{Changes, Offer, Stand, add_device, device_keys, invite, new_epoch};
use sidedesk_protocol::entry::SignedOp;
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::DeviceSecret;
use sidedesk_protocol::message::RefusedWhy;

fn check_sealed_again(board: &Board, op: SignedOp) {
    let known = Known {
        same_seq: None,
        base_hash: Some(op.parse().unwrap().base_hash),
    };
    let Decision::Refuse { why, message, .. } = admit(&board.chain, op, &known, NOW, &board.hub) else {
        panic!("taken")
    };
    assert_eq!(why, RefusedWhy::SealAgain, "{message}");
}

/// Where Alice's next op stands when she has not heard of the newest epoch.
fn behind(board: &Board) -> Stand {
    Stand {
        epoch: board.chain.membership.epoch - 1,
        ..board.stand()
    }
}

fn carol() -> JoinRequest {
    JoinRequest {
        device: device_keys(&DeviceSecret::from_bytes([8; 32]), MemberId([8; 16])),
    }
}

fn invited(board: &mut Board) -> InviteSecret {
    let (stand, secret) = (board.stand(), InviteSecret::from_bytes([50; 32]));
    let what = Offer::new(&secret, NOW + 1_000_000, Role::Lead);
    let op = invite(&stand, &board.alice, &board.keyring, what, NOW, &mut board.entropy).unwrap();
    board.place("invite", op);
    secret
}

#[test]
fn a_newcomer_gets_the_key_of_an_epoch_that_began_meanwhile() {
    let mut board = Board::new();
    let secret = invited(&mut board);
    let (stand, request) = (behind(&board), carol());
    let (me, asked) = ((&board.alice, &board.keyring), (&secret, &request));
    let op = add_device(&stand, &board.chain, me, asked, NOW, &mut board.entropy).unwrap();
    check_sealed_again(&board, op);
}

#[test]
fn a_new_epoch_forgets_nobody_who_came_meanwhile() {
    let mut board = Board::new();
    let secret = invited(&mut board);
    let without_carol = board.chain.clone();
    let (stand, request) = (board.stand(), carol());
    let (me, asked) = ((&board.alice, &board.keyring), (&secret, &request));
    let op = add_device(&stand, &board.chain, me, asked, NOW, &mut board.entropy).unwrap();
    board.place("add-device", op);
    let (stand, me) = (board.stand(), (&board.alice, &board.keyring));
    let made = new_epoch(&stand, &without_carol, me, Changes::default(), NOW, &mut board.entropy);
    check_sealed_again(&board, made.unwrap().0);
    // Removing her in the same op is no reason to wrap a key to her.
    let removed = [request.device.id()];
    let made = new_epoch(
        &stand,
        &without_carol,
        me,
        Changes::removing(removed),
        NOW,
        &mut board.entropy,
    );
    board.place("new-epoch", made.unwrap().0);
}

#[test]
fn the_secret_of_an_invitation_is_never_sealed_for_those_who_were_removed() {
    let mut board = Board::new();
    let (stand, secret) = (behind(&board), InviteSecret::from_bytes([51; 32]));
    let what = Offer::new(&secret, NOW + 1_000_000, Role::Lead);
    let op = invite(&stand, &board.alice, &board.keyring, what, NOW, &mut board.entropy).unwrap();
    check_sealed_again(&board, op);
}

//! Joining: the newcomer waits, members are asked, one of them admits, and the invitation is spent.

use crate::board::now;
use crate::client::{Client, Desk};
use crate::ground::{Ground, on_both};
use sidedesk_protocol::author::{Changes, new_epoch};
use sidedesk_protocol::invite::{InviteSecret, open_request};
use sidedesk_protocol::message::{DeniedWhy, HubFrame};

async fn invited(desk: &mut Desk, lasts_ms: i64) -> InviteSecret {
    let secret = InviteSecret::from_bytes([42; 32]);
    let op = desk.board.invite(&secret, now() + lasts_ms);
    push(desk, op).await;
    secret
}

async fn push(desk: &mut Desk, op: sidedesk_protocol::entry::SignedOp) {
    desk.founder.push(&op).await;
    let mut placed = false;
    while !placed || desk.board.log.last().unwrap().op != op {
        match desk.founder.next().await {
            HubFrame::Receipt(_) => placed = true,
            HubFrame::Page { entries, .. } => entries.into_iter().for_each(|entry| desk.board.follow(entry)),
            other => panic!("{other:?}"),
        }
    }
}

fn asked(frame: &HubFrame, secret: &InviteSecret) {
    let HubFrame::JoinAsked { invite, request } = frame else {
        panic!("{frame:?}")
    };
    assert_eq!(*invite, secret.id());
    let request = open_request(request, secret).unwrap();
    assert_eq!(request.device.id(), crate::board::device(3).id());
}

async fn a_newcomer_waits_is_asked_about_and_admitted(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let workspace = desk.board.chain.workspace;
    let secret = invited(&mut desk, 60_000).await;
    let (mut carol, waiting) = Client::join(desk.hub.addr, 3, workspace, &secret).await;
    assert_eq!(waiting, HubFrame::JoinWaiting);
    asked(&desk.founder.answer().await, &secret);

    let op = desk.board.admit(&secret, 3);
    push(&mut desk, op).await;
    assert_eq!(carol.answer().await, HubFrame::Admitted);
    let mut carol = Client::follower(desk.hub.addr, 3, workspace).await;
    assert_eq!(carol.entries_until(desk.board.chain.n).await, desk.board.log);

    let (mut late, answer) = Client::join(desk.hub.addr, 4, workspace, &secret).await;
    assert_eq!(late.denied_by(answer).await, DeniedWhy::Invite);
}

async fn a_member_who_comes_later_is_asked_too_also_after_a_restart(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let workspace = desk.board.chain.workspace;
    let secret = invited(&mut desk, 60_000).await;
    drop(desk.founder);
    let (carol, waiting) = Client::join(desk.hub.addr, 3, workspace, &secret).await;
    assert_eq!(waiting, HubFrame::JoinWaiting);
    drop(carol);
    desk.hub.stop().await.unwrap();
    let hub = desk.ground.start().await;
    let mut founder = Client::follower(hub.addr, 1, workspace).await;
    asked(&founder.answer().await, &secret);
}

async fn an_expired_unknown_or_unproven_invitation_opens_nothing(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let workspace = desk.board.chain.workspace;
    let expired = invited(&mut desk, -1).await;
    let (mut carol, answer) = Client::join(desk.hub.addr, 3, workspace, &expired).await;
    assert_eq!(carol.denied_by(answer).await, DeniedWhy::Invite);
    let unknown = InviteSecret::from_bytes([1; 32]);
    let (mut carol, answer) = Client::join(desk.hub.addr, 3, workspace, &unknown).await;
    assert_eq!(carol.denied_by(answer).await, DeniedWhy::Invite);
}

async fn an_invitation_that_ends_while_somebody_waits_is_said(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let secret = invited(&mut desk, 1500).await;
    let (mut carol, answer) = Client::join(desk.hub.addr, 3, desk.board.chain.workspace, &secret).await;
    assert_eq!(answer, HubFrame::JoinWaiting);
    assert_eq!(carol.denied().await, DeniedWhy::Invite);
}

async fn a_removal_turns_waiting_newcomers_away(ground: Ground) {
    let mut desk = Desk::with(ground, &[2]).await;
    let secret = invited(&mut desk, 60_000).await;
    let (mut carol, answer) = Client::join(desk.hub.addr, 3, desk.board.chain.workspace, &secret).await;
    assert_eq!(answer, HubFrame::JoinWaiting);
    asked(&desk.founder.answer().await, &secret);
    let stand = desk.board.stand(1);
    let (founder, removed) = (crate::board::device(1), [crate::board::device(2).id()]);
    let mut entropy = crate::board::fresh();
    let made = new_epoch(
        &stand,
        &desk.board.chain,
        (&founder, &desk.board.keyring),
        Changes::removing(removed),
        now(),
        &mut entropy,
    );
    let (op, _) = made.unwrap();
    push(&mut desk, op).await;
    assert_eq!(carol.denied().await, DeniedWhy::Invite);
}

async fn who_was_admitted_while_the_connection_was_lost_hears_it_when_asking_again(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let (addr, workspace) = (desk.hub.addr, desk.board.chain.workspace);
    let secret = invited(&mut desk, 60_000).await;
    let knock = |request: &'static [u8]| Client::join_with(addr, workspace, &secret, request);
    assert_eq!(knock(b"carol's sealed keys").await, HubFrame::JoinWaiting);
    assert!(matches!(desk.founder.answer().await, HubFrame::JoinAsked { .. }));
    let op = desk.board.admit(&secret, 3);
    push(&mut desk, op).await;
    assert_eq!(knock(b"carol's sealed keys").await, HubFrame::Admitted);
    assert!(matches!(
        knock(b"somebody else's").await,
        HubFrame::Denied {
            why: DeniedWhy::Invite,
            ..
        }
    ));
}

on_both!(
    a_newcomer_waits_is_asked_about_and_admitted,
    a_member_who_comes_later_is_asked_too_also_after_a_restart,
    an_expired_unknown_or_unproven_invitation_opens_nothing,
    an_invitation_that_ends_while_somebody_waits_is_said,
    a_removal_turns_waiting_newcomers_away,
    who_was_admitted_while_the_connection_was_lost_hears_it_when_asking_again,
);

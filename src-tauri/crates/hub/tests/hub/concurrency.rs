//! Many at once: one order for all, and nobody waits for a slow reader.

use crate::client::{Client, Desk};
use crate::ground::{Ground, on_both};
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::message::{ClientFrame, HubFrame};
use std::time::Duration;
use tokio::time::timeout;

const EACH: usize = 60;

/// Pushes everything at once, and reads receipts and pages as they come.
async fn push_all(mut client: Client, ops: Vec<SignedOp>, until: u64) -> (Vec<u64>, Vec<Entry>) {
    for op in &ops {
        client.push(op).await;
    }
    let (mut places, mut entries) = (Vec::new(), Vec::<Entry>::new());
    while places.len() < ops.len() || entries.last().is_none_or(|last| last.n < until) {
        match client.next().await {
            HubFrame::Receipt(receipt) => places.push(receipt.n),
            HubFrame::Page { entries: more, .. } => entries.extend(more),
            other => panic!("{other:?}"),
        }
    }
    (places, entries)
}

async fn two_that_push_at_once_get_one_order_without_gaps(ground: Ground) {
    let mut desk = Desk::with(ground, &[2]).await;
    let (workspace, before) = (desk.board.chain.workspace, desk.board.chain.n);
    let until = before + 2 * EACH as u64;
    let alice = Client::follower(desk.hub.addr, 1, workspace).await;
    let bob = Client::follower(desk.hub.addr, 2, workspace).await;
    let (from_alice, from_bob) = (desk.board.ops(1, EACH, b"alice"), desk.board.ops(2, EACH, b"bob"));
    let alice = tokio::spawn(push_all(alice, from_alice.clone(), until));
    let bob = tokio::spawn(push_all(bob, from_bob.clone(), until));
    let (alice, bob) = (alice.await.unwrap(), bob.await.unwrap());

    assert_eq!(alice.1, bob.1);
    for entry in alice.1.into_iter().skip(desk.board.log.len()) {
        desk.board.follow(entry); // checks place, time, signature and both devices' own order
    }
    let mut places = [alice.0, bob.0].concat();
    places.sort_unstable();
    assert_eq!(places, (before + 1..=until).collect::<Vec<u64>>());
    let op_at = |n: u64| &desk.board.log[n as usize - 1].op;
    assert!(
        from_alice
            .iter()
            .chain(&from_bob)
            .all(|op| (before + 1..=until).any(|n| op_at(n) == op))
    );
}

async fn a_reader_that_takes_nothing_holds_nobody_up(ground: Ground) {
    let mut desk = Desk::with(ground, &[2]).await;
    let (workspace, before) = (desk.board.chain.workspace, desk.board.chain.n);
    // More than sockets buffer: it stands still after a few pages.
    let mut sleeper = Client::follower(desk.hub.addr, 2, workspace).await;
    let mut noise = vec![0; 200_000];
    getrandom::fill(&mut noise).unwrap();
    let ops = desk.board.ops(1, 100, &noise);
    for (op, n) in ops.iter().zip(before + 1..) {
        desk.founder.push(op).await;
        let HubFrame::Receipt(receipt) = desk.founder.answer().await else {
            panic!("no receipt")
        };
        assert_eq!(receipt.n, n);
    }
    let mut other = Client::follower(desk.hub.addr, 1, workspace).await;
    let all = other.entries_until(before + 100).await;
    // And whoever slept finds everything, in order.
    assert_eq!(sleeper.entries_until(before + 100).await, all);
}

async fn presence_goes_to_the_others_and_ends_with_the_connection(ground: Ground) {
    let mut desk = Desk::with(ground, &[2]).await;
    let mut bob = Client::follower(desk.hub.addr, 2, desk.board.chain.workspace).await;
    bob.entries_until(desk.board.chain.n).await;
    bob.send(&ClientFrame::Presence {
        sealed: b"sealed".to_vec(),
    })
    .await;
    let device = crate::board::device(2).id();
    let sealed = b"sealed".to_vec();
    assert_eq!(desk.founder.answer().await, HubFrame::Presence { device, sealed });
    drop(bob);
    let sealed = Vec::new();
    assert_eq!(desk.founder.answer().await, HubFrame::Presence { device, sealed });
}

async fn stopping_waits_for_nobody_who_only_listens(ground: Ground) {
    let desk = Desk::with(ground, &[2]).await;
    let _bob = Client::follower(desk.hub.addr, 2, desk.board.chain.workspace).await;
    let (_silent, _, _) = Client::open(desk.hub.addr).await;
    let stopped = timeout(Duration::from_secs(10), desk.hub.stop()).await;
    stopped.expect("it hangs").unwrap();
}

on_both!(
    two_that_push_at_once_get_one_order_without_gaps,
    a_reader_that_takes_nothing_holds_nobody_up,
    presence_goes_to_the_others_and_ends_with_the_connection,
    stopping_waits_for_nobody_who_only_listens,
);

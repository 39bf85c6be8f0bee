//! What comes in comes out, byte for byte, in one order, also after a restart.

use crate::board::Board;
use crate::client::{Client, Desk, upload};
use crate::ground::{Ground, on_both};
use sidedesk_protocol::message::{ClientFrame, HubFrame, MAX_PAGE_LEN};

async fn an_uploaded_board_comes_back_verbatim_also_after_a_restart(ground: Ground) {
    let desk = Desk::with(ground, &[2]).await;
    let (workspace, n) = (desk.board.chain.workspace, desk.board.chain.n);
    let mut bob = Client::follower(desk.hub.addr, 2, workspace).await;
    assert_eq!(bob.entries_until(n).await, desk.board.log);
    desk.hub.stop().await.unwrap();
    assert_eq!(bob.try_next().await, None);

    let hub = desk.ground.start().await;
    let mut bob = Client::follower(hub.addr, 2, workspace).await;
    assert_eq!(bob.entries_until(n).await, desk.board.log);
}

async fn an_upload_goes_on_where_it_stopped_and_ends_with_the_hubs_name(ground: Ground) {
    let hub = ground.start().await;
    let board = Board::shared(hub.hub_key, &[]);
    let (first, rest) = board.log.split_at(1);
    for (entries, n) in [(first, 1), (rest, board.chain.n)] {
        let (mut founder, welcome) = Client::hello(hub.addr, 1, &board.chain).await;
        assert!(matches!(welcome, HubFrame::Welcome { takes_upload: true, n, .. } if n == entries[0].n - 1));
        let entries = entries.to_vec();
        founder.send(&ClientFrame::Upload { entries }).await;
        assert_eq!(founder.next().await, HubFrame::Uploaded { n });
    }
    let (_, welcome) = Client::hello(hub.addr, 1, &board.chain).await;
    let n = board.chain.n;
    let hash = board.chain.hash;
    assert_eq!(
        welcome,
        HubFrame::Welcome {
            n,
            hash,
            takes_upload: false
        }
    );
}

async fn a_pushed_op_gets_a_signed_receipt_once_and_the_same_again(ground: Ground) {
    let mut desk = Desk::with(ground, &[2]).await;
    let workspace = desk.board.chain.workspace;
    let op = desk.board.op(1, b"a sealed word");
    desk.founder.push(&op).await;
    let HubFrame::Receipt(receipt) = desk.founder.answer().await else {
        panic!("no receipt")
    };
    receipt.verify(workspace, &desk.hub.hub_key).unwrap();
    assert_eq!(
        (receipt.n, receipt.op),
        (desk.board.chain.n + 1, op.parse().unwrap().op)
    );

    let mut bob = Client::follower(desk.hub.addr, 2, workspace).await;
    for entry in bob.entries_until(receipt.n).await.split_off(desk.board.log.len()) {
        desk.board.follow(entry);
    }
    assert_eq!((desk.board.chain.n, desk.board.chain.hash), (receipt.n, receipt.hash));
    assert_eq!(desk.board.log.last().unwrap().op, op);

    desk.founder.push(&op).await;
    assert_eq!(desk.founder.answer().await, HubFrame::Receipt(receipt));
}

async fn pages_keep_within_their_bounds(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let mut noise = vec![0; 150_000];
    getrandom::fill(&mut noise).unwrap();
    let ops = desk.board.ops(1, 20, &noise);
    for op in &ops {
        desk.founder.push(op).await;
    }
    let last = desk.board.chain.n + 20;
    desk.founder.entries_until(last).await;
    let mut reader = Client::follower(desk.hub.addr, 1, desk.board.chain.workspace).await;
    let (mut pages, mut next) = (0, 1);
    while next <= last {
        let HubFrame::Page { entries, .. } = reader.next().await else {
            panic!("not a page")
        };
        pages += 1;
        assert!(entries.iter().map(|entry| entry.op.len()).sum::<usize>() <= MAX_PAGE_LEN);
        for entry in entries {
            assert_eq!(entry.n, next);
            next += 1;
        }
    }
    assert!(pages >= 3, "{pages} pages for 3 MB");
}

async fn two_boards_in_one_hub_do_not_meet(ground: Ground) {
    let desk = Desk::with(ground, &[]).await;
    let other = Board::shared(desk.hub.hub_key, &[]);
    let mut founder = upload(desk.hub.addr, &other).await;
    let op = other.op(1, b"x");
    founder.push(&op).await;
    let HubFrame::Receipt(receipt) = founder.answer().await else {
        panic!("no receipt")
    };
    assert_eq!(receipt.n, other.chain.n + 1);
    let (_, welcome) = Client::hello(desk.hub.addr, 1, &desk.board.chain).await;
    assert!(matches!(welcome, HubFrame::Welcome { n, .. } if n == desk.board.chain.n));
}

on_both!(
    an_uploaded_board_comes_back_verbatim_also_after_a_restart,
    an_upload_goes_on_where_it_stopped_and_ends_with_the_hubs_name,
    a_pushed_op_gets_a_signed_receipt_once_and_the_same_again,
    pages_keep_within_their_bounds,
    two_boards_in_one_hub_do_not_meet,
);

//! What is over a limit is refused with words, and what the hub does can be read at `/metrics`.

use crate::board::Board;
use crate::client::{Client, Desk, upload};
use crate::ground::{Ground, on_both};
use crate::process::http;
use sidedesk_hub::{CancellationToken, Config, Limits, RunningHub, serve};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, RefusedWhy};

async fn limited(ground: &Ground, limits: Limits) -> RunningHub {
    let config = Config {
        limits,
        ..ground.config()
    };
    serve(config, CancellationToken::new()).await.unwrap()
}

async fn too_large_an_op_is_refused_for_good_and_too_many_for_now(ground: Ground) {
    let limits = Limits {
        entry_len: 20_000,
        entries_per_second: 1,
        entries_at_once: 5,
        ..Limits::default()
    };
    let hub = limited(&ground, limits).await;
    let board = Board::shared(hub.hub_key, &[2]);
    let mut founder = upload(hub.addr, &board).await;
    let mut noise = vec![0; 30_000];
    getrandom::fill(&mut noise).unwrap();
    founder.push(&board.op(1, &noise)).await;
    let HubFrame::Refused { why, message, .. } = founder.answer().await else {
        panic!("taken")
    };
    assert_eq!(why, RefusedWhy::Never);
    assert!(message.contains("takes at most 20000"), "{message}");

    let ops = board.ops(1, 8, b"x");
    for op in &ops {
        founder.push(op).await;
    }
    let (mut taken, mut sentence) = (0, String::new());
    for _ in &ops {
        match founder.answer().await {
            HubFrame::Receipt(_) => taken += 1,
            HubFrame::Refused {
                why: RefusedWhy::Later,
                message,
                ..
            } => sentence = message,
            other => panic!("{other:?}"),
        }
    }
    assert!((5..8).contains(&taken), "{taken}");
    assert!(sentence.contains("more than 1 changes a second"), "{sentence}");
    // Another device has an allowance of its own.
    let mut bob = Client::follower(hub.addr, 2, board.chain.workspace).await;
    bob.push(&board.op(2, b"x")).await;
    assert!(matches!(bob.answer().await, HubFrame::Receipt(_)));
}

async fn one_board_too_many_is_told_so(ground: Ground) {
    let limits = Limits {
        boards: 1,
        ..Limits::default()
    };
    let hub = limited(&ground, limits).await;
    let board = Board::shared(hub.hub_key, &[]);
    let _founder = upload(hub.addr, &board).await;
    let other = Board::shared(hub.hub_key, &[]);
    let (mut client, _) = Client::hello(hub.addr, 1, &other.chain).await;
    let entries = other.log.clone();
    client.send(&ClientFrame::Upload { entries }).await;
    let HubFrame::Denied { why, message } = client.answer().await else {
        panic!("taken")
    };
    assert_eq!(why, DeniedWhy::Busy);
    assert!(message.contains("holds 1 boards and takes no more"), "{message}");
}

async fn one_connection_too_many_is_told_so(ground: Ground) {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let hub = limited(&ground, limits).await;
    let board = Board::shared(hub.hub_key, &[]);
    let _founder = upload(hub.addr, &board).await;
    let (_second, _) = Client::hello(hub.addr, 1, &board.chain).await;
    let said = Client::first_frame(hub.addr).await;
    let HubFrame::Denied { why, message } = said else {
        panic!("{said:?}")
    };
    assert_eq!(why, DeniedWhy::Busy);
    assert!(message.contains("takes 2 connections"), "{message}");
}

async fn what_happens_is_counted(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let op = desk.board.op(1, b"x");
    for _ in 0..2 {
        desk.founder.push(&op).await;
        assert!(matches!(desk.founder.answer().await, HubFrame::Receipt(_)));
    }
    desk.founder.push(&desk.board.op(1, b"another")).await;
    assert_eq!(desk.founder.refused().await, RefusedWhy::Cloned);
    let page = http(desk.hub.addr, "/metrics").await;
    let entries = desk.board.chain.n + 1;
    for line in [
        format!("sidedesk_hub_entries_total {entries}"),
        "sidedesk_hub_receipts_resent_total 1".into(),
        "sidedesk_hub_refused_total{why=\"cloned\"} 1".into(),
        "sidedesk_hub_connections 1".into(),
        "sidedesk_hub_boards_open 1".into(),
        "sidedesk_hub_queue_bytes 0".into(),
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
    }
    let commits = page
        .lines()
        .find(|line| line.starts_with("sidedesk_hub_commit_seconds_count"));
    assert!(commits.is_some_and(|line| !line.ends_with(" 0")), "{page}");
}

on_both!(
    too_large_an_op_is_refused_for_good_and_too_many_for_now,
    one_board_too_many_is_told_so,
    one_connection_too_many_is_told_so,
    what_happens_is_counted,
);

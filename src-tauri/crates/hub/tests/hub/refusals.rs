//! What is not taken is answered with words, and nothing of it is stored.

use crate::board::{Board, device, now};
use crate::client::{Client, Desk};
use crate::ground::{Ground, on_both};
use sidedesk_protocol::author::{Changes, new_epoch};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, MAX_FRAME_LEN, RefusedWhy};
use sidedesk_protocol::{WorkspaceId, ZERO_HASH};

async fn assert_nothing_stored(desk: &Desk) {
    let (_, welcome) = Client::hello(desk.hub.addr, 1, &desk.board.chain).await;
    let (n, hash) = (desk.board.chain.n, desk.board.chain.hash);
    let takes_upload = false;
    assert_eq!(welcome, HubFrame::Welcome { n, hash, takes_upload });
}

async fn another_op_under_a_used_sequence_is_a_clone(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let (one, other) = (desk.board.op(1, b"one"), desk.board.op(1, b"other"));
    desk.founder.push(&one).await;
    assert!(matches!(desk.founder.answer().await, HubFrame::Receipt(_)));
    desk.founder.push(&other).await;
    assert_eq!(desk.founder.refused().await, RefusedWhy::Cloned);
}

async fn wrong_ops_are_refused_one_by_one(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let good = desk.board.op(1, b"good");
    let mut forged = good.clone();
    forged.signature[0] ^= 1;
    let mut swapped = good.clone();
    swapped.body[0] ^= 1;
    let foreign = Board::shared(desk.hub.hub_key, &[]).op(1, b"another board's");
    let mut strange = good.clone();
    strange.header = b"no header at all".to_vec();
    for (what, op) in [
        ("forged", forged),
        ("swapped", swapped),
        ("foreign", foreign),
        ("strange", strange),
    ] {
        desk.founder.push(&op).await;
        assert_eq!(desk.founder.refused().await, RefusedWhy::Never, "{what}");
    }
    let gap = desk.board.ops(1, 2, b"x").remove(1);
    desk.founder.push(&gap).await;
    assert_eq!(desk.founder.refused().await, RefusedWhy::Gap);
    assert_nothing_stored(&desk).await;
    desk.founder.push(&good).await;
    assert!(matches!(desk.founder.answer().await, HubFrame::Receipt(_)));
}

async fn frames_out_of_turn_or_unreadable_end_the_conversation(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    desk.founder.send_bytes(b"garbage".to_vec()).await;
    assert_eq!(desk.founder.denied().await, DeniedWhy::Nonsense);

    let (mut client, _) = Client::hello(desk.hub.addr, 1, &desk.board.chain).await;
    client.send_bytes(vec![0; MAX_FRAME_LEN + 1]).await;
    // The rest of the frame is still on its way when the hub closes, so the words may be lost with the connection.
    if let Some(answer) = client.try_next().await {
        assert!(
            matches!(
                answer,
                HubFrame::Denied {
                    why: DeniedWhy::Nonsense,
                    ..
                }
            ),
            "{answer:?}"
        );
    }

    let (mut client, _, _) = Client::open(desk.hub.addr).await;
    client.send(&ClientFrame::Ping).await;
    assert_eq!(client.denied().await, DeniedWhy::Nonsense);

    let (mut client, _) = Client::hello(desk.hub.addr, 1, &desk.board.chain).await;
    client.send(&ClientFrame::Ping).await;
    assert_eq!(client.next().await, HubFrame::Pong);
    client.send(&ClientFrame::Follow { after: 1000 }).await;
    assert_eq!(client.denied().await, DeniedWhy::Nonsense);
    assert_nothing_stored(&desk).await;
}

async fn strangers_liars_and_other_histories_stay_outside(ground: Ground) {
    let desk = Desk::with(ground, &[]).await;
    let (addr, chain) = (desk.hub.addr, &desk.board.chain);
    let cases = [
        ("a stranger", 9, chain.workspace, (0, ZERO_HASH), DeniedWhy::NotAMember),
        (
            "another history",
            1,
            chain.workspace,
            (chain.n, [7; 32]),
            DeniedWhy::Fork,
        ),
        (
            "beyond the head",
            1,
            chain.workspace,
            (chain.n + 1, chain.hash),
            DeniedWhy::Fork,
        ),
        (
            "an unknown board",
            1,
            WorkspaceId([9; 32]),
            (0, ZERO_HASH),
            DeniedWhy::NoWorkspace,
        ),
    ];
    for (what, who, workspace, head, expected) in cases {
        let (mut client, answer) = Client::hello_at(addr, who, workspace, head).await;
        assert_eq!(client.denied_by(answer).await, expected, "{what}");
    }
    let (mut liar, _, _) = Client::open(addr).await;
    liar.send(&ClientFrame::Hello {
        version: 1,
        workspace: chain.workspace,
        device: device(1).id(),
        verify_key: device(1).verify_key(),
        n: chain.n,
        hash: chain.hash,
        proof: [1; 64],
    })
    .await;
    assert_eq!(liar.denied().await, DeniedWhy::Proof);
}

async fn a_board_that_names_another_hub_or_founds_nothing_is_not_taken(ground: Ground) {
    let hub = ground.start().await;
    let elsewhere = Board::shared([5; 32], &[]);
    for entries in [elsewhere.log.clone(), elsewhere.log[1..].to_vec()] {
        let (mut client, _) = Client::hello(hub.addr, 1, &elsewhere.chain).await;
        client.send(&ClientFrame::Upload { entries }).await;
        assert!(matches!(
            client.denied().await,
            DeniedWhy::Nonsense | DeniedWhy::NoWorkspace
        ));
    }
    // Nor one that somebody else brings.
    let shared = Board::shared(hub.hub_key, &[]);
    let (mut thief, _) = Client::hello(hub.addr, 9, &shared.chain).await;
    let entries = shared.log.clone();
    thief.send(&ClientFrame::Upload { entries }).await;
    assert_eq!(thief.denied().await, DeniedWhy::Nonsense);
}

async fn a_removed_device_is_told_so_and_its_connection_ends(ground: Ground) {
    let mut desk = Desk::with(ground, &[2]).await;
    let mut bob = Client::follower(desk.hub.addr, 2, desk.board.chain.workspace).await;
    bob.entries_until(desk.board.chain.n).await;
    let removed = [device(2).id()];
    let mut entropy = crate::board::fresh();
    let stand = desk.board.stand(1);
    let (op, _) = new_epoch(
        &stand,
        &desk.board.chain,
        (&device(1), &desk.board.keyring),
        Changes::removing(removed),
        now(),
        &mut entropy,
    )
    .unwrap();
    desk.founder.push(&op).await;
    assert!(matches!(desk.founder.answer().await, HubFrame::Receipt(_)));
    assert_eq!(bob.denied().await, DeniedWhy::NotAMember);
    let (mut bob, answer) = Client::hello(desk.hub.addr, 2, &desk.board.chain).await;
    assert_eq!(bob.denied_by(answer).await, DeniedWhy::NotAMember);
}

async fn what_cannot_be_stored_is_asked_for_later_and_leaves_no_trace(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    desk.ground.sabotage().await;
    let ops = desk.board.ops(1, 3, b"x");
    for op in &ops {
        desk.founder.push(op).await;
    }
    for _ in &ops {
        assert_eq!(desk.founder.refused().await, RefusedWhy::Later);
    }
    desk.ground.mend().await;
    assert_nothing_stored(&desk).await;
    for (op, n) in ops.iter().zip(desk.board.chain.n + 1..) {
        desk.founder.push(op).await;
        let HubFrame::Receipt(receipt) = desk.founder.answer().await else {
            panic!("no receipt")
        };
        assert_eq!(receipt.n, n);
    }
}

on_both!(
    another_op_under_a_used_sequence_is_a_clone,
    wrong_ops_are_refused_one_by_one,
    frames_out_of_turn_or_unreadable_end_the_conversation,
    strangers_liars_and_other_histories_stay_outside,
    a_board_that_names_another_hub_or_founds_nothing_is_not_taken,
    a_removed_device_is_told_so_and_its_connection_ends,
    what_cannot_be_stored_is_asked_for_later_and_leaves_no_trace,
);

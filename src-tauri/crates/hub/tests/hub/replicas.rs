//! Two processes of the hub on one PostgreSQL: one order without gaps, whichever of them a device talks to, and proof that
//! this would notice if it were not so.

use crate::board::Board;
use crate::client::{Client, upload};
use crate::ground::Ground;
use crate::process::start_with;
use sidedesk_protocol::ZERO_HASH;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::message::{HubFrame, Receipt};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::process::Child;
use tokio::time::timeout;

/// Ops of each device; enough for the two to meet many times.
const EACH: usize = 100;
/// Who waits longer for entries does not get them.
const PATIENCE: Duration = Duration::from_secs(15);
/// With a bug on purpose some never come.
const PATIENCE_WITH_A_BUG: Duration = Duration::from_secs(3);

struct Replicas {
    ground: Ground,
    patience: Duration,
    running: Vec<(Child, SocketAddr)>,
    board: Board,
}

impl Replicas {
    async fn two(planted: &'static str) -> Self {
        let ground = Ground::postgres();
        let first = start(&ground, planted).await;
        let second = start(&ground, planted).await;
        let (_, _, hub_key) = Client::open(first.1).await;
        let board = Board::shared(hub_key, &[2, 3]);
        let mut founder = upload(first.1, &board).await;
        // The sequence of the planted bug is made by the first op.
        let op = board.op(1, b"first");
        founder.push(&op).await;
        assert!(matches!(founder.answer().await, HubFrame::Receipt(_)));
        let mut replicas = Self {
            ground,
            patience: if planted.is_empty() {
                PATIENCE
            } else {
                PATIENCE_WITH_A_BUG
            },
            running: vec![first, second],
            board,
        };
        replicas.read_on(0).await;
        replicas
    }

    /// Reads one more entry.
    async fn read_on(&mut self, replica: usize) {
        let mut reader = Client::follower(self.addr(replica), 1, self.board.chain.workspace).await;
        let known = self.board.log.len();
        for entry in reader.entries_until(known as u64 + 1).await.split_off(known) {
            self.board.follow(entry);
        }
    }

    fn addr(&self, replica: usize) -> SocketAddr {
        self.running[replica].1
    }

    /// Two devices push through one replica each, and both read everything. Their receipts, and what else was wrong.
    async fn push_through_both(&self) -> Result<(Vec<Receipt>, Vec<String>), String> {
        let (workspace, before) = (self.board.chain.workspace, self.board.chain.n);
        let until = before + 2 * EACH as u64;
        let mut working = Vec::new();
        for (replica, author) in [(0, 2), (1, 3)] {
            let client = Client::follower(self.addr(replica), author, workspace).await;
            let ops = self.board.ops(author, EACH, b"pushed");
            let chain = Chain::empty(workspace);
            working.push(tokio::spawn(push_and_read(client, ops, chain, (until, self.patience))));
        }
        let (mut receipts, mut missing) = (Vec::new(), Vec::new());
        for working in working {
            let (more, stays) = working.await.unwrap()?;
            receipts.extend(more);
            missing.extend(stays);
        }
        Ok((receipts, missing))
    }

    /// What the database holds in the end, read through a fresh replica; its chain is checked entry by entry.
    async fn log(&mut self) -> Result<Vec<Entry>, String> {
        let (child, addr) = start(&self.ground, "").await;
        let workspace = self.board.chain.workspace;
        let (mut client, welcome) = Client::hello_at(addr, 1, workspace, (0, [0; 32])).await;
        let HubFrame::Welcome { n, .. } = welcome else {
            return Err(format!("the board is not served any more: {welcome:?}"));
        };
        let follow = sidedesk_protocol::message::ClientFrame::Follow { after: 0 };
        client.send(&follow).await;
        let (mut chain, mut log) = (Chain::empty(workspace), Vec::new());
        while chain.n < n {
            let page = timeout(PATIENCE, client.next())
                .await
                .map_err(|_| "entries are missing")?;
            let HubFrame::Page { entries, .. } = page else { continue };
            for entry in entries {
                chain.append(&entry).map_err(|error| error.to_string())?;
                log.push(entry);
            }
        }
        drop(child);
        Ok(log)
    }

    /// Everything pushed has one place, every receipt holds.
    async fn check(&mut self) -> Result<(), String> {
        let (receipts, missing) = self.push_through_both().await?;
        let log = self.log().await?;
        let mut hash = [0; 32];
        let placed: Vec<_> = log
            .iter()
            .map(|entry| {
                hash = entry.chain_hash(&hash);
                (entry.op.parse().unwrap().op, entry.n, hash)
            })
            .collect();
        let broken = receipts
            .iter()
            .find(|receipt| placed.get(receipt.n as usize - 1) != Some(&(receipt.op, receipt.n, receipt.hash)));
        match broken {
            Some(receipt) => Err(format!("a receipt for place {} is broken", receipt.n)),
            None => missing.first().map_or(Ok(()), |what| Err(what.clone())),
        }
    }
}

async fn start(ground: &Ground, planted: &str) -> (Child, SocketAddr) {
    let url = ground.url.as_deref().unwrap();
    start_with(ground.dir(), &["--database-url", url], planted).await
}

async fn push_and_read(
    mut client: Client,
    ops: Vec<SignedOp>,
    mut chain: Chain,
    (until, patience): (u64, Duration),
) -> Result<(Vec<Receipt>, Option<String>), String> {
    for op in &ops {
        client.push(op).await;
    }
    let mut receipts = Vec::new();
    while receipts.len() < ops.len() || chain.n < until {
        let Ok(frame) = timeout(patience, client.try_next()).await else {
            return Ok((receipts, Some(format!("it stays at place {}", chain.n))));
        };
        match frame {
            Some(HubFrame::Receipt(receipt)) => receipts.push(receipt),
            Some(HubFrame::Page { entries, .. }) => {
                for entry in entries {
                    chain.append(&entry).map_err(|error| error.to_string())?;
                }
            }
            other => return Err(format!("{other:?}")),
        }
    }
    Ok((receipts, None))
}

#[tokio::test]
async fn two_replicas_give_one_order() {
    let mut replicas = Replicas::two("").await;
    replicas.check().await.unwrap();
}

#[tokio::test]
async fn a_device_hears_at_one_replica_what_was_pushed_and_who_asks_at_the_other() {
    let mut replicas = Replicas::two("").await;
    let workspace = replicas.board.chain.workspace;
    let mut here = Client::follower(replicas.addr(0), 1, workspace).await;
    let mut there = Client::follower(replicas.addr(1), 2, workspace).await;
    let head = replicas.board.chain.n;
    there.entries_until(head).await;
    // Well below the two seconds after which it would look by itself.
    let begun = std::time::Instant::now();
    here.push(&replicas.board.op(1, b"x")).await;
    there.entries_until(head + 1).await;
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());

    let secret = sidedesk_protocol::invite::InviteSecret::from_bytes([42; 32]);
    replicas.read_on(0).await;
    let invite = replicas.board.invite(&secret, crate::board::now() + 60_000);
    here.push(&invite).await;
    there.entries_until(head + 2).await;
    replicas.read_on(0).await;
    let (mut newcomer, waiting) = Client::join(replicas.addr(0), 9, workspace, &secret).await;
    assert_eq!(waiting, HubFrame::JoinWaiting);
    assert!(matches!(there.answer().await, HubFrame::JoinAsked { .. }));
    // Admitted through the other replica.
    let mut lead = Client::follower(replicas.addr(1), 1, workspace).await;
    lead.push(&replicas.board.admit(&secret, 9)).await;
    assert_eq!(newcomer.answer().await, HubFrame::Admitted);
}

#[tokio::test]
async fn an_op_sent_again_through_another_replica_gets_the_receipt_it_has() {
    let replicas = Replicas::two("").await;
    let workspace = replicas.board.chain.workspace;
    let op = replicas.board.op(1, b"x");
    let mut receipts = Vec::new();
    for replica in [0, 1] {
        let mut client = Client::follower(replicas.addr(replica), 1, workspace).await;
        client.push(&op).await;
        receipts.push(client.answer().await);
    }
    assert!(matches!(receipts[0], HubFrame::Receipt(_)));
    assert_eq!(receipts[0], receipts[1]);
}

/// The receipt is faster than the hint, and a hint may be lost: whoever goes on at the other replica is no stranger there,
/// nor somebody with another history.
#[tokio::test]
async fn whoever_comes_from_another_replica_is_measured_by_what_is_stored() {
    let mut replicas = Replicas::two("").await;
    let workspace = replicas.board.chain.workspace;
    let mut there = Client::follower(replicas.addr(1), 2, workspace).await;
    there.entries_until(replicas.board.chain.n).await;
    let channel = "update pg_catalog.pg_proc set proname = 'pg_notify_gone' where proname = 'pg_notify'";
    replicas.ground.run("", channel).await;
    let mut here = Client::follower(replicas.addr(0), 1, workspace).await;
    here.push(&replicas.board.op(1, b"x")).await;
    assert!(matches!(here.answer().await, HubFrame::Receipt(_)));
    replicas.read_on(0).await;
    let (_, welcome) = Client::hello(replicas.addr(1), 1, &replicas.board.chain).await;
    assert!(matches!(welcome, HubFrame::Welcome { .. }), "{welcome:?}");

    let secret = sidedesk_protocol::invite::InviteSecret::from_bytes([43; 32]);
    here.push(&replicas.board.invite(&secret, crate::board::now() + 60_000))
        .await;
    assert!(matches!(here.answer().await, HubFrame::Receipt(_)));
    let (_, waiting) = Client::join(replicas.addr(1), 9, workspace, &secret).await;
    assert_eq!(waiting, HubFrame::JoinWaiting);
}

/// Without a hint the other replica looks by itself.
#[tokio::test]
async fn what_no_hint_told_is_found_within_a_few_seconds() {
    let replicas = Replicas::two("").await;
    let workspace = replicas.board.chain.workspace;
    let mut there = Client::follower(replicas.addr(1), 2, workspace).await;
    let head = replicas.board.chain.n;
    there.entries_until(head).await;
    let channel = "update pg_catalog.pg_proc set proname = 'pg_notify_gone' where proname = 'pg_notify'";
    replicas.ground.run("", channel).await;
    let mut here = Client::follower(replicas.addr(0), 1, workspace).await;
    here.push(&replicas.board.op(1, b"x")).await;
    assert_eq!(there.entries_until(head + 1).await.last().unwrap().n, head + 1);
}

/// Whoever was invited or let in at one replica a moment ago is not sent away by another that has not heard of it yet, nor
/// is a device that knows more than that one taken for the bearer of another history.
#[tokio::test]
async fn what_somebody_stands_on_is_looked_for_before_they_are_sent_away() {
    let mut replicas = Replicas::two("").await;
    let workspace = replicas.board.chain.workspace;
    let mut there = Client::follower(replicas.addr(1), 2, workspace).await;
    there.entries_until(replicas.board.chain.n).await;
    let no_hints = "update pg_catalog.pg_proc set proname = 'pg_notify_gone' where proname = 'pg_notify'";
    replicas.ground.run("", no_hints).await;
    let mut here = Client::follower(replicas.addr(0), 1, workspace).await;

    let secret = sidedesk_protocol::invite::InviteSecret::from_bytes([42; 32]);
    here.push(&replicas.board.invite(&secret, crate::board::now() + 60_000))
        .await;
    until_receipt(&mut here).await;
    let (_newcomer, said) = Client::join(replicas.addr(1), 9, workspace, &secret).await;
    assert_eq!(said, HubFrame::JoinWaiting);

    replicas.read_on(0).await;
    here.push(&replicas.board.admit(&secret, 9)).await;
    until_receipt(&mut here).await;
    let (_let_in, said) = Client::hello_at(replicas.addr(1), 9, workspace, (0, ZERO_HASH)).await;
    assert!(matches!(said, HubFrame::Welcome { .. }), "{said:?}");

    replicas.read_on(0).await;
    here.push(&replicas.board.op(1, b"x")).await;
    until_receipt(&mut here).await;
    replicas.read_on(0).await;
    let (_ahead, said) = Client::hello(replicas.addr(1), 1, &replicas.board.chain).await;
    assert!(matches!(said, HubFrame::Welcome { .. }), "{said:?}");
}

/// Whoever follows hears of newcomers too.
async fn until_receipt(client: &mut Client) {
    while !matches!(client.answer().await, HubFrame::Receipt(_)) {}
}

async fn caught(planted: &'static str) {
    assert!(!planted.is_empty());
    // Two that race may miss each other once.
    for _ in 0..3 {
        let mut replicas = Replicas::two(planted).await;
        if let Err(error) = replicas.check().await {
            println!("{planted} is caught: {error}");
            return;
        }
    }
    panic!("{planted} was not noticed");
}

#[tokio::test]
async fn places_from_a_sequence_are_caught() {
    caught("n-from-a-sequence").await;
}

#[tokio::test]
async fn an_insert_that_ignores_a_conflict_is_caught() {
    caught("insert-or-ignore").await;
}

//! Snapshots for newcomers: taken from whoever may make one, chunk by chunk; few are kept; none is needed.

use crate::board::{Board, device, fresh, now};
use crate::client::{Client, Desk, upload};
use crate::ground::{Ground, on_both};
use sidedesk_protocol::keys::Entropy;
use sidedesk_protocol::message::{ClientFrame, HubFrame};
use sidedesk_protocol::snapshot::{Kind, Record, RecordId, SignedManifest};
use sidedesk_protocol::snapshot_maker::Maker;
use sidedesk_protocol::{Hash, Space};

struct Made {
    signed: SignedManifest,
    chunks: Vec<Vec<u8>>,
}

impl Made {
    fn digest(&self) -> Hash {
        self.signed.digest()
    }

    fn offer(&self) -> ClientFrame {
        ClientFrame::OfferSnapshot {
            manifest: self.signed.clone(),
        }
    }

    fn put(&self, index: u32) -> ClientFrame {
        ClientFrame::PutChunk {
            digest: self.digest(),
            index,
            bytes: self.chunks[index as usize].clone(),
        }
    }

    fn held(&self, held: u32) -> HubFrame {
        let digest = self.digest();
        HubFrame::SnapshotHeld { digest, held }
    }
}

/// Bytes that do not compress, so that there are several chunks. What is in them is nothing to the hub.
fn made(board: &Board, by: u8) -> Made {
    let (secret, mut entropy) = (device(by), fresh());
    let keys = (&secret, &board.keyring);
    let (mut maker, first) = Maker::begin(&board.chain, keys, 1, now(), &mut entropy).unwrap();
    let mut chunks = vec![first];
    for i in 0..60_u32 {
        let mut noise = Entropy::new([i as u8; 32]);
        let states = Space::ALL.map(|_| noise.bytes::<6000>().to_vec());
        let (kind, id) = (Kind::Report, RecordId([i as u8; 16]));
        chunks.extend(maker.add(Record { kind, id, states }, &mut entropy).unwrap());
    }
    let (last, signed) = maker.finish(&mut entropy).unwrap();
    chunks.extend(last);
    Made { signed, chunks }
}

async fn sent(client: &mut Client, made: &Made) {
    client.send(&made.offer()).await;
    assert_eq!(client.answer().await, made.held(0));
    for index in 0..made.chunks.len() as u32 {
        client.send(&made.put(index)).await;
        assert_eq!(client.answer().await, made.held(index + 1));
    }
}

async fn offered(client: &mut Client) -> Vec<Hash> {
    client.send(&ClientFrame::AskSnapshot).await;
    match client.answer().await {
        HubFrame::Snapshots { manifests, .. } => manifests.iter().map(SignedManifest::digest).collect(),
        other => panic!("{other:?}"),
    }
}

async fn refusal(client: &mut Client) -> String {
    match client.answer().await {
        HubFrame::SnapshotRefused { message, .. } => message,
        other => panic!("{other:?}"),
    }
}

async fn a_snapshot_comes_back_chunk_by_chunk_with_the_entry_that_let_the_newcomer_in(ground: Ground) {
    let mut desk = Desk::with(ground, &[2]).await;
    let made = made(&desk.board, 1);
    assert!(made.chunks.len() > 4, "{}", made.chunks.len());
    sent(&mut desk.founder, &made).await;
    let (mut second, _) = Client::hello_at(desk.hub.addr, 2, desk.board.chain.workspace, (0, [0; 32])).await;
    second.send(&ClientFrame::AskSnapshot).await;
    let admission = Some(desk.board.log[2].clone());
    let manifests = vec![made.signed.clone()];
    assert_eq!(second.answer().await, HubFrame::Snapshots { admission, manifests });
    let digest = made.digest();
    // All at once: they come in order, however many were asked for.
    for index in 0..made.chunks.len() as u32 {
        second.send(&ClientFrame::AskChunk { digest, index }).await;
    }
    for (index, bytes) in (0..).zip(made.chunks.clone()) {
        assert_eq!(second.answer().await, HubFrame::Chunk { digest, index, bytes });
    }
    second.send(&ClientFrame::AskChunk { digest, index: 99 }).await;
    assert_eq!(refusal(&mut second).await, "it is not here any more");
}

async fn half_a_snapshot_is_not_shown_and_goes_on_after_a_restart(ground: Ground) {
    let Desk {
        ground,
        hub,
        board,
        mut founder,
    } = Desk::with(ground, &[]).await;
    let made = made(&board, 1);
    founder.send(&made.offer()).await;
    assert_eq!(founder.answer().await, made.held(0));
    founder.send(&made.put(0)).await;
    founder.send(&made.put(1)).await;
    assert_eq!(founder.answer().await, made.held(1));
    assert_eq!(founder.answer().await, made.held(2));
    assert_eq!(offered(&mut founder).await, Vec::<Hash>::new());
    hub.stop().await.unwrap();
    let hub = ground.start().await;
    let (mut founder, _) = Client::hello(hub.addr, 1, &board.chain).await;
    founder.send(&made.offer()).await;
    assert_eq!(founder.answer().await, made.held(2));
    for index in 2..made.chunks.len() as u32 {
        founder.send(&made.put(index)).await;
        assert_eq!(founder.answer().await, made.held(index + 1));
    }
    assert_eq!(offered(&mut founder).await, vec![made.digest()]);
}

async fn the_three_newest_are_kept(ground: Ground) {
    let mut desk = Desk::with(ground, &[]).await;
    let all: Vec<Made> = (0..5).map(|_| made(&desk.board, 1)).collect();
    for made in &all {
        sent(&mut desk.founder, made).await;
    }
    let expected: Vec<Hash> = all.iter().rev().take(3).map(Made::digest).collect();
    assert_eq!(offered(&mut desk.founder).await, expected);
    let digest = all[0].digest();
    desk.founder.send(&ClientFrame::AskChunk { digest, index: 0 }).await;
    assert_eq!(refusal(&mut desk.founder).await, "it is not here any more");
}

async fn what_nobody_may_offer_is_refused_and_the_conversation_goes_on(ground: Ground) {
    let mut desk = Desk::with(ground, &[2]).await;
    let founder = &mut desk.founder;
    let good = made(&desk.board, 1);
    // Another member's, as one's own.
    founder.send(&made(&desk.board, 2).offer()).await;
    assert!(refusal(founder).await.contains("may not make"));
    // Another board's.
    founder
        .send(&made(&Board::shared(desk.hub.hub_key, &[]), 1).offer())
        .await;
    assert!(refusal(founder).await.contains("may not make"));
    // Of a place that is not in the hub's log.
    let mut ahead = Board {
        chain: desk.board.chain.clone(),
        keyring: desk.board.keyring.clone(),
        log: Vec::new(),
    };
    ahead.append(ahead.op(1, b"unknown to the hub"));
    founder.send(&made(&ahead, 1).offer()).await;
    assert!(refusal(founder).await.contains("another history"));
    let mut forged = good.signed.clone();
    forged.signature[3] ^= 1;
    founder.send(&ClientFrame::OfferSnapshot { manifest: forged }).await;
    assert!(refusal(founder).await.contains("cannot be read"));
    let (signature, manifest) = ([0; 64], vec![0x9f; 300_000]);
    let manifest = SignedManifest { manifest, signature };
    founder.send(&ClientFrame::OfferSnapshot { manifest }).await;
    assert!(refusal(founder).await.contains("cannot be read"));
    // Chunks of nothing, of another place, of other bytes.
    founder.send(&good.put(0)).await;
    assert!(refusal(founder).await.contains("not offered"));
    founder.send(&good.offer()).await;
    assert_eq!(founder.answer().await, good.held(0));
    founder.send(&good.put(1)).await;
    assert_eq!(refusal(founder).await, "not the next chunk");
    let (digest, index, bytes) = (good.digest(), 0, vec![7; 1_000_000]);
    founder.send(&ClientFrame::PutChunk { digest, index, bytes }).await;
    assert_eq!(refusal(founder).await, "not the next chunk");
    assert_eq!(offered(founder).await, Vec::<Hash>::new());
    sent_on(founder, &good).await;
    assert_eq!(offered(founder).await, vec![good.digest()]);
}

async fn sent_on(client: &mut Client, made: &Made) {
    for index in 0..made.chunks.len() as u32 {
        client.send(&made.put(index)).await;
        assert_eq!(client.answer().await, made.held(index + 1));
    }
}

async fn a_damaged_file_of_snapshots_is_begun_anew(ground: Ground) {
    std::fs::write(ground.dir().join("snapshots.db"), vec![0x5a; 9000]).unwrap();
    let hub = ground.start().await;
    let board = Board::shared(hub.hub_key, &[]);
    let mut founder = upload(hub.addr, &board).await;
    let made = made(&board, 1);
    sent(&mut founder, &made).await;
    assert_eq!(offered(&mut founder).await, vec![made.digest()]);
}

on_both!(
    a_snapshot_comes_back_chunk_by_chunk_with_the_entry_that_let_the_newcomer_in,
    half_a_snapshot_is_not_shown_and_goes_on_after_a_restart,
    the_three_newest_are_kept,
    what_nobody_may_offer_is_refused_and_the_conversation_goes_on,
    a_damaged_file_of_snapshots_is_begun_anew,
);

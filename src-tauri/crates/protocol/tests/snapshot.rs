//! Snapshots: what goes in comes out, newest first; and whatever a hub or a lying lead sends instead is a typed refusal.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod board;

use board::{Board, NOW};
use proptest::prelude::*;
use sidedesk_domain::fields::{Kind, report};
use sidedesk_domain::membership::Role;
use sidedesk_domain::{DeviceId, Edit, MemberId, RecordEdit, RecordId, RecordState, Space, Stamp, fold};
use sidedesk_protocol::author::{Offer, add_device_with, device_keys, invite};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::{DeviceSecret, Keyring};
use sidedesk_protocol::message::{ClientFrame, HubFrame, encode};
use sidedesk_protocol::snapshot::{MAX_CHUNK_LEN, Manifest, Record, RecordPart, SignedManifest, SnapshotError};
use sidedesk_protocol::snapshot_fetch::{CHUNKS_ASKED, FetchStep, Fetcher, Newcomer};
use sidedesk_protocol::snapshot_maker::Maker;
use sidedesk_protocol::{Hash, VERSION};
use std::sync::LazyLock;

const FOLD: u32 = 1;
const CAROL: [u8; 32] = [8; 32];

/// A snapshot as the hub keeps it.
#[derive(Clone)]
struct Kept {
    signed: SignedManifest,
    chunks: Vec<Vec<u8>>,
}

fn state(i: u32, text_len: usize) -> RecordState {
    let mut state = RecordState::default();
    let stamp = Stamp {
        place: 1,
        device: DeviceId([1; 16]),
        member: MemberId([1; 16]),
        author_time: NOW,
        hub_time: NOW,
    };
    let noise = |j: usize| char::from(b'a' + (blake(i, j)[0] % 26));
    let edits = vec![
        (report::AT, Edit::Set(NOW.into())),
        (
            report::BODY,
            Edit::Set((0..text_len).map(noise).collect::<String>().into()),
        ),
    ];
    let (kind, id, seen) = (Kind::Report, RecordId([0; 16]), 0);
    fold::apply(&mut state, &RecordEdit { kind, id, seen, edits }, stamp, |_| ());
    state
}

fn blake(i: u32, j: usize) -> Hash {
    sidedesk_protocol::keys::hash(&[&i.to_le_bytes(), &j.to_le_bytes()])
}

fn record(i: u32, text_len: usize) -> Record {
    let state = state(i, text_len);
    let mut id = [0; 16];
    id[..4].copy_from_slice(&i.to_le_bytes());
    Record {
        kind: Kind::Report,
        id: RecordId(id),
        states: Space::ALL.map(|space| encode(&state.in_space(space)).unwrap()),
    }
}

fn make(board: &mut Board, records: impl Iterator<Item = Record>) -> Result<Kept, SnapshotError> {
    let keys = (&board.alice, &board.keyring);
    let (mut maker, first) = Maker::begin(&board.chain, keys, FOLD, NOW, &mut board.entropy)?;
    let mut chunks = vec![first];
    for record in records {
        chunks.extend(maker.add(record, &mut board.entropy)?);
    }
    let (last, signed) = maker.finish(&mut board.entropy)?;
    chunks.extend(last);
    Ok(Kept { signed, chunks })
}

/// Carol is let in by Alice, who vouches for these.
fn admit_carol(board: &mut Board, vouched: &[Hash]) -> (Newcomer, Entry) {
    let (secret, carol) = (InviteSecret::from_bytes([50; 32]), DeviceSecret::from_bytes(CAROL));
    let me = (&board.alice, &board.keyring);
    let (stand, expires) = (board.stand(), NOW + 1_000_000);
    let op = invite(
        &stand,
        me.0,
        me.1,
        Offer::new(&secret, expires, Role::Lead),
        NOW,
        &mut board.entropy,
    )
    .unwrap();
    board.place("invite", op);
    let device = device_keys(&carol, MemberId([8; 16]));
    let (stand, asked) = (board.stand(), (&secret, &JoinRequest { device }));
    let me = (&board.alice, &board.keyring);
    let op = add_device_with(&stand, &board.chain, me, asked, vouched, NOW, &mut board.entropy).unwrap();
    board.place("add-device", op);
    let newcomer = Newcomer {
        secret: carol,
        workspace: board.chain.workspace,
        hub_key: board.hub.public(),
        invite: secret,
    };
    (newcomer, board.log.last().unwrap().1.clone())
}

/// A hub that says what it is told to say.
struct Hub {
    key: [u8; 32],
    admission: Option<Entry>,
    kept: Vec<Kept>,
}

type Fetched = (Chain, Vec<RecordPart>);

/// The conversation from the challenge to the last chunk.
fn fetch(mut fetcher: Fetcher, hub: &Hub) -> Result<Fetched, SnapshotError> {
    let challenge = HubFrame::Challenge {
        version: VERSION,
        nonce: [6; 32],
        hub_key: hub.key,
    };
    let mut waiting = std::collections::VecDeque::from([challenge]);
    let (mut chain, mut records) = (None, Vec::new());
    while let Some(frame) = waiting.pop_front() {
        let frames = match fetcher.step(frame)? {
            FetchStep::Wait => Vec::new(),
            FetchStep::Send(frames) | FetchStep::Begin(frames) => frames,
            FetchStep::Chunk { index, bytes, next } => {
                let chosen = fetcher.chosen().unwrap();
                let keyring = &chosen.admission.keyring;
                if index == 0 {
                    chain = Some(chosen.manifest.open_chain(&bytes, keyring)?);
                } else {
                    records.extend(
                        chosen
                            .manifest
                            .open_records(index, &bytes, keyring)?
                            .unwrap_or_default(),
                    );
                }
                next
            }
        };
        assert!(frames.len() <= CHUNKS_ASKED as usize);
        waiting.extend(frames.into_iter().map(|frame| answer(hub, frame)));
    }
    assert!(fetcher.chosen().is_some_and(|chosen| chosen.is_complete()));
    Ok((chain.unwrap(), records))
}

fn answer(hub: &Hub, frame: ClientFrame) -> HubFrame {
    match frame {
        ClientFrame::Hello { .. } => HubFrame::Welcome {
            n: 1,
            hash: [0; 32],
            takes_upload: false,
        },
        ClientFrame::AskSnapshot => HubFrame::Snapshots {
            admission: hub.admission.clone(),
            manifests: hub.kept.iter().map(|kept| kept.signed.clone()).collect(),
        },
        ClientFrame::AskChunk { digest, index } => {
            let kept = hub.kept.iter().find(|kept| kept.signed.digest() == digest);
            match kept.and_then(|kept| kept.chunks.get(index as usize)) {
                Some(bytes) => HubFrame::Chunk {
                    digest,
                    index,
                    bytes: bytes.clone(),
                },
                None => HubFrame::SnapshotRefused {
                    digest,
                    message: "gone".into(),
                },
            }
        }
        _ => panic!("a newcomer does not say that"),
    }
}

/// What comes of a snapshot that Alice vouches for and that was tampered with.
fn check(tamper: impl FnOnce(&mut Board, &mut Kept), expected: fn(&SnapshotError) -> bool) {
    let mut board = Board::new();
    let mut kept = make(&mut board, (0..40).map(|i| record(i, 100))).unwrap();
    tamper(&mut board, &mut kept);
    let (newcomer, admission) = admit_carol(&mut board, &[kept.signed.digest()]);
    let hub = Hub {
        key: board.hub.public(),
        admission: Some(admission),
        kept: vec![kept],
    };
    let error = fetch(Fetcher::new(newcomer, FOLD), &hub).map(|_| ()).unwrap_err();
    assert!(expected(&error), "{error:?}");
}

/// Alice lies: her manifest says something else, and she signs and vouches for that.
fn lied(change: impl FnOnce(&mut Manifest)) -> impl FnOnce(&mut Board, &mut Kept) {
    |board, kept| {
        let mut manifest = kept.signed.read().unwrap();
        change(&mut manifest);
        kept.signed = manifest.sign(&board.alice).unwrap();
    }
}

#[test]
fn what_goes_in_comes_out_newest_first_in_chunks() {
    let mut board = Board::new();
    let made: Vec<Record> = (0..600).map(|i| record(i, 3000)).collect();
    let kept = make(&mut board, made.clone().into_iter()).unwrap();
    assert!(kept.chunks.len() > 8, "{} chunks", kept.chunks.len());
    assert!(kept.chunks.iter().all(|chunk| chunk.len() <= MAX_CHUNK_LEN));
    let before = board.chain.clone();
    let (newcomer, admission) = admit_carol(&mut board, &[[9; 32], kept.signed.digest()]);
    let hub = Hub {
        key: board.hub.public(),
        admission: Some(admission),
        kept: vec![kept],
    };
    let (chain, records) = fetch(Fetcher::new(newcomer, FOLD), &hub).unwrap();
    assert_eq!(chain, before);
    let of = |space: Space| {
        let mut states = Vec::new();
        for part in &records {
            let state: RecordState = minicbor::decode(&part.state).unwrap();
            if state.is_part(space, 1) {
                states.push((part.id, part.state.clone()));
            }
        }
        states
    };
    for (at, space) in Space::ALL.into_iter().enumerate() {
        let expected: Vec<_> = made
            .iter()
            .map(|record| (record.id, record.states[at].clone()))
            .collect();
        assert_eq!(of(space), expected);
    }
}

#[test]
fn a_chunk_without_its_spaces_key_is_left_out() {
    let mut board = Board::new();
    let kept = make(&mut board, (0..3).map(|i| record(i, 10))).unwrap();
    let mut outer = Keyring::default();
    for (space, epoch, key) in board.keyring.iter().filter(|(space, ..)| *space == Space::Board) {
        outer.insert(space, epoch, *key);
    }
    let manifest = kept.signed.read().unwrap();
    assert_eq!(
        manifest
            .open_records(1, &kept.chunks[1], &outer)
            .unwrap()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(manifest.open_records(2, &kept.chunks[2], &outer).unwrap(), None);
    assert!(manifest.open_records(9, &kept.chunks[2], &outer).is_err());
}

#[test]
fn a_record_larger_than_a_chunk_makes_no_snapshot() {
    let mut board = Board::new();
    let made = make(&mut board, (0..3).map(|i| record(i, 900_000)));
    assert!(matches!(made.map(|_| ()), Err(SnapshotError::TooLarge)));
}

/// The harness that must find out a newcomer who believes the hub: a hub shows its own, well-made snapshot first.
fn believes_only_the_anchor(planted: bool) -> Result<(), String> {
    let mut board = Board::new();
    let stale = make(&mut board, (0..5).map(|i| record(i, 10))).unwrap();
    let vouched = make(&mut board, (0..9).map(|i| record(i, 10))).unwrap();
    let (newcomer, admission) = admit_carol(&mut board, &[vouched.signed.digest()]);
    let mut hub = Hub {
        key: board.hub.public(),
        admission: Some(admission),
        kept: vec![stale, vouched],
    };
    let again = || Newcomer {
        secret: DeviceSecret::from_bytes(CAROL),
        workspace: newcomer.workspace,
        hub_key: newcomer.hub_key,
        invite: newcomer.invite.clone(),
    };
    let fetcher = || {
        let fetcher = Fetcher::new(again(), FOLD);
        if planted { fetcher.believing_the_hub() } else { fetcher }
    };
    let (_, records) = fetch(fetcher(), &hub).map_err(|error| error.to_string())?;
    if records.len() != 2 * 9 {
        return Err(format!("took {} parts that nobody vouches for", records.len()));
    }
    hub.kept.truncate(1);
    match fetch(fetcher(), &hub) {
        Err(SnapshotError::NotAnchored) => Ok(()),
        other => Err(format!("an old snapshot: {:?}", other.map(|_| ()))),
    }
}

#[test]
fn only_the_vouched_snapshot_is_taken_whatever_the_hub_shows_first() {
    assert_eq!(believes_only_the_anchor(false), Ok(()));
}

#[test]
fn planted_adopting_the_hubs_digest_is_caught() {
    let found = believes_only_the_anchor(true).unwrap_err();
    assert!(found.contains("nobody vouches for"), "{found}");
}

#[test]
fn a_hub_without_anything_is_a_refusal() {
    let mut board = Board::new();
    let kept = make(&mut board, (0..3).map(|i| record(i, 10))).unwrap();
    let (_, genesis) = board.log[0].clone();
    let (_, bobs) = board.log[3].clone();
    let (newcomer, admission) = admit_carol(&mut board, &[kept.signed.digest()]);
    let check = |admission: Option<Entry>, kept: Vec<Kept>, key: [u8; 32]| {
        let again = Newcomer {
            secret: DeviceSecret::from_bytes(CAROL),
            workspace: newcomer.workspace,
            hub_key: newcomer.hub_key,
            invite: newcomer.invite.clone(),
        };
        fetch(Fetcher::new(again, FOLD), &Hub { key, admission, kept })
            .map(|_| ())
            .unwrap_err()
    };
    let key = board.hub.public();
    assert_eq!(check(None, vec![kept.clone()], key), SnapshotError::None);
    assert_eq!(check(Some(admission.clone()), Vec::new(), key), SnapshotError::None);
    assert!(matches!(
        check(Some(genesis), vec![kept.clone()], key),
        SnapshotError::Foreign(_)
    ));
    assert!(matches!(
        check(Some(bobs), vec![kept.clone()], key),
        SnapshotError::Foreign(_)
    ));
    assert!(matches!(
        check(Some(admission.clone()), vec![kept.clone()], [1; 32]),
        SnapshotError::Protocol(_)
    ));
    let mut few = kept.clone();
    few.chunks.pop();
    assert_eq!(check(Some(admission.clone()), vec![few], key), SnapshotError::None);
    let mut forged = admission;
    forged.op.signature[5] ^= 1;
    assert!(matches!(
        check(Some(forged), vec![kept], key),
        SnapshotError::Protocol(_)
    ));
}

#[test]
fn a_lead_who_lies_is_refused_as_far_as_it_can_be_seen() {
    use SnapshotError::{Chunk, Counts, Foreign, Version};
    check(lied(|m| m.records += 1), |e| *e == Counts);
    check(lied(|m| m.chunks[1].records += 1), |e| *e == Counts);
    check(
        lied(|m| {
            m.chunks[1].records += 1;
            m.records += 1;
        }),
        |e| *e == Counts,
    );
    check(lied(|m| m.chunks[2].records = u32::MAX), |e| *e == Counts);
    check(lied(|m| m.chunks[1].len = u32::MAX), |e| *e == Counts);
    check(lied(|m| m.chunks.swap(1, 2)), |e| *e == Counts);
    check(lied(|m| m.chunks.clear()), |e| *e == Counts);
    check(lied(|m| m.chunks[1].what = 7), |e| *e == Counts);
    check(lied(|m| m.version = 2), |e| *e == Version);
    check(lied(|m| m.fold_version = 9), |e| *e == Version);
    check(lied(|m| m.workspace.0[0] ^= 1), |e| matches!(e, Foreign(_)));
    check(lied(|m| m.n += 100), |e| matches!(e, Foreign(_)));
    check(lied(|m| m.n -= 1), |e| *e == Chunk(0));
    check(lied(|m| m.hash[0] ^= 1), |e| *e == Chunk(0));
    check(lied(|m| m.chunks[2].group = 3), |e| *e == Chunk(2));
    check(|_, kept| kept.chunks[1] = kept.chunks[2].clone(), |e| *e == Chunk(1));
    check(|_, kept| kept.chunks.swap(1, 2), |e| *e == Chunk(1));
    check(|_, kept| kept.chunks[2] = vec![0; 2_000_000], |e| *e == Chunk(2));
}

#[test]
fn nobody_but_a_lead_makes_one() {
    let mut board = Board::new();
    let mallory = DeviceSecret::from_bytes([66; 32]);
    let made = Maker::begin(&board.chain, (&mallory, &board.keyring), FOLD, NOW, &mut board.entropy);
    assert!(matches!(made.map(|_| ()), Err(SnapshotError::Foreign(_))));
    // …also when a lead vouches for what she signed.
    check(
        |_, kept| {
            let mut manifest = kept.signed.read().unwrap();
            manifest.verify_key = DeviceSecret::from_bytes([66; 32]).verify_key();
            kept.signed = manifest.sign(&DeviceSecret::from_bytes([66; 32])).unwrap();
        },
        |e| matches!(e, SnapshotError::Foreign(_)),
    );
}

static KEPT: LazyLock<(Kept, Keyring)> = LazyLock::new(|| {
    let mut board = Board::new();
    let kept = make(&mut board, (0..40).map(|i| record(i, 100))).unwrap();
    (kept, board.keyring)
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_flipped_bit_of_a_manifest_is_accepted(in_signature in any::<bool>(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut signed = KEPT.0.signed.clone();
        let bytes: &mut [u8] = if in_signature { &mut signed.signature } else { &mut signed.manifest };
        bytes[at.index(bytes.len())] ^= 1 << bit;
        prop_assert!(signed.read().is_err());
    }

    #[test]
    fn no_flipped_or_cut_chunk_is_accepted(which in 0..3_u32, at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<bool>()) {
        let (kept, keyring) = &*KEPT;
        let manifest = kept.signed.read().unwrap();
        let mut chunk = kept.chunks[which as usize].clone();
        let at = at.index(chunk.len());
        if cut { chunk.truncate(at) } else { chunk[at] ^= 1 << bit }
        prop_assert_eq!(manifest.open_records(which, &chunk, keyring), Err(SnapshotError::Chunk(which)));
        if which == 0 {
            prop_assert_eq!(manifest.open_chain(&chunk, keyring), Err(SnapshotError::Chunk(0)));
        }
    }

    /// Sealed by somebody who holds the key: any columns are read without a panic.
    #[test]
    fn any_columns_are_an_error_or_records(plain in prop::collection::vec(any::<u8>(), 0..300), shape in 0..3_u8) {
        let board = Board::new();
        let plain = if shape == 0 { plain } else { shaped(&plain, shape) };
        let mut manifest = KEPT.0.signed.read().unwrap();
        let key = board.keyring.get(Space::Board, manifest.chunks[1].epoch).unwrap();
        let mut entropy = sidedesk_protocol::keys::Entropy::new([9; 32]);
        let identity = manifest.identity(&manifest.chunks[1]);
        let sealed = sidedesk_protocol::seal::seal(&plain, key, &identity, &mut entropy).unwrap();
        manifest.chunks[1].len = sealed.len() as u32;
        manifest.chunks[1].hash = sidedesk_protocol::keys::hash(&[&sealed]);
        match manifest.open_records(1, &sealed, &board.keyring) {
            Ok(Some(records)) => prop_assert_eq!(records.len() as u32, manifest.chunks[1].records),
            Ok(None) => prop_assert!(false, "the key is here"),
            Err(error) => prop_assert!(matches!(error, SnapshotError::Chunk(1) | SnapshotError::Counts)),
        }
    }
}

/// Four byte strings, which is what columns are, with any lengths.
fn shaped(bytes: &[u8], shape: u8) -> Vec<u8> {
    let mut encoder = minicbor::Encoder::new(Vec::new());
    encoder.array(4).unwrap();
    for i in 0..4 {
        let part = &bytes[..bytes.len() * (i + 1) / 4];
        let part = if shape == 2 {
            &part[..part.len() / 16 * 16]
        } else {
            part
        };
        encoder.bytes(part).unwrap();
    }
    encoder.into_writer()
}

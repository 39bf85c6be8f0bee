//! Bytes of a snapshot: what a hub hands out in its place, and what a lead's device that lies would have signed and sealed.
//!
//! The first byte says where the others come in: whatever lies behind a signature or a seal is signed and sealed here, with
//! the board's own keys, because a fuzzer guesses neither.

use super::{Board, NOW, board};
use minicbor::bytes::ByteVec;
use sidedesk_domain::fields::{campaign, report};
use sidedesk_domain::fold::{self, FOLD_VERSION};
use sidedesk_domain::{DeviceId, Edit, Kind, MemberId, RecordEdit, RecordId, RecordState, Space, Stamp};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::invite::InviteSecret;
use sidedesk_protocol::keys::{DeviceSecret, Entropy, hash};
use sidedesk_protocol::message::{HubFrame, decode, encode};
use sidedesk_protocol::seal;
use sidedesk_protocol::snapshot::{ChunkInfo, Manifest, Record, SNAPSHOT_VERSION, SignedManifest};
use sidedesk_protocol::snapshot_fetch::{Fetcher, Newcomer};
use sidedesk_protocol::snapshot_maker::Maker;
use sidedesk_store::SnapshotLoad;
use std::sync::OnceLock;

/// The number of a chunk that holds no records but the chain.
const CHAIN: u8 = 255;

/// Where the bytes come in.
const PLACES: [fn(&[u8]); 6] = [signed, manifest, board_chunk, inner_chunk, chain, frame];

/// A snapshot's bytes.
pub fn snapshot(bytes: &[u8]) {
    let Some((first, content)) = bytes.split_first() else {
        return;
    };
    PLACES[usize::from(*first) % PLACES.len()](content);
}

/// As the hub hands it out: nobody signed this.
fn signed(bytes: &[u8]) {
    let Ok(signed) = minicbor::decode::<SignedManifest>(bytes) else {
        return;
    };
    let again = minicbor::to_vec(&signed).unwrap();
    assert_eq!(minicbor::decode::<SignedManifest>(&again).unwrap(), signed);
    if signed.read().is_ok() {
        assert_eq!(
            signed.manifest,
            made().manifest,
            "a manifest that nobody signed was read"
        );
    }
}

/// Signed by whoever it names, if that is a device of this board: its counts and sizes may be anything.
fn manifest(bytes: &[u8]) {
    let board = board();
    let Ok(mut manifest) = minicbor::decode::<Manifest>(bytes) else {
        return;
    };
    manifest.verify_key = board.secret.verify_key();
    let Ok(signed) = manifest.sign(&board.secret) else {
        return;
    };
    let Ok(read) = signed.read() else { return };
    assert_eq!(read, manifest);
    let _ = (read.len(), read.is_empty(), read.allowed(&board.chain));
    assert!(read.open_chain(bytes, &board.keyring).is_err(), "nobody sealed this");
    let all = u32::try_from(read.chunks.len()).unwrap();
    for index in [0, 1, 2, all.saturating_sub(1), all] {
        assert!(read.check_chunk(index, bytes).is_err());
        // Without the key of its epoch a chunk is passed over; what is opened, somebody sealed.
        assert!(!matches!(read.open_records(index, bytes, &board.keyring), Ok(Some(_))));
    }
}

fn board_chunk(bytes: &[u8]) {
    chunk(Space::Board, bytes);
}

fn inner_chunk(bytes: &[u8]) {
    chunk(Space::Inner, bytes);
}

/// Sealed columns of records, and a manifest that counts them: whatever is taken is sound, and can be looked at, changed
/// and sent on.
fn chunk(space: Space, plain: &[u8]) {
    let kinds = minicbor::decode::<[ByteVec; 4]>(plain).map_or(0, |columns| columns[0].len() / 2);
    let (manifest, sealed) = sealed(space.number(), u32::try_from(kinds).unwrap(), plain);
    let Ok(Some(parts)) = manifest.open_records(1, &sealed, &board().keyring) else {
        return;
    };
    assert_eq!(parts.len(), kinds);
    let mut load = SnapshotLoad::new(&manifest);
    if load.take(0, space, parts).is_err() {
        return;
    }
    for ((kind, id), state) in load.finish() {
        sound(kind, id, state, space);
    }
}

fn sound(kind: Kind, id: RecordId, mut state: RecordState, space: Space) {
    let again: RecordState = minicbor::decode(&minicbor::to_vec(&state).unwrap()).unwrap();
    assert_eq!(again, state);
    assert!(
        state.is_part(space, board().chain.n),
        "a record that cannot be was taken"
    );
    let _ = (state.is_deleted(), state.edited_since_deleted(), state.needs_update());
    for field in state.contested() {
        assert!(!state.rivals(field).is_empty());
    }
    let _ = (state.digested(space), state.shown_values().count());
    let edits = vec![(campaign::NAME, Edit::Set("Free shipping".into()))];
    let edit = RecordEdit {
        kind,
        id,
        seen: 1,
        edits,
    };
    fold::apply(&mut state, &edit, stamp(3), |_| ());
}

/// The chain's state in the first chunk: another one than the manifest names is not taken.
fn chain(plain: &[u8]) {
    let board = board();
    let (mut manifest, _) = sealed(Space::Board.number(), 0, &[]);
    let info = ChunkInfo {
        what: CHAIN,
        ..manifest.chunks[0].clone()
    };
    let sealed = seal_for(&mut manifest, 0, info, plain);
    if let Ok(chain) = manifest.open_chain(&sealed, &board.keyring) {
        let place = |chain: &Chain| (chain.workspace, chain.n, chain.hash);
        assert_eq!(place(&chain), place(&board.chain));
        manifest.allowed(&chain).unwrap();
    }
}

/// A frame in the conversation that fetches one: nobody vouched for anything.
fn frame(bytes: &[u8]) {
    let board = board();
    let Ok(frame) = decode::<HubFrame>(bytes) else { return };
    let newcomer = Newcomer {
        secret: DeviceSecret::from_bytes([8; 32]),
        workspace: board.chain.workspace,
        hub_key: board.hub.public(),
        invite: InviteSecret::from_bytes([4; 32]),
    };
    let mut fetcher = Fetcher::new(newcomer, FOLD_VERSION);
    for _ in 0..2 {
        let _ = fetcher.step(frame.clone());
        assert!(fetcher.chosen().is_none(), "a snapshot that nobody vouched for");
    }
}

/// A manifest of one chunk of records, and the chunk.
fn sealed(what: u8, records: u32, plain: &[u8]) -> (Manifest, Vec<u8>) {
    let Board { chain, secret, .. } = board();
    let info = ChunkInfo {
        what,
        epoch: chain.membership.epoch,
        group: 0,
        records,
        len: 0,
        hash: [0; 32],
    };
    let mut manifest = Manifest {
        version: SNAPSHOT_VERSION,
        workspace: chain.workspace,
        n: chain.n,
        hash: chain.hash,
        fold_version: FOLD_VERSION,
        verify_key: secret.verify_key(),
        made: NOW,
        records: u64::from(records),
        chunks: vec![info.clone(), info.clone()],
    };
    let sealed = seal_for(&mut manifest, 1, info, plain);
    (manifest, sealed)
}

/// Seals the plain bytes of this chunk, and names what came of it.
fn seal_for(manifest: &mut Manifest, index: usize, mut info: ChunkInfo, plain: &[u8]) -> Vec<u8> {
    let space = Space::from_number(info.what).unwrap_or(Space::Board);
    let key = board().keyring.get(space, info.epoch).unwrap();
    let sealed = seal::seal(plain, key, &manifest.identity(&info), &mut Entropy::new([6; 32])).unwrap_or_default();
    (info.len, info.hash) = (u32::try_from(sealed.len()).unwrap(), hash(&[&sealed]));
    manifest.chunks[index] = info;
    sealed
}

fn stamp(place: u64) -> Stamp {
    Stamp {
        place,
        device: DeviceId([1; 16]),
        member: MemberId([1; 16]),
        author_time: NOW,
        hub_time: NOW,
    }
}

/// A record with something in both spaces.
fn record() -> (Kind, RecordId, RecordState) {
    let (kind, id, seen) = (Kind::Report, RecordId([9; 16]), 0);
    let edits = vec![
        (report::AT, Edit::Set(NOW.into())),
        (report::BODY, Edit::Set("The sole comes off".into())),
    ];
    let mut state = RecordState::default();
    fold::apply(&mut state, &RecordEdit { kind, id, seen, edits }, stamp(1), |_| ());
    (kind, id, state)
}

/// The board's snapshot.
fn made() -> &'static SignedManifest {
    static MADE: OnceLock<SignedManifest> = OnceLock::new();
    MADE.get_or_init(|| {
        let board = board();
        let mut entropy = Entropy::new([7; 32]);
        let keys = (&board.secret, &board.keyring);
        let (mut maker, _) = Maker::begin(&board.chain, keys, FOLD_VERSION, NOW, &mut entropy).unwrap();
        let (kind, id, state) = record();
        let states = Space::ALL.map(|space| encode(&state.in_space(space)).unwrap());
        maker.add(Record { kind, id, states }, &mut entropy).unwrap();
        maker.finish(&mut entropy).unwrap().1
    })
}

/// The columns of one chunk, as [`Maker`] writes them: two bytes, sixteen and four for each record, then the states.
fn columns(records: &[(Kind, RecordId, Vec<u8>)]) -> Vec<u8> {
    let mut columns = [const { Vec::new() }; 4];
    for (kind, id, state) in records {
        columns[0].extend(kind.number().to_le_bytes());
        columns[1].extend(id.as_bytes());
        columns[2].extend(u32::try_from(state.len()).unwrap().to_le_bytes());
        columns[3].extend(state);
    }
    let columns = columns.map(ByteVec::from);
    minicbor::to_vec(columns).unwrap()
}

/// Examples to begin with, for each place.
pub fn examples() -> Vec<(String, Vec<u8>)> {
    let (kind, id, state) = record();
    let state = |space| minicbor::to_vec(state.in_space(space)).unwrap();
    let other = RecordId([10; 16]);
    let two = columns(&[(kind, id, state(Space::Board)), (kind, other, state(Space::Board))]);
    let offered = HubFrame::Snapshots {
        admission: Some(board().entries[1].clone()),
        manifests: vec![made().clone()],
    };
    let contents = [
        ("signed", minicbor::to_vec(made()).unwrap()),
        ("manifest", made().manifest.clone()),
        ("two-records", two),
        ("inner", columns(&[(kind, id, state(Space::Inner))])),
        ("chain", board().chain.to_bytes().unwrap()),
        ("offered", encode(&offered).unwrap()),
    ];
    let numbered = (0_u8..).zip(contents);
    numbered
        .map(|(place, (name, bytes))| (name.to_owned(), [&[place][..], &bytes].concat()))
        .collect()
}

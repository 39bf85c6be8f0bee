//! The bytes of the wire and of the log, as they were first written. **A change here breaks every existing board**: logs
//! on people's disks, on hubs and in backups are read by their old bytes for ever. New things get new numbers.
//!
//! The bytes lie in `tests/fixtures/wire/golden.txt`, one `name hex` per line. Only what is *added* may be written anew,
//! on purpose: `SIDEDESK_WRITE_GOLDEN=1 cargo test -p sidedesk-protocol --test golden`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod board;

use board::{Board, NOW, campaign_added};
use data_encoding::HEXLOWER;
use sidedesk_domain::fields::{DELETED, campaign};
use sidedesk_domain::text::{Seed, TextEdit};
use sidedesk_domain::{
    Action, DeviceId, Edit, FieldId, Kind, MemberId, OpId, RecordId, RecordState, Space, Stamp, fold,
};
use sidedesk_protocol::admit::{Decision, Known, admit};
use sidedesk_protocol::author::{device_keys, encode_action, hello};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::invite::{InviteCode, JoinRequest, seal_request};
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, Receipt, RefusedWhy, encode};
use sidedesk_protocol::snapshot::{Manifest, Record};
use sidedesk_protocol::snapshot_maker::Maker;
use sidedesk_protocol::{VERSION, keys};
use std::collections::BTreeMap;
use std::path::PathBuf;

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../../tests/fixtures/wire/golden.txt"]
        .iter()
        .collect()
}

fn committed() -> BTreeMap<String, Vec<u8>> {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, hex)| (name.to_owned(), HEXLOWER.decode(hex.as_bytes()).unwrap()))
        .collect()
}

/// Everything that lies on a disk or crosses a wire, made now.
fn written() -> BTreeMap<String, Vec<u8>> {
    let mut board = Board::new();
    let mut all = BTreeMap::new();
    let log = board.log.clone();
    for (i, (name, entry)) in log.iter().enumerate() {
        all.insert(format!("log/{}-{name}", entry.n), encode(entry).unwrap());
        let after = board.before.get(i + 1).unwrap_or(&board.chain);
        all.insert(format!("chain-hash/{}", entry.n), after.hash.to_vec());
    }
    all.insert("chain-state".into(), board.chain.to_bytes().unwrap());
    all.insert("membership-hash".into(), board.chain.membership_hash().to_vec());
    all.insert("action".into(), encode_action(&campaign_added(7)).unwrap());
    all.insert("action-long-text".into(), encode_action(&long_text_typed()).unwrap());
    all.insert("record-state".into(), encode(&record_state()).unwrap());
    all.insert("device-id".into(), board.alice.id().as_bytes().to_vec());
    let code = InviteCode::new(
        "wss://hub.example.com:7420".into(),
        board.hub.public(),
        board.chain.workspace,
        &board.invitation,
    );
    all.insert("invite-code".into(), code.to_text().unwrap().into_bytes());
    for (name, frame) in client_frames(&mut board) {
        all.insert(format!("client/{name}"), encode(&frame).unwrap());
    }
    for (name, frame) in hub_frames(&mut board) {
        all.insert(format!("hub/{name}"), encode(&frame).unwrap());
    }
    for (name, bytes) in snapshot_bytes(&mut board) {
        all.insert(name, bytes);
    }
    all
}

/// A snapshot of one record in two spaces, and everything that is said about it.
fn snapshot_bytes(board: &mut Board) -> Vec<(String, Vec<u8>)> {
    let Board {
        alice,
        keyring,
        chain,
        entropy,
        ..
    } = board;
    let (mut maker, first) = Maker::begin(chain, (alice, keyring), 1, NOW, entropy).unwrap();
    let states = Space::ALL.map(|space| encode(&record_state().in_space(space)).unwrap());
    let (kind, id) = (Kind::Campaign, RecordId([0x13; 16]));
    maker.add(Record { kind, id, states }, entropy).unwrap();
    let (rest, signed) = maker.finish(entropy).unwrap();
    let (digest, index, bytes) = (signed.digest(), 1, vec![1, 2, 3]);
    let (manifest, admission) = (signed.clone(), Some(board.log[3].1.clone()));
    let put = bytes.clone();
    let client = [
        ("offer-snapshot", ClientFrame::OfferSnapshot { manifest }),
        (
            "put-chunk",
            ClientFrame::PutChunk {
                digest,
                index,
                bytes: put,
            },
        ),
        ("ask-snapshot", ClientFrame::AskSnapshot),
        ("ask-chunk", ClientFrame::AskChunk { digest, index }),
    ];
    let message = "why".to_owned();
    let (manifests, nothing) = (
        vec![signed.clone()],
        HubFrame::Snapshots {
            admission: None,
            manifests: Vec::new(),
        },
    );
    let hub = [
        ("snapshot-held", HubFrame::SnapshotHeld { digest, held: 3 }),
        ("snapshot-refused", HubFrame::SnapshotRefused { digest, message }),
        ("snapshots", HubFrame::Snapshots { admission, manifests }),
        ("snapshots-none", nothing),
        ("chunk", HubFrame::Chunk { digest, index, bytes }),
    ];
    let mut all = vec![
        ("snapshot/manifest".to_owned(), signed.manifest.clone()),
        ("snapshot/digest".to_owned(), digest.to_vec()),
    ];
    let chunks = [first].into_iter().chain(rest).enumerate();
    all.extend(chunks.map(|(i, chunk)| (format!("snapshot/chunk-{i}"), chunk)));
    all.extend(client.map(|(name, frame)| (format!("client/{name}"), encode(&frame).unwrap())));
    all.extend(hub.map(|(name, frame)| (format!("hub/{name}"), encode(&frame).unwrap())));
    all
}

/// The envelope of an edit of a long text; what Loro writes in it has a test of its own in `domain`.
fn long_text_typed() -> Action {
    let mut typed = campaign_added(7);
    let edit = TextEdit {
        seed: Seed([7; 16]),
        update: b"an update".to_vec(),
    };
    typed.records[0].edits = vec![(campaign::TEXT, Edit::Text(edit))];
    typed
}

fn record_state() -> RecordState {
    let mut state = RecordState::default();
    let mut place = 0;
    let mut write = |device: u8, seen, field: FieldId, edit: Edit| {
        place += 1;
        let stamp = Stamp {
            place,
            device: DeviceId([device; 16]),
            member: MemberId([device; 16]),
            author_time: NOW + place as i64,
            hub_time: NOW,
        };
        let mut edits = campaign_added(seen).records.remove(0);
        edits.edits = vec![(field, edit)];
        fold::apply(&mut state, &edits, stamp, |_| ());
    };
    write(1, 0, campaign::NAME, Edit::Set("a".into()));
    write(2, 0, campaign::NAME, Edit::Set("b".into()));
    write(3, 0, campaign::BUDGET, Edit::Set(sidedesk_domain::Value::Null));
    write(1, 0, campaign::PRODUCT, Edit::Add("Boots".into()));
    write(2, 0, campaign::PRODUCT, Edit::Remove("Boots".into()));
    write(1, 5, DELETED, Edit::Set(true.into()));
    state
}

fn client_frames(board: &mut Board) -> Vec<(&'static str, ClientFrame)> {
    let (workspace, nonce, hub_key) = (board.chain.workspace, [6; 32], board.hub.public());
    let request = JoinRequest {
        device: device_keys(&board.bob, MemberId([2; 16])),
    };
    let (_, Entry { op, .. }) = board.log[4].clone();
    vec![
        (
            "hello",
            hello(
                &board.alice,
                workspace,
                (board.chain.n, board.chain.hash),
                &nonce,
                &hub_key,
            ),
        ),
        (
            "join",
            ClientFrame::Join {
                version: VERSION,
                workspace,
                invite: board.invitation.id(),
                proof: board.invitation.proof(workspace, &nonce, &hub_key),
                request: seal_request(&request, &board.invitation, &mut board.entropy).unwrap(),
            },
        ),
        (
            "upload",
            ClientFrame::Upload {
                entries: vec![board.log[1].1.clone()],
            },
        ),
        ("follow", ClientFrame::Follow { after: 300 }),
        ("push", ClientFrame::Push { op }),
        ("presence", ClientFrame::Presence { sealed: vec![1, 2, 3] }),
        ("ping", ClientFrame::Ping),
    ]
}

fn hub_frames(board: &mut Board) -> Vec<(String, HubFrame)> {
    let challenge = HubFrame::Challenge {
        version: VERSION,
        nonce: [6; 32],
        hub_key: board.hub.public(),
    };
    let welcome = HubFrame::Welcome {
        n: board.chain.n,
        hash: board.chain.hash,
        takes_upload: false,
    };
    let page = HubFrame::Page {
        entries: vec![board.log[1].1.clone()],
        head: 9,
    };
    let (device, invite) = (board.bob.id(), board.invitation.id());
    let mut frames: Vec<(String, HubFrame)> = vec![
        ("challenge".into(), challenge),
        ("welcome".into(), welcome),
        ("page".into(), page),
        ("receipt".into(), HubFrame::Receipt(receipt(board))),
        ("uploaded".into(), HubFrame::Uploaded { n: 300 }),
        (
            "presence".into(),
            HubFrame::Presence {
                device,
                sealed: vec![7],
            },
        ),
        ("pong".into(), HubFrame::Pong),
        ("join-waiting".into(), HubFrame::JoinWaiting),
        (
            "join-asked".into(),
            HubFrame::JoinAsked {
                invite,
                request: vec![8],
            },
        ),
        ("admitted".into(), HubFrame::Admitted),
    ];
    use RefusedWhy::{Cloned, Gap, Later, Never, SealAgain};
    for why in [Gap, SealAgain, Cloned, Never, Later] {
        let (op, message) = (OpId([9; 16]), "why".to_owned());
        frames.push((format!("refused-{why:?}"), HubFrame::Refused { op, why, message }));
    }
    use DeniedWhy::{Busy, Fork, Invite, NoWorkspace, Nonsense, NotAMember, Proof, Version};
    for why in [Version, NotAMember, Proof, NoWorkspace, Fork, Invite, Nonsense, Busy] {
        let message = "why".to_owned();
        frames.push((format!("denied-{why:?}"), HubFrame::Denied { why, message }));
    }
    frames
}

fn receipt(board: &mut Board) -> Receipt {
    let op = board.action(OpId([0x30; 16]), sidedesk_domain::Space::Board, b"x");
    let known = Known {
        same_seq: None,
        base_hash: Some(board.chain.hash),
    };
    let Decision::Accept(accepted) = admit(&board.chain, op, &known, NOW + 9_000, &board.hub) else {
        panic!("refused")
    };
    accepted.receipt
}

#[test]
fn bytes_never_change() {
    let written = written();
    if std::env::var_os("SIDEDESK_WRITE_GOLDEN").is_some() {
        let head =
            "# Bytes of the wire and the log: `name hex`. A change here breaks every existing board; see golden.rs.\n";
        let lines = written
            .iter()
            .map(|(name, bytes)| format!("{name} {}\n", HEXLOWER.encode(bytes)));
        let kept = if path().exists() {
            of_older_programs()
        } else {
            BTreeMap::new()
        };
        let kept = kept
            .iter()
            .map(|(name, bytes)| format!("{BEFORE_SEATS}{name} {}\n", HEXLOWER.encode(bytes)));
        std::fs::create_dir_all(path().parent().unwrap()).unwrap();
        std::fs::write(path(), head.to_owned() + &lines.chain(kept).collect::<String>()).unwrap();
    }
    let committed = committed();
    for (name, bytes) in &written {
        assert_eq!(
            committed.get(name).map(|bytes| HEXLOWER.encode(bytes)),
            Some(HEXLOWER.encode(bytes)),
            "{name}: a change here breaks every existing board"
        );
    }
    assert_eq!(
        committed.len() - of_older_programs().len(),
        written.len(),
        "something that was written once is no longer checked"
    );
}

#[test]
fn the_committed_log_is_still_a_log() {
    let committed = committed();
    let mut log: Vec<Entry> = Vec::new();
    for (name, bytes) in &committed {
        if name.starts_with("log/") {
            let entry: Entry = minicbor::decode(bytes).unwrap();
            assert_eq!(&encode(&entry).unwrap(), bytes, "{name} is written as it was read");
            log.push(entry);
        }
    }
    log.sort_by_key(|entry| entry.n);
    let mut chain = Chain::empty(sidedesk_protocol::entry::workspace_id(&log[0].op));
    for entry in &log {
        chain.append(entry).unwrap();
        assert_eq!(committed[&format!("chain-hash/{}", entry.n)], chain.hash);
    }
    assert_eq!(Chain::from_bytes(&committed["chain-state"]).unwrap(), chain);
    let before = &of_older_programs()["chain-state"];
    assert!(chain.is_what(before).unwrap() && chain.is_what(&committed["chain-state"]).unwrap());
    let read = Chain::from_bytes(before).unwrap();
    assert_eq!((read.n, read.hash), (chain.n, chain.hash));
    assert_eq!(read.membership.members, chain.membership.members);
    let ops: Vec<SignedOp> = log.into_iter().map(|entry| entry.op).collect();
    assert_eq!(ops.len(), 7, "every kind of op");
}

#[test]
fn the_committed_frames_still_read() {
    for (name, bytes) in committed() {
        if name.starts_with("client/") {
            let frame: ClientFrame = sidedesk_protocol::message::decode(&bytes).unwrap();
            assert_eq!(encode(&frame).unwrap(), bytes, "{name}");
        } else if name.starts_with("hub/") {
            let frame: HubFrame = sidedesk_protocol::message::decode(&bytes).unwrap();
            assert_eq!(encode(&frame).unwrap(), bytes, "{name}");
            if let HubFrame::Receipt(receipt) = frame {
                let board = Board::new();
                receipt.verify(board.chain.workspace, &board.hub.public()).unwrap();
            }
        } else if name == "invite-code" {
            let code = InviteCode::from_text(std::str::from_utf8(&bytes).unwrap()).unwrap();
            assert_eq!(code.secret().id(), Board::new().invitation.id());
        }
    }
}

/// What programs wrote that did not say yet who sat where: still read.
const BEFORE_SEATS: &str = "before-seats/";

fn of_older_programs() -> BTreeMap<String, Vec<u8>> {
    let all = committed().into_iter();
    all.filter_map(|(name, bytes)| Some((name.strip_prefix(BEFORE_SEATS)?.to_owned(), bytes)))
        .collect()
}

#[test]
fn the_committed_snapshots_still_open() {
    opens(&committed(), |chain, board| assert_eq!(chain, &board.chain));
    opens(&of_older_programs(), |chain, board| {
        assert!(board.chain.is_what(&of_older_programs()["chain-state"]).unwrap());
        assert_eq!(chain.membership_hash(), board.chain.membership_hash());
    });
}

fn opens(committed: &BTreeMap<String, Vec<u8>>, check: impl Fn(&Chain, &Board)) {
    let manifest: Manifest = minicbor::decode(&committed["snapshot/manifest"]).unwrap();
    let board = Board::new();
    let chain = manifest
        .open_chain(&committed["snapshot/chunk-0"], &board.keyring)
        .unwrap();
    check(&chain, &board);
    for (index, space) in (1..).zip(Space::ALL) {
        let chunk = &committed[&format!("snapshot/chunk-{index}")];
        let records = manifest.open_records(index, chunk, &board.keyring).unwrap().unwrap();
        assert_eq!(records.len(), 1);
        let state: RecordState = minicbor::decode(&records[0].state).unwrap();
        assert_eq!(state, record_state().in_space(space));
    }
}

#[test]
fn hashes_are_separated_by_what_they_are_for() {
    let board = Board::new();
    let op = &board.log[0].1.op;
    let all = [
        op.hash(),
        board.chain.workspace.0,
        board.before[1].hash,
        keys::hash(&[&op.header, &op.signature]),
    ];
    for (i, one) in all.iter().enumerate() {
        assert!(!all[i + 1..].contains(one));
    }
}

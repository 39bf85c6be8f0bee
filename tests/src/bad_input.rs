//! Any bytes, in every place where bytes come in: what must hold of them. The fuzz targets in `tests/fuzz` and the
//! replay of their corpora in the test run call these and nothing else.
//!
//! A function that returns has seen a typed refusal or something sound; anything else is a panic.

use sidedesk_domain::fields::campaign;
use sidedesk_domain::membership::Role;
use sidedesk_domain::{
    Action, ActionId, DeviceId, Edit, Kind, MemberId, RecordEdit, RecordId, Stamp, WorkspaceId, fold,
};
use sidedesk_protocol::admit;
use sidedesk_protocol::author::{self, Stand};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::engine::{Engine, Event};
use sidedesk_protocol::entry::{Entry, workspace_id};
use sidedesk_protocol::invite::{InviteCode, InviteSecret, open_request};
use sidedesk_protocol::keys::{DeviceSecret, Entropy, HubSecret, Keyring};
use sidedesk_protocol::membership::{NameHub, Public};
use sidedesk_protocol::message::{ClientFrame, HubFrame, decode, encode};
use sidedesk_protocol::seal;
use sidedesk_store::{Access, Keys, Store};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

mod files;
mod snapshot;

pub use files::{formats, mapper, workbook};
pub use snapshot::snapshot;

/// When these stories play.
const NOW: i64 = 1_795_000_000_000;

/// A place where bytes come in.
pub type Target = fn(&[u8]);

/// All of them, by the name of their corpus.
pub const TARGETS: [(&str, Target); 9] = [
    ("frame", frame),
    ("entry", entry),
    ("state", state),
    ("sealed", sealed),
    ("snapshot", snapshot),
    ("formats", formats),
    ("mapper", mapper),
    ("workbook", workbook),
    ("database", database),
];

struct Board {
    secret: DeviceSecret,
    hub: HubSecret,
    chain: Chain,
    entries: Vec<Entry>,
    keyring: Keyring,
}

/// A shared board of two entries.
fn board() -> &'static Board {
    static BOARD: OnceLock<Board> = OnceLock::new();
    BOARD.get_or_init(|| {
        let (secret, hub) = (DeviceSecret::from_bytes([3; 32]), HubSecret::from_bytes(&[2; 32]));
        let mut entropy = Entropy::new([1; 32]);
        let (genesis, keyring) = author::genesis(&secret, (MemberId([1; 16]), Role::Lead), NOW, &mut entropy).unwrap();
        let mut chain = Chain::empty(workspace_id(&genesis));
        let first = chain.place(genesis, NOW);
        chain.append(&first).unwrap();
        let named = NameHub {
            hub_key: hub.public(),
            address: "ws://hub.example.com".into(),
        };
        let op = author::name_hub(&Stand::on(&chain, secret.id()), &secret, named, NOW, &mut entropy).unwrap();
        let second = chain.place(op, NOW);
        chain.append(&second).unwrap();
        Board {
            secret,
            hub,
            chain,
            entries: vec![first, second],
            keyring,
        }
    })
}

/// A frame, on either side: read, written again, and acted upon by an engine that waits for one, and at the hub's door.
pub fn frame(bytes: &[u8]) {
    let board = board();
    if let Ok(frame) = decode::<HubFrame>(bytes) {
        let again = encode(&frame).unwrap();
        assert_eq!(decode::<HubFrame>(&again).unwrap(), frame);
        for follows in [false, true] {
            let mut engine = Engine::new(board.secret.clone(), board.chain.clone());
            let mut before = vec![
                Event::Start,
                Event::Loaded(Box::new(board.chain.clone())),
                Event::Opened,
            ];
            if follows {
                before.push(Event::Frame(Box::new(HubFrame::Welcome {
                    n: board.chain.n,
                    hash: board.chain.hash,
                    takes_upload: false,
                })));
            }
            for event in before.into_iter().chain([Event::Frame(Box::new(frame.clone()))]) {
                engine.step(event, 7);
            }
            assert_eq!(engine.head(), board.chain.n, "nobody signed an entry behind this one");
        }
    }
    if let Ok(frame) = decode::<ClientFrame>(bytes) {
        let again = encode(&frame).unwrap();
        assert_eq!(decode::<ClientFrame>(&again).unwrap(), frame);
        let chain = Some(&board.chain);
        let welcome = admit::door(chain, &board.hub, &[0; 32], &frame, Some(board.chain.hash));
        assert!(welcome.is_err(), "nobody proved who they are");
        assert!(admit::join_door(chain, &board.hub, &[0; 32], &frame, NOW).is_err());
    }
}

/// An entry: read, taken apart, and offered to a chain, which takes none that nobody signed.
pub fn entry(bytes: &[u8]) {
    let board = board();
    let Ok(entry) = minicbor::decode::<Entry>(bytes) else {
        return;
    };
    if let Ok(header) = entry.op.parse() {
        let _ = Public::read(header.kind, &entry.op);
        let _ = author::open_action(&header, &entry.op, &board.keyring);
        let _ = author::open_invite(&header, &entry.op, &board.keyring);
    }
    let mut chain = Chain::empty(board.chain.workspace);
    chain.append(&board.entries[0]).unwrap();
    if chain.append(&entry).is_ok() {
        assert_eq!(entry.op, board.entries[1].op, "an entry that nobody signed was taken");
    }
}

/// A chain's state as a store keeps it.
pub fn state(bytes: &[u8]) {
    if let Ok(chain) = Chain::from_bytes(bytes) {
        let again = Chain::from_bytes(&chain.to_bytes().unwrap()).unwrap();
        assert_eq!(again, chain);
    }
}

/// What is inside: sealed bodies, requests, codes; and an action, folded.
pub fn sealed(bytes: &[u8]) {
    assert!(seal::open(bytes, &[9; 32], b"header").is_err(), "nobody sealed this");
    let secret = InviteSecret::from_bytes([4; 32]);
    assert!(open_request(bytes, &secret).is_err());
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = InviteCode::from_text(text);
    }
    let Ok(action) = minicbor::decode::<Action>(bytes) else {
        return;
    };
    let again = minicbor::to_vec(&action).unwrap();
    assert_eq!(minicbor::decode::<Action>(&again).unwrap(), action);
    let mut records = BTreeMap::new();
    for (place, edit) in (1..).zip(&action.records) {
        let stamp = Stamp {
            place,
            device: DeviceId([1; 16]),
            member: MemberId([1; 16]),
            author_time: NOW,
            hub_time: NOW,
        };
        let state = records.entry(edit.id).or_default();
        fold::apply(state, edit, stamp, |_| ());
    }
    action.into_parts(1_000);
}

/// The beginning of `log.db`: those bytes are written over it, from the place that the first two say, and it is opened.
pub fn database(bytes: &[u8]) {
    static FILES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    let [low, high, patch @ ..] = bytes else { return };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let files = FILES.get_or_init(|| runtime.block_on(founded()));
    let dir = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    for (name, content) in files {
        let mut content = content.clone();
        if name == "log.db" {
            let at = usize::from(u16::from_le_bytes([*low, *high])) % content.len();
            let len = patch.len().min(content.len() - at);
            content[at..at + len].copy_from_slice(&patch[..len]);
        }
        std::fs::write(dir.path().join(name), content).unwrap();
    }
    runtime.block_on(async {
        if let Ok(store) = Store::open(dir.path(), Access::Write, Arc::new(|| NOW)).await {
            let _ = store.verify().await;
            let _ = store.close().await;
        }
    });
}

async fn founded() -> Vec<(String, Vec<u8>)> {
    let dir = tempfile::tempdir().unwrap();
    sidedesk_store::Founder::found(dir.path(), sidedesk_domain::membership::Role::Lead, NOW, &Keys::file())
        .await
        .unwrap();
    let store = Store::open(dir.path(), Access::Write, Arc::new(|| NOW)).await.unwrap();
    store.close().await.unwrap();
    ["identity", "log.db", "view.db"]
        .map(|name| (name.to_owned(), std::fs::read(dir.path().join(name)).unwrap()))
        .into()
}

/// Examples to begin with: the name of the target, the name of the file, its bytes.
pub fn examples() -> Vec<(&'static str, String, Vec<u8>)> {
    let board = board();
    let mut out = Vec::new();
    let mut add = |target, name: &str, bytes: Vec<u8>| out.push((target, name.to_owned(), bytes));
    for (i, entry) in board.entries.iter().enumerate() {
        add("entry", &format!("signed-{i}"), minicbor::to_vec(entry).unwrap());
    }
    let page = HubFrame::Page {
        entries: board.entries.clone(),
        head: 2,
    };
    let welcome = HubFrame::Welcome {
        n: 2,
        hash: board.chain.hash,
        takes_upload: false,
    };
    for (name, frame) in [("page", page), ("welcome", welcome), ("pong", HubFrame::Pong)] {
        add("frame", name, encode(&frame).unwrap());
    }
    let upload = ClientFrame::Upload {
        entries: board.entries.clone(),
    };
    let hello = ClientFrame::Hello {
        version: sidedesk_protocol::VERSION,
        workspace: board.chain.workspace,
        device: board.secret.id(),
        verify_key: board.secret.verify_key(),
        n: 2,
        hash: board.chain.hash,
        proof: [5; 64],
    };
    for (name, frame) in [("upload", upload), ("hello", hello), ("ping", ClientFrame::Ping)] {
        add("frame", name, encode(&frame).unwrap());
    }
    add("state", "two-entries", board.chain.to_bytes().unwrap());
    add("state", "empty", Chain::empty(WorkspaceId([1; 32])).to_bytes().unwrap());
    let secret = InviteSecret::from_bytes([4; 32]);
    let code = InviteCode::new(
        "ws://hub.example.com".into(),
        board.hub.public(),
        board.chain.workspace,
        &secret,
    );
    add("sealed", "code", code.to_text().unwrap().into_bytes());
    let edits = vec![
        (campaign::NAME, Edit::Set("Free shipping EU".into())),
        (campaign::PRODUCT, Edit::Add("Boots".into())),
    ];
    let action = Action {
        id: ActionId([8; 16]),
        name: "campaign.add".into(),
        undoes: None,
        redoes: None,
        records: vec![RecordEdit {
            kind: Kind::Campaign,
            id: RecordId([9; 16]),
            seen: 1,
            edits,
        }],
    };
    add("sealed", "action", minicbor::to_vec(&action).unwrap());
    for (name, bytes) in snapshot::examples() {
        add("snapshot", &name, bytes);
    }
    for (first, name) in [
        (0, "zendesk_view_export_layout.csv"),
        (0, "trello_csv_events_layout.csv"),
        (1, "trello_board.json"),
        (1, "uk_bank_holidays_govuk.json"),
        (2, "ics_multiple_timezones.ics"),
        (2, "ics_example.ics"),
        (2, "jours_feries_fr.ics"),
    ] {
        let mut bytes = std::fs::read(crate::device::foreign(name)).unwrap();
        bytes.truncate(3_000);
        bytes.insert(0, first);
        add("formats", name, bytes);
    }
    for (name, bytes) in files::workbook_examples() {
        add("workbook", &name, bytes);
    }
    for (name, at, patch) in [
        ("magic", 0_u16, &b"SQLite format 4"[..]),
        ("page-size", 16, &[0, 1]),
        ("version", 60, &[9; 4]),
    ] {
        add("database", name, [&at.to_le_bytes()[..], patch].concat());
    }
    out
}

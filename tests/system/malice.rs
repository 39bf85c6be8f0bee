//! A member whose program was changed: what it writes is well sealed, well signed and nonsense. Whoever reads it goes on:
//! no command of the real program falls over, both sides verify and show the same, and what others write still arrives.

use crate::two_devices::{agree, pair};
use sidedesk_domain::fields::{FIELDS, board, board_id};
use sidedesk_domain::text::{Seed, TextEdit};
use sidedesk_domain::{Action, ActionId, Edit, FieldId, Kind, OpId, RecordEdit, RecordId, Space, Value};
use sidedesk_protocol::author::{self, Stand, device_keys, hello};
use sidedesk_protocol::entry::SignedOp;
use sidedesk_protocol::invite::{InviteCode, JoinRequest, seal_request};
use sidedesk_protocol::keys::{DeviceSecret, Entropy, Keyring};
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::message::{ClientFrame, HubFrame, decode, encode};
use sidedesk_protocol::{MemberId, VERSION, seal};
use sidedesk_store::{Access, Store};
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::Message;

/// The kinds that a store lets anybody write.
const KINDS: [Kind; 7] = [
    Kind::Campaign,
    Kind::Complaint,
    Kind::Report,
    Kind::Member,
    Kind::Decision,
    Kind::Standup,
    Kind::Other(999),
];

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

fn fresh() -> Entropy {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    Entropy::new(seed)
}

fn id() -> [u8; 16] {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    OpId::v7(now(), [[0; 2].as_slice(), &number].concat().try_into().unwrap()).0
}

/// In this device's folder, without its program.
fn inside<T>(device: &Device, act: impl AsyncFnOnce(&Store) -> T) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&device.data(), Access::Write, Arc::new(now)).await.unwrap();
        let done = act(&store).await;
        store.close().await.unwrap();
        done
    })
}

/// One action with these records.
fn writes(device: &Device, name: &str, records: Vec<RecordEdit>) {
    inside(device, async |store| {
        let action = Action {
            id: ActionId(id()),
            name: name.into(),
            undoes: None,
            redoes: None,
            records: records.clone(),
        };
        store.commit(action).await.unwrap();
    });
}

/// Everything that reads, on this device; the words of those that refused.
fn reads_everything(device: &Device, ids: &[String]) {
    let mut commands: Vec<Vec<String>> = [
        "campaign list",
        "complaint list",
        "agenda",
        "clashes",
        "deleted",
        "members",
        "status",
        "since 2026-01-01",
        "offers --at 2026-11-22",
        "search typed",
        "search owner:nobody before:2026-12-01",
        "standup show",
    ]
    .iter()
    .map(|line| line.split(' ').map(str::to_owned).collect())
    .collect();
    for id in ids {
        for kind in ["campaign", "complaint", "report"] {
            commands.push(vec![kind.into(), "show".into(), id.clone()]);
        }
        commands.push(vec!["history".into(), id.clone()]);
        commands.push(vec!["history".into(), id.clone(), "--at".into(), "2026-11-22".into()]);
        commands.push(vec!["report".into(), "list".into(), "--complaint".into(), id.clone()]);
    }
    for command in commands {
        let ended = device.run(&command);
        let said = &ended.stderr;
        assert!(
            matches!(ended.code, Some(0 | 1)),
            "{command:?}: {:?} {said}",
            ended.code
        );
        assert!(!said.contains("panicked"), "{command:?}: {said}");
    }
}

/// Both have it, show the same, and what others write arrives.
fn unharmed(attacker: &Device, victim: &Device, ids: &[String]) {
    agree(&[attacker, victim]);
    reads_everything(victim, ids);
    let card = victim.add("complaint", "Typed afterwards", &["severity=3"]);
    agree(&[victim, attacker]);
    assert_eq!(attacker.show("complaint", &card)["title"], "Typed afterwards");
}

/// Every field of every kind with this edit.
fn everywhere(edit: &Edit, ids: &mut Vec<String>) -> Vec<RecordEdit> {
    let record = |kind: Kind| {
        let id = RecordId(id());
        ids.push(id.to_string());
        let of_kind = FIELDS.iter().filter(|spec| spec.kind == kind).map(|spec| spec.id);
        let unknown = [FieldId(9_999), FieldId(0x8000 | 9_999)];
        let edits = of_kind.chain(unknown).map(|field| (field, edit.clone())).collect();
        RecordEdit {
            kind,
            id,
            seen: 0,
            edits,
        }
    };
    KINDS.map(record).into()
}

#[test]
fn values_that_no_field_takes_harm_nobody() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    let deep = [vec![0x81; 2000], vec![0x00]].concat();
    let garbage = TextEdit {
        seed: Seed([7; 16]),
        update: vec![0xff; 500],
    };
    let values = [
        Value::Int(i64::MAX),
        Value::Int(i64::MIN),
        Value::Int(-1),
        Value::Bool(true),
        Value::Text(String::new()),
        Value::Text("\0\u{1}\u{202e}\u{200b}\u{feff}\r\n\t".into()),
        Value::Text("2026-99-99 Mars/Phobos 99:99".into()),
        Value::Id(RecordId([0xff; 16])),
        Value::Raw(vec![0x83, 1, 2, 3]),
        Value::Raw(deep),
    ];
    let mut edits: Vec<Edit> = values.iter().cloned().map(Edit::Set).collect();
    edits.extend(values.iter().cloned().map(Edit::Add));
    edits.push(Edit::Remove(Value::Int(1)));
    edits.push(Edit::Text(garbage));
    edits.push(Edit::Unknown(vec![0x82, 0x18, 0x63, 0x00]));
    let mut ids = Vec::new();
    for edit in &edits {
        writes(&attacker, "", everywhere(edit, &mut ids));
    }
    // What is read one by one: some of each.
    let some: Vec<String> = ids.iter().step_by(5).cloned().collect();
    unharmed(&attacker, &victim, &some);
}

#[test]
fn a_text_as_long_as_an_op_harms_nobody() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    let mut ids = Vec::new();
    for field in [FieldId(100), FieldId(200)] {
        let kind = if field.0 == 100 {
            Kind::Campaign
        } else {
            Kind::Complaint
        };
        let id = RecordId(id());
        ids.push(id.to_string());
        // As long as it can be, in words for the index.
        let edits = vec![(field, Edit::Set(Value::Text("long ".repeat(40_000))))];
        writes(
            &attacker,
            "x",
            vec![RecordEdit {
                kind,
                id,
                seen: u64::MAX,
                edits,
            }],
        );
    }
    unharmed(&attacker, &victim, &ids);
}

/// The board's own record: a zone that there is not, a standup at no time.
#[test]
fn settings_that_mean_nothing_harm_nobody() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    for value in [Value::Text("Mars/Phobos".into()), Value::Int(i64::MIN), Value::Null] {
        let fields = [board::NAME, board::ZONE, board::STANDUP];
        let edits = fields.map(|field| (field, Edit::Set(value.clone()))).into();
        let (kind, id, seen) = (Kind::Board, board_id(), u64::MAX);
        writes(&attacker, "board.set", vec![RecordEdit { kind, id, seen, edits }]);
        unharmed(&attacker, &victim, &[]);
    }
}

/// Rules from beyond every version: both say that there is something newer, and go on with what they know.
#[test]
fn rules_that_no_program_knows_harm_nobody() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    for number in [-1, 0, 1000, i64::MAX] {
        let edits = vec![(board::FOLD, Edit::Set(Value::Int(number)))];
        let (kind, id, seen) = (Kind::Board, board_id(), u64::MAX);
        writes(&attacker, "board.set", vec![RecordEdit { kind, id, seen, edits }]);
        unharmed(&attacker, &victim, &[]);
    }
}

/// Records that refer to each other in a circle, and to nothing.
#[test]
fn references_in_a_circle_harm_nobody() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    let ring: Vec<RecordId> = (0..5).map(|_| RecordId(id())).collect();
    let next = |i: usize| ring[(i + 1) % ring.len()];
    let duplicate = FIELDS.iter().find(|spec| spec.name == "duplicate_of").unwrap().id;
    let complaint = |i: usize| RecordEdit {
        kind: Kind::Complaint,
        id: ring[i],
        seen: 0,
        edits: vec![
            (FieldId(200), Edit::Set("in a circle".into())),
            (duplicate, Edit::Set(next(i).into())),
        ],
    };
    let mut records: Vec<RecordEdit> = (0..ring.len()).map(complaint).collect();
    let (kind, id, seen) = (Kind::Complaint, RecordId(id()), 0);
    let edits = vec![
        (duplicate, Edit::Set(id.into())),
        (FieldId(200), Edit::Set("its own".into())),
    ];
    records.push(RecordEdit { kind, id, seen, edits });
    writes(&attacker, "complaint.merge", records);
    let ids: Vec<String> = ring.iter().map(ToString::to_string).collect();
    unharmed(&attacker, &victim, &ids);
}

/// Markup, formulas and paths in every text that can be typed: others read exactly what was typed, as text.
#[test]
fn markup_and_formulas_stay_text() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    let texts = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "{{7*7}} ${7*7} #{7*7} %s %n",
        "=cmd|' /C calc'!A0",
        "'; drop table campaign; --",
        "../../../../etc/passwd",
        "</style><svg/onload=alert(1)>",
    ];
    let mut shown = Vec::new();
    for text in texts {
        let campaign = attacker.add("campaign", text, &[&format!("text={text}"), &format!("owner={text}")]);
        let complaint = attacker.add("complaint", text, &[&format!("notes={text}"), &format!("got={text}")]);
        let report = attacker.add("report", text, &[&format!("complaint={complaint}")]);
        shown.push((text, campaign, complaint, report));
    }
    agree(&[&attacker, &victim]);
    for (text, campaign, complaint, report) in &shown {
        let card = victim.show("campaign", campaign);
        for field in ["name", "text", "owner"] {
            assert_eq!(card[field], *text, "{field}");
        }
        let card = victim.show("complaint", complaint);
        for field in ["title", "notes", "got"] {
            assert_eq!(card[field], *text, "{field}");
        }
        assert_eq!(victim.show("report", report)["title"], *text);
    }
    let ids: Vec<String> = shown.into_iter().map(|(_, campaign, ..)| campaign).collect();
    unharmed(&attacker, &victim, &ids[..2]);
}

/// What the attacker's own program knows, to write ops that it would not.
struct Hand {
    secret: DeviceSecret,
    keyring: Keyring,
    stand: Stand,
}

fn hand(device: &Device) -> Hand {
    inside(device, async |store| {
        let mut keyring = Keyring::default();
        for entry in store.entries_after(0, 10_000, usize::MAX).await.unwrap() {
            let header = entry.op.parse().unwrap();
            if let Some(public) = Public::read(header.kind, &entry.op).unwrap() {
                keyring.open_wraps(&store.secret(), public.wraps()).unwrap();
            }
        }
        let (secret, chain) = (store.secret(), store.chain().await.unwrap());
        let stand = Stand::on(&chain, secret.id());
        Hand { secret, keyring, stand }
    })
}

/// Pushes these as that device, by hand; every one has to be taken.
fn pushed(hub: &Hub, hand: &Hand, ops: Vec<SignedOp>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (mut socket, _) = tokio_tungstenite::connect_async(format!("{}/ws", hub.address()))
            .await
            .unwrap();
        let mut waiting: std::collections::VecDeque<SignedOp> = ops.into();
        while let Some(Ok(Message::Binary(bytes))) = socket.next().await {
            let answer = match decode::<HubFrame>(&bytes).unwrap() {
                HubFrame::Challenge { nonce, hub_key, .. } => {
                    let Stand {
                        workspace,
                        base_n,
                        base_hash,
                        ..
                    } = hand.stand;
                    hello(&hand.secret, workspace, (base_n, base_hash), &nonce, &hub_key)
                }
                HubFrame::Welcome { .. } | HubFrame::Receipt(_) => match waiting.pop_front() {
                    Some(op) => ClientFrame::Push { op },
                    None => return,
                },
                HubFrame::Refused { message, .. } | HubFrame::Denied { message, .. } => panic!("{message}"),
                _ => continue,
            };
            socket
                .send(Message::Binary(encode(&answer).unwrap().into()))
                .await
                .unwrap();
        }
        panic!("the hub hung up");
    });
}

impl Hand {
    /// An op with this body, sealed or not, and this header's space and time.
    fn op(&mut self, space: Space, author_time: i64, body: impl FnOnce(&[u8], &Keyring) -> Vec<u8>) -> SignedOp {
        self.op_in(space.number(), author_time, body)
    }

    /// The same in a space that there need not be.
    fn op_in(&mut self, space: u8, author_time: i64, body: impl FnOnce(&[u8], &Keyring) -> Vec<u8>) -> SignedOp {
        let what = (OpId(id()), Space::Board, author_time);
        let op = author::action(&self.stand, &self.secret, &self.keyring, what, b"x", &mut fresh()).unwrap();
        let mut header = op.parse().unwrap();
        header.space = space;
        let body = body(&header.identity(), &self.keyring);
        let op = header.sign(body, &self.secret).unwrap();
        self.stand = self.stand.after(&op);
        op
    }
}

fn sealed_for(space: Space, plain: &[u8], identity: &[u8], keyring: &Keyring) -> Vec<u8> {
    seal::seal(plain, keyring.get(space, 1).unwrap(), identity, &mut fresh()).unwrap()
}

/// Bodies that do not open, or open to nothing: sealed under the other space's key, for another op, not at all.
#[test]
fn bodies_that_mean_nothing_harm_nobody() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    agree(&[&attacker, &victim]);
    let mut hand = hand(&attacker);
    let mut ops = vec![
        hand.op(Space::Board, now(), |_, _| vec![0; 300]),
        hand.op(Space::Board, now(), |_, _| Vec::new()),
        hand.op_in(200, now(), |identity, keys| {
            sealed_for(Space::Board, b"x", identity, keys)
        }),
        hand.op(Space::Board, now(), |identity, keys| {
            sealed_for(Space::Inner, b"x", identity, keys)
        }),
        hand.op(Space::Inner, now(), |identity, keys| {
            sealed_for(Space::Board, b"x", identity, keys)
        }),
        hand.op(Space::Board, now(), |_, keys| {
            sealed_for(Space::Board, b"x", b"another op", keys)
        }),
        hand.op(Space::Board, now(), |identity, keys| {
            sealed_for(Space::Board, b"", identity, keys)
        }),
        hand.op(Space::Board, now(), |identity, keys| {
            sealed_for(Space::Board, &vec![0x9f; 200_000], identity, keys)
        }),
    ];
    // An action that says of fields of the inner space that they are the board's, and the other way round.
    for space in Space::ALL {
        let action = Action {
            id: ActionId(id()),
            name: "campaign.add".into(),
            undoes: None,
            redoes: None,
            records: everywhere(&Edit::Set("in the wrong space".into()), &mut Vec::new()),
        };
        let plain = author::encode_action(&action).unwrap();
        ops.push(hand.op(space, now(), |identity, keys| sealed_for(space, &plain, identity, keys)));
    }
    pushed(&hub, &hand, ops);
    unharmed(&attacker, &victim, &[]);
}

/// A few kilobytes that unpack to hundreds of megabytes.
#[test]
fn a_body_that_unpacks_without_end_harms_nobody() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    agree(&[&attacker, &victim]);
    let mut hand = hand(&attacker);
    // As much as sealing takes: four megabytes of one letter in one field, in a few hundred bytes.
    let bomb = Action {
        id: ActionId(id()),
        name: "x".into(),
        undoes: None,
        redoes: None,
        records: vec![RecordEdit {
            kind: Kind::Complaint,
            id: RecordId(id()),
            seen: 0,
            edits: vec![(FieldId(200), Edit::Set(Value::Text("a".repeat(4_000_000))))],
        }],
    };
    let plain = author::encode_action(&bomb).unwrap();
    let ops = (0..3).map(|_| {
        hand.op(Space::Board, now(), |identity, keys| {
            sealed_for(Space::Board, &plain, identity, keys)
        })
    });
    let ops: Vec<SignedOp> = ops.collect();
    assert!(ops.iter().all(|op| op.len() < 10_000), "it is no bomb");
    pushed(&hub, &hand, ops);
    unharmed(&attacker, &victim, &[]);
}

/// Times that no clock shows.
#[test]
fn times_at_the_end_of_time_harm_nobody() {
    let hub = Hub::start();
    let (victim, attacker) = pair(&hub);
    agree(&[&attacker, &victim]);
    let mut hand = hand(&attacker);
    let mut ids = Vec::new();
    let mut ops = Vec::new();
    for time in [
        i64::MIN,
        i64::MIN + 1,
        -62_135_596_800_001,
        i64::MAX,
        i64::MAX - 1,
        253_402_300_800_000,
    ] {
        let record = RecordId(id());
        ids.push(record.to_string());
        let instants = [103, 102].map(|field| (FieldId(field), Edit::Set(Value::Int(time))));
        let action = Action {
            id: ActionId(id()),
            name: "campaign.add".into(),
            undoes: None,
            redoes: None,
            records: vec![RecordEdit {
                kind: Kind::Campaign,
                id: record,
                seen: 0,
                edits: [(FieldId(100), Edit::Set("when".into()))]
                    .into_iter()
                    .chain(instants)
                    .collect(),
            }],
        };
        let plain = author::encode_action(&action).unwrap();
        ops.push(hand.op(Space::Board, time, |identity, keys| {
            sealed_for(Space::Board, &plain, identity, keys)
        }));
    }
    pushed(&hub, &hand, ops);
    unharmed(&attacker, &victim, &ids);
}

/// A newcomer with an invitation whose key nothing can be wrapped to: it is not let in, and the lead goes on.
#[test]
fn a_newcomer_whose_key_nothing_can_be_wrapped_to_stops_nobody() {
    let hub = Hub::start();
    let (lead, other) = pair(&hub);
    agree(&[&lead, &other]);
    let code = lead.json(["invite"])["code"].as_str().unwrap().to_owned();
    let code = InviteCode::from_text(&code).unwrap();
    let mut keys = device_keys(&DeviceSecret::from_bytes([9; 32]), MemberId([9; 16]));
    keys.wrap_key = [0; 32];
    let request = seal_request(&JoinRequest { device: keys }, &code.secret(), &mut fresh()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let watching = lead.watch();
    let _knocking = runtime.block_on(async {
        let (mut socket, _) = tokio_tungstenite::connect_async(format!("{}/ws", hub.address()))
            .await
            .unwrap();
        while let Some(Ok(Message::Binary(bytes))) = socket.next().await {
            match decode::<HubFrame>(&bytes).unwrap() {
                HubFrame::Challenge { nonce, hub_key, .. } => {
                    let join = ClientFrame::Join {
                        version: VERSION,
                        workspace: code.workspace,
                        invite: code.secret().id(),
                        proof: code.secret().proof(code.workspace, &nonce, &hub_key),
                        request: request.clone(),
                    };
                    socket
                        .send(Message::Binary(encode(&join).unwrap().into()))
                        .await
                        .unwrap();
                }
                HubFrame::JoinWaiting => return socket,
                other => panic!("{other:?}"),
            }
        }
        panic!("the hub hung up");
    });
    // The lead was asked by now, or will be at its next connection.
    assert_eq!(watching.stop(), Some(0));
    lead.add("complaint", "Typed while it knocks", &["severity=2"]);
    agree(&[&lead, &other]);
    let again = lead.json(["invite"])["code"].as_str().unwrap().to_owned();
    let newcomer = Device::new();
    lead.let_in(&newcomer, &again, "support");
    agree(&[&lead, &other, &newcomer]);
}

/// Files that are made to hurt whoever imports them: refused with a sentence or read, and the board goes on.
#[test]
fn files_made_to_hurt_are_refused_or_read() {
    let device = Device::founded("support");
    let wide = format!("{}\n{}\n", "a,".repeat(50_000), "b,".repeat(50_000));
    let long = format!("Id,Subject\n1,\"{}\"\n", "x".repeat(4_000_000));
    let quotes = format!("Id,Subject\n{}", "1,\"open\n".repeat(20_000));
    let lines = "\"\n".repeat(50_000);
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(200_000), "}".repeat(200_000));
    let event =
        "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\nDTSTART:19700101T000000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n";
    let calendar = format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", event.repeat(200));
    let folded = format!(
        "BEGIN:VCALENDAR\r\nX-A:{}\r\nEND:VCALENDAR\r\n",
        "\r\n a".repeat(200_000)
    );
    let files: [(&str, Vec<u8>); 11] = [
        ("wide.csv", wide.into_bytes()),
        ("long.csv", long.into_bytes()),
        ("quotes.csv", quotes.into_bytes()),
        ("lines.csv", lines.into_bytes()),
        ("deep.json", deep.into_bytes()),
        ("objects.json", objects.into_bytes()),
        ("endless.ics", calendar.into_bytes()),
        ("folded.ics", folded.into_bytes()),
        ("packed.csv", [b"\x1f\x8b\x08\0".as_slice(), &[0; 1000]].concat()),
        ("packed.zip", [b"PK\x03\x04".as_slice(), &[0; 1000]].concat()),
        ("zeros.csv", vec![0; 1_000_000]),
    ];
    for (name, bytes) in files {
        let file = device.file(name, bytes);
        let ended = device.run(["import", &file]);
        let said = &ended.stderr;
        assert!(matches!(ended.code, Some(0 | 1)), "{name}: {:?} {said}", ended.code);
        assert!(!said.contains("panicked"), "{name}: {said}");
    }
    device.add("complaint", "Typed afterwards", &[]);
    device.verified();
}

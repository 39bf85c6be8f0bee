//! Whoever comes to the door without being wanted there: before the greeting, with a wrong one, in pieces, or in masses.
//! Each test names what the hub claims, as SECURITY.md lists it.

use crate::board::{Board, device};
use crate::client::{Client, Desk, upload};
use crate::ground::Ground;
use crate::raw::{self, HANDSHAKE, drip, frame, hub, impatient, rest, tcp, turned_away, upgrade, upgrade_head};
use sidedesk_hub::Limits;
use sidedesk_protocol::author::hello;
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, MAX_FRAME_LEN};
use sidedesk_protocol::{VERSION, ZERO_HASH};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const BINARY_UNFINISHED: u8 = 0x02;
const CONTINUED: u8 = 0x00;
const COMPRESSED: u8 = 0xc2;
const PING: u8 = 0x89;

/// A socket on which a conversation has begun, and nothing was said.
async fn conversation(addr: SocketAddr) -> TcpStream {
    let mut socket = tcp(addr).await;
    assert_eq!(upgrade(&mut socket, "").await, 101);
    socket
}

/// The hub still takes what an honest device brings.
async fn still_works(addr: SocketAddr, board: &Board) {
    let (_, welcome) = Client::hello(addr, 1, &board.chain).await;
    assert!(matches!(welcome, HubFrame::Welcome { .. }), "{welcome:?}");
}

async fn within_the_deadline(took: Duration) {
    assert!(took >= HANDSHAKE && took < HANDSHAKE * 5, "{took:?}");
}

/// A head that comes a byte at a time is over at the deadline.
#[tokio::test]
async fn a_head_that_drips_is_over_at_the_deadline() {
    let ground = Ground::sqlite();
    let hub = hub(&ground, impatient()).await;
    within_the_deadline(drip(tcp(hub.addr).await, b"GET /ws HTTP/1.1\r\nx: ").await).await;
    assert!(turned_away(hub.addr, "slow").await >= 1);
}

/// A greeting that comes a byte at a time is over at the deadline.
#[tokio::test]
async fn a_greeting_that_drips_is_over_at_the_deadline() {
    let ground = Ground::sqlite();
    let hub = hub(&ground, impatient()).await;
    within_the_deadline(drip(conversation(hub.addr).await, &frame(BINARY, &[0; 200])).await).await;
    assert_eq!(turned_away(hub.addr, "slow").await, 1);
}

/// Pieces of a frame without end, empty ones or not, are over at the deadline too: no piece prolongs it.
#[tokio::test]
async fn pieces_without_end_are_over_at_the_deadline() {
    let ground = Ground::sqlite();
    let hub = hub(&ground, impatient()).await;
    for piece in [&b""[..], b"x"] {
        let mut socket = conversation(hub.addr).await;
        socket.write_all(&frame(BINARY_UNFINISHED, b"x")).await.unwrap();
        within_the_deadline(drip(socket, &frame(CONTINUED, piece)).await).await;
    }
}

/// Nor do pings before the greeting.
#[tokio::test]
async fn pings_do_not_prolong_the_time_for_the_greeting() {
    let ground = Ground::sqlite();
    let hub = hub(&ground, impatient()).await;
    within_the_deadline(drip(conversation(hub.addr).await, &frame(PING, b"")).await).await;
}

/// Before the greeting no more is read than a greeting has, whatever a frame says of its length and however many there are:
/// it is over long before the deadline.
#[tokio::test]
async fn a_large_frame_before_the_greeting_is_not_read() {
    let ground = Ground::sqlite();
    let hub = hub(&ground, Limits::default()).await;
    let mut never_whole = frame(BINARY, &vec![0; MAX_FRAME_LEN]);
    never_whole.pop();
    for bytes in [never_whole, frame(PING, &[0; 100]).repeat(2000)] {
        let since = Instant::now();
        let mut socket = conversation(hub.addr).await;
        let sent = socket.write_all(&bytes).await;
        rest(socket).await;
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "{sent:?} {:?}",
            since.elapsed()
        );
    }
}

/// A frame that is longer than the protocol's bound ends the conversation of a member too.
#[tokio::test]
async fn a_frame_over_the_bound_ends_the_conversation() {
    let desk = Desk::with(Ground::sqlite(), &[]).await;
    let (mut client, _) = Client::hello(desk.hub.addr, 1, &desk.board.chain).await;
    client.send_bytes(vec![0; MAX_FRAME_LEN + 1]).await;
    while client.try_next().await.is_some() {}
    still_works(desk.hub.addr, &desk.board).await;
}

/// A head of a request has bounds: its length, and its lines.
#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let ground = Ground::sqlite();
    let hub = hub(&ground, Limits::default()).await;
    let long = format!("x-long: {}\r\n", "x".repeat(40_000));
    let many: String = (0..200).map(|i| format!("x-{i}: y\r\n")).collect();
    for more in [long, many] {
        let mut socket = tcp(hub.addr).await;
        let _ = socket.write_all(upgrade_head(&more).as_bytes()).await;
        let said = String::from_utf8_lossy(&rest(socket).await).into_owned();
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
    }
    assert!(turned_away(hub.addr, "nonsense").await >= 1);
    let mut usual = tcp(hub.addr).await;
    assert_eq!(upgrade(&mut usual, "x-forwarded-for: 192.0.2.1\r\n").await, 101);
}

/// What is no request of ours is answered or hung up on, and never more than that.
#[tokio::test]
async fn requests_of_other_kinds_harm_nobody() {
    let desk = Desk::with(Ground::sqlite(), &[]).await;
    let addr = desk.hub.addr;
    for bytes in [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "CONNECT inside:5432 HTTP/1.1\r\nhost: inside\r\nconnection: close\r\n\r\n".into(),
        "POST /ws HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\n".into(),
        "POST /ws HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\nabc".into(),
        "GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".into(),
        "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".into(),
        "\0\u{1}\u{2}".repeat(5000),
    ] {
        let mut socket = tcp(addr).await;
        let _ = socket.write_all(bytes.as_bytes()).await;
        let _ = socket.shutdown().await;
        let said = String::from_utf8_lossy(&rest(socket).await).into_owned();
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{bytes:.40}: {said}");
    }
    still_works(addr, &desk.board).await;
}

/// Frames that no device sends: text, without a mask, compressed, a piece of nothing, of an unknown kind.
#[tokio::test]
async fn frames_that_no_device_sends_end_the_conversation() {
    let desk = Desk::with(Ground::sqlite(), &[]).await;
    let mut unmasked = frame(BINARY, b"");
    unmasked.truncate(2);
    unmasked[1] = 0;
    for (what, bytes) in [
        ("text", frame(TEXT, b"hello")),
        ("text that is none", frame(TEXT, &[0xff, 0xfe])),
        ("unmasked", unmasked),
        ("compressed", frame(COMPRESSED, b"xxxx")),
        ("a piece of nothing", frame(CONTINUED, b"x")),
        ("an unknown kind", frame(0x8b, b"")),
        ("a ping of two pieces", frame(0x09, b"")),
    ] {
        let mut socket = conversation(desk.hub.addr).await;
        socket.write_all(&bytes).await.unwrap();
        let since = Instant::now();
        rest(socket).await;
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "{what}: {:?}",
            since.elapsed()
        );
    }
    still_works(desk.hub.addr, &desk.board).await;
}

/// Nothing but a greeting is listened to at first.
#[tokio::test]
async fn whatever_comes_before_the_greeting_ends_the_conversation() {
    let desk = Desk::with(Ground::sqlite(), &[]).await;
    let op = desk.board.op(1, b"x");
    let entries = desk.board.log.clone();
    for early in [
        ClientFrame::Push { op },
        ClientFrame::Upload { entries },
        ClientFrame::Follow { after: 0 },
        ClientFrame::AskSnapshot,
        ClientFrame::Presence { sealed: vec![1] },
        ClientFrame::DeclareHead { n: 1, hash: ZERO_HASH },
    ] {
        let (mut client, _, _) = Client::open(desk.hub.addr).await;
        client.send(&early).await;
        assert_eq!(client.denied().await, DeniedWhy::Nonsense, "{early:?}");
    }
    still_works(desk.hub.addr, &desk.board).await;
}

/// Whoever is in cannot become somebody else on the same connection.
#[tokio::test]
async fn a_second_greeting_ends_the_conversation() {
    let desk = Desk::with(Ground::sqlite(), &[2]).await;
    let chain = &desk.board.chain;
    let (mut client, nonce, hub_key) = Client::open(desk.hub.addr).await;
    let greeting = |who| hello(&device(who), chain.workspace, (chain.n, chain.hash), &nonce, &hub_key);
    client.send(&greeting(1)).await;
    assert!(matches!(client.next().await, HubFrame::Welcome { .. }));
    client.send(&greeting(2)).await;
    assert_eq!(client.denied().await, DeniedWhy::Nonsense);
}

/// A greeting is good for the connection that it was made for: every connection has a number of its own in it.
#[tokio::test]
async fn a_greeting_that_was_overheard_opens_no_other_connection() {
    let desk = Desk::with(Ground::sqlite(), &[]).await;
    let chain = &desk.board.chain;
    let (mut first, nonce, hub_key) = Client::open(desk.hub.addr).await;
    let greeting = hello(&device(1), chain.workspace, (chain.n, chain.hash), &nonce, &hub_key);
    first.send(&greeting).await;
    assert!(matches!(first.next().await, HubFrame::Welcome { .. }));
    let (mut second, other, _) = Client::open(desk.hub.addr).await;
    assert_ne!(other, nonce);
    second.send(&greeting).await;
    assert_eq!(second.denied().await, DeniedWhy::Proof);
}

/// A hub that a device greeted cannot greet another hub in that device's name.
#[tokio::test]
async fn a_greeting_for_another_hub_opens_nothing() {
    let desk = Desk::with(Ground::sqlite(), &[]).await;
    let chain = &desk.board.chain;
    let (mut client, nonce, hub_key) = Client::open(desk.hub.addr).await;
    let in_between = hello(&device(1), chain.workspace, (chain.n, chain.hash), &nonce, &[9; 32]);
    assert_ne!(hub_key, [9; 32]);
    client.send(&in_between).await;
    assert_eq!(client.denied().await, DeniedWhy::Proof);
}

/// A key that is not the device's, and a device that is not the key's.
#[tokio::test]
async fn another_devices_name_opens_nothing() {
    let desk = Desk::with(Ground::sqlite(), &[2]).await;
    let chain = &desk.board.chain;
    let (mut client, nonce, hub_key) = Client::open(desk.hub.addr).await;
    let ClientFrame::Hello { verify_key, proof, .. } =
        hello(&device(2), chain.workspace, (chain.n, chain.hash), &nonce, &hub_key)
    else {
        panic!("no greeting")
    };
    let stolen = ClientFrame::Hello {
        version: VERSION,
        workspace: chain.workspace,
        device: device(1).id(),
        verify_key,
        n: chain.n,
        hash: chain.hash,
        proof,
    };
    client.send(&stolen).await;
    assert_eq!(client.denied().await, DeniedWhy::Proof);
}

/// Whoever guesses is not listened to for a while, and does not cost a signature any more.
#[tokio::test]
async fn wrong_greetings_without_end_are_not_listened_to() {
    let ground = Ground::sqlite();
    let limits = Limits {
        failed_proofs_per_minute: 5,
        ..Limits::default()
    };
    let hub = hub(&ground, limits).await;
    let board = Board::shared(hub.hub_key, &[]);
    let _founder = upload(hub.addr, &board).await;
    let mut said = Vec::new();
    for _ in 0..8 {
        let first = Client::first_frame(hub.addr).await;
        if let HubFrame::Denied { why, message } = first {
            said.push((why, message));
            continue;
        }
        let (mut liar, _, _) = Client::open(hub.addr).await;
        liar.send(&ClientFrame::Ping).await;
        assert_eq!(liar.denied().await, DeniedWhy::Nonsense);
    }
    assert!(
        said.iter()
            .any(|(why, words)| *why == DeniedWhy::Busy && words.contains("greetings")),
        "{said:?}"
    );
    assert!(turned_away(hub.addr, "proofs").await >= 1);
    let mut elsewhere = raw::tcp_from([127, 0, 0, 2], hub.addr).await.unwrap();
    assert_eq!(upgrade(&mut elsewhere, "").await, 101, "others are not touched");
}

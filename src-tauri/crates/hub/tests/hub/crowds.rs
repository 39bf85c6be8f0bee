//! Too many at the door, and too much said inside: who is turned away, what the others notice.

use crate::board::Board;
use crate::client::{Client, upload};
use crate::ground::Ground;
use crate::raw::{hub, tcp, tcp_from, turned_away, upgrade, with};
use sidedesk_hub::{Config, Limits};
use sidedesk_protocol::message::{ClientFrame, HubFrame, encode};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// As on a busy day with an office behind one address.
const CROWD: usize = 1000;
const PER_ADDRESS: usize = 100;
/// Frames of one connection that are read at once, and then each second.
const AT_ONCE: u32 = 2000;
const A_SECOND: u32 = 500;
/// An answer to an honest device while others shout, on a machine that is busy with other things too.
const ANSWERED: Duration = Duration::from_secs(5);

fn few_of_one_address() -> Limits {
    Limits {
        connections_per_address: PER_ADDRESS,
        ..Limits::default()
    }
}

/// An honest device's change gets its receipt soon.
async fn is_served(board: &Board, founder: &mut Client, text: &[u8]) -> Duration {
    let since = Instant::now();
    founder.push(&board.op(1, text)).await;
    let answer = timeout(ANSWERED, founder.answer()).await;
    let answer = answer.unwrap_or_else(|_| panic!("no receipt within {ANSWERED:?}"));
    assert!(matches!(answer, HubFrame::Receipt(_)), "{answer:?}");
    since.elapsed()
}

/// A thousand connections from one address take the places of that address and no other's; when they leave, there is room.
#[tokio::test]
async fn a_thousand_connections_from_one_address_leave_room_for_others() {
    let ground = Ground::sqlite();
    let hub = hub(&ground, few_of_one_address()).await;
    let board = Board::shared(hub.hub_key, &[]);
    let mut founder = upload(hub.addr, &board).await;
    let mut crowd = Vec::new();
    for _ in 0..CROWD {
        crowd.push(tcp_from([127, 0, 0, 9], hub.addr).await.unwrap());
    }
    let mut let_in = 0;
    for socket in &mut crowd {
        let_in += usize::from(upgrade(socket, "").await == 101);
    }
    let told = 64;
    assert!(let_in <= PER_ADDRESS + told, "{let_in}");
    assert!(turned_away(hub.addr, "address").await >= (CROWD - PER_ADDRESS - told) as u64);
    is_served(&board, &mut founder, b"meanwhile").await;
    let mut other = tcp_from([127, 0, 0, 8], hub.addr).await.unwrap();
    assert_eq!(upgrade(&mut other, "").await, 101);
    drop(crowd);
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let mut again = tcp_from([127, 0, 0, 9], hub.addr).await.unwrap();
        if upgrade(&mut again, "").await == 101 && !said_busy(again).await {
            break;
        }
        assert!(Instant::now() < end, "the places are not given back");
    }
}

/// What a conversation begins with: a challenge, or a refusal, after which it is closed.
async fn said_busy(socket: tokio::net::TcpStream) -> bool {
    let mut bytes = [0; 400];
    let mut socket = socket;
    let read = tokio::io::AsyncReadExt::read(&mut socket, &mut bytes)
        .await
        .unwrap_or(0);
    String::from_utf8_lossy(&bytes[..read]).contains("try again later")
}

/// Whoever is over the limit of an address hears so in a sentence, as a device shows it.
#[tokio::test]
async fn one_connection_too_many_of_an_address_is_told_so() {
    let ground = Ground::sqlite();
    let limits = Limits {
        connections_per_address: 2,
        ..Limits::default()
    };
    let hub = hub(&ground, limits).await;
    let _held = [tcp(hub.addr).await, tcp(hub.addr).await];
    let HubFrame::Denied { message, .. } = Client::first_frame(hub.addr).await else {
        panic!("let in")
    };
    assert!(message.contains("2 connections from one address"), "{message}");
}

/// An address that comes again and again is slowed down, and others are not.
#[tokio::test]
async fn an_address_that_comes_too_often_waits() {
    let ground = Ground::sqlite();
    let limits = Limits {
        arrivals_per_minute: 1,
        arrivals_at_once: 5,
        ..Limits::default()
    };
    let hub = hub(&ground, limits).await;
    for _ in 0..5 {
        let mut socket = tcp_from([127, 0, 0, 9], hub.addr).await.unwrap();
        assert_eq!(upgrade(&mut socket, "").await, 101);
    }
    let sixth = tcp_from([127, 0, 0, 9], hub.addr).await.unwrap();
    let mut sixth = sixth;
    assert_eq!(upgrade(&mut sixth, "").await, 101, "to be told");
    assert!(said_busy(sixth).await);
    let mut other = tcp_from([127, 0, 0, 8], hub.addr).await.unwrap();
    assert_eq!(upgrade(&mut other, "").await, 101);
    assert!(turned_away(hub.addr, "often").await >= 1);
}

/// Behind a balancer that was named, the devices behind it are counted; a header that anybody else sends is not believed.
#[tokio::test]
async fn only_a_balancer_says_where_a_connection_comes_from() {
    let ground = Ground::sqlite();
    let config = Config {
        limits: Limits {
            connections_per_address: 1,
            ..Limits::default()
        },
        balancers: vec!["127.0.0.7".parse().unwrap()],
        ..ground.config()
    };
    let hub = with(config).await;
    let busy = async |from: [u8; 4], forwarded: &str| {
        let mut socket = tcp_from(from, hub.addr).await.unwrap();
        let header = format!("x-forwarded-for: {forwarded}\r\n");
        let status = upgrade(&mut socket, &header).await;
        let kept = socket.peek(&mut [0]).await.is_ok();
        (status, kept, socket)
    };
    let mut held = Vec::new();
    for behind in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        let (_, _, socket) = busy([127, 0, 0, 7], behind).await;
        held.push(socket);
    }
    assert_eq!(turned_away(hub.addr, "address").await, 0);
    let (_, _, twice) = busy([127, 0, 0, 7], "192.0.2.9, 192.0.2.1").await;
    assert!(said_busy(twice).await, "the second of one address behind the balancer");
    let (_, _, _first) = busy([127, 0, 0, 6], "192.0.2.50").await;
    let (_, _, liar) = busy([127, 0, 0, 6], "192.0.2.51").await;
    assert!(said_busy(liar).await, "a stranger's header");
}

/// A million tiny frames are read at a device's pace: the sender's own buffers fill, and everybody else is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_million_tiny_frames_slow_down_their_sender_and_nobody_else() {
    let ground = Ground::sqlite();
    let limits = Limits {
        frames_per_second: A_SECOND,
        frames_at_once: AT_ONCE,
        ..Limits::default()
    };
    let hub = hub(&ground, limits).await;
    let board = Board::shared(hub.hub_key, &[2]);
    let mut founder = upload(hub.addr, &board).await;
    let (shouter, _) = Client::hello(hub.addr, 2, &board.chain).await;
    let (since, heard) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let ping = encode(&ClientFrame::Ping).unwrap();
    let shouting = tokio::spawn(shouter.shout(ping, 1_000_000, Arc::clone(&heard)));
    let mut slowest = Duration::ZERO;
    for op in board.ops(1, 30, b"an honest change") {
        let pushed = Instant::now();
        founder.push(&op).await;
        assert!(matches!(founder.answer().await, HubFrame::Receipt(_)));
        slowest = slowest.max(pushed.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (answered, took) = (heard.load(Ordering::Relaxed), since.elapsed());
    println!("{answered} frames answered in {took:?}; slowest receipt beside it: {slowest:?}");
    assert!(slowest < ANSWERED, "{slowest:?}");
    let allowed = AT_ONCE as f64 + f64::from(A_SECOND) * took.as_secs_f64();
    assert!((answered as f64) <= allowed, "{answered} in {took:?}");
    assert!(
        answered > AT_ONCE as usize / 2,
        "it was not listened to at all: {answered}"
    );
    assert!(!shouting.is_finished(), "it was hung up on");
    shouting.abort();
}

/// Pings of the WebSocket itself are counted like frames.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_flood_of_pings_slows_down_its_sender_and_nobody_else() {
    let ground = Ground::sqlite();
    let limits = Limits {
        frames_per_second: A_SECOND,
        frames_at_once: AT_ONCE,
        ..Limits::default()
    };
    let hub = hub(&ground, limits).await;
    let board = Board::shared(hub.hub_key, &[2]);
    let mut founder = upload(hub.addr, &board).await;
    let (flooder, _) = Client::hello(hub.addr, 2, &board.chain).await;
    // More than the buffers of both sides hold, and little enough to be read within a second or two.
    let flooding = tokio::spawn(flooder.flood(Message::Ping(vec![0; 120].into()), 120_000));
    for op in board.ops(1, 40, b"an honest change") {
        let pushed = Instant::now();
        founder.push(&op).await;
        assert!(matches!(founder.answer().await, HubFrame::Receipt(_)));
        assert!(pushed.elapsed() < ANSWERED, "{:?}", pushed.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(!flooding.is_finished(), "all of them were read, or it was hung up on");
    flooding.abort();
}

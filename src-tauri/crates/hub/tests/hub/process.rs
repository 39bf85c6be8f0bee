//! The program itself: its one line, its health, and a receipt that outlives kill -9.

use crate::board::Board;
use crate::client::{Client, upload};
use sidedesk_protocol::message::HubFrame;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

async fn start(dir: &Path) -> (Child, SocketAddr) {
    start_with(dir, "").await
}

async fn start_with(dir: &Path, planted: &str) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sidedesk-hub"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(dir)
        .env("SIDEDESK_PLANTED", planted)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = timeout(Duration::from_secs(20), lines.next_line()).await;
    let line = line.expect("it does not listen").unwrap().unwrap();
    let addr = line.strip_prefix("listening on ws://").unwrap().parse().unwrap();
    (child, addr)
}

#[tokio::test]
async fn a_receipt_outlives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, addr) = start(dir.path()).await;
    let (_, _, hub_key) = Client::open(addr).await;
    let board = Board::shared(hub_key, &[]);
    let mut founder = upload(addr, &board).await;
    let op = board.op(1, b"x");
    founder.push(&op).await;
    let HubFrame::Receipt(receipt) = founder.answer().await else {
        panic!("no receipt")
    };
    child.kill().await.unwrap();

    let (mut child, addr) = start(dir.path()).await;
    let mut reader = Client::follower(addr, 1, board.chain.workspace).await;
    let entries = reader.entries_until(receipt.n).await;
    assert_eq!(entries.last().unwrap().op, op);
    let (mut again, welcome) = Client::hello(addr, 1, &board.chain).await;
    assert!(matches!(welcome, HubFrame::Welcome { n, hash, .. } if (n, hash) == (receipt.n, receipt.hash)));
    again.push(&op).await;
    assert_eq!(again.answer().await, HubFrame::Receipt(receipt));
    child.kill().await.unwrap();
}

#[tokio::test]
async fn it_says_that_it_is_healthy() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, addr) = start(dir.path()).await;
    let mut socket = TcpStream::connect(addr).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{answer}");
    child.kill().await.unwrap();
}

/// The planted bug is one: the very same kill loses what was promised.
#[cfg(feature = "planted")]
#[tokio::test]
async fn a_receipt_before_its_commit_does_not_outlive_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, addr) = start_with(dir.path(), "ack-before-commit").await;
    let (_, _, hub_key) = Client::open(addr).await;
    let board = Board::shared(hub_key, &[]);
    let mut founder = upload(addr, &board).await;
    founder.push(&board.op(1, b"x")).await;
    assert!(matches!(founder.answer().await, HubFrame::Receipt(_)));
    child.kill().await.unwrap();
    let (_child, addr) = start(dir.path()).await;
    let (_, welcome) = Client::hello(addr, 1, &board.chain).await;
    assert!(
        matches!(welcome, HubFrame::Welcome { n, .. } if n <= board.chain.n),
        "{welcome:?}"
    );
}

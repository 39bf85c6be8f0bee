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

pub async fn start(dir: &Path) -> (Child, SocketAddr) {
    start_with(dir, &[], "").await
}

/// With more arguments, and with this bug switched on.
pub async fn start_with(dir: &Path, arguments: &[&str], planted: &str) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sidedesk-hub"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(dir)
        .args(arguments)
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

async fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidedesk-hub"));
    let output = timeout(Duration::from_secs(60), command.args(arguments).output()).await;
    let output = output.expect("it hangs").unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// What a web page of the hub says, headers and all.
pub async fn http(addr: SocketAddr, path: &str) -> String {
    let mut socket = TcpStream::connect(addr).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
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
async fn the_program_backs_up_while_it_serves_verifies_and_restores() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, addr) = start(dir.path()).await;
    let (_, _, hub_key) = Client::open(addr).await;
    let board = Board::shared(hub_key, &[]);
    let _founder = upload(addr, &board).await;
    let path = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    let (data, file, fresh) = (path(""), path("backup"), path("fresh"));
    let (code, said, _) = run(&["backup", "--data", &data, &file]).await;
    assert_eq!(code, Some(0), "{said}");
    child.kill().await.unwrap();
    let (code, said, _) = run(&["verify-backup", &file]).await;
    assert_eq!(code, Some(0), "{said}");
    let head: String = board.chain.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(
        said.contains(&format!("{} entries, head {head}", board.chain.n)),
        "{said}"
    );
    assert!(said.ends_with("1 boards are good\n"), "{said}");
    let (code, said, _) = run(&["restore", &file, "--data", &fresh]).await;
    assert_eq!(code, Some(0), "{said}");
    let (code, _, error) = run(&["restore", &file, "--data", &fresh]).await;
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains("is there already"), "{error}");
    crate::ground::run_on(std::path::Path::new(&file), "update entry set seq = seq + 100").await;
    let (code, said, error) = run(&["verify-backup", &file]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("DAMAGED after") && error.contains("1 of 1 boards are damaged"),
        "{said}{error}"
    );
}

#[tokio::test]
async fn a_hub_whose_database_is_gone_says_so_and_starts_when_it_is_told_to_heal() {
    let dir = tempfile::tempdir().unwrap();
    let (mut hub, _) = start(dir.path()).await;
    hub.kill().await.unwrap();
    for file in std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().path()) {
        if file.to_string_lossy().contains("hub.db") {
            std::fs::remove_file(file).unwrap();
        }
    }
    let data = dir.path().to_string_lossy().into_owned();
    let (code, _, said) = run(&["serve", "--data", &data, "--listen", "127.0.0.1:0"]).await;
    assert!(code == Some(1) && said.contains("restore a backup"), "{code:?} {said}");
    let (mut hub, _) = start_with(dir.path(), &["--after-restore"], "").await;
    hub.kill().await.unwrap();
}

#[tokio::test]
async fn the_log_can_be_read_by_programs() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("no/such/file").to_string_lossy().into_owned();
    let data = dir.path().to_string_lossy().into_owned();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sidedesk-hub"))
        .args(["--log", "json", "serve", "--listen", "127.0.0.1:0", "--data", &data])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = timeout(Duration::from_secs(20), lines.next_line()).await;
    let line = line.expect("no log").unwrap().unwrap();
    assert!(line.starts_with('{') && line.contains("\"level\":\"INFO\""), "{line}");
    assert!(
        line.contains("\"message\":\"listening\"") && line.contains("\"addr\":"),
        "{line}"
    );
    child.kill().await.unwrap();
    let (code, _, error) = run(&["verify-backup", &nowhere]).await;
    assert_eq!(code, Some(1));
    assert!(error.contains("is not there"), "{error}");
}

/// What the program says on stderr until it listens, started with these arguments.
async fn said_at_the_start(arguments: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sidedesk-hub"))
        .args(["serve", "--data"])
        .arg(dir.path())
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let listening = timeout(Duration::from_secs(20), lines.next_line()).await;
    let listening = listening.expect("it does not listen").unwrap().unwrap();
    child.kill().await.unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).await.unwrap();
    format!("{listening}\n{said}")
}

/// Whoever opens a hub to a network without encryption is told what can be seen there.
#[tokio::test]
async fn a_hub_that_is_open_and_not_encrypted_says_what_can_be_seen() {
    let words = "can be seen on the way";
    let open = said_at_the_start(&["--listen", "0.0.0.0:0"]).await;
    assert!(open.contains(words), "{open}");
    for quiet in [
        &["--listen", "127.0.0.1:0"][..],
        &["--listen", "0.0.0.0:0", "--tls-self-signed"],
    ] {
        let said = said_at_the_start(quiet).await;
        assert!(!said.contains(words), "{said}");
    }
    let own = said_at_the_start(&["--listen", "0.0.0.0:0", "--tls-self-signed"]).await;
    assert!(
        own.contains("listening on wss://0.0.0.0:") && own.contains("#sha256-"),
        "{own}"
    );
    assert!(own.contains("keep a copy"), "{own}");
}

#[tokio::test]
async fn it_says_that_it_is_healthy() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, addr) = start(dir.path()).await;
    let answer = http(addr, "/healthz").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{answer}");
    child.kill().await.unwrap();
}

/// The planted bug is one: the very same kill loses what was promised.
#[tokio::test]
async fn a_receipt_before_its_commit_does_not_outlive_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, addr) = start_with(dir.path(), &[], "ack-before-commit").await;
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

//! # The hub
//!
//! A relay that gives every op of a board its place in one order and hands it to the board's other devices. It keeps what
//! it cannot read: it knows keys, signatures and places, never a field or a word. Which op is taken is not decided here
//! but in [`sidedesk_protocol::admit`]; this crate is its hands: sockets, one SQLite file, and the order of doing things.
//!
//! ```text
//! socket → door → inbox ──job──► writer (one for each board): draft → commit → swap the head ─┐
//!                 outbox ◄─ answers ─────────────────────────────┘      │                      │
//!                 outbox ◄─ pages, read from the database from its own cursor ◄── "head moved" ┘
//! ```
//!
//! What is absent: no text of a board, no queue that grows with a slow reader, no receipt before its commit.
//!
//! The same hub runs as a program (`sidedesk-hub serve`) and inside a desktop that shares from its own computer
//! ([`serve`]).

mod clock;
mod database;
mod door;
mod draft;
mod error;
mod inbox;
mod key;
mod log;
mod newcomer;
mod outbox;
mod peers;
mod planted;
mod room;
mod server;
mod session;
mod waiting;
mod wire;
mod writer;

pub use error::{Error, Result};
pub use server::{Config, RunningHub, serve};
pub use tokio_util::sync::CancellationToken;

//! # The hub
//!
//! A relay that gives every op of a board its place in one order and hands it to the board's other devices. It keeps what
//! it cannot read: it knows keys, signatures and places, never a field or a word. Which op is taken is not decided here
//! but in [`sidedesk_protocol::admit`]; this crate is its hands: sockets, a database, and the order of doing things.
//!
//! ```text
//! socket → gate, TLS, HTTP (listen)
//!   └────► door → inbox ──job──► writer (one for each board): draft → commit → swap the head ─┐
//!                 outbox ◄─ answers ─────────────────────────────┘      │                      │
//!                 outbox ◄─ pages, the last ones from memory, others from the database ◄──────┘
//! ```
//!
//! What is absent: no text of a board, no queue that grows with a slow reader, no receipt before its commit.
//!
//! The database is one SQLite file, or a PostgreSQL that several replicas share. A replica has no state that another one
//! needs: each board's row in the database is locked by whoever gives the next place.
//!
//! The same hub runs as a program (`sidedesk-hub serve`) and inside a desktop that shares from its own computer
//! ([`serve`]).

pub mod backup;
mod boards;
mod clock;
mod database;
mod door;
mod draft;
mod error;
mod gate;
mod healed;
mod inbox;
mod key;
mod limits;
mod listen;
mod live;
mod log;
mod metered;
mod metrics;
mod newcomer;
mod origin;
mod outbox;
mod pace;
mod peers;
mod planted;
mod replica;
mod room;
mod routes;
mod self_signed;
mod server;
mod session;
mod snapshots;
mod tls;
mod visitor;
mod waiting;
mod wire;
mod writer;

pub use error::{Error, Result};
pub use limits::Limits;
pub use server::{Config, RunningHub, serve};
pub use tls::Certificate;
pub use tokio_util::sync::CancellationToken;

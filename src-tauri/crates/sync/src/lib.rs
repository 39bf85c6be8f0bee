//! # Sync: the engine's hands
//!
//! What to say to the hub, when to store and when to try again is decided in [`sidedesk_protocol::engine`], which knows no
//! socket, disk or clock. This crate does what the engine says, strictly in order, and reports back:
//!
//! ```text
//! socket, timers, commits, clock ──event──► engine ──effects──► store, socket, timers, status ──event──► engine …
//! ```
//!
//! What is absent: any idea of what an op means, and any queue that grows. A frame is written before the next effect is
//! done, and the socket is read only when everything that the last frame asked for is done.
//!
//! [`start`] keeps a board in step; [`join`] waits at the door as a newcomer; [`hub_key`] asks a hub for its key.

mod clock;
mod connect;
mod handle;
mod hands;
mod join;
mod status;
mod timers;

pub use connect::{ConnectError, hub_key};
pub use handle::{SyncConfig, SyncHandle, start};
pub use join::{JoinError, join};
pub use sidedesk_protocol::engine::Status;
pub use status::{Presences, SyncStatus};

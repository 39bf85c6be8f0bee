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
//! Beside it, each on a connection of its own: a newcomer's snapshot comes before anything else (`snapshot`), its history
//! comes behind (`history`), and a lead's device makes and sends one before it lets somebody in (`keeper`).
//!
//! [`start`] keeps a board in step; [`join`] waits at the door as a newcomer; [`hub_key`] asks a hub for its key;
//! [`declare_head`] tells a restored hub that nothing more comes.

mod clock;
mod connect;
mod declare;
mod dial;
mod handle;
mod hands;
mod history;
mod jobs;
mod join;
mod keeper;
mod snapshot;
mod status;
mod timers;
mod trust;

pub use connect::{ConnectError, hub_key, takes};
pub use declare::{DeclareError, declare_head};
pub use handle::{SyncConfig, SyncHandle, start};
pub use jobs::{Job, JobKind};
pub use join::{JoinError, join};
pub use sidedesk_protocol::engine::Status;
pub use status::{Presences, SyncStatus};
pub use trust::Distrust;

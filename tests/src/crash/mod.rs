//! kill -9 at random moments of the real programs, and what must be true afterwards.
//!
//! - [`device`]: a device that commits, alone or in step with a hub, and command lines that commit and import. After
//!   every kill: what was acknowledged is there, once; an import is there whole or not at all; `verify` agrees (files,
//!   chain, every signature, the view against a refold).
//! - [`hub`]: a hub under load from two devices. Every receipt that passed the wire is an entry at its place for ever;
//!   both devices, and a third that joins at the end, hold the same log and show the same.
//!
//! # Planted bugs, and what catches them
//!
//! | bug | where | caught by |
//! |---|---|---|
//! | `ack-early`: a device says "saved" before the commit | `crash_writer` | `cargo test -p sidedesk-tests --test crash` |
//! | `double-apply`: a device does its last action again after a restart | `crash_writer` | the same |
//! | `lying-disk`: what was flushed is gone after the kill | this harness drops the WAL and the side file | the same |
//! | `ack-before-commit`: a receipt leaves before the commit | the hub's feature `planted` | `cargo run -p sidedesk-tests --bin crash -- --planted` |

pub mod check;
pub mod device;
pub mod dice;
pub mod hub;
pub mod ledger;
pub mod proxy;
pub mod writer;

/// A bug on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// "Saved" before the commit.
    AckEarly,
    /// The last action once more after a restart.
    DoubleApply,
    /// A disk that forgets what it said it had.
    LyingDisk,
}

impl Plant {
    /// Its word for `crash_writer`.
    pub fn word(self) -> &'static str {
        match self {
            Self::AckEarly => "ack-early",
            Self::DoubleApply => "double-apply",
            Self::LyingDisk => "lying-disk",
        }
    }
}

//! One function per user action: the only Rust that a shell calls.
//!
//! A shell opens a [`Desk`] over a data directory and calls its functions; the windows and the command line call the same
//! ones. Each checks the rules that span fields or records, builds one action, and lets the store make it durable. What is
//! read comes back as the plain data of [`dto`]; errors carry a stable code and one sentence. Nothing here draws a pixel,
//! prints a line or knows which shell is asking.

mod board;
mod cards;
mod clock;
mod desk;
pub mod dto;
mod error;
mod imports;
mod input;
mod link;
mod records;
mod sharing;
mod undo;
mod verify;
mod words;

pub use clock::Clock;
pub use desk::{Desk, DeskOptions};
pub use error::Error;
pub use imports::MAX_FILE_LEN;

/// Cards of one lane on the first board page, at most.
pub const PAGE_LEN: usize = 200;

/// Reads a date or an instant as people type it: RFC 3339, `2026-11-21`, `2026-11-21 15:00` (in `zone`).
pub fn parse_instant(typed: &str, zone: sidedesk_domain::time::Tz) -> Option<i64> {
    input::instant(typed.trim(), zone)
}

pub use sidedesk_domain::time::Tz;

//! One function per user action: the only Rust that a shell calls.
//!
//! A shell opens a [`Desk`] over a data directory and calls its functions; the windows and the command line call the same
//! ones. Each checks the rules that span fields or records, builds one action, and lets the store make it durable. What is
//! read comes back as the plain data of [`dto`]; errors carry a stable code and one sentence. Nothing here draws a pixel,
//! prints a line or knows which shell is asking.

mod address;
mod aftermath;
mod agenda;
mod attention;
mod board;
mod cards;
mod clashes;
mod clock;
mod code;
mod decisions;
mod desk;
pub mod dto;
mod duplicates;
mod erase;
mod error;
mod export;
mod foresight;
mod imports;
mod input;
mod keys;
mod link;
mod loose;
mod mine;
mod nearest;
mod options;
mod past;
mod people;
mod problem;
mod proposals;
mod quick;
mod records;
mod recovery;
mod retention;
mod sample;
mod search;
mod settings;
mod sharing;
mod since;
mod standup;
mod suggest;
mod texts;
mod trend;
mod undo;
mod unsent;
mod upgrade;
mod verify;
mod voice;
mod words;

pub use attention::{Attention, End, Notice};
pub use clock::Clock;
pub use code::ErrorCode;
pub use desk::Desk;
pub use erase::{KEPT as ERASING_KEEPS, erasable_fields};
pub use error::Error;
pub use export::{EXPORT_FORMATS, EXPORTS, Export, ExportAsked, export_formats};
pub use imports::{ImportFile, MAX_FILE_LEN};
pub use keys::{Keys, KeysChoice, KeysError, Passphrase};
pub use options::{DeskOptions, RefoldWatch};
pub use people::ROLES;
pub use problem::Problem;
pub use recovery::TYPED_BACK as WORDS_TYPED_BACK;
pub use sharing::voice_words;
pub use suggest::MAX_UNASKED;
pub use unsent::unsent;
pub use verify::verify;

/// Cards of one lane on the first board page, at most.
pub const PAGE_LEN: usize = 2000;

/// Clashes that a window gets at once, the strongest.
pub const CLASHES_SHOWN: usize = 500;

/// Agenda items of a day (product W7); the rest is counted.
pub const AGENDA_LEN: usize = 12;

/// Reads a date or an instant as people type it: RFC 3339, `2026-11-21`, `2026-11-21 15:00` (in `zone`).
pub fn parse_instant(typed: &str, zone: sidedesk_domain::time::Tz) -> Option<i64> {
    input::instant(typed.trim(), zone)
}

pub use sidedesk_domain::time::Tz;

/// An instant as text: RFC 3339 in UTC.
pub fn time_text(at_ms: i64) -> String {
    sidedesk_domain::time::to_rfc3339(at_ms)
}

/// Where boards lie when nobody says otherwise: the platform's data directory + `sidedesk`.
pub fn default_data_dir() -> Option<std::path::PathBuf> {
    let var = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(std::path::PathBuf::from)
    };
    let base = if cfg!(windows) {
        var("APPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        var("XDG_DATA_HOME").or_else(|| var("HOME").map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("sidedesk"))
}

//! What goes out while a file is still being read: how far it is, and each draft as soon as it is made.

use crate::model::{Draft, Remembered};
use crate::presets::Preset;
use sidedesk_domain::fields::Kind;

/// Who hears of a file while it is read, and may stop it by answering false.
pub trait Listener {
    /// What was said the last time about the columns of this fingerprint. What [`crate::ReadOptions`] say goes first.
    fn recall(&mut self, _fingerprint: &str) -> Option<Remembered> {
        None
    }

    /// How far it is; asked often.
    fn progress(&mut self, _progress: Progress) -> bool {
        true
    }

    /// What the drafts belong to that come now.
    fn begin(&mut self, _head: &Head) {}

    /// The next draft, in file order. Ids are distinct.
    fn draft(&mut self, draft: Draft) -> bool;
}

/// How far the reading of a file is, in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The columns are being judged by their rows; so many were looked at.
    Looked(u64),
    /// Drafts are being made.
    Read {
        /// Rows done.
        done: u64,
        /// Rows in all, as far as the first reading saw them.
        total: u64,
    },
}

/// What a file is, known before its first draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// As given or as recognised.
    pub preset: Preset,
    /// As in [`crate::Parsed::account`].
    pub account: String,
    /// What the drafts are.
    pub kind: Kind,
}

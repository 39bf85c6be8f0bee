//! Bytes that were spoiled on their way look like a lie, but are not worth one: what a bad line can do is asked for again,
//! on a new connection, before it is an alarm. What somebody has signed is believed at once.

use crate::Error;
use sidedesk_domain::membership::Refusal;

/// Pages, or receipts, that may be spoiled one after the other, with no good one between them.
pub const MOST_SPOILED: u32 = 2;

/// What was spoiled since the last good one of its kind.
#[derive(Debug, Default)]
pub(super) struct Spoiled {
    /// Pages; a good one was verified and stored.
    pub pages: u32,
    /// Receipts; a good one bore the hub's signature.
    pub receipts: u32,
}

/// True when a bad line could have made this of something that was right, and it has not happened too often; counts it.
pub(super) fn is_excused(count: &mut u32, error: &Error) -> bool {
    let may_be_the_line = matches!(
        error,
        Error::Decoding(_)
            | Error::Version(_)
            | Error::TooLarge
            | Error::Body
            | Error::Signature
            | Error::Workspace
            | Error::Place { .. }
            | Error::HubTime
            | Error::Refused(Refusal::NotAMember)
    );
    *count += u32::from(may_be_the_line);
    may_be_the_line && *count <= MOST_SPOILED
}

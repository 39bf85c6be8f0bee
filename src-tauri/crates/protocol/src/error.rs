//! Why bytes were not taken. None of these is ever folded, and none is a panic.

use sidedesk_domain::membership::Refusal;

/// What is wrong with an op, an entry or a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not this format's bytes.
    #[error("cannot be read: {0}")]
    Decoding(String),
    /// Could not be written as bytes; a bug here, not bad input.
    #[error("cannot be written: {0}")]
    Encoding(String),
    /// From a version that this program does not know.
    #[error("format version {0} is newer than this program; update Sidedesk")]
    Version(u8),
    /// Larger than one op may be.
    #[error("too large for one op")]
    TooLarge,
    /// The body is not the one that the header names.
    #[error("the body does not belong to its header")]
    Body,
    /// Not signed by whom it says.
    #[error("the signature is wrong")]
    Signature,
    /// Not sealed under a key held here, or tampered with.
    #[error("the sealed part cannot be opened")]
    Sealed,
    /// The keys that it carries are not for the devices and spaces that they must be for.
    #[error("it gives keys to the wrong devices, or not all of them")]
    Wraps,
    /// For another workspace.
    #[error("it belongs to another board")]
    Workspace,
    /// Not the next place.
    #[error("place {found} where {expected} was next")]
    Place {
        /// What was next.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// The hub's clock went back.
    #[error("the hub's clock goes back")]
    HubTime,
    /// Not the device's next op.
    #[error("the device's own count is {found} where {expected} was next")]
    Seq {
        /// What was next.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// The device's ops do not chain.
    #[error("it does not continue the device's own chain")]
    Prev,
    /// The author saw another order: the hub showed two histories, or one of them was rolled back.
    #[error("its author saw another history")]
    Fork,
    /// The hub holds another order than this device, or lost a part of it.
    #[error("this device and the hub hold different histories")]
    Histories,
    /// What the hub signed for an op is not what it shows now.
    #[error("the hub shows something else at a place that it gave before")]
    Receipt,
    /// Not the hub that the board names.
    #[error("another hub answers at its address")]
    AnotherHub,
    /// Not allowed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Out of turn in the conversation.
    #[error("unexpected message: {0}")]
    Unexpected(&'static str),
}

impl Error {
    pub(crate) fn decoding(error: minicbor::decode::Error) -> Self {
        Self::Decoding(error.to_string())
    }

    pub(crate) fn encoding<E: std::fmt::Display>(error: E) -> Self {
        Self::Encoding(error.to_string())
    }
}

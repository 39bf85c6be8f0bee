//! Frames: one WebSocket message each, a CBOR array `[tag, fields …]`.
//!
//! ```text
//! hub    → Challenge(nonce, hub key)
//! device → Hello(workspace, device, head, proof)          or Join(workspace, invite, proof, sealed request)
//! hub    → Welcome(head) | Denied                         or JoinWaiting … Admitted | Denied
//! device → Upload(entries) …  while the hub's chain is the shorter one and no hub orders it yet
//! device → Follow(after n)
//! hub    → Page(entries, head) …  catching up, then live, for ever
//! device → Push(op) …  at most 64 unanswered
//! hub    → Receipt | Refused, one for each
//! device → AskSnapshot                a newcomer, instead of Follow, on a connection of its own
//! hub    → Snapshots
//! device → AskChunk …  at most 8 unanswered
//! hub    → Chunk | SnapshotRefused, one for each
//! device → OfferSnapshot, PutChunk …  a lead's device, on a connection of its own
//! hub    → SnapshotHeld | SnapshotRefused, one for each
//! both   → Presence, Ping, Pong
//! ```

use crate::entry::{Entry, SignedOp};
use crate::snapshot::SignedManifest;
use crate::{Error, Hash};
use minicbor::{Decode, Encode};
use sidedesk_domain::{DeviceId, InviteId, Millis, OpId, WorkspaceId};

/// A frame may be at most this long: a page and its envelope.
pub const MAX_FRAME_LEN: usize = 2 * 1024 * 1024;
/// Entries in one page at most.
pub const MAX_PAGE_ENTRIES: usize = 500;
/// Bytes of entries in one page at most (one entry always fits).
pub const MAX_PAGE_LEN: usize = 1024 * 1024;

/// Device to hub.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum ClientFrame {
    /// A member knocks.
    #[n(0)]
    Hello {
        /// Newest format version it speaks.
        #[n(0)]
        version: u8,
        /// Which workspace.
        #[n(1)]
        workspace: WorkspaceId,
        /// Which device.
        #[n(2)]
        device: DeviceId,
        /// Its key, for a hub that has never heard of the workspace; the id is its hash.
        #[cbor(n(3), with = "minicbor::bytes")]
        verify_key: [u8; 32],
        /// Its confirmed head.
        #[n(4)]
        n: u64,
        /// The chain hash there.
        #[cbor(n(5), with = "minicbor::bytes")]
        hash: Hash,
        /// Signature over workspace, nonce and hub key.
        #[cbor(n(6), with = "minicbor::bytes")]
        proof: [u8; 64],
    },
    /// A newcomer knocks.
    #[n(1)]
    Join {
        /// Newest format version it speaks.
        #[n(0)]
        version: u8,
        /// Which workspace.
        #[n(1)]
        workspace: WorkspaceId,
        /// On which invitation.
        #[n(2)]
        invite: InviteId,
        /// Signature by the invitation's claim key over workspace, nonce and hub key.
        #[cbor(n(3), with = "minicbor::bytes")]
        proof: [u8; 64],
        /// [`crate::invite::JoinRequest`], sealed under the secret.
        #[cbor(n(4), with = "minicbor::bytes")]
        request: Vec<u8>,
    },
    /// Entries of a chain that no hub orders yet, verbatim, right after the hub's head.
    #[n(2)]
    Upload {
        /// In order.
        #[n(0)]
        entries: Vec<Entry>,
    },
    /// Send everything after this place, and go on as more comes.
    #[n(3)]
    Follow {
        /// The device's confirmed head.
        #[n(0)]
        after: u64,
    },
    /// An op to be given a place.
    #[n(4)]
    Push {
        /// The op.
        #[n(0)]
        op: SignedOp,
    },
    /// Who is here, sealed for the members; not kept.
    #[n(5)]
    Presence {
        /// Sealed under the board key.
        #[cbor(n(0), with = "minicbor::bytes")]
        sealed: Vec<u8>,
    },
    /// Still there?
    #[n(6)]
    Ping,
    /// A snapshot to be kept for newcomers. Its chunks follow as the hub asks for them.
    #[n(7)]
    OfferSnapshot {
        /// What it consists of.
        #[n(0)]
        manifest: SignedManifest,
    },
    /// One chunk of the snapshot offered before.
    #[n(8)]
    PutChunk {
        /// Of which snapshot.
        #[cbor(n(0), with = "minicbor::bytes")]
        digest: Hash,
        /// Which one.
        #[n(1)]
        index: u32,
        /// Sealed.
        #[cbor(n(2), with = "minicbor::bytes")]
        bytes: Vec<u8>,
    },
    /// A newcomer asks what to begin with.
    #[n(9)]
    AskSnapshot,
    /// One chunk, please.
    #[n(10)]
    AskChunk {
        /// Of which snapshot.
        #[cbor(n(0), with = "minicbor::bytes")]
        digest: Hash,
        /// Which one.
        #[n(1)]
        index: u32,
    },
    /// A lead's word to a restored hub: this is the head, nobody brings more. See [`crate::restore`].
    #[n(16)]
    DeclareHead {
        /// The hub's head.
        #[n(0)]
        n: u64,
        /// The chain hash there.
        #[cbor(n(1), with = "minicbor::bytes")]
        hash: Hash,
    },
}

/// Hub to device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum HubFrame {
    /// First thing said on a connection.
    #[n(0)]
    Challenge {
        /// Newest format version the hub speaks.
        #[n(0)]
        version: u8,
        /// To be signed.
        #[cbor(n(1), with = "minicbor::bytes")]
        nonce: [u8; 32],
        /// The hub's signing key.
        #[cbor(n(2), with = "minicbor::bytes")]
        hub_key: [u8; 32],
    },
    /// Let in.
    #[n(1)]
    Welcome {
        /// The hub's head.
        #[n(0)]
        n: u64,
        /// The chain hash there.
        #[cbor(n(1), with = "minicbor::bytes")]
        hash: Hash,
        /// No hub orders this chain yet: upload what comes after `n`.
        #[n(2)]
        takes_upload: bool,
    },
    /// Entries in order.
    #[n(2)]
    Page {
        /// Right after the last ones sent.
        #[n(0)]
        entries: Vec<Entry>,
        /// The hub's head when the page was made: it may be further by now.
        #[n(1)]
        head: u64,
    },
    /// The hub's word that an op has its place, durably.
    #[n(3)]
    Receipt(#[n(0)] Receipt),
    /// An op was not taken.
    #[n(4)]
    Refused {
        /// Which op.
        #[n(0)]
        op: OpId,
        /// Why.
        #[n(1)]
        why: RefusedWhy,
        /// For people.
        #[n(2)]
        message: String,
    },
    /// Uploaded entries are stored up to here.
    #[n(5)]
    Uploaded {
        /// The hub's head now.
        #[n(0)]
        n: u64,
    },
    /// Somebody's presence.
    #[n(6)]
    Presence {
        /// Whose.
        #[n(0)]
        device: DeviceId,
        /// Sealed under the board key; empty when they left.
        #[cbor(n(1), with = "minicbor::bytes")]
        sealed: Vec<u8>,
    },
    /// Still here.
    #[n(7)]
    Pong,
    /// The newcomer waits for a lead's device.
    #[n(8)]
    JoinWaiting,
    /// A newcomer asks to be admitted; any lead's device may.
    #[n(9)]
    JoinAsked {
        /// On which invitation.
        #[n(0)]
        invite: InviteId,
        /// Sealed under its secret.
        #[cbor(n(1), with = "minicbor::bytes")]
        request: Vec<u8>,
    },
    /// The newcomer is a member now: knock again with Hello.
    #[n(10)]
    Admitted,
    /// The door stays shut; the hub closes after this.
    #[n(11)]
    Denied {
        /// Why.
        #[n(0)]
        why: DeniedWhy,
        /// For people.
        #[n(1)]
        message: String,
    },
    /// How much of an offered snapshot the hub holds; it is kept once that is all.
    #[n(12)]
    SnapshotHeld {
        /// Which snapshot.
        #[cbor(n(0), with = "minicbor::bytes")]
        digest: Hash,
        /// Chunks held, from the first without a gap: the next one has this number.
        #[n(1)]
        held: u32,
    },
    /// A snapshot, or a chunk of it, is not taken or not there.
    #[n(13)]
    SnapshotRefused {
        /// Which snapshot.
        #[cbor(n(0), with = "minicbor::bytes")]
        digest: Hash,
        /// For the log.
        #[n(1)]
        message: String,
    },
    /// What there is for a newcomer.
    #[n(14)]
    Snapshots {
        /// The entry that let the asking device in.
        #[n(0)]
        admission: Option<Entry>,
        /// What is kept, the newest first.
        #[n(1)]
        manifests: Vec<SignedManifest>,
    },
    /// One chunk.
    #[n(15)]
    Chunk {
        /// Of which snapshot.
        #[cbor(n(0), with = "minicbor::bytes")]
        digest: Hash,
        /// Which one.
        #[n(1)]
        index: u32,
        /// Sealed.
        #[cbor(n(2), with = "minicbor::bytes")]
        bytes: Vec<u8>,
    },
}

/// The hub's signed word about one op.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Receipt {
    /// Which op.
    #[n(0)]
    pub op: OpId,
    /// Its place.
    #[n(1)]
    pub n: u64,
    /// Its time.
    #[n(2)]
    pub hub_time: Millis,
    /// The chain hash after it.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub hash: Hash,
    /// By the hub, over workspace, op, place, time and hash.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

impl Receipt {
    pub(crate) fn message(&self, workspace: WorkspaceId) -> Vec<u8> {
        [
            workspace.as_bytes(),
            self.op.as_bytes(),
            &self.n.to_le_bytes(),
            &self.hub_time.to_le_bytes(),
            self.hash.as_slice(),
        ]
        .concat()
    }

    /// Is it this hub's word?
    pub fn verify(&self, workspace: WorkspaceId, hub_key: &[u8; 32]) -> Result<(), Error> {
        crate::keys::verify(hub_key, "sidedesk 1 receipt", &self.message(workspace), &self.signature)
    }
}

/// What the device does about a refused op depends on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum RefusedWhy {
    /// An earlier op of the device is missing: send again from there.
    #[n(0)]
    Gap,
    /// Sealed under an old key, or chained on an op that was refused: seal again on the newest head.
    #[n(1)]
    SealAgain,
    /// The sequence holds another op: this device was cloned or restored.
    #[n(2)]
    Cloned,
    /// For good: the op goes to the drawer of refused ops, later ones are chained anew.
    #[n(3)]
    Never,
    /// The hub cannot store now (disk full, too busy): send again later.
    #[n(4)]
    Later,
}

/// Why the door stays shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum DeniedWhy {
    /// Neither speaks the other's version.
    #[n(0)]
    Version,
    /// Not a member, or removed.
    #[n(1)]
    NotAMember,
    /// The proof does not hold.
    #[n(2)]
    Proof,
    /// The hub does not know this workspace.
    #[n(3)]
    NoWorkspace,
    /// The histories differ.
    #[n(4)]
    Fork,
    /// The invitation is used, expired or unknown.
    #[n(5)]
    Invite,
    /// Out of turn, or not readable.
    #[n(6)]
    Nonsense,
    /// Too many connections or too much load.
    #[n(7)]
    Busy,
}

/// The bytes of a frame.
pub fn encode<T: Encode<()>>(frame: &T) -> Result<Vec<u8>, Error> {
    minicbor::to_vec(frame).map_err(Error::encoding)
}

/// Reads a frame.
pub fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Error> {
    if bytes.len() > MAX_FRAME_LEN {
        return Err(Error::TooLarge);
    }
    minicbor::decode(bytes).map_err(Error::decoding)
}

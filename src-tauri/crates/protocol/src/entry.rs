//! The envelope: what lies in the log, byte for byte.
//!
//! The header is encoded once by its author and never again: hashes and signatures are over those bytes. Items of the
//! array are never reordered; a newer version may append some, which an older one skips.

use crate::keys::{self, DeviceSecret, hash};
use crate::{Error, Hash, VERSION};
use minicbor::{Decode, Encode};
use sidedesk_domain::{DeviceId, Millis, OpId, WorkspaceId};

/// A signed op may be at most this long, body included: 256 kB sealed (architecture §4) and its padding.
pub const MAX_OP_LEN: usize = 320 * 1024;

/// What an op is. Numbers on the wire are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpKind {
    /// The first op: the workspace's id is its hash.
    Genesis,
    /// Changes to records, sealed.
    Action,
    /// An invitation.
    Invite,
    /// A device joins on an invitation.
    AddDevice,
    /// A new key epoch, removing devices or not.
    NewEpoch,
    /// From the next op on, this hub gives the places.
    NameHub,
    /// A kind from a newer version: kept, passed on, takes effect after the update.
    Other(u16),
}

impl OpKind {
    /// Its number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Genesis => 1,
            Self::Action => 2,
            Self::Invite => 3,
            Self::AddDevice => 4,
            Self::NewEpoch => 5,
            Self::NameHub => 6,
            Self::Other(number) => number,
        }
    }

    /// The kind with this number.
    pub fn from_number(number: u16) -> Self {
        match number {
            1 => Self::Genesis,
            2 => Self::Action,
            3 => Self::Invite,
            4 => Self::AddDevice,
            5 => Self::NewEpoch,
            6 => Self::NameHub,
            other => Self::Other(other),
        }
    }

    /// True for the kinds whose public part every replica and the hub fold into the membership.
    pub fn is_membership(self) -> bool {
        !matches!(self, Self::Action | Self::Other(_))
    }
}

impl<C> Encode<C> for OpKind {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u16(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for OpKind {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(Self::from_number(d.u16()?))
    }
}

/// What the author says of an op, in the clear.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Header {
    /// Format version, [`VERSION`].
    #[n(0)]
    pub version: u8,
    /// Which workspace; zeros in the genesis op, whose hash it is.
    #[n(1)]
    pub workspace: WorkspaceId,
    /// Which op.
    #[n(2)]
    pub op: OpId,
    /// Who wrote it.
    #[n(3)]
    pub device: DeviceId,
    /// The device's own count, from 1.
    #[n(4)]
    pub seq: u64,
    /// Hash of the device's previous op ([`SignedOp::hash`]); zeros for its first.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub prev: Hash,
    /// The author's confirmed head when sealing.
    #[n(6)]
    pub base_n: u64,
    /// The chain hash there: every author is a witness of the order.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub base_hash: Hash,
    /// What it is.
    #[n(8)]
    pub kind: OpKind,
    /// Number of the space its body is sealed for.
    #[n(9)]
    pub space: u8,
    /// The key epoch its body is sealed under.
    #[n(10)]
    pub epoch: u32,
    /// The author's clock.
    #[n(11)]
    pub author_time: Millis,
    /// Bytes of the body.
    #[n(12)]
    pub body_len: u32,
    /// BLAKE3 of the body.
    #[cbor(n(13), with = "minicbor::bytes")]
    pub body_hash: Hash,
}

impl Header {
    /// The identity fields, as associated data of the sealed body: a body fits no other header.
    pub fn identity(&self) -> Vec<u8> {
        [
            self.workspace.as_bytes(),
            self.op.as_bytes(),
            self.device.as_bytes(),
            &self.seq.to_le_bytes(),
            &self.kind.number().to_le_bytes(),
            &[self.space],
            &self.epoch.to_le_bytes(),
        ]
        .concat()
    }

    /// Fills in the body's length and hash, signs, and packs the op.
    pub fn sign(mut self, body: Vec<u8>, secret: &DeviceSecret) -> Result<SignedOp, Error> {
        self.body_len = u32::try_from(body.len()).map_err(|_| Error::TooLarge)?;
        self.body_hash = hash(&[&body]);
        let header = minicbor::to_vec(&self).map_err(Error::encoding)?;
        let signature = keys::sign(&secret.signing_key(), "sidedesk 1 op", &header);
        let op = SignedOp {
            header,
            signature,
            body,
        };
        if op.len() > MAX_OP_LEN {
            Err(Error::TooLarge)
        } else {
            Ok(op)
        }
    }
}

/// An op as its author sealed it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignedOp {
    /// The header's bytes, verbatim.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub header: Vec<u8>,
    /// ed25519 over the header.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
    /// Sealed, or for membership ops a public and a sealed part.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

impl SignedOp {
    /// Reads the header; checks version, lengths and the body's hash, not the signature.
    pub fn parse(&self) -> Result<Header, Error> {
        if self.len() > MAX_OP_LEN {
            return Err(Error::TooLarge);
        }
        let header: Header = minicbor::decode(&self.header).map_err(Error::decoding)?;
        if header.version != VERSION {
            return Err(Error::Version(header.version));
        }
        if header.body_len as usize != self.body.len() || header.body_hash != hash(&[&self.body]) {
            return Err(Error::Body);
        }
        Ok(header)
    }

    /// Strictly verifies the author's signature.
    pub fn verify(&self, verify_key: &[u8; 32]) -> Result<(), Error> {
        keys::verify(verify_key, "sidedesk 1 op", &self.header, &self.signature)
    }

    /// What the author's next op names as its previous one.
    pub fn hash(&self) -> Hash {
        hash(&[b"sidedesk 1 prev", &self.header, &self.signature])
    }

    /// Bytes in all.
    pub fn len(&self) -> usize {
        self.header.len() + self.signature.len() + self.body.len()
    }

    /// Never true of a signed op; present because [`Self::len`] is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An op with its place.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// Its place, from 1 without gaps.
    #[n(0)]
    pub n: u64,
    /// The hub's clock; never goes back.
    #[n(1)]
    pub hub_time: Millis,
    /// The op.
    #[n(2)]
    pub op: SignedOp,
}

impl Entry {
    /// The chain hash after this entry: `H(n) = BLAKE3(H(n-1), n, hub_time, header, signature)`.
    pub fn chain_hash(&self, before: &Hash) -> Hash {
        hash(&[
            b"sidedesk 1 chain",
            before,
            &self.n.to_le_bytes(),
            &self.hub_time.to_le_bytes(),
            &(self.op.header.len() as u64).to_le_bytes(),
            &self.op.header,
            &self.op.signature,
        ])
    }
}

/// The id of the workspace that this genesis op founds.
pub fn workspace_id(genesis: &SignedOp) -> WorkspaceId {
    WorkspaceId(hash(&[b"sidedesk 1 workspace", &genesis.header, &genesis.signature]))
}

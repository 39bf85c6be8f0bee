//! A snapshot: the confirmed fold state at one place of the log, so that a newcomer can work before the history arrives.
//!
//! A snapshot is a signed **manifest** and sealed **chunks**, newest records first. Chunk 0 holds the state of the chain at
//! that place ([`Chain::to_bytes`]); every other one holds the part of a group of records that lies in one space, as columns
//! (kinds, ids, lengths, states), compressed, sealed under that space's epoch key. A state is opaque here: the bytes of a
//! `RecordState`, whatever its fields hold.
//!
//! **Who is believed.** Nobody because a hub says so. The manifest's digest stands in the newcomer's welcome, which is
//! sealed under the invitation's secret; the manifest names the hash of every chunk. So a hub can keep a snapshot back or
//! break it, and cannot slip in another. The device that made it is believed until the newcomer has fetched the history
//! and folded it from the genesis op: whoever vouches for a wrong one is found out.

use crate::chain::Chain;
use crate::keys::{self, DeviceSecret, Keyring, device_id, hash};
use crate::{Error, Hash, seal};
use minicbor::{Decode, Encode};
use sidedesk_domain::{DeviceId, Millis, Space, WorkspaceId};
/// What a record is known by, for whoever makes one up.
pub use sidedesk_domain::{Kind, RecordId};

/// The format that this program writes and reads.
pub const SNAPSHOT_VERSION: u8 = 1;
/// A sealed chunk may be at most this long: it is shown as soon as it is here, and asked for again when a line breaks.
pub const MAX_CHUNK_LEN: usize = 256 * 1024;
/// Chunks of one snapshot at most: 256 MB, more than a million records.
pub const MAX_CHUNKS: usize = 1024;
/// A manifest with that many chunks, and room for fields of later versions.
pub const MAX_MANIFEST_LEN: usize = 128 * 1024;
/// Records in one chunk at most; a count beyond is a lie, whatever the chunk unpacks to.
pub const MAX_CHUNK_RECORDS: u32 = 100_000;
/// Not a space: the chunk that holds the chain's state.
pub(crate) const CHAIN: u8 = 255;

/// Why a snapshot is not taken. The log is fetched instead; nothing is lost by any of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The hub has none, or nobody vouched for one.
    #[error("there is no snapshot of this board")]
    None,
    /// What the hub offers is not what the welcome vouches for: another one, an older one, another board's.
    #[error("the hub's snapshot is not the one that the welcome vouches for")]
    NotAnchored,
    /// From a version of the format or of the fold that this program does not have.
    #[error("the snapshot is of another version")]
    Version,
    /// For another board, another place or by nobody who may make one.
    #[error("the snapshot does not belong here: {0}")]
    Foreign(&'static str),
    /// Sizes or counts that cannot be, or do not agree.
    #[error("the snapshot's counts are wrong")]
    Counts,
    /// A chunk that is not the one named in the manifest, or not readable.
    #[error("chunk {0} of the snapshot is broken")]
    Chunk(u32),
    /// A record whose state cannot be, such as one from beyond the snapshot's place.
    #[error("a record in the snapshot cannot be: {0}")]
    Record(&'static str),
    /// A record too large for a chunk: no snapshot is made.
    #[error("a record is too large for a snapshot")]
    TooLarge,
    /// Anything that is wrong with other bytes too.
    #[error(transparent)]
    Protocol(#[from] Error),
}

/// What a snapshot consists of.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Manifest {
    /// [`SNAPSHOT_VERSION`].
    #[n(0)]
    pub version: u8,
    /// Which board.
    #[n(1)]
    pub workspace: WorkspaceId,
    /// The last entry folded.
    #[n(2)]
    pub n: u64,
    /// Chain hash there.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub hash: Hash,
    /// By which fold.
    #[n(4)]
    pub fold_version: u32,
    /// Signing key of the device that made it.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub verify_key: [u8; 32],
    /// The maker's clock.
    #[n(6)]
    pub made: Millis,
    /// Records in all.
    #[n(7)]
    pub records: u64,
    /// The chunks, the chain's state first, then the newest records.
    #[n(8)]
    pub chunks: Vec<ChunkInfo>,
}

/// One chunk as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ChunkInfo {
    /// Number of the space, or 255 for the chain's state.
    #[n(0)]
    pub what: u8,
    /// The epoch of the key.
    #[n(1)]
    pub epoch: u32,
    /// Which group of records: its parts in all spaces follow each other.
    #[n(2)]
    pub group: u32,
    /// Records in it.
    #[n(3)]
    pub records: u32,
    /// Bytes, sealed.
    #[n(4)]
    pub len: u32,
    /// BLAKE3 of the sealed bytes.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub hash: Hash,
}

/// A manifest's bytes, verbatim, and who stands for them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignedManifest {
    /// [`Manifest`].
    #[cbor(n(0), with = "minicbor::bytes")]
    pub manifest: Vec<u8>,
    /// By the maker's signing key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

impl SignedManifest {
    /// What a welcome vouches for.
    pub fn digest(&self) -> Hash {
        hash(&[b"sidedesk 1 snapshot", &self.manifest, &self.signature])
    }

    /// Reads it: the signature, the version, every size and count. Whether the maker may make one is [`Manifest::allowed`].
    pub fn read(&self) -> Result<Manifest, SnapshotError> {
        if self.manifest.len() > MAX_MANIFEST_LEN {
            return Err(SnapshotError::Counts);
        }
        let manifest: Manifest = minicbor::decode(&self.manifest).map_err(Error::decoding)?;
        if manifest.version != SNAPSHOT_VERSION {
            return Err(SnapshotError::Version);
        }
        keys::verify(
            &manifest.verify_key,
            "sidedesk 1 snapshot",
            &self.manifest,
            &self.signature,
        )?;
        manifest.check_counts()?;
        Ok(manifest)
    }
}

impl Manifest {
    /// The device that made it.
    pub fn maker(&self) -> DeviceId {
        device_id(&self.verify_key)
    }

    /// Bytes of all chunks.
    pub fn len(&self) -> u64 {
        self.chunks.iter().map(|chunk| u64::from(chunk.len)).sum()
    }

    /// Never true of one that was read; present because [`Self::len`] is.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Signs it.
    pub fn sign(&self, secret: &DeviceSecret) -> Result<SignedManifest, SnapshotError> {
        let manifest = minicbor::to_vec(self).map_err(Error::encoding)?;
        if manifest.len() > MAX_MANIFEST_LEN || self.chunks.len() > MAX_CHUNKS {
            return Err(SnapshotError::TooLarge);
        }
        let signature = keys::sign(&secret.signing_key(), "sidedesk 1 snapshot", &manifest);
        Ok(SignedManifest { manifest, signature })
    }

    /// Is it of this chain's board, and its maker a member there who may make one?
    pub fn allowed(&self, chain: &Chain) -> Result<(), SnapshotError> {
        if self.workspace != chain.workspace {
            return Err(SnapshotError::Foreign("another board"));
        }
        let role = chain.membership.role_of(self.maker());
        if role.is_ok_and(|(_, role)| role.is_lead()) {
            Ok(())
        } else {
            Err(SnapshotError::Foreign("not made by a lead's device"))
        }
    }

    fn check_counts(&self) -> Result<(), SnapshotError> {
        let board = self.chunks.iter().filter(|chunk| chunk.what == Space::Board.number());
        let counted: u64 = board.map(|chunk| u64::from(chunk.records)).sum();
        let first_is_chain = self.chunks.first().is_some_and(|chunk| chunk.what == CHAIN);
        let rest = self.chunks.get(1..).unwrap_or_default();
        let sane = |chunk: &ChunkInfo| chunk.len as usize <= MAX_CHUNK_LEN && chunk.records <= MAX_CHUNK_RECORDS;
        let ordered = rest.windows(2).all(|pair| match pair {
            [a, b] => (a.group, a.what) < (b.group, b.what),
            _ => true,
        });
        let spaces = rest.iter().all(|chunk| Space::from_number(chunk.what).is_some());
        let good = self.chunks.len() <= MAX_CHUNKS
            && first_is_chain
            && self.chunks.iter().all(sane)
            && ordered
            && spaces
            && counted == self.records;
        if good { Ok(()) } else { Err(SnapshotError::Counts) }
    }

    /// What a chunk's bytes belong to: they open nowhere else.
    pub fn identity(&self, chunk: &ChunkInfo) -> Vec<u8> {
        let place = (self.workspace, self.n, &self.hash);
        chunk_identity(place, chunk.what, chunk.group, chunk.epoch)
    }

    /// Opens chunk 0: the chain at the snapshot's place.
    pub fn open_chain(&self, sealed: &[u8], keyring: &Keyring) -> Result<Chain, SnapshotError> {
        let plain = self.open(0, sealed, keyring, Space::Board)?;
        let chain = Chain::from_bytes(&plain)?;
        if (chain.workspace, chain.n, chain.hash) != (self.workspace, self.n, self.hash) {
            return Err(SnapshotError::Foreign("the state of another chain"));
        }
        self.allowed(&chain)?;
        Ok(chain)
    }

    /// Opens a chunk of records. `None` without the key of its space: whoever has not got it does not hold the space.
    pub fn open_records(
        &self,
        index: u32,
        sealed: &[u8],
        keyring: &Keyring,
    ) -> Result<Option<Vec<RecordPart>>, SnapshotError> {
        let info = self.info(index)?;
        let space = Space::from_number(info.what).ok_or(SnapshotError::Chunk(index))?;
        if keyring.get(space, info.epoch).is_none() {
            return Ok(None);
        }
        let plain = self.open(index, sealed, keyring, space)?;
        let records = from_columns(&plain).ok_or(SnapshotError::Chunk(index))?;
        if records.len() as u64 == u64::from(info.records) {
            Ok(Some(records))
        } else {
            Err(SnapshotError::Counts)
        }
    }

    fn info(&self, index: u32) -> Result<&ChunkInfo, SnapshotError> {
        self.chunks.get(index as usize).ok_or(SnapshotError::Chunk(index))
    }

    /// Are these the bytes that the manifest names?
    pub fn check_chunk(&self, index: u32, sealed: &[u8]) -> Result<(), SnapshotError> {
        let info = self.info(index)?;
        if sealed.len() == info.len as usize && hash(&[sealed]) == info.hash {
            Ok(())
        } else {
            Err(SnapshotError::Chunk(index))
        }
    }

    fn open(&self, index: u32, sealed: &[u8], keyring: &Keyring, space: Space) -> Result<Vec<u8>, SnapshotError> {
        self.check_chunk(index, sealed)?;
        let info = self.info(index)?;
        let key = keyring.get(space, info.epoch).ok_or(Error::Sealed)?;
        seal::open(sealed, key, &self.identity(info)).map_err(|_| SnapshotError::Chunk(index))
    }
}

/// The part of a record that lies in one space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPart {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: RecordId,
    /// The bytes of its state there.
    pub state: Vec<u8>,
}

/// A record on its way into a snapshot: one state for each space, empty where it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: RecordId,
    /// By space, in the order of [`Space::ALL`].
    pub states: [Vec<u8>; 2],
}

/// What a chunk belongs to.
pub(crate) fn chunk_identity(
    (workspace, n, at): (WorkspaceId, u64, &Hash),
    what: u8,
    group: u32,
    epoch: u32,
) -> Vec<u8> {
    [
        b"sidedesk 1 snapshot chunk".as_slice(),
        workspace.as_bytes(),
        &n.to_le_bytes(),
        at,
        &[what],
        &group.to_le_bytes(),
        &epoch.to_le_bytes(),
    ]
    .concat()
}

/// Columns of one chunk: two bytes, sixteen bytes and four bytes a record, then the states.
#[derive(Encode, Decode)]
struct Columns<'a> {
    #[cbor(b(0), with = "minicbor::bytes")]
    kinds: &'a [u8],
    #[cbor(b(1), with = "minicbor::bytes")]
    ids: &'a [u8],
    #[cbor(b(2), with = "minicbor::bytes")]
    lens: &'a [u8],
    #[cbor(b(3), with = "minicbor::bytes")]
    states: &'a [u8],
}

/// The columns of these records' states in one space.
pub(crate) fn to_columns(records: &[(Kind, RecordId, &[u8])]) -> Result<Vec<u8>, SnapshotError> {
    let (mut kinds, mut ids, mut lens, mut states) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (kind, id, state) in records {
        kinds.extend(kind.number().to_le_bytes());
        ids.extend(id.as_bytes());
        let len = u32::try_from(state.len()).map_err(|_| SnapshotError::TooLarge)?;
        lens.extend(len.to_le_bytes());
        states.extend_from_slice(state);
    }
    let columns = Columns {
        kinds: &kinds,
        ids: &ids,
        lens: &lens,
        states: &states,
    };
    Ok(minicbor::to_vec(columns).map_err(Error::encoding)?)
}

/// Nothing when a column is longer or shorter than the others say.
fn from_columns(plain: &[u8]) -> Option<Vec<RecordPart>> {
    let columns: Columns<'_> = minicbor::decode(plain).ok()?;
    let (kinds, kinds_rest) = columns.kinds.as_chunks::<2>();
    let (ids, ids_rest) = columns.ids.as_chunks::<16>();
    let (lens, lens_rest) = columns.lens.as_chunks::<4>();
    let whole = [kinds_rest, ids_rest, lens_rest].iter().all(|rest| rest.is_empty());
    if !whole || kinds.len() != ids.len() || ids.len() != lens.len() {
        return None;
    }
    let mut states = columns.states;
    let mut records = Vec::with_capacity(ids.len());
    for ((kind, id), len) in kinds.iter().zip(ids).zip(lens) {
        let (state, rest) = states.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        states = rest;
        records.push(RecordPart {
            kind: Kind::from_number(u16::from_le_bytes(*kind)),
            id: RecordId(*id),
            state: state.to_vec(),
        });
    }
    states.is_empty().then_some(records)
}

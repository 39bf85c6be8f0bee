//! Making a snapshot: groups of records, newest first, each sealed in one chunk for every space it has something in.

use crate::chain::Chain;
use crate::keys::{DeviceSecret, Entropy, Keyring, hash};
use crate::snapshot::{
    CHAIN, ChunkInfo, MAX_CHUNK_LEN, Manifest, Record, SNAPSHOT_VERSION, SignedManifest, SnapshotError, chunk_identity,
    to_columns,
};
use crate::{Error, seal};
use sidedesk_domain::{Kind, Millis, RecordId, Space};

/// Bytes of states that are worth trying to fit into one chunk: records compress to about a sixth.
const GROUP_LEN: usize = 1024 * 1024;
/// More than this is not even tried: sealing takes at most 4 MB.
const TRIED_LEN: usize = 3 * GROUP_LEN;

/// Makes a snapshot, group by group. Sealed chunks leave at once, so that it takes the memory of one group.
pub struct Maker<'a> {
    secret: &'a DeviceSecret,
    keyring: &'a Keyring,
    epoch: u32,
    manifest: Manifest,
    group: Vec<Record>,
    group_len: usize,
    groups: u32,
}

impl<'a> Maker<'a> {
    /// Of this chain, by this device. The first chunk comes with it.
    pub fn begin(
        chain: &Chain,
        (secret, keyring): (&'a DeviceSecret, &'a Keyring),
        fold_version: u32,
        made: Millis,
        entropy: &mut Entropy,
    ) -> Result<(Self, Vec<u8>), SnapshotError> {
        let mut maker = Self {
            secret,
            keyring,
            epoch: chain.membership.epoch,
            manifest: Manifest {
                version: SNAPSHOT_VERSION,
                workspace: chain.workspace,
                n: chain.n,
                hash: chain.hash,
                fold_version,
                verify_key: secret.verify_key(),
                made,
                records: 0,
                chunks: Vec::new(),
            },
            group: Vec::new(),
            group_len: 0,
            groups: 0,
        };
        maker.manifest.allowed(chain)?;
        let sealed = maker.seal(&chain.to_bytes()?, Space::Board, CHAIN, 0, entropy)?;
        if sealed.len() > MAX_CHUNK_LEN {
            return Err(SnapshotError::TooLarge);
        }
        maker.name(&sealed, CHAIN, 0);
        Ok((maker, sealed))
    }

    /// Adds a record; the newest come first. What comes back is sealed and due.
    pub fn add(&mut self, record: Record, entropy: &mut Entropy) -> Result<Vec<Vec<u8>>, SnapshotError> {
        self.group_len += record.states.iter().map(Vec::len).sum::<usize>();
        self.group.push(record);
        if self.group_len < GROUP_LEN {
            return Ok(Vec::new());
        }
        self.flush(entropy)
    }

    /// The last chunks, and the manifest.
    pub fn finish(mut self, entropy: &mut Entropy) -> Result<(Vec<Vec<u8>>, SignedManifest), SnapshotError> {
        let last = self.flush(entropy)?;
        Ok((last, self.manifest.sign(self.secret)?))
    }

    fn flush(&mut self, entropy: &mut Entropy) -> Result<Vec<Vec<u8>>, SnapshotError> {
        self.group_len = 0;
        let mut waiting = vec![std::mem::take(&mut self.group)];
        let mut sealed = Vec::new();
        while let Some(mut group) = waiting.pop() {
            if group.is_empty() {
                continue;
            }
            match self.seal_group(&group, entropy)? {
                Some(chunks) => sealed.extend(chunks),
                None if group.len() == 1 => return Err(SnapshotError::TooLarge),
                // Too much for a chunk: in two halves, the newer one first.
                None => {
                    let older = group.split_off(group.len() / 2);
                    waiting.push(older);
                    waiting.push(group);
                }
            }
        }
        Ok(sealed)
    }

    fn seal_group(&mut self, group: &[Record], entropy: &mut Entropy) -> Result<Option<Vec<Vec<u8>>>, SnapshotError> {
        let mut chunks = Vec::new();
        for (at, space) in Space::ALL.into_iter().enumerate() {
            // The board's part names every record, so that counts agree; other spaces only those that have something.
            let part = |record: &Record| record.states.get(at).is_some_and(|state| at == 0 || !state.is_empty());
            let records = group.iter().filter(|record| part(record));
            let rows: Vec<(Kind, RecordId, &[u8])> = records
                .map(|record| {
                    (
                        record.kind,
                        record.id,
                        record.states.get(at).map_or(&[][..], Vec::as_slice),
                    )
                })
                .collect();
            if rows.is_empty() {
                continue;
            }
            let plain = to_columns(&rows)?;
            if plain.len() > TRIED_LEN {
                return Ok(None);
            }
            let chunk = self.seal(&plain, space, space.number(), self.groups, entropy)?;
            if chunk.len() > MAX_CHUNK_LEN {
                return Ok(None);
            }
            chunks.push((chunk, space, rows.len() as u32));
        }
        let mut sealed = Vec::new();
        for (chunk, space, records) in chunks {
            self.name(&chunk, space.number(), records);
            sealed.push(chunk);
        }
        self.groups += 1;
        self.manifest.records += group.len() as u64;
        Ok(Some(sealed))
    }

    fn seal(
        &self,
        plain: &[u8],
        space: Space,
        what: u8,
        group: u32,
        entropy: &mut Entropy,
    ) -> Result<Vec<u8>, SnapshotError> {
        let key = self.keyring.get(space, self.epoch).ok_or(Error::Sealed)?;
        let place = (self.manifest.workspace, self.manifest.n, &self.manifest.hash);
        let identity = chunk_identity(place, what, group, self.epoch);
        Ok(seal::seal(plain, key, &identity, entropy)?)
    }

    fn name(&mut self, sealed: &[u8], what: u8, records: u32) {
        self.manifest.chunks.push(ChunkInfo {
            what,
            epoch: self.epoch,
            group: self.groups,
            records,
            len: sealed.len() as u32,
            hash: hash(&[sealed]),
        });
    }
}

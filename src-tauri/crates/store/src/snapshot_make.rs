//! Making a snapshot: the confirmed view as it stands, newest records first, sealed into a file on its way to the hub.
//!
//! A lead's device makes one when it invites or lets somebody in, and the log has grown by [`DUE_LEN`] since its last one:
//! below that, folding the rest is as fast. It reads the view inside one read transaction, so nobody waits for it.

use crate::error::Error;
use crate::log;
use crate::open::{Store, entropy};
use crate::view::{self, RecordKey};
use minicbor::{Decode, Encode};
use sidedesk_domain::fold::FOLD_VERSION;
use sidedesk_domain::{Kind, RecordState, Space};
use sidedesk_protocol::Hash;
use sidedesk_protocol::keys::Entropy;
use sidedesk_protocol::snapshot::{Manifest, Record, SignedManifest};
use sidedesk_protocol::snapshot_maker::Maker;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

/// Sealed bytes by which the log has grown: about 7 000 imported records or 900 single edits, which fold in well under a
/// second.
const DUE_LEN: i64 = 256 * 1024;
/// Records read at once.
const RECORDS_AT_ONCE: usize = 1000;

/// The last snapshot of this device that the hub holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Kept {
    /// Its place.
    #[n(0)]
    pub n: u64,
    /// Its digest, for welcomes.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub digest: Hash,
}

/// The last one kept.
pub async fn kept(log: &mut SqliteConnection) -> Result<Option<Kept>, Error> {
    match log::meta(log, "snapshot").await? {
        Some(bytes) => Ok(Some(minicbor::decode(&bytes)?)),
        None => Ok(None),
    }
}

/// A snapshot that was made; dropping it removes its file.
#[derive(Debug)]
pub struct Made {
    /// What it consists of, signed.
    pub signed: SignedManifest,
    /// The same, read.
    pub manifest: Manifest,
    path: PathBuf,
    file: File,
    /// Where each chunk begins.
    starts: Vec<u64>,
}

impl Made {
    /// One chunk.
    pub fn chunk(&mut self, index: u32) -> Result<Vec<u8>, Error> {
        let at = index as usize;
        let (Some(start), Some(info)) = (self.starts.get(at), self.manifest.chunks.get(at)) else {
            return Err(Error::Refused("no such chunk"));
        };
        let mut bytes = vec![0; info.len as usize];
        self.file
            .seek(SeekFrom::Start(*start))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(Error::file(&self.path))?;
        Ok(bytes)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Store {
    /// Should this device make a snapshot for a newcomer?
    pub async fn snapshot_due(&self) -> Result<bool, Error> {
        let mut writer = self.writer().await?;
        let chain = &writer.chain;
        let lead = chain
            .membership
            .members
            .get(&writer.member)
            .is_some_and(|role| role.is_lead());
        let stands = writer.at.n == chain.n && writer.keyring.get(Space::Board, chain.membership.epoch).is_some();
        if chain.hub_key.is_none() || !lead || !stands {
            return Ok(false);
        }
        let since = kept(&mut writer.log).await?.map_or(0, |kept| kept.n);
        drop(writer);
        let mut log = self.inner.log.acquire().await?;
        let grown: i64 = sqlx::query_scalar("select coalesce(sum(length(body)), 0) from entry where n > ?")
            .bind(since as i64)
            .fetch_one(&mut *log)
            .await?;
        Ok(grown >= DUE_LEN)
    }

    /// Makes a snapshot of the confirmed view as it stands. `progress` hears (records, records in all) and may stop it.
    pub async fn make_snapshot(&self, mut progress: impl FnMut(u64, u64) -> bool) -> Result<Made, Error> {
        let mut view = self.inner.view.acquire().await?;
        // The chain is taken while nobody can move the view, and the view is read as it stood then.
        let writer = self.writer().await?;
        let (chain, keyring, secret) = (writer.chain.clone(), writer.keyring.clone(), writer.secret.clone());
        let stands = writer.at.n == chain.n;
        let mut tx = view.begin().await?;
        let shadows: BTreeMap<RecordKey, RecordState> =
            crate::shadow::all_shadows(&mut tx).await?.into_iter().collect();
        drop(writer);
        if !stands {
            return Err(Error::Refused("the view does not stand at the head"));
        }
        let order = newest_first(&mut tx, &shadows).await?;
        let path = self.inner.files.snapshot();
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path);
        let mut sink = Sink {
            file: file.map_err(Error::file(&path))?,
            path,
            starts: Vec::new(),
            end: 0,
        };
        let mut entropy = entropy()?;
        let keys = (&secret, &keyring);
        let (mut maker, first) = Maker::begin(&chain, keys, FOLD_VERSION, self.now(), &mut entropy)?;
        sink.put(&first)?;
        let mut done = 0;
        for keys in order.chunks(RECORDS_AT_ONCE) {
            let mut states = view::states(&mut tx, keys).await?;
            for key in keys {
                let state = shadows
                    .get(key)
                    .cloned()
                    .or_else(|| states.remove(key))
                    .unwrap_or_default();
                sink.put_all(&maker.add(record(*key, &state)?, &mut entropy)?)?;
            }
            done += keys.len() as u64;
            if !progress(done, order.len() as u64) {
                return Err(Error::Cancelled);
            }
        }
        let (last, signed) = finish(maker, &mut entropy)?;
        sink.put_all(&last)?;
        let manifest = signed.read()?;
        let Sink { file, path, starts, .. } = sink;
        Ok(Made {
            signed,
            manifest,
            path,
            file,
            starts,
        })
    }

    /// The hub holds this snapshot: welcomes vouch for it from now on.
    pub async fn snapshot_kept(&self, n: u64, digest: Hash) -> Result<(), Error> {
        let kept = Kept { n, digest };
        let bytes = minicbor::to_vec(kept).map_err(|e| Error::Unreadable(e.to_string()))?;
        log::set_meta(&mut self.writer().await?.log, "snapshot", &bytes).await
    }
}

fn finish(maker: Maker<'_>, entropy: &mut Entropy) -> Result<(Vec<Vec<u8>>, SignedManifest), Error> {
    Ok(maker.finish(entropy)?)
}

struct Sink {
    file: File,
    path: PathBuf,
    starts: Vec<u64>,
    end: u64,
}

impl Sink {
    fn put(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.file.write_all(chunk).map_err(Error::file(&self.path))?;
        self.starts.push(self.end);
        self.end += chunk.len() as u64;
        Ok(())
    }

    fn put_all(&mut self, chunks: &[Vec<u8>]) -> Result<(), Error> {
        chunks.iter().try_for_each(|chunk| self.put(chunk))
    }
}

fn record((kind, id): RecordKey, state: &RecordState) -> Result<Record, Error> {
    let mut states = [Vec::new(), Vec::new()];
    for (space, bytes) in Space::ALL.into_iter().zip(&mut states) {
        let part = state.in_space(space);
        // The board's part names every record, also one that has nothing there.
        if space == Space::Board || !part.is_empty() {
            *bytes = minicbor::to_vec(&part).map_err(|e| Error::Unreadable(e.to_string()))?;
        }
    }
    Ok(Record { kind, id, states })
}

/// Every confirmed record, the last written first.
async fn newest_first(
    view: &mut SqliteConnection,
    shadows: &BTreeMap<RecordKey, RecordState>,
) -> Result<Vec<RecordKey>, Error> {
    let mut order: Vec<(u64, RecordKey)> = Vec::new();
    for sql in [
        "select 1 as kind, id, state from campaign",
        "select 2 as kind, id, state from complaint",
        "select 3 as kind, id, state from report",
        "select kind, id, state from other",
    ] {
        let mut rows = sqlx::query(sql).fetch(&mut *view);
        while let Some(row) = futures_util::TryStreamExt::try_next(&mut rows).await? {
            let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
            let (id, state) = view::id_and_state(&row)?;
            let key = (kind, id);
            let confirmed = shadows.get(&key).unwrap_or(&state);
            // An empty shadow: the record is not confirmed yet.
            if !confirmed.is_empty() {
                order.push((confirmed.last_place(), key));
            }
        }
    }
    order.sort_unstable_by(|a, b| b.cmp(a));
    Ok(order.into_iter().map(|(_, key)| key).collect())
}

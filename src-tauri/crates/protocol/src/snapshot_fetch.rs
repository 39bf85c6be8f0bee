//! The newcomer's half of fetching a snapshot: `step(frame) → what to do`, without a socket, a disk or a clock.
//!
//! ```text
//! Challenge → Hello → Welcome → AskSnapshot → Snapshots ─ admission opened, digest anchored ─→ AskChunk … Chunk …
//! ```
//!
//! Anything that is not as it must be ends it with a [`SnapshotError`]; the newcomer then fetches the log instead.

use crate::author::hello;
use crate::entry::{Entry, OpKind};
use crate::invite::{InviteSecret, Welcome, open_welcome};
use crate::keys::{DeviceSecret, Keyring};
use crate::membership::Public;
use crate::message::{ClientFrame, HubFrame};
use crate::snapshot::{Manifest, SignedManifest, SnapshotError};
use crate::{Error, Hash, VERSION, ZERO_HASH};
use sidedesk_domain::WorkspaceId;

/// Chunks asked for and not here yet: enough to fill a line, and the most that a hub has to hold for a slow reader.
pub const CHUNKS_ASKED: u32 = 8;

/// Who fetches, and by what it knows the truth.
#[derive(Debug)]
pub struct Newcomer {
    /// This device.
    pub secret: DeviceSecret,
    /// The board.
    pub workspace: WorkspaceId,
    /// The hub that the invitation names.
    pub hub_key: [u8; 32],
    /// Under which the welcome is sealed; the hub has not got it.
    pub invite: InviteSecret,
}

/// The word of the device that admitted this one, opened.
#[derive(Debug, Clone)]
pub struct Admission {
    /// Head, chain hash, membership and snapshots it vouches for.
    pub welcome: Welcome,
    /// The keys it gave.
    pub keyring: Keyring,
}

impl Newcomer {
    /// Opens the entry that let this device in. Only who knows the invitation's secret can have sealed what it says.
    pub fn open_admission(&self, entry: &Entry) -> Result<Admission, SnapshotError> {
        let header = entry.op.parse()?;
        let read = Public::read(header.kind, &entry.op)?;
        let (OpKind::AddDevice, Some(Public::AddDevice(op))) = (header.kind, read) else {
            return Err(SnapshotError::Foreign("no admission"));
        };
        if header.workspace != self.workspace || op.device.id() != self.secret.id() {
            return Err(SnapshotError::Foreign("the admission of another device"));
        }
        let welcome = open_welcome(&op.welcome, &self.invite, &op.device)?;
        entry.op.verify(&welcome.admitted_by)?;
        let mut keyring = Keyring::default();
        keyring.open_wraps(&self.secret, &op.wraps)?;
        Ok(Admission { welcome, keyring })
    }

    /// The snapshot among those offered for which the welcome vouches, whatever the hub says of the others.
    pub fn choose(&self, admission: &Admission, offered: &[SignedManifest]) -> Result<(Hash, Manifest), SnapshotError> {
        if offered.is_empty() {
            return Err(SnapshotError::None);
        }
        let vouched = &admission.welcome.snapshots;
        let anchored = |digest: &Hash| vouched.iter().any(|known| known.as_slice() == digest);
        let found = offered.iter().map(|signed| (signed.digest(), signed));
        let (digest, signed) = found
            .into_iter()
            .find(|(digest, _)| anchored(digest))
            .ok_or(SnapshotError::NotAnchored)?;
        Ok((digest, signed.read()?))
    }

    /// Is this manifest of the newcomer's board, and not from beyond what the welcome knows?
    pub fn check(&self, admission: &Admission, manifest: &Manifest, fold_version: u32) -> Result<(), SnapshotError> {
        let welcome = &admission.welcome;
        if manifest.fold_version != fold_version {
            return Err(SnapshotError::Version);
        }
        if manifest.workspace != self.workspace {
            return Err(SnapshotError::Foreign("another board"));
        }
        if manifest.n > welcome.n || (manifest.n == welcome.n && manifest.hash != welcome.hash) {
            return Err(SnapshotError::Foreign("another history"));
        }
        Ok(())
    }
}

/// What the hands do next.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchStep {
    /// Send these.
    Send(Vec<ClientFrame>),
    /// The snapshot is chosen: this many chunks will come. Send these.
    Begin(Vec<ClientFrame>),
    /// A chunk as the manifest names it. Send these.
    Chunk {
        /// Which one; they come in order.
        index: u32,
        /// Sealed.
        bytes: Vec<u8>,
        /// Send these.
        next: Vec<ClientFrame>,
    },
    /// Nothing.
    Wait,
}

/// One attempt, on one connection.
#[derive(Debug)]
pub struct Fetcher {
    newcomer: Newcomer,
    fold_version: u32,
    /// A bug put in on purpose: see [`Self::believing_the_hub`].
    believes_hub: bool,
    chosen: Option<Chosen>,
}

/// The snapshot on its way.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The admission that vouches for it.
    pub admission: Admission,
    /// Its digest.
    pub digest: Hash,
    /// What it consists of.
    pub manifest: Manifest,
    asked: u32,
    come: u32,
}

impl Chosen {
    /// True once every chunk is here.
    pub fn is_complete(&self) -> bool {
        self.come as usize == self.manifest.chunks.len()
    }

    /// Chunks asked for by now, those that came included.
    fn ask(&mut self) -> Vec<ClientFrame> {
        let all = u32::try_from(self.manifest.chunks.len()).unwrap_or(u32::MAX);
        let until = all.min(self.come + CHUNKS_ASKED);
        let digest = self.digest;
        let asked = std::mem::replace(&mut self.asked, until);
        (asked..until)
            .map(|index| ClientFrame::AskChunk { digest, index })
            .collect()
    }
}

impl Fetcher {
    /// For this newcomer, whose program folds by this version.
    pub fn new(newcomer: Newcomer, fold_version: u32) -> Self {
        Self {
            newcomer,
            fold_version,
            believes_hub: false,
            chosen: None,
        }
    }

    /// Takes the hub's newest snapshot without asking who vouches for it. Only for the test that must find this out.
    #[doc(hidden)]
    pub fn believing_the_hub(mut self) -> Self {
        self.believes_hub = true;
        self
    }

    /// The snapshot on its way, once it is chosen.
    pub fn chosen(&self) -> Option<&Chosen> {
        self.chosen.as_ref()
    }

    /// One frame in, what to do out.
    pub fn step(&mut self, frame: HubFrame) -> Result<FetchStep, SnapshotError> {
        match frame {
            HubFrame::Challenge {
                version,
                nonce,
                hub_key,
            } => self.greet(version, &nonce, &hub_key),
            HubFrame::Welcome { .. } => Ok(FetchStep::Send(vec![ClientFrame::AskSnapshot])),
            HubFrame::Snapshots { admission, manifests } => self.choose(admission.as_ref(), &manifests),
            HubFrame::Chunk { digest, index, bytes } => self.chunk(digest, index, bytes),
            HubFrame::SnapshotRefused { .. } => Err(SnapshotError::None),
            HubFrame::Denied { .. } => Err(Error::Unexpected("the hub does not let this device in").into()),
            _ => Ok(FetchStep::Wait),
        }
    }

    fn greet(&self, version: u8, nonce: &[u8; 32], hub_key: &[u8; 32]) -> Result<FetchStep, SnapshotError> {
        if version != VERSION {
            return Err(Error::Version(version).into());
        }
        let Newcomer { secret, workspace, .. } = &self.newcomer;
        if *hub_key != self.newcomer.hub_key {
            return Err(Error::AnotherHub.into());
        }
        Ok(FetchStep::Send(vec![hello(
            secret,
            *workspace,
            (0, ZERO_HASH),
            nonce,
            hub_key,
        )]))
    }

    fn choose(&mut self, admission: Option<&Entry>, offered: &[SignedManifest]) -> Result<FetchStep, SnapshotError> {
        if self.chosen.is_some() {
            return Err(Error::Unexpected("a second list of snapshots").into());
        }
        let entry = admission.ok_or(SnapshotError::None)?;
        let mut admission = self.newcomer.open_admission(entry)?;
        if let Some(newest) = offered.first().filter(|_| self.believes_hub) {
            admission.welcome.snapshots = vec![newest.digest().to_vec().into()];
        }
        let (digest, manifest) = self.newcomer.choose(&admission, offered)?;
        self.newcomer.check(&admission, &manifest, self.fold_version)?;
        let mut chosen = Chosen {
            admission,
            digest,
            manifest,
            asked: 0,
            come: 0,
        };
        let ask = chosen.ask();
        self.chosen = Some(chosen);
        Ok(FetchStep::Begin(ask))
    }

    fn chunk(&mut self, digest: Hash, index: u32, bytes: Vec<u8>) -> Result<FetchStep, SnapshotError> {
        let chosen = self.chosen.as_mut().ok_or(Error::Unexpected("a chunk"))?;
        if digest != chosen.digest || index != chosen.come {
            return Err(SnapshotError::Chunk(index));
        }
        chosen.manifest.check_chunk(index, &bytes)?;
        chosen.come += 1;
        let next = chosen.ask();
        Ok(FetchStep::Chunk { index, bytes, next })
    }
}

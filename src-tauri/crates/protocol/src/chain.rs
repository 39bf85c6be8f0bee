//! The chain: what must be true of the next entry, on every device and in the hub alike.
//!
//! [`Chain::check`] asks everything of an op that does not depend on its place; [`Chain::append`] also checks the place and
//! moves the head. Neither changes anything when it refuses.

use crate::entry::{Entry, Header, OpKind, SignedOp, workspace_id};
use crate::membership::{self, Public};
use crate::{Error, Hash, ZERO_HASH};
use minicbor::{Decode, Encode};
use sidedesk_domain::membership::{Membership, Role};
use sidedesk_domain::{DeviceId, Millis, WorkspaceId};
use std::collections::BTreeMap;

/// The head of a workspace's log and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Place of the last entry; 0 before the genesis op.
    pub n: u64,
    /// Chain hash there.
    pub hash: Hash,
    /// Its hub time.
    pub hub_time: Millis,
    /// Who belongs to it there.
    pub membership: Membership,
    /// The hub that gives the places; `None` while a device does so itself.
    pub hub_key: Option<[u8; 32]>,
    /// The last op of every device.
    pub tails: BTreeMap<DeviceId, Tail>,
}

/// A device's last op.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Tail {
    /// Its count.
    #[n(0)]
    pub seq: u64,
    /// Its hash.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hash: Hash,
}

impl Default for Tail {
    fn default() -> Self {
        Self {
            seq: 0,
            hash: ZERO_HASH,
        }
    }
}

/// An op that may be appended next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its header.
    pub header: Header,
    /// Its public part, for membership ops.
    pub public: Option<Public>,
}

impl Chain {
    /// The chain of a workspace of which nothing is here yet.
    pub fn empty(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            n: 0,
            hash: ZERO_HASH,
            hub_time: i64::MIN,
            membership: Membership::default(),
            hub_key: None,
            tails: BTreeMap::new(),
        }
    }

    /// The last op of `device`, or what stands before its first.
    pub fn tail(&self, device: DeviceId) -> Tail {
        self.tails.get(&device).copied().unwrap_or_default()
    }

    /// Could this op be the next entry, at `hub_time`?
    pub fn check(&self, op: &SignedOp, hub_time: Millis) -> Result<Checked, Error> {
        self.check_signed(op, hub_time, false)
    }

    /// The same; the signature of an op that this very device signed is not calculated a second time.
    fn check_signed(&self, op: &SignedOp, hub_time: Millis, is_own: bool) -> Result<Checked, Error> {
        let header = op.parse()?;
        let public = Public::read(header.kind, op)?;
        if self.n == 0 {
            return self.check_genesis(op, header, public);
        }
        if header.workspace != self.workspace {
            return Err(Error::Workspace);
        }
        let refused = sidedesk_domain::membership::Refusal::NotAMember;
        let author = self.membership.devices.get(&header.device).ok_or(refused)?;
        if !is_own {
            op.verify(&author.verify_key)?;
        }
        let tail = self.tail(header.device);
        if header.seq != tail.seq + 1 {
            return Err(Error::Seq {
                expected: tail.seq + 1,
                found: header.seq,
            });
        }
        if header.prev != tail.hash {
            return Err(Error::Prev);
        }
        if header.base_n > self.n {
            return Err(Error::Fork);
        }
        membership::authorized(&self.membership, &header, public.as_ref(), hub_time)?;
        Ok(Checked { header, public })
    }

    fn check_genesis(&self, op: &SignedOp, header: Header, public: Option<Public>) -> Result<Checked, Error> {
        let Some(Public::Genesis(genesis)) = &public else {
            return Err(Error::Unexpected("no genesis"));
        };
        if workspace_id(op) != self.workspace || header.workspace != WorkspaceId::default() {
            return Err(Error::Workspace);
        }
        if genesis.founder.id() != header.device || header.seq != 1 || header.prev != ZERO_HASH {
            return Err(Error::Prev);
        }
        op.verify(&genesis.founder.verify_key)?;
        Ok(Checked { header, public })
    }

    /// Checks everything about the next entry and moves the head behind it.
    pub fn append(&mut self, entry: &Entry) -> Result<Checked, Error> {
        self.append_signed(entry, false)
    }

    /// The same for an entry whose header and signature are, byte for byte, those of an op that this device has just made.
    pub(crate) fn append_own(&mut self, entry: &Entry) -> Result<Checked, Error> {
        self.append_signed(entry, true)
    }

    fn append_signed(&mut self, entry: &Entry, is_own: bool) -> Result<Checked, Error> {
        if entry.n != self.n + 1 {
            return Err(Error::Place {
                expected: self.n + 1,
                found: entry.n,
            });
        }
        if entry.hub_time < self.hub_time {
            return Err(Error::HubTime);
        }
        let checked = self.check_signed(&entry.op, entry.hub_time, is_own)?;
        self.advance(entry, &checked);
        Ok(checked)
    }

    /// Moves the head behind an entry whose op was checked at this head.
    pub(crate) fn advance(&mut self, entry: &Entry, checked: &Checked) {
        self.hash = entry.chain_hash(&self.hash);
        self.n = entry.n;
        self.hub_time = entry.hub_time;
        self.tails.insert(
            checked.header.device,
            Tail {
                seq: checked.header.seq,
                hash: entry.op.hash(),
            },
        );
        if let Some(public) = &checked.public {
            membership::fold(&mut self.membership, &checked.header, public, entry.n);
            if let Public::NameHub(op) = public {
                self.hub_key = Some(op.hub_key);
            }
        }
    }

    /// Gives the op the next place, as whoever orders this workspace does, without storing anything.
    pub fn place(&self, op: SignedOp, now: Millis) -> Entry {
        Entry {
            n: self.n + 1,
            hub_time: now.max(self.hub_time),
            op,
        }
    }

    /// Hash of the membership, for the joiner's anchor.
    pub fn membership_hash(&self) -> Hash {
        let mut hasher = blake3::Hasher::new();
        for (id, device) in &self.membership.devices {
            hasher
                .update(id.as_bytes())
                .update(device.member.as_bytes())
                .update(&device.verify_key);
            hasher.update(&device.removed_at.unwrap_or(0).to_le_bytes());
        }
        // Boards from before there were roles keep their hash.
        for (id, role) in self.membership.members.iter().filter(|(_, role)| **role != Role::Lead) {
            hasher.update(id.as_bytes()).update(&[role.number()]);
        }
        hasher.update(&self.membership.epoch.to_le_bytes());
        *hasher.finalize().as_bytes()
    }

    /// True for the kind of op that still may be taken verbatim with its place: a chain no hub orders yet.
    pub fn takes_upload(&self) -> bool {
        self.hub_key.is_none()
    }
}

/// Every author is a witness of the order: did the author of this op see the history that is here? `known` is the chain
/// hash here at the author's head; where that is not here (a history that is still on its way) nothing can be said.
pub fn witnessed(header: &Header, known: Option<Hash>) -> Result<(), Error> {
    match known {
        Some(hash) if hash != header.base_hash => Err(Error::Fork),
        _ => Ok(()),
    }
}

impl Checked {
    /// True when its body holds sealed changes to records.
    pub fn is_action(&self) -> bool {
        self.header.kind == OpKind::Action
    }
}

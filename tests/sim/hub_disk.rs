//! The hub's disk: what its transactions made durable, and what a decision needs to know of it.

use anyhow::Result;
use sidedesk_domain::{DeviceId, InviteId, OpId};
use sidedesk_protocol::admit::Placed;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::message::HubFrame;
use sidedesk_protocol::{Hash, ZERO_HASH};
use std::collections::BTreeMap;

/// What is durable.
#[derive(Default, Clone)]
pub struct HubDisk {
    pub entries: Vec<Entry>,
    pub chain: Option<Chain>,
    /// Chain hash by place.
    pub hashes: Vec<Hash>,
    /// Ops by device and sequence.
    pub places: BTreeMap<(DeviceId, u64), Placed>,
}

/// One transaction under way; the log is locked meanwhile.
pub struct Batch {
    pub entries: Vec<Entry>,
    pub chain: Chain,
    pub admitted: Vec<InviteId>,
    pub answers: Vec<(usize, HubFrame)>,
    pub asked: Vec<(usize, OpId)>,
}

impl HubDisk {
    /// Commits a transaction.
    pub fn store(&mut self, batch: &Batch) -> Result<()> {
        if self.hashes.is_empty() {
            self.hashes.push(ZERO_HASH);
        }
        for entry in &batch.entries {
            let header = entry.op.parse()?;
            let hash = entry.chain_hash(self.hashes.last().unwrap_or(&ZERO_HASH));
            self.hashes.push(hash);
            let placed = Placed {
                op: header.op,
                n: entry.n,
                hub_time: entry.hub_time,
                hash,
            };
            self.places.insert((header.device, header.seq), placed);
            self.entries.push(entry.clone());
        }
        self.chain = Some(batch.chain.clone());
        Ok(())
    }

    /// The chain hash at a place.
    pub fn hash_at(&self, n: u64) -> Option<Hash> {
        self.hashes.get(n as usize).copied()
    }
}

//! A hub restored from an old backup gets back what it lost, from the devices, which have every entry.
//!
//! ```text
//! device → Hello(head beyond the hub's)      hub → Welcome(its head, takes_upload)
//! device → Upload(entries, verbatim) …       hub → Uploaded(its head now) …
//! device → Follow(its head)                  the hub notes: this device holds nothing that is not here
//! lead   → DeclareHead(n, hash)              what no device brought until now is given up
//! ```
//!
//! Until it ends no op gets a place: the place might belong to an entry that only a device still has, with a receipt for it.
//! It ends for a board when every device of the board that was not removed has come and holds nothing more, or when a
//! lead's device declares the head. Whoever comes later with more than that holds another history, which is an alarm.
//!
//! An entry is taken only when it continues the chain in every respect, when its author saw the same history
//! (`base_hash`), and when its time is not in the hub's future. The hub cannot tell by itself that it once gave these
//! places; it trusts the board's members that far, and any two of them with different histories are found out.

use crate::admit::{Denial, door};
use crate::chain::{Chain, Checked};
use crate::entry::Entry;
use crate::keys::HubSecret;
use crate::message::{ClientFrame, DeniedWhy, HubFrame};
use crate::{Error, Hash};
use sidedesk_domain::membership::{Deed, authorize};
use sidedesk_domain::{DeviceId, Millis};
use std::collections::BTreeSet;

/// A restored hub's clock may be behind the one that gave the times by this much. A time further ahead would be the least
/// time of every later op.
pub const CLOCK_TOLERANCE_MS: Millis = 5 * 60_000;

/// As [`door`], but a device whose head lies beyond the hub's is let in and asked for what comes after the hub's head.
pub fn door_healing(
    chain: Option<&Chain>,
    hub: &HubSecret,
    nonce: &[u8; 32],
    hello: &ClientFrame,
    hash_there: Option<Hash>,
) -> Result<HubFrame, Denial> {
    // Whether it is ahead is looked at last, after proof and membership.
    match (door(chain, hub, nonce, hello, hash_there), chain, hello) {
        (Err(denial), Some(chain), ClientFrame::Hello { n, .. }) if denial.why == DeniedWhy::Fork && *n > chain.n => {
            Ok(HubFrame::Welcome {
                n: chain.n,
                hash: chain.hash,
                takes_upload: true,
            })
        }
        (answer, ..) => answer,
    }
}

/// Takes an entry back, verbatim and with its place. `base_hash` is the hub's chain hash at the entry's `base_n`.
pub fn admit_again(chain: &mut Chain, entry: &Entry, base_hash: Option<Hash>, now: Millis) -> Result<Checked, Error> {
    let header = entry.op.parse()?;
    if header.base_n <= chain.n && base_hash != Some(header.base_hash) {
        return Err(Error::Fork);
    }
    if entry.hub_time > now.saturating_add(CLOCK_TOLERANCE_MS) {
        return Err(Error::HubTime);
    }
    chain.append(entry)
}

/// Has every device of the board come that was not removed?
pub fn all_came(chain: &Chain, came: &BTreeSet<DeviceId>) -> bool {
    let words = chain.membership.recovery();
    let mut devices = chain.membership.devices.iter();
    devices.all(|(id, device)| device.removed_at.is_some() || came.contains(id) || words == Some(*id))
}

/// May this device declare the head?
pub fn may_declare(chain: &Chain, device: DeviceId) -> bool {
    authorize(&chain.membership, device, Deed::NameHub).is_ok()
}

//! Are the keys that a membership op carries for the right eyes, and for all of them?
//!
//! Nobody but its receiver can look into a wrap. Whom it is for, and for which space and epoch, everybody can check: a role
//! gets the spaces that it holds and no other, a newcomer all epochs so far, and a new key goes to everybody who stays.

use crate::Error;
use crate::entry::Header;
use crate::keys::{Wrap, takes_wraps};
use crate::membership::{AddDevice, NewEpoch, Public};
use sidedesk_domain::membership::{Membership, Refusal, Role};
use sidedesk_domain::{DeviceId, MemberId, Space};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of an encapsulated X25519 key.
const ENC_LEN: usize = 32;
/// Bytes of a sealed epoch key: 32, and the tag.
const SEALED_LEN: usize = 48;

type Eyes = (DeviceId, u8, u32);

/// Is everybody wrapped to who must be, and nobody who must not?
///
/// Admitting, inviting and starting an epoch may cross each other on their way to the hub. An invitation's secret is sealed
/// under the current key, a newcomer gets all keys so far, and a new key goes to everybody who stays: whatever was made
/// without knowing the other is sealed again.
pub(crate) fn check(membership: &Membership, header: &Header, public: Option<&Public>) -> Result<(), Error> {
    let is_current = header.epoch == membership.epoch;
    match public {
        Some(Public::Invite(_) | Public::AddDevice(_)) if !is_current => Err(Refusal::OldEpoch.into()),
        Some(Public::AddDevice(op)) => check_newcomer(membership, op),
        Some(Public::NewEpoch(op)) => check_epoch(membership, op),
        Some(Public::Genesis(_) | Public::Invite(_) | Public::NameHub(_)) | None => Ok(()),
    }
}

fn check_newcomer(membership: &Membership, op: &AddDevice) -> Result<(), Error> {
    let role = membership
        .invites
        .get(&op.invite)
        .map_or(Role::Lead, |invite| invite.role);
    let expected = every_key(op.device.id(), role, membership.epoch).collect();
    // Else nobody could begin an epoch any more: its new keys go to everybody.
    if takes_wraps(&op.device.wrap_key) && eyes(&op.wraps)? == expected {
        Ok(())
    } else {
        Err(Error::Wraps)
    }
}

fn check_epoch(membership: &Membership, op: &NewEpoch) -> Result<(), Error> {
    let mut roles: BTreeMap<MemberId, Role> = membership.members.clone();
    roles.extend(op.new_roles());
    let (mut must, mut may) = (BTreeSet::new(), BTreeSet::new());
    let replaced = membership.recovery().filter(|_| op.recovery.is_some());
    for (id, device) in &membership.devices {
        if device.removed_at.is_some() || op.removed.contains(id) || replaced == Some(*id) {
            continue;
        }
        let role = roles.get(&device.member).copied().unwrap_or(Role::Other(0));
        let keys: Vec<Eyes> = every_key(*id, role, op.epoch).collect();
        must.extend(keys.iter().filter(|(_, _, epoch)| *epoch == op.epoch));
        let before = membership
            .members
            .get(&device.member)
            .copied()
            .unwrap_or(Role::Other(0));
        let gains = |space: &Space| role.holds(*space) && !before.holds(*space);
        let gained: Vec<u8> = Space::ALL
            .iter()
            .filter(|space| gains(space))
            .map(|space| space.number())
            .collect();
        must.extend(keys.iter().filter(|(_, space, _)| gained.contains(space)));
        may.extend(keys);
    }
    if let Some(words) = &op.recovery {
        let is_new = !membership.members.contains_key(&words.member) && !membership.devices.contains_key(&words.id());
        if !is_new {
            return Err(Refusal::KnownDevice.into());
        }
        if !takes_wraps(&words.wrap_key) {
            return Err(Error::Wraps);
        }
        must.extend(every_key(words.id(), Role::Recovery, op.epoch));
        may.extend(every_key(words.id(), Role::Recovery, op.epoch));
    }
    let given = eyes(&op.wraps)?;
    if !must.is_subset(&given) {
        // Somebody came meanwhile.
        Err(Refusal::OldEpoch.into())
    } else if given.is_subset(&may) {
        Ok(())
    } else {
        Err(Error::Wraps)
    }
}

/// What a device of this role holds in this epoch.
fn every_key(device: DeviceId, role: Role, epoch: u32) -> impl Iterator<Item = Eyes> {
    let spaces = Space::ALL.into_iter().filter(move |space| role.holds(*space));
    spaces.flat_map(move |space| (1..=epoch).map(move |epoch| (device, space.number(), epoch)))
}

/// Whom these are for; each once, each as long as a wrapped key is.
fn eyes(wraps: &[Wrap]) -> Result<BTreeSet<Eyes>, Error> {
    let eyes: BTreeSet<Eyes> = wraps.iter().map(|wrap| (wrap.device, wrap.space, wrap.epoch)).collect();
    let whole = |wrap: &Wrap| wrap.enc.len() == ENC_LEN && wrap.sealed.len() == SEALED_LEN;
    if eyes.len() == wraps.len() && wraps.iter().all(whole) {
        Ok(eyes)
    } else {
        Err(Error::Wraps)
    }
}

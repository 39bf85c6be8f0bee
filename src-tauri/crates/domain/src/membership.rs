//! Who belongs to a workspace at a place in the log, and what they may do.
//!
//! [`authorize`] is the one function that decides. Every replica, the hub (for what it can see) and the windows ask it, so
//! they cannot disagree. What is inside an action, and whose object it changes, only members can read: see [`crate::fold`].

mod role;
mod seats;

pub use role::{Function, Role};
pub use seats::{Seat, Seats, Standing, function_of};

use crate::fields::Space;
use crate::id::{DeviceId, InviteId, MemberId};
use crate::time::Millis;
use std::collections::BTreeMap;

/// One installation of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Whose it is.
    pub member: MemberId,
    /// ed25519 key its ops are signed with.
    pub verify_key: [u8; 32],
    /// X25519 key that epoch keys are wrapped to.
    pub wrap_key: [u8; 32],
    /// Place of the op that removed it.
    pub removed_at: Option<u64>,
}

/// An invitation as the log knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Who made it.
    pub by: DeviceId,
    /// Role it gives.
    pub role: Role,
    /// Key that the holder of the secret proves possession with.
    pub claim_key: [u8; 32],
    /// Not valid from this instant (hub time).
    pub expires: Millis,
    /// For one more device of this member; else for somebody new.
    pub member: Option<MemberId>,
    /// Used, or voided by a removal.
    pub spent: bool,
}

/// Everybody, at one place in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Membership {
    /// Roles by person.
    pub members: BTreeMap<MemberId, Role>,
    /// Devices, removed ones included: their old ops still need their keys.
    pub devices: BTreeMap<DeviceId, Device>,
    /// Open and spent invitations.
    pub invites: BTreeMap<InviteId, Invite>,
    /// The current key epoch.
    pub epoch: u32,
    /// The roles of the past.
    pub seats: Seats,
}

/// What somebody is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed<'a> {
    /// Change records, sealed under this epoch's key of this space.
    Write {
        /// The epoch whose key sealed it.
        epoch: u32,
        /// Of which space; `None` for one from a newer version.
        space: Option<Space>,
    },
    /// Make an invitation.
    Invite {
        /// Role it gives.
        role: Role,
        /// The member whose next device it is for, if not for somebody new.
        member: Option<MemberId>,
    },
    /// Let a device in on an invitation, at this hub time.
    Admit {
        /// Which one.
        invite: InviteId,
        /// The device.
        device: DeviceId,
        /// Whose it says it is.
        member: MemberId,
        /// When.
        at: Millis,
    },
    /// Let a device in by the printed words.
    Recover {
        /// The device.
        device: DeviceId,
        /// Whose it says it is.
        member: MemberId,
    },
    /// Start a new epoch, with what changes about people and their devices.
    NewEpoch {
        /// Its number.
        epoch: u32,
        /// Devices that go.
        removed: &'a [DeviceId],
        /// Members whose role becomes another one.
        roles: &'a [(MemberId, Role)],
    },
    /// Name the hub that gives places from here on.
    NameHub,
    /// An op kind from a newer version.
    Unknown,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not in the membership.
    #[error("this device is not a member of the board")]
    NotAMember,
    /// Removed before.
    #[error("this device was removed from the board")]
    Removed,
    /// The role does not allow it.
    #[error("this role may not do that")]
    Role,
    /// Sealed under a key that is no longer current.
    #[error("sealed under an old key; it must be sealed again")]
    OldEpoch,
    /// No such invitation.
    #[error("there is no such invitation")]
    NoInvite,
    /// Single use, or voided.
    #[error("this invitation was used already or withdrawn")]
    InviteSpent,
    /// Too late.
    #[error("this invitation has expired")]
    InviteExpired,
    /// An invitation for one person, used as another; or a newcomer who says to be somebody known.
    #[error("this invitation is for somebody else")]
    SomebodyElse,
    /// A device that is, or was, on the board.
    #[error("this device was on the board before; it joins as a new one")]
    KnownDevice,
    /// Nobody could invite or remove any more.
    #[error("the board's last lead stays until there is another one")]
    LastLead,
}

impl Membership {
    /// The role of the person behind a device that was not removed.
    pub fn role_of(&self, device: DeviceId) -> Result<(MemberId, Role), Refusal> {
        let found = self.devices.get(&device).ok_or(Refusal::NotAMember)?;
        if found.removed_at.is_some() {
            return Err(Refusal::Removed);
        }
        let role = self.members.get(&found.member).ok_or(Refusal::NotAMember)?;
        Ok((found.member, *role))
    }

    /// The devices of a member that were not removed.
    pub fn devices_of(&self, member: MemberId) -> impl Iterator<Item = DeviceId> {
        let theirs = self.devices.iter().filter(move |(_, device)| device.member == member);
        theirs
            .filter(|(_, device)| device.removed_at.is_none())
            .map(|(id, _)| *id)
    }

    /// People with a device, and their roles.
    pub fn people(&self) -> impl Iterator<Item = (MemberId, Role)> {
        let people = self.members.iter().filter(|(_, role)| **role != Role::Recovery);
        people
            .map(|(id, role)| (*id, *role))
            .filter(|(id, _)| self.devices_of(*id).next().is_some())
    }

    /// The device of the printed words that hold now.
    pub fn recovery(&self) -> Option<DeviceId> {
        let words = self.members.iter().filter(|(_, role)| **role == Role::Recovery);
        words.flat_map(|(id, _)| self.devices_of(*id)).next()
    }

    /// Is a lead left once these devices are gone and these roles hold?
    fn keeps_a_lead(&self, removed: &[DeviceId], roles: &[(MemberId, Role)]) -> bool {
        self.people().any(|(member, role)| {
            let later = roles
                .iter()
                .rev()
                .find(|(id, _)| *id == member)
                .map_or(role, |(_, role)| *role);
            later.is_lead() && self.devices_of(member).any(|device| !removed.contains(&device))
        })
    }
}

/// May `device` do `deed` at this place in the log?
pub fn authorize(membership: &Membership, device: DeviceId, deed: Deed<'_>) -> Result<(), Refusal> {
    let (me, role) = membership.role_of(device)?;
    if let Role::Other(_) = role {
        return Err(Refusal::Role);
    }
    let may = match deed {
        Deed::Recover { .. } => role == Role::Recovery,
        _ if role == Role::Recovery => false,
        Deed::Write { space, .. } => space.is_none_or(|space| role.holds(space)),
        Deed::Invite {
            role: given,
            member: Some(member),
        } => member == me && given == role,
        Deed::Invite {
            role: given,
            member: None,
        } => role.is_lead() && given.is_of_a_person(),
        Deed::Admit { member, .. } => role.is_lead() || member == me,
        Deed::NewEpoch { .. } | Deed::NameHub => role.is_lead(),
        Deed::Unknown => true,
    };
    if !may {
        return Err(Refusal::Role);
    }
    match deed {
        Deed::Write { epoch, .. } if epoch != membership.epoch => Err(Refusal::OldEpoch),
        Deed::NewEpoch { epoch, .. } if Some(epoch) != membership.epoch.checked_add(1) => Err(Refusal::OldEpoch),
        Deed::NewEpoch { removed, roles, .. } => may_change(membership, removed, roles),
        Deed::Admit {
            invite,
            device,
            member,
            at,
        } => may_come(membership, invite, (device, member), at),
        Deed::Recover { device, member } => may_be_new(membership, device, member, None),
        Deed::Write { .. } | Deed::Invite { .. } | Deed::NameHub | Deed::Unknown => Ok(()),
    }
}

/// Is the invitation good for this device?
fn may_come(
    membership: &Membership,
    invite: InviteId,
    (device, member): (DeviceId, MemberId),
    at: Millis,
) -> Result<(), Refusal> {
    let invite = membership.invites.get(&invite).ok_or(Refusal::NoInvite)?;
    if invite.spent {
        Err(Refusal::InviteSpent)
    } else if at >= invite.expires {
        Err(Refusal::InviteExpired)
    } else {
        may_be_new(membership, device, member, invite.member)
    }
}

/// Nobody becomes a member who is there already, nor a device that is, by somebody else's invitation.
fn may_be_new(
    membership: &Membership,
    device: DeviceId,
    member: MemberId,
    expected: Option<MemberId>,
) -> Result<(), Refusal> {
    let is_expected = match expected {
        Some(expected) => member == expected,
        None => !membership.members.contains_key(&member),
    };
    if membership.devices.contains_key(&device) {
        Err(Refusal::KnownDevice)
    } else if is_expected {
        Ok(())
    } else {
        Err(Refusal::SomebodyElse)
    }
}

fn may_change(membership: &Membership, removed: &[DeviceId], roles: &[(MemberId, Role)]) -> Result<(), Refusal> {
    let known = |(member, role): &(MemberId, Role)| {
        let is_person = membership.members.get(member).is_some_and(|role| role.is_of_a_person());
        is_person && role.is_of_a_person()
    };
    if !roles.iter().all(known) || !removed.iter().all(|id| membership.devices.contains_key(id)) {
        return Err(Refusal::NotAMember);
    }
    if membership.keeps_a_lead(removed, roles) {
        Ok(())
    } else {
        Err(Refusal::LastLead)
    }
}

#[cfg(test)]
mod tests;

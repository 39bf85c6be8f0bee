//! Who belongs to a workspace at a place in the log, and what they may do.
//!
//! [`authorize`] is the one function that decides. Every replica, the hub (for what it can see) and the windows ask it, so
//! they cannot disagree. For now there is one role; the question already has its final form.

use crate::id::{DeviceId, InviteId, MemberId};
use crate::time::Millis;
use std::collections::BTreeMap;

/// What a member may do. A number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May do everything there is today: write, invite, admit, remove.
    Lead,
    /// A role from a newer version: may read and nothing else until the update.
    Other(u8),
}

impl Role {
    /// Its number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::Lead => 1,
            Self::Other(number) => number,
        }
    }

    /// The role with this number.
    pub fn from_number(number: u8) -> Self {
        if number == 1 { Self::Lead } else { Self::Other(number) }
    }
}

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
}

/// What somebody is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Change records, sealed under this epoch.
    Write {
        /// The epoch whose key sealed it.
        epoch: u32,
    },
    /// Make an invitation.
    Invite,
    /// Let a device in on an invitation, at this hub time.
    Admit {
        /// Which one.
        invite: InviteId,
        /// When.
        at: Millis,
    },
    /// Start a new epoch, removing devices or not.
    NewEpoch {
        /// Its number.
        epoch: u32,
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
}

/// May `device` do `deed` at this place in the log?
pub fn authorize(membership: &Membership, device: DeviceId, deed: Deed) -> Result<(), Refusal> {
    let found = membership.devices.get(&device).ok_or(Refusal::NotAMember)?;
    if found.removed_at.is_some() {
        return Err(Refusal::Removed);
    }
    let role = membership
        .members
        .get(&found.member)
        .copied()
        .ok_or(Refusal::NotAMember)?;
    if role != Role::Lead {
        return Err(Refusal::Role);
    }
    match deed {
        Deed::Write { epoch } if epoch != membership.epoch => Err(Refusal::OldEpoch),
        Deed::NewEpoch { epoch } if Some(epoch) != membership.epoch.checked_add(1) => Err(Refusal::OldEpoch),
        Deed::Admit { invite, at } => {
            let invite = membership.invites.get(&invite).ok_or(Refusal::NoInvite)?;
            if invite.spent {
                Err(Refusal::InviteSpent)
            } else if at >= invite.expires {
                Err(Refusal::InviteExpired)
            } else {
                Ok(())
            }
        }
        Deed::Write { .. } | Deed::Invite | Deed::NewEpoch { .. } | Deed::NameHub | Deed::Unknown => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board() -> Membership {
        let device = |removed_at| Device {
            member: MemberId([1; 16]),
            verify_key: [0; 32],
            wrap_key: [0; 32],
            removed_at,
        };
        let invite = |spent, expires| Invite {
            by: DeviceId([1; 16]),
            role: Role::Lead,
            claim_key: [0; 32],
            expires,
            spent,
        };
        Membership {
            members: [(MemberId([1; 16]), Role::Lead)].into(),
            devices: [(DeviceId([1; 16]), device(None)), (DeviceId([2; 16]), device(Some(9)))].into(),
            invites: [
                (InviteId([1; 16]), invite(false, 100)),
                (InviteId([2; 16]), invite(true, 100)),
            ]
            .into(),
            epoch: 3,
        }
    }

    fn check(device: u8, deed: Deed, expected: Result<(), Refusal>) {
        assert_eq!(authorize(&board(), DeviceId([device; 16]), deed), expected, "{deed:?}");
    }

    #[test]
    fn only_members_with_the_current_key_write() {
        check(1, Deed::Write { epoch: 3 }, Ok(()));
        check(1, Deed::Write { epoch: 2 }, Err(Refusal::OldEpoch));
        check(2, Deed::Write { epoch: 3 }, Err(Refusal::Removed));
        check(3, Deed::Write { epoch: 3 }, Err(Refusal::NotAMember));
        check(1, Deed::NewEpoch { epoch: 4 }, Ok(()));
        check(1, Deed::NewEpoch { epoch: 6 }, Err(Refusal::OldEpoch));
    }

    #[test]
    fn an_invitation_works_once_and_in_time() {
        let admit = |n: u8, at| Deed::Admit {
            invite: InviteId([n; 16]),
            at,
        };
        check(1, admit(1, 99), Ok(()));
        check(1, admit(1, 100), Err(Refusal::InviteExpired));
        check(1, admit(2, 1), Err(Refusal::InviteSpent));
        check(1, admit(3, 1), Err(Refusal::NoInvite));
    }
}

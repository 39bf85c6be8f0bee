//! Membership ops: genesis, invite, add-device, new epoch, name-hub.
//!
//! Their body is `[public, sealed]`. The public part is keys and numbers: every replica and the hub fold it into the same
//! [`Membership`], which is how the hub can refuse strangers without reading a word. Names are not here: a person's name
//! is an ordinary sealed record.

use crate::Error;
use crate::entry::{Header, OpKind, SignedOp};
use crate::keys::{Wrap, device_id};
use crate::wraps;
use minicbor::{Decode, Encode};
pub use sidedesk_domain::membership::Role;
use sidedesk_domain::membership::{Deed, Device, Invite, Membership, authorize};
use sidedesk_domain::{DeviceId, InviteId, MemberId, Millis, Space};

/// The two parts of a membership op's body.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct MembershipBody {
    /// One of the structs below, by the op's kind.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub public: Vec<u8>,
    /// Sealed under the board key; empty when there is nothing to hide.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub sealed: Vec<u8>,
}

/// Public keys of a device and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DeviceKeys {
    /// The person.
    #[n(0)]
    pub member: MemberId,
    /// ed25519.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub verify_key: [u8; 32],
    /// X25519.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub wrap_key: [u8; 32],
}

impl DeviceKeys {
    /// The device's id.
    pub fn id(&self) -> DeviceId {
        device_id(&self.verify_key)
    }
}

/// Founds a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Genesis {
    /// The founder's device.
    #[n(0)]
    pub founder: DeviceKeys,
    /// The first epoch's keys, wrapped to the founder.
    #[n(1)]
    pub wraps: Vec<Wrap>,
    /// Not used: the printed words come with [`NewEpoch::recovery`].
    #[cbor(n(2), with = "minicbor::bytes")]
    pub recovery_key: Option<[u8; 32]>,
    /// The founder's role, one of a lead; of both functions if absent.
    #[n(3)]
    pub role: Option<u8>,
}

/// Invites somebody. The secret lies in the sealed part.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct InviteOp {
    /// Which invitation: hash of its secret.
    #[n(0)]
    pub invite: InviteId,
    /// Role it gives.
    #[n(1)]
    pub role: u8,
    /// Public half of a key derived from the secret.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub claim_key: [u8; 32],
    /// Not valid from this hub time.
    #[n(3)]
    pub expires: Millis,
    /// For one more device of this member, the author; else for somebody new.
    #[n(4)]
    pub member: Option<MemberId>,
}

/// Lets a device in. By the device of the printed words: as a lead's, on no invitation (zeros, nobody to welcome).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AddDevice {
    /// On which invitation.
    #[n(0)]
    pub invite: InviteId,
    /// The new device.
    #[n(1)]
    pub device: DeviceKeys,
    /// Every epoch key so far of the spaces that its role holds, wrapped to it.
    #[n(2)]
    pub wraps: Vec<Wrap>,
    /// Sealed under the invitation's secret: [`crate::invite::Welcome`], the joiner's anchor.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub welcome: Vec<u8>,
}

/// Starts a new epoch. Whatever changes about people is part of the same op, so that nothing is sealed between the two:
/// devices that go, members with another role, other printed words.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NewEpoch {
    /// Its number: one more than before.
    #[n(0)]
    pub epoch: u32,
    /// Devices that are no longer members.
    #[n(1)]
    pub removed: Vec<DeviceId>,
    /// The new keys, wrapped to everybody who stays; for a role that gains a space, and for new words, also the old ones.
    #[n(2)]
    pub wraps: Vec<Wrap>,
    /// Members and the number of the role that they have from here on.
    #[cbor(n(3), default, skip_if = "Vec::is_empty")]
    pub roles: Vec<(MemberId, u8)>,
    /// The keys of new printed words, under a member of their own. The words before them, if any, hold no more.
    #[n(4)]
    pub recovery: Option<DeviceKeys>,
}

impl NewEpoch {
    /// An invitation that somebody may have seen who is not who they were is worth nothing.
    pub fn voids_invitations(&self) -> bool {
        !self.removed.is_empty() || !self.roles.is_empty() || self.recovery.is_some()
    }

    /// The members whose role changes.
    pub fn new_roles(&self) -> Vec<(MemberId, Role)> {
        let roles = self.roles.iter();
        roles
            .map(|(member, role)| (*member, Role::from_number(*role)))
            .collect()
    }
}

/// Names the hub that gives places from the next op on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NameHub {
    /// The hub's signing key.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub hub_key: [u8; 32],
    /// Where it was found, for the next device.
    #[n(1)]
    pub address: String,
}

/// A membership op's public part, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Public {
    /// See [`Genesis`].
    Genesis(Genesis),
    /// See [`InviteOp`].
    Invite(InviteOp),
    /// See [`AddDevice`].
    AddDevice(AddDevice),
    /// See [`NewEpoch`].
    NewEpoch(NewEpoch),
    /// See [`NameHub`].
    NameHub(NameHub),
}

impl Public {
    /// The public part of a membership op; `None` for the kinds that have none.
    pub fn read(kind: OpKind, op: &SignedOp) -> Result<Option<Self>, Error> {
        if !kind.is_membership() {
            return Ok(None);
        }
        let body: MembershipBody = minicbor::decode(&op.body).map_err(Error::decoding)?;
        let public = body.public.as_slice();
        let read = match kind {
            OpKind::Genesis => minicbor::decode(public).map(Self::Genesis),
            OpKind::Invite => minicbor::decode(public).map(Self::Invite),
            OpKind::AddDevice => minicbor::decode(public).map(Self::AddDevice),
            OpKind::NewEpoch => minicbor::decode(public).map(Self::NewEpoch),
            OpKind::NameHub => minicbor::decode(public).map(Self::NameHub),
            OpKind::Action | OpKind::Other(_) => return Ok(None),
        };
        read.map(Some).map_err(Error::decoding)
    }

    /// The op kind it belongs to.
    pub fn kind(&self) -> OpKind {
        match self {
            Self::Genesis(_) => OpKind::Genesis,
            Self::Invite(_) => OpKind::Invite,
            Self::AddDevice(_) => OpKind::AddDevice,
            Self::NewEpoch(_) => OpKind::NewEpoch,
            Self::NameHub(_) => OpKind::NameHub,
        }
    }

    /// The bytes of the public part.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Genesis(op) => minicbor::to_vec(op),
            Self::Invite(op) => minicbor::to_vec(op),
            Self::AddDevice(op) => minicbor::to_vec(op),
            Self::NewEpoch(op) => minicbor::to_vec(op),
            Self::NameHub(op) => minicbor::to_vec(op),
        }
        .map_err(Error::encoding)
    }

    /// Epoch keys it carries.
    pub fn wraps(&self) -> &[Wrap] {
        match self {
            Self::Genesis(op) => &op.wraps,
            Self::AddDevice(op) => &op.wraps,
            Self::NewEpoch(op) => &op.wraps,
            Self::Invite(_) | Self::NameHub(_) => &[],
        }
    }
}

/// May the op's author do this, here? The one question of [`authorize`], asked of an envelope.
pub fn authorized(
    membership: &Membership,
    header: &Header,
    public: Option<&Public>,
    hub_time: Millis,
) -> Result<(), Error> {
    let roles = match public {
        Some(Public::NewEpoch(op)) => op.new_roles(),
        _ => Vec::new(),
    };
    let deed = match public {
        None if header.kind == OpKind::Action => Deed::Write {
            epoch: header.epoch,
            space: Space::from_number(header.space),
        },
        None => Deed::Unknown,
        Some(Public::Genesis(_)) => return Err(Error::Unexpected("a second genesis")),
        Some(Public::Invite(op)) => Deed::Invite {
            role: Role::from_number(op.role),
            member: op.member,
        },
        Some(Public::AddDevice(op)) => admitting(membership, header.device, op, hub_time),
        Some(Public::NewEpoch(op)) => Deed::NewEpoch {
            epoch: op.epoch,
            removed: &op.removed,
            roles: &roles,
        },
        Some(Public::NameHub(_)) => Deed::NameHub,
    };
    authorize(membership, header.device, deed)?;
    wraps::check(membership, header, public)?;
    Ok(())
}

fn admitting(membership: &Membership, author: DeviceId, op: &AddDevice, at: Millis) -> Deed<'static> {
    let (device, member) = (op.device.id(), op.device.member);
    if matches!(membership.role_of(author), Ok((_, Role::Recovery))) {
        return Deed::Recover { device, member };
    }
    let invite = op.invite;
    Deed::Admit {
        invite,
        device,
        member,
        at,
    }
}

/// Folds a membership op, authorized before, at place `n`.
pub fn fold(membership: &mut Membership, header: &Header, public: &Public, n: u64) {
    let device = |keys: &DeviceKeys| Device {
        member: keys.member,
        verify_key: keys.verify_key,
        wrap_key: keys.wrap_key,
        removed_at: None,
    };
    match public {
        Public::Genesis(op) => {
            let role = op.role.map_or(Role::Lead, Role::from_number);
            let role = if role.is_lead() { role } else { Role::Lead };
            membership.members.insert(op.founder.member, role);
            membership.devices.insert(op.founder.id(), device(&op.founder));
            membership.epoch = 1;
        }
        Public::Invite(op) => {
            let role = Role::from_number(op.role);
            let invite = Invite {
                by: header.device,
                role,
                claim_key: op.claim_key,
                expires: op.expires,
                member: op.member,
                spent: false,
            };
            membership.invites.entry(op.invite).or_insert(invite);
        }
        Public::AddDevice(op) => {
            // No invitation: the printed words let a lead in.
            let role = membership.invites.get_mut(&op.invite).map_or(Role::Lead, |invite| {
                invite.spent = true;
                invite.role
            });
            membership.members.entry(op.device.member).or_insert(role);
            membership
                .devices
                .entry(op.device.id())
                .or_insert_with(|| device(&op.device));
        }
        Public::NewEpoch(op) => {
            for removed in &op.removed {
                if let Some(device) = membership.devices.get_mut(removed) {
                    device.removed_at.get_or_insert(n);
                }
            }
            membership.members.extend(op.new_roles());
            if let Some(words) = &op.recovery {
                if let Some(before) = membership.recovery().and_then(|id| membership.devices.get_mut(&id)) {
                    before.removed_at = Some(n);
                }
                membership.members.insert(words.member, Role::Recovery);
                membership.devices.insert(words.id(), device(words));
            }
            if op.voids_invitations() {
                membership.invites.values_mut().for_each(|invite| invite.spent = true);
            }
            membership.epoch = op.epoch;
        }
        Public::NameHub(_) => {}
    }
    membership.take_seats(n);
}

//! Writing ops: what a device does between "somebody did something" and "it can be sent".
//!
//! Sealed **late**: a pending action becomes an op just before it is first sent, on the newest confirmed head. The sealed
//! bytes are then kept, so that sending again is sending the same.

use crate::chain::{Chain, Tail};
use crate::entry::{Header, OpKind, SignedOp};
use crate::invite::{self, InviteSecret, JoinRequest, Welcome};
use crate::keys::{DeviceSecret, Entropy, Keyring};
use crate::membership::{AddDevice, DeviceKeys, Genesis, InviteOp, MembershipBody, NameHub, NewEpoch, Public};
use crate::message::ClientFrame;
use crate::{Error, Hash, VERSION, ZERO_HASH, keys, seal};
use sidedesk_domain::membership::{Device, Refusal, Role};
use sidedesk_domain::{Action, DeviceId, InviteId, MemberId, Millis, OpId, Space, WorkspaceId};

/// Where the next op of a device stands: its own tail and the confirmed head it is sealed on.
#[derive(Debug, Clone, Copy)]
pub struct Stand {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// The device's last op, sent or not.
    pub tail: Tail,
    /// The confirmed head.
    pub base_n: u64,
    /// Its chain hash.
    pub base_hash: Hash,
    /// The current key epoch.
    pub epoch: u32,
}

impl Stand {
    /// On the head of `chain`, after the device's last confirmed op.
    pub fn on(chain: &Chain, device: DeviceId) -> Self {
        Self {
            workspace: chain.workspace,
            tail: chain.tail(device),
            base_n: chain.n,
            base_hash: chain.hash,
            epoch: chain.membership.epoch,
        }
    }

    /// The same head, after one more own op.
    pub fn after(self, op: &SignedOp) -> Self {
        Self {
            tail: Tail {
                seq: self.tail.seq + 1,
                hash: op.hash(),
            },
            ..self
        }
    }

    fn header(&self, secret: &DeviceSecret, op: OpId, kind: OpKind, space: Space, author_time: Millis) -> Header {
        Header {
            version: VERSION,
            workspace: self.workspace,
            op,
            device: secret.id(),
            seq: self.tail.seq + 1,
            prev: self.tail.hash,
            base_n: self.base_n,
            base_hash: self.base_hash,
            kind,
            space: space.number(),
            epoch: self.epoch,
            author_time,
            body_len: 0,
            body_hash: ZERO_HASH,
        }
    }
}

/// The public keys of this device, for a member.
pub fn device_keys(secret: &DeviceSecret, member: MemberId) -> DeviceKeys {
    DeviceKeys {
        member,
        verify_key: secret.verify_key(),
        wrap_key: secret.wrap_key(),
    }
}

/// Founds a workspace: the genesis op and the first epoch's keys. `role` is that of a lead.
pub fn genesis(
    secret: &DeviceSecret,
    (member, role): (MemberId, Role),
    author_time: Millis,
    entropy: &mut Entropy,
) -> Result<(SignedOp, Keyring), Error> {
    let mut keyring = Keyring::default();
    for space in Space::ALL {
        keyring.insert(space, 1, entropy.bytes());
    }
    let founder = device_keys(secret, member);
    let wraps = keyring.wrap_all(founder.id(), role, &founder.wrap_key, entropy)?;
    let stand = Stand {
        workspace: WorkspaceId::default(),
        tail: Tail::default(),
        base_n: 0,
        base_hash: ZERO_HASH,
        epoch: 1,
    };
    let public = Public::Genesis(Genesis {
        founder,
        wraps,
        recovery_key: None,
        role: (role != Role::Lead).then(|| role.number()),
    });
    let op = membership_op(&stand, secret, &public, None, author_time, entropy)?;
    Ok((op, keyring))
}

/// Seals one part of an action.
pub fn action(
    stand: &Stand,
    secret: &DeviceSecret,
    keyring: &Keyring,
    (op, space, author_time): (OpId, Space, Millis),
    part: &[u8],
    entropy: &mut Entropy,
) -> Result<SignedOp, Error> {
    let key = keyring.get(space, stand.epoch).ok_or(Error::Sealed)?;
    let header = stand.header(secret, op, OpKind::Action, space, author_time);
    let body = seal::seal(part, key, &header.identity(), entropy)?;
    header.sign(body, secret)
}

/// The bytes of an action's part, as [`action`] takes and a pending action is stored.
pub fn encode_action(part: &Action) -> Result<Vec<u8>, Error> {
    minicbor::to_vec(part).map_err(Error::encoding)
}

/// Opens the body of an action op.
pub fn open_action(header: &Header, op: &SignedOp, keyring: &Keyring) -> Result<Action, Error> {
    let space = Space::from_number(header.space).ok_or(Error::Sealed)?;
    let key = keyring.get(space, header.epoch).ok_or(Error::Sealed)?;
    let plain = seal::open(&op.body, key, &header.identity())?;
    minicbor::decode(&plain).map_err(Error::decoding)
}

/// An invitation about to be written.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// What the newcomer will hold.
    pub secret: &'a InviteSecret,
    /// Not valid from this hub time.
    pub expires: Millis,
    /// What the newcomer may do.
    pub role: Role,
    /// The member whose next device it is for, if not for somebody new: only ever the author's own.
    pub member: Option<MemberId>,
}

impl<'a> Offer<'a> {
    /// For somebody new.
    pub fn new(secret: &'a InviteSecret, expires: Millis, role: Role) -> Self {
        Self {
            secret,
            expires,
            role,
            member: None,
        }
    }
}

/// Writes an invitation; the secret goes into the sealed part, so that any lead's device can admit on it.
pub fn invite(
    stand: &Stand,
    secret: &DeviceSecret,
    keyring: &Keyring,
    offer: Offer<'_>,
    author_time: Millis,
    entropy: &mut Entropy,
) -> Result<SignedOp, Error> {
    let public = Public::Invite(InviteOp {
        invite: offer.secret.id(),
        role: offer.role.number(),
        claim_key: offer.secret.claim_key(),
        expires: offer.expires,
        member: offer.member,
    });
    let hidden = Some((keyring, offer.secret.as_bytes().as_slice()));
    membership_op(stand, secret, &public, hidden, author_time, entropy)
}

/// Reads the secret of an invitation from its op.
pub fn open_invite(header: &Header, op: &SignedOp, keyring: &Keyring) -> Result<InviteSecret, Error> {
    let body: MembershipBody = minicbor::decode(&op.body).map_err(Error::decoding)?;
    let key = keyring.get(Space::Board, header.epoch).ok_or(Error::Sealed)?;
    let plain = seal::open(&body.sealed, key, &header.identity())?;
    Ok(InviteSecret::from_bytes(plain.try_into().map_err(|_| Error::Body)?))
}

/// Admits the device that asked, on the invitation whose secret this is.
pub fn add_device(
    stand: &Stand,
    chain: &Chain,
    keys: (&DeviceSecret, &Keyring),
    asked: (&InviteSecret, &JoinRequest),
    author_time: Millis,
    entropy: &mut Entropy,
) -> Result<SignedOp, Error> {
    add_device_with(stand, chain, keys, asked, &[], author_time, entropy)
}

/// The same, vouching for the snapshots with these digests ([`crate::snapshot::SignedManifest::digest`]).
pub fn add_device_with(
    stand: &Stand,
    chain: &Chain,
    (secret, keyring): (&DeviceSecret, &Keyring),
    (invite, request): (&InviteSecret, &JoinRequest),
    snapshots: &[Hash],
    author_time: Millis,
    entropy: &mut Entropy,
) -> Result<SignedOp, Error> {
    let welcome = Welcome {
        admitted_by: secret.verify_key(),
        n: stand.base_n,
        hash: stand.base_hash,
        membership_hash: chain.membership_hash(),
        snapshots: snapshots.iter().map(|digest| digest.to_vec().into()).collect(),
    };
    let device = request.device.clone();
    let invited = chain.membership.invites.get(&invite.id()).map(|invited| invited.role);
    // The invitation may be under way just ahead of this op: to a next device of a member that is there.
    let role = invited.or_else(|| chain.membership.members.get(&device.member).copied());
    let role = role.ok_or(Refusal::NoInvite)?;
    let public = Public::AddDevice(AddDevice {
        invite: invite.id(),
        wraps: keyring.wrap_all(device.id(), role, &device.wrap_key, entropy)?,
        welcome: invite::seal_welcome(&welcome, invite, &device, entropy)?,
        device,
    });
    membership_op(stand, secret, &public, None, author_time, entropy)
}

/// Lets a device in as a lead's: `secret` and `keyring` are those of the printed words.
pub fn recover(
    stand: &Stand,
    (secret, keyring): (&DeviceSecret, &Keyring),
    device: DeviceKeys,
    author_time: Millis,
    entropy: &mut Entropy,
) -> Result<SignedOp, Error> {
    let public = Public::AddDevice(AddDevice {
        invite: InviteId::default(),
        wraps: keyring.wrap_all(device.id(), Role::Lead, &device.wrap_key, entropy)?,
        welcome: Vec::new(),
        device,
    });
    membership_op(stand, secret, &public, None, author_time, entropy)
}

/// What a new epoch changes about people.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Devices that go.
    pub removed: Vec<DeviceId>,
    /// Members with another role from here on.
    pub roles: Vec<(MemberId, Role)>,
    /// The keys of new printed words.
    pub recovery: Option<DeviceKeys>,
}

impl Changes {
    /// These devices go.
    pub fn removing(removed: impl Into<Vec<DeviceId>>) -> Self {
        Self {
            removed: removed.into(),
            ..Self::default()
        }
    }
}

/// Starts a new epoch with these changes. The new keys come back; they hold once the op has its place.
pub fn new_epoch(
    stand: &Stand,
    chain: &Chain,
    (secret, keyring): (&DeviceSecret, &Keyring),
    changes: Changes,
    author_time: Millis,
    entropy: &mut Entropy,
) -> Result<(SignedOp, Keyring), Error> {
    let membership = &chain.membership;
    let epoch = membership.epoch + 1;
    let mut fresh = Keyring::default();
    for space in Space::ALL {
        fresh.insert(space, epoch, entropy.bytes());
    }
    let replaced = membership.recovery().filter(|_| changes.recovery.is_some());
    let stays = |id: &DeviceId, device: &Device| {
        device.removed_at.is_none() && !changes.removed.contains(id) && replaced != Some(*id)
    };
    let mut wraps = Vec::new();
    for (id, device) in membership.devices.iter().filter(|(id, device)| stays(id, device)) {
        let before = membership
            .members
            .get(&device.member)
            .copied()
            .ok_or(Refusal::NotAMember)?;
        let changed = changes.roles.iter().rev().find(|(member, _)| *member == device.member);
        let role = changed.map_or(before, |(_, role)| *role);
        wraps.extend(fresh.wrap_all(*id, role, &device.wrap_key, entropy)?);
        let gained = keyring.without(before);
        wraps.extend(gained.wrap_all(*id, role, &device.wrap_key, entropy)?);
    }
    if let Some(words) = &changes.recovery {
        for keys in [keyring, &fresh] {
            wraps.extend(keys.wrap_all(words.id(), Role::Recovery, &words.wrap_key, entropy)?);
        }
    }
    let roles = changes.roles.iter();
    let public = Public::NewEpoch(NewEpoch {
        epoch,
        wraps,
        roles: roles.map(|(member, role)| (*member, role.number())).collect(),
        removed: changes.removed,
        recovery: changes.recovery,
    });
    Ok((
        membership_op(stand, secret, &public, None, author_time, entropy)?,
        fresh,
    ))
}

/// Names the hub that gives places from the next op on.
pub fn name_hub(
    stand: &Stand,
    secret: &DeviceSecret,
    hub: NameHub,
    author_time: Millis,
    entropy: &mut Entropy,
) -> Result<SignedOp, Error> {
    membership_op(stand, secret, &Public::NameHub(hub), None, author_time, entropy)
}

fn membership_op(
    stand: &Stand,
    secret: &DeviceSecret,
    public: &Public,
    hidden: Option<(&Keyring, &[u8])>,
    author_time: Millis,
    entropy: &mut Entropy,
) -> Result<SignedOp, Error> {
    let op = OpId::v7(author_time, entropy.bytes());
    let header = stand.header(secret, op, public.kind(), Space::Board, author_time);
    let sealed = match hidden {
        None => Vec::new(),
        Some((keyring, plain)) => {
            let key = keyring.get(Space::Board, stand.epoch).ok_or(Error::Sealed)?;
            seal::seal(plain, key, &header.identity(), entropy)?
        }
    };
    let body = MembershipBody {
        public: public.to_bytes()?,
        sealed,
    };
    header.sign(minicbor::to_vec(&body).map_err(Error::encoding)?, secret)
}

/// A device's greeting at the hub's door, from this place and chain hash on: see [`ClientFrame::Hello`].
pub fn hello(
    secret: &DeviceSecret,
    workspace: WorkspaceId,
    (n, hash): (u64, Hash),
    nonce: &[u8; 32],
    hub_key: &[u8; 32],
) -> ClientFrame {
    let message = door_message(workspace, nonce, hub_key);
    ClientFrame::Hello {
        version: VERSION,
        workspace,
        device: secret.id(),
        verify_key: secret.verify_key(),
        n,
        hash,
        proof: keys::sign(&secret.signing_key(), "sidedesk 1 door", &message),
    }
}

pub(crate) fn door_message(workspace: WorkspaceId, nonce: &[u8; 32], hub_key: &[u8; 32]) -> Vec<u8> {
    [workspace.as_bytes(), nonce, hub_key].concat()
}

//! A chain's state as bytes, so that a device or a hub opens without verifying its whole log again.
//!
//! Whoever stores it does so in the transaction that stores the entry it belongs to.

use crate::chain::{Chain, Tail};
use crate::{Error, Hash};
use minicbor::{Decode, Encode};
use sidedesk_domain::membership::{Device, Invite, Membership, Role};
use sidedesk_domain::{DeviceId, InviteId, MemberId, Millis, WorkspaceId};

#[derive(Encode, Decode)]
struct ChainState {
    #[n(0)]
    workspace: WorkspaceId,
    #[n(1)]
    n: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    hash: Hash,
    #[n(3)]
    hub_time: Millis,
    #[cbor(n(4), with = "minicbor::bytes")]
    hub_key: Option<[u8; 32]>,
    #[n(5)]
    epoch: u32,
    #[n(6)]
    members: Vec<MemberState>,
    #[n(7)]
    devices: Vec<DeviceState>,
    #[n(8)]
    invites: Vec<InviteState>,
}

#[derive(Encode, Decode)]
struct MemberState {
    #[n(0)]
    id: MemberId,
    #[n(1)]
    role: u8,
}

#[derive(Encode, Decode)]
struct DeviceState {
    #[n(0)]
    id: DeviceId,
    #[n(1)]
    member: MemberId,
    #[cbor(n(2), with = "minicbor::bytes")]
    verify_key: [u8; 32],
    #[cbor(n(3), with = "minicbor::bytes")]
    wrap_key: [u8; 32],
    #[n(4)]
    removed_at: Option<u64>,
    #[n(5)]
    tail: Option<Tail>,
}

#[derive(Encode, Decode)]
struct InviteState {
    #[n(0)]
    id: InviteId,
    #[n(1)]
    by: DeviceId,
    #[n(2)]
    role: u8,
    #[cbor(n(3), with = "minicbor::bytes")]
    claim_key: [u8; 32],
    #[n(4)]
    expires: Millis,
    #[n(5)]
    spent: bool,
    #[n(6)]
    member: Option<MemberId>,
}

impl Chain {
    /// Its bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let membership = &self.membership;
        let state = ChainState {
            workspace: self.workspace,
            n: self.n,
            hash: self.hash,
            hub_time: self.hub_time,
            hub_key: self.hub_key,
            epoch: membership.epoch,
            members: membership
                .members
                .iter()
                .map(|(id, role)| MemberState {
                    id: *id,
                    role: role.number(),
                })
                .collect(),
            devices: membership
                .devices
                .iter()
                .map(|(id, device)| device_state(*id, device, self))
                .collect(),
            invites: membership
                .invites
                .iter()
                .map(|(id, invite)| invite_state(*id, invite))
                .collect(),
        };
        minicbor::to_vec(&state).map_err(Error::encoding)
    }

    /// From [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let state: ChainState = minicbor::decode(bytes).map_err(Error::decoding)?;
        let mut chain = Self::empty(state.workspace);
        chain.n = state.n;
        chain.hash = state.hash;
        chain.hub_time = state.hub_time;
        chain.hub_key = state.hub_key;
        chain.membership = Membership {
            epoch: state.epoch,
            ..Membership::default()
        };
        for member in state.members {
            chain
                .membership
                .members
                .insert(member.id, Role::from_number(member.role));
        }
        for d in state.devices {
            chain.tails.extend(d.tail.map(|tail| (d.id, tail)));
            let DeviceState {
                member,
                verify_key,
                wrap_key,
                removed_at,
                ..
            } = d;
            chain.membership.devices.insert(
                d.id,
                Device {
                    member,
                    verify_key,
                    wrap_key,
                    removed_at,
                },
            );
        }
        for i in state.invites {
            let InviteState {
                id,
                by,
                role,
                claim_key,
                expires,
                spent,
                member,
            } = i;
            let invite = Invite {
                by,
                role: Role::from_number(role),
                claim_key,
                expires,
                member,
                spent,
            };
            chain.membership.invites.insert(id, invite);
        }
        Ok(chain)
    }
}

fn device_state(id: DeviceId, device: &Device, chain: &Chain) -> DeviceState {
    DeviceState {
        id,
        member: device.member,
        verify_key: device.verify_key,
        wrap_key: device.wrap_key,
        removed_at: device.removed_at,
        tail: chain.tails.get(&id).copied(),
    }
}

fn invite_state(id: InviteId, invite: &Invite) -> InviteState {
    InviteState {
        id,
        by: invite.by,
        role: invite.role.number(),
        claim_key: invite.claim_key,
        expires: invite.expires,
        spent: invite.spent,
        member: invite.member,
    }
}

//! A chain's state as bytes, so that a device or a hub opens without verifying its whole log again.
//!
//! Whoever stores it does so in the transaction that stores the entry it belongs to.

use crate::chain::{Chain, Tail};
use crate::{Error, Hash};
use minicbor::{Decode, Encode};
use sidedesk_domain::membership::{Device, Invite, Membership, Role, Seats};
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
    /// Absent in states from before folding asked for roles of the past.
    #[n(9)]
    seats: Option<Vec<SeatState>>,
    #[n(10)]
    peopled: Option<Vec<PeopledState>>,
}

#[derive(Encode, Decode)]
struct SeatState {
    #[n(0)]
    member: MemberId,
    #[n(1)]
    from: u64,
    #[n(2)]
    role: u8,
}

#[derive(Encode, Decode)]
struct PeopledState {
    #[n(0)]
    from: u64,
    #[n(1)]
    marketing: bool,
    #[n(2)]
    support: bool,
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
        minicbor::to_vec(self.state()).map_err(Error::encoding)
    }

    /// Are these its bytes? Those of an older program do not say who sat where before.
    pub fn is_what(&self, bytes: &[u8]) -> Result<bool, Error> {
        let said: ChainState = minicbor::decode(bytes).map_err(Error::decoding)?;
        let mut state = self.state();
        if said.seats.is_none() {
            (state.seats, state.peopled) = (None, None);
        }
        let state = minicbor::to_vec(&state).map_err(Error::encoding)?;
        Ok(state == minicbor::to_vec(&said).map_err(Error::encoding)?)
    }

    fn state(&self) -> ChainState {
        let membership = &self.membership;
        ChainState {
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
            seats: Some(membership.seats.roles().map(seat_state).collect()),
            peopled: Some(membership.seats.peopled().iter().map(peopled_state).collect()),
        }
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
        match (state.seats, state.peopled) {
            (Some(seats), Some(peopled)) => {
                let roles = seats.iter().map(|s| (s.member, s.from, Role::from_number(s.role)));
                let peopled = peopled.iter().map(|p| (p.from, [p.marketing, p.support]));
                chain.membership.seats = Seats::of(roles, peopled.collect());
            }
            _ => chain.membership.take_seats(0),
        }
        Ok(chain)
    }
}

fn seat_state((member, from, role): (MemberId, u64, Role)) -> SeatState {
    let role = role.number();
    SeatState { member, from, role }
}

fn peopled_state((from, [marketing, support]): &(u64, [bool; 2])) -> PeopledState {
    PeopledState {
        from: *from,
        marketing: *marketing,
        support: *support,
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

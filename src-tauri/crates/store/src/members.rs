//! Who comes, who goes, who may what: membership ops that wait until they are sealed on the newest head.

use crate::commit::queue;
use crate::error::Error;
use crate::open::{Store, entropy};
use crate::writer::Writer;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use sidedesk_domain::membership::{Deed, Role, Seat, authorize};
use sidedesk_domain::{DeviceId, MemberId, Millis};
use sidedesk_protocol::author::{Changes, Offer};
use sidedesk_protocol::entry::OpKind;
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::membership::DeviceKeys;

/// An invitation that waits.
#[derive(Clone, Encode, Decode)]
pub(crate) struct InvitePlain {
    /// What the newcomer will hold.
    #[n(0)]
    pub secret: ByteArray<32>,
    /// By the hub's clock.
    #[n(1)]
    pub expires: Millis,
    /// Its role's number; a lead's, in what an earlier version left waiting.
    #[n(2)]
    pub role: Option<u8>,
    /// Whose next device.
    #[n(3)]
    pub member: Option<MemberId>,
}

impl InvitePlain {
    /// Ready to be written.
    pub fn offer<'a>(&self, secret: &'a InviteSecret) -> Offer<'a> {
        Offer {
            secret,
            expires: self.expires,
            role: self.role.map_or(Role::Lead, Role::from_number),
            member: self.member,
        }
    }
}

/// In the place of an invitation's secret: admitted by the printed words.
pub(crate) const BY_WORDS: [u8; 32] = [0; 32];

/// An admission that waits: the invitation's secret, and who asks.
pub(crate) type AdmitPlain = (ByteArray<32>, JoinRequest);

/// A change of people that waits.
#[derive(Encode, Decode)]
pub(crate) struct ChangesPlain {
    #[n(0)]
    removed: Vec<DeviceId>,
    #[n(1)]
    roles: Vec<(MemberId, u8)>,
    #[n(2)]
    recovery: Option<DeviceKeys>,
}

impl From<ChangesPlain> for Changes {
    fn from(plain: ChangesPlain) -> Self {
        let roles = plain.roles.into_iter();
        Self {
            removed: plain.removed,
            roles: roles.map(|(member, role)| (member, Role::from_number(role))).collect(),
            recovery: plain.recovery,
        }
    }
}

/// The bytes of what waits.
pub(crate) fn plain<T: Encode<()>>(what: &T) -> Result<Vec<u8>, Error> {
    minicbor::to_vec(what).map_err(|error| Error::Unreadable(error.to_string()))
}

impl Store {
    /// Invites somebody new: the secret comes back, for the code. `expires` is an instant of the hub's clock.
    pub async fn invite(&self, role: Role, expires: Millis) -> Result<InviteSecret, Error> {
        self.offer(role, None, expires).await
    }

    /// Invites the next device of this very person.
    pub async fn invite_own(&self, expires: Millis) -> Result<InviteSecret, Error> {
        let me = self.identity().member;
        let role = self.my_role().await?;
        self.offer(role, Some(me), expires).await
    }

    async fn offer(&self, role: Role, member: Option<MemberId>, expires: Millis) -> Result<InviteSecret, Error> {
        let mut entropy = entropy()?;
        let secret = InviteSecret::from_bytes(entropy.bytes());
        let waits = InvitePlain {
            secret: ByteArray::from(*secret.as_bytes()),
            expires,
            role: Some(role.number()),
            member,
        };
        self.membership_op(OpKind::Invite, &plain(&waits)?, Deed::Invite { role, member })
            .await?;
        Ok(secret)
    }

    /// Removes devices, changes roles, or sets new printed words, with a new epoch.
    pub async fn change_members(&self, changes: Changes) -> Result<(), Error> {
        let epoch = self.writer().await?.chain.membership.epoch + 1;
        let waits = ChangesPlain {
            removed: changes.removed.clone(),
            roles: changes
                .roles
                .iter()
                .map(|(member, role)| (*member, role.number()))
                .collect(),
            recovery: changes.recovery.clone(),
        };
        let deed = Deed::NewEpoch {
            epoch,
            removed: &changes.removed,
            roles: &changes.roles,
        };
        self.membership_op(OpKind::NewEpoch, &plain(&waits)?, deed).await
    }

    /// What this device's person may do, as far as this device has read.
    pub async fn my_role(&self) -> Result<Role, Error> {
        let chain = self.chain().await?;
        Ok(chain
            .membership
            .role_of(self.secret().id())
            .map_err(sidedesk_protocol::Error::from)?
            .1)
    }

    /// Where this device's person sits, as far as the board's rules ask: before they did, everybody wrote everything.
    pub async fn my_seat(&self) -> Result<Seat, Error> {
        let rules = self.rules().await?;
        let chain = self.chain().await?;
        Ok(if rules.know_seats() {
            chain.membership.seat_at(self.secret().id(), u64::MAX)
        } else {
            Seat::EVERYWHERE
        })
    }

    async fn membership_op(&self, kind: OpKind, plain: &[u8], deed: Deed<'_>) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        if writer.chain.hub_key.is_none() {
            return Err(Error::Refused("the board is not shared yet"));
        }
        allowed(&writer, deed)?;
        queue(&mut writer, kind, plain, self.now(), &mut entropy()?).await?;
        drop(writer);
        self.tell_outbox();
        Ok(())
    }
}

/// Would the hub and everybody else allow it now?
pub(crate) fn allowed(writer: &Writer, deed: Deed<'_>) -> Result<(), Error> {
    let asked = authorize(&writer.chain.membership, writer.secret.id(), deed);
    asked.map_err(|refusal| sidedesk_protocol::Error::from(refusal).into())
}

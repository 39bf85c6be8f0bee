//! A device that was copied becomes a device of its own.
//!
//! A copied data folder, or a backup of one, writes under a name that somebody else writes under too. It shows when an
//! entry of this very device arrives that it never wrote. (The hub's refusal of a used sequence only makes it look: the
//! entry that is in the way is among those that it then fetches.) From that moment nothing that waits is sealed under the
//! old name, because under one name the later of two writes counts as written in knowledge of the earlier. Instead:
//!
//! ```text
//! mark in the log, in the transaction that stores the foreign entry
//!   → next secret in the identity file
//!   → invite + add-device, signed by the old key, in the outbox and ahead of everything
//!   → add-device has its place: the next secret becomes the secret, what waits is folded and sealed again under it
//! ```
//!
//! It can end between any two of these and goes on. No person is needed: the old key belongs to the same member, who may
//! admit, and it says nothing but that this member has one more device. The other holder of the old key sees two
//! membership ops under its own name; those alone are no reason to move. Whoever of the two moves, neither loses an edit.

use crate::commit::queue;
use crate::error::Error;
use crate::fold_in::{self, Me};
use crate::log::{self, Pending};
use crate::members::{AdmitPlain, BY_WORDS, InvitePlain, plain};
use crate::mend;
use crate::open::{Store, entropy};
use crate::planted;
use crate::settle;
use crate::writer::{Applied, Writer, set_applied};
use minicbor::bytes::ByteArray;
use sidedesk_domain::membership::Role;
use sidedesk_domain::{MemberId, Millis, OpId, Space};
use sidedesk_protocol::author::device_keys;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Header, OpKind};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::DeviceSecret;
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeSet;

/// In the log's meta table: the device that somebody else writes as, too.
const COPIED: &str = "copied";
/// How long the invitation to oneself holds; it is sealed just before it is sent.
const INVITE_MS: i64 = 24 * 60 * 60 * 1000;

/// What entries of one page say about this device.
#[derive(Debug)]
pub struct Own {
    /// Local numbers of what waited for them.
    pub settled: Vec<u64>,
    /// Their ops.
    pub ops: Vec<OpId>,
    /// This device's name is on entries that it does not know: what is sealed is chained on the wrong one.
    pub is_stale: bool,
}

/// Settles what these entries bring home, and marks the log when somebody else writes under this name. `chain` is the one
/// behind them.
pub async fn settle(tx: &mut SqliteConnection, me: Me, headers: &[Header], chain: &Chain) -> Result<Own, Error> {
    // Also under another name of the same person: both copies had it in their outbox.
    let is_ours = |header: &&Header| {
        let device = chain.membership.devices.get(&header.device);
        device.is_some_and(|device| device.member == me.member)
    };
    let ours: Vec<&Header> = headers.iter().filter(is_ours).collect();
    let ops: Vec<OpId> = ours.iter().map(|header| header.op).collect();
    let (settled, ops): (Vec<u64>, Vec<OpId>) = settle::settle(tx, &ops).await?.into_iter().unzip();
    let home: BTreeSet<OpId> = ops.iter().copied().collect();
    let strange = |header: &&&Header| header.device == me.device && !home.contains(&header.op);
    let mut own = Own {
        settled,
        ops,
        is_stale: false,
    };
    let mut is_copied = false;
    for header in ours.iter().filter(strange) {
        own.is_stale = true;
        is_copied |= header.kind == OpKind::Action;
    }
    if own.is_stale {
        log::delete_sealed(tx).await?;
    }
    if is_copied && !mend::is_refetching(tx).await? && !planted::is("clone-goes-on") {
        log::set_meta(tx, COPIED, me.device.as_bytes()).await?;
    }
    Ok(own)
}

/// Does somebody else write as this device, too?
async fn is_copied(writer: &mut Writer) -> Result<bool, Error> {
    let marked = log::meta(&mut writer.log, COPIED).await?;
    Ok(marked.is_some_and(|device| device == writer.secret.id().as_bytes()))
}

impl Store {
    /// What a copied device may seal: only what makes it a device of its own. `None` for any other device. Called once
    /// everything that the hub had is here.
    pub(crate) async fn renewal(&self, writer: &mut Writer, now: Millis) -> Result<Option<Vec<Pending>>, Error> {
        let by_words = is_words(writer);
        if !by_words && !is_copied(writer).await? {
            return Ok(None);
        }
        let next = self.next_secret()?;
        if self.finish_renewal(writer).await? {
            return Ok(Some(Vec::new()));
        }
        let (invites, admissions) = waiting_renewal(writer, &next).await?;
        if !admissions.is_empty() {
            return Ok(Some(invites.into_iter().chain(admissions).collect()));
        }
        if by_words {
            queue_recovery(writer, &next, now).await?;
        } else {
            tracing::warn!("somebody else writes as this device; it becomes one of its own");
            queue_renewal(writer, &next, now).await?;
        }
        let (invites, admissions) = waiting_renewal(writer, &next).await?;
        Ok(Some(invites.into_iter().chain(admissions).collect()))
    }

    /// The secret of the device that this one becomes; minted, and on the disk, before anything mentions it.
    fn next_secret(&self) -> Result<DeviceSecret, Error> {
        let mut identity = self.identity();
        if let Some(next) = identity.next() {
            return Ok(next);
        }
        let next = DeviceSecret::from_bytes(entropy()?.bytes());
        identity.set_next(&next);
        self.set_identity(identity)?;
        Ok(next)
    }

    /// Becomes the next device, once the board knows it. True when this happened now.
    pub(crate) async fn finish_renewal(&self, writer: &mut Writer) -> Result<bool, Error> {
        let mut identity = self.identity();
        let Some(next) = identity.next() else { return Ok(false) };
        let known = writer.chain.membership.devices.get(&next.id());
        let Some(member) = known
            .filter(|device| device.removed_at.is_none())
            .map(|device| device.member)
        else {
            return Ok(false);
        };
        let by_words = is_words(writer);
        // First the view: what waits was folded under the old name.
        let at = Applied {
            pending: Vec::new(),
            ..writer.at.clone()
        };
        let mut tx = writer.view.begin_with("begin immediate").await?;
        fold_in::restore_shadows(&mut tx).await?;
        set_applied(&mut tx, &at).await?;
        tx.commit().await?;
        writer.at = at;
        writer.behind = true;
        log::delete_sealed(&mut writer.log).await?;
        identity.become_next(member);
        self.set_identity(identity)?;
        writer.secret = next;
        writer.member = member;
        writer.catch_up(&mut |_, _| true).await?;
        log::delete_meta(&mut writer.log, COPIED).await?;
        if !by_words {
            self.notice(
                "This board was also in use as a copy on another computer, or came from a backup. It is a device of its own \
                 now; every change is kept and goes out."
                    .into(),
            );
        }
        Ok(true)
    }
}

/// The invitation and the admission that wait for the next device.
async fn waiting_renewal(writer: &mut Writer, next: &DeviceSecret) -> Result<(Vec<Pending>, Vec<Pending>), Error> {
    let (mut invites, mut admissions) = (Vec::new(), Vec::new());
    let mut secrets = Vec::new();
    for row in log::pending_of_kind(&mut writer.log, OpKind::AddDevice).await? {
        let (secret, request): AdmitPlain = minicbor::decode(&row.plain)?;
        if request.device.id() == next.id() {
            secrets.push(*secret);
            admissions.push(row);
        }
    }
    for row in log::pending_of_kind(&mut writer.log, OpKind::Invite).await? {
        let waits: InvitePlain = minicbor::decode(&row.plain)?;
        if secrets.contains(&*waits.secret) {
            invites.push(row);
        }
    }
    Ok((invites, admissions))
}

/// Is this the device of the printed words? It admits the next one and is used for nothing else.
pub(crate) fn is_words(writer: &Writer) -> bool {
    let role = writer.chain.membership.role_of(writer.secret.id());
    matches!(role, Ok((_, Role::Recovery)))
}

/// The admission by the printed words: of a new member, on no invitation.
async fn queue_recovery(writer: &mut Writer, next: &DeviceSecret, now: Millis) -> Result<(), Error> {
    let member = MemberId::v7(now, entropy()?.bytes());
    let device = device_keys(next, member);
    let waits: AdmitPlain = (ByteArray::from(BY_WORDS), JoinRequest { device });
    queue(writer, OpKind::AddDevice, &plain(&waits)?, now, &mut entropy()?).await
}

/// An invitation to oneself and the admission on it, in one transaction.
async fn queue_renewal(writer: &mut Writer, next: &DeviceSecret, now: Millis) -> Result<(), Error> {
    let mut entropy = entropy()?;
    let secret = InviteSecret::from_bytes(entropy.bytes());
    // The hub decides by its clock.
    let expires = writer.chain.hub_time.max(now).saturating_add(INVITE_MS);
    let request = JoinRequest {
        device: device_keys(next, writer.member),
    };
    let (_, role) = writer
        .chain
        .membership
        .role_of(writer.secret.id())
        .map_err(sidedesk_protocol::Error::from)?;
    let bytes = ByteArray::from(*secret.as_bytes());
    let offer = InvitePlain {
        secret: bytes,
        expires,
        role: Some(role.number()),
        member: Some(writer.member),
    };
    let plains = [
        (OpKind::Invite, plain(&offer)?),
        (OpKind::AddDevice, plain(&(bytes, &request))?),
    ];
    let mut tx = writer.log.begin_with("begin immediate").await?;
    for (kind, plain) in &plains {
        let op = OpId::v7(now, entropy.bytes());
        log::insert_pending(&mut tx, (*kind, op, Space::Board, now), plain).await?;
    }
    tx.commit().await?;
    writer.behind = true;
    writer.catch_up(&mut |_, _| true).await
}

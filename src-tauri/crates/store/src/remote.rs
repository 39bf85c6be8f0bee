//! What the sync engine's hands ask of the store: read the chain, store verified entries, seal what waits.

use crate::commit::queue;
use crate::error::Error;
use crate::log::{self, LogEntry, Pending};
use crate::members::{AdmitPlain, BY_WORDS, ChangesPlain, InvitePlain, allowed, plain};
use crate::open::{Store, entropy};
use crate::planted;
use crate::settle;
use crate::snapshot;
use crate::snapshot_make::kept;
use crate::writer::{Applied, Writer};
use crate::{Change, mend, renew, witness};
use minicbor::bytes::ByteArray;
use sidedesk_domain::membership::Deed;
use sidedesk_domain::{InviteId, OpId, Space};
use sidedesk_protocol::Hash;
use sidedesk_protocol::author::{self, Stand};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, Header, OpKind, SignedOp};
use sidedesk_protocol::invite::{InviteSecret, open_request};
use sidedesk_protocol::keys::{Entropy, takes_wraps};
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::seal;
use sqlx::Connection as _;

impl Store {
    /// The confirmed chain; beside whoever writes, as it is stored.
    pub async fn chain(&self) -> Result<Chain, Error> {
        if self.writes() {
            return Ok(self.writer().await?.chain.clone());
        }
        let mut log = self.inner.log.acquire().await?;
        match log::meta(&mut log, "chain").await? {
            Some(bytes) => Ok(Chain::from_bytes(&bytes)?),
            None => Ok(Chain::empty(self.identity().workspace)),
        }
    }

    /// Stores entries that the engine verified, with the chain after them, and folds them.
    pub async fn append(&self, entries: Vec<Entry>, chain: Chain) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        let (mut rows, mut headers, mut publics) = (Vec::new(), Vec::new(), Vec::new());
        let mut hash = writer.chain.hash;
        for entry in entries.into_iter().skip_while(|entry| entry.n <= writer.chain.n) {
            let header: Header = minicbor::decode(&entry.op.header)?;
            hash = entry.chain_hash(&hash);
            publics.extend(Public::read(header.kind, &entry.op)?);
            headers.push(header);
            rows.push(LogEntry { entry, hash });
        }
        let follows = rows.first().is_none_or(|row| row.entry.n == writer.chain.n + 1);
        if !follows || hash != chain.hash {
            return Err(Error::Refused("entries that do not follow the stored ones"));
        }
        let (before, me) = (writer.chain.n, writer.me());
        let stored = (before, writer.chain.hash);
        let mut tx = writer.log.begin_with("begin immediate").await?;
        log::insert_entries(&mut tx, &rows, &headers).await?;
        witness::all_saw_this(&mut tx, &headers, witness::heads(stored, &rows)).await?;
        let own = renew::settle(&mut tx, me, &headers, &chain).await?;
        log::set_meta(&mut tx, "chain", &chain.to_bytes()?).await?;
        tx.commit().await?;
        writer.chain = chain;
        writer.behind = true;
        writer.settle_beside(&own.ops).await;
        let held = Space::ALL.map(|space| writer.holds(space));
        for public in &publics {
            writer.learn_keys(public)?;
        }
        if before > 0 && held.contains(&true) && held != Space::ALL.map(|space| writer.holds(space)) {
            start_over(&mut writer).await?;
        }
        if writer.has_keys() && writer.at.n == before {
            let keys = writer.fold(&rows, &own.settled).await?;
            self.finish_renewal(&mut writer).await?;
            self.tell(keys);
        } else {
            writer.catch_up(&mut |_, _| true).await?;
            self.finish_renewal(&mut writer).await?;
            let _ = self.inner.changes.send(Change::All);
        }
        let admits_itself = renew::is_words(&writer);
        drop(writer);
        // Also when a copied device, or the printed words, now have something to say first.
        if !own.ops.is_empty() || own.is_stale || admits_itself {
            self.tell_outbox();
        }
        Ok(())
    }

    /// Own entries for an upload, after `n`: at most `limit`, and about `max_len` bytes (one always fits).
    pub async fn entries_after(&self, n: u64, limit: usize, max_len: usize) -> Result<Vec<Entry>, Error> {
        let mut log = self.inner.log.acquire().await?;
        let mut len = 0;
        let rows = log::entries_after(&mut log, n, limit).await?;
        let fits = rows.into_iter().enumerate().take_while(|(i, row)| {
            len += row.entry.op.len();
            *i == 0 || len <= max_len
        });
        Ok(fits.map(|(_, row)| row.entry).collect())
    }

    /// Seals what waits after local number `after`, at most `limit`, and returns it in order: (number, op, bytes).
    /// What is sealed already comes back as the same bytes.
    pub async fn seal_pending(&self, after: Option<u64>, limit: usize) -> Result<Vec<(u64, OpId, SignedOp)>, Error> {
        let now = self.now();
        let mut writer = self.writer().await?;
        if mend::is_refetching(&mut writer.log).await? {
            mend::refetched(&mut writer.log).await?;
        }
        drop_useless_admissions(&mut writer).await?;
        let epoch = writer.chain.membership.epoch;
        if writer.keyring.get(Space::Board, epoch).is_none() {
            return Ok(Vec::new()); // a newcomer who has not read far enough yet
        }
        let renewal = self.renewal(&mut writer, now).await?;
        if let Some(rows) = &renewal
            && log::last_sealed(&mut writer.log)
                .await?
                .is_some_and(|(seq, _)| rows.iter().all(|row| row.seq != seq))
        {
            log::delete_sealed(&mut writer.log).await?;
        }
        let after = after.unwrap_or(0);
        let mut ready = log::sealed_after(&mut writer.log, after, limit).await?;
        if ready.len() >= limit {
            return Ok(ready);
        }
        let last = log::last_sealed(&mut writer.log).await?;
        let mut stand = Stand::on(&writer.chain, writer.secret.id());
        if let Some((_, op)) = &last {
            let seq = op.parse()?.seq;
            stand.tail = sidedesk_protocol::chain::Tail { seq, hash: op.hash() };
        }
        let from = last.map_or(after, |(seq, _)| seq.max(after));
        let waiting = match renewal {
            None => log::pending_after(&mut writer.log, from, limit - ready.len()).await?,
            Some(rows) => rows.into_iter().filter(|row| row.seq > from).collect(),
        };
        let snapshots: Vec<Hash> = kept(&mut writer.log)
            .await?
            .map(|kept| kept.digest)
            .into_iter()
            .collect();
        let mut entropy = entropy()?;
        let (mut fresh, mut renamed) = (Vec::new(), Vec::new());
        for pending in waiting {
            let op = seal_one(&writer, &stand, &snapshots, &pending, &mut entropy)?;
            stand = stand.after(&op);
            let id = op.parse()?.op;
            if id != pending.op {
                renamed.push((pending.seq, id));
            }
            fresh.push((pending.seq, id, op));
            if pending.kind == OpKind::NewEpoch {
                break; // what comes after it is sealed under its keys, once they hold
            }
        }
        let mut tx = writer.log.begin_with("begin immediate").await?;
        for (seq, id) in renamed {
            log::set_pending_op(&mut tx, seq, id).await?;
        }
        settle::insert_sealed(&mut tx, &fresh).await?;
        tx.commit().await?;
        if planted::is("settled-when-sent") {
            let sent: Vec<OpId> = fresh.iter().map(|(_, id, _)| *id).collect();
            writer.settle_beside(&sent).await;
        }
        ready.extend(fresh);
        Ok(ready)
    }

    /// Forgets the sealed bytes of everything that waits.
    pub async fn unseal(&self) -> Result<(), Error> {
        log::delete_sealed(&mut self.writer().await?.log).await
    }

    /// An op was refused for good: what was typed goes to the drawer, the view lets go of it.
    pub async fn to_drawer(&self, op: OpId, message: &str) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        let Some(pending) = log::pending_by_op(&mut writer.log, op).await? else {
            return Ok(());
        };
        let mut tx = writer.log.begin_with("begin immediate").await?;
        if pending.kind == OpKind::Action {
            log::insert_refused(&mut tx, &pending, message).await?;
        }
        log::delete_pending(&mut tx, pending.seq).await?;
        tx.commit().await?;
        writer.behind = true;
        writer.settle_beside(&[pending.op]).await;
        let keys = writer.fold(&[], &[pending.seq]).await?;
        drop(writer);
        self.tell(keys);
        self.tell_outbox();
        Ok(())
    }

    /// A newcomer asks. True when this device queued an add-device op: it knows the invitation's secret, the invitation
    /// is open, and nothing of the kind waits already.
    pub async fn admit(&self, invite: InviteId, request: &[u8]) -> Result<bool, Error> {
        let now = self.now();
        let mut writer = self.writer().await?;
        let membership = &writer.chain.membership;
        let known = membership.invites.get(&invite).filter(|known| !known.spent);
        let ours = known.zip(membership.role_of(writer.secret.id()).ok());
        let may = ours.is_some_and(|(known, (me, role))| role.is_lead() || known.member == Some(me));
        if !may
            || waiting_admissions(&mut writer)
                .await?
                .iter()
                .any(|(_, id)| *id == invite)
        {
            return Ok(false);
        }
        let Some(secret) = invite_secret(&mut writer, invite).await? else {
            return Ok(false);
        };
        let request = open_request(request, &secret)?;
        // What cannot be sealed would stand in the way of everything that waits behind it.
        if !takes_wraps(&request.device.wrap_key) {
            return Err(sidedesk_protocol::Error::Wraps.into());
        }
        let at = now.max(writer.chain.hub_time);
        let (device, member) = (request.device.id(), request.device.member);
        allowed(
            &writer,
            Deed::Admit {
                invite,
                device,
                member,
                at,
            },
        )?;
        let plain = plain(&(ByteArray::from(*secret.as_bytes()), &request))?;
        queue(&mut writer, OpKind::AddDevice, &plain, now, &mut entropy()?).await?;
        drop(writer);
        self.tell_outbox();
        Ok(true)
    }

    /// Seals a few bytes for the other members, not for the log.
    pub async fn seal_presence(&self, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let writer = self.writer().await?;
        let key = writer.keyring.get(Space::Board, writer.chain.membership.epoch);
        let key = key.ok_or(sidedesk_protocol::Error::Sealed)?;
        Ok(seal::seal(plain, key, b"sidedesk 1 presence", &mut entropy()?)?)
    }

    /// Opens what another member sealed so.
    pub async fn open_presence(&self, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let writer = self.writer().await?;
        let key = writer.keyring.get(Space::Board, writer.chain.membership.epoch);
        Ok(seal::open(
            sealed,
            key.ok_or(sidedesk_protocol::Error::Sealed)?,
            b"sidedesk 1 presence",
        )?)
    }
}

fn seal_one(
    writer: &Writer,
    stand: &Stand,
    snapshots: &[Hash],
    pending: &Pending,
    entropy: &mut Entropy,
) -> Result<SignedOp, Error> {
    let Writer {
        secret, keyring, chain, ..
    } = writer;
    match pending.kind {
        OpKind::Action => {
            let what = (pending.op, pending.space, pending.author_time);
            Ok(author::action(stand, secret, keyring, what, &pending.plain, entropy)?)
        }
        OpKind::Invite => {
            let waits: InvitePlain = minicbor::decode(&pending.plain)?;
            let invite = InviteSecret::from_bytes(*waits.secret);
            let offer = waits.offer(&invite);
            Ok(author::invite(
                stand,
                secret,
                keyring,
                offer,
                pending.author_time,
                entropy,
            )?)
        }
        OpKind::AddDevice => {
            let (bytes, request): AdmitPlain = minicbor::decode(&pending.plain)?;
            if *bytes == BY_WORDS {
                let me = (secret, keyring);
                return Ok(author::recover(
                    stand,
                    me,
                    request.device,
                    pending.author_time,
                    entropy,
                )?);
            }
            let invite = InviteSecret::from_bytes(*bytes);
            let keys = (secret, keyring);
            Ok(author::add_device_with(
                stand,
                chain,
                keys,
                (&invite, &request),
                snapshots,
                pending.author_time,
                entropy,
            )?)
        }
        OpKind::NewEpoch => {
            let waits: ChangesPlain = minicbor::decode(&pending.plain)?;
            let me = (secret, keyring);
            Ok(author::new_epoch(stand, chain, me, waits.into(), pending.author_time, entropy)?.0)
        }
        OpKind::Genesis | OpKind::NameHub | OpKind::Other(_) => Err(Error::Refused("an op of this kind does not wait")),
    }
}

/// This seat was given a space that it did not have: what it passed over is folded now, with everything else. A board that
/// began with a snapshot has no past to fold yet; checking its history will.
async fn start_over(writer: &mut Writer) -> Result<(), Error> {
    if snapshot::base(&mut writer.log).await?.is_some() {
        return Ok(());
    }
    let mut tx = writer.view.begin_with("begin immediate").await?;
    snapshot::clear(&mut tx).await?;
    tx.commit().await?;
    writer.at = Applied::nothing(writer.chain.workspace);
    Ok(())
}

/// Admissions that wait here: (sequence, invitation).
async fn waiting_admissions(writer: &mut Writer) -> Result<Vec<(u64, InviteId)>, Error> {
    let mut found = Vec::new();
    for pending in log::pending_of_kind(&mut writer.log, OpKind::AddDevice).await? {
        let (bytes, _): AdmitPlain = minicbor::decode(&pending.plain)?;
        if *bytes != BY_WORDS {
            found.push((pending.seq, InviteSecret::from_bytes(*bytes).id()));
        }
    }
    Ok(found)
}

/// Another lead's device was faster: an admission on a spent invitation that is not sealed yet is not worth sending.
async fn drop_useless_admissions(writer: &mut Writer) -> Result<(), Error> {
    let useless: Vec<u64> = waiting_admissions(writer)
        .await?
        .into_iter()
        .filter(|(_, id)| {
            writer
                .chain
                .membership
                .invites
                .get(id)
                .is_none_or(|invite| invite.spent)
        })
        .map(|(seq, _)| seq)
        .collect();
    let sealed = log::last_sealed(&mut writer.log).await?.map_or(0, |(seq, _)| seq);
    for seq in useless.into_iter().filter(|seq| *seq > sealed) {
        log::delete_pending(&mut writer.log, seq).await?;
        writer.fold(&[], &[seq]).await?;
    }
    Ok(())
}

/// The secret of an invitation, from its op.
async fn invite_secret(writer: &mut Writer, invite: InviteId) -> Result<Option<InviteSecret>, Error> {
    for row in log::membership_entries(&mut writer.log).await? {
        let header: Header = minicbor::decode(&row.entry.op.header)?;
        if let Some(Public::Invite(op)) = Public::read(header.kind, &row.entry.op)?
            && op.invite == invite
        {
            return Ok(Some(author::open_invite(&header, &row.entry.op, &writer.keyring)?));
        }
    }
    Ok(None)
}

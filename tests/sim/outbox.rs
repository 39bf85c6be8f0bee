//! Sealing what waits, late: on the newest confirmed head, behind what was sealed before.

use crate::disk::{Log, Row, What};
use anyhow::{Context as _, Result};
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Millis, OpId, Space};
use sidedesk_protocol::author::{self, Changes, Stand};
use sidedesk_protocol::chain::Tail;
use sidedesk_protocol::entry::{Header, OpKind, SignedOp};
use sidedesk_protocol::keys::{DeviceSecret, Entropy};
use sidedesk_protocol::{VERSION, ZERO_HASH};

/// A number far beyond those in use.
const NEWER_KIND: u16 = 777;

/// At most `limit` rows after local number `after`, sealed; those sealed before keep their bytes.
pub fn seal(
    log: &Log,
    secret: &DeviceSecret,
    (after, limit): (Option<u64>, usize),
    now: Millis,
    entropy: &mut Entropy,
) -> Result<Vec<(u64, OpId, SignedOp)>> {
    let Some(chain) = log.chain.as_ref().filter(|chain| chain.n > 0) else {
        return Ok(Vec::new());
    };
    let mut stand = Stand::on(chain, secret.id());
    let mut out = Vec::new();
    for row in &log.pending {
        let wanted = after.is_none_or(|after| row.local > after);
        if wanted && out.len() == limit {
            break;
        }
        let (op, sealed) = match &row.sealed {
            Some((op, sealed)) => (*op, sealed.clone()),
            None => {
                let sealed = seal_row(row, log, &stand, secret, now, entropy)?;
                (sealed.parse()?.op, sealed)
            }
        };
        stand.tail = Tail {
            seq: sealed.parse()?.seq,
            hash: sealed.hash(),
        };
        if wanted {
            out.push((row.local, op, sealed));
        }
    }
    Ok(out)
}

/// An op of a kind that is not invented yet, with a body of its own sort.
fn newer(stand: &Stand, secret: &DeviceSecret, now: Millis, entropy: &mut Entropy) -> Result<SignedOp> {
    let header = Header {
        version: VERSION,
        workspace: stand.workspace,
        op: OpId(entropy.bytes()),
        device: secret.id(),
        seq: stand.tail.seq + 1,
        prev: stand.tail.hash,
        base_n: stand.base_n,
        base_hash: stand.base_hash,
        kind: OpKind::Other(NEWER_KIND),
        space: Space::Board.number(),
        epoch: stand.epoch,
        author_time: now,
        body_len: 0,
        body_hash: ZERO_HASH,
    };
    Ok(header.sign(b"from a later version".to_vec(), secret)?)
}

fn seal_row(
    row: &Row,
    log: &Log,
    stand: &Stand,
    secret: &DeviceSecret,
    now: Millis,
    entropy: &mut Entropy,
) -> Result<SignedOp> {
    let (chain, keys) = (log.chain.as_ref().context("no board")?, &log.keyring);
    Ok(match &row.what {
        What::Action {
            op, space, time, plain, ..
        } => author::action(stand, secret, keys, (*op, *space, *time), plain, entropy)?,
        What::Invite {
            secret: invite,
            expires,
        } => {
            let offer = author::Offer::new(invite, *expires, Role::Lead);
            author::invite(stand, secret, keys, offer, now, entropy)?
        }
        What::Admit {
            secret: invite,
            request,
        } => author::add_device(stand, chain, (secret, keys), (invite, request), now, entropy)?,
        What::Rotate => author::new_epoch(stand, chain, (secret, keys), Changes::default(), now, entropy)?.0,
        What::Newer => newer(stand, secret, now, entropy)?,
    })
}

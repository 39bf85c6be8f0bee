//! Sealing what waits, late: on the newest confirmed head, behind what was sealed before.

use crate::disk::{Log, Row, What};
use anyhow::{Context as _, Result};
use sidedesk_domain::{Millis, OpId};
use sidedesk_protocol::author::{self, Stand};
use sidedesk_protocol::chain::Tail;
use sidedesk_protocol::entry::SignedOp;
use sidedesk_protocol::keys::{DeviceSecret, Entropy};

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
        } => author::invite(stand, secret, keys, (invite, *expires), now, entropy)?,
        What::Admit {
            secret: invite,
            request,
        } => author::add_device(stand, chain, (secret, keys), (invite, request), now, entropy)?,
        What::Rotate => author::new_epoch(stand, chain, secret, &[], now, entropy)?.0,
    })
}

//! Receipts against pages: what the hub signed for an op must be what it shows at that place.
//!
//! Normally the receipt comes first and the page behind it; where the page was faster the place is remembered until the
//! receipt comes. A promise outlives its connection: a hub that gave a place and does not have it any more was rolled back,
//! unless it says that it is being restored.

use crate::entry::{Header, SignedOp};
use crate::message::Receipt;
use crate::{Error, Hash};
use sidedesk_domain::OpId;
use std::collections::BTreeMap;

/// Places remembered at most; a device has fewer ops without an answer.
const MOST: usize = 1024;

/// An op, its place and the chain hash there.
type Place = (OpId, u64, Hash);

/// What was promised and not shown, and what was shown and not promised yet.
#[derive(Debug, Default)]
pub struct Promises {
    /// By receipt, in no order.
    given: Vec<Place>,
    /// Own ops whose page came before their receipt.
    shown: Vec<Place>,
    /// Heads that the ops sent on this connection were sealed on: whoever gave them a place had seen those.
    sent: BTreeMap<OpId, u64>,
}

impl Promises {
    /// A connection begins at this head: everything up to it was compared when it came.
    pub fn begin_at(&mut self, n: u64) {
        self.sent.clear();
        self.shown.clear();
        self.given.retain(|(_, place, _)| *place > n);
    }

    /// An op is sent.
    pub fn sent(&mut self, op: OpId, signed: &SignedOp) {
        if let Ok(header) = minicbor::decode::<Header>(&signed.header) {
            self.sent.insert(op, header.base_n);
        }
    }

    /// The hub says how far it is.
    pub fn welcomed(&mut self, n: u64, is_restored: bool) -> Result<(), Error> {
        if is_restored {
            self.given.clear();
        }
        if self.given.iter().any(|(_, place, _)| *place > n) {
            return Err(Error::Receipt);
        }
        Ok(())
    }

    /// A receipt for an op that was sent; `head` is how far this device has verified.
    pub fn given(&mut self, receipt: &Receipt, head: (u64, Hash)) -> Result<(), Error> {
        let place = (receipt.op, receipt.n, receipt.hash);
        let base_n = self.sent.remove(&receipt.op).unwrap_or(0);
        if let Some(at) = self.shown.iter().position(|(op, _, _)| *op == receipt.op) {
            return same(self.shown.swap_remove(at), place);
        }
        // What its author had seen cannot be its place.
        if receipt.n <= base_n || (receipt.n == head.0 && receipt.hash != head.1) {
            return Err(Error::Receipt);
        }
        if receipt.n > head.0 && self.given.len() < MOST {
            self.given.push(place);
        }
        Ok(())
    }

    /// An entry of a page was verified.
    pub fn shown(&mut self, place: Place, is_unanswered: bool) -> Result<(), Error> {
        let about = |given: &Place| given.0 == place.0 || given.1 == place.1;
        while let Some(at) = self.given.iter().position(about) {
            same(self.given.swap_remove(at), place)?;
        }
        if is_unanswered && self.shown.len() < MOST {
            self.shown.push(place);
        }
        Ok(())
    }
}

fn same(one: Place, other: Place) -> Result<(), Error> {
    if one == other { Ok(()) } else { Err(Error::Receipt) }
}

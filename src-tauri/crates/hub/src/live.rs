//! A board's durable head in memory, with the last pages as they go over the wire.
//!
//! Whoever keeps up is handed those pages: encoded once, whoever many follow. Whoever falls behind them reads pages of its
//! own from the database, until it has caught up. So a slow reader costs the others nothing and the hub no memory.

use crate::log::wire_len;
use axum::body::Bytes;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::message::{self, HubFrame, MAX_PAGE_ENTRIES, MAX_PAGE_LEN};
use std::collections::VecDeque;
use std::sync::Arc;

/// Pages kept for those who keep up. A reader that is further behind reads from the database.
const RECENT: usize = 64;
/// Their bytes together, for each open board.
const RECENT_LEN: usize = 1024 * 1024;

/// The durable head.
#[derive(Debug, Clone)]
pub struct Live {
    /// The chain there.
    pub chain: Arc<Chain>,
    /// Devices bring back what a restored backup lacks.
    pub healing: bool,
    recent: VecDeque<Recent>,
}

/// A page that was just stored.
#[derive(Debug, Clone)]
pub struct Recent {
    /// It begins right behind this place.
    pub after: u64,
    /// And ends here.
    pub upto: u64,
    /// The frame.
    pub bytes: Bytes,
}

impl Live {
    /// With nothing recent.
    pub fn new(chain: Chain, healing: bool) -> Self {
        Self {
            chain: Arc::new(chain),
            healing,
            recent: VecDeque::new(),
        }
    }

    /// The pages behind this place, when they are recent ones: together at most a megabyte, and shared.
    pub fn all_after(&self, place: u64) -> Vec<Recent> {
        let known = self.recent.iter().rposition(|recent| recent.after == place);
        known.map_or(Vec::new(), |first| self.recent.range(first..).cloned().collect())
    }

    /// These entries were stored, and this is the chain after them.
    pub fn advance(&mut self, chain: Chain, entries: Vec<Entry>) {
        self.chain = Arc::new(chain);
        for page in pages(entries) {
            // What cannot be encoded is still in the database, where its readers will find it.
            self.recent.extend(recent(page));
        }
        let mut len: usize = self.recent.iter().map(|recent| recent.bytes.len()).sum();
        while self.recent.len() > RECENT || len > RECENT_LEN {
            let Some(oldest) = self.recent.pop_front() else { break };
            len -= oldest.bytes.len();
        }
    }
}

fn recent(entries: Vec<Entry>) -> Option<Recent> {
    let after = entries.first()?.n.checked_sub(1)?;
    let upto = entries.last()?.n;
    let bytes = message::encode(&HubFrame::Page { entries, head: upto }).ok()?;
    Some(Recent {
        after,
        upto,
        bytes: bytes.into(),
    })
}

fn pages(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let (mut pages, mut len) = (Vec::<Vec<Entry>>::new(), 0);
    for entry in entries {
        let entry_len = wire_len(&entry.op);
        len += entry_len;
        match pages.last_mut() {
            Some(page) if page.len() < MAX_PAGE_ENTRIES && len <= MAX_PAGE_LEN => page.push(entry),
            _ => {
                len = entry_len;
                pages.push(vec![entry]);
            }
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidedesk_protocol::WorkspaceId;
    use sidedesk_protocol::entry::SignedOp;

    fn entry(n: u64, len: usize) -> Entry {
        let op = SignedOp {
            header: Vec::new(),
            signature: [0; 64],
            body: vec![0; len],
        };
        Entry { n, hub_time: 0, op }
    }

    fn live() -> Live {
        Live::new(Chain::empty(WorkspaceId([1; 32])), false)
    }

    fn advance(live: &mut Live, entries: Vec<Entry>) {
        live.advance(Chain::empty(WorkspaceId([1; 32])), entries);
    }

    #[test]
    fn recent_pages_are_found_by_the_place_before_them() {
        let mut live = live();
        advance(&mut live, vec![entry(1, 10), entry(2, 10)]);
        advance(&mut live, vec![entry(3, 10)]);
        let upto = |place| -> Vec<u64> { live.all_after(place).iter().map(|recent| recent.upto).collect() };
        assert_eq!((upto(0), upto(1)), (vec![2, 3], vec![]));
        assert_eq!((upto(2), upto(3)), (vec![3], vec![]));
    }

    #[test]
    fn pages_and_memory_keep_within_their_bounds() {
        let mut live = live();
        for n in 1..=1000 {
            advance(&mut live, vec![entry(n, 10)]);
        }
        assert_eq!(live.recent.len(), RECENT);
        let big: Vec<Entry> = (1001..1011).map(|n| entry(n, 300_000)).collect();
        assert!(pages(big.clone()).iter().all(|page| page.len() <= 3));
        advance(&mut live, big);
        let len: usize = live.recent.iter().map(|recent| recent.bytes.len()).sum();
        assert!(len <= RECENT_LEN, "{len}");
        let many: Vec<Entry> = (1..=1200).map(|n| entry(n, 10)).collect();
        let lens: Vec<usize> = pages(many).iter().map(Vec::len).collect();
        assert_eq!(lens, [500, 500, 200]);
    }
}

//! What followers are sent: the last pages, kept for everybody as they were made, or pages of their own from the disk.
//!
//! A kept page says its own end for the hub's head, as the real hub's do (`hub/live.rs`): it was the head when the page was
//! made. One from the disk says the head of now.

use crate::agenda::Task;
use crate::planted::Planted;
use crate::world::World;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::message::HubFrame;
use std::collections::VecDeque;

/// Pages kept: fewer than the real hub's, so that followers fall behind them too.
const KEPT_PAGES: usize = 8;

/// The last pages, in memory.
#[derive(Default)]
pub struct Kept(VecDeque<Vec<Entry>>);

impl Kept {
    /// These entries were stored.
    pub fn keep(&mut self, entries: Vec<Entry>) {
        if !entries.is_empty() {
            self.0.push_back(entries);
        }
        if self.0.len() > KEPT_PAGES {
            self.0.pop_front();
        }
    }

    /// All pages behind this place, when it is where one begins.
    fn all_after(&self, place: u64) -> Vec<Vec<Entry>> {
        let begins = |page: &Vec<Entry>| page.first().is_some_and(|entry| entry.n == place + 1);
        let known = self.0.iter().rposition(begins);
        known.map_or(Vec::new(), |first| self.0.range(first..).cloned().collect())
    }
}

impl World {
    pub fn hub_plan_page(&mut self, conn: usize) {
        let (life, at) = (self.hub.life, self.now + self.dice.within(0, 30));
        let seat = self
            .hub
            .process
            .as_mut()
            .and_then(|process| process.seats.get_mut(&conn));
        if let Some(seat) = seat.filter(|seat| !seat.paging) {
            seat.paging = true;
            self.agenda.put(at, Task::HubPage { life, conn });
        }
    }

    /// The pages that everybody gets who keeps up, or one from the disk; and the plan of the next.
    pub fn hub_page(&mut self, conn: usize) {
        let most = if self.calm {
            100
        } else {
            self.dice.within(1, 12) as usize
        };
        let Some(process) = &mut self.hub.process else { return };
        let batch = process.batch.as_ref().and_then(|batch| batch.entries.last());
        let given = batch.filter(|_| self.planted == Some(Planted::SequenceCursor));
        let given = given.map_or(0, |last| last.n);
        let Some(seat) = process.seats.get_mut(&conn) else {
            return;
        };
        seat.paging = false;
        let Some(sent) = seat.sent else { return };
        let entries = &self.hub.disk.entries;
        let head = entries.len() as u64;
        let mut pages = process.kept.all_after(sent);
        let kept = !pages.is_empty();
        if !kept {
            pages.push(entries.iter().skip(sent as usize).take(most).cloned().collect());
        }
        for page in pages {
            let Some(last) = page.last().map(|entry| entry.n) else {
                return;
            };
            let seat = self
                .hub
                .process
                .as_mut()
                .and_then(|process| process.seats.get_mut(&conn));
            let Some(seat) = seat else { return };
            seat.sent = Some(last.max(given));
            self.stats
                .happened("pages made earlier", u64::from(kept && last < head));
            self.hub_sends_page(conn, &page, if kept { last } else { head });
        }
        self.hub_plan_page(conn);
    }

    pub fn hub_sends_page(&mut self, conn: usize, entries: &[Entry], head: u64) {
        let page = HubFrame::Page {
            entries: entries.to_vec(),
            head,
        };
        // Now and then a page is sent twice.
        let twice = u64::from(self.dice.chance(50));
        self.stats.happened("pages doubled", twice);
        for _ in 0..=twice {
            self.say(conn, &page, self.now);
        }
    }
}

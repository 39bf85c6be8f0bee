//! Keeping the side file in step with the log: what waits on a shared board, and on one that orders itself what came after
//! the newest backup.

use crate::backup;
use crate::commit::{place, write_log};
use crate::error::Error;
use crate::fold_in::Opened;
use crate::log::{self, Pending};
use crate::open::entropy;
use crate::writer::Writer;
use sidedesk_domain::{Millis, OpId, Stamp};
use sidedesk_protocol::author::{self, Stand};

/// What the side file held when a backup began.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mark {
    /// Lines that the backup makes superfluous.
    lines: usize,
    /// The backup does not wait for its day: the side file is too long, or has a gap.
    pub is_urgent: bool,
}

impl Writer {
    /// These are in the log now, and nowhere else.
    pub async fn keep_beside(&mut self, rows: &[Pending]) {
        if !self.orders_itself() {
            if self.side.is_closed() {
                self.rewrite_side().await;
            } else {
                self.side.keep(rows);
            }
            return;
        }
        if self.side.is_closed() {
            self.side.rewrite(&[]);
            self.side_has_gap = true;
        }
        let len: usize = rows.iter().map(|row| row.plain.len()).sum();
        if self.side.size().0.saturating_add(len as u64) > backup::SIDE_FILE_LEN {
            self.side_has_gap = true;
        } else {
            self.side.keep(rows);
        }
    }

    /// These are with the hub now, or in the drawer.
    pub async fn settle_beside(&mut self, ops: &[OpId]) {
        if !ops.is_empty() {
            self.side.settle(ops);
        }
        if self.side.wants_rewriting() {
            self.rewrite_side().await;
        }
    }

    async fn rewrite_side(&mut self) {
        match log::all_pending(&mut self.log).await {
            Ok(waiting) => self.side.rewrite(&waiting),
            Err(error) => tracing::warn!(%error, "the side file waits"),
        }
    }

    /// Before a backup.
    pub fn mark_side(&self) -> Mark {
        let (len, lines) = self.side.size();
        let is_urgent = self.orders_itself() && (self.side_has_gap || len > backup::SIDE_FILE_LEN / 2);
        Mark { lines, is_urgent }
    }

    /// A backup holds everything up to this mark.
    pub fn backed_up(&mut self, mark: Mark) {
        if self.orders_itself() {
            self.side.drop_first(mark.lines);
            self.side_has_gap = false;
        }
    }

    /// What a board that orders itself has lost gets new places, as the same ops.
    pub async fn place_again(&mut self, rows: Vec<Pending>, now: Millis) -> Result<(), Error> {
        let mut entropy = entropy()?;
        let mut chain = self.chain.clone();
        let (mut entries, mut checks, mut ops) = (Vec::new(), Vec::new(), Vec::new());
        let me = self.me();
        for row in rows {
            let stand = Stand::on(&chain, me.device);
            let what = (row.op, row.space, row.author_time);
            let op = author::action(&stand, &self.secret, &self.keyring, what, &row.plain, &mut entropy)?;
            let (entry, checked) = place(&mut chain, op, now)?;
            let stamp = Stamp {
                place: entry.entry.n,
                device: me.device,
                member: me.member,
                author_time: row.author_time,
                hub_time: entry.entry.hub_time,
            };
            ops.push(Opened {
                stamp,
                seat: me.seat,
                action: minicbor::decode(&row.plain)?,
            });
            entries.push(entry);
            checks.push(checked);
        }
        let Some(last) = entries.last().map(|last| (last.entry.n, last.hash)) else {
            return Ok(());
        };
        write_log(self, chain, &entries, &checks).await?;
        self.fold_opened(&ops, Some(last), &[]).await?;
        Ok(())
    }
}

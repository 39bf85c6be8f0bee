//! A device's disk: what a transaction committed is there after a crash, nothing else is.
//!
//! The log commits with a full flush. The view may lag: a crash takes it back to where it was last flushed, and opening
//! folds the log from there on.

use crate::planted::Planted;
use crate::view::View;
use anyhow::{Context as _, Result, ensure};
use sidedesk_domain::{Millis, OpId, Space, WorkspaceId};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::invite::{InviteCode, InviteSecret, JoinRequest};
use sidedesk_protocol::keys::Keyring;

/// One thing that waits to be sent.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its local number.
    pub local: u64,
    /// What it is.
    pub what: What,
    /// Its op, once sealed.
    pub sealed: Option<(OpId, SignedOp)>,
}

/// What waits.
#[derive(Debug, Clone)]
pub enum What {
    /// A part of an action.
    Action {
        op: OpId,
        space: Space,
        time: Millis,
        plain: Vec<u8>,
    },
    /// An invitation.
    Invite { secret: InviteSecret, expires: Millis },
    /// A newcomer to be let in.
    Admit {
        secret: InviteSecret,
        request: Box<JoinRequest>,
    },
    /// New keys.
    Rotate,
    /// Something of a kind that only a later version knows.
    Newer,
}

/// The durable log of a device.
#[derive(Debug, Default, Clone)]
pub struct Log {
    /// Every entry verbatim.
    pub entries: Vec<Entry>,
    /// The chain behind them; `None` before a board is founded or joined.
    pub chain: Option<Chain>,
    /// Epoch keys.
    pub keyring: Keyring,
    /// The outbox, in order.
    pub pending: Vec<Row>,
    /// What was refused for good.
    pub drawer: Vec<(What, String)>,
    /// An invitation to be used.
    pub code: Option<InviteCode>,
    next_local: u64,
}

/// A transaction: all of it or nothing.
#[derive(Debug, Clone)]
pub enum Write {
    /// Entries, the chain behind them and the keys found in them; what they answer leaves the outbox.
    Entries {
        entries: Vec<Entry>,
        chain: Box<Chain>,
        keyring: Keyring,
    },
    /// Planted only: entries without their chain.
    EntriesAlone(Vec<Entry>),
    /// New in the outbox.
    Pend(Vec<What>),
    /// Sealed bytes of the outbox.
    Sealed(Vec<(u64, OpId, SignedOp)>),
    /// Forget them.
    Unseal,
    /// Into the drawer.
    Refused { op: OpId, message: String },
    /// An invitation was pasted.
    Code(Box<InviteCode>),
    /// The newcomer is (or may be) a member.
    Joined(WorkspaceId),
}

/// Both databases.
#[derive(Debug, Default)]
pub struct Disk {
    /// Durable at commit.
    pub log: Log,
    /// As open now.
    pub view: View,
    flushed: View,
    /// Planted only: what of the log a power cut leaves.
    flushed_log: Option<Log>,
}

impl Disk {
    /// The same files on another computer.
    pub fn copy_of(disk: &Self) -> Self {
        Self {
            log: disk.log.clone(),
            view: disk.view.clone(),
            flushed: disk.view.clone(),
            flushed_log: None,
        }
    }

    /// Planted only: the board is fetched anew, and what is not there is gone.
    pub fn start_over(&mut self) {
        let workspace = self.log.chain.as_ref().map(|chain| chain.workspace).unwrap_or_default();
        self.log.entries.clear();
        self.log.pending.clear();
        self.log.chain = Some(Chain::empty(workspace));
        (self.view, self.flushed) = (View::default(), View::default());
    }

    /// Commits a transaction.
    pub fn commit(&mut self, write: Write) -> Result<()> {
        let log = &mut self.log;
        match write {
            Write::Entries {
                entries,
                chain,
                keyring,
            } => {
                let first = entries.first().context("a transaction of nothing")?;
                ensure!(first.n == log.entries.len() as u64 + 1, "entries do not follow the log");
                log.settle(&entries)?;
                log.entries.extend(entries);
                log.chain = Some(*chain);
                log.keyring = keyring;
            }
            Write::EntriesAlone(entries) => log.entries.extend(entries),
            Write::Pend(whats) => whats.into_iter().for_each(|what| log.pend(what)),
            Write::Sealed(ops) => {
                for (local, op, sealed) in ops {
                    let row = log.pending.iter_mut().find(|row| row.local == local);
                    row.context("sealed what does not wait")?.sealed = Some((op, sealed));
                }
            }
            Write::Unseal => log.pending.iter_mut().for_each(|row| row.sealed = None),
            Write::Refused { op, message } => {
                // Said twice of what was sent twice: the store does nothing the second time.
                if let Some(refused) = log.pending.iter().position(|row| row.op() == Some(op)) {
                    let row = log.pending.remove(refused);
                    log.drawer.push((row.what, message));
                }
            }
            Write::Code(code) => log.code = Some(*code),
            Write::Joined(workspace) => {
                log.code = None;
                log.chain.get_or_insert_with(|| Chain::empty(workspace));
            }
        }
        Ok(())
    }

    /// The view reached the disk.
    pub fn flush_view(&mut self) {
        self.flushed = self.view.clone();
    }

    /// Planted only: commits are not flushed before the next checkpoint.
    pub fn forget_later(&mut self, checkpoint: bool) {
        if checkpoint || self.flushed_log.is_none() {
            self.flushed_log = Some(self.log.clone());
        }
    }

    /// The power went. True when the view falls back.
    pub fn crash(&mut self, planted: Option<Planted>) -> bool {
        let behind = self.view.applied != self.flushed.applied;
        match planted {
            Some(Planted::NormalSync) => self.log = self.flushed_log.clone().unwrap_or_else(|| self.log.clone()),
            Some(Planted::FoldTwiceAfterRestart) => self.view.forget_position(),
            Some(Planted::DropOutboxOnCrash) => self.log.pending.clear(),
            Some(Planted::NewIdsAfterRestart) => self.log.new_ids(),
            _ => {}
        }
        if planted != Some(Planted::FoldTwiceAfterRestart) {
            self.view = self.flushed.clone();
        }
        behind
    }
}

impl Log {
    /// The confirmed head.
    pub fn head(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Is it among what was refused?
    pub fn refused(&self, wanted: OpId) -> bool {
        let is = |what: &What| matches!(what, What::Action { op, .. } if *op == wanted);
        self.drawer.iter().any(|(what, _)| is(what))
    }

    fn pend(&mut self, what: What) {
        self.next_local += 1;
        self.pending.push(Row {
            local: self.next_local,
            what,
            sealed: None,
        });
    }

    /// What was given a place no longer waits.
    fn settle(&mut self, entries: &[Entry]) -> Result<()> {
        for entry in entries {
            let op = entry.op.parse()?.op;
            self.pending.retain(|row| row.op() != Some(op));
        }
        Ok(())
    }

    fn new_ids(&mut self) {
        for row in &mut self.pending {
            row.sealed = None;
            if let What::Action { op, .. } = &mut row.what {
                op.0[15] ^= 0x55;
            }
        }
    }
}

impl Row {
    /// Its op id, as far as it has one.
    pub fn op(&self) -> Option<OpId> {
        match (&self.sealed, &self.what) {
            (Some((op, _)), _) => Some(*op),
            (None, What::Action { op, .. }) => Some(*op),
            (None, _) => None,
        }
    }
}

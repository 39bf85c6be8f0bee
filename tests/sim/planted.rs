//! Bugs put into the simulator's own hands, to see that they are caught. The product's code is never changed.

use crate::beyond::Beyond;

/// A bug that a store, a transport or a fold could really have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Planted {
    /// The hub sends receipts and pages before its commit is durable.
    AckBeforeCommit,
    /// The hub answers a repeated push from memory, also when the commit had failed.
    ReceiptFromMemory,
    /// After a restart a device folds entries again without looking at where its view stood.
    FoldTwiceAfterRestart,
    /// After a restart a device seals what waits again, under new op ids.
    NewIdsAfterRestart,
    /// The author's clock decides in which order entries are folded.
    ClockDecidesOrder,
    /// What waits to be sent lives in memory only.
    DropOutboxOnCrash,
    /// "Saved" is said when the write is handed to the disk, not when it is durable.
    SavedBeforeCommit,
    /// A device stores a page's entries and the chain behind them in two transactions.
    TornPage,
    /// A device's commits are flushed at checkpoints only, as with `synchronous = NORMAL`.
    NormalSync,
    /// The hub's pages follow places that were given and not committed yet, as with a database sequence.
    SequenceCursor,
    /// The hub says yes to an op under a used sequence, and keeps the one it has.
    InsertOrIgnore,
    /// A device takes the end of the last page for the hub's head.
    PageEndIsTheHubs,
    /// A device that finds another history at the hub throws its own away.
    AdoptTheHubs,
}

impl Planted {
    /// The fault without which it would do no harm.
    pub fn beyond(self) -> Option<Beyond> {
        match self {
            Self::InsertOrIgnore => Some(Beyond::Clone),
            Self::AdoptTheHubs => Some(Beyond::HubRollback),
            _ => None,
        }
    }
}

//! Bugs put into the simulator's own hands, to see that they are caught. The product's code is never changed.

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
}

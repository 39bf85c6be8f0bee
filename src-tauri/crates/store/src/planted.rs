//! Bugs on purpose, for the tests of this crate to catch: a check that never saw a failure proves nothing.
//!
//! Only a test build has them: in anything that is shipped [`planted`] is always false.

/// A mistake that could be made here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// `log.db` is not flushed at a commit.
    NormalLog,
    /// What the side file holds waits again after a restart, also when the log has it already.
    WaitsTwice,
    /// The side file lets go of what was sent, not of what was acknowledged.
    SettledWhenSent,
    /// The side file is never written.
    SideFileForgets,
    /// A connection that sqlx believes to be in a transaction is kept.
    StuckConnection,
    /// A device that was copied goes on under its old identity.
    CloneGoesOn,
}

#[cfg(test)]
thread_local! {
    static ON: std::cell::Cell<Option<Planted>> = const { std::cell::Cell::new(None) };
}

/// Is this bug switched on?
#[cfg(test)]
pub fn planted(bug: Planted) -> bool {
    ON.get() == Some(bug)
}

/// Is this bug switched on? Never.
#[cfg(not(test))]
pub fn planted(_: Planted) -> bool {
    false
}

/// Switches a bug on, or all off, on this thread.
#[cfg(test)]
pub fn plant(bug: Option<Planted>) {
    ON.set(bug);
}

//! Bugs on purpose, for the tests to catch: a harness that never saw a failure proves nothing.
//!
//! This crate's own tests switch one on for their thread. For whole programs there is the feature `planted`, and then
//! `SIDEDESK_PLANTED=<name>` switches one on. Nothing that is shipped has either. The table of all of them is in
//! docs/measurements.md.

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

impl Planted {
    fn name(self) -> &'static str {
        match self {
            Self::NormalLog => "normal-sync",
            Self::WaitsTwice => "waits-twice",
            Self::SettledWhenSent => "settled-when-sent",
            Self::SideFileForgets => "side-file-forgets",
            Self::StuckConnection => "stuck-connection",
            Self::CloneGoesOn => "clone-goes-on",
        }
    }
}

/// Is this bug switched on?
pub fn planted(bug: Planted) -> bool {
    #[cfg(test)]
    if ON.get() == Some(bug) {
        return true;
    }
    cfg!(feature = "planted") && std::env::var_os("SIDEDESK_PLANTED").is_some_and(|name| name == bug.name())
}

#[cfg(test)]
thread_local! {
    static ON: std::cell::Cell<Option<Planted>> = const { std::cell::Cell::new(None) };
}

/// Switches a bug on, or all off, on this thread.
#[cfg(test)]
pub fn plant(bug: Option<Planted>) {
    ON.set(bug);
}

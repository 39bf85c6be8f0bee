//! Bugs on purpose, for the tests to catch: a harness that never saw a failure proves nothing.
//!
//! Only a build with the feature `planted` has them, where `SIDEDESK_PLANTED=<name>` switches one on, and this crate's own
//! tests, where a test does so on its thread. In anything that is shipped [`is`] is always false.
//!
//! - `normal-sync`: `log.db` is not flushed at a commit.
//! - `waits-twice`: what the side file holds waits again after a restart, also when the log has it already.
//! - `settled-when-sent`: the side file lets go of what was sent, not of what was acknowledged.
//! - `side-file-forgets`: the side file is never written.
//! - `clone-goes-on`: a device that was copied goes on under its old name.
//! - `stuck-connection`: a connection that sqlx believes to be in a transaction is kept.
//! - `shadow-not-rebased`: a foreign op folds over what is shown, not over the confirmed shadow.

#[cfg(test)]
thread_local! {
    static ON: std::cell::Cell<Option<&'static str>> = const { std::cell::Cell::new(None) };
}

/// Is this bug switched on?
pub fn is(name: &str) -> bool {
    #[cfg(test)]
    if ON.get() == Some(name) {
        return true;
    }
    cfg!(feature = "planted") && std::env::var_os("SIDEDESK_PLANTED").is_some_and(|planted| planted == name)
}

/// Switches a bug on, or all off, on this thread.
#[cfg(test)]
pub fn plant(bug: Option<&'static str>) {
    ON.set(bug);
}

//! Bugs on purpose, for the tests to catch: a harness that never saw a failure proves nothing.
//!
//! Only a build with the feature `planted` has them, and only `SIDEDESK_PLANTED=<name>` switches one on. The table of all
//! of them is in docs/measurements.md.

/// Is this bug switched on?
pub fn is(name: &str) -> bool {
    cfg!(feature = "planted") && std::env::var_os("SIDEDESK_PLANTED").is_some_and(|planted| planted == name)
}

//! Bugs on purpose, for the crash test to catch: a harness that never saw a failure proves nothing.
//!
//! Only a build with the feature `planted` has them, and only `SIDEDESK_PLANTED=<name>` switches one on.

use std::time::Duration;

/// As long as a slow disk takes; without it the wrong order is right again before anybody can pull the plug.
pub const SLOW_DISK: Duration = Duration::from_millis(100);

/// `ack-before-commit`: receipts leave before the transaction is durable.
pub fn ack_before_commit() -> bool {
    cfg!(feature = "planted") && std::env::var_os("SIDEDESK_PLANTED").is_some_and(|name| name == "ack-before-commit")
}

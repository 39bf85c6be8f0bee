//! Bugs on purpose, for the crash test to catch: a harness that never saw a failure proves nothing.
//!
//! Only a build with the feature `planted` has them, and only `SIDEDESK_PLANTED=<name>` switches one on.

use sidedesk_protocol::message::HubFrame;
use std::time::Duration;

/// As long as a slow disk takes; without it the wrong order is right again before anybody can pull the plug.
pub const SLOW_DISK: Duration = Duration::from_millis(100);

/// `ack-before-commit`: these answers leave before the transaction is durable, when there is a receipt among them.
pub fn ack_before_commit(answers: &[HubFrame]) -> bool {
    cfg!(feature = "planted")
        && std::env::var_os("SIDEDESK_PLANTED").is_some_and(|name| name == "ack-before-commit")
        && answers.iter().any(|answer| matches!(answer, HubFrame::Receipt(_)))
}

//! Bugs on purpose, for tests to catch: a harness that never saw a failure proves nothing.
//!
//! Only a build with the feature `planted`, or one without optimisation, has them, and only `SIDEDESK_PLANTED=<name>`
//! switches one on. A released program has none.
//!
//! | bug | what it does | caught by |
//! |---|---|---|
//! | `ack-before-commit` | a receipt leaves before the commit | `tests/hub/process.rs`, `tests/hub/replicas.rs`, `crash -- --planted` |
//! | `n-from-a-sequence` | replicas draw places from a sequence instead of locking the board's row: readers skip gaps | `tests/hub/replicas.rs` |
//! | `insert-or-ignore` | two replicas give the same place, and the loser's insert is ignored | `tests/hub/replicas.rs` |

use sidedesk_protocol::message::HubFrame;
use std::sync::OnceLock;
use std::time::Duration;

/// As long as a slow disk takes; without it the wrong order is right again before anybody can pull the plug.
pub const SLOW_DISK: Duration = Duration::from_millis(100);

fn planted(name: &str) -> bool {
    static PLANTED: OnceLock<Option<String>> = OnceLock::new();
    cfg!(any(feature = "planted", debug_assertions))
        && PLANTED
            .get_or_init(|| std::env::var("SIDEDESK_PLANTED").ok())
            .as_deref()
            .is_some_and(|planted| planted == name)
}

/// `ack-before-commit`: these answers leave before the transaction is durable, when there is a receipt among them.
pub fn ack_before_commit(answers: &[Option<HubFrame>]) -> bool {
    planted("ack-before-commit")
        && answers
            .iter()
            .any(|answer| matches!(answer, Some(HubFrame::Receipt(_))))
}

/// Both bugs of the order: nobody locks the board's row, nobody looks what others stored in the meantime.
pub fn no_row_lock() -> bool {
    insert_or_ignore() || n_from_a_sequence()
}

/// `insert-or-ignore`.
pub fn insert_or_ignore() -> bool {
    planted("insert-or-ignore")
}

/// `n-from-a-sequence`.
pub fn n_from_a_sequence() -> bool {
    planted("n-from-a-sequence")
}

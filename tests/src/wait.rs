//! Waiting for something to become so.

use std::time::{Duration, Instant};

/// Nothing here takes longer on a busy machine, unless it hangs; longer than the programs' own patience, so that they say why.
pub const DEADLINE: Duration = Duration::from_secs(90);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(3);

/// Looks until there is something to see; panics after [`DEADLINE`] and says what it waited for.
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_within(what, DEADLINE, look)
}

/// The same with a deadline of its own.
pub fn until_within<T>(what: &str, deadline: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + deadline;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < end, "it never came to be that {what}");
        pause(PAUSE);
    }
}

/// Lets a process work for so long before it is killed. How long is chance, not synchronisation.
pub fn let_it_work(for_a_while: Duration) {
    pause(for_a_while);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one nap of the harness, between two looks at a condition"
)]
fn pause(pause: Duration) {
    std::thread::sleep(pause);
}

//! Bugs on purpose, for the tests to catch: a harness that never saw a failure proves nothing.
//!
//! Only a build with the feature `planted` has them, and only `SIDEDESK_PLANTED=<name>` switches one on.

/// `adopt-the-hubs-digest`: a newcomer takes the newest snapshot that the hub shows, whoever vouches for it.
pub fn adopts_the_hubs_digest() -> bool {
    cfg!(feature = "planted")
        && std::env::var_os("SIDEDESK_PLANTED").is_some_and(|name| name == "adopt-the-hubs-digest")
}

//! Power loss, replayed: what the real programs did to their disk is recorded, call by call, and the disk is rebuilt as
//! it may have been at any moment, without what was not flushed yet.
//!
//! - [`record`]: the real device and the real hub under `strace`, with everything they wrote, flushed and said.
//! - [`trace`]: what the recording says, as [`trace::Step`]s on files, in order.
//! - [`disk`]: the disk at a moment: unflushed writes dropped, kept, or torn at 512-byte sectors and reordered; names
//!   that were not flushed with their directory are gone.
//! - [`device`] and [`shared`]: stories to record, and what must be true of each of their images: it opens without a
//!   word of damage, everything acknowledged is there once, and after catching up all devices show the same.
//! - [`inject`]: the k-th write, flush or opening fails, for every k.
//!
//! # Planted bugs, and what catches them
//!
//! | bug | where | caught by |
//! |---|---|---|
//! | the log's WAL is not flushed at commits | this bench drops those flushes | `cargo test -p sidedesk-tests --test power` |
//! | `ack-early`: "saved" before the commit | `crash_writer` | the same |
//! | `normal-sync`: `synchronous = NORMAL` for the log | the store's feature `planted` | `cargo xtask power --planted` |

pub mod device;
pub mod disk;
pub mod inject;
pub mod record;
pub mod shared;
pub mod trace;

/// What a bench did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Disks rebuilt and opened.
    pub images: usize,
    /// Steps recorded.
    pub steps: usize,
    /// Flushes among them.
    pub syncs: usize,
    /// Acknowledgements that had to hold, summed over all images.
    pub promises: usize,
    /// Images from which something unflushed was missing.
    pub lossy: usize,
}

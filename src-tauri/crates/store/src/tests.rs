//! What needs this crate's own bugs to be switched on, and what needs its files from inside. Everything else is in `tests/`.

mod backups;
mod copied;
mod flushed;
mod lost_log;
mod no_room;
mod shadow;
mod wal;

use crate::files::Files;
use std::path::Path;

fn files(dir: &Path) -> Files {
    Files::at(dir).unwrap()
}

/// The log as a bad disk leaves it.
fn damage(dir: &Path) {
    std::fs::write(files(dir).log(), [7; 9000]).unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(dir.join(format!("log.db{suffix}")));
    }
}

//! What can go wrong with a device's files, so that a caller can decide and a person can act.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database said no for another reason than those below.
    #[error("the database could not be used")]
    Database(#[source] sqlx::Error),
    /// No room. Nothing of what was asked was kept.
    #[error("not saved: disk full")]
    DiskFull(#[source] sqlx::Error),
    /// The system refused a write for another reason than a full disk, or does not say which: a quota, a limit on the size
    /// of files, a disk that fails. Nothing of what was asked was kept.
    #[error("not saved: the disk did not take it; it may be full, over its quota, or failing")]
    NotWritten(#[source] sqlx::Error),
    /// The system refused a read.
    #[error("the disk could not be read; it may be failing")]
    NotRead(#[source] sqlx::Error),
    /// The file is not, or no longer, a sound database.
    #[error("a database file is damaged")]
    Damaged(#[source] sqlx::Error),
    /// An entry of the log is not what was written there.
    #[error("entry {0} of log.db is damaged")]
    BrokenEntry(u64),
    /// Files that cannot be mended as they lie: what happened, and what to do, for people.
    #[error("{0}")]
    Unusable(String),
    /// The log is lost and nothing is there to bring it back: what happened, and what to do, for people.
    #[error("{0}")]
    Lost(String),
    /// The key of the device's secret cannot be had, or none can be made. Nothing was changed.
    #[error(transparent)]
    Keys(#[from] sidedesk_keystore::KeysError),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process has the board open for writing.
    #[error("the board is open in {0}; close it there first")]
    Held(String),
    /// Written by a newer program.
    #[error("the board was written by a newer version of Sidedesk; update this program")]
    Newer,
    /// SQLite is older than 3.51.3, which can corrupt a database like ours.
    #[error("SQLite {0} is too old to be safe; 3.51.3 is needed")]
    OldSqlite(String),
    /// There is no board here yet.
    #[error("there is no board here yet")]
    NoBoard,
    /// There is one already.
    #[error("there is a board here already")]
    BoardExists,
    /// An op or a stored state could not be made or read.
    #[error(transparent)]
    Protocol(#[from] sidedesk_protocol::Error),
    /// A snapshot is not taken, or cannot be made.
    #[error(transparent)]
    Snapshot(#[from] sidedesk_protocol::snapshot::SnapshotError),
    /// Somebody stopped it; what was done until then holds.
    #[error("stopped")]
    Cancelled,
    /// Bytes in the view that this program did not write so.
    #[error("a stored record cannot be read: {0}")]
    Unreadable(String),
    /// The system gave no random bytes.
    #[error("no random numbers from the system")]
    NoEntropy,
    /// An edit of the inner space by somebody who does not hold it.
    #[error("this seat holds no texts of customers and no budgets, and cannot write any")]
    NotYourSpace,
    /// An edit that the seat does not allow, not even as a proposal.
    #[error("a viewer and a partner flag complaints and ask; this is for Marketing and Support")]
    NotYourSeat,
    /// Asked for something the store cannot do as it stands.
    #[error("{0}")]
    Refused(&'static str),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(|e| e.code())
            .and_then(|code| code.parse::<i32>().ok());
        match code.map(|code| (code & 0xff, code >> 8)) {
            Some((13, _)) => Self::DiskFull(error),         // SQLITE_FULL
            Some((10, 1 | 2 | 33)) => Self::NotRead(error), // SQLITE_IOERR_READ, _SHORT_READ, _DATA
            Some((10, _)) => Self::NotWritten(error),       // SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE …
            Some((11 | 26, _)) => {
                // SQLITE_CORRUPT, SQLITE_NOTADB
                note_damage();
                Self::Damaged(error)
            }
            _ => Self::Database(error),
        }
    }
}

/// How often a database turned out to be damaged, in this process. SQLite does not say which file it was, and whoever
/// reads hands the error to somebody who does not know either: whoever closes a board looks here.
static DAMAGES: AtomicU64 = AtomicU64::new(0);

/// A database is damaged.
pub(crate) fn note_damage() {
    DAMAGES.fetch_add(1, Ordering::Relaxed);
}

/// How often that was so.
pub(crate) fn damages() -> u64 {
    DAMAGES.load(Ordering::Relaxed)
}

impl From<minicbor::decode::Error> for Error {
    fn from(error: minicbor::decode::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl Error {
    /// For a database that does not hold.
    pub(crate) fn damaged(why: impl ToString) -> Self {
        Self::Damaged(sqlx::Error::Protocol(why.to_string()))
    }

    /// True when the files may be sound and only cannot be written: no room, no right, a disk that is for reading.
    pub fn is_for_reading(&self) -> bool {
        use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        let of_sqlite = |error: &sqlx::Error| {
            let code = error.as_database_error().and_then(|error| error.code());
            let code = code.and_then(|code| code.parse::<i32>().ok());
            matches!(code.map(|code| code & 0xff), Some(8 | 14)) // SQLITE_READONLY, SQLITE_CANTOPEN
        };
        match self {
            Self::NotWritten(_) => true,
            Self::Database(error) => of_sqlite(error),
            Self::File { source, .. } if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) => true,
            other => other.is_full(),
        }
    }

    /// For a file that could not be used.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// True when the system had no room: on the disk, within a quota, or in a file that may not grow.
    pub fn is_full(&self) -> bool {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match self {
            Self::DiskFull(_) => true,
            Self::File { source, .. } => matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge),
            _ => false,
        }
    }

    /// True when trying the same again cannot help.
    pub fn is_permanent(&self) -> bool {
        matches!(
            self,
            Self::Newer
                | Self::OldSqlite(_)
                | Self::BoardExists
                | Self::Protocol(_)
                | Self::NotYourSpace
                | Self::NotYourSeat
                | Self::Unreadable(_)
        )
    }
}

//! Why a hub does not start, or could not do what it was asked. Sentences are for the person who runs it.

use std::path::PathBuf;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or a socket.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The database.
    #[error("the hub's database: {0}")]
    Database(#[from] sqlx::Error),
    /// The linked SQLite can corrupt a write-ahead log.
    #[error("SQLite {0} is too old: before 3.51.3 it can damage a database; update the hub")]
    OldSqlite(String),
    /// Written by a newer hub.
    #[error("the database has version {found} and this hub knows {known}; update the hub")]
    Newer {
        /// In the file.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// Another hub holds the directory.
    #[error("another hub already runs on {}", .0.display())]
    InUse(PathBuf),
    /// The key file is gone although boards trust it.
    #[error("{} is missing, but the boards kept here trust the key in it; put it back from a backup", .0.display())]
    KeyMissing(PathBuf),
    /// The key file is not 32 bytes.
    #[error("{} is damaged; put it back from a backup", .0.display())]
    KeyDamaged(PathBuf),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
    /// The stored state of a board cannot be right.
    #[error("a stored board is damaged: {0}")]
    Damaged(String),
    /// Constant of the hub reached.
    #[error("this hub holds as many boards as it takes")]
    Full,
}

impl Error {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// What the hub's functions answer.
pub type Result<T> = std::result::Result<T, Error>;

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
    /// Written by an older hub, and not to be changed now.
    #[error("the database has version {found} and this hub knows {known}; use the hub that wrote it, or serve it once")]
    Older {
        /// In the file.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// A file that should be there.
    #[error("{} is not there", .0.display())]
    Absent(PathBuf),
    /// A file that should not be there.
    #[error("{} is there already; nothing was written", .0.display())]
    Exists(PathBuf),
    /// A restore goes into an empty database.
    #[error("the database holds boards already; nothing was written")]
    NotEmpty,
    /// Another hub holds the directory.
    #[error("another hub already runs on {}", .0.display())]
    InUse(PathBuf),
    /// The key file is gone although boards trust it.
    #[error("{} is missing, but the boards kept here trust the key in it; put it back from a backup", .0.display())]
    KeyMissing(PathBuf),
    /// The key of a hub that kept boards, without them.
    #[error(
        "{} is not there, though this hub's key is: restore a backup, or start with --after-restore, and the devices bring \
         their boards back",
        .0.display()
    )]
    DatabaseLost(PathBuf),
    /// The key file is not 32 bytes.
    #[error("{} is damaged; put it back from a backup", .0.display())]
    KeyDamaged(PathBuf),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
    /// The stored state of a board cannot be right.
    #[error("a stored board is damaged: {0}")]
    Damaged(String),
    /// Its limit is reached.
    #[error("this hub holds {0} boards and takes no more; whoever runs it can raise --max-boards")]
    Full(i64),
    /// Not the address of a PostgreSQL.
    #[error("the address of the database cannot be read: {0}; one looks like postgres://user@host/name")]
    Address(String),
    /// The key file is another hub's.
    #[error("{} is not the key that the boards in this database trust; put the right one there", .0.display())]
    AnotherKey(PathBuf),
    /// TLS cannot begin with it.
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
    /// The database holds less than this process stored in it.
    #[error(
        "ALARM: the database went back to place {found} of board {workspace}, of which {known} entries were stored; \
         if it was restored from a backup, stop every replica and start with --after-restore"
    )]
    WentBack {
        /// Which board.
        workspace: String,
        /// What this process knows to be stored.
        known: u64,
        /// What is there now.
        found: u64,
    },
}

impl Error {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// What the hub's functions answer.
pub type Result<T> = std::result::Result<T, Error>;

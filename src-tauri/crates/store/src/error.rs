//! What can go wrong with a device's files, so that a caller can decide and a person can act.

use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database said no for another reason than those below.
    #[error("the database could not be used")]
    Database(#[source] sqlx::Error),
    /// No room. Nothing of what was asked was kept.
    #[error("not saved: disk full")]
    DiskFull(#[source] sqlx::Error),
    /// The file is not, or no longer, a sound database.
    #[error("a database file is damaged")]
    Damaged(#[source] sqlx::Error),
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
    /// Bytes in the view that this program did not write so.
    #[error("a stored record cannot be read: {0}")]
    Unreadable(String),
    /// The system gave no random bytes.
    #[error("no random numbers from the system")]
    NoEntropy,
    /// Asked for something the store cannot do as it stands.
    #[error("{0}")]
    Refused(&'static str),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let primary = error
            .as_database_error()
            .and_then(|e| e.code())
            .and_then(|code| code.parse::<i32>().ok());
        match primary.map(|code| code & 0xff) {
            Some(13) => Self::DiskFull(error),     // SQLITE_FULL
            Some(11 | 26) => Self::Damaged(error), // SQLITE_CORRUPT, SQLITE_NOTADB
            _ => Self::Database(error),
        }
    }
}

impl From<minicbor::decode::Error> for Error {
    fn from(error: minicbor::decode::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl Error {
    /// For a file that could not be used.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// True when trying the same again cannot help.
    pub fn is_permanent(&self) -> bool {
        matches!(
            self,
            Self::Newer | Self::OldSqlite(_) | Self::BoardExists | Self::Protocol(_) | Self::Unreadable(_)
        )
    }
}

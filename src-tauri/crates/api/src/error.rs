//! Errors as a shell shows them: a stable code where a screen has its own words, and one English sentence.

use crate::code::ErrorCode;
use crate::dto::ErrorDto;
use crate::problem::Problem;
use sidedesk_domain::membership::Refusal;
use sidedesk_store::{KeyringTrouble, KeysError};

/// What went wrong, for whoever asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no board in the data directory.
    #[error("there is no board here yet; found one or join one")]
    NoBoard,
    /// There is one already.
    #[error("there is a board here already")]
    BoardExists,
    /// There is something on it already.
    #[error("the board is not empty; a sample goes onto an empty one")]
    BoardNotEmpty,
    /// Another process writes.
    #[error("the board is open in {0}; close it there, then try again")]
    Held(String),
    /// No room.
    #[error("not saved: disk full")]
    DiskFull(#[source] sidedesk_store::Error),
    /// The disk did not take a write, or could not be read.
    #[error("{0}")]
    DiskFailed(#[source] sidedesk_store::Error),
    /// Written by a newer program.
    #[error("the board was written by a newer version of Sidedesk; update this program")]
    Newer,
    /// What was typed does not fit the field.
    #[error("{field}: {problem}")]
    Input {
        /// The field's name.
        field: String,
        /// What is wrong, and what to do.
        problem: Problem,
    },
    /// No such record.
    #[error("there is no {kind} with the id {id}")]
    NotFound {
        /// What was looked for.
        kind: String,
        /// Its id as given.
        id: String,
    },
    /// The file cannot be imported.
    #[error("{0}")]
    File(String),
    /// The file is damaged, and nobody has said that the sound part shall be imported.
    #[error("{0}")]
    FileDamaged(String),
    /// Somebody stopped the import.
    #[error("stopped; nothing of the file was imported")]
    ImportStopped,
    /// Nothing to take back or bring back.
    #[error("there is nothing to {0}")]
    NothingTo(&'static str),
    /// Everybody whose signature it needs has signed.
    #[error("everybody has signed this; there is nothing left to sign")]
    AlreadySigned,
    /// Something else is proposed by now.
    #[error("another proposal stands there by now; nothing was signed")]
    NewerProposal,
    /// One's own proposal.
    #[error("this is your own proposal; {0} signs it")]
    OwnProposal(&'static str),
    /// The other function's signature.
    #[error("your function does not sign this; {0} does")]
    NotYourFunction(&'static str),
    /// None is running.
    #[error("no standup is running today; start one first")]
    NoStandup,
    /// The invitation code, or the hub it names, does not work.
    #[error("{0}")]
    Invite(String),
    /// The hub cannot be reached, or does not do what was asked.
    #[error("{0}")]
    Hub(String),
    /// Somebody stopped it.
    #[error("stopped; what was done stays, and opening the board again goes on")]
    Stopped,
    /// The role does not allow it, or nobody may do that now.
    #[error("{0}")]
    NotAllowed(String),
    /// Nobody could invite or remove any more.
    #[error("the board's last lead stays until there is another one")]
    LastLead,
    /// The board's log is lost and nothing brings it back.
    #[error("{0}")]
    Lost(String),
    /// The key of this device's secret cannot be had, or none can be made.
    #[error(transparent)]
    Keys(KeysError),
    /// Anything else of the store.
    #[error("the board's files could not be used: {0}")]
    Store(#[source] sidedesk_store::Error),
}

impl Error {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        self.error_code().word()
    }

    fn error_code(&self) -> ErrorCode {
        match self {
            Self::NoBoard => ErrorCode::NoBoard,
            Self::BoardExists => ErrorCode::BoardExists,
            Self::BoardNotEmpty => ErrorCode::BoardNotEmpty,
            Self::Held(_) => ErrorCode::Held,
            Self::DiskFull(_) => ErrorCode::DiskFull,
            Self::DiskFailed(_) => ErrorCode::DiskFailed,
            Self::Newer => ErrorCode::Newer,
            Self::Input { problem, .. } => problem.code(),
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::File(_) => ErrorCode::File,
            Self::FileDamaged(_) => ErrorCode::FileDamaged,
            Self::ImportStopped => ErrorCode::ImportStopped,
            Self::NothingTo("redo") => ErrorCode::NothingToRedo,
            Self::NothingTo(_) => ErrorCode::NothingToUndo,
            Self::AlreadySigned => ErrorCode::AlreadySigned,
            Self::NewerProposal => ErrorCode::NewerProposal,
            Self::OwnProposal(_) => ErrorCode::OwnProposal,
            Self::NotYourFunction(_) => ErrorCode::NotYourFunction,
            Self::NoStandup => ErrorCode::NoStandup,
            Self::Invite(_) => ErrorCode::Invite,
            Self::Hub(_) => ErrorCode::Hub,
            Self::NotAllowed(_) => ErrorCode::NotAllowed,
            Self::Keys(error) => keys_code(error),
            Self::LastLead => ErrorCode::LastLead,
            Self::Stopped | Self::Lost(_) | Self::Store(_) => ErrorCode::Store,
        }
    }

    /// True when the board's files may be sound and only cannot be written.
    pub fn is_for_reading(&self) -> bool {
        match self {
            Self::DiskFull(error) | Self::DiskFailed(error) | Self::Store(error) => error.is_for_reading(),
            _ => false,
        }
    }

    /// As it crosses to a shell.
    pub fn dto(&self) -> ErrorDto {
        let mut detail = None;
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            detail = Some(cause.to_string());
            source = cause.source();
        }
        let (field, value) = match self {
            Self::Input { field, problem } => (Some(field.clone()), problem.value()),
            Self::NotFound { kind, .. } => (Some(kind.clone()), None),
            Self::Held(who) => (None, Some(who.clone())),
            Self::Keys(error) => (None, keys_value(error)),
            Self::OwnProposal(function) | Self::NotYourFunction(function) => (None, Some((*function).to_owned())),
            _ => (None, None),
        };
        ErrorDto {
            code: self.code().into(),
            message: self.to_string(),
            detail,
            field,
            value,
        }
    }

    pub(crate) fn input(field: impl Into<String>, problem: impl Into<Problem>) -> Self {
        Self::Input {
            field: field.into(),
            problem: problem.into(),
        }
    }
}

fn keys_code(error: &KeysError) -> ErrorCode {
    match error {
        KeysError::Keyring(KeyringTrouble::Locked) => ErrorCode::KeyringLocked,
        KeysError::Keyring(KeyringTrouble::Gone(_)) => ErrorCode::KeyringGone,
        KeysError::Keyring(KeyringTrouble::Silent) => ErrorCode::KeyringSilent,
        KeysError::Keyring(KeyringTrouble::Failed(_)) => ErrorCode::KeyringFailed,
        KeysError::NotKept(_) => ErrorCode::KeyringNotKept,
        KeysError::Missing(_) => ErrorCode::KeyringMissing,
        KeysError::Foreign(_) => ErrorCode::KeyringForeign,
        KeysError::PassphraseNeeded => ErrorCode::PassphraseNeeded,
        KeysError::WrongPassphrase => ErrorCode::PassphraseWrong,
        KeysError::ChoosePassphrase(_) => ErrorCode::PassphraseChoose,
        KeysError::Empty => ErrorCode::PassphraseEmpty,
        KeysError::TooShort => ErrorCode::PassphraseShort,
        KeysError::TooLong => ErrorCode::PassphraseLong,
        KeysError::Cost | KeysError::NoEntropy => ErrorCode::Store,
    }
}

/// What a window's own words leave open: the entry's name, what the keyring said, or a bound.
fn keys_value(error: &KeysError) -> Option<String> {
    match error {
        KeysError::Missing(entry) | KeysError::Foreign(entry) => Some(entry.clone()),
        KeysError::Keyring(KeyringTrouble::Failed(why)) => Some(why.clone()),
        KeysError::TooShort => Some(sidedesk_store::SHORTEST_PASSPHRASE.to_string()),
        _ => None,
    }
}

impl From<KeysError> for Error {
    fn from(error: KeysError) -> Self {
        Self::Keys(error)
    }
}

impl From<sidedesk_store::Error> for Error {
    fn from(error: sidedesk_store::Error) -> Self {
        match error {
            sidedesk_store::Error::NoBoard => Self::NoBoard,
            sidedesk_store::Error::BoardExists => Self::BoardExists,
            sidedesk_store::Error::Held(who) => Self::Held(who),
            sidedesk_store::Error::Newer => Self::Newer,
            sidedesk_store::Error::Cancelled => Self::Stopped,
            sidedesk_store::Error::Lost(sentence) => Self::Lost(sentence),
            sidedesk_store::Error::Protocol(sidedesk_protocol::Error::Refused(Refusal::LastLead)) => Self::LastLead,
            refused @ (sidedesk_store::Error::NotYourSpace
            | sidedesk_store::Error::NotYourSeat
            | sidedesk_store::Error::Protocol(sidedesk_protocol::Error::Refused(_))) => {
                Self::NotAllowed(refused.to_string())
            }
            sidedesk_store::Error::Keys(error) => Self::Keys(error),
            full if full.is_full() => Self::DiskFull(full),
            failed @ (sidedesk_store::Error::NotWritten(_) | sidedesk_store::Error::NotRead(_)) => {
                Self::DiskFailed(failed)
            }
            other => Self::Store(other),
        }
    }
}

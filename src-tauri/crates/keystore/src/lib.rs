//! Where the key of a device's secret lies: in the system's keyring, or in a person's head.
//!
//! A board's folder holds the device's secret sealed ([`SealingKey`]). What opens it is never in the folder: a random key in
//! the system's keyring, or one that is derived from a passphrase ([`Place`] says which, and stands in the file). So a
//! folder that is copied, backed up or synchronised is not a device, and neither is what a keyring holds: it takes both. The
//! keyring is written once, when a place is made ([`Keys::make`]), and only read afterwards: whatever else is sealed later
//! under the same key leaves it alone, and no entry is ever replaced.
//!
//! - **Never a new key where one should exist.** Each reason why a key cannot be had is an error of its own with a sentence
//!   ([`KeysError`]); nothing here makes up for one.
//! - Every question to the keyring ends: after [`ANSWER_PATIENCE`], or [`PROMPT_PATIENCE`] where the desktop asks the person.
//! - Knows no boards, no files and no windows. Keys and passphrases are wiped when dropped, and have no printed form.

mod error;
mod keyring;
mod passphrase;
mod sealing;

pub use error::{KeyringTrouble, KeysError};
pub use keyring::{ANSWER_PATIENCE, PROMPT_PATIENCE};
pub use passphrase::{Cost, LONGEST_PASSPHRASE, Passphrase, SHORTEST_PASSPHRASE};
pub use sealing::SealingKey;

use keyring::Prompting;
use minicbor::{Decode, Encode};
use std::time::Duration;

/// Rest after a passphrase that was wrong: nothing to a person, a lot to a program that guesses at the keyboard.
const WRONG_PAUSE: Duration = Duration::from_secs(1);

/// Where the key of a sealed secret lies. Stands in files: numbers are never used again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Place {
    /// In the system's keyring, under this name.
    #[n(0)]
    Keyring {
        /// The entry's name; no two places share one.
        #[n(0)]
        entry: String,
    },
    /// Nowhere: derived from a passphrase.
    #[n(1)]
    Passphrase {
        /// Random, so that the same passphrase makes another key each time.
        #[cbor(n(0), with = "minicbor::bytes")]
        salt: [u8; 16],
        /// What deriving costs.
        #[n(1)]
        cost: Cost,
    },
}

/// Where the key of a new secret goes, and whether one in the clear is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// Into the keyring when one answers; else under a passphrase. A secret in the clear moves when a keyring answers.
    #[default]
    Auto,
    /// Into the keyring, or nowhere.
    Keyring,
    /// Under a passphrase; no keyring is asked.
    Passphrase,
    /// New secrets lie in the file, in the clear, and nothing is moved: for tests, for programs nobody watches. A secret that
    /// is sealed already is opened as ever.
    File,
}

impl Choice {
    /// As it is typed.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "auto" => Self::Auto,
            "keyring" => Self::Keyring,
            "passphrase" => Self::Passphrase,
            "file" => Self::File,
            _ => return None,
        })
    }
}

/// How keys are come by: what was chosen, and the passphrase, once somebody has typed it.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// Where new ones go.
    pub choice: Choice,
    /// What a person typed.
    pub passphrase: Option<Passphrase>,
}

impl Keys {
    /// So chosen; nobody has typed anything.
    pub fn new(choice: Choice) -> Self {
        Self {
            choice,
            passphrase: None,
        }
    }

    /// New secrets in the clear: see [`Choice::File`].
    pub fn file() -> Self {
        Self::new(Choice::File)
    }

    /// The key of this place. A keyring that is locked lets the desktop ask the person.
    pub async fn key(&self, place: &Place) -> Result<SealingKey, KeysError> {
        match place {
            Place::Keyring { entry } => match keyring::get(entry, Prompting::Allowed).await {
                Ok(Some(kept)) => SealingKey::from_text(&kept).ok_or_else(|| KeysError::Foreign(entry.clone())),
                Ok(None) => Err(KeysError::Missing(entry.clone())),
                Err(trouble) => Err(KeysError::Keyring(trouble)),
            },
            Place::Passphrase { salt, cost } => {
                let passphrase = self.passphrase.clone().ok_or(KeysError::PassphraseNeeded)?;
                passphrase.derive(*salt, *cost).await
            }
        }
    }

    /// A new place for what is called `name`, as it was chosen; `None` for in the clear.
    pub async fn make(&self, name: &str) -> Result<Option<(Place, SealingKey)>, KeysError> {
        match self.choice {
            Choice::File => Ok(None),
            Choice::Keyring => in_keyring(name, Prompting::Allowed)
                .await
                .map(Some)
                .map_err(KeysError::NotKept),
            Choice::Passphrase => self.under_passphrase("").await.map(Some),
            Choice::Auto if self.passphrase.is_some() => self.under_passphrase("").await.map(Some),
            Choice::Auto => match in_keyring(name, Prompting::Allowed).await {
                Ok(made) => Ok(Some(made)),
                Err(trouble) => self.under_passphrase(&trouble.to_string()).await.map(Some),
            },
        }
    }

    /// A place for a secret that lies in the clear, when it is to be moved without anybody having asked just now: in the
    /// keyring, if one is open. `None` where nothing is to be moved.
    pub async fn place_unasked(&self, name: &str) -> Result<Option<(Place, SealingKey)>, KeysError> {
        match self.choice {
            Choice::File | Choice::Passphrase => Ok(None),
            Choice::Keyring => self.make(name).await,
            Choice::Auto => match in_keyring(name, Prompting::Never).await {
                Ok(made) => Ok(Some(made)),
                Err(trouble) => {
                    tracing::debug!(%trouble, "the secret stays in the clear");
                    Ok(None)
                }
            },
        }
    }

    async fn under_passphrase(&self, why: &str) -> Result<(Place, SealingKey), KeysError> {
        let passphrase = self.passphrase.clone();
        let passphrase = passphrase.ok_or_else(|| KeysError::ChoosePassphrase(why.to_owned()))?;
        passphrase.check_as_new()?;
        let (salt, cost) = (random()?, Cost::usual());
        let key = passphrase.derive(salt, cost).await?;
        Ok((Place::Passphrase { salt, cost }, key))
    }
}

/// What did not open under the key of its place: the sentence for that, after the pause that a wrong passphrase takes.
pub async fn did_not_open(place: &Place) -> KeysError {
    match place {
        Place::Keyring { entry } => KeysError::Foreign(entry.clone()),
        Place::Passphrase { .. } => {
            tokio::time::sleep(WRONG_PAUSE).await;
            KeysError::WrongPassphrase
        }
    }
}

/// A fresh key under a fresh name; it counts once it was read back.
async fn in_keyring(name: &str, prompting: Prompting) -> Result<(Place, SealingKey), KeyringTrouble> {
    let fresh = |_| KeyringTrouble::Failed("the system gave no random numbers".into());
    let number: [u8; 8] = random().map_err(fresh)?;
    let entry = format!("{name}-{}", data_encoding::HEXLOWER.encode(&number));
    let key = SealingKey::from_bytes(random().map_err(fresh)?);
    keyring::put(&entry, &key.to_text(), prompting).await?;
    let back = keyring::get(&entry, Prompting::Never).await?;
    if back.and_then(|kept| SealingKey::from_text(&kept)).as_ref() == Some(&key) {
        Ok((Place::Keyring { entry }, key))
    } else {
        Err(KeyringTrouble::Failed(format!("it did not keep the entry {entry}")))
    }
}

fn random<const N: usize>() -> Result<[u8; N], KeysError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| KeysError::NoEntropy)?;
    Ok(bytes)
}

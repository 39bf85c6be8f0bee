//! The system's keyring: one entry is one small text under one name. Which one it is depends on the system.

use crate::error::KeyringTrouble;
use std::time::Duration;
use zeroize::Zeroizing;

#[cfg(not(target_os = "linux"))]
mod native;
#[cfg(target_os = "linux")]
mod secret_service;

#[cfg(not(target_os = "linux"))]
use native as system;
#[cfg(target_os = "linux")]
use secret_service as system;

/// How long one question to the keyring may take: a program that the bus starts first needs a moment.
pub const ANSWER_PATIENCE: Duration = Duration::from_secs(5);
/// How long the desktop's own question to the person may stay open.
pub const PROMPT_PATIENCE: Duration = Duration::from_secs(120);

/// What entries are listed under in the system's password program.
const LABEL: &str = "Sidedesk";

/// May the desktop ask the person for the keyring's password?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompting {
    Allowed,
    Never,
}

/// The entry of this name; `None` when there is none.
pub async fn get(entry: &str, prompting: Prompting) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringTrouble> {
    system::get(entry, prompting).await
}

/// Writes an entry under a name that nothing else has.
pub async fn put(entry: &str, text: &str, prompting: Prompting) -> Result<(), KeyringTrouble> {
    system::put(entry, text, prompting).await
}

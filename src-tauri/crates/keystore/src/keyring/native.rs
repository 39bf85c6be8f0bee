//! Keychain and Credential Manager. Both block, so each question has a thread of its own, which is left behind when it
//! takes too long: the system's own window may be open above it.

use super::{LABEL, PROMPT_PATIENCE, Prompting};
use crate::error::KeyringTrouble;
#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};
use std::collections::HashMap;
#[cfg(windows)]
use windows_native_keyring_store::Store;
use zeroize::Zeroizing;

/// On Windows an entry stays on its computer: one that roams would make two devices of one.
#[cfg(windows)]
const MODIFIERS: [(&str, &str); 1] = [("persistence", "Local")];
#[cfg(target_os = "macos")]
const MODIFIERS: [(&str, &str); 0] = [];

pub async fn get(entry: &str, _prompting: Prompting) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringTrouble> {
    let name = entry.to_owned();
    match in_thread(move || entry_of(&name)?.get_secret()).await? {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(trouble(&error)),
    }
}

pub async fn put(entry: &str, text: &str, _prompting: Prompting) -> Result<(), KeyringTrouble> {
    let (name, text) = (entry.to_owned(), Zeroizing::new(text.to_owned()));
    let asked = in_thread(move || entry_of(&name)?.set_secret(text.as_bytes())).await;
    asked?.map_err(|error| trouble(&error))
}

fn entry_of(name: &str) -> keyring_core::Result<Entry> {
    Store::new()?.build(LABEL, name, Some(&HashMap::from(MODIFIERS)))
}

async fn in_thread<T: Send + 'static>(ask: impl FnOnce() -> T + Send + 'static) -> Result<T, KeyringTrouble> {
    match tokio::time::timeout(PROMPT_PATIENCE, tokio::task::spawn_blocking(ask)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) | Err(_) => Err(KeyringTrouble::Silent),
    }
}

fn trouble(error: &Error) -> KeyringTrouble {
    match error {
        Error::NoStorageAccess(_) => KeyringTrouble::Locked,
        other => KeyringTrouble::Failed(other.to_string()),
    }
}

//! Where this device's secret lies, a passphrase for it, and moving it.
//!
//! No key and no passphrase ever comes out of here: what goes in is text that somebody typed, what comes out is a word.

use crate::desk::Desk;
use crate::dto::KeysDto;
use crate::error::Error;

pub use sidedesk_store::{Keys, KeysChoice, KeysError, Passphrase};

impl Desk {
    /// Takes a passphrase for the next attempt at opening, founding or joining.
    pub fn give_passphrase(&self, passphrase: Passphrase) {
        self.set_passphrase(Some(passphrase));
    }

    /// Takes a new passphrase for the board that is founded or joined next.
    pub fn choose_passphrase(&self, passphrase: Passphrase) -> Result<(), Error> {
        passphrase.check_as_new()?;
        self.set_passphrase(Some(passphrase));
        Ok(())
    }

    /// The secret of the board that is founded or joined next stays in the folder, for whoever can read it.
    pub fn keep_secret_in_the_clear(&self) {
        self.set_keys(Keys::file());
    }

    /// Where this device's secret lies.
    pub async fn secret_place(&self) -> Result<KeysDto, Error> {
        let open = self.open_board().await?;
        let identity = open.store.identity();
        Ok(KeysDto {
            place: identity.place().word().to_owned(),
            entry: identity.keyring_entry().map(str::to_owned),
            device: identity.secret().id().to_string(),
            old_copies: open.store.old_identities(),
        })
    }

    /// Moves this device's secret to where `keys` say.
    pub async fn move_secret(&self, keys: &Keys) -> Result<KeysDto, Error> {
        self.open_board().await?.store.move_secret(keys).await?;
        self.secret_place().await
    }
}

//! A device's secret as a file holds it when it is not in the clear: sealed, beside where its key lies and whose it is.
//!
//! The file names the place of the key and the device's public key, so that a wrong, missing or foreign key is noticed and
//! never taken for a new beginning. The secret of the device that this one becomes ([`crate::renew`]) is sealed with it: a
//! renewal touches this file alone, and no keyring.

use crate::error::Error;
use minicbor::{Decode, Encode};
use sidedesk_keystore::{Keys, KeysError, Place, SealingKey, did_not_open};
use sidedesk_protocol::keys::DeviceSecret;
use zeroize::Zeroizing;

/// Where a device's secret lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretPlace {
    /// In the file, in the clear.
    Clear,
    /// Sealed in the file; the key is in the system's keyring.
    Keyring,
    /// Sealed in the file under a passphrase.
    Passphrase,
}

impl SecretPlace {
    /// As it is shown and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clear => "file",
            Self::Keyring => "keyring",
            Self::Passphrase => "passphrase",
        }
    }
}

/// What a sealed secret is written under again. `None` elsewhere stands for in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    place: Place,
    key: SealingKey,
}

impl Protection {
    /// For the secret of this device, as it was chosen.
    pub async fn make(keys: &Keys, secret: &DeviceSecret) -> Result<Option<Self>, Error> {
        let made = keys.make(&secret.id().to_string()).await?;
        Ok(made.map(|(place, key)| Self { place, key }))
    }

    /// For a secret in the clear that nobody has asked to move: see [`Keys::place_unasked`].
    pub async fn make_unasked(keys: &Keys, secret: &DeviceSecret) -> Result<Option<Self>, Error> {
        let made = keys.place_unasked(&secret.id().to_string()).await?;
        Ok(made.map(|(place, key)| Self { place, key }))
    }

    /// Which kind.
    pub fn kind(&self) -> SecretPlace {
        match self.place {
            Place::Keyring { .. } => SecretPlace::Keyring,
            Place::Passphrase { .. } => SecretPlace::Passphrase,
        }
    }

    /// The name of the keyring's entry.
    pub fn entry(&self) -> Option<&str> {
        match &self.place {
            Place::Keyring { entry } => Some(entry),
            Place::Passphrase { .. } => None,
        }
    }

    /// Seals secret and next secret for the file that `about` stands for.
    pub fn seal(&self, secret: &DeviceSecret, next: Option<&DeviceSecret>, about: &[u8]) -> SealedSecret {
        let mut plain = Zeroizing::new(Vec::with_capacity(64));
        for secret in [Some(secret), next].into_iter().flatten() {
            plain.extend_from_slice(Zeroizing::new(secret.to_bytes()).as_slice());
        }
        let verify_key = secret.verify_key();
        SealedSecret {
            sealed: self.key.seal(&plain, &belongings(&verify_key, about)),
            place: self.place.clone(),
            verify_key,
        }
    }
}

/// The sealed secret in its file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SealedSecret {
    /// Where the key lies.
    #[n(0)]
    place: Place,
    /// The device's public key: whose secret this is.
    #[cbor(n(1), with = "minicbor::bytes")]
    verify_key: [u8; 32],
    #[cbor(n(2), with = "minicbor::bytes")]
    sealed: Vec<u8>,
}

/// An opened one: the secret, the next one, and what they are sealed under.
pub type Opened = (DeviceSecret, Option<DeviceSecret>, Protection);

impl SealedSecret {
    /// Opens it with a key from its place.
    pub async fn open(&self, keys: &Keys, about: &[u8]) -> Result<Opened, KeysError> {
        let key = keys.key(&self.place).await?;
        let plain = key.open(&self.sealed, &belongings(&self.verify_key, about));
        let secrets = plain.as_ref().and_then(|plain| {
            let (secret, rest) = plain.split_first_chunk::<32>()?;
            let next = rest.first_chunk::<32>().map(|next| DeviceSecret::from_bytes(*next));
            Some((DeviceSecret::from_bytes(*secret), next))
        });
        match secrets {
            Some((secret, next)) if secret.verify_key() == self.verify_key => {
                let place = self.place.clone();
                Ok((secret, next, Protection { place, key }))
            }
            _ => Err(did_not_open(&self.place).await),
        }
    }
}

fn belongings(verify_key: &[u8; 32], about: &[u8]) -> Vec<u8> {
    [b"sidedesk 1 device secret".as_slice(), verify_key, about].concat()
}

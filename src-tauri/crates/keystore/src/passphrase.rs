//! Passphrases: what a person types, and the key that is derived from it (Argon2id).
//!
//! Typed text is brought into one form first (NFC), so that the same letters open the board on every keyboard and system.
//! What deriving costs stands beside what is sealed: a later version may spend more without shutting anybody out.

use crate::error::KeysError;
use crate::sealing::SealingKey;
use argon2::{Algorithm, Argon2, Params, Version};
use minicbor::{Decode, Encode};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Characters of a new passphrase, at least. Whoever has the folder may guess for as long as they like.
pub const SHORTEST_PASSPHRASE: usize = 10;
/// Bytes of a passphrase, at most: far more than anybody types, and no file that was named by mistake.
pub const LONGEST_PASSPHRASE: usize = 4096;
/// A file cannot make this program take more memory than 1 GiB,
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
/// work through it more often than this,
const MOST_PASSES: u32 = 16;
/// or in more lanes.
const MOST_LANES: u32 = 4;

/// What somebody typed. Wiped when dropped.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// As it was typed; a line's end behind it is not part of it.
    pub fn typed(text: &str) -> Result<Self, KeysError> {
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return Err(KeysError::Empty);
        }
        if line.len() > LONGEST_PASSPHRASE {
            return Err(KeysError::TooLong);
        }
        // Room enough for what it becomes: a string that grows leaves copies behind.
        let mut same = Zeroizing::new(String::with_capacity(line.len() * 4));
        same.extend(line.nfc());
        Ok(Self(same))
    }

    /// The same of a text that is wiped afterwards.
    pub fn taken(text: String) -> Result<Self, KeysError> {
        Self::typed(&Zeroizing::new(text))
    }

    /// One that is chosen now has to be long enough.
    pub fn check_as_new(&self) -> Result<(), KeysError> {
        if self.0.chars().count() < SHORTEST_PASSPHRASE {
            return Err(KeysError::TooShort);
        }
        Ok(())
    }

    /// The key: takes a moment and much memory, on a thread of its own.
    pub(crate) async fn derive(self, salt: [u8; 16], cost: Cost) -> Result<SealingKey, KeysError> {
        let params = cost.params()?;
        let derived = tokio::task::spawn_blocking(move || {
            let mut key = Zeroizing::new([0; 32]);
            let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let done = argon.hash_password_into(self.0.as_bytes(), &salt, key.as_mut_slice());
            done.map(|()| SealingKey::from_bytes(*key))
        });
        derived.await.ok().and_then(Result::ok).ok_or(KeysError::Cost)
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase")
    }
}

/// What deriving a key costs. Stands in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Cost {
    /// Memory, in KiB.
    #[n(0)]
    memory_kib: u32,
    /// How often it is worked through.
    #[n(1)]
    passes: u32,
    /// In how many lanes.
    #[n(2)]
    lanes: u32,
}

impl Cost {
    /// RFC 9106's second choice in one lane: 64 MiB, three passes. A fraction of a second on a desktop.
    pub fn usual() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }

    fn params(self) -> Result<Params, KeysError> {
        if self.memory_kib > MOST_MEMORY_KIB || self.passes > MOST_PASSES || self.lanes > MOST_LANES {
            return Err(KeysError::Cost);
        }
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| KeysError::Cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn key(text: &str) -> SealingKey {
        let small = Cost {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        };
        Passphrase::typed(text).unwrap().derive([7; 16], small).await.unwrap()
    }

    #[tokio::test]
    async fn the_same_letters_make_the_same_key_however_they_are_typed() {
        assert_eq!(key("zwölf Käfer").await, key("zwo\u{308}lf Ka\u{308}fer").await);
        assert_eq!(key("with a line's end").await, key("with a line's end\r\n").await);
        assert_eq!(key("🦊🦊 und 🦊").await, key("🦊🦊 und 🦊").await);
        assert_ne!(key("one two three").await, key("one two three ").await);
        assert_ne!(key("one two three").await, key("One two three").await);
    }

    #[test]
    fn what_is_no_passphrase_is_said() {
        let typed = |text: &str| Passphrase::typed(text).map(|_| ());
        assert_eq!(typed(""), Err(KeysError::Empty));
        assert_eq!(typed("\n"), Err(KeysError::Empty));
        assert_eq!(typed(&"x".repeat(LONGEST_PASSPHRASE)), Ok(()));
        assert_eq!(typed(&"x".repeat(LONGEST_PASSPHRASE + 1)), Err(KeysError::TooLong));
        let new = |text: &str| Passphrase::typed(text).and_then(|typed| typed.check_as_new());
        assert_eq!(new("123456789"), Err(KeysError::TooShort));
        assert_eq!(new("1234567890"), Ok(()));
        assert_eq!(
            new("🦊🦊🦊🦊🦊🦊🦊🦊🦊"),
            Err(KeysError::TooShort),
            "characters, not bytes"
        );
    }

    #[test]
    fn a_passphrase_has_no_printed_form() {
        let keys = crate::Keys {
            passphrase: Some(Passphrase::typed("canary in the mine").unwrap()),
            ..crate::Keys::file()
        };
        assert!(!format!("{keys:?}").contains("canary"));
    }

    #[tokio::test]
    async fn a_file_cannot_ask_for_the_whole_machine() {
        let usual = Cost::usual();
        for cost in [
            Cost {
                memory_kib: MOST_MEMORY_KIB + 1,
                ..usual
            },
            Cost {
                passes: MOST_PASSES + 1,
                ..usual
            },
            Cost {
                lanes: MOST_LANES + 1,
                ..usual
            },
            Cost { passes: 0, ..usual },
            Cost { memory_kib: 0, ..usual },
        ] {
            let passphrase = Passphrase::typed("one two three").unwrap();
            assert_eq!(passphrase.derive([0; 16], cost).await, Err(KeysError::Cost), "{cost:?}");
        }
    }
}

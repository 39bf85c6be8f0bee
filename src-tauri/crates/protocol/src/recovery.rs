//! The printed words that let a lead back in when every lead's device is lost, and words to compare by voice.
//!
//! The words are 32 random bytes in the English list of BIP-39, with its checksum. A device secret derives from them, so on
//! the board they are a device that nobody carries: epoch keys are wrapped to it, and it can do one thing, admit a device
//! as a lead's (`Role::Recovery`). The sheet that is printed also bears a [`BoardCode`], which says where the board is and
//! is no secret.

use crate::keys::{DeviceSecret, Entropy};
use crate::membership::DeviceKeys;
use crate::{Error, code};
use bip39::{Language, Mnemonic};
use minicbor::{Decode, Encode};
use sidedesk_domain::nearest::{distance, may_differ};
use sidedesk_domain::{MemberId, WorkspaceId};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How many words are printed.
pub const WORDS: usize = 24;
/// How many are compared by voice: 44 bits, of which nobody tries all while two people talk.
pub const VOICE_WORDS: usize = 4;
const BITS_OF_A_WORD: u32 = 11;

/// What is printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryWords([u8; 32]);

/// Why typed words are not those of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWords {
    /// Too few or too many.
    #[error("there are {0} words; a recovery sheet has 24")]
    Count(usize),
    /// Not on the list.
    #[error("word {place}, \"{typed}\", is not one that a sheet can have{}", meant.map_or(String::new(), |word| format!("; \"{word}\" is")))]
    Unknown {
        /// Which, from 1.
        place: usize,
        /// What was typed.
        typed: String,
        /// The nearest that there is.
        meant: Option<&'static str>,
    },
    /// Each is on the list, and together they are not those of a sheet.
    #[error(
        "every word is known, and together they are not those of a sheet: one is another word than on the paper, or two changed places"
    )]
    Checksum,
}

impl RecoveryWords {
    /// Fresh ones.
    pub fn new(entropy: &mut Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// As they are printed.
    pub fn words(&self) -> Result<Vec<&'static str>, Error> {
        let mnemonic = Mnemonic::from_entropy_in(Language::English, &self.0).map_err(Error::encoding)?;
        Ok(mnemonic.words().collect())
    }

    /// From what somebody typed: any case, any blanks, numbers in front of words do not matter.
    pub fn from_text(text: &str) -> Result<Self, BadWords> {
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .take(WORDS + 1)
            .map(str::to_lowercase)
            .collect();
        for (i, word) in words.iter().enumerate() {
            if Language::English.find_word(word).is_none() {
                let (place, typed) = (i + 1, word.clone());
                let meant = nearest(word);
                return Err(BadWords::Unknown { place, typed, meant });
            }
        }
        if words.len() != WORDS {
            return Err(BadWords::Count(words.len()));
        }
        let mnemonic =
            Mnemonic::parse_in_normalized(Language::English, &words.join(" ")).map_err(|_| BadWords::Checksum)?;
        let (bytes, _) = mnemonic.to_entropy_array();
        let bytes = bytes.first_chunk::<32>().ok_or(BadWords::Checksum)?;
        Ok(Self(*bytes))
    }

    /// The secret of the device that they are.
    pub fn secret(&self) -> DeviceSecret {
        DeviceSecret::from_bytes(blake3::derive_key("sidedesk 1 recovery words", &self.0))
    }

    /// Its public keys, under a member that nobody else can be.
    pub fn keys(&self) -> DeviceKeys {
        crate::author::device_keys(&self.secret(), self.member())
    }

    /// The member behind it.
    pub fn member(&self) -> MemberId {
        MemberId::of("recovery", &[&self.secret().verify_key()])
    }
}

impl std::fmt::Debug for RecoveryWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecoveryWords of {}", self.secret().id())
    }
}

fn nearest(typed: &str) -> Option<&'static str> {
    let near = Language::English
        .word_list()
        .iter()
        .map(|word| (distance(typed, word), *word));
    let best = near.min()?;
    (best.0 <= may_differ(typed)).then_some(best.1)
}

/// Four words for these bytes, for two people to compare.
pub(crate) fn voice_words(parts: &[&[u8]]) -> [&'static str; VOICE_WORDS] {
    let digest = parts.iter().fold(
        blake3::Hasher::new_derive_key("sidedesk 1 voice words"),
        |mut hasher, part| {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
            hasher
        },
    );
    let list = Language::English.word_list();
    let mut bits = [0; 8];
    digest.finalize_xof().fill(&mut bits);
    let mut bits = u64::from_be_bytes(bits);
    [(); VOICE_WORDS].map(|()| {
        let index = bits >> (u64::BITS - BITS_OF_A_WORD);
        bits <<= BITS_OF_A_WORD;
        list.get(index as usize).copied().unwrap_or("")
    })
}

/// Where a board is, for the sheet: nobody gets in with it alone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct BoardCode {
    /// Where the hub is.
    #[n(0)]
    pub address: String,
    /// The hub's signing key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hub_key: [u8; 32],
    /// Which workspace.
    #[n(2)]
    pub workspace: WorkspaceId,
}

impl BoardCode {
    /// As text: base32, lower case.
    pub fn to_text(&self) -> Result<String, Error> {
        code::to_text("sidedesk 1 board code", self)
    }

    /// Reads what was typed off a sheet.
    pub fn from_text(text: &str) -> Result<Self, code::BadCode> {
        code::from_text("sidedesk 1 board code", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> RecoveryWords {
        RecoveryWords::new(&mut Entropy::new([7; 32]))
    }

    #[test]
    fn words_come_back_as_they_were_printed_however_they_are_typed() {
        let words = sheet().words().unwrap();
        assert_eq!(words.len(), WORDS);
        let numbered = words
            .iter()
            .enumerate()
            .map(|(i, word)| format!("{}. {}\n", i + 1, word.to_uppercase()));
        let read = RecoveryWords::from_text(&numbered.collect::<String>()).unwrap();
        assert_eq!(read.secret().id(), sheet().secret().id());
        assert_eq!(read.keys(), sheet().keys());
    }

    #[test]
    fn a_wrong_word_is_named() {
        let words = sheet().words().unwrap();
        let with = |place: usize, word: &'static str| {
            let mut words = words.clone();
            words[place] = word;
            RecoveryWords::from_text(&words.join(" ")).unwrap_err()
        };
        let sentence = with(4, "abandom").to_string();
        assert!(
            sentence.starts_with("word 5, \"abandom\"") && sentence.contains("\"abandon\" is"),
            "{sentence}"
        );
        assert!(matches!(
            with(0, "xyzzyxyzzy"),
            BadWords::Unknown {
                place: 1,
                meant: None,
                ..
            }
        ));
        let other = if words[3] == "zoo" { "zone" } else { "zoo" };
        assert_eq!(with(3, other), BadWords::Checksum);
        assert_eq!(
            RecoveryWords::from_text(&words[..23].join(" ")).unwrap_err(),
            BadWords::Count(23)
        );
        assert_eq!(RecoveryWords::from_text("").unwrap_err(), BadWords::Count(0));
    }

    #[test]
    fn voice_words_tell_things_apart() {
        let words = |a: &str, b: &str| voice_words(&[a.as_bytes(), b.as_bytes()]);
        assert_eq!(words("ab", "c"), words("ab", "c"));
        assert_ne!(words("ab", "c"), words("a", "bc"));
        assert!(words("", "").iter().all(|word| !word.is_empty()));
    }

    #[test]
    fn a_board_code_is_no_invitation() {
        let code = BoardCode {
            address: "wss://hub.example.com".into(),
            hub_key: [1; 32],
            workspace: WorkspaceId([2; 32]),
        };
        let text = code.to_text().unwrap();
        assert_eq!(BoardCode::from_text(&text), Ok(code));
        assert_eq!(
            crate::invite::InviteCode::from_text(&text).err(),
            Some(code::BadCode::Checksum)
        );
    }
}

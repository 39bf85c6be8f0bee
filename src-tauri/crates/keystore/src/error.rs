//! Why a key cannot be had: each reason has its own sentence, which says what, where and what to do.

use crate::passphrase::{LONGEST_PASSPHRASE, SHORTEST_PASSPHRASE};

/// What is the matter with the system's keyring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringTrouble {
    /// There is none, or nothing answers in its place: why.
    #[error("no keyring answers here: {0}")]
    Gone(String),
    /// It is there and did not answer in time.
    #[error("the keyring does not answer")]
    Silent,
    /// Locked, and nobody unlocked it.
    #[error("the keyring is locked")]
    Locked,
    /// It answered with an error.
    #[error("the keyring refuses: {0}")]
    Failed(String),
}

/// Why a key cannot be had or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The keyring, in which the key lies, cannot be used.
    #[error("{}", keyring_sentence(.0))]
    Keyring(KeyringTrouble),
    /// A new key was to go into the keyring, and it cannot.
    #[error("the secret of this device cannot go into the keyring: {0}. Nothing was changed")]
    NotKept(KeyringTrouble),
    /// The keyring answers and has no such entry.
    #[error(
        "the keyring has no entry {0}, in which the key of this device lies. The entry is there for the user and the computer \
         that made it, and only until somebody removes it. Open the board there, or put the entry back from a backup of the \
         keyring; where neither is possible, join again as a new device with a code from a colleague. Nothing was changed"
    )]
    Missing(String),
    /// The keyring has an entry of this name, and it is not the key.
    #[error(
        "the entry {0} of the keyring holds something else than the key of this device. Put the right entry back from a \
         backup of the keyring, or join again as a new device with a code from a colleague. Nothing was changed"
    )]
    Foreign(String),
    /// A passphrase opens it, and nobody has typed one.
    #[error(
        "the secret of this device is sealed under a passphrase; type it in a terminal or in the window, or name a file that \
         holds it with --passphrase-file FILE (SIDEDESK_PASSPHRASE_FILE). Nothing was changed"
    )]
    PassphraseNeeded,
    /// It does not open.
    #[error(
        "the passphrase does not open this board. Look at capitals and the keyboard's language, and try again; nothing is lost"
    )]
    WrongPassphrase,
    /// A new secret needs a place, there is no keyring (why), and nobody has chosen a passphrase.
    #[error("{}", choose_sentence(.0))]
    ChoosePassphrase(String),
    /// No passphrase at all.
    #[error("the passphrase is empty; type one")]
    Empty,
    /// Too short for a new one.
    #[error("the passphrase is shorter than {SHORTEST_PASSPHRASE} characters; four or five words are easy to keep")]
    TooShort,
    /// Longer than anybody types.
    #[error("the passphrase is longer than {LONGEST_PASSPHRASE} bytes; choose a shorter one")]
    TooLong,
    /// The file asks for more than this program spends on a passphrase.
    #[error(
        "the file says that a passphrase is worked on in a way that this program does not do; update it, or restore the file"
    )]
    Cost,
    /// The system gave no random bytes.
    #[error("no random numbers from the system")]
    NoEntropy,
}

impl KeysError {
    /// True when a passphrase, or another one, is what is missing.
    pub fn asks_for_passphrase(&self) -> bool {
        matches!(self, Self::PassphraseNeeded | Self::WrongPassphrase | Self::Empty)
    }
}

fn keyring_sentence(trouble: &KeyringTrouble) -> String {
    match trouble {
        KeyringTrouble::Locked => {
            "the keyring is locked, and the key of this device lies in it. Unlock it in your system's \
             password program, or sign in again, and open the board again. Nothing was changed"
                .into()
        }
        KeyringTrouble::Gone(why) => format!(
            "the key of this device lies in a keyring, and none answers here ({why}). Sign in to your desktop as the same \
             user, or start the keyring, and open the board again. Nothing was changed"
        ),
        KeyringTrouble::Silent => {
            "the key of this device lies in the keyring, and the keyring does not answer. Restart it, or \
             sign in again, and open the board again. Nothing was changed"
                .into()
        }
        KeyringTrouble::Failed(why) => format!(
            "the key of this device lies in the keyring, and the keyring refuses ({why}). Look at it in your system's \
             password program, and open the board again. Nothing was changed"
        ),
    }
}

fn choose_sentence(why: &str) -> String {
    let cause = if why.is_empty() {
        String::new()
    } else {
        format!(" ({why})")
    };
    format!(
        "this device's secret needs a place{cause}. Choose a passphrase in a terminal or in the window, or name a file that \
         holds one with --passphrase-file FILE (SIDEDESK_PASSPHRASE_FILE); --keys file (SIDEDESK_KEYS=file) keeps the secret \
         in the folder in the clear, where everybody who can read the folder can read it"
    )
}

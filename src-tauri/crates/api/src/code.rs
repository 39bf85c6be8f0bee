//! Every error code that Rust can send to a window, at one place: a window has words of its own for each of them.

/// The word of each code, as it is written here and nowhere else.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        /// The stable word of an error. What a window says for it may change, the word never does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
        #[ts(export)]
        pub enum ErrorCode { $($(#[$doc])* #[serde(rename = $word)] $variant,)* }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As it is sent.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

codes! {
    /// No board in the data directory.
    NoBoard = "no_board",
    /// There is one already.
    BoardExists = "board_exists",
    /// There is something on the board already: a sample goes onto an empty one.
    BoardNotEmpty = "board_not_empty",
    /// Another process writes. Value: which.
    Held = "held",
    /// Not saved: no room on the disk.
    DiskFull = "disk_full",
    /// The disk did not take a write (a quota, a limit, a fault), or could not be read; the message says which.
    DiskFailed = "disk_failed",
    /// The board was written by a newer version.
    Newer = "newer",
    /// No such record. Field: its kind.
    NotFound = "not_found",
    /// Nothing to take back.
    NothingToUndo = "nothing_to_undo",
    /// Nothing to bring back.
    NothingToRedo = "nothing_to_redo",
    /// The file cannot be imported; the message says why.
    File = "file",
    /// The file is damaged, and nobody has said that its sound part shall be imported.
    FileDamaged = "file_damaged",
    /// Somebody stopped the import before it was saved: nothing of it is there.
    ImportStopped = "import_stopped",
    /// The invitation code does not work; the message says why.
    Invite = "invite",
    /// The hub cannot be reached, or does not do what was asked; the message says why.
    Hub = "hub",
    /// The role does not allow it, or nobody may do that now; the message says why.
    NotAllowed = "not_allowed",
    /// The board's last lead cannot go, nor become something else.
    LastLead = "last_lead",
    /// The board's files could not be used.
    Store = "store",

    /// The key of this device lies in the keyring, and the keyring is locked.
    KeyringLocked = "keyring_locked",
    /// It lies in a keyring, and none answers.
    KeyringGone = "keyring_gone",
    /// It lies in the keyring, which takes too long.
    KeyringSilent = "keyring_silent",
    /// It lies in the keyring, which refuses. Value: what it says.
    KeyringFailed = "keyring_failed",
    /// A new key cannot go into the keyring.
    KeyringNotKept = "keyring_not_kept",
    /// The keyring has no such entry. Value: its name.
    KeyringMissing = "keyring_missing",
    /// The keyring's entry is not this device's key. Value: its name.
    KeyringForeign = "keyring_foreign",
    /// A passphrase opens this device's secret, and none was typed.
    PassphraseNeeded = "passphrase_needed",
    /// The passphrase does not open it.
    PassphraseWrong = "passphrase_wrong",
    /// There is no keyring: a passphrase has to be chosen before there is a board.
    PassphraseChoose = "passphrase_choose",
    /// No passphrase was typed.
    PassphraseEmpty = "passphrase_empty",
    /// Too short for a new one. Value: how many characters it takes.
    PassphraseShort = "passphrase_short",
    /// Longer than is taken.
    PassphraseLong = "passphrase_long",

    /// What was typed does not fit the field, for a reason without a code of its own; the message says why.
    Input = "input",
    /// The field cannot be empty.
    InputEmpty = "input_empty",
    /// Not a date. Value: what was typed.
    InputDate = "input_date",
    /// Not a time of day. Value: what was typed.
    InputTime = "input_time",
    /// Not a whole number. Value: what was typed.
    InputNumber = "input_number",
    /// Not a zone. Value: what was typed.
    InputZone = "input_zone",
    /// None of the words that are allowed. Value: those, with commas.
    InputChoice = "input_choice",
    /// Out of range. Value: what is allowed, such as `1–5` or `≥ 0`.
    InputRange = "input_range",
    /// Too long. Value: how many kB fit.
    InputLong = "input_long",
    /// Too many at once. Value: how many fit.
    InputMany = "input_many",
    /// The end lies before the start.
    InputOrder = "input_order",
    /// The date lies in the past. Value: what was typed.
    InputPast = "input_past",
    /// Not the id of a record. Value: of which kind it must be.
    InputLink = "input_link",
    /// Not the address of a hub. Value: what was typed.
    InputAddress = "input_address",
    /// Not how many words a recovery sheet has. Value: how many there are.
    InputWordCount = "input_word_count",
    /// A word that no recovery sheet has. Value: its place, what was typed, and the nearest that there is.
    InputWord = "input_word",
    /// Words that a sheet can have, and not together.
    InputWordsTogether = "input_words_together",
    /// Not the word at this place of the sheet that was shown. Value: the place.
    InputSheetWord = "input_sheet_word",
    /// Not the board code of a recovery sheet.
    InputBoardCode = "input_board_code",
    /// There is no such field. Value: those there are.
    InputUnknownField = "input_unknown_field",

    /// Nothing to sign: everybody whose signature it needs has signed.
    AlreadySigned = "already_signed",
    /// Not signed: another proposal about the same stands there by now.
    NewerProposal = "newer_proposal",
    /// Nothing to sign for this person: it is their own proposal, and the other function signs.
    OwnProposal = "own_proposal",
    /// This person's function does not sign this. Value: the function that does.
    NotYourFunction = "not_your_function",
    /// No standup is running today.
    NoStandup = "no_standup",

    /// The file is larger than the bridge between page and program takes.
    FileTooLarge = "file_too_large",
    /// An import was asked for before a file was given.
    NoFile = "no_file",
    /// Page and program do not fit together.
    BadRequest = "bad_request",
    /// The link leads nowhere that is opened from here.
    Link = "link",
    /// What a window keeps for itself has grown too large.
    KeptTooLong = "kept_too_long",
    /// What a window keeps for itself is not on the disk.
    NotKept = "not_kept",
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn the_word_that_is_sent_is_the_word_that_the_pages_know() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.word());
        }
    }
}

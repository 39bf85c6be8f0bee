//! Where this device's secret lies: what was asked for on the command line, and a passphrase, typed unseen.
//!
//! Only a person at a terminal is asked. A script that founds or joins where there is no keyring gets a secret in the clear, and
//! is told so; one that opens what a passphrase protects is told the ways out by the error itself.

use crate::args::Args;
use crate::print::{self, Out};
use anyhow::{Context as _, Result, bail};
use sidedesk_api::dto::{KeysDto, UnsentDto};
use sidedesk_api::{Desk, Error, Keys, KeysChoice, KeysError, Passphrase};
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

/// Read of a file that holds a passphrase, at most: more than any passphrase, and no film that was named by mistake.
const MOST_OF_A_FILE: u64 = 64 * 1024;

/// How keys are come by.
pub fn of(args: &Args) -> Result<Keys> {
    let mut keys = Keys::new(choice(&args.keys)?);
    if let Some(file) = &args.passphrase_file {
        keys.passphrase = Some(from_file(file)?);
    }
    Ok(keys)
}

fn choice(word: &str) -> Result<KeysChoice> {
    KeysChoice::from_word(word).with_context(|| format!("\"{word}\" is none of auto, keyring, passphrase, file"))
}

fn from_file(file: &Path) -> Result<Passphrase> {
    let mut text = String::new();
    let read = std::fs::File::open(file).and_then(|opened| opened.take(MOST_OF_A_FILE).read_to_string(&mut text));
    read.with_context(|| format!("{} could not be read", file.display()))?;
    let passphrase = Passphrase::typed(text.lines().next().unwrap_or_default()).map_err(Error::from);
    passphrase.with_context(|| format!("{} holds no passphrase", file.display()))
}

/// The passphrase that this error asks for, when somebody is there to type it; else the error.
pub fn answer(error: Error) -> Result<Passphrase> {
    let Error::Keys(why) = &error else {
        return Err(error.into());
    };
    if !is_somebody_there() {
        return Err(error.into());
    }
    match why {
        KeysError::PassphraseNeeded => ask("Passphrase of this board: "),
        KeysError::WrongPassphrase => {
            print::note(&sentence(why));
            ask("Passphrase of this board: ")
        }
        KeysError::ChoosePassphrase(_) => {
            print::note(
                "There is no keyring here, so a passphrase protects this device's secret. Nobody can bring it back.",
            );
            ask_new()
        }
        _ => Err(error.into()),
    }
}

/// A board is founded or joined with no keyring, nobody to choose a passphrase, and no word about it: the secret stays in the
/// folder. `status` goes on saying so.
pub fn is_for_a_script(args: &Args, error: &Error) -> bool {
    let asks = matches!(error, Error::Keys(KeysError::ChoosePassphrase(_)));
    asks && choice(&args.keys).is_ok_and(|choice| choice == KeysChoice::Auto)
        && args.passphrase_file.is_none()
        && !is_somebody_there()
}

fn is_somebody_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn ask(prompt: &str) -> Result<Passphrase> {
    loop {
        let typed = rpassword::prompt_password(prompt).context("no passphrase was typed")?;
        match Passphrase::typed(&typed) {
            Ok(passphrase) => return Ok(passphrase),
            Err(why) => print::note(&sentence(&why)),
        }
    }
}

fn ask_new() -> Result<Passphrase> {
    loop {
        let typed = rpassword::prompt_password("New passphrase: ").context("no passphrase was typed")?;
        let chosen = Passphrase::typed(&typed).and_then(|chosen| chosen.check_as_new().map(|()| chosen));
        match chosen {
            Err(why) => print::note(&sentence(&why)),
            Ok(chosen) => {
                let again = rpassword::prompt_password("The same again: ").context("no passphrase was typed")?;
                if again == typed {
                    return Ok(chosen);
                }
                print::note("The two are not the same. Type both again.");
            }
        }
    }
}

fn sentence(why: &KeysError) -> String {
    let text = why.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// Shows where the secret lies, or moves it.
pub async fn command(args: &Args, desk: &Desk, out: &Out, to: Option<&str>, new: Option<&Path>) -> Result<()> {
    let Some(to) = to else {
        return said(out, &desk.secret_place().await?);
    };
    let choice = choice(to)?;
    let passphrase = match (choice, new) {
        (KeysChoice::Passphrase, Some(file)) => Some(from_file(file)?),
        (KeysChoice::Passphrase, None) if is_somebody_there() => Some(ask_new()?),
        (KeysChoice::Passphrase, None) => {
            let is_new = desk.secret_place().await?.place != "passphrase";
            match args.passphrase_file.as_deref().filter(|_| is_new) {
                Some(file) => Some(from_file(file)?),
                None => bail!("name a file that holds the new passphrase: --new-passphrase-file FILE"),
            }
        }
        _ => None,
    };
    said(out, &desk.move_secret(&Keys { choice, passphrase }).await?)
}

fn said(out: &Out, keys: &KeysDto) -> Result<()> {
    out.say(keys, || {
        let mut lines = vec![match (keys.place.as_str(), &keys.entry) {
            ("keyring", Some(entry)) => {
                format!("The secret of this device is sealed; its key lies in the system's keyring, entry {entry}.")
            }
            ("passphrase", _) => "The secret of this device is sealed under a passphrase.".into(),
            _ => CLEAR.into(),
        }];
        let old = keys.old_copies.iter();
        lines.extend(old.map(|name| {
            format!("{name} in the folder is an older copy and may hold a secret in the clear; remove it when it is not needed.")
        }));
        lines
    })
}

/// What was done here and never got away.
pub fn unsent(dir: &Path, out: &Out) -> Result<()> {
    let waiting = sidedesk_api::unsent(dir)?;
    out.say(&waiting, || {
        if waiting.is_empty() {
            return vec!["Nothing waits here.".into()];
        }
        let line = |one: &UnsentDto| format!("{}  {} {}  {}", one.at, one.kind, one.id, one.changes.join(" · "));
        waiting.iter().map(line).collect()
    })
}

/// For a secret that nothing protects.
pub const CLEAR: &str = "The secret of this device lies in the clear in the file identity: whoever can read the folder can \
                         act as this device. `sidedesk keys keyring` or `sidedesk keys passphrase` seals it.";

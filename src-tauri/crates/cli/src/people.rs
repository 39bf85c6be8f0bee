//! Inviting, removing, roles, and the printed words, from a terminal.

use crate::args::Command;
use crate::print::{self, Out};
use anyhow::{Context as _, Result};
use sidedesk_api::{Desk, WORDS_TYPED_BACK, voice_words};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

/// More than 24 words in any spelling need; a wrong file is not read whole.
const MAX_WORDS_LEN: u64 = 64 * 1024;

/// Who comes, who goes, who may what.
pub async fn run(command: &Command, desk: &Desk, out: &Out) -> Result<()> {
    match command {
        Command::Share { address, role } => invited(out, &desk.share(address, role).await?),
        Command::Invite { own_device: true, .. } => invited(out, &desk.invite_own().await?),
        Command::Invite { role, .. } => invited(out, &desk.invite(role).await?),
        Command::Remove { device: Some(id), .. } => {
            desk.remove_device(id).await?;
            out.done("The device is removed. What it has stays readable there; what is written from now on does not.")
        }
        Command::Remove {
            member: Some(member),
            to,
            ..
        } => {
            desk.remove_member(member, to.as_deref()).await?;
            out.done("They are removed. What they have stays readable there; what is written from now on does not.")
        }
        Command::Role { member, role } => {
            desk.set_role(member, role).await?;
            out.done("Their role is changed.")
        }
        _ => Ok(()),
    }
}

fn invited(out: &Out, code: &str) -> Result<()> {
    out.code(code, &voice_words(code)?)
}

/// Prints a sheet, and takes two words back from it.
pub async fn words(desk: &Desk, out: &Out) -> Result<()> {
    let sheet = desk.recovery_sheet().await?;
    out.sheet(&sheet)?;
    let mut typed = Vec::new();
    for place in places(sheet.words.len())? {
        print::note(&format!("Word {place} of the sheet:"));
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .context("nothing can be typed here")?;
        typed.push((place, line));
    }
    desk.confirm_sheet(&typed).await?;
    print::note("The sheet holds. Keep it on paper, away from the computers; any sheet before it holds no more.");
    Ok(())
}

/// Which words are asked for.
fn places(words: usize) -> Result<BTreeSet<usize>> {
    let mut places = BTreeSet::new();
    while places.len() < WORDS_TYPED_BACK {
        let random = getrandom::u32().context("this computer gives no randomness")? as usize;
        places.insert(random % words.max(1) + 1);
    }
    Ok(places)
}

/// The words as somebody typed them, from a file or from the standard input.
pub fn typed_words(file: Option<&Path>) -> Result<String> {
    let mut text = String::new();
    match file {
        Some(file) => {
            let opened = std::fs::File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
            opened.take(MAX_WORDS_LEN).read_to_string(&mut text)
        }
        None => {
            print::note("Type the 24 words of the sheet, then end the input (Ctrl D).");
            std::io::stdin().take(MAX_WORDS_LEN).read_to_string(&mut text)
        }
    }
    .context("the words cannot be read")?;
    Ok(text)
}

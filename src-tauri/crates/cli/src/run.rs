//! From arguments to one call of `api`, and from its answer to a line or a document.

use crate::aftermath;
use crate::args::{Args, Command, Verb};
use crate::imports;
use crate::keys;
use crate::past;
use crate::people;
use crate::print::{self, Out};
use crate::privacy;
use crate::proposals;
use crate::recurrence;
use crate::standup::{self, Meeting};
use anyhow::{Context as _, Result, anyhow, bail};
use sidedesk_api::dto::FieldInputDto;
use sidedesk_api::{Clock, Desk, DeskOptions, Error, KeysError, Tz, parse_instant, voice_words};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Does what was asked.
pub async fn run(args: &Args) -> Result<()> {
    let out = Out { json: args.json };
    match args.command {
        Command::Verify => return verify(args, &out).await,
        Command::Unsent => return keys::unsent(&data_dir(args)?, &out),
        _ => {}
    }
    let desk = open(args).await?;
    let notices = async || desk.state().await.map(|state| state.notices).unwrap_or_default();
    let said = notices().await.len();
    let done = loop {
        match dispatch(args, &desk, &out).await {
            // Before there is a board, and with nothing done yet.
            Err(error) if is_for_a_passphrase(&error) => match error.downcast::<Error>() {
                Ok(error) if keys::is_for_a_script(args, &error) => {
                    print::note(keys::CLEAR);
                    desk.keep_secret_in_the_clear();
                }
                Ok(error) => match keys::answer(error) {
                    Ok(passphrase) => desk.give_passphrase(passphrase),
                    Err(error) => break Err(error),
                },
                Err(error) => break Err(error),
            },
            done => break done,
        }
    };
    // What was mended meanwhile.
    notices().await.iter().skip(said).for_each(|notice| print::note(notice));
    desk.close().await?;
    done
}

async fn open(args: &Args) -> Result<Desk> {
    let clock = match &args.clock {
        None => Clock::system(),
        Some(text) => Clock::fixed(moment(text)?),
    };
    let zone = match &args.command {
        Command::Init { zone: Some(name), .. } => Some(
            name.parse::<Tz>()
                .map_err(|_| anyhow!("\"{name}\" is not a zone; write one such as Europe/London"))?,
        ),
        _ => None,
    };
    let online = matches!(
        args.command,
        Command::Share { .. }
            | Command::Invite { .. }
            | Command::Remove { .. }
            | Command::Role { .. }
            | Command::Words
            | Command::Sync { .. }
    );
    let dir = data_dir(args)?;
    let mut options = DeskOptions {
        clock,
        zone,
        read_only: false,
        online,
        keys: keys::of(args)?,
        refold: None,
    };
    let desk = loop {
        match open_once(args, &dir, &options).await {
            Err(error) => options.keys.passphrase = Some(keys::answer(error)?),
            Ok(desk) => break desk,
        }
    };
    match desk.state().await {
        Ok(state) => state.notices.iter().for_each(|notice| print::note(notice)),
        Err(error) => {
            // Closing it lets the next opening know what was found.
            desk.close().await?;
            return Err(error.into());
        }
    }
    Ok(desk)
}

async fn open_once(args: &Args, dir: &Path, options: &DeskOptions) -> Result<Desk, Error> {
    let for_reading = DeskOptions {
        read_only: true,
        ..options.clone()
    };
    match Desk::open_with(dir, options.clone()).await {
        // Somebody else writes: reading beside them is fine.
        Err(Error::Held(_)) if reads_only(&args.command) => Desk::open_with(dir, for_reading).await,
        // So is reading what cannot be written.
        Err(error) if error.is_for_reading() && reads_only(&args.command) => {
            print::note(&format!(
                "The board cannot be written: {error}. It is shown as it lies there, and nothing is mended."
            ));
            Desk::open_with(dir, for_reading).await
        }
        // The sentence of the loss says so.
        Err(Error::Lost(_)) if matches!(args.command, Command::Init { .. }) => {
            Desk::make_room(dir, &options.clock)?;
            Desk::open_with(dir, options.clone()).await
        }
        other => other,
    }
}

fn is_for_a_passphrase(error: &anyhow::Error) -> bool {
    let asks = |why: &KeysError| why.asks_for_passphrase() || matches!(why, KeysError::ChoosePassphrase(_));
    matches!(error.downcast_ref(), Some(Error::Keys(why)) if asks(why))
}

fn reads_only(command: &Command) -> bool {
    match command {
        Command::Clashes { .. }
        | Command::Agenda { .. }
        | Command::Decisions { .. }
        | Command::Standup { meeting: Meeting::Show }
        | Command::Since { .. }
        | Command::History { .. }
        | Command::Offers { .. }
        | Command::Deleted
        | Command::Proposals
        | Command::Search { .. }
        | Command::Match(_)
        | Command::Unlinked
        | Command::Suggest { .. }
        | Command::Quick { .. }
        | Command::Members
        | Command::Keys { place: None, .. }
        | Command::Status => true,
        Command::Export(asked) => !asked.is_logged(),
        Command::Campaign { verb } | Command::Complaint { verb } | Command::Report { verb } => {
            matches!(verb, Verb::Show { .. } | Verb::List { .. })
        }
        _ => false,
    }
}

fn data_dir(args: &Args) -> Result<PathBuf> {
    match &args.data {
        Some(dir) => Ok(dir.clone()),
        None => {
            sidedesk_api::default_data_dir().context("this computer names no data directory; say where with --data DIR")
        }
    }
}

fn moment(text: &str) -> Result<i64> {
    parse_instant(text, Tz::UTC).ok_or_else(|| anyhow!("\"{text}\" is not a time; write 2026-11-21T15:00:00Z"))
}

async fn dispatch(args: &Args, desk: &Desk, out: &Out) -> Result<()> {
    match &args.command {
        Command::Init { name, function, me, .. } => out.opened(&desk.init(name, me, function).await?),
        Command::Import(import) => imports::import(desk, out, import).await,
        Command::Suggest { at } => recurrence::suggest(desk, out, at.as_deref().map(moment).transpose()?).await,
        Command::Unlinked => aftermath::unlinked(desk, out).await,
        Command::Bounds(asked) => aftermath::bounds(desk, out, asked).await,
        Command::Match(asked) => recurrence::nearest(desk, out, asked).await,
        Command::Campaign { verb } => records(desk, out, "campaign", "name", verb).await,
        Command::Complaint { verb } => records(desk, out, "complaint", "title", verb).await,
        Command::Report { verb } => records(desk, out, "report", "title", verb).await,
        Command::Clashes { at } => {
            let at = at.as_deref().map(moment).transpose()?;
            out.clashes(&desk.clashes(at).await?)
        }
        Command::Agenda { at } => standup::agenda(desk, out, at.as_deref().map(moment).transpose()?).await,
        Command::Decide(typed) => standup::decide(desk, out, typed).await,
        Command::Agree { id } => standup::agree(desk, out, id).await,
        Command::Decisions { kind, id } => standup::decisions(desk, out, kind, id).await,
        Command::Standup { meeting } => standup::meet(desk, out, meeting).await,
        Command::Since { time } => standup::since(desk, out, moment(time)?).await,
        Command::History { id, at, zone } => past::history(desk, out, id, at.as_deref(), zone.as_deref()).await,
        Command::Offers { at, zone } => past::offers(desk, out, at, zone.as_deref()).await,
        Command::Export(asked) => privacy::export(desk, out, asked).await,
        Command::Erase(asked) => privacy::erase(desk, out, asked).await,
        Command::Retention(asked) => privacy::retention(desk, out, asked).await,
        Command::Deleted => past::deleted(desk, out).await,
        Command::Proposals => proposals::list(desk, out).await,
        Command::Accept(answered) => proposals::answer(desk, out, answered, true).await,
        Command::Decline(answered) => proposals::answer(desk, out, answered, false).await,
        Command::Merge { .. } | Command::Part { .. } | Command::Upgrade => change(args, desk, out).await,
        Command::Search { text } => out.searched(&desk.search(&text.join(" ")).await?),
        Command::Quick { kind, line } => out.quick(&desk.quick(kind, &line.join(" ")).await?),
        Command::Sample => {
            desk.fill_sample().await?;
            out.done("The sample is on the board. One undo takes it back.")
        }
        Command::Undo => out.undone("Undone", &desk.undo().await?),
        Command::Redo => out.undone("Redone", &desk.redo().await?),
        Command::Share { .. } | Command::Invite { .. } | Command::Remove { .. } | Command::Role { .. } => {
            people::run(&args.command, desk, out).await
        }
        Command::Words => people::words(desk, out).await,
        Command::Recover {
            code,
            words,
            function,
            me,
        } => out.opened(
            &desk
                .recover(&people::typed_words(words.as_deref())?, code, me, function)
                .await?,
        ),
        Command::Join {
            code,
            function,
            me,
            wait,
        } => {
            let words = voice_words(code)?.join(" ");
            print::note(&format!("Both ends of a call see these four words: {words}"));
            print::note("Waiting until a lead's device lets this one in.");
            out.opened(&desk.join_within(code, me, function, Duration::from_secs(*wait)).await?)
        }
        Command::DeclareHead => out.declared(desk.declare_head().await?),
        Command::Members => out.members(&desk.members().await?),
        Command::Sync { watch: true, .. } => watch(desk).await,
        Command::Sync { wait, .. } => out.status(&desk.sync_within(Duration::from_secs(*wait)).await?),
        Command::Keys {
            place,
            new_passphrase_file,
        } => keys::command(args, desk, out, place.as_deref(), new_passphrase_file.as_deref()).await,
        Command::Status => out.status(&desk.status().await?),
        Command::Verify => verify(args, out).await,
        Command::Unsent => keys::unsent(&data_dir(args)?, out),
    }
}

/// Without opening the board: opening mends.
async fn verify(args: &Args, out: &Out) -> Result<()> {
    let mut keys = keys::of(args)?;
    let dir = data_dir(args)?;
    let verified = loop {
        match sidedesk_api::verify(&dir, &keys).await {
            Err(error) => keys.passphrase = Some(keys::answer(error)?),
            Ok(verified) => break verified,
        }
    };
    out.verified(&verified)?;
    if verified.ok {
        Ok(())
    } else {
        bail!("the board does not verify")
    }
}

async fn change(args: &Args, desk: &Desk, out: &Out) -> Result<()> {
    match &args.command {
        Command::Merge { id, into } => {
            let merged = desk.merge_complaint(id, into).await?;
            proposals::saved(
                out,
                &merged,
                "Merged; it is listed under the other and can be parted from it.",
            )
        }
        Command::Part { id } => proposals::saved(out, &desk.part_complaint(id).await?, "Parted."),
        _ if desk.upgrade_rules().await? => out.done("The board is folded by the newest rules from now on."),
        _ => out.done("The board is folded by the newest rules already."),
    }
}

async fn records(desk: &Desk, out: &Out, kind: &str, title: &str, verb: &Verb) -> Result<()> {
    match verb {
        Verb::Add { name, fields } => {
            let mut inputs = vec![FieldInputDto {
                field: title.into(),
                value: Some(name.clone()),
            }];
            inputs.extend(inputs_of(fields)?);
            out.added(&desk.add(kind, &inputs).await?)
        }
        Verb::Set { id, fields, seen } => {
            let inputs = inputs_of(fields)?;
            let saved = desk.set(kind, id, seen.unwrap_or(u64::MAX), &inputs).await?;
            proposals::saved(out, &saved, "Saved.")
        }
        Verb::Delete { id } => {
            let deleted = desk.delete(kind, id).await?;
            proposals::saved(out, &deleted, "Deleted; restore or undo brings it back.")
        }
        Verb::Restore { id } => proposals::saved(out, &desk.restore(kind, id).await?, "Restored."),
        Verb::Show { id } => match kind {
            "campaign" => out.campaign(&desk.campaign(id).await?),
            "complaint" => aftermath::show(out, &desk.complaint(id).await?),
            _ => out.report(&desk.report(id).await?),
        },
        Verb::List { complaint } => match kind {
            "campaign" => out.campaigns(&desk.board().await?),
            "complaint" => aftermath::list(out, &desk.board().await?),
            _ => {
                let id = complaint.as_deref().context("say of which complaint: --complaint ID")?;
                out.reports(&desk.reports(id, 0).await?)
            }
        },
    }
}

fn inputs_of(fields: &[String]) -> Result<Vec<FieldInputDto>> {
    let input = |text: &String| {
        let (field, value) = text
            .split_once('=')
            .with_context(|| format!("\"{text}\" is not field=value"))?;
        let value = Some(value.to_owned()).filter(|value| !value.is_empty());
        Ok(FieldInputDto {
            field: field.trim().to_owned(),
            value,
        })
    };
    fields.iter().map(input).collect()
}

/// A file's own name, for sentences.
pub fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

async fn watch(desk: &Desk) -> Result<()> {
    let mut events = desk.events();
    // Listened for from the beginning: whoever asks while a line is being printed is heard too.
    let mut stopped = std::pin::pin!(stopped());
    print::note(&print::status_line(&desk.status().await?));
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => print::event(&event),
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return Ok(()),
            },
            () = &mut stopped => return Ok(()),
        }
    }
}

/// Interrupted from the keyboard, or asked to end.
pub async fn stopped() {
    #[cfg(unix)]
    if let Ok(mut end) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = end.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

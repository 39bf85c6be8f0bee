//! How a file is to be read: what the person said, in the words of the reader.

use super::memory::Memory;
use super::{ImportFile, MAX_FILE_LEN};
use crate::desk::{Desk, OpenBoard};
use crate::dto::ImportOptionsDto;
use crate::error::Error;
use crate::problem::Problem;
use sidedesk_domain::Kind;
use sidedesk_formats::{DateOrder, Preset, ReadOptions};

/// How one file is to be read.
pub(super) struct Setting {
    /// What was said, and the zone and the time.
    pub read: ReadOptions,
    /// A file that this program wrote is read as such. Columns that somebody maps by hand are read as any other tool's.
    pub may_be_own: bool,
    /// What was said about columns at earlier imports.
    pub memory: Memory,
}

/// Reads the options; refuses a file that is too large.
pub(super) async fn setting(
    desk: &Desk,
    open: &OpenBoard,
    file: &ImportFile,
    options: &ImportOptionsDto,
) -> Result<Setting, Error> {
    bounded(&file.name, file.bytes.len())?;
    let preset = match options.preset.as_deref() {
        None => None,
        Some(name) => Some(Preset::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = Preset::ALL.iter().map(|preset| preset.name()).collect();
            Error::input("preset", Problem::choice(name, &known))
        })?),
    };
    let kind = match options.kind.as_deref() {
        None => None,
        Some("campaign") => Some(Kind::Campaign),
        Some("report") => Some(Kind::Report),
        Some(other) => return Err(Error::input("kind", Problem::choice(other, &["campaign", "report"]))),
    };
    let read = ReadOptions {
        preset,
        kind,
        map: options.map.clone(),
        values: options.values.clone(),
        account: options.account.clone(),
        date_order: options.day_first.map(|day_first| match day_first {
            true => DateOrder::DayFirst,
            false => DateOrder::MonthFirst,
        }),
        ..ReadOptions::new(open.zone().await?, desk.clock().now())
    };
    let may_be_own = read.map.is_empty() && preset.is_none_or(|preset| preset == Preset::Sidedesk);
    let memory = Memory::of(open, options.forget_columns).await?;
    Ok(Setting {
        read,
        may_be_own,
        memory,
    })
}

/// Refuses what is too large, with a sentence.
pub(super) fn bounded(file_name: &str, len: usize) -> Result<(), Error> {
    if len <= MAX_FILE_LEN {
        return Ok(());
    }
    Err(Error::File(format!(
        "\"{file_name}\" is larger than {} MB; export it in parts",
        MAX_FILE_LEN / 1024 / 1024
    )))
}

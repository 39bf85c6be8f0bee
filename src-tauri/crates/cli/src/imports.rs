//! Importing a file: Ctrl-C stops it, and leaves nothing of it.

use crate::args::Import;
use crate::print::{self, Out};
use crate::run::{name_of, stopped};
use anyhow::{Context as _, Result, bail};
use sidedesk_api::dto::ImportOptionsDto;
use sidedesk_api::{Desk, ImportFile};
use std::sync::Arc;

/// Imports the file, or says what that would do.
pub async fn import(desk: &Desk, out: &Out, import: &Import) -> Result<()> {
    let bytes = std::fs::read(&import.file).with_context(|| format!("{} could not be read", import.file.display()))?;
    let file = Arc::new(ImportFile {
        name: name_of(&import.file),
        bytes,
    });
    let options = ImportOptionsDto {
        preset: import.preset.clone(),
        map: mapping(&import.map)?,
        values: values(&import.values)?,
        fill: fills(&import.fill)?,
        kind: import.kind.clone(),
        account: import.account.clone(),
        forget_columns: import.forget_columns,
        take_file: import.take_file,
        day_first: (import.day_first || import.month_first).then_some(import.day_first),
    };
    if import.dry_run {
        return out.preview(&desk.preview_file(&file, &options).await?);
    }
    let mut events = desk.events();
    let mut imported = std::pin::pin!(desk.import_file(&file, &options, import.accept_damaged));
    let mut interrupted = std::pin::pin!(stopped());
    let mut asked = false;
    let done = loop {
        tokio::select! {
            done = &mut imported => break done?,
            // Ended, with nothing of it there, or just saved: whichever it is, the import's own answer says so.
            () = &mut interrupted, if !asked => {
                asked = true;
                desk.stop_import();
            }
            Ok(event) = events.recv(), if import.progress => print::event(&event),
        }
    };
    out.imported(&done)
}

fn values(values: &[String]) -> Result<Vec<(String, String, String)>> {
    let said = |text: &String| {
        let parts = text.rsplit_once('=').and_then(|(from, word)| {
            let (column, cell) = from.split_once(':')?;
            Some((column.trim().to_owned(), cell.trim().to_owned(), word.trim().to_owned()))
        });
        parts.with_context(|| format!("\"{text}\" is not column:cell=word"))
    };
    values.iter().map(said).collect()
}

fn fills(fills: &[String]) -> Result<Vec<(String, String)>> {
    let pair = |text: &String| {
        let (field, value) = text
            .split_once('=')
            .with_context(|| format!("\"{text}\" is not field=value"))?;
        Ok((field.trim().to_owned(), value.trim().to_owned()))
    };
    fills.iter().map(pair).collect()
}

/// `col=field,col=field`; a column's own commas and equals signs: the last `=` of a pair counts.
pub fn mapping(maps: &[String]) -> Result<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for map in maps {
        let mut carried = String::new();
        for piece in map.split(',') {
            carried.push_str(piece);
            match carried.rsplit_once('=') {
                Some((column, field)) => {
                    pairs.push((column.trim().to_owned(), field.trim().to_owned()));
                    carried.clear();
                }
                None => carried.push(','),
            }
        }
        if !carried.is_empty() {
            bail!("\"{}\" is not column=field", carried.trim_end_matches(','));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_allow_commas_in_column_names() {
        let pairs = mapping(&["Subject=title,Name, first=customer".into(), "a=b=created".into()]).unwrap();
        let expected = [("Subject", "title"), ("Name, first", "customer"), ("a=b", "created")];
        assert_eq!(pairs, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert!(mapping(&["Subject".into()]).is_err());
    }
}

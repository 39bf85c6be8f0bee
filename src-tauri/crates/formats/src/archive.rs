//! What lies packed in a file: a workbook, or one file in a ZIP archive.
//!
//! Nothing is believed of what the archive says about itself: every byte is unpacked through a counter, and a file that
//! grows too much is refused before it fills the memory. A workbook is unpacked once for counting and then handed to its
//! reader as it is.

use crate::MAX_FILE_LEN;
use crate::error::FormatError;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// How often larger than packed an archive may be, once it is larger than [`FREE_LEN`]: real exports reach thirty.
const MAX_RATIO: u64 = 200;

/// Unpacked bytes that are never too many.
const FREE_LEN: u64 = 8 * 1024 * 1024;

/// Entries of one archive at most: a workbook of hundreds of sheets has fewer.
const MAX_ENTRIES: usize = 10_000;

/// Bytes read at a time.
const PIECE_LEN: usize = 64 * 1024;

/// A ZIP archive begins like this.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// What an archive is.
#[derive(Debug)]
pub(crate) enum Packed {
    /// A workbook (XLSX), which may be read as it is.
    Workbook,
    /// The only file of an archive, unpacked, and its name.
    File(String, Vec<u8>),
}

/// Looks into an archive.
pub(crate) fn open(file: &str, bytes: &[u8]) -> Result<Packed, FormatError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| refused(file, DAMAGED))?;
    if archive.len() > MAX_ENTRIES {
        return Err(refused(file, "it holds more than 10 000 files"));
    }
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.map(|name| name.into_owned()).unwrap_or_default())
        .collect();
    let has = |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if has("[Content_Types].xml") && has("xl/workbook.xml") {
        count_all(file, &mut archive, bytes.len())?;
        return Ok(Packed::Workbook);
    }
    let foreign = [
        (
            "word/document.xml",
            "a word processor document",
            "Export the rows as CSV.",
        ),
        ("ppt/presentation.xml", "a presentation", "Export the rows as CSV."),
        ("xl/workbook.bin", "a binary workbook", "Save it as XLSX or CSV."),
        ("content.xml", "an OpenDocument file", "Save it as XLSX or CSV."),
    ];
    if let Some((_, what, advice)) = foreign.into_iter().find(|(name, ..)| has(name)) {
        return Err(FormatError::NotText {
            file: file.to_owned(),
            what: what.to_owned(),
            advice: advice.to_owned(),
        });
    }
    let real: Vec<usize> = (0..names.len())
        .filter(|at| names.get(*at).is_some_and(|name| !is_side_file(name)))
        .collect();
    match real.as_slice() {
        [only] => unpack(file, &mut archive, *only, bytes.len()),
        [] => Err(refused(file, "there is no file in it")),
        several => Err(FormatError::SeveralFiles {
            file: file.to_owned(),
            count: several.len() as u64,
        }),
    }
}

const DAMAGED: &str = "it is damaged";

fn refused(file: &str, why: &str) -> FormatError {
    FormatError::Archive {
        file: file.to_owned(),
        why: why.to_owned(),
    }
}

/// An archive in an archive is nobody's export.
pub(crate) fn nested(file: &str) -> FormatError {
    refused(file, "it lies in another archive")
}

/// Folders, and what a Macintosh or Windows puts beside the files.
fn is_side_file(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.is_empty() || name.starts_with("__MACOSX/") || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// Reads to the end, or says why not. `keep` takes the bytes; `total` counts over the entries of one archive.
fn pour(
    file: &str,
    entry: &mut impl Read,
    packed_len: usize,
    total: &mut u64,
    mut keep: impl FnMut(&[u8]),
) -> Result<(), FormatError> {
    let mut piece = vec![0_u8; PIECE_LEN];
    loop {
        let len = entry.read(&mut piece).map_err(|_| refused(file, DAMAGED))?;
        if len == 0 {
            return Ok(());
        }
        *total += len as u64;
        if *total > MAX_FILE_LEN as u64 {
            return Err(FormatError::TooLarge { file: file.to_owned() });
        }
        if *total > FREE_LEN && *total > packed_len as u64 * MAX_RATIO {
            return Err(refused(file, "it unpacks to more than two hundred times its size"));
        }
        keep(piece.get(..len).unwrap_or_default());
    }
}

fn count_all(file: &str, archive: &mut ZipArchive<Cursor<&[u8]>>, packed_len: usize) -> Result<(), FormatError> {
    let mut total = 0;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|error| unreadable(file, &error))?;
        pour(file, &mut entry, packed_len, &mut total, |_| {})?;
    }
    Ok(())
}

fn unpack(
    file: &str,
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    at: usize,
    packed_len: usize,
) -> Result<Packed, FormatError> {
    let mut entry = archive.by_index(at).map_err(|error| unreadable(file, &error))?;
    let name = entry.name().map_err(|error| unreadable(file, &error))?;
    let inner: String = name.chars().take(200).collect();
    let mut bytes = Vec::new();
    let mut total = 0;
    pour(file, &mut entry, packed_len, &mut total, |piece| {
        bytes.extend_from_slice(piece)
    })?;
    Ok(Packed::File(inner, bytes))
}

fn unreadable(file: &str, error: &ZipError) -> FormatError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => refused(file, "it is locked with a password"),
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            refused(file, "it is packed in a way that is not read here")
        }
        _ => refused(file, DAMAGED),
    }
}

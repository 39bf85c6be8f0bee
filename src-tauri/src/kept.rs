//! What the page wants to find again in this window: drafts, settings, places. It is kept on the disk as soon as the
//! page says it, so a window that was closed, or killed, in the middle of an edit opens with the draft.
//!
//! The shell does not look into the text; it only holds that it is JSON, so that half a file is never handed back.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::de::IgnoredAny;

use crate::durable;

/// Longest text of one name: some hundred drafts of 10,000 characters.
pub const MAX_TEXT_LEN: usize = 4 * 1024 * 1024;
/// What can be kept; the page cannot name files of its own.
const NAMES: [&str; 3] = ["drafts", "settings", "places"];

/// Why something is not kept.
#[derive(Debug)]
pub enum Refused {
    /// There is no such name.
    Name,
    /// Longer than [`MAX_TEXT_LEN`].
    TooLong,
    /// Not JSON.
    NotJson,
    /// The disk says no.
    Disk(io::Error),
}

/// The folder of the kept texts. One write at a time.
pub struct Drawer {
    dir: PathBuf,
    writing: Mutex<()>,
}

impl Drawer {
    /// Over the window's folder.
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            writing: Mutex::new(()),
        }
    }

    /// What was kept last under this name. A damaged file is put aside and reads as none.
    pub fn kept(&self, name: &str) -> Result<Option<String>, Refused> {
        let path = self.path(name)?;
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        match read(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                durable::put_aside(&path);
                Ok(None)
            }
            Err(error) => Err(Refused::Disk(error)),
        }
    }

    /// Keeps `text` in place of the one before. When this returns, it is on the disk.
    pub fn keep(&self, name: &str, text: &str) -> Result<(), Refused> {
        let path = self.path(name)?;
        if text.len() > MAX_TEXT_LEN {
            return Err(Refused::TooLong);
        }
        if !is_json(text) {
            return Err(Refused::NotJson);
        }
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        durable::write(&path, text.as_bytes()).map_err(Refused::Disk)
    }

    fn path(&self, name: &str) -> Result<PathBuf, Refused> {
        if NAMES.contains(&name) {
            Ok(self.dir.join(format!("{name}.json")))
        } else {
            Err(Refused::Name)
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let limit = MAX_TEXT_LEN as u64;
    // One byte more than may be there: a file that fills it was not written here.
    File::open(path)?.take(limit + 1).read_to_string(&mut text)?;
    if text.len() > MAX_TEXT_LEN || !is_json(&text) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(text)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawer() -> (tempfile::TempDir, Drawer) {
        let dir = tempfile::tempdir().unwrap();
        let drawer = Drawer::new(dir.path().to_owned());
        (dir, drawer)
    }

    #[test]
    fn what_was_kept_last_is_found_again() {
        let (_dir, drawer) = drawer();
        assert_eq!(drawer.kept("drafts").unwrap(), None);
        drawer.keep("drafts", "{\"a\":\"Café\"}").unwrap();
        drawer.keep("drafts", "[1]").unwrap();
        assert_eq!(drawer.kept("drafts").unwrap().unwrap(), "[1]");
        assert_eq!(drawer.kept("places").unwrap(), None, "names do not share");
    }

    #[test]
    fn other_names_other_shapes_and_too_much_are_refused() {
        let (_dir, drawer) = drawer();
        for name in ["", "../lock", "place", "drafts.json"] {
            assert!(matches!(drawer.keep(name, "1"), Err(Refused::Name)), "{name}");
            assert!(matches!(drawer.kept(name), Err(Refused::Name)), "{name}");
        }
        assert!(matches!(drawer.keep("drafts", "{"), Err(Refused::NotJson)));
        let long = format!("\"{}\"", "x".repeat(MAX_TEXT_LEN));
        assert!(matches!(drawer.keep("drafts", &long), Err(Refused::TooLong)));
        drawer
            .keep("drafts", &format!("\"{}\"", "x".repeat(MAX_TEXT_LEN - 2)))
            .unwrap();
        assert_eq!(drawer.kept("drafts").unwrap().unwrap().len(), MAX_TEXT_LEN);
    }

    #[test]
    fn a_damaged_file_reads_as_none_and_is_kept_aside() {
        let (dir, drawer) = drawer();
        let long = vec![b' '; MAX_TEXT_LEN + 1];
        for damaged in [b"{\"a\":".as_slice(), b"\xff\xfe", b"", &long] {
            let path = dir.path().join("settings.json");
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(drawer.kept("settings").unwrap(), None);
            assert!(!path.exists());
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 4);
    }
}

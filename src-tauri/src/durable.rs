//! Small files that a crash leaves old or new, never half: written beside the old one, flushed, and renamed over it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes `bytes` so that they are still there after a power cut that comes later.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, path)?;
    flush_folder(path)
}

/// The rename itself is on the disk only when the folder is. Windows flushes it with the file.
fn flush_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Puts a damaged file aside, under the first name that is free. Nothing is ever deleted.
pub fn put_aside(path: &Path) {
    for number in 1_u32.. {
        let aside = path.with_extension(format!("damaged-{number}"));
        if aside.exists() {
            continue;
        }
        match fs::rename(path, &aside) {
            Ok(()) => tracing::warn!("{} is damaged; it is kept as {}", path.display(), aside.display()),
            Err(error) => tracing::warn!("{} is damaged and cannot be put aside: {error}", path.display()),
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_text_takes_the_place_of_the_old() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        write(&path, b"1").unwrap();
        write(&path, b"22").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"22");
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "nothing is left beside it"
        );
        assert!(write(&dir.path().join("no/a.json"), b"1").is_err());
    }

    #[test]
    fn two_damaged_files_are_both_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        for text in ["x", "y"] {
            fs::write(&path, text).unwrap();
            put_aside(&path);
        }
        let kept = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        assert_eq!((kept("a.damaged-1"), kept("a.damaged-2")), ("x".into(), "y".into()));
    }
}

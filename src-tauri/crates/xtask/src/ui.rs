//! The window's pages: npm packages and the Vite build, each done only when its sources have changed.
//!
//! What was built from what is remembered in a stamp inside the folder that was built. npm and Vite empty that folder
//! before they write to it, so a build that was cut off has no stamp and is never taken for a fresh one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::files::{self, Files};
use crate::process;
use crate::progress::note;
use crate::tree::Tree;

pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Bring `ui/dist` up to date with `ui`.
pub fn build(tree: &Tree) -> Result<()> {
    install(tree)?;
    let before = sources(tree)?;
    let stamp = Stamp::of(&tree.ui(), "dist", &files::fingerprint(&before));
    if stamp.is_fresh() && tree.ui().join("dist/index.html").is_file() {
        note("pages: nothing has changed");
        return Ok(());
    }
    stamp.remove()?;
    process::run(npm(tree).args(["run", "build"]))?;
    built_from(&before, sources(tree)?).map_or(Ok(()), |sources| {
        Stamp::of(&tree.ui(), "dist", &files::fingerprint(&sources)).write()
    })
}

fn sources(tree: &Tree) -> Result<Files> {
    files::read_all(&tree.root, "ui", &|_| true)
}

/// The sources that the finished build stands for. The build may have added files (the message compiler does); but when
/// one was edited meanwhile, nobody knows which version went in, and there is no answer.
fn built_from(before: &Files, after: Files) -> Option<Files> {
    let is_as_before = before.iter().all(|(path, bytes)| after.get(path) == Some(bytes));
    is_as_before.then_some(after)
}

/// Bring `ui/node_modules` up to date with the lock file.
pub fn install(tree: &Tree) -> Result<()> {
    let lock = files::read_all(&tree.root, "ui", &|path| path == "ui/package-lock.json")?;
    if lock.is_empty() {
        bail!("ui/package-lock.json is not there: the npm packages cannot be installed as they were tested");
    }
    let stamp = Stamp::of(&tree.ui(), "node_modules", &files::fingerprint(&lock));
    if stamp.is_fresh() {
        note("npm packages: nothing has changed");
        return Ok(());
    }
    stamp.remove()?;
    note("npm ci");
    // What a package would like to run while it is installed is not run: none of ours needs it.
    process::run(npm(tree).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    stamp.write()
}

/// `npm --prefix ui …`.
pub fn npm(tree: &Tree) -> Command {
    let mut command = tree.command(NPM);
    command.args(["--prefix", "ui"]);
    command
}

/// The note inside a built folder that says what it was built from.
struct Stamp {
    path: PathBuf,
    wanted: String,
}

impl Stamp {
    fn of(ui: &Path, folder: &str, wanted: &str) -> Stamp {
        Stamp {
            path: ui.join(folder).join(".built-from"),
            wanted: wanted.to_owned(),
        }
    }

    fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|found| found == self.wanted)
    }

    fn remove(&self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{} cannot be removed", self.path.display()))
            }
            _ => Ok(()),
        }
    }

    fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.wanted).with_context(|| format!("{} cannot be written", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_edited_during_the_build_leaves_no_stamp() {
        let files = |text: &[(&str, u8)]| {
            text.iter()
                .map(|(path, byte)| ((*path).to_owned(), vec![*byte]))
                .collect()
        };
        let before: Files = files(&[("a", 1)]);
        assert_eq!(built_from(&before, files(&[("a", 1)])), Some(files(&[("a", 1)])));
        assert_eq!(
            built_from(&before, files(&[("a", 1), ("made", 2)])),
            Some(files(&[("a", 1), ("made", 2)]))
        );
        assert_eq!(built_from(&before, files(&[("a", 2)])), None);
        assert_eq!(built_from(&before, files(&[])), None);
    }

    #[test]
    fn a_folder_is_fresh_only_with_the_stamp_of_these_sources() {
        let ui = tempfile::tempdir().unwrap();
        let old = Stamp::of(ui.path(), "dist", "old");
        assert!(!old.is_fresh(), "no folder yet");
        assert!(old.write().is_err(), "a build that made no folder is not stamped");
        fs::create_dir(ui.path().join("dist")).unwrap();
        old.write().unwrap();
        assert!(old.is_fresh());
        assert!(
            !Stamp::of(ui.path(), "dist", "new").is_fresh(),
            "the sources have changed"
        );
        old.remove().unwrap();
        old.remove().unwrap();
        assert!(!old.is_fresh(), "a build that was cut off");
    }
}

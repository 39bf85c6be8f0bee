//! The trial of a package: installed on this system, started, removed, and looked at afterwards.
//!
//! It uses the real `dpkg` on the real system, because that is what a user does; so it refuses to begin where Sidedesk
//! is installed already, and removes what it installed however it ends. The command line from the package makes a board
//! in a folder of its own, and the window from the package has to open it: its title names the board only after page,
//! bridge and database have worked together. No wait is a nap: each is for a condition, with a deadline.

mod window;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::check::{self, DESKTOP_ENTRY, Expected, Package};
use super::deb::{self, Entry};
use super::desktop_entry::DesktopEntry;
use super::{PACKAGE, Places, version};
use crate::files;
use crate::needs;
use crate::process;
use crate::progress::{Progress, note};
use crate::tree::Tree;

/// The whole trial; the first thing that does not hold ends it.
pub fn run(tree: &Tree, package: &Path, progress: &mut Progress) -> Result<()> {
    // A folder of its own, so that nothing that the trial does touches the home of whoever started it.
    let work = Places::of(tree).finished.join("trial");
    if work.exists() {
        fs::remove_dir_all(&work).context("what is left of the last trial cannot be removed")?;
    }
    fs::create_dir_all(work.join("home")).with_context(|| format!("{} cannot be made", work.display()))?;
    let Package { contents, desktop, .. } = progress
        .step("contents, fields, menu entry", || look(tree, package, &work))
        .0?;
    let before = present(&contents);
    let installed = progress.step("install", || install(package, &contents)).0?;
    progress.step("start", || window::start(&work, &desktop)).0?;
    let board = read_board(&work)?;
    progress
        .step("remove", || {
            installed.remove()?;
            nothing_left(&contents, &before)?;
            if read_board(&work)? != board {
                bail!(
                    "the board in {} is not what it was before the package was removed",
                    work.display()
                );
            }
            Ok(())
        })
        .0?;
    fs::remove_dir_all(&work).context("the trial's folder cannot be removed")
}

/// Judge the package as a file.
fn look(tree: &Tree, package: &Path, work: &Path) -> Result<Package> {
    let unpacked = work.join("unpacked");
    process::run(Command::new("dpkg-deb").arg("--extract").arg(package).arg(&unpacked))?;
    let entry = unpacked.join(DESKTOP_ENTRY.trim_start_matches('/'));
    // A package without the entry is judged like one with an empty entry: the faults name it.
    let found = Package {
        contents: deb::contents(package)?,
        control: deb::control(package)?,
        control_files: deb::control_files(package, &work.join("control"))?,
        desktop: DesktopEntry::parse(&fs::read_to_string(entry).unwrap_or_default()),
    };
    let architecture = process::output(Command::new("dpkg").arg("--print-architecture"))?;
    let expected = Expected {
        version: version(tree)?,
        architecture: architecture.trim(),
    };
    let faults = check::faults(&found, &expected);
    if !faults.is_empty() {
        bail!(
            "{} is not as it should be:\n  {}",
            package.display(),
            faults.join("\n  ")
        );
    }
    note(&format!("{} entries", found.contents.len()));
    for field in ["Depends", "Recommends", "Installed-Size"] {
        note(&format!(
            "{field}: {}",
            found.control.get(field).map_or("", String::as_str)
        ));
    }
    Ok(found)
}

/// The package while it is installed. Dropping it removes it without a word; `remove` says what went wrong.
struct Installed {
    is_there: bool,
}

impl Installed {
    fn remove(mut self) -> Result<()> {
        process::run(&mut dpkg(&["--remove", PACKAGE])?)?;
        self.is_there = false;
        match status().as_str() {
            "" | "not-installed" => Ok(()),
            status => bail!("after its removal dpkg says that {PACKAGE} is {status}"),
        }
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if let (true, Ok(mut purge)) = (self.is_there, dpkg(&["--purge", PACKAGE])) {
            let _ = purge.status();
        }
    }
}

fn install(package: &Path, contents: &[Entry]) -> Result<Installed> {
    let status = status();
    if !matches!(status.as_str(), "" | "not-installed") {
        bail!("{PACKAGE} is {status} on this system, and the trial ends by removing it. Remove it first.");
    }
    if let Some(strange) = contents.iter().find(|entry| !entry.is_folder() && exists(&entry.path)) {
        bail!(
            "{} is there already, and no package owns it. Move it away first.",
            strange.path
        );
    }
    let mut install = dpkg(&["--install"])?;
    // From here on the value owns what dpkg does, also when dpkg stops half way.
    let installed = Installed { is_there: true };
    process::run(install.arg(package))?;
    let changed = process::output(Command::new("dpkg").args(["--verify", PACKAGE]))?;
    if !changed.trim().is_empty() {
        bail!("what was installed is not what is in the package:\n{changed}");
    }
    Ok(installed)
}

/// What dpkg calls the state of the package; empty if it never heard of it.
fn status() -> String {
    process::answer("dpkg-query", &["-W", "-f", "${db:Status-Status}", PACKAGE])
}

fn dpkg(words: &[&str]) -> Result<Command> {
    let Some(prefix) = needs::right_to_install() else {
        bail!("Installing needs root: start it as root, or where sudo asks for no password.");
    };
    let mut all = prefix.iter().copied().chain(["dpkg"]).chain(words.iter().copied());
    let mut command = Command::new(all.next().unwrap_or("dpkg"));
    command.args(all);
    Ok(command)
}

fn exists(path: &str) -> bool {
    Path::new(path).symlink_metadata().is_ok()
}

/// Those of the package's paths that are there.
fn present(contents: &[Entry]) -> BTreeSet<&str> {
    let paths = contents.iter().map(|entry| entry.path.as_str());
    paths.filter(|path| exists(path)).collect()
}

fn nothing_left(contents: &[Entry], before: &BTreeSet<&str>) -> Result<()> {
    let after = present(contents);
    let left: Vec<&str> = after.difference(before).copied().collect();
    let lost: Vec<&str> = before.difference(&after).copied().collect();
    if !left.is_empty() || !lost.is_empty() {
        bail!("the removal left {left:?} behind and took {lost:?} along");
    }
    Ok(())
}

/// Every file of the board, byte for byte; there has to be a log among them. What the web view keeps in its own folder
/// is left out: its processes may write for a moment after the window is gone.
fn read_board(work: &Path) -> Result<files::Files> {
    let board = files::read_all(work, "data", &|path| path.matches('/').count() == 1)?;
    if !board.contains_key("data/log.db") {
        bail!("{} holds no log.db", work.join("data").display());
    }
    Ok(board)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_removal_leaves_or_takes_along_is_named() {
        let entry = |path: &str| Entry {
            path: path.to_owned(),
            mode: String::new(),
            owner: String::new(),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let contents = [entry(&path("old")), entry(&path("new"))];
        fs::write(path("old"), "").unwrap();
        let old = path("old");
        let before = BTreeSet::from([old.as_str()]);
        nothing_left(&contents, &before).unwrap();
        fs::write(path("new"), "").unwrap();
        let said = nothing_left(&contents, &before).unwrap_err().to_string();
        assert!(said.contains(&path("new")), "{said}");
        fs::remove_file(path("new")).unwrap();
        fs::remove_file(path("old")).unwrap();
        assert!(nothing_left(&contents, &before).is_err());
    }

    #[test]
    fn a_board_without_its_log_is_no_board() {
        let work = tempfile::tempdir().unwrap();
        assert!(read_board(work.path()).is_err());
        fs::create_dir(work.path().join("data")).unwrap();
        fs::write(work.path().join("data/log.db"), "1").unwrap();
        assert_eq!(read_board(work.path()).unwrap().len(), 1);
    }
}

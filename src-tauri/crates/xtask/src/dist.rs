//! `cargo xtask dist`: packages of Sidedesk for Linux, a `.deb` and an `.rpm`, made without a network.
//!
//! xtask builds the pages and the programs, Tauri's packager ([`bundler`]) lays them out, and the `.deb` is then put
//! together again ([`deb`]) with what the packager leaves open: which versions of the system's libraries the programs
//! need, and equal bytes from equal programs. `cargo xtask dist --check` is the other half: it installs the package,
//! starts it, removes it and looks at what is left ([`trial`]).
//!
//! The programs carry no debug information in a package; the ones in `target/release` keep theirs.

mod bundler;
mod check;
mod deb;
mod desktop_entry;
mod notices;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::needs::{self, For};
use crate::process;
use crate::progress::{Progress, note};
use crate::tree::Tree;
use crate::ui;

/// The package's name, in lower case as both formats want it.
const PACKAGE: &str = "sidedesk";
/// The window and the command line. Both packages hold both.
const PROGRAMS: [&str; 2] = ["sidedesk-desktop", "sidedesk"];

/// Where things are put on the way to a package.
struct Places {
    /// `target/dist`: the finished packages.
    finished: PathBuf,
    /// A target folder of its own for the packager, which writes into the program that it packs.
    staging: PathBuf,
}

impl Places {
    fn of(tree: &Tree) -> Places {
        let finished = tree.target.join("dist");
        Places {
            staging: finished.join("staging"),
            finished,
        }
    }
}

/// Build everything and leave the packages in `target/dist`.
pub fn dist(tree: &Tree) -> Result<ExitCode> {
    if !cfg!(target_os = "linux") {
        bail!("Packages are made on Linux only so far: a .deb and an .rpm.");
    }
    let places = Places::of(tree);
    let mut progress = Progress::new(5);
    if let Some(code) = progress
        .step("needs: system packages, Node", || needs::ensure(tree, For::Run))
        .0?
    {
        return Ok(code);
    }
    // Gone before anything is built, so that a build that fails leaves no package that could be taken for its own.
    if places.finished.exists() {
        fs::remove_dir_all(&places.finished).context("the packages of an earlier build cannot be removed")?;
    }
    progress.step("ui: npm packages and pages", || ui::build(tree)).0?;
    progress
        .step("programs: release build (the first one takes minutes)", || build(tree))
        .0?;
    progress
        .step("contents: programs without debug information, licences", || {
            stage(tree, &places)
        })
        .0?;
    let packages = progress.step("packages", || pack(tree, &places)).0?;
    fs::remove_dir_all(&places.staging).context("the copies in target/dist/staging cannot be removed")?;
    for package in packages {
        let bytes = fs::metadata(&package)
            .context("a package that was written is gone")?
            .len();
        println!("{} {:.1} MB", package.display(), megabytes(bytes));
    }
    Ok(ExitCode::SUCCESS)
}

/// Look at a package, install, start and remove it. Without a name: the one that `dist` left.
pub fn check(tree: &Tree, package: Option<PathBuf>) -> Result<ExitCode> {
    if process::in_path("dpkg").is_none() {
        bail!("A .deb can only be tried where dpkg is: on Debian and what grew from it.");
    }
    let package = match package {
        Some(package) => std::path::absolute(package).context("the package's path cannot be read")?,
        None => Places::of(tree).finished.join(deb_name(tree)?),
    };
    if !package.is_file() {
        bail!("{} is not there. `cargo xtask dist` makes it.", package.display());
    }
    let mut progress = Progress::new(5);
    if let Some(code) = progress.step("needs: a screen", || needs::ensure(tree, For::Trial)).0? {
        return Ok(code);
    }
    trial::run(tree, &package, &mut progress)?;
    println!("{} installs, starts and removes cleanly", package.display());
    Ok(ExitCode::SUCCESS)
}

/// `--workspace --bin` as everywhere, so that a release build for the benches is not made again.
fn build(tree: &Tree) -> Result<()> {
    let mut build = tree.cargo(["build", "--release", "--workspace"]);
    for program in PROGRAMS {
        build.args(["--bin", program]);
    }
    process::run(&mut build)
}

fn stage(tree: &Tree, places: &Places) -> Result<()> {
    let programs = places.staging.join("release");
    fs::create_dir_all(&programs).with_context(|| format!("{} cannot be made", programs.display()))?;
    for program in PROGRAMS {
        let mut strip = tree.command("strip");
        strip.args(["--strip-unneeded", "-o"]);
        strip.arg(programs.join(program)).arg(tree.program("release", program));
        process::run(&mut strip)?;
    }
    let notices = notices::collect(tree)?;
    let path = places.staging.join(notices::FILE);
    fs::write(&path, notices).with_context(|| format!("{} cannot be written", path.display()))
}

fn pack(tree: &Tree, places: &Places) -> Result<Vec<PathBuf>> {
    let date = source_date(tree);
    let rpm = bundler::bundle(tree, &places.staging, "rpm")?;
    let finished_rpm = places
        .finished
        .join(rpm.file_name().unwrap_or_default().to_ascii_lowercase());
    fs::copy(&rpm, &finished_rpm).with_context(|| format!("{} cannot be written", finished_rpm.display()))?;
    if process::in_path("dpkg-deb").is_none() || process::in_path("dpkg-shlibdeps").is_none() {
        note("no .deb: dpkg-deb and dpkg-shlibdeps are not on this system");
        return Ok(vec![finished_rpm]);
    }
    let bundled = bundler::bundle(tree, &places.staging, "deb")?;
    let finished_deb = places.finished.join(deb_name(tree)?);
    deb::settle(&bundled, &places.staging, &finished_deb, date.as_deref())?;
    Ok(vec![finished_rpm, finished_deb])
}

/// `sidedesk_0.1.0_amd64.deb`, as Debian's own archive names its files.
fn deb_name(tree: &Tree) -> Result<String> {
    let architecture = process::output(Command::new("dpkg").arg("--print-architecture"))?;
    Ok(format!("{PACKAGE}_{}_{}.deb", version(tree)?, architecture.trim()))
}

/// The version of the window, which is that of the whole workspace.
fn version(tree: &Tree) -> Result<&str> {
    let packages = tree.metadata.get("packages").and_then(Value::as_array);
    let window = packages
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(Value::as_str) == PROGRAMS.first().copied());
    window
        .and_then(|package| package.get("version"))
        .and_then(Value::as_str)
        .context("cargo metadata names no version of the window")
}

/// The date that the files in a package get, in seconds since 1970: what the variable says that all package tools
/// share, else the last commit's, else today's (`None`).
fn source_date(tree: &Tree) -> Option<String> {
    let asked = std::env::var("SOURCE_DATE_EPOCH").ok();
    let committed = || process::output(tree.command("git").args(["log", "-1", "--format=%ct"])).ok();
    let date = asked.or_else(committed)?.trim().to_owned();
    date.parse::<u64>().is_ok().then_some(date)
}

#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// The one file in `folder` that ends in `.extension`.
fn only_file(folder: &Path, extension: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    let mut found = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file() && path.extension().is_some_and(|found| found == extension));
    match (found.next(), found.next()) {
        (Some(path), None) => Ok(path),
        (None, _) => bail!("{} holds no .{extension}", folder.display()),
        (Some(_), Some(_)) => bail!("{} holds more than one .{extension}", folder.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_has_the_version_of_the_workspace() {
        assert_eq!(version(&Tree::find().unwrap()).unwrap(), env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn two_packages_are_as_wrong_as_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(only_file(folder.path(), "deb").is_err());
        fs::write(folder.path().join("a.deb"), "").unwrap();
        fs::write(folder.path().join("a.rpm"), "").unwrap();
        assert_eq!(only_file(folder.path(), "deb").unwrap(), folder.path().join("a.deb"));
        fs::write(folder.path().join("b.deb"), "").unwrap();
        assert!(only_file(folder.path(), "deb").is_err());
    }
}

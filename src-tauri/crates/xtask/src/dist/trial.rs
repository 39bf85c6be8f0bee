//! The trial of a package: installed on this system, started, removed, and looked at afterwards.
//!
//! It uses the real `dpkg` on the real system, because that is what a user does; so it refuses to begin where Sidedesk
//! is installed already, and removes what it installed however it ends. The command line from the package makes a board
//! in a folder of its own, and the window from the package has to open it: its title names the board only after page,
//! bridge and database have worked together. No wait is a nap: each is for a condition, with a deadline.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::check::{self, DESKTOP_ENTRY, Expected};
use super::deb::{self, Entry};
use super::desktop_entry::DesktopEntry;
use super::{PACKAGE, PROGRAMS, Places, version};
use crate::files;
use crate::needs;
use crate::process;
use crate::progress::{Progress, note};
use crate::screen::Screen;
use crate::tree::Tree;

/// The board's name, as the window's title begins.
const BOARD: &str = "Package trial";

/// A busy machine shows the window after a few seconds; one that needs longer than this does not show it at all.
const WINDOW: Duration = Duration::from_secs(90);

/// How often it is asked whether the program that is waited for still runs.
const STILL_THERE: Duration = Duration::from_millis(250);

/// An empty window has one colour, a broken page two; the open board has hundreds, from the edges of its letters.
const COLOURS: u32 = 24;

/// The whole trial; the first thing that does not hold ends it.
pub fn run(tree: &Tree, package: &Path, progress: &mut Progress) -> Result<()> {
    // A folder of its own, so that nothing that the trial does touches the home of whoever started it.
    let work = Places::of(tree).finished.join("trial");
    if work.exists() {
        fs::remove_dir_all(&work).context("what is left of the last trial cannot be removed")?;
    }
    fs::create_dir_all(work.join("home")).with_context(|| format!("{} cannot be made", work.display()))?;
    let contents = deb::contents(package)?;
    let desktop = progress
        .step("contents, fields, menu entry", || look(tree, package, &contents, &work))
        .0?;
    let before = present(&contents);
    let installed = progress.step("install", || install(package, &contents)).0?;
    progress.step("start", || start(&work, &desktop)).0?;
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
fn look(tree: &Tree, package: &Path, contents: &[Entry], work: &Path) -> Result<DesktopEntry> {
    let unpacked = work.join("unpacked");
    process::run(Command::new("dpkg-deb").arg("-x").arg(package).arg(&unpacked))?;
    let entry = unpacked.join(DESKTOP_ENTRY.trim_start_matches('/'));
    // A package without the entry is judged like one with an empty entry: the faults name it.
    let desktop = DesktopEntry::parse(&fs::read_to_string(entry).unwrap_or_default());
    let architecture = process::output(Command::new("dpkg").arg("--print-architecture"))?;
    let expected = Expected {
        version: version(tree)?,
        architecture: architecture.trim(),
    };
    let control = deb::control(package)?;
    let faults = check::faults(contents, &control, &desktop, &expected);
    if !faults.is_empty() {
        bail!(
            "{} is not as it should be:\n  {}",
            package.display(),
            faults.join("\n  ")
        );
    }
    note(&format!("{} entries", contents.len()));
    for field in ["Depends", "Recommends", "Installed-Size"] {
        note(&format!("{field}: {}", control.get(field).map_or("", String::as_str)));
    }
    Ok(desktop)
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

/// Both programs, from where the package put them.
fn start(work: &Path, desktop: &DesktopEntry) -> Result<()> {
    let data = work.join("data");
    process::run(
        own_home(&mut program(PROGRAMS[1]), work)
            .arg("--data")
            .arg(&data)
            .args(["init", "--name", BOARD, "--function", "support"]),
    )?;
    let screen = Screen::start()?.context("there is no X on this system")?;
    let mut window = program(desktop.program());
    screen.show(
        own_home(&mut window, work)
            .arg("--data")
            .arg(&data)
            .stdin(Stdio::null()),
    );
    let begin = Instant::now();
    let mut app = Running(window.spawn().context("the installed window does not start")?);
    let on_the_screen = find(
        &screen,
        &mut app,
        begin,
        &["--onlyvisible", "--classname", &exactly(desktop)],
    )
    .context("no window with the class that the menu entry names")?;
    note(&format!("window after {:.1} s", begin.elapsed().as_secs_f64()));
    find(&screen, &mut app, begin, &["--name", &format!("^{BOARD}")]).context("the window does not name its board")?;
    painted(&screen, &mut app, begin, &on_the_screen)?;
    note(&format!("board after {:.1} s", begin.elapsed().as_secs_f64()));
    app.end()?;
    // What was saved is whole although the window was ended from outside.
    process::run(
        own_home(&mut program(PROGRAMS[1]), work)
            .arg("--data")
            .arg(&data)
            .arg("verify"),
    )
}

fn program(name: &str) -> Command {
    Command::new(Path::new("/usr/bin").join(name))
}

fn own_home<'a>(command: &'a mut Command, work: &Path) -> &'a mut Command {
    command.env("HOME", work.join("home"));
    for variable in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SIDEDESK_DATA"] {
        command.env_remove(variable);
    }
    command
}

/// A pattern that the class of the window must match as a whole.
fn exactly(desktop: &DesktopEntry) -> String {
    format!("^{}$", desktop.get("StartupWMClass"))
}

/// A program that ends with the value.
struct Running(Child);

impl Running {
    /// Still running, or an error that says how it ended.
    fn alive(&mut self) -> Result<()> {
        match self.0.try_wait().context("the window cannot be waited for")? {
            None => Ok(()),
            Some(status) => bail!("the window ended by itself: {status}"),
        }
    }

    /// Ask this one process to end, and wait for it.
    fn end(&mut self) -> Result<()> {
        self.alive()?;
        process::run(Command::new("kill").args(["-TERM", &self.0.id().to_string()]))?;
        self.0.wait().context("the window cannot be waited for")?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The first window of the program that matches, as soon as there is one.
fn find(screen: &Screen, app: &mut Running, begin: Instant, pattern: &[&str]) -> Result<String> {
    let mut search = Command::new("xdotool");
    screen.show(&mut search);
    search
        .args(["search", "--sync", "--all", "--pid", &app.0.id().to_string()])
        .args(pattern);
    let search = search.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut search = Running(search.context("xdotool does not start")?);
    let lines = process::lines_of(&mut search.0)?;
    loop {
        match lines.recv_timeout(STILL_THERE) {
            Ok(window) => return Ok(window),
            Err(RecvTimeoutError::Disconnected) => bail!("xdotool ended without an answer"),
            Err(RecvTimeoutError::Timeout) => app.alive()?,
        }
        if begin.elapsed() > WINDOW {
            bail!("not there after {} s", WINDOW.as_secs());
        }
    }
}

/// Wait until the window shows more than an empty page.
fn painted(screen: &Screen, app: &mut Running, begin: Instant, window: &str) -> Result<()> {
    loop {
        let mut picture = Command::new("import");
        screen.show(&mut picture);
        picture.args(["-window", window, "-format", "%k", "info:-"]);
        let colours: u32 = process::output(&mut picture)?.trim().parse().unwrap_or(0);
        if colours >= COLOURS {
            note(&format!("{colours} colours in the window"));
            return Ok(());
        }
        app.alive()?;
        if begin.elapsed() > WINDOW {
            bail!("the window still shows {colours} colours after {} s", WINDOW.as_secs());
        }
    }
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

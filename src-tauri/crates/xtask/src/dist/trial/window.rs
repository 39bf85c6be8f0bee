//! Starting what was installed: the command line makes a board, and the window has to open it.
//!
//! Three things are waited for, each with the same deadline: a visible window of the class that the menu entry names,
//! the board's name in its title, and a picture that is not empty.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::dist::PROGRAMS;
use crate::dist::desktop_entry::DesktopEntry;
use crate::process;
use crate::progress::note;
use crate::screen::Screen;

/// The board's name, as the window's title begins.
const BOARD: &str = "Package trial";

/// A busy machine shows the window after a few seconds; one that needs longer than this does not show it at all.
const WINDOW: Duration = Duration::from_secs(90);

/// How often it is asked whether the program that is waited for still runs.
const STILL_THERE: Duration = Duration::from_millis(250);

/// An empty page has one colour and a sentence a few dozen, from the edges of its letters; the open board has hundreds.
const COLOURS: u32 = 200;

/// Both programs, from where the package put them.
pub fn start(work: &Path, desktop: &DesktopEntry) -> Result<()> {
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
    // Nobody is there to choose a passphrase.
    command.env("HOME", work.join("home")).env("SIDEDESK_KEYS", "file");
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

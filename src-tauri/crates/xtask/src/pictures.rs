//! `cargo xtask pictures`: every screen of the real window, light and dark, large and small, into docs/pictures.

use anyhow::Result;

use crate::needs::{self, For};
use crate::progress::Progress;
use crate::screen::Screen;
use crate::tree::Tree;
use crate::{process, ui};

/// Where the README and the guide find them.
const FOLDER: &str = "docs/pictures";

/// Build what has changed, open windows on a screen that nobody sees, and save what they show.
pub fn pictures(tree: &Tree, only: Option<&str>) -> Result<()> {
    let mut progress = Progress::new(4);
    if progress
        .step("needs: system packages, Node", || needs::ensure(tree, For::Test))
        .0?
        .is_some()
    {
        return Ok(());
    }
    progress.step("ui: npm packages and pages", || ui::build(tree)).0?;
    // The invocation of the test run: nothing is built twice.
    let mut build = tree.cargo(["build", "--workspace", "--all-targets"]);
    progress.step("programs: cargo build", || process::run(&mut build)).0?;
    let screen = Screen::start()?;
    let mut command = tree.command(tree.program("debug", "pictures"));
    command
        .arg(tree.root.join(FOLDER))
        .env("SIDEDESK_BIN_DIR", tree.target.join("debug"));
    if let Some(only) = only {
        command.args(["--only", only]);
    }
    if let Some(screen) = &screen {
        screen.show(&mut command);
    }
    progress.step("pictures", || process::run(&mut command)).0
}

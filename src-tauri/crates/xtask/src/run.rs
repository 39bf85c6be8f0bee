//! `cargo xtask run`: from a fresh clone to the open window.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::needs::{self, For};
use crate::progress::Progress;
use crate::tree::Tree;
use crate::{process, screen, ui};

/// The package and its program.
pub const DESKTOP: &str = "sidedesk-desktop";

/// Build what has changed and open the window; `args` go to the app. The exit code is the app's own.
pub fn run(tree: &Tree, args: &[String]) -> Result<ExitCode> {
    // Asked first: a build of minutes that ends in "no display" would be unkind.
    if !screen::is_there(cfg!(target_os = "linux"), &|name| std::env::var(name).ok()) {
        eprintln!(
            "No display: neither DISPLAY nor WAYLAND_DISPLAY is set. Use `xvfb-run cargo xtask run`, or the command \
             line: cargo run -p sidedesk-cli -- --help"
        );
        return Ok(ExitCode::FAILURE);
    }
    let mut progress = Progress::new(3);
    if let Some(code) = progress
        .step("needs: system packages, Node", || needs::ensure(tree, For::Run))
        .0?
    {
        return Ok(code);
    }
    progress.step("ui: npm packages and pages", || ui::build(tree)).0?;
    // `--workspace --bin` builds this one program, with the features that the test run uses: nothing is built twice.
    let mut build = tree.cargo(["build", "--workspace", "--bin", DESKTOP]);
    progress
        .step("app: cargo build (the first one takes minutes)", || {
            process::run(&mut build)
        })
        .0?;
    let program = tree.program("debug", DESKTOP);
    eprintln!("Opening {}", program.display());
    let status = tree.command(&program).args(args).status();
    let status = status.with_context(|| format!("{} does not start", program.display()))?;
    // Codes above 255 exist on Windows only, and mean failure.
    Ok(status.code().map_or(ExitCode::FAILURE, |code| {
        u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
    }))
}

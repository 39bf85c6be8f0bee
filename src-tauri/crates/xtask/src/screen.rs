//! A screen that nobody sees, for tests that open real windows.
//!
//! One Xvfb on a number that it picks itself, so that two runs on one machine do not meet. It ends with the value, also
//! when the tests fail.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process;

/// A busy machine takes a few seconds; one that takes longer than this has another problem.
const START: Duration = Duration::from_secs(30);

/// A running Xvfb.
pub struct Screen {
    child: Child,
    display: String,
}

impl Screen {
    /// Start one; `None` on systems that have no X.
    pub fn start() -> Result<Option<Screen>> {
        if !cfg!(target_os = "linux") {
            return Ok(None);
        }
        let child = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb does not start")?;
        // From here on the value owns the process: every return ends it.
        let mut screen = Screen {
            child,
            display: String::new(),
        };
        let number = process::lines_of(&mut screen.child)?
            .recv_timeout(START)
            .context("Xvfb names no display")?;
        if number.trim().parse::<u32>().is_err() {
            bail!("Xvfb names the display {number:?}, which is not a number");
        }
        screen.display = format!(":{}", number.trim());
        Ok(Some(screen))
    }

    /// Point a command at this screen and at no other.
    pub fn show(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("GDK_BACKEND", "x11")
            .env_remove("WAYLAND_DISPLAY");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether this process can open a window; a system without X or Wayland always can.
pub fn is_there(linux: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    !linux
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_display_is_none() {
        assert!(!is_there(true, &|_| None));
        assert!(!is_there(true, &|_| Some(String::new())));
        assert!(is_there(true, &|name| (name == "WAYLAND_DISPLAY")
            .then(|| "wayland-0".to_owned())));
        assert!(is_there(false, &|_| None));
    }

    #[test]
    fn a_screen_ends_with_its_value() {
        if process::in_path("Xvfb").is_none() {
            return;
        }
        let (one, two) = (Screen::start().unwrap(), Screen::start().unwrap());
        let (Some(one), Some(two)) = (one, two) else { return };
        assert_ne!(one.display, two.display);
        let folder = std::path::PathBuf::from(format!("/proc/{}", one.child.id()));
        assert!(folder.exists());
        drop(one);
        assert!(!folder.exists());
    }
}

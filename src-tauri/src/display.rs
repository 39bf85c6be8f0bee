//! Whether there is a screen to open a window on. Asked before Tauri asks: Tauri panics where there is none.

/// The sentence to say where there is none.
#[cfg(target_os = "linux")]
const NO_DISPLAY: &str = "Sidedesk finds no display to open a window on. Use `xvfb-run sidedesk-desktop`, or the command line: sidedesk --help";

/// Connects to the display.
#[cfg(target_os = "linux")]
pub fn check() -> Result<(), &'static str> {
    gtk::init().map_err(|_| NO_DISPLAY)
}

/// These systems always have one.
#[cfg(not(target_os = "linux"))]
pub fn check() -> Result<(), &'static str> {
    Ok(())
}

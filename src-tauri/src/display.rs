//! Whether there is a screen to open a window on, and whether a graphics card draws it.

#[cfg(target_os = "linux")]
use std::path::Path;

use tauri::WebviewWindow;

/// The sentence to say where there is none.
#[cfg(target_os = "linux")]
const NO_DISPLAY: &str = "Sidedesk finds no display to open a window on. Use `xvfb-run sidedesk-desktop`, or the command line: sidedesk --help";

/// Connects to the display. Asked before Tauri asks: Tauri panics where there is none.
#[cfg(target_os = "linux")]
pub fn check() -> Result<(), &'static str> {
    gtk::init().map_err(|_| NO_DISPLAY)
}

/// These systems always have one.
#[cfg(not(target_os = "linux"))]
pub fn check() -> Result<(), &'static str> {
    Ok(())
}

/// Where no graphics card draws (a virtual machine, a remote desktop), the web view would play one on the processor: every
/// frame that scrolls then costs 120 ms. Drawn directly it costs 17 (docs/measurements.md, "The window").
#[cfg(target_os = "linux")]
pub fn choose_renderer(window: &WebviewWindow) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    if has_graphics_card(Path::new("/dev/dri")) {
        return;
    }
    let chosen = window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    // A slow window is better than none.
    if let Err(error) = chosen {
        tracing::warn!("how the window is drawn cannot be chosen: {error}");
    }
}

/// These systems draw without a card as well as they can.
#[cfg(not(target_os = "linux"))]
pub fn choose_renderer(_window: &WebviewWindow) {}

/// The kernel lists what can draw here as renderD128 and so on.
#[cfg(target_os = "linux")]
fn has_graphics_card(devices: &Path) -> bool {
    std::fs::read_dir(devices)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_what_the_kernel_lists_for_drawing() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!has_graphics_card(&dir.path().join("missing")));
        std::fs::write(dir.path().join("card0"), "").unwrap();
        assert!(!has_graphics_card(dir.path()), "a screen without anything that draws");
        std::fs::write(dir.path().join("renderD128"), "").unwrap();
        assert!(has_graphics_card(dir.path()));
    }
}

//! The one window. Its limits are in tauri.conf.json; here is what only a running program knows.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tauri::{App, AppHandle, Manager, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tokio::sync::watch;

use crate::display;
use crate::place::{self, Place, Screen};
use crate::revive;

/// As tauri.conf.json and the capability name it.
const LABEL: &str = "main";
/// Somebody who drags an edge makes hundreds of places; one is kept when the hand rests.
const REST: Duration = Duration::from_millis(500);

/// Opens it where it was. What the web view keeps lies beside the board, so that two boards never share it.
pub fn open(app: &App, dir: &Path, window_dir: &Path) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.iter().find(|window| window.label == LABEL) else {
        return Err(tauri::Error::WindowNotFound);
    };
    let mut builder = WebviewWindowBuilder::from_config(app, config)?
        .data_directory(dir.join("webview"))
        .on_navigation(is_own_page);
    let file = window_dir.join("place.json");
    if let Some(kept) = place::kept(&file) {
        let place = place::fitted(kept, &screens(app));
        builder = builder
            .position(f64::from(place.x), f64::from(place.y))
            .inner_size(f64::from(place.width), f64::from(place.height))
            .maximized(place.maximized);
    }
    let window = builder.build()?;
    display::choose_renderer(&window);
    revive::watch(&window);
    remember(&window, file);
    Ok(())
}

/// Brings it to the front. `token` is what the desktop gave to whoever asks for it; empty where there is none.
pub fn show(app: &AppHandle, token: String) {
    let handle = app.clone();
    let shown = app.run_on_main_thread(move || {
        let Some(window) = handle.get_webview_window(LABEL) else {
            return;
        };
        present_with(&window, &token);
        for done in [window.unminimize(), window.show(), window.set_focus()] {
            if let Err(error) = done {
                tracing::warn!("the window does not come to the front: {error}");
            }
        }
    });
    if let Err(error) = shown {
        tracing::warn!("the window does not come to the front: {error}");
    }
}

/// Asks it to close, as its own button does.
pub fn close(app: &AppHandle) {
    if let Some(Err(error)) = app.get_webview_window(LABEL).map(|window| window.close()) {
        tracing::warn!("the window does not close: {error}");
    }
}

/// Whether somebody has it before them, so that a notice would only say what they see.
pub fn is_in_front(app: &AppHandle) -> bool {
    app.get_webview_window(LABEL)
        .is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// The board's name in the title, for task bars and for whoever has two windows open.
pub fn set_title(app: &AppHandle, board: &str) {
    let title = if board.is_empty() {
        "Sidedesk".to_owned()
    } else {
        format!("{board} – Sidedesk")
    };
    if let Some(Err(error)) = app.get_webview_window(LABEL).map(|window| window.set_title(&title)) {
        tracing::warn!("the title cannot be set: {error}");
    }
}

/// Wayland lets a window come to the front only with the word of whoever was clicked.
#[cfg(target_os = "linux")]
fn present_with(window: &WebviewWindow, token: &str) {
    use gtk::prelude::GtkWindowExt as _;
    if !token.is_empty()
        && let Ok(window) = window.gtk_window()
    {
        window.set_startup_id(token);
    }
}

#[cfg(not(target_os = "linux"))]
fn present_with(_window: &WebviewWindow, _token: &str) {}

/// Keeps the window's place: when it rests, for a program that is killed, and when it closes.
fn remember(window: &WebviewWindow, file: PathBuf) {
    let (moved, mut resting) = watch::channel(());
    let (of_event, path) = (window.clone(), file.clone());
    window.on_window_event(move |event| match event {
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => {
            moved.send_replace(());
        }
        WindowEvent::CloseRequested { .. } => keep(&of_event, &path),
        _ => {}
    });
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        while resting.changed().await.is_ok() {
            tokio::time::sleep(REST).await;
            resting.mark_unchanged();
            let (window, file) = (window.clone(), file.clone());
            let kept = tauri::async_runtime::spawn_blocking(move || keep(&window, &file));
            if kept.await.is_err() {
                return;
            }
        }
    });
}

fn keep(window: &WebviewWindow, file: &Path) {
    let before = place::kept(file);
    let now = place_of(window, before);
    if now.is_some()
        && now != before
        && let Some(now) = now
        && let Err(error) = place::keep(file, now)
    {
        tracing::warn!("the window's place is not kept: {error}");
    }
}

/// Where it is; for one that fills its screen the place to go back to. `None` while it is minimised, or when it is gone.
fn place_of(window: &WebviewWindow, before: Option<Place>) -> Option<Place> {
    if window.is_minimized().ok()? || window.is_fullscreen().ok()? {
        return None;
    }
    let scale = window.scale_factor().ok()?;
    let at = window.outer_position().ok()?.to_logical::<i32>(scale);
    let size = window.inner_size().ok()?.to_logical::<i32>(scale);
    let here = Place {
        x: at.x,
        y: at.y,
        width: size.width,
        height: size.height,
        maximized: window.is_maximized().ok()?,
    };
    match before {
        Some(before) if here.maximized => Some(Place {
            maximized: true,
            ..before
        }),
        _ => Some(here),
    }
}

fn screens(app: &App) -> Vec<Screen> {
    let monitors = app.available_monitors().unwrap_or_default();
    let screen = |monitor: &tauri::Monitor| {
        let (area, scale) = (monitor.work_area(), monitor.scale_factor());
        let (at, size) = (
            area.position.to_logical::<i32>(scale),
            area.size.to_logical::<i32>(scale),
        );
        Screen {
            x: at.x,
            y: at.y,
            width: size.width,
            height: size.height,
        }
    };
    monitors.iter().map(screen).collect()
}

/// No remote page ever gets into the window, whatever a link or a dropped address says.
fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_open() {
        let check = |url: &str, expected: bool| assert_eq!(is_own_page(&url.parse().unwrap()), expected, "{url}");
        check("tauri://localhost/index.html", true);
        check("http://tauri.localhost/", true);
        check("https://example.com/", false);
        check("file:///etc/passwd", false);
        check("data:text/html,x", false);
    }
}

//! The one window. Its size and limits are in tauri.conf.json; here is what only a running program knows.

use std::path::Path;

use tauri::{App, AppHandle, Manager, Url, WebviewWindowBuilder};

/// As tauri.conf.json and the capability name it.
const LABEL: &str = "main";

/// Opens it. What the web view keeps lies beside the board, so that two boards never share it.
pub fn open(app: &App, dir: &Path) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.iter().find(|window| window.label == LABEL) else {
        return Err(tauri::Error::WindowNotFound);
    };
    WebviewWindowBuilder::from_config(app, config)?
        .data_directory(dir.join("webview"))
        .on_navigation(is_own_page)
        .build()?;
    Ok(())
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

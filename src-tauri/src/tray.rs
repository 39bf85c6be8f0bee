//! An icon among those of the system, where the desktop has a place for it. It opens the window and ends the program.
//!
//! On Linux both are asked for before: whether a tray is there, and whether the library that speaks to it is. Without
//! the library the crate below panics; a missing tray would be an icon that nobody sees.

use std::path::{Path, PathBuf};
use tauri::AppHandle;

use tauri::menu::{MenuBuilder, MenuItemBuilder};
use tauri::tray::TrayIconBuilder;

use crate::{window, words};

const OPEN: &str = "open";
const QUIT: &str = "quit";

/// Shows it, as soon as it is known that somebody would see it. Its picture is a file in `window_dir`: in the folder for
/// temporary files, which the library would take, two windows have one name for it, and the first to end deletes it.
pub fn offer(app: &AppHandle, window_dir: PathBuf) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(why) = probe::host().await {
            return tracing::debug!("no tray: {why}");
        }
        let handle = app.clone();
        let shown = app.run_on_main_thread(move || {
            // The library was there a moment ago; one that cannot be loaded after all ends the icon, not the window.
            let shown = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| show(&handle, &window_dir)));
            if !matches!(shown, Ok(Ok(()))) {
                tracing::info!("the tray's icon is not shown: {shown:?}");
            }
        });
        if let Err(error) = shown {
            tracing::info!("the tray's icon is not shown: {error}");
        }
    });
}

fn show(app: &AppHandle, window_dir: &Path) -> tauri::Result<()> {
    let words = words::of_system();
    let item = |id: &str, text: &str| MenuItemBuilder::with_id(id, text).build(app);
    let menu = MenuBuilder::new(app)
        .item(&item(OPEN, words.open_window)?)
        .item(&item(QUIT, words.quit)?)
        .build()?;
    let mut icon = TrayIconBuilder::with_id("main")
        .temp_dir_path(window_dir)
        .tooltip("Sidedesk")
        .menu(&menu)
        .on_menu_event(|app, event| match event.id().as_ref() {
            OPEN => window::show(app, String::new()),
            QUIT => window::close(app),
            _ => {}
        });
    if let Some(image) = app.default_window_icon() {
        icon = icon.icon(image.clone());
    }
    icon.build(app)?;
    Ok(())
}

#[cfg(target_os = "linux")]
mod probe {
    use std::path::Path;
    use std::time::Duration;

    /// The place for icons, as KDE named it and all others do.
    const HOST: &str = "org.kde.StatusNotifierWatcher";
    /// Either speaks to it; the crate below tries them in this order.
    const LIBRARIES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];
    /// What the loader knows.
    const LOADER: &str = "/etc/ld.so.cache";
    /// A session bus that hangs is none.
    const PATIENCE: Duration = Duration::from_secs(3);

    /// Whether an icon would be seen; the reason why not.
    pub async fn host() -> Result<(), String> {
        if !has_library() {
            return Err(format!("{} is not installed", LIBRARIES.join(" or ")));
        }
        match tokio::time::timeout(PATIENCE, has_host()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(format!("nobody is {HOST}")),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the session bus does not answer".to_owned()),
        }
    }

    async fn has_host() -> zbus::Result<bool> {
        let bus = zbus::Connection::session().await?;
        let names = zbus::fdo::DBusProxy::new(&bus).await?;
        Ok(names.name_has_owner(HOST.try_into()?).await?)
    }

    /// Asked of the loader's list and of the folders that come before it, as `dlopen` asks them.
    fn has_library() -> bool {
        let listed = std::fs::read(LOADER).unwrap_or_default();
        let folders = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        LIBRARIES
            .iter()
            .any(|name| is_listed(&listed, name) || std::env::split_paths(&folders).any(|folder| is_in(&folder, name)))
    }

    fn is_in(folder: &Path, name: &str) -> bool {
        !folder.as_os_str().is_empty() && folder.join(name).is_file()
    }

    /// The list holds names and paths between zero bytes, among other things.
    fn is_listed(list: &[u8], name: &str) -> bool {
        list.split(|byte| *byte == 0)
            .filter_map(|entry| entry.strip_suffix(name.as_bytes()))
            .any(|before| before.is_empty() || before.ends_with(b"/"))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_library_is_found_by_its_whole_name() {
            let others = b"glibc-ld.so\0\x01libayatana\0/lib/libappindicator3.so.1.0\0/lib/my-libappindicator3.so.1\0";
            assert!(LIBRARIES.iter().all(|name| !is_listed(others, name)));
            assert!(is_listed(b"\x01\0libappindicator3.so.1\0", LIBRARIES[1]));
            assert!(is_listed(
                b"\0/lib/x86_64-linux-gnu/libappindicator3.so.1\0",
                LIBRARIES[1]
            ));
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod probe {
    /// These systems always have one.
    pub async fn host() -> Result<(), String> {
        Ok(())
    }
}

//! What the page finds again in this window.

use std::sync::Arc;

use tauri::State;

use crate::error::{self, Answer};
use crate::kept::{Drawer, Refused};

/// What was kept last under this name: `drafts`, `settings` or `places`.
#[tauri::command]
pub async fn kept(drawer: State<'_, Arc<Drawer>>, name: String) -> Answer<Option<String>> {
    off_the_window(&drawer, move |drawer| drawer.kept(&name)).await
}

/// Keeps a text of JSON. When this returns, it is on the disk; a page that waits for it before it sends the next one
/// has them in order.
#[tauri::command]
pub async fn keep(drawer: State<'_, Arc<Drawer>>, name: String, text: String) -> Answer<()> {
    off_the_window(&drawer, move |drawer| drawer.keep(&name, &text)).await
}

/// The disk may take its time; no thread that serves the window waits for it.
async fn off_the_window<T: Send + 'static>(
    drawer: &Arc<Drawer>,
    work: impl FnOnce(&Drawer) -> Result<T, Refused> + Send + 'static,
) -> Answer<T> {
    let drawer = Arc::clone(drawer);
    match tauri::async_runtime::spawn_blocking(move || work(&drawer)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(refused)) => Err(error::not_kept(refused)),
        Err(ended) => Err(error::bad_request(&ended.to_string())),
    }
}

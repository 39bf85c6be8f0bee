//! Links leave the window through the system's own programs.

use crate::error::{self, Answer};
use crate::links;

/// Opens an address in the browser or the mail program.
#[tauri::command]
pub async fn open_link(url: String) -> Answer<()> {
    let allowed = links::allowed(&url).ok_or_else(|| error::link(None))?;
    // The system's program is watched for a moment, whether it refuses; no thread of the window waits for that.
    let opened = tauri::async_runtime::spawn_blocking(move || open::that_detached(allowed.as_str()));
    match opened.await {
        Ok(opened) => opened.map_err(|error| error::link(Some(error.to_string()))),
        Err(ended) => Err(error::link(Some(ended.to_string()))),
    }
}

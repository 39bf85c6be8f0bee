//! Quick ways onto the board: one typed line, and the sample.

use sidedesk_api::dto::QuickDto;
use tauri::State;

use crate::error::{self, Answer};
use crate::shell::Shell;

/// A line as it is understood while it is typed. Writes nothing.
#[tauri::command]
pub async fn quick(shell: State<'_, Shell>, kind: String, line: String) -> Answer<QuickDto> {
    shell.desk().await?.quick(&kind, &line).await.map_err(error::dto)
}

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

/// Fills an empty board with the sample. One undo takes it back.
#[tauri::command]
pub async fn fill_sample(shell: State<'_, Shell>) -> Answer<()> {
    shell.desk().await?.fill_sample().await.map_err(error::dto)?;
    Ok(())
}

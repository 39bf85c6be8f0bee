//! Quick ways onto the board: one typed line, and the sample.

use sidedesk_api::dto::{NearestDto, QuickDto, RecordRefDto};
use tauri::State;

use crate::error::{self, Answer};
use crate::shell::Shell;

/// A line as it is understood while it is typed. Writes nothing.
#[tauri::command]
pub async fn quick(shell: State<'_, Shell>, kind: String, line: String) -> Answer<QuickDto> {
    shell.desk().await?.quick(&kind, &line).await.map_err(error::dto)
}

/// The nearest known complaints of what somebody is typing. Writes nothing.
#[tauri::command]
pub async fn nearest(shell: State<'_, Shell>, text: String) -> Answer<NearestDto> {
    let found = shell.desk().await?.nearest(vec![text]).await.map_err(error::dto)?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// One more report of a known complaint, written down now.
#[tauri::command]
pub async fn file_under(shell: State<'_, Shell>, complaint: String, text: String) -> Answer<RecordRefDto> {
    shell
        .desk()
        .await?
        .file_under(&complaint, &text)
        .await
        .map_err(error::dto)
}

/// Fills an empty board with the sample. One undo takes it back.
#[tauri::command]
pub async fn fill_sample(shell: State<'_, Shell>) -> Answer<()> {
    shell.desk().await?.fill_sample().await.map_err(error::dto)?;
    Ok(())
}

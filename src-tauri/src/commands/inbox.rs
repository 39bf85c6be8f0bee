//! The inbox: tickets of no complaint, what keeps coming back among them, and how they come to belong to one.

use sidedesk_api::dto::{FieldInputDto, LensDto, LooseDto, NearestDto, RecordRefDto, SortedDto, SuggestedDto};
use tauri::State;

use crate::error::{self, Answer};
use crate::shell::Shell;

/// A page of tickets of no complaint.
#[tauri::command]
pub async fn loose_reports(shell: State<'_, Shell>, words: String, offset: u64) -> Answer<LooseDto> {
    let desk = shell.desk().await?;
    desk.loose_reports(&words, offset).await.map_err(error::dto)
}

/// One complaint of these tickets.
#[tauri::command]
pub async fn make_complaint(
    shell: State<'_, Shell>,
    reports: Vec<String>,
    fields: Vec<FieldInputDto>,
) -> Answer<SortedDto> {
    let desk = shell.desk().await?;
    desk.make_complaint(&reports, &fields).await.map_err(error::dto)
}

/// These tickets under that complaint.
#[tauri::command]
pub async fn add_reports(shell: State<'_, Shell>, complaint: String, reports: Vec<String>) -> Answer<SortedDto> {
    let desk = shell.desk().await?;
    desk.add_reports(&complaint, &reports).await.map_err(error::dto)
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

/// What keeps coming back among the tickets of no complaint; where they are many, only when somebody asked. Writes nothing.
#[tauri::command]
pub async fn lens(shell: State<'_, Shell>, asked: bool) -> Answer<LensDto> {
    shell.desk().await?.lens(asked).await.map_err(error::dto)
}

/// A group's tickets in tighter parts. Writes nothing.
#[tauri::command]
pub async fn split_group(shell: State<'_, Shell>, reports: Vec<String>) -> Answer<Vec<SuggestedDto>> {
    shell.desk().await?.split_group(&reports).await.map_err(error::dto)
}

/// These are no group, for everybody on the board.
#[tauri::command]
pub async fn refuse_group(shell: State<'_, Shell>, fingerprint: String) -> Answer<()> {
    shell.desk().await?.refuse_group(&fingerprint).await.map_err(error::dto)
}

/// What was refused is suggested again.
#[tauri::command]
pub async fn recall_groups(shell: State<'_, Shell>) -> Answer<u64> {
    shell.desk().await?.recall_groups().await.map_err(error::dto)
}

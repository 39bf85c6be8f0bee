//! Writing cards, and taking back what was written.

use sidedesk_api::dto::{
    AnswerDto, DeletedDto, FieldInputDto, HistoryDto, RecordRefDto, ReportDto, SavedDto, UndoneDto,
};
use tauri::State;

use crate::error::{self, Answer};
use crate::shell::Shell;

/// A new card.
#[tauri::command]
pub async fn add(shell: State<'_, Shell>, kind: String, fields: Vec<FieldInputDto>) -> Answer<RecordRefDto> {
    shell.desk().await?.add(&kind, &fields).await.map_err(error::dto)
}

/// Some fields of a card, as the person saw it at `seen`.
#[tauri::command]
pub async fn set(
    shell: State<'_, Shell>,
    kind: String,
    id: String,
    seen: u64,
    fields: Vec<FieldInputDto>,
) -> Answer<SavedDto> {
    let desk = shell.desk().await?;
    desk.set(&kind, &id, seen, &fields).await.map_err(error::dto)
}

/// Puts a card away; undo and `restore` bring it back.
#[tauri::command]
pub async fn delete(shell: State<'_, Shell>, kind: String, id: String) -> Answer<SavedDto> {
    shell.desk().await?.delete(&kind, &id).await.map_err(error::dto)
}

/// Brings a deleted card back.
#[tauri::command]
pub async fn restore(shell: State<'_, Shell>, kind: String, id: String) -> Answer<SavedDto> {
    shell.desk().await?.restore(&kind, &id).await.map_err(error::dto)
}

/// What was deleted in the last thirty days, the newest first.
#[tauri::command]
pub async fn deleted(shell: State<'_, Shell>) -> Answer<Vec<DeletedDto>> {
    shell.desk().await?.deleted().await.map_err(error::dto)
}

/// Says that one complaint is the same as another, and counts there from now on.
#[tauri::command]
pub async fn merge_complaint(shell: State<'_, Shell>, duplicate: String, head: String) -> Answer<SavedDto> {
    let desk = shell.desk().await?;
    desk.merge_complaint(&duplicate, &head).await.map_err(error::dto)
}

/// Parts a duplicate from its head again.
#[tauri::command]
pub async fn part_complaint(shell: State<'_, Shell>, duplicate: String) -> Answer<SavedDto> {
    let desk = shell.desk().await?;
    desk.part_complaint(&duplicate).await.map_err(error::dto)
}

/// What waits for an answer, on any card, the oldest first.
#[tauri::command]
pub async fn proposals(shell: State<'_, Shell>) -> Answer<Vec<AnswerDto>> {
    shell.desk().await?.proposals().await.map_err(error::dto)
}

/// Takes a proposal, declines it, or takes back one's own.
#[tauri::command]
pub async fn answer_proposal(shell: State<'_, Shell>, answer: AnswerDto, take: bool) -> Answer<()> {
    let desk = shell.desk().await?;
    desk.answer_proposal(&answer, take).await.map_err(error::dto)?;
    Ok(())
}

/// A page of a complaint's reports.
#[tauri::command]
pub async fn reports(shell: State<'_, Shell>, complaint: String, offset: u64) -> Answer<Vec<ReportDto>> {
    shell
        .desk()
        .await?
        .reports(&complaint, offset)
        .await
        .map_err(error::dto)
}

/// One report: search finds it, and it names its complaint.
#[tauri::command]
pub async fn report(shell: State<'_, Shell>, id: String) -> Answer<ReportDto> {
    shell.desk().await?.report(&id).await.map_err(error::dto)
}

/// Who changed what, newest first.
#[tauri::command]
pub async fn history(shell: State<'_, Shell>, kind: String, id: String) -> Answer<Vec<HistoryDto>> {
    shell.desk().await?.history(&kind, &id).await.map_err(error::dto)
}

/// Takes back this person's last action, a whole import too.
#[tauri::command]
pub async fn undo(shell: State<'_, Shell>) -> Answer<UndoneDto> {
    shell.desk().await?.undo().await.map_err(error::dto)
}

/// Brings back what was taken back last.
#[tauri::command]
pub async fn redo(shell: State<'_, Shell>) -> Answer<UndoneDto> {
    shell.desk().await?.redo().await.map_err(error::dto)
}

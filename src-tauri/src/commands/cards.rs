//! Single cards, what stands beside them, and tickets that become cards.

use sidedesk_api::dto::{
    CampaignDto, CardsDto, ComplaintDto, FieldInputDto, LooseDto, RecordRefDto, SettingsDto, SortedDto, TrendDto,
};
use tauri::State;

use crate::error::{self, Answer};
use crate::shell::Shell;

/// Some cards as they are now.
#[tauri::command]
pub async fn cards(shell: State<'_, Shell>, records: Vec<RecordRefDto>) -> Answer<CardsDto> {
    shell.desk().await?.cards(&records).await.map_err(error::dto)
}

/// One campaign, deleted or not.
#[tauri::command]
pub async fn campaign(shell: State<'_, Shell>, id: String) -> Answer<CampaignDto> {
    shell.desk().await?.campaign(&id).await.map_err(error::dto)
}

/// One complaint, deleted or not.
#[tauri::command]
pub async fn complaint(shell: State<'_, Shell>, id: String) -> Answer<ComplaintDto> {
    shell.desk().await?.complaint(&id).await.map_err(error::dto)
}

/// A complaint's weeks, and the campaigns beside them.
#[tauri::command]
pub async fn trend(shell: State<'_, Shell>, complaint: String) -> Answer<TrendDto> {
    shell.desk().await?.trend(&complaint).await.map_err(error::dto)
}

/// From here on the board is folded by the newest rules; false when it is already.
#[tauri::command]
pub async fn upgrade_rules(shell: State<'_, Shell>) -> Answer<bool> {
    shell.desk().await?.upgrade_rules().await.map_err(error::dto)
}

/// The workspace's own settings.
#[tauri::command]
pub async fn settings(shell: State<'_, Shell>) -> Answer<SettingsDto> {
    shell.desk().await?.settings().await.map_err(error::dto)
}

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

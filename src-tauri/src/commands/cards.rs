//! Single cards and what stands beside them.

use sidedesk_api::dto::{CampaignDto, CardsDto, ComplaintDto, RecordRefDto, SettingsDto, TrendDto};
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

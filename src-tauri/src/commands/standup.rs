//! Deciding together: decisions and their signatures.

use sidedesk_api::dto::{DecideDto, DecisionDto};
use tauri::State;

use crate::error::{self, Answer};
use crate::shell::Shell;

/// Proposes or decides, with the own function's signature.
#[tauri::command]
pub async fn decide(shell: State<'_, Shell>, decision: DecideDto) -> Answer<DecisionDto> {
    shell.desk().await?.decide(&decision).await.map_err(error::dto)
}

/// Signs what the other function proposed.
#[tauri::command]
pub async fn agree(shell: State<'_, Shell>, id: String) -> Answer<DecisionDto> {
    shell.desk().await?.agree(&id).await.map_err(error::dto)
}

/// Every decision about one thing.
#[tauri::command]
pub async fn decisions(shell: State<'_, Shell>, kind: String, id: String) -> Answer<Vec<DecisionDto>> {
    shell.desk().await?.decisions(&kind, &id).await.map_err(error::dto)
}

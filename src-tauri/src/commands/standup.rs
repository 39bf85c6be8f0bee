//! Deciding together: decisions and their signatures, the day's agenda, the standup.

use sidedesk_api::dto::{AgendaDto, DecideDto, DecisionDto, SinceListDto, StandupDto};
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

/// Takes one's own proposal back.
#[tauri::command]
pub async fn take_back(shell: State<'_, Shell>, id: String) -> Answer<()> {
    shell.desk().await?.take_back_decision(&id).await.map_err(error::dto)
}

/// Every decision about one thing.
#[tauri::command]
pub async fn decisions(shell: State<'_, Shell>, kind: String, id: String) -> Answer<Vec<DecisionDto>> {
    shell.desk().await?.decisions(&kind, &id).await.map_err(error::dto)
}

/// What is to be decided now.
#[tauri::command]
pub async fn agenda(shell: State<'_, Shell>) -> Answer<AgendaDto> {
    shell.desk().await?.agenda(None).await.map_err(error::dto)
}

/// What the other function did since then.
#[tauri::command]
pub async fn since(shell: State<'_, Shell>, since_ms: i64) -> Answer<SinceListDto> {
    shell.desk().await?.since(since_ms).await.map_err(error::dto)
}

/// Starts today's standup, or goes on with it.
#[tauri::command]
pub async fn start_standup(shell: State<'_, Shell>) -> Answer<StandupDto> {
    shell.desk().await?.start_standup().await.map_err(error::dto)
}

/// Everybody looks at this item now; at none, when all are through.
#[tauri::command]
pub async fn move_standup(shell: State<'_, Shell>, key: Option<String>) -> Answer<StandupDto> {
    shell
        .desk()
        .await?
        .move_standup(key.as_deref())
        .await
        .map_err(error::dto)
}

/// Ends today's standup: it was held.
#[tauri::command]
pub async fn end_standup(shell: State<'_, Shell>) -> Answer<StandupDto> {
    shell.desk().await?.end_standup().await.map_err(error::dto)
}

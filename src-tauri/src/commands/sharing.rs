//! More than one computer.

use sidedesk_api::dto::{OpenDto, StatusDto};
use tauri::{AppHandle, State};

use crate::error::{self, Answer};
use crate::shell::Shell;
use crate::window;

/// Puts the board on a hub and answers with the first invite code.
#[tauri::command]
pub async fn share(shell: State<'_, Shell>, hub_address: String, role: String) -> Answer<String> {
    let desk = shell.desk().await?;
    desk.share(&hub_address, &role).await.map_err(error::dto)
}

/// One more invite code.
#[tauri::command]
pub async fn invite(shell: State<'_, Shell>, role: String) -> Answer<String> {
    shell.desk().await?.invite(&role).await.map_err(error::dto)
}

/// A code for one more device of the person who asks.
#[tauri::command]
pub async fn invite_own(shell: State<'_, Shell>) -> Answer<String> {
    shell.desk().await?.invite_own().await.map_err(error::dto)
}

/// The four words that both ends of a call compare. Nothing is asked of anybody.
#[tauri::command]
pub fn voice_words(code: &str) -> Answer<[String; 4]> {
    sidedesk_api::voice_words(code).map_err(|error| error.dto())
}

/// Takes a seat at somebody else's board.
#[tauri::command]
pub async fn join(
    app: AppHandle,
    shell: State<'_, Shell>,
    code: String,
    me: String,
    function: String,
) -> Answer<OpenDto> {
    let desk = shell.desk().await?;
    let open = desk.join(&code, &me, &function).await.map_err(error::dto)?;
    window::set_title(&app, &open.name);
    Ok(open)
}

/// Stops the long work that the status shows. Opening the board again goes on with it.
#[tauri::command]
pub async fn cancel_job(shell: State<'_, Shell>) -> Answer<()> {
    shell.desk().await?.cancel_job().await.map_err(error::dto)?;
    Ok(())
}

/// What is known about the way to the hub.
#[tauri::command]
pub async fn status(shell: State<'_, Shell>) -> Answer<StatusDto> {
    shell.desk().await?.status().await.map_err(error::dto)
}

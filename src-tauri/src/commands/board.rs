//! Opening a board and reading it.

use sidedesk_api::dto::{BoardDto, ClashesDto, OpenDto, SearchDto};
use tauri::{AppHandle, State};

use crate::error::{self, Answer};
use crate::shell::Shell;
use crate::window;

/// Whether there is a board, and whose.
#[tauri::command]
pub async fn state(app: AppHandle, shell: State<'_, Shell>) -> Answer<OpenDto> {
    let open = shell.desk().await?.state().await.map_err(error::dto)?;
    window::set_title(&app, &open.name);
    Ok(open)
}

/// A new board on this computer.
#[tauri::command]
pub async fn init(
    app: AppHandle,
    shell: State<'_, Shell>,
    name: String,
    me: String,
    function: String,
) -> Answer<OpenDto> {
    let desk = shell.desk().await?;
    let open = desk.init(&name, &me, &function).await.map_err(error::dto)?;
    window::set_title(&app, &open.name);
    Ok(open)
}

/// Both lanes.
#[tauri::command]
pub async fn board(shell: State<'_, Shell>) -> Answer<BoardDto> {
    shell.desk().await?.board().await.map_err(error::dto)
}

/// Where they meet, as of now.
#[tauri::command]
pub async fn clashes(shell: State<'_, Shell>) -> Answer<ClashesDto> {
    shell.desk().await?.clashes_shown().await.map_err(error::dto)
}

/// Everything with these words.
#[tauri::command]
pub async fn search(shell: State<'_, Shell>, text: String) -> Answer<SearchDto> {
    shell.desk().await?.search(&text).await.map_err(error::dto)
}

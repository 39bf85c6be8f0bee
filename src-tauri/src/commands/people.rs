//! Who is on the board, who may what, who goes, and the printed words. What is wrong with a word of a sheet is said to the
//! page and never to the log.

use sidedesk_api::dto::{MemberDto, OpenDto, OwnedDto, SafetyDto, SheetDto};
use tauri::{AppHandle, State};

use crate::error::{self, Answer};
use crate::shell::Shell;
use crate::window;

/// Who is on the board.
#[tauri::command]
pub async fn members(shell: State<'_, Shell>) -> Answer<Vec<MemberDto>> {
    shell.desk().await?.members().await.map_err(error::dto)
}

/// Whether the board outlives the loss of a computer.
#[tauri::command]
pub async fn safety(shell: State<'_, Shell>) -> Answer<SafetyDto> {
    shell.desk().await?.safety().await.map_err(error::dto)
}

/// What somebody would have to hand over.
#[tauri::command]
pub async fn owned_by(shell: State<'_, Shell>, member: String) -> Answer<Vec<OwnedDto>> {
    shell.desk().await?.owned_by(&member).await.map_err(error::dto)
}

/// Gives somebody another role.
#[tauri::command]
pub async fn set_role(shell: State<'_, Shell>, member: String, role: String) -> Answer<()> {
    shell.desk().await?.set_role(&member, &role).await.map_err(error::dto)
}

/// Removes a person; what they own goes to `heir`.
#[tauri::command]
pub async fn remove_member(shell: State<'_, Shell>, member: String, heir: Option<String>) -> Answer<()> {
    let desk = shell.desk().await?;
    desk.remove_member(&member, heir.as_deref()).await.map_err(error::dto)
}

/// Removes one device of somebody.
#[tauri::command]
pub async fn remove_device(shell: State<'_, Shell>, device: String) -> Answer<()> {
    shell.desk().await?.remove_device(&device).await.map_err(error::dto)
}

/// Fresh recovery words, for paper.
#[tauri::command]
pub async fn recovery_sheet(shell: State<'_, Shell>) -> Answer<SheetDto> {
    shell.desk().await?.recovery_sheet().await.map_err(error::dto)
}

/// Takes words back from the paper, with their places: the sheet holds from now on.
#[tauri::command]
pub async fn confirm_sheet(shell: State<'_, Shell>, typed: Vec<(usize, String)>) -> Answer<()> {
    let desk = shell.desk().await?;
    desk.confirm_sheet(&typed).await.map_err(|error| error.dto())
}

/// Comes back as a lead, with the words and the board code of a sheet.
#[tauri::command]
pub async fn recover(
    app: AppHandle,
    shell: State<'_, Shell>,
    words: String,
    board_code: String,
    me: String,
    function: String,
) -> Answer<OpenDto> {
    let desk = shell.desk().await?;
    let recovered = desk.recover(&words, &board_code, &me, &function).await;
    let open = recovered.map_err(|error| error.dto())?;
    window::set_title(&app, &open.name);
    Ok(open)
}

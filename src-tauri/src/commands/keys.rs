//! Where this device's secret lies. A passphrase goes in; neither it nor a key ever comes out.

use sidedesk_api::dto::{KeysDto, OpenDto};
use sidedesk_api::{Error, Keys, KeysChoice, Passphrase};
use tauri::{AppHandle, State};

use crate::error::{self, Answer};
use crate::shell::Shell;
use crate::window;

fn typed(passphrase: String) -> Answer<Passphrase> {
    Passphrase::taken(passphrase).map_err(|error| error::dto(Error::from(error)))
}

/// Opens a board again whose keys could not be had: with this passphrase, or because the keyring is there now.
#[tauri::command]
pub async fn unlock(app: AppHandle, shell: State<'_, Shell>, passphrase: Option<String>) -> Answer<OpenDto> {
    let passphrase = passphrase.map(typed).transpose()?;
    let desk = shell.try_again(passphrase).await?;
    let open = desk.state().await.map_err(error::dto)?;
    window::set_title(&app, &open.name);
    Ok(open)
}

/// A new passphrase for the board that is founded or joined next.
#[tauri::command]
pub async fn choose_passphrase(shell: State<'_, Shell>, passphrase: String) -> Answer<()> {
    let passphrase = typed(passphrase)?;
    shell.desk().await?.choose_passphrase(passphrase).map_err(error::dto)
}

/// Where this device's secret lies.
#[tauri::command]
pub async fn secret_place(shell: State<'_, Shell>) -> Answer<KeysDto> {
    shell.desk().await?.secret_place().await.map_err(error::dto)
}

/// Moves it into the keyring, or under a new passphrase.
#[tauri::command]
pub async fn move_secret(shell: State<'_, Shell>, to: String, passphrase: Option<String>) -> Answer<KeysDto> {
    let choice = KeysChoice::from_word(&to).ok_or_else(|| error::bad_request("no such place for a secret"))?;
    let passphrase = passphrase.map(typed).transpose()?;
    let keys = Keys { choice, passphrase };
    shell.desk().await?.move_secret(&keys).await.map_err(error::dto)
}

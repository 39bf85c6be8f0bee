//! Files of other tools. The page sends a file in parts, as raw bodies: none of them is large, neither here nor there, and
//! the page may stop between two. What was put together stays here until it is imported.

use sidedesk_api::dto::{ImportOptionsDto, ImportPreviewDto, ImportResultDto};
use tauri::State;
use tauri::ipc::{InvokeBody, Request};

use crate::error::{self, Answer};
use crate::shell::Shell;

/// The file that a part belongs to, as `begin_file` called it.
const FILE_HEADER: &str = "x-file";

/// A file of so many bytes comes; one that was on its way before is let go. Answers with what its parts are called.
#[tauri::command]
pub async fn begin_file(shell: State<'_, Shell>, name: String, len: usize) -> Answer<u32> {
    // What an earlier preview would still say, nobody asks any more.
    shell.desk().await?.stop_preview();
    shell.incoming().begin(name, len)
}

/// The next part of it.
#[tauri::command]
pub async fn file_part(shell: State<'_, Shell>, request: Request<'_>) -> Answer<()> {
    let header = request.headers().get(FILE_HEADER).and_then(|value| value.to_str().ok());
    let id = header
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| error::bad_request(FILE_HEADER))?;
    match request.body() {
        InvokeBody::Raw(bytes) => shell.incoming().add(id, bytes),
        // Where the web view cannot send raw bodies, Tauri falls back to an array of numbers.
        InvokeBody::Json(json) => {
            let bytes: Vec<u8> =
                serde_json::from_value(json.clone()).map_err(|error| error::bad_request(&error.to_string()))?;
            shell.incoming().add(id, &bytes)
        }
    }
}

/// What an import of the file that came last would do, read so. Nothing is written.
#[tauri::command]
pub async fn preview_import(shell: State<'_, Shell>, options: ImportOptionsDto) -> Answer<ImportPreviewDto> {
    let file = shell.incoming().file()?;
    let desk = shell.desk().await?;
    desk.preview_file(&file, &options).await.map_err(error::dto)
}

/// Imports that file; a damaged one only when somebody said that its sound part may come in.
#[tauri::command]
pub async fn run_import(
    shell: State<'_, Shell>,
    options: ImportOptionsDto,
    accept_damaged: bool,
) -> Answer<ImportResultDto> {
    let file = shell.incoming().file()?;
    let desk = shell.desk().await?;
    let done = desk
        .import_file(&file, &options, accept_damaged)
        .await
        .map_err(error::dto)?;
    shell.incoming().let_go();
    Ok(done)
}

/// Stops the preview or the import that runs. False when an import is saved already.
#[tauri::command]
pub async fn stop_import(shell: State<'_, Shell>) -> Answer<bool> {
    Ok(shell.desk().await?.stop_import())
}

/// The page has no more use for the file.
#[tauri::command]
pub async fn let_go_of_file(shell: State<'_, Shell>) -> Answer<()> {
    shell.desk().await?.stop_preview();
    shell.incoming().let_go();
    Ok(())
}

//! Files of other tools. The page sends the bytes once, as the raw body of `preview_import`; name and options travel
//! as headers, percent-encoded, because headers are ASCII.

use std::sync::Arc;

use sidedesk_api::dto::{ImportOptionsDto, ImportPreviewDto, ImportResultDto};
use tauri::State;
use tauri::ipc::{InvokeBody, Request};

use crate::error::{self, Answer, MAX_FILE_LEN};
use crate::shell::{File, Shell};

const NAME_HEADER: &str = "x-file-name";
const OPTIONS_HEADER: &str = "x-options";

/// What an import of this file would do. Nothing is written.
#[tauri::command]
pub async fn preview_import(shell: State<'_, Shell>, request: Request<'_>) -> Answer<ImportPreviewDto> {
    let file = Arc::new(File {
        name: header(&request, NAME_HEADER)?,
        bytes: bytes(request.body())?,
    });
    let options = serde_json::from_str(&header(&request, OPTIONS_HEADER)?)
        .map_err(|error| error::bad_request(&error.to_string()))?;
    shell.keep_file(Arc::clone(&file));
    preview(&shell, &file, &options).await
}

/// The same file, read another way.
#[tauri::command]
pub async fn repreview_import(shell: State<'_, Shell>, options: ImportOptionsDto) -> Answer<ImportPreviewDto> {
    let file = shell.file()?;
    preview(&shell, &file, &options).await
}

/// Imports the file that was previewed last; a damaged one only when somebody said that its sound part may come in.
#[tauri::command]
pub async fn run_import(
    shell: State<'_, Shell>,
    options: ImportOptionsDto,
    accept_damaged: bool,
) -> Answer<ImportResultDto> {
    let file = shell.file()?;
    let desk = shell.desk().await?;
    let done = desk
        .run_import(&file.name, &file.bytes, &options, accept_damaged)
        .await
        .map_err(error::dto)?;
    shell.drop_file();
    Ok(done)
}

async fn preview(shell: &Shell, file: &File, options: &ImportOptionsDto) -> Answer<ImportPreviewDto> {
    let desk = shell.desk().await?;
    desk.preview_import(&file.name, &file.bytes, options)
        .await
        .map_err(error::dto)
}

fn bytes(body: &InvokeBody) -> Answer<Vec<u8>> {
    let bytes = match body {
        InvokeBody::Raw(bytes) => bytes.clone(),
        // Where the web view cannot send raw bodies, Tauri falls back to an array of numbers.
        InvokeBody::Json(json) => {
            serde_json::from_value(json.clone()).map_err(|error| error::bad_request(&error.to_string()))?
        }
    };
    if bytes.len() > MAX_FILE_LEN {
        return Err(error::file_too_large());
    }
    Ok(bytes)
}

fn header(request: &Request<'_>, name: &str) -> Answer<String> {
    let value = request.headers().get(name).and_then(|value| value.to_str().ok());
    let value = value.ok_or_else(|| error::bad_request(name))?;
    percent_decoded(value).ok_or_else(|| error::bad_request(name))
}

/// Undoes `encodeURIComponent`.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_survive_the_header() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(percent_decoded(text).as_deref(), expected, "{text}");
        check("plan.csv", Some("plan.csv"));
        check("Caf%C3%A9%20%231.csv", Some("Café #1.csv"));
        check("100%25.csv", Some("100%.csv"));
        check("cut%2", None);
        check("%zz", None);
        check("%ff", None);
    }

    #[test]
    fn a_file_over_the_limit_is_refused_with_a_sentence() {
        let refused = bytes(&InvokeBody::Raw(vec![0; MAX_FILE_LEN + 1])).unwrap_err();
        assert_eq!(refused.code, "file_too_large");
        assert_eq!(bytes(&InvokeBody::Json(serde_json::json!([1, 255]))).unwrap(), [1, 255]);
        assert!(bytes(&InvokeBody::Json(serde_json::json!("x"))).is_err());
    }
}

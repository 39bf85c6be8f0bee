//! What a command answers when it cannot: `{code, message, detail}`, as the api words it.

use sidedesk_api::dto::ErrorDto;

/// The answer of every command.
pub type Answer<T> = Result<T, ErrorDto>;

/// Files larger than this are not taken over the bridge between page and program (product §7.6 point 7).
pub const MAX_FILE_LEN: usize = 100 * 1024 * 1024;

/// An api error as the page gets it.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub fn dto(error: sidedesk_api::Error) -> ErrorDto {
    let dto = error.dto();
    tracing::info!(code = dto.code, detail = dto.detail, "{}", dto.message);
    dto
}

/// The file is too large for the bridge.
pub fn file_too_large() -> ErrorDto {
    shell(
        "file_too_large",
        "The file is larger than 100 MB. Split it by month and import the parts.",
    )
}

/// An import was asked for before a file was given.
pub fn no_file() -> ErrorDto {
    shell("no_file", "No file is open. Choose it again.")
}

/// The page sent something that this version does not know.
pub fn bad_request(detail: &str) -> ErrorDto {
    ErrorDto {
        detail: Some(detail.to_owned()),
        ..shell(
            "bad_request",
            "The window and the program do not fit together. Install Sidedesk again.",
        )
    }
}

fn shell(code: &str, message: &str) -> ErrorDto {
    ErrorDto {
        code: code.to_owned(),
        message: message.to_owned(),
        detail: None,
        field: None,
        value: None,
    }
}

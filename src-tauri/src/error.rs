//! What a command answers when it cannot: `{code, message, detail}`, as the api words it.

use sidedesk_api::ErrorCode;
use sidedesk_api::dto::ErrorDto;

use crate::kept::Refused;

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
        ErrorCode::FileTooLarge,
        "The file is larger than 100 MB. Split it by month and import the parts.",
    )
}

/// An import was asked for before a file was given.
pub fn no_file() -> ErrorDto {
    shell(ErrorCode::NoFile, "No file is open. Choose it again.")
}

/// The link is none that leaves the window, or the system has no program for it.
pub fn link(detail: Option<String>) -> ErrorDto {
    let sentence = match detail {
        Some(_) => "The system does not open this link. Copy it into a browser.",
        None => "Only https and mailto links are opened.",
    };
    ErrorDto {
        detail,
        ..shell(ErrorCode::Link, sentence)
    }
}

/// What the page wanted to keep in this window is not on the disk.
pub fn not_kept(refused: Refused) -> ErrorDto {
    match refused {
        Refused::Name => bad_request("nothing of this name is kept"),
        Refused::NotJson => bad_request("only JSON is kept"),
        Refused::TooLong => shell(
            ErrorCode::KeptTooLong,
            "The drafts are larger than 4 MB. Save or discard some of them.",
        ),
        Refused::Disk(error) => ErrorDto {
            detail: Some(error.to_string()),
            ..shell(
                ErrorCode::NotKept,
                "Drafts cannot be written to the disk. Save before you close the window.",
            )
        },
    }
}

/// The file for an export is not on the disk.
pub fn not_saved(detail: &str) -> ErrorDto {
    ErrorDto {
        detail: Some(detail.to_owned()),
        ..shell(
            ErrorCode::DiskFailed,
            "The file cannot be written to the folder for downloads.",
        )
    }
}

/// The page sent something that this version does not know.
pub fn bad_request(detail: &str) -> ErrorDto {
    ErrorDto {
        detail: Some(detail.to_owned()),
        ..shell(
            ErrorCode::BadRequest,
            "The window and the program do not fit together. Install Sidedesk again.",
        )
    }
}

fn shell(code: ErrorCode, message: &str) -> ErrorDto {
    ErrorDto {
        code: code.word().to_owned(),
        message: message.to_owned(),
        detail: None,
        field: None,
        value: None,
    }
}

//! What leaves the board as a file, and what is erased on it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sidedesk_api::ExportAsked;
use sidedesk_api::dto::{ErasedDto, ExportDto};
use tauri::{AppHandle, Manager as _, State};

use crate::error::{self, Answer};
use crate::shell::Shell;

/// Files of one name beside each other: `name.csv`, `name-2.csv` …
const MAX_COPIES: u32 = 1000;

/// Erases fields of a record for good.
#[tauri::command]
pub async fn erase(shell: State<'_, Shell>, kind: String, id: String, fields: Vec<String>) -> Answer<ErasedDto> {
    shell.desk().await?.erase(&kind, &id, &fields).await.map_err(error::dto)
}

/// Writes records into the folder for downloads; the answer names the file. With personal data everybody hears of it.
#[tauri::command]
pub async fn export(
    app: AppHandle,
    shell: State<'_, Shell>,
    what: String,
    format: String,
    with_personal_data: bool,
    matching: Option<String>,
) -> Answer<ExportDto> {
    let folder = app.path().download_dir().or_else(|_| app.path().home_dir());
    let folder = folder.map_err(|error| error::not_saved(&error.to_string()))?;
    let desk = shell.desk().await?;
    let asked = ExportAsked {
        what: &what,
        format: Some(&format),
        with_personal_data,
        matching: matching.as_deref(),
    };
    let export = desk.export(&asked).await.map_err(error::dto)?;
    let mut about = export.about;
    let saved = save(&folder, &about.file_name, &export.bytes);
    about.file_name = saved
        .map_err(|error| error::not_saved(&error.to_string()))?
        .to_string_lossy()
        .into_owned();
    Ok(about)
}

/// Under a name that is free, for its owner only.
fn save(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let (path, mut file) = free(folder, name)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(path)
}

fn free(folder: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    for number in 1..=MAX_COPIES {
        let path = match number {
            1 => folder.join(name),
            _ => folder.join(format!("{stem}-{number}.{ending}")),
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let saved = ["one", "two"].map(|text| save(dir.path(), "a.csv", text.as_bytes()).unwrap());
        assert_eq!(saved, ["a.csv", "a-2.csv"].map(|name| dir.path().join(name)));
        assert_eq!(std::fs::read_to_string(&saved[0]).unwrap(), "one");
        assert!(save(&dir.path().join("missing"), "a.csv", b"").is_err());
    }
}

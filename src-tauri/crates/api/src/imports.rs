//! Importing a file: read, compare with the board, show, and only then write, as one action.
//!
//! Nothing is dropped silently: every row is new, changed, the same, or skipped with a reason. What somebody edited here
//! by hand is kept and counted. A second import of the same file changes nothing.
//!
//! Three go beside each other: a thread reads and gives drafts (`reading`), a task compares them with the board (`plan`), and
//! the store writes what differs. Each is a batch or two ahead of the next, so a file of any length takes little more memory
//! than its bytes, and all three stop at one word (`running`).

mod conflicts;
pub(crate) mod groups;
mod memory;
mod own;
mod plan;
mod reading;
mod running;
mod setting;
mod shown;

use crate::desk::{Desk, OpenBoard};
use crate::dto::{ImportOptionsDto, ImportPreviewDto, ImportResultDto};
use crate::error::Error;
use plan::Planner;
use reading::{Heard, ReadError, Reading};
use running::Running;
use setting::setting;
use sidedesk_domain::{Millis, RecordEdit};
use sidedesk_formats::{FormatError, Parsed};
use sidedesk_store::Piece;
use std::sync::Arc;
use tokio::sync::mpsc;

pub(crate) use running::Runs;

/// Largest file, in bytes (product §7.6: 100 MB).
pub const MAX_FILE_LEN: usize = 100 * 1024 * 1024;
/// Pieces of an import that may wait to be written while the next is compared.
const PIECES_AHEAD: usize = 2;

/// A file of another tool, whole.
#[derive(Debug)]
pub struct ImportFile {
    /// Its own name, for sentences.
    pub name: String,
    /// As it was.
    pub bytes: Vec<u8>,
}

impl Desk {
    /// What an import of these bytes would do; they are copied for it.
    pub async fn preview_import(
        &self,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
    ) -> Result<ImportPreviewDto, Error> {
        self.preview_file(&copied(file_name, bytes)?, options).await
    }

    /// Imports these bytes, which are copied for it.
    pub async fn run_import(
        &self,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
        accept_damaged: bool,
    ) -> Result<ImportResultDto, Error> {
        self.import_file(&copied(file_name, bytes)?, options, accept_damaged)
            .await
    }

    /// What an import of this file would do. Nothing is written. How far it is goes out as events; an earlier preview that
    /// still runs is stopped.
    pub async fn preview_file(
        &self,
        file: &Arc<ImportFile>,
        options: &ImportOptionsDto,
    ) -> Result<ImportPreviewDto, Error> {
        let open = self.open_board().await?;
        let setting = setting(self, &open, file, options).await?;
        let memory = setting.memory.clone();
        let running = self.imports().begin(false, self.events_sender());
        let reading = Reading::begin(Arc::clone(file), setting, Arc::clone(&running));
        let plan = (options, self.clock().now());
        let followed = follow(&open, reading, plan, None, &running).await;
        memory.forget(&open).await?;
        match followed {
            Ok((parsed, planner)) => Ok(shown::preview(
                parsed,
                planner.map(Planner::counted).unwrap_or_default(),
            )),
            Err(Unread::NothingMapped { columns, sentence }) => Ok(shown::unmapped(columns, sentence)),
            Err(Unread::Refused(error)) => Err(error),
        }
    }

    /// Imports this file as one action: one undo takes it back, and whatever ends it early leaves nothing of it. A damaged
    /// file is only imported when `accept_damaged` says that somebody has seen the preview and wants the sound part.
    pub async fn import_file(
        &self,
        file: &Arc<ImportFile>,
        options: &ImportOptionsDto,
        accept_damaged: bool,
    ) -> Result<ImportResultDto, Error> {
        let open = self.open_board().await?;
        let setting = setting(self, &open, file, options).await?;
        let memory = setting.memory.clone();
        let running = self.imports().begin(true, self.events_sender());
        let head = self.action("import", Vec::new())?;
        let id = head.id.to_string();
        let (pieces, written) = mpsc::channel(PIECES_AHEAD);
        let planned = async {
            let pieces = pieces;
            let reading = Reading::begin(Arc::clone(file), setting, Arc::clone(&running));
            let plan = (options, self.clock().now());
            let (parsed, planner) = follow(&open, reading, plan, Some(&pieces), &running).await?;
            if parsed.damaged && !accept_damaged {
                return Err(Unread::Refused(shown::damaged(&file.name, &parsed)));
            }
            send(&pieces, Piece::End).await?;
            Ok((parsed, planner.map(Planner::counted).unwrap_or_default()))
        };
        let (planned, saved) = tokio::join!(planned, open.store.commit_pieces(head, written, &running.course));
        let (parsed, counted) = match (planned, saved) {
            // Whoever writes ended first, and says why.
            (Err(Unread::Refused(Error::ImportStopped)) | Ok(_), Err(error)) => return Err(unwritten(error)),
            (Err(unread), _) => return Err(unread.into()),
            (Ok(planned), Ok(())) => planned,
        };
        if let Err(error) = memory.keep(&open, &parsed.header_fingerprint, &parsed.said).await {
            tracing::warn!(%error, "imported, but what was said about the columns is not remembered");
        }
        Ok(shown::result(parsed, counted, id))
    }

    /// Stops the import or the preview that runs. True when nothing of it is or will be there; false when an import is
    /// saved already, which one undo takes back.
    pub fn stop_import(&self) -> bool {
        self.imports().stop()
    }

    /// Stops the preview that runs, if one does: nobody asks for it any more. An import goes on.
    pub fn stop_preview(&self) {
        self.imports().stop_preview();
    }

    /// What stands in a file, as an import reads it.
    pub(crate) async fn read_file(
        &self,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
    ) -> Result<Parsed, Error> {
        let open = self.open_board().await?;
        let file = copied(file_name, bytes)?;
        let setting = setting(self, &open, &file, options).await?;
        let running = self.imports().begin(false, self.events_sender());
        let mut reading = Reading::begin(file, setting, running);
        let mut drafts = Vec::new();
        while let Some(heard) = reading.heard.recv().await {
            if let Heard::Drafts(batch) = heard {
                drafts.extend(batch);
            }
        }
        let parsed = reading.end().await?;
        Ok(Parsed { drafts, ..parsed })
    }
}

fn copied(file_name: &str, bytes: &[u8]) -> Result<Arc<ImportFile>, Error> {
    setting::bounded(file_name, bytes.len())?;
    Ok(Arc::new(ImportFile {
        name: file_name.to_owned(),
        bytes: bytes.to_vec(),
    }))
}

/// Compares what is read as it is read; what differs goes to `pieces`, if somebody writes. Nothing comes back of a file
/// without a draft.
async fn follow<'b>(
    open: &'b OpenBoard,
    mut reading: Reading,
    (options, now): (&ImportOptionsDto, Millis),
    pieces: Option<&mpsc::Sender<Piece>>,
    running: &Running,
) -> Result<(Parsed, Option<Planner<'b>>), Unread> {
    let mut planner = None;
    loop {
        let heard = tokio::select! {
            biased;
            () = running.course.stopped() => return Err(Error::ImportStopped.into()),
            heard = reading.heard.recv() => heard,
        };
        match (heard, &mut planner) {
            (None, _) => break,
            (Some(Heard::Head(head)), _) => planner = Some(Planner::new(open, &head, options).await?),
            (Some(Heard::Drafts(drafts)), Some(planner)) => write(pieces, planner.take(drafts).await?).await?,
            (Some(Heard::Drafts(_)), None) => {}
        }
    }
    let parsed = reading.end().await?;
    if let Some(planner) = &mut planner {
        write(pieces, planner.complaints(now).await?).await?;
    }
    Ok((parsed, planner))
}

async fn write(pieces: Option<&mpsc::Sender<Piece>>, records: Vec<RecordEdit>) -> Result<(), Error> {
    match pieces {
        Some(pieces) if !records.is_empty() => send(pieces, Piece::Records(records)).await,
        _ => Ok(()),
    }
}

async fn send(pieces: &mpsc::Sender<Piece>, piece: Piece) -> Result<(), Error> {
    // Closed: whoever writes has an error of their own.
    pieces.send(piece).await.map_err(|_| Error::ImportStopped)
}

fn unwritten(error: sidedesk_store::Error) -> Error {
    match error {
        sidedesk_store::Error::Cancelled => Error::ImportStopped,
        other => other.into(),
    }
}

/// Why a file gave no rows. A file whose columns say nothing can still be mapped by hand in a preview.
enum Unread {
    NothingMapped { columns: Vec<String>, sentence: String },
    Refused(Error),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<ReadError> for Unread {
    fn from(error: ReadError) -> Self {
        let sentence = error.to_string();
        match error {
            ReadError(FormatError::NothingMapped { columns, .. }) => Self::NothingMapped { columns, sentence },
            other => Self::Refused(other.into()),
        }
    }
}

impl From<Unread> for Error {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::NothingMapped { sentence, .. } => Self::File(sentence),
            Unread::Refused(error) => error,
        }
    }
}

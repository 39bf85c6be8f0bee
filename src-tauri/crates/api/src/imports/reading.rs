//! A file read on a thread of its own: its drafts come in batches, so that comparing and writing go on beside it, and little
//! of a large file is in memory twice.

use super::memory::Memory;
use super::running::Running;
use super::setting::Setting;
use super::{ImportFile, own};
use crate::error::Error;
use sidedesk_domain::Value;
use sidedesk_formats::{Draft, DraftValue, FormatError, Head, Listener, Parsed, Progress, Remembered};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Batches that may wait: the reader is one ahead of whoever compares.
const BATCHES_AHEAD: usize = 2;
/// Drafts in one batch; stopping waits for one at most.
const BATCH_DRAFTS: usize = 500;
/// Bytes of text after which a batch is full: cells may hold 32 kB each.
const BATCH_LEN: usize = 512 * 1024;

/// What comes from the reader.
pub(super) enum Heard {
    /// What the drafts belong to; first.
    Head(Head),
    /// The next drafts, and how far the reading is.
    Drafts(Vec<Draft>),
}

/// A file that is being read.
pub(super) struct Reading {
    /// Closes when all was read, or nothing more can be.
    pub heard: mpsc::Receiver<Heard>,
    ended: JoinHandle<Result<Parsed, FormatError>>,
}

impl Reading {
    /// Begins.
    pub(super) fn begin(file: Arc<ImportFile>, setting: Setting, running: Arc<Running>) -> Self {
        let (batches, heard) = mpsc::channel(BATCHES_AHEAD);
        let ended = tokio::task::spawn_blocking(move || {
            let mut sender = Sender {
                memory: setting.memory.clone(),
                batches,
                running,
                batch: Vec::new(),
                batch_len: 0,
            };
            let parsed = read_file(&file, &setting, &mut sender)?;
            if !sender.send_batch() {
                return Err(FormatError::Cancelled);
            }
            Ok(parsed)
        });
        Self { heard, ended }
    }

    /// What the file was, once every draft was taken.
    pub(super) async fn end(self) -> Result<Parsed, ReadError> {
        let ended = self.ended.await;
        // A thread that panicked has said so on its own.
        ended.unwrap_or(Err(FormatError::Cancelled)).map_err(ReadError)
    }
}

/// Why a file gave nothing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct ReadError(pub FormatError);

impl From<ReadError> for Error {
    fn from(ReadError(error): ReadError) -> Self {
        match error {
            FormatError::Cancelled => Self::ImportStopped,
            error => Self::File(error.to_string()),
        }
    }
}

fn read_file(file: &ImportFile, setting: &Setting, sender: &mut Sender) -> Result<Parsed, FormatError> {
    if setting.may_be_own
        && let Some(own) = sidedesk_formats::read_own(&file.name, &file.bytes)?
    {
        let mut parsed = own::parsed(own, setting.read.zone);
        sender.begin(&Head {
            preset: parsed.preset,
            account: parsed.account.clone(),
            kind: parsed.kind,
        });
        for draft in std::mem::take(&mut parsed.drafts) {
            if !sender.draft(draft) {
                return Err(FormatError::Cancelled);
            }
        }
        return Ok(parsed);
    }
    sidedesk_formats::read_to(&file.name, &file.bytes, &setting.read, sender)
}

struct Sender {
    memory: Memory,
    batches: mpsc::Sender<Heard>,
    running: Arc<Running>,
    batch: Vec<Draft>,
    batch_len: usize,
}

impl Sender {
    fn send_batch(&mut self) -> bool {
        self.batch_len = 0;
        let batch = std::mem::take(&mut self.batch);
        batch.is_empty() || self.batches.blocking_send(Heard::Drafts(batch)).is_ok()
    }
}

impl Listener for Sender {
    fn recall(&mut self, fingerprint: &str) -> Option<Remembered> {
        self.memory.recall(fingerprint)
    }

    fn progress(&mut self, progress: Progress) -> bool {
        match progress {
            Progress::Looked(rows) => self.running.looks_at(rows),
            Progress::Read { done, total } => self.running.goes_through(done, total),
        }
        !self.running.course.is_stopped()
    }

    fn begin(&mut self, head: &Head) {
        // Nobody listening any more is noticed with the next batch.
        let _ = self.batches.blocking_send(Heard::Head(head.clone()));
    }

    fn draft(&mut self, draft: Draft) -> bool {
        self.batch_len += text_len(&draft);
        self.batch.push(draft);
        let is_full = self.batch.len() >= BATCH_DRAFTS || self.batch_len >= BATCH_LEN;
        !is_full || self.send_batch()
    }
}

fn text_len(draft: &Draft) -> usize {
    let of = |value: &DraftValue| match value {
        DraftValue::One(Value::Text(text)) => text.len(),
        DraftValue::One(_) => 0,
        DraftValue::Many(texts) => texts.iter().map(String::len).sum(),
    };
    draft.fields.iter().map(|(_, value)| of(value)).sum()
}

//! The side file: what waits, written a second time beside the database, so that it survives the loss of `log.db` itself.
//!
//! ```text
//! file   = magic, record …
//! record = length of the payload (u32, little endian), checksum (16 bytes), payload
//! ```
//!
//! The checksum covers the place in the file, the length and the payload. Reading ends at the first record that does not
//! hold, and the rest is cut off: a torn tail is never trusted. Lines are appended after the log's commit and flushed
//! behind the back of whoever waits for "saved". Whatever goes wrong here is logged and mended from the log later: the side
//! file may never be the reason why something is not saved.

use crate::error::Error;
use crate::files::sync_dir;
use crate::log::Pending;
use crate::planted;
use sidedesk_domain::{OpId, WorkspaceId};
use sidedesk_protocol::entry::OpKind;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

mod lines;

pub use lines::{Contents, read};
use lines::{Line, MAGIC, put};

/// Settled lines are left in the file until there are so many, and more of them than of those that wait.
const SETTLED_LINES: usize = 256;

/// The side file of an open board.
#[derive(Debug)]
pub struct SideFile {
    path: PathBuf,
    board: WorkspaceId,
    /// `None` after a write failed: it is written anew from the log before anything else goes into it.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    len: u64,
    /// Where the first line of what waits begins.
    head_len: u64,
    waiting: BTreeSet<OpId>,
    settled: usize,
    flusher: Flusher,
}

impl SideFile {
    /// The side file of a board, to be written: exactly what waits in its log. A file that says just that already is
    /// gone on with.
    pub fn open(path: &Path, board: WorkspaceId, waiting: &[Pending]) -> Self {
        let mut side = Self {
            path: path.to_owned(),
            board,
            open: None,
        };
        let opened = match read(path, board) {
            Ok(Some(found)) if found.torn == 0 && same(&found.waiting, waiting) => side.go_on(&found),
            _ => side.write_anew(waiting),
        };
        if let Err(error) = opened {
            tracing::warn!(%error, "the side file cannot be written");
        }
        side
    }

    /// One that is not there and never written.
    pub fn none(board: WorkspaceId) -> Self {
        let path = PathBuf::new();
        Self {
            path,
            board,
            open: None,
        }
    }

    /// The side file of a board that orders itself: gone on with as it is, without its torn tail.
    pub fn open_as_it_is(path: &Path, board: WorkspaceId) -> Self {
        let waiting = read(path, board).ok().flatten().unwrap_or_default().waiting;
        Self::open(path, board, &waiting)
    }

    /// True after a write that failed: it has to be written anew.
    pub fn is_closed(&self) -> bool {
        self.open.is_none()
    }

    /// Its length in bytes, and how much waits in it.
    pub fn size(&self) -> (u64, usize) {
        self.open.as_ref().map_or((0, 0), |open| (open.len, open.waiting.len()))
    }

    /// Something waits now; it is in the log already.
    pub fn keep(&mut self, fresh: &[Pending]) {
        let rows = || fresh.iter().filter(|row| is_kept(row));
        let lines: Vec<Line> = rows().map(line_of).collect();
        if self.append(&lines)
            && let Some(open) = &mut self.open
        {
            open.waiting.extend(rows().map(|row| row.op));
        }
    }

    /// These no longer wait; the log knows that already. Once nothing waits, the file is cut short: should a crash undo
    /// that, the log knows better.
    pub fn settle(&mut self, ops: &[OpId]) {
        let Some(open) = &mut self.open else { return };
        let known = ops.iter().filter(|op| open.waiting.remove(op));
        let lines: Vec<Line> = known.map(|op| Line::Settled(*op)).collect();
        if !self.append(&lines) {
            return;
        }
        let Some(open) = &mut self.open else { return };
        open.settled += lines.len();
        if open.waiting.is_empty() && open.settled > 0 {
            let cut = open.file.set_len(open.head_len);
            match cut.and_then(|()| open.file.seek(SeekFrom::Start(open.head_len))) {
                Ok(_) => (open.len, open.settled) = (open.head_len, 0),
                Err(error) => {
                    tracing::warn!(%error, "the side file cannot be cut short");
                    self.open = None;
                }
            }
        }
    }

    /// True when it should be written anew: after a failed write, or to get rid of what settled.
    pub fn wants_rewriting(&self) -> bool {
        self.open
            .as_ref()
            .is_none_or(|open| open.settled > SETTLED_LINES.max(open.waiting.len()))
    }

    /// Lets go of the first lines that wait.
    pub fn drop_first(&mut self, lines: usize) {
        let left = match read(&self.path, self.board) {
            Ok(found) => found
                .unwrap_or_default()
                .waiting
                .into_iter()
                .skip(lines)
                .collect::<Vec<_>>(),
            Err(error) => {
                tracing::warn!(%error, "the side file cannot be read");
                return;
            }
        };
        self.rewrite(&left);
    }

    /// Writes it anew: a crash leaves the old file or the new one. A failure leaves the old one, closed.
    pub fn rewrite(&mut self, waiting: &[Pending]) {
        self.open = None;
        if let Err(error) = self.write_anew(waiting) {
            tracing::warn!(%error, "the side file cannot be written");
        }
    }

    /// Everything in it is on the disk when this returns.
    pub fn flush(&self) {
        if let Some(open) = &self.open
            && let Err(error) = open.file.sync_data()
        {
            tracing::warn!(%error, "the side file cannot be flushed");
        }
    }

    fn go_on(&mut self, found: &Contents) -> Result<(), Error> {
        let mut file = OpenOptions::new()
            .write(true)
            .open(&self.path)
            .map_err(Error::file(&self.path))?;
        file.seek(SeekFrom::Start(found.sound as u64))
            .map_err(Error::file(&self.path))?;
        self.opened(file, found.sound as u64, &found.waiting, found.settled)
    }

    fn opened(&mut self, file: File, len: u64, waiting: &[Pending], settled: usize) -> Result<(), Error> {
        let flusher = Flusher::of(&file).map_err(Error::file(&self.path))?;
        let mut head = MAGIC.to_vec();
        put(&mut head, 0, &Line::Board(self.board))?;
        self.open = Some(Open {
            file,
            len,
            head_len: head.len() as u64,
            waiting: waiting.iter().filter(|row| is_kept(row)).map(|row| row.op).collect(),
            settled,
            flusher,
        });
        Ok(())
    }

    fn write_anew(&mut self, waiting: &[Pending]) -> Result<(), Error> {
        let mut bytes = MAGIC.to_vec();
        put(&mut bytes, 0, &Line::Board(self.board))?;
        let kept: Vec<Line> = waiting.iter().filter(|row| is_kept(row)).map(line_of).collect();
        for line in &kept {
            put(&mut bytes, 0, line)?;
        }
        let fresh = self.path.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh).map_err(Error::file(&fresh))?;
        file.write_all(&bytes)
            .and_then(|()| file.sync_data())
            .map_err(Error::file(&fresh))?;
        std::fs::rename(&fresh, &self.path).map_err(Error::file(&self.path))?;
        sync_dir(&self.path);
        self.opened(file, bytes.len() as u64, waiting, 0)
    }

    /// True when the lines are in the file (not on the disk yet).
    fn append(&mut self, lines: &[Line]) -> bool {
        let Some(open) = &mut self.open else { return false };
        let mut bytes = Vec::new();
        let written = lines
            .iter()
            .try_for_each(|line| put(&mut bytes, open.len, line))
            .and_then(|()| open.file.write_all(&bytes).map_err(Error::file(&self.path)));
        match written {
            Ok(()) => {
                open.len += bytes.len() as u64;
                if !bytes.is_empty() {
                    open.flusher.wake();
                }
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the side file cannot be written; it is written anew from the log");
                self.open = None;
                false
            }
        }
    }
}

/// Invitations and admissions are not kept: nobody has the code of an invitation that has no place yet, and a newcomer
/// asks again.
fn is_kept(row: &Pending) -> bool {
    row.kind == OpKind::Action && !planted::is("side-file-forgets")
}

fn line_of(row: &Pending) -> Line {
    Line::Waits {
        op: row.op,
        kind: row.kind.number(),
        space: row.space.number(),
        author_time: row.author_time,
        plain: row.plain.clone(),
    }
}

/// Does the file hold just what waits in the log, as far as it is kept here?
pub fn same(found: &[Pending], waiting: &[Pending]) -> bool {
    let ops = |rows: &[Pending]| -> Vec<OpId> { rows.iter().filter(|row| is_kept(row)).map(|row| row.op).collect() };
    ops(found) == ops(waiting)
}

/// Flushes one file on a thread of its own, one flush at a time, however often it is woken.
#[derive(Debug)]
struct Flusher {
    file: Arc<File>,
    state: Arc<AtomicU8>,
}

const IDLE: u8 = 0;
const FLUSHING: u8 = 1;
const AGAIN: u8 = 2;

impl Flusher {
    fn of(file: &File) -> std::io::Result<Self> {
        Ok(Self {
            file: Arc::new(file.try_clone()?),
            state: Arc::new(AtomicU8::new(IDLE)),
        })
    }

    fn wake(&self) {
        if self.state.swap(AGAIN, Ordering::AcqRel) != IDLE {
            return;
        }
        let (file, state) = (Arc::clone(&self.file), Arc::clone(&self.state));
        let flush = move || {
            loop {
                state.store(FLUSHING, Ordering::Release);
                if let Err(error) = file.sync_data() {
                    tracing::warn!(%error, "the side file cannot be flushed");
                }
                let rests = state.compare_exchange(FLUSHING, IDLE, Ordering::AcqRel, Ordering::Acquire);
                if rests.is_ok() {
                    return;
                }
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(flush)),
            Err(_) => flush(),
        }
    }
}

#[cfg(test)]
mod tests;

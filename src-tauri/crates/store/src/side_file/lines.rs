//! The lines of a side file as bytes, and reading them as far as they hold.

use crate::error::Error;
use crate::log::Pending;
use minicbor::{Decode, Encode};
use sidedesk_domain::{OpId, Space, WorkspaceId};
use sidedesk_protocol::entry::OpKind;
use std::collections::BTreeSet;
use std::path::Path;

/// How a side file begins.
pub const MAGIC: &[u8; 8] = b"SDWAIT1\n";
const HEAD_LEN: usize = 4 + 16;
/// A part of an action is 200 kB at most; a length beyond this is no length.
const MAX_PAYLOAD: usize = 1024 * 1024;

/// One payload.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Line {
    /// The first: whose file it is.
    #[n(0)]
    Board(#[n(0)] WorkspaceId),
    /// This waits.
    #[n(1)]
    Waits {
        #[n(0)]
        op: OpId,
        #[n(1)]
        kind: u16,
        #[n(2)]
        space: u8,
        #[n(3)]
        author_time: i64,
        #[cbor(n(4), with = "minicbor::bytes")]
        plain: Vec<u8>,
    },
    /// This no longer does.
    #[n(2)]
    Settled(#[n(0)] OpId),
}

/// What a side file says.
#[derive(Debug, Default)]
pub struct Contents {
    /// What waits, in the order in which it was done. Local numbers are 0: the log gives them.
    pub waiting: Vec<Pending>,
    /// Settled lines in it.
    pub settled: usize,
    /// Bytes that hold.
    pub sound: usize,
    /// Bytes behind them that do not.
    pub torn: usize,
}

/// Reads a side file; `None` when there is none, or none of this board.
pub fn read(path: &Path, board: WorkspaceId) -> Result<Option<Contents>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path)(error)),
    };
    Ok(contents(&bytes, board))
}

fn contents(bytes: &[u8], board: WorkspaceId) -> Option<Contents> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let mut found = Contents::default();
    let (mut known, mut settled) = (BTreeSet::new(), BTreeSet::new());
    let mut first = true;
    while let Some((line, behind)) = next_line(bytes.len() - rest.len(), rest) {
        match line {
            Line::Board(of) if first && of == board => {}
            _ if first => return None,
            // A second head is nothing that is ever written.
            Line::Board(_) => break,
            Line::Settled(op) => {
                settled.insert(op);
            }
            // Written again after a write that failed half-way: the same op is the same line.
            Line::Waits { op, .. } if !known.insert(op) => {}
            line => found.waiting.extend(waiting(line)),
        }
        first = false;
        rest = behind;
    }
    found.torn = rest.len();
    found.sound = bytes.len() - rest.len();
    found.settled = settled.len();
    found.waiting.retain(|row| !settled.contains(&row.op));
    (!first).then_some(found)
}

/// What a line says that waits; nothing for a space that this version does not know.
fn waiting(line: Line) -> Option<Pending> {
    let Line::Waits {
        op,
        kind,
        space,
        author_time,
        plain,
    } = line
    else {
        return None;
    };
    Some(Pending {
        seq: 0,
        kind: OpKind::from_number(kind),
        op,
        space: Space::from_number(space)?,
        author_time,
        plain,
    })
}

fn next_line(at: usize, bytes: &[u8]) -> Option<(Line, &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<16>()?;
    let len = u32::from_le_bytes(*len) as usize;
    if len > MAX_PAYLOAD || len > rest.len() {
        return None;
    }
    let (payload, rest) = rest.split_at(len);
    if checksum(at, payload) != *sum {
        return None;
    }
    Some((minicbor::decode(payload).ok()?, rest))
}

fn checksum(at: usize, payload: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key("sidedesk 1 side file");
    hasher.update(&(at as u64).to_le_bytes());
    hasher.update(&(payload.len() as u32).to_le_bytes());
    hasher.update(payload);
    let mut sum = [0; 16];
    hasher.finalize_xof().fill(&mut sum);
    sum
}

/// Appends a line as it lies at byte `at` of the file.
pub fn put(bytes: &mut Vec<u8>, at: u64, line: &Line) -> Result<(), Error> {
    let payload = minicbor::to_vec(line).map_err(|e| Error::Unreadable(e.to_string()))?;
    let at = usize::try_from(at).unwrap_or(usize::MAX).saturating_add(bytes.len());
    bytes.reserve(HEAD_LEN + payload.len());
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&checksum(at, &payload));
    bytes.extend_from_slice(&payload);
    Ok(())
}

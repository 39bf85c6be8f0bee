//! Long text, merged letter by letter: one Loro document for each field, from its first text on.
//!
//! - A text begins as a plain value ([`crate::Edit::Set`] in the op that creates the record). The first edit turns it into a
//!   **document**, seeded from that value alone, so every device seeds the same one.
//! - An edit ([`TextEdit`]) is a Loro update of a peer of its own. Its author compares what their editor showed with what
//!   was typed; replacing and undoing are edits too. So two people who type offline keep both texts.
//! - An update whose predecessors are not here yet **waits inside the document**, across saving and restarting: dropping
//!   such updates makes devices differ for ever.
//! - A document names what it was seeded with ([`Seed`]). One that is full, or that a plain value replaced, rests beside
//!   the field; who had not seen that and types in it brings it back as a rival.
//!
//! Loro may refuse or panic on bytes that a stranger made. Both become a [`Refusal`], and the record stays as it was.
//! No peer is drawn here: it is a parameter, or follows from the seed.

pub mod diff;

use crate::fields::FieldId;
use crate::id::{DeviceId, RecordId};
use crate::time::Millis;
use loro::{EncodedBlobMode, ExportMode, Frontiers, ID, LoroDoc, LoroText, VersionVector};
use minicbor::{Decode, Encode};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest update: a text of [`crate::value::MAX_TEXT_LEN`] replaced as a whole, with room for what Loro adds.
pub const MAX_UPDATE_LEN: usize = 64 * 1024;

/// Longest document with all its history. A record's state is read and written as a whole, so this is what one keystroke
/// may cost at worst; a text of a few pages with hundreds of edits takes a tenth.
pub const MAX_DOCUMENT_LEN: usize = 512 * 1024;

/// From this length on an author begins a new document instead of adding to it, so that nobody ever meets the limit.
const FULL_LEN: usize = MAX_DOCUMENT_LEN - 2 * MAX_UPDATE_LEN;

/// The one container of a document.
const CONTAINER: &str = "text";

/// Peers below are Loro's to choose from; this one is its mark for "none".
const NO_PEER: u64 = u64::MAX;

/// Why an edit of a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not bytes of this format, or bytes that break it.
    #[error("the edit of a text is unreadable")]
    Unreadable,
    /// Longer than [`MAX_UPDATE_LEN`].
    #[error("the edit of a text is too long")]
    TooLong,
    /// The document would grow beyond [`MAX_DOCUMENT_LEN`].
    #[error("the text has no room for this edit")]
    Full,
    /// Several peers, or the middle of one: not what [`Document::edit`] makes.
    #[error("the edit of a text is not one person's one edit")]
    NotOneEdit,
    /// Nothing here was seeded so.
    #[error("the edited text is not there")]
    NoSuchText,
    /// The field holds no long text.
    #[error("the field holds no text that merges")]
    NotText,
}

/// Names the text that a document began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Seed(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

impl Seed {
    /// Of a value that somebody set; `at` is their clock, which an op keeps on its way into the log.
    pub fn of(record: RecordId, field: FieldId, text: &str, at: Millis) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("sidedesk 1 text seed");
        hasher.update(record.as_bytes()).update(&field.0.to_le_bytes());
        hasher.update(&at.to_le_bytes()).update(text.as_bytes());
        let mut seed = [0; 16];
        hasher.finalize_xof().fill(&mut seed);
        Self(seed)
    }

    /// Of a field in which nothing was ever set.
    pub fn of_nothing(record: RecordId, field: FieldId) -> Self {
        Self::of(record, field, "", 0)
    }

    fn peer(self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_le_bytes([a, b, c, d, e, f, g, h]).min(NO_PEER - 1)
    }
}

/// An edit of a long text, as it travels in an op.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct TextEdit {
    /// Which document.
    #[n(0)]
    pub seed: Seed,
    /// What Loro made of it.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub update: Vec<u8>,
}

/// Who edited a document, and where in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Place in the log.
    pub place: u64,
    /// The device.
    pub device: DeviceId,
    /// Loro's peer of that edit; that of the seed for whoever set the first text.
    pub peer: u64,
}

/// A text with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it began with.
    pub seed: Seed,
    /// Everything that could be applied, as Loro exports it.
    pub(crate) history: Vec<u8>,
    /// What waits for its predecessors, as Loro exports it; empty when nothing does.
    pub(crate) waiting: Vec<u8>,
    /// Its edits by place, the seed's first.
    pub(crate) marks: Vec<Mark>,
}

impl Document {
    /// The document that begins with `text`, written by `author` at a place; the same on every device.
    pub fn seeded(seed: Seed, text: &str, author: Option<(u64, DeviceId)>) -> Result<Self, Refusal> {
        let history = guarded(|| {
            let doc = blank(seed.peer())?;
            let container = doc.get_text(CONTAINER);
            container.insert(0, text).map_err(|_| Refusal::Unreadable)?;
            doc.commit();
            exported(&doc)
        })?;
        let mark = |(place, device)| Mark {
            place,
            device,
            peer: seed.peer(),
        };
        Ok(Self {
            seed,
            history,
            waiting: Vec::new(),
            marks: author.map(mark).into_iter().collect(),
        })
    }

    /// Takes an edit; returns the text afterwards. One that was taken before changes nothing. On a refusal nothing has
    /// changed.
    pub fn take(&mut self, update: &[u8], place: u64, device: DeviceId) -> Result<String, Refusal> {
        let peer = guarded(|| peer_of(update))?;
        if self.marks.iter().any(|known| known.peer == peer) {
            self.mark(place, device, peer);
            return self.text();
        }
        let (history, waiting, text) = guarded(|| {
            let doc = self.opened()?;
            doc.import(update).map_err(|_| Refusal::Unreadable)?;
            let waiting = doc.export_pending_updates().map_err(|_| Refusal::Unreadable)?;
            let text = doc.get_text(CONTAINER).to_string();
            Ok((exported(&doc)?, waiting.unwrap_or_default(), text))
        })?;
        if history.len() + waiting.len() > MAX_DOCUMENT_LEN {
            return Err(Refusal::Full);
        }
        (self.history, self.waiting) = (history, waiting);
        self.mark(place, device, peer);
        Ok(text)
    }

    /// Somebody else set the same first text: a second import of one file, for example.
    pub(crate) fn began(&mut self, place: u64, device: DeviceId) {
        self.mark(place, device, self.seed.peer());
    }

    fn mark(&mut self, place: u64, device: DeviceId, peer: u64) {
        let mark = Mark { place, device, peer };
        if let Err(at) = self.marks.binary_search(&mark) {
            self.marks.insert(at, mark);
        }
    }

    /// The text as it is.
    pub fn text(&self) -> Result<String, Refusal> {
        guarded(|| Ok(self.opened()?.get_text(CONTAINER).to_string()))
    }

    /// True when something waits for its predecessors.
    pub fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// True when an author should begin a new document.
    pub fn is_full(&self) -> bool {
        self.history.len() + self.waiting.len() > FULL_LEN
    }

    /// Everybody who wrote in it, and where.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The edit by which the text becomes `typed`, made in an editor that showed what stood at place `seen` and `device`'s
    /// own edits; `None` when it showed just that. `peer` is used for nothing else, ever.
    pub fn edit(&self, typed: &str, seen: u64, device: DeviceId, peer: u64) -> Result<Option<TextEdit>, Refusal> {
        let update = guarded(|| {
            let doc = self.opened()?;
            let ends = doc.oplog_vv();
            let shown = self.marks.iter().filter(|m| m.place <= seen || m.device == device);
            let last = |peer: u64| ends.get(&peer).map(|end| ID::new(peer, end - 1));
            let ids: Vec<ID> = shown
                .filter_map(|m| last(m.peer))
                .chain(last(self.seed.peer()))
                .collect();
            let base = if ids.is_empty() {
                blank(peer)?
            } else {
                at_version(&doc, &ids)?
            };
            base.set_peer_id(peer.min(NO_PEER - 1))
                .map_err(|_| Refusal::Unreadable)?;
            let text = base.get_text(CONTAINER);
            let before = base.oplog_vv();
            if !rewrite(&text, typed)? {
                return Ok(None);
            }
            base.commit();
            let update = base.export(ExportMode::updates(&before));
            Ok(Some(update.map_err(|_| Refusal::Unreadable)?))
        })?;
        let seed = self.seed;
        match update {
            Some(update) if update.len() > MAX_UPDATE_LEN => Err(Refusal::TooLong),
            update => Ok(update.map(|update| TextEdit { seed, update })),
        }
    }

    fn opened(&self) -> Result<LoroDoc, Refusal> {
        let doc = blank(self.seed.peer())?;
        for bytes in [&self.history, &self.waiting] {
            if !bytes.is_empty() {
                doc.import(bytes).map_err(|_| Refusal::Unreadable)?;
            }
        }
        Ok(doc)
    }
}

fn blank(peer: u64) -> Result<LoroDoc, Refusal> {
    let doc = LoroDoc::new();
    doc.set_peer_id(peer.min(NO_PEER - 1))
        .map_err(|_| Refusal::Unreadable)?;
    Ok(doc)
}

fn exported(doc: &LoroDoc) -> Result<Vec<u8>, Refusal> {
    doc.export(ExportMode::all_updates()).map_err(|_| Refusal::Unreadable)
}

fn at_version(doc: &LoroDoc, ids: &[ID]) -> Result<LoroDoc, Refusal> {
    let frontiers: Frontiers = ids.iter().copied().collect();
    let least = doc
        .try_minimize_frontiers(&frontiers)
        .map_err(|_| Refusal::Unreadable)?;
    doc.fork_at(&least).map_err(|_| Refusal::Unreadable)
}

/// Makes the text `typed`, by the least there is to do; false when it is that already.
fn rewrite(text: &LoroText, typed: &str) -> Result<bool, Refusal> {
    let hunks = diff::hunks(&text.to_string(), typed);
    for hunk in hunks.iter().rev() {
        let len = hunk.old.end - hunk.old.start;
        let done = text
            .delete(hunk.old.start, len)
            .and_then(|()| text.insert(hunk.old.start, &hunk.new));
        done.map_err(|_| Refusal::Unreadable)?;
    }
    Ok(!hunks.is_empty())
}

/// The one peer of an update; refuses what no author here makes.
fn peer_of(update: &[u8]) -> Result<u64, Refusal> {
    if update.len() > MAX_UPDATE_LEN {
        return Err(Refusal::TooLong);
    }
    let meta = LoroDoc::decode_import_blob_meta(update, true).map_err(|_| Refusal::Unreadable)?;
    let ends = peers(&meta.partial_end_vv);
    match (meta.mode, ends.as_slice()) {
        (EncodedBlobMode::Updates, [peer]) if meta.partial_start_vv.get(peer).is_none_or(|from| *from == 0) => {
            Ok(*peer)
        }
        _ => Err(Refusal::NotOneEdit),
    }
}

fn peers(vv: &VersionVector) -> Vec<u64> {
    vv.keys().copied().collect()
}

/// Loro is written for bytes of friends; what it does not expect may end in a panic. Every document here is a throw-away
/// copy, so nothing half done is left behind.
fn guarded<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Refusal::Unreadable))
}

#[cfg(test)]
mod tests;

//! Values that somebody edited here, where a file says something else: who wrote what, and what either says (product §7.6).

use crate::cards::shown;
use crate::desk::OpenBoard;
use crate::error::Error;
use sidedesk_domain::{FieldId, RecordId, RecordState, Sibling};
use sidedesk_formats::DraftValue;
use std::collections::BTreeMap;

/// Conflicts that a preview lists; the rest is counted.
pub(super) const CONFLICTS_SHOWN: usize = 50;
/// Characters of either value that are shown.
const VALUE_SHOWN: usize = 200;
/// Actions whose values a new export may replace: nobody typed them here.
const NOT_BY_HAND: [&str; 3] = ["import", "undo", "redo"];
/// Places of the log whose authors are remembered; after that the list begins anew.
const PLACES_KNOWN: usize = 10_000;

/// One field of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conflict {
    /// Line in the file.
    pub line: u64,
    /// Which field.
    pub field: FieldId,
    /// What stands here.
    pub mine: String,
    /// What the file says.
    pub file: String,
}

impl Conflict {
    pub(super) fn of(line: u64, state: &RecordState, field: FieldId, value: &DraftValue) -> Self {
        let (mine, file) = match value {
            DraftValue::One(value) => (shown(field, state.get(field)), shown(field, value)),
            DraftValue::Many(texts) => (Some(state.texts(field).join(", ")), Some(texts.join(", "))),
        };
        let short = |text: Option<String>| text.unwrap_or_default().chars().take(VALUE_SHOWN).collect();
        Self {
            line,
            field,
            mine: short(mine),
            file: short(file),
        }
    }
}

/// Which places of the log were written by hand. An op is one action's, so an answer holds for every record of it.
#[derive(Default)]
pub(super) struct ByHand(BTreeMap<u64, bool>);

impl ByHand {
    /// Not found counts as by hand: when in doubt, what stands here is kept.
    pub(super) async fn wrote(&mut self, open: &OpenBoard, id: RecordId, sibling: &Sibling) -> Result<bool, Error> {
        let place = sibling.stamp.place;
        if let Some(known) = self.0.get(&place) {
            return Ok(*known);
        }
        let name = open.store.written_by(id, place).await?;
        let Some(name) = name else { return Ok(true) };
        let by_hand = !NOT_BY_HAND.contains(&name.as_str());
        if self.0.len() >= PLACES_KNOWN {
            self.0.clear();
        }
        self.0.insert(place, by_hand);
        Ok(by_hand)
    }
}

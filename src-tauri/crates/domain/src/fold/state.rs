//! What a record is after folding: the values that stand in each field, and how they are read.

use super::proposals::register_of;
use super::{Sibling, Stamp, is_long_text};
use crate::fields::{DELETED, FieldId, Space};
use crate::id::{DeviceId, MemberId};
use crate::value::Value;

/// A field, or one element of a set, with the values that stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Register {
    pub(super) field: FieldId,
    pub(super) element: Option<Value>,
    pub(super) siblings: Vec<Sibling>,
    /// Of a long text: what plain values replaced, the newest last. Somebody may still be typing in it.
    pub(super) resting: Vec<Sibling>,
}

/// Everything the log says of one record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordState {
    /// Sorted by (field, element).
    pub(super) registers: Vec<Register>,
    /// Edits of a kind that is not known here, sorted.
    pub(super) unknown: Vec<UnknownEdit>,
    /// Who made the record; unknown of those from before there were seats.
    pub(super) creator: Option<MemberId>,
    /// What waits beside the fields, sorted like them.
    pub(super) proposed: Vec<Register>,
}

/// That there was an edit of a kind from a newer version. The edit itself stays in the log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UnknownEdit {
    pub(super) place: u64,
    pub(super) field: FieldId,
    pub(super) hash: [u8; 16],
}

/// Texts that rest beside a field at most. Somebody offline for longer than it takes to replace a text this often
/// as a whole finds their edit in history only.
const RESTING: usize = 4;

impl Register {
    pub(super) fn empty(field: FieldId, element: Option<Value>) -> Self {
        Self {
            field,
            element,
            siblings: Vec::new(),
            resting: Vec::new(),
        }
    }

    /// A write by somebody who had `seen` so much: what they had seen, and what their device wrote before, gives way.
    pub(super) fn write(&mut self, written: Sibling, seen: u64) {
        let Stamp { device, .. } = written.stamp;
        let (standing, over): (Vec<_>, Vec<_>) = std::mem::take(&mut self.siblings)
            .into_iter()
            .partition(|sibling| sibling.withstands(seen, device));
        self.siblings = standing;
        if is_long_text(self.field) {
            self.resting.extend(over);
            self.resting.retain(|resting| resting.stamp != written.stamp);
            self.resting.sort_by_key(|resting| resting.stamp);
            self.resting.dedup_by_key(|resting| resting.stamp);
            let too_many = self.resting.len().saturating_sub(RESTING);
            self.resting.drain(..too_many);
        }
        self.siblings.push(written);
    }

    /// Sets and deletion: a true (present) or a false (alive) among the siblings wins; values: the latest believed.
    pub(super) fn shown(&self) -> Option<&Sibling> {
        let preferred = match (&self.element, self.field) {
            (Some(_), _) => Some(Value::Bool(true)),
            (None, DELETED) => Some(Value::Bool(false)),
            (None, _) => None,
        };
        let newest = |only: Option<&Value>| {
            self.siblings
                .iter()
                .filter(|s| only.is_none_or(|value| s.value == *value))
                .max_by_key(|s| s.rank())
        };
        preferred
            .as_ref()
            .and_then(|value| newest(Some(value)))
            .or_else(|| newest(None))
    }

    pub(super) fn shown_value(&self) -> Value {
        self.shown().map_or(Value::Null, |sibling| sibling.value.clone())
    }

    pub(super) fn key(&self) -> (FieldId, Option<&Value>) {
        (self.field, self.element.as_ref())
    }
}

impl RecordState {
    pub(super) fn register_mut(&mut self, field: FieldId, element: Option<&Value>) -> &mut Register {
        register_of(&mut self.registers, (field, element))
    }

    pub(super) fn register(&self, field: FieldId) -> Option<&Register> {
        let at = self
            .registers
            .binary_search_by(|register| register.key().cmp(&(field, None)))
            .ok()?;
        self.registers.get(at)
    }

    pub(super) fn note_unknown(&mut self, field: FieldId, place: u64, raw: &[u8]) {
        let mut hash = [0; 16];
        blake3::Hasher::new().update(raw).finalize_xof().fill(&mut hash);
        let edit = UnknownEdit { place, field, hash };
        if let Err(at) = self.unknown.binary_search(&edit) {
            self.unknown.insert(at, edit);
        }
    }

    /// True when somebody with a newer version wrote here what this one cannot show: a field, a value or a kind of edit.
    pub fn needs_update(&self) -> bool {
        let newer = |r: &Register| r.field.spec().is_none() && r.field != DELETED;
        let raw = |r: &Register| r.siblings.iter().any(|sibling| matches!(sibling.value, Value::Raw(_)));
        !self.unknown.is_empty() || self.registers.iter().any(|r| newer(r) || raw(r))
    }

    /// True when nothing was ever written to it.
    pub fn is_empty(&self) -> bool {
        self.registers.is_empty() && self.unknown.is_empty() && self.proposed.is_empty()
    }

    /// Who made it, as far as it is known.
    pub fn creator(&self) -> Option<MemberId> {
        self.creator
    }

    /// The value shown in a field; [`Value::Null`] stands for "never written" too.
    pub fn get(&self, field: FieldId) -> &Value {
        self.shown(field).map_or(&Value::Null, |sibling| &sibling.value)
    }

    /// The sibling shown in a field.
    pub fn shown(&self, field: FieldId) -> Option<&Sibling> {
        self.register(field).and_then(Register::shown)
    }

    /// The values that lost a concurrent write and wait for somebody to choose. Equal values show as one.
    pub fn rivals(&self, field: FieldId) -> Vec<&Sibling> {
        let Some(register) = self.register(field) else {
            return Vec::new();
        };
        let Some(shown) = register.shown() else {
            return Vec::new();
        };
        let mut rivals: Vec<&Sibling> = Vec::new();
        for sibling in &register.siblings {
            if sibling.value != shown.value && !rivals.iter().any(|rival| rival.value == sibling.value) {
                rivals.push(sibling);
            }
        }
        rivals.sort_by_key(|sibling| sibling.rank());
        rivals
    }

    /// Every plain field in which values collided.
    pub fn contested(&self) -> Vec<FieldId> {
        let plain = self
            .registers
            .iter()
            .filter(|r| r.element.is_none() && r.field != DELETED);
        plain
            .map(|r| r.field)
            .filter(|field| !self.rivals(*field).is_empty())
            .collect()
    }

    /// The elements present in a set, in their own order.
    pub fn elements(&self, field: FieldId) -> impl Iterator<Item = &Value> {
        self.registers
            .iter()
            .filter(move |r| r.field == field)
            .filter_map(|register| {
                let present = register
                    .shown()
                    .is_some_and(|sibling| sibling.value == Value::Bool(true));
                register.element.as_ref().filter(|_| present)
            })
    }

    /// The texts present in a set.
    pub fn texts(&self, field: FieldId) -> Vec<String> {
        self.elements(field)
            .filter_map(|element| element.as_text().map(str::to_owned))
            .collect()
    }

    /// The sibling that says whether an element is present in a set.
    pub fn element(&self, field: FieldId, element: &Value) -> Option<&Sibling> {
        let at = self
            .registers
            .binary_search_by(|register| register.key().cmp(&(field, Some(element))))
            .ok()?;
        self.registers.get(at).and_then(Register::shown)
    }

    /// True when the shown value, or the presence of the element, was written by `stamp`'s op and nothing rivals it:
    /// what undo asks before it writes the old value back.
    pub fn stands(&self, field: FieldId, element: Option<&Value>, place: u64) -> bool {
        let at = self
            .registers
            .binary_search_by(|register| register.key().cmp(&(field, element)));
        let register = at.ok().and_then(|at| self.registers.get(at));
        register.is_some_and(|register| register.siblings.iter().all(|sibling| sibling.stamp.place == place))
    }

    /// Deleted, and nobody says otherwise.
    pub fn is_deleted(&self) -> bool {
        *self.get(DELETED) == Value::Bool(true)
    }

    /// Deleted, but somebody who had not seen that wrote to it, or wrote later: the card shows both.
    pub fn edited_since_deleted(&self) -> bool {
        let Some(deleted) = self.shown(DELETED).filter(|_| self.is_deleted()) else {
            return false;
        };
        let later = |s: &Sibling| s.withstands(deleted.stamp.place, deleted.stamp.device);
        self.registers
            .iter()
            .filter(|r| r.field != DELETED)
            .any(|r| r.siblings.iter().any(later))
    }

    /// True when everything that stands was written by this device, long texts included.
    pub fn is_work_of(&self, device: DeviceId) -> bool {
        let alone = |sibling: &Sibling| {
            let mut marks = sibling.document.iter().flat_map(|document| document.marks());
            sibling.stamp.device == device && marks.all(|mark| mark.device == device)
        };
        let mut registers = self.registers.iter().chain(&self.proposed);
        registers.all(|register| register.siblings.iter().all(alone))
    }

    /// The newest place that wrote anything here, pending ones included.
    pub fn last_place(&self) -> u64 {
        self.stamps().map(|stamp| stamp.place).max().unwrap_or(0)
    }

    /// The stamps of everything that stands or waits.
    pub fn stamps(&self) -> impl Iterator<Item = &Stamp> {
        let registers = self.registers.iter().chain(&self.proposed);
        registers
            .flat_map(|register| &register.siblings)
            .map(|sibling| &sibling.stamp)
    }

    /// What a digest of one space covers: its part of the state, and of documents who wrote where. Their texts are among
    /// the values; how Loro packs its history is its own affair and may change with its version.
    pub fn digested(&self, space: Space) -> Self {
        let mut part = self.in_space(space);
        let siblings = part
            .registers
            .iter_mut()
            .chain(&mut part.proposed)
            .flat_map(|register| register.siblings.iter_mut().chain(&mut register.resting));
        for document in siblings.filter_map(|sibling| sibling.document.as_deref_mut()) {
            document.history.clear();
            document.waiting.clear();
        }
        part
    }

    /// The part of the state that lies in one space.
    pub fn in_space(&self, space: Space) -> Self {
        let of = |registers: &[Register]| -> Vec<Register> {
            let there = registers.iter().filter(|register| register.field.space() == space);
            there.cloned().collect()
        };
        let unknown = self.unknown.iter().filter(|edit| edit.field.space() == space);
        Self {
            registers: of(&self.registers),
            unknown: unknown.cloned().collect(),
            creator: self.creator.filter(|_| space == Space::Board),
            proposed: of(&self.proposed),
        }
    }

    /// The shown values of all plain fields and the present elements of all sets, by field.
    pub fn shown_values(&self) -> impl Iterator<Item = (FieldId, Option<&Value>, &Value)> {
        self.registers
            .iter()
            .filter_map(|r| r.shown().map(|s| (r.field, r.element.as_ref(), &s.value)))
    }
}

//! Folding edits of long texts, and making them: which document of a field an edit belongs to.

use super::state::Register;
use super::{Changed, Outcome, RecordState, Sibling, Stamp};
use crate::action::Edit;
use crate::fields::{FieldId, FieldType};
use crate::id::{DeviceId, RecordId};
use crate::text::{Document, Refusal, Seed, TextEdit};
use crate::value::Value;

/// Who types, and what their editor showed.
#[derive(Debug, Clone, Copy)]
pub struct Editor {
    /// The device.
    pub device: DeviceId,
    /// The confirmed place that the editor opened on.
    pub seen: u64,
    /// A number that no edit ever had or will have: random, from whoever has chance.
    pub peer: u64,
}

impl Editor {
    fn knows(&self, sibling: &Sibling) -> bool {
        let known = |place: u64, device: DeviceId| place <= self.seen || device == self.device;
        let marks = sibling.document.iter().flat_map(|document| document.marks());
        known(sibling.stamp.place, sibling.stamp.device) || marks.into_iter().any(|mark| known(mark.place, mark.device))
    }
}

impl RecordState {
    /// The edit that makes a long text what was typed; `None` when the editor showed just that. What others wrote since
    /// then stays, letter by letter.
    pub fn edit_text(
        &self,
        (record, field): (RecordId, FieldId),
        typed: &str,
        editor: Editor,
    ) -> Result<Option<Edit>, Refusal> {
        let known: Vec<&Sibling> = self
            .register(field)
            .map_or(&[][..], |register| &register.siblings)
            .iter()
            .filter(|sibling| editor.knows(sibling))
            .collect();
        let shown = known.iter().copied().max_by_key(|sibling| sibling.rank());
        let document = match shown {
            Some(sibling) => document_of(sibling, record, field)?,
            None => Document::seeded(Seed::of_nothing(record, field), "", None)?,
        };
        if known.len() > 1 || document.is_full() {
            // Somebody chose among rivals, or there is no room left: what is known gives way to a new text.
            let value = if typed.is_empty() { Value::Null } else { typed.into() };
            let same = known.len() == 1 && shown.is_some_and(|sibling| sibling.value == value);
            return Ok((!same).then_some(Edit::Set(value)));
        }
        let edit = document.edit(typed, editor.seen, editor.device, editor.peer)?;
        Ok(edit.map(Edit::Text))
    }

    /// Folds an edit of a long text.
    pub(super) fn fold_text(
        &mut self,
        (record, field): (RecordId, FieldId),
        typed: &TextEdit,
        (stamp, seen): (Stamp, u64),
    ) -> Result<Changed, Refusal> {
        if field.spec().is_some_and(|spec| spec.ty != FieldType::LongText) {
            return Err(Refusal::NotText);
        }
        let register = self.register(field);
        let old = register.map_or(Value::Null, Register::shown_value);
        let is_its = |sibling: &Sibling| seed_of(sibling, record, field) == typed.seed;
        let all = register.into_iter().flat_map(|r| r.siblings.iter().chain(&r.resting));
        let its: Vec<&Sibling> = all.filter(|sibling| is_its(sibling)).collect();
        let mut document = match its.iter().find(|s| s.document.is_some()).or(its.first()) {
            Some(sibling) => document_of(sibling, record, field)?,
            None if typed.seed == Seed::of_nothing(record, field) => Document::seeded(typed.seed, "", None)?,
            None => return Err(Refusal::NoSuchText),
        };
        for sibling in its.iter().filter(|sibling| sibling.document.is_none()) {
            document.began(sibling.stamp.place, sibling.stamp.device);
        }
        let text = document.take(&typed.update, stamp.place, stamp.device)?;
        let value = if text.is_empty() {
            Value::Null
        } else {
            Value::Text(text)
        };
        let register = self.register_mut(field, None);
        register.siblings.retain(|sibling| !is_its(sibling));
        register.resting.retain(|sibling| !is_its(sibling));
        let written = Sibling {
            stamp,
            value: value.clone(),
            document: Some(Box::new(document)),
        };
        register.write(written, seen);
        Ok(Changed {
            field,
            element: None,
            old,
            new: value,
            shown: register.shown_value(),
            outcome: Outcome::Written,
        })
    }
}

fn seed_of(sibling: &Sibling, record: RecordId, field: FieldId) -> Seed {
    match &sibling.document {
        Some(document) => document.seed,
        None => {
            let text = sibling.value.as_text().unwrap_or("");
            Seed::of(record, field, text, sibling.stamp.author_time)
        }
    }
}

fn document_of(sibling: &Sibling, record: RecordId, field: FieldId) -> Result<Document, Refusal> {
    match &sibling.document {
        Some(document) => Ok(document.as_ref().clone()),
        None => {
            let author = (sibling.stamp.place, sibling.stamp.device);
            let seed = seed_of(sibling, record, field);
            Document::seeded(seed, sibling.value.as_text().unwrap_or(""), Some(author))
        }
    }
}

//! The fold: how a record's state follows from the edits in the log. Pure, and local to one record.
//!
//! A field holds **siblings**: values that nobody who had seen the others has overwritten.
//!
//! - A write removes every sibling whose place is at most what its author had `seen`, and its own device's earlier
//!   ones; then it adds itself. So an editor left open over a foreign change never overwrites it silently, and three
//!   concurrent writers keep three values.
//! - **Shown** is the sibling with the greatest (author time, but at most five minutes after the hub's; device). A wrong
//!   clock can at worst choose which value is shown first; the order of the log decides everything else. The others
//!   are **rivals**, on the card until somebody chooses or overwrites.
//! - An element of a set is a register of its own that says present or absent; present wins. [`DELETED`] likewise:
//!   alive wins.
//!
//! What is not known here (an edit or a field from a newer version) leaves no trace: it stays in the log and takes
//! effect when a newer version refolds it.

use crate::action::{Edit, RecordEdit};
use crate::codec::{array_len, skip_rest};
use crate::fields::{DELETED, FieldId, FieldType, Space};
use crate::id::{DeviceId, MemberId};
use crate::time::{MINUTE_MS, Millis};
use crate::value::Value;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

/// Changes when the same log would fold to another state (architecture §4, "Versions").
pub const FOLD_VERSION: u32 = 1;

/// Pending actions fold at this place plus their own sequence: after everything confirmed.
pub const PENDING: u64 = 1 << 62;

/// How far an author's clock may run ahead of the hub's and still be believed.
const CLOCK_LEAD_MS: i64 = 5 * MINUTE_MS;

/// Who wrote, when, and at which place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Place in the log, or [`PENDING`] + own sequence.
    pub place: u64,
    /// The writing device.
    pub device: DeviceId,
    /// Its member.
    pub member: MemberId,
    /// The author's clock.
    pub author_time: Millis,
    /// The hub's clock when it gave the place; the author's while pending.
    pub hub_time: Millis,
}

impl Stamp {
    /// The author's time as far as it is believed.
    pub fn believed_time(&self) -> Millis {
        self.author_time.min(self.hub_time.saturating_add(CLOCK_LEAD_MS))
    }

    /// True until the hub gave it a place.
    pub fn is_pending(&self) -> bool {
        self.place >= PENDING
    }
}

/// One value that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// Who wrote it.
    pub stamp: Stamp,
    /// What they wrote.
    pub value: Value,
}

impl Sibling {
    fn rank(&self) -> (Millis, DeviceId, u64) {
        (self.stamp.believed_time(), self.stamp.device, self.stamp.place)
    }
}

/// A field, or one element of a set, with the values that stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Register {
    field: FieldId,
    element: Option<Value>,
    siblings: Vec<Sibling>,
}

/// Everything the log says of one record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordState {
    /// Sorted by (field, element).
    registers: Vec<Register>,
}

/// One field as it changed by one edit: what history shows and undo writes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which field.
    pub field: FieldId,
    /// The element, for sets.
    pub element: Option<Value>,
    /// Shown before.
    pub old: Value,
    /// Written. Not necessarily shown: a rival may be.
    pub new: Value,
}

/// Folds one record's edits at `stamp` into its state. `changed` receives what history keeps.
pub fn apply(state: &mut RecordState, edit: &RecordEdit, stamp: Stamp, mut changed: impl FnMut(Changed)) {
    for (field, edit_of_field) in &edit.edits {
        let (element, value) = match edit_of_field {
            Edit::Set(value) => (None, value.clone()),
            Edit::Add(element) => (Some(element.clone()), Value::Bool(true)),
            Edit::Remove(element) => (Some(element.clone()), Value::Bool(false)),
            Edit::Unknown(_) => continue,
        };
        let register = state.register_mut(*field, element.as_ref());
        let old = register.shown().map_or(Value::Null, |sibling| sibling.value.clone());
        register
            .siblings
            .retain(|s| s.stamp.place > edit.seen && s.stamp.device != stamp.device);
        register.siblings.push(Sibling {
            stamp,
            value: value.clone(),
        });
        changed(Changed {
            field: *field,
            element,
            old,
            new: value,
        });
    }
}

impl Register {
    /// Sets and deletion: a true (present) or a false (alive) among the siblings wins; values: the latest believed.
    fn shown(&self) -> Option<&Sibling> {
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

    fn key(&self) -> (FieldId, Option<&Value>) {
        (self.field, self.element.as_ref())
    }
}

impl RecordState {
    fn register_mut(&mut self, field: FieldId, element: Option<&Value>) -> &mut Register {
        let at = match self
            .registers
            .binary_search_by(|register| register.key().cmp(&(field, element)))
        {
            Ok(found) => found,
            Err(place) => {
                self.registers.insert(
                    place,
                    Register {
                        field,
                        element: element.cloned(),
                        siblings: Vec::new(),
                    },
                );
                place
            }
        };
        #[expect(
            clippy::indexing_slicing,
            reason = "`at` was found or inserted in this vector just above"
        )]
        &mut self.registers[at]
    }

    fn register(&self, field: FieldId) -> Option<&Register> {
        let at = self
            .registers
            .binary_search_by(|register| register.key().cmp(&(field, None)))
            .ok()?;
        self.registers.get(at)
    }

    /// True when nothing was ever written to it.
    pub fn is_empty(&self) -> bool {
        self.registers.is_empty()
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
        let later = |s: &Sibling| s.stamp.place > deleted.stamp.place && s.stamp.device != deleted.stamp.device;
        self.registers
            .iter()
            .filter(|r| r.field != DELETED)
            .any(|r| r.siblings.iter().any(later))
    }

    /// The newest place that wrote anything here, pending ones included.
    pub fn last_place(&self) -> u64 {
        self.stamps().map(|stamp| stamp.place).max().unwrap_or(0)
    }

    /// The stamps of everything that stands.
    pub fn stamps(&self) -> impl Iterator<Item = &Stamp> {
        self.registers
            .iter()
            .flat_map(|register| &register.siblings)
            .map(|sibling| &sibling.stamp)
    }

    /// The part of the state that lies in one space: what a digest of that space covers.
    pub fn in_space(&self, space: Space) -> Self {
        Self {
            registers: self
                .registers
                .iter()
                .filter(|r| r.field.space() == space)
                .cloned()
                .collect(),
        }
    }

    /// The shown values of all plain fields and the present elements of all sets, by field.
    pub fn shown_values(&self) -> impl Iterator<Item = (FieldId, Option<&Value>, &Value)> {
        self.registers
            .iter()
            .filter_map(|r| r.shown().map(|s| (r.field, r.element.as_ref(), &s.value)))
    }
}

/// True when the field's type is a set: edits to it are [`Edit::Add`] and [`Edit::Remove`].
pub fn is_set(field: FieldId) -> bool {
    field.spec().is_some_and(|spec| spec.ty == FieldType::Set)
}

/// Canonical: equal states have equal bytes. Stamps stand once in a table, because an imported record has one stamp
/// for a dozen fields.
impl<C> Encode<C> for RecordState {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        let mut stamps: Vec<&Stamp> = self.stamps().collect();
        stamps.sort_unstable();
        stamps.dedup();
        e.array(2)?.array(stamps.len() as u64)?;
        for stamp in &stamps {
            e.array(5)?
                .u64(stamp.place)?
                .encode_with(stamp.device, ctx)?
                .encode_with(stamp.member, ctx)?;
            e.i64(stamp.author_time)?.i64(stamp.hub_time)?;
        }
        e.array(self.registers.len() as u64)?;
        for register in &self.registers {
            e.array(2 + register.siblings.len() as u64 * 2)?.u16(register.field.0)?;
            match &register.element {
                Some(element) => e.array(1)?.encode_with(element, ctx)?,
                None => e.array(0)?,
            };
            let mut siblings: Vec<&Sibling> = register.siblings.iter().collect();
            siblings.sort_unstable_by_key(|sibling| sibling.stamp);
            for sibling in siblings {
                let at = stamps.binary_search(&&sibling.stamp).unwrap_or_default();
                e.u64(at as u64)?.encode_with(&sibling.value, ctx)?;
            }
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for RecordState {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let len = array_len(d)?;
        let mut stamps = Vec::new();
        for _ in 0..array_len(d)? {
            let stamp_len = array_len(d)?;
            stamps.push(Stamp {
                place: d.u64()?,
                device: d.decode_with(ctx)?,
                member: d.decode_with(ctx)?,
                author_time: d.i64()?,
                hub_time: d.i64()?,
            });
            skip_rest(d, stamp_len, 5)?;
        }
        let mut registers = Vec::new();
        for _ in 0..array_len(d)? {
            let items = array_len(d)?;
            let field = FieldId(d.u16()?);
            let element = if array_len(d)? == 1 {
                Some(d.decode_with(ctx)?)
            } else {
                None
            };
            let mut siblings = Vec::new();
            for _ in 0..items.saturating_sub(2) / 2 {
                let at = d.u64()? as usize;
                let stamp = *stamps.get(at).ok_or_else(|| decode::Error::message("no such stamp"))?;
                siblings.push(Sibling {
                    stamp,
                    value: d.decode_with(ctx)?,
                });
            }
            registers.push(Register {
                field,
                element,
                siblings,
            });
        }
        skip_rest(d, len, 2)?;
        Ok(Self { registers })
    }
}

#[cfg(test)]
mod tests;

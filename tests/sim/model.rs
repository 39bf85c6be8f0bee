//! Which values stand, said a second time: brute force over the whole history, without `domain::fold`.
//!
//! A write stands unless a later one of the log had seen it, or came from the same device. That is all.

use anyhow::{Context as _, Result};
use minicbor::Decoder;
use sidedesk_domain::{Action, DeviceId, Edit, FieldId, RecordId, RecordState, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A field, or one element of a set, of a record.
pub type Place = (RecordId, FieldId, Option<Value>);

/// Values that stand, with the places that wrote them.
pub type Standing = BTreeSet<(u64, Value)>;

/// One write of the history.
#[derive(Debug, Clone)]
pub struct Written {
    pub n: u64,
    pub device: DeviceId,
    pub seen: u64,
    pub value: Value,
}

/// Every write of the history, by what it was written to, in the log's order.
#[derive(Debug, Default)]
pub struct History(BTreeMap<Place, Vec<Written>>);

impl History {
    /// One more action of the log.
    pub fn add(&mut self, n: u64, device: DeviceId, action: &Action) {
        for edit in &action.records {
            for (field, what) in &edit.edits {
                let (element, value) = match what {
                    Edit::Set(value) => (None, value.clone()),
                    Edit::Add(element) => (Some(element.clone()), true.into()),
                    Edit::Remove(element) => (Some(element.clone()), false.into()),
                    Edit::Text(_) | Edit::Decline(..) | Edit::Erase | Edit::Unknown(_) => continue,
                };
                let seen = edit.seen;
                let written = Written { n, device, seen, value };
                self.0.entry((edit.id, *field, element)).or_default().push(written);
            }
        }
    }

    /// Which (place, value) stand where.
    pub fn standing(&self) -> BTreeMap<Place, Standing> {
        let standing = |writes: &Vec<Written>| {
            let over = |i: usize, w: &Written| {
                let later = &writes[i + 1..];
                later.iter().any(|next| next.seen >= w.n || next.device == w.device)
            };
            let stand = writes.iter().enumerate().filter(|(i, w)| !over(*i, w));
            stand.map(|(_, w)| (w.n, w.value.clone())).collect()
        };
        self.0
            .iter()
            .map(|(place, writes)| (place.clone(), standing(writes)))
            .collect()
    }

    /// Fields in which more than one value stands.
    pub fn contested(&self) -> u64 {
        self.standing().values().filter(|values| values.len() > 1).count() as u64
    }
}

/// The (place, value) that stand in a folded record, read from its canonical bytes.
pub fn siblings(state: &RecordState) -> Result<BTreeMap<(FieldId, Option<Value>), Standing>> {
    let bytes = minicbor::to_vec(state)?;
    let mut d = Decoder::new(&bytes);
    d.array()?;
    let mut places = Vec::new();
    for _ in 0..d.array()?.context("stamps")? {
        let len = d.array()?.context("a stamp")?;
        places.push(d.u64()?);
        for _ in 1..len {
            d.skip()?;
        }
    }
    let mut out = BTreeMap::new();
    for _ in 0..d.array()?.context("registers")? {
        let items = d.array()?.context("a register")?;
        let field = FieldId(d.u16()?);
        let element = if d.array()? == Some(1) {
            Some(d.decode::<Value>()?)
        } else {
            None
        };
        let mut values = BTreeSet::new();
        for _ in 0..(items - 2) / 2 {
            let place = places[d.u64()? as usize];
            values.insert((place, d.decode::<Value>()?));
        }
        out.insert((field, element), values);
    }
    Ok(out)
}

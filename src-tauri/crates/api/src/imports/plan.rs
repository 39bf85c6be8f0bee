//! What an import would write: each draft against the record that is there.

use super::conflicts::{ByHand, CONFLICTS_SHOWN, Conflict};
use super::groups::Groups;
use crate::desk::OpenBoard;
use crate::dto::{FieldInputDto, ImportOptionsDto};
use crate::error::Error;
use crate::input;
use sidedesk_domain::fields::{DELETED, campaign, complaint, report};
use sidedesk_domain::time::Tz;
use sidedesk_domain::{Edit, FieldId, Kind, Millis, RecordEdit, RecordId, RecordState, Sibling, Value};
use sidedesk_formats::{Draft, DraftValue, Head, Preset};
use sidedesk_store::RecordKey;
use std::collections::BTreeMap;

/// Records shown in a preview.
const FIRST: usize = 20;

/// What becomes of one draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Same,
    Changed,
    New,
}

impl Outcome {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Same => "same",
        }
    }
}

/// What an import does, counted. Numbers count rows of the file: a repeated event is one row, whatever it expands to.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub complaints: u64,
    /// Values edited here by hand that stay.
    pub kept: u64,
    /// Values edited here by hand that the file's replace.
    pub taken: u64,
    /// The first of either.
    pub conflicts: Vec<Conflict>,
    /// Line, title, outcome of the first drafts.
    pub first: Vec<(u64, String, Outcome)>,
    /// Something is to be written.
    pub writes: bool,
}

/// Compares drafts with the board, batch by batch.
pub(super) struct Planner<'b> {
    open: &'b OpenBoard,
    fill: Vec<(FieldId, DraftValue)>,
    seen: u64,
    /// In a file of ours the customer is hashed already.
    customer_key: Option<[u8; 32]>,
    groups: Groups,
    by_hand: ByHand,
    /// Where somebody edited a value here, the file's goes before it all the same.
    takes_file: bool,
    /// A row of this file may become several records, and its line says which row it is. Elsewhere every draft is a row: all
    /// elements of a JSON file may stand in one line.
    repeats: bool,
    rows: BTreeMap<u64, Outcome>,
    counted: Counted,
}

impl<'b> Planner<'b> {
    /// For the drafts of one file.
    pub(super) async fn new(open: &'b OpenBoard, head: &Head, options: &ImportOptionsDto) -> Result<Self, Error> {
        let fill = read_fill(head.kind, &options.fill, open.zone().await?)?;
        Ok(Self {
            open,
            seen: open.store.head().await?,
            customer_key: match head.preset {
                Preset::Sidedesk => None,
                _ => Some(open.store.customer_key().await?),
            },
            groups: Groups::new(head, &fill),
            fill,
            by_hand: ByHand::default(),
            takes_file: options.take_file,
            repeats: head.preset == Preset::Ics,
            rows: BTreeMap::new(),
            counted: Counted::default(),
        })
    }

    /// What the drafts change.
    pub(super) async fn take(&mut self, drafts: Vec<Draft>) -> Result<Vec<RecordEdit>, Error> {
        let keys: Vec<RecordKey> = drafts.iter().map(|draft| (draft.kind, draft.id)).collect();
        let states = self.open.store.states(&keys).await?;
        let empty = RecordState::default();
        let mut records = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let state = states.get(&(draft.kind, draft.id)).unwrap_or(&empty);
            records.extend(self.compare(draft, state).await?);
        }
        self.counted.writes |= !records.is_empty();
        Ok(records)
    }

    async fn compare(&mut self, draft: Draft, state: &RecordState) -> Result<Option<RecordEdit>, Error> {
        let (line, kind, id) = (draft.line, draft.kind, draft.id);
        let complaint = self.groups.take(&draft);
        let title = (self.counted.first.len() < FIRST).then(|| title(&draft));
        let wanted = wanted(draft, self.customer_key, complaint, &self.fill);
        let put_away = state.is_deleted() && self.deleted_by_hand(id, state).await?;
        let fresh = !put_away && (state.is_empty() || state.is_deleted());
        let edits = if put_away {
            self.counted.kept += 1;
            Vec::new()
        } else if fresh {
            fresh_edits(state, wanted)
        } else {
            self.differing_edits((line, id), state, wanted).await?
        };
        let edits = if state.is_empty() {
            edits
        } else {
            self.open.as_typed(id, state, self.seen, edits)?
        };
        let outcome = match (fresh, edits.is_empty()) {
            (true, _) => Outcome::New,
            (false, false) => Outcome::Changed,
            (false, true) => Outcome::Same,
        };
        let row = if self.repeats { line } else { self.rows.len() as u64 };
        let row = self.rows.entry(row).or_insert(outcome);
        *row = outcome.max(*row);
        self.counted.first.extend(title.map(|title| (line, title, outcome)));
        let seen = self.seen;
        Ok((!edits.is_empty()).then_some(RecordEdit { kind, id, seen, edits }))
    }

    /// The complaints that the drafts named, once all were taken.
    pub(super) async fn complaints(&mut self, now: Millis) -> Result<Vec<RecordEdit>, Error> {
        let (records, made) = self.groups.edits(self.open, self.seen, now).await?;
        self.counted.complaints = made;
        self.counted.writes |= !records.is_empty();
        Ok(records)
    }

    /// What it comes to.
    pub(super) fn counted(self) -> Counted {
        let count = |outcome| self.rows.values().filter(|row| **row == outcome).count() as u64;
        Counted {
            new: count(Outcome::New),
            changed: count(Outcome::Changed),
            same: count(Outcome::Same),
            ..self.counted
        }
    }

    /// Edits where the file says something else than the board. What somebody edited here stays, unless they want the
    /// file's; either is counted, and the first are shown.
    async fn differing_edits(
        &mut self,
        (line, id): (u64, RecordId),
        state: &RecordState,
        wanted: Vec<(FieldId, DraftValue)>,
    ) -> Result<Vec<(FieldId, Edit)>, Error> {
        let mut edits = Vec::new();
        for (field, value) in wanted {
            let conflict =
                (self.counted.conflicts.len() < CONFLICTS_SHOWN).then(|| Conflict::of(line, state, field, &value));
            let mut is_mine = false;
            for (edit, standing) in differences(state, field, value) {
                let by_hand = match standing {
                    None => false,
                    Some(sibling) => self.by_hand.wrote(self.open, id, sibling).await?,
                };
                is_mine |= by_hand;
                match (by_hand, self.takes_file) {
                    (true, false) => self.counted.kept += 1,
                    (true, true) => self.counted.taken += 1,
                    (false, _) => {}
                }
                if !by_hand || self.takes_file {
                    edits.push((field, edit));
                }
            }
            self.counted.conflicts.extend(conflict.filter(|_| is_mine));
        }
        Ok(edits)
    }

    /// True when somebody deleted the record here, not an undo.
    async fn deleted_by_hand(&mut self, id: RecordId, state: &RecordState) -> Result<bool, Error> {
        match state.shown(DELETED) {
            None => Ok(false),
            Some(deleted) => self.by_hand.wrote(self.open, id, deleted).await,
        }
    }
}

/// The fields as they should stand: the draft's, with the customer hashed and the complaint linked.
fn wanted(
    draft: Draft,
    customer_key: Option<[u8; 32]>,
    complaint: Option<RecordId>,
    fill: &[(FieldId, DraftValue)],
) -> Vec<(FieldId, DraftValue)> {
    let filled: Vec<_> = fill
        .iter()
        .filter(|(field, _)| draft.get(*field).is_none())
        .cloned()
        .collect();
    let stateless = draft.kind == Kind::Campaign && draft.get(campaign::STATE).is_none();
    let mut wanted = draft.fields;
    for (field, value) in &mut wanted {
        if let (DraftValue::One(Value::Text(raw)), Some(key), report::CUSTOMER) = (&*value, &customer_key, *field) {
            *value = DraftValue::One(customer_hash(key, raw).into());
        }
    }
    wanted.extend(complaint.map(|id| (report::COMPLAINT, DraftValue::One(id.into()))));
    wanted.extend(filled);
    if stateless {
        wanted.push((campaign::STATE, DraftValue::One("draft".into())));
    }
    wanted
}

/// What the person said for rows that leave a field empty, read like anything typed.
fn read_fill(kind: Kind, fill: &[(String, String)], zone: Tz) -> Result<Vec<(FieldId, DraftValue)>, Error> {
    let inputs = fill.iter().map(|(field, value)| FieldInputDto {
        field: field.clone(),
        value: Some(value.clone()),
    });
    let edits = input::edits(kind, &RecordState::default(), &inputs.collect::<Vec<_>>(), zone)?;
    let mut read: Vec<(FieldId, DraftValue)> = Vec::new();
    for (field, edit) in edits {
        match edit {
            Edit::Set(value) => read.push((field, DraftValue::One(value))),
            Edit::Add(Value::Text(text)) => match read.iter_mut().find(|(known, _)| *known == field) {
                Some((_, DraftValue::Many(texts))) => texts.push(text),
                _ => read.push((field, DraftValue::Many(vec![text]))),
            },
            Edit::Add(_) | Edit::Remove(_) | Edit::Text(_) | Edit::Decline(..) | Edit::Erase | Edit::Unknown(_) => {}
        }
    }
    Ok(read)
}

/// Counts people without naming them: the same person on every device of this board, nobody anywhere else.
fn customer_hash(key: &[u8; 32], reference: &str) -> String {
    let normal = reference.trim().to_lowercase();
    blake3::keyed_hash(key, normal.as_bytes())
        .to_hex()
        .chars()
        .take(24)
        .collect()
}

fn fresh_edits(state: &RecordState, wanted: Vec<(FieldId, DraftValue)>) -> Vec<(FieldId, Edit)> {
    let mut edits = Vec::with_capacity(wanted.len() + 1);
    if state.is_deleted() {
        edits.push((DELETED, Edit::Set(false.into())));
    }
    for (field, value) in wanted {
        match value {
            DraftValue::One(value) => edits.push((field, Edit::Set(value))),
            DraftValue::Many(values) => {
                edits.extend(values.into_iter().map(|value| (field, Edit::Add(value.into()))));
            }
        }
    }
    edits
}

/// What the file would change in a field, with the value that stands there now.
fn differences(state: &RecordState, field: FieldId, value: DraftValue) -> Vec<(Edit, Option<&Sibling>)> {
    match value {
        DraftValue::One(value) if *state.get(field) == value => Vec::new(),
        DraftValue::One(value) => vec![(Edit::Set(value), state.shown(field))],
        DraftValue::Many(values) => {
            let values: Vec<Value> = values.into_iter().map(Value::from).collect();
            let gone = state.elements(field).filter(|element| !values.contains(element));
            let removals = gone.map(|element| (Edit::Remove(element.clone()), state.element(field, element)));
            let mut all: Vec<_> = removals.collect();
            for value in values {
                let standing = state.element(field, &value);
                if standing.is_none_or(|sibling| sibling.value != Value::Bool(true)) {
                    all.push((Edit::Add(value), standing));
                }
            }
            all
        }
    }
}

fn title(draft: &Draft) -> String {
    let text = |field| match draft.get(field) {
        Some(DraftValue::One(Value::Text(text))) => Some(text.as_str()),
        _ => None,
    };
    let title = text(campaign::NAME)
        .or_else(|| text(complaint::TITLE))
        .or_else(|| text(report::TITLE))
        .or_else(|| text(report::BODY))
        .unwrap_or("");
    title.chars().take(120).collect()
}

//! What an import would write: each draft against the record that is there.

use super::groups::Groups;
use crate::desk::OpenBoard;
use crate::dto::FieldInputDto;
use crate::error::Error;
use crate::input;
use sidedesk_domain::fields::{DELETED, campaign, complaint, report};
use sidedesk_domain::time::Tz;
use sidedesk_domain::{Edit, FieldId, Kind, Millis, RecordEdit, RecordState, Sibling, Value};
use sidedesk_formats::{Draft, DraftValue, Parsed, Preset};
use sidedesk_store::RecordKey;
use std::collections::BTreeMap;

/// Actions whose values a new export may replace: nobody typed them here.
const NOT_BY_HAND: [&str; 3] = ["import", "undo", "redo"];
/// Lines of a record's history looked at to find out who wrote a value.
const HISTORY_LINES: usize = 500;

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

/// The whole import, not written yet. Numbers count rows of the file: a repeated event is one row, whatever it expands to.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub records: Vec<RecordEdit>,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub complaints: u64,
    pub kept: u64,
    /// Line, title, outcome of every draft.
    pub outcomes: Vec<(u64, String, Outcome)>,
}

/// Compares every draft with the board.
pub(super) async fn make(
    open: &OpenBoard,
    parsed: &Parsed,
    fill: &[(String, String)],
    now: Millis,
) -> Result<Plan, Error> {
    let fill = read_fill(parsed.kind, fill, open.zone().await?)?;
    let seen = open.store.head().await?;
    // In a file of ours the customer is hashed already.
    let customer_key = match parsed.preset {
        Preset::Sidedesk => None,
        _ => Some(open.store.customer_key().await?),
    };
    let keys: Vec<RecordKey> = parsed.drafts.iter().map(|draft| (draft.kind, draft.id)).collect();
    let states = open.store.states(&keys).await?;
    let groups = Groups::of(parsed, &fill);
    let (records, complaints) = groups.edits(open, seen, now).await?;
    let mut plan = Plan {
        records,
        complaints,
        ..Plan::default()
    };
    let empty = RecordState::default();
    let mut rows: BTreeMap<u64, Outcome> = BTreeMap::new();
    for draft in &parsed.drafts {
        let key = (draft.kind, draft.id);
        let state = states.get(&key).unwrap_or(&empty);
        let wanted = wanted(draft, customer_key, groups.complaint_of(draft), &fill);
        let put_away = state.is_deleted() && deleted_by_hand(open, key, state).await?;
        let fresh = !put_away && (state.is_empty() || state.is_deleted());
        let (edits, kept) = if put_away {
            (Vec::new(), 1)
        } else if fresh {
            (fresh_edits(state, wanted), 0)
        } else {
            differing_edits(open, key, state, wanted).await?
        };
        let edits = if state.is_empty() {
            edits
        } else {
            open.as_typed(draft.id, state, seen, edits)?
        };
        plan.kept += kept;
        let outcome = match (fresh, edits.is_empty()) {
            (true, _) => Outcome::New,
            (false, false) => Outcome::Changed,
            (false, true) => Outcome::Same,
        };
        let row = rows.entry(draft.line).or_insert(outcome);
        *row = outcome.max(*row);
        plan.outcomes.push((draft.line, title(draft), outcome));
        if !edits.is_empty() {
            plan.records.push(RecordEdit {
                kind: draft.kind,
                id: draft.id,
                seen,
                edits,
            });
        }
    }
    let count = |outcome| rows.values().filter(|row| **row == outcome).count() as u64;
    (plan.new, plan.changed, plan.same) = (count(Outcome::New), count(Outcome::Changed), count(Outcome::Same));
    Ok(plan)
}

/// The fields as they should stand: the draft's, with the customer hashed and the complaint linked.
fn wanted(
    draft: &Draft,
    customer_key: Option<[u8; 32]>,
    complaint: Option<sidedesk_domain::RecordId>,
    fill: &[(FieldId, DraftValue)],
) -> Vec<(FieldId, DraftValue)> {
    let mut wanted: Vec<(FieldId, DraftValue)> = Vec::with_capacity(draft.fields.len() + 1);
    for (field, value) in &draft.fields {
        let value = match (value, &customer_key) {
            (DraftValue::One(Value::Text(raw)), Some(key)) if *field == report::CUSTOMER => {
                DraftValue::One(customer_hash(key, raw).into())
            }
            (other, _) => other.clone(),
        };
        wanted.push((*field, value));
    }
    wanted.extend(complaint.map(|id| (report::COMPLAINT, DraftValue::One(id.into()))));
    wanted.extend(fill.iter().filter(|(field, _)| draft.get(*field).is_none()).cloned());
    if draft.kind == Kind::Campaign && draft.get(campaign::STATE).is_none() {
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

/// Edits where the file says something else than the board, and how many values somebody edited here and keeps.
async fn differing_edits(
    open: &OpenBoard,
    key: RecordKey,
    state: &RecordState,
    wanted: Vec<(FieldId, DraftValue)>,
) -> Result<(Vec<(FieldId, Edit)>, u64), Error> {
    let (mut edits, mut kept) = (Vec::new(), 0);
    let mut by_hand: Option<ByHand> = None;
    for (field, value) in wanted {
        for (edit, standing) in differences(state, field, value) {
            let mine = match standing {
                None => false,
                Some(sibling) => {
                    if by_hand.is_none() {
                        by_hand = Some(ByHand::of(open, key).await?);
                    }
                    by_hand.as_ref().is_some_and(|by_hand| by_hand.wrote(sibling))
                }
            };
            if mine { kept += 1 } else { edits.push((field, edit)) }
        }
    }
    Ok((edits, kept))
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

/// True when somebody deleted the record here, not an undo.
async fn deleted_by_hand(open: &OpenBoard, key: RecordKey, state: &RecordState) -> Result<bool, Error> {
    let Some(deleted) = state.shown(DELETED) else {
        return Ok(false);
    };
    Ok(ByHand::of(open, key).await?.wrote(deleted))
}

/// Which places of the log wrote to a record by hand.
struct ByHand(BTreeMap<u64, bool>);

impl ByHand {
    async fn of(open: &OpenBoard, (_, id): RecordKey) -> Result<Self, Error> {
        let lines = open.store.activity_of_record(id, HISTORY_LINES).await?;
        let hand = |name: &str| !NOT_BY_HAND.contains(&name);
        Ok(Self(
            lines.iter().map(|line| (line.stamp.place, hand(&line.name))).collect(),
        ))
    }

    /// Not found counts as by hand: when in doubt, what stands here is kept.
    fn wrote(&self, sibling: &Sibling) -> bool {
        self.0.get(&sibling.stamp.place).copied().unwrap_or(true)
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

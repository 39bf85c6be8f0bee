//! A column mapped to `complaint` groups: one complaint per distinct value, its rows as reports.
//!
//! The complaint's id is the hash of source and value, so a second import, or another person's, finds the same complaint.

use crate::cards::DEFAULT_SEVERITY;
use crate::desk::OpenBoard;
use crate::error::Error;
use sidedesk_domain::fields::{DELETED, complaint, report};
use sidedesk_domain::scope::normal_form;
use sidedesk_domain::{Edit, FieldId, Kind, Millis, RecordEdit, RecordId, RecordState, Value};
use sidedesk_formats::{Draft, DraftValue, Head};
use std::collections::BTreeMap;

/// Values a complaint takes over from its reports in one dimension; more than that says nothing about it.
const SCOPE_VALUES: usize = 20;

/// Report field and complaint field of each dimension.
///
/// Not the channel: the way a ticket came in is not what the complaint is about.
pub(crate) const DIMENSIONS: [(FieldId, FieldId); 4] = [
    (report::PRODUCT, complaint::PRODUCT),
    (report::REGION, complaint::REGION),
    (report::SEGMENT, complaint::SEGMENT),
    (report::TOUCH_POINT, complaint::TOUCH_POINT),
];

struct Group {
    title: String,
    first: Option<Millis>,
    scope: BTreeMap<FieldId, Vec<String>>,
}

/// The complaints that a file names.
pub(super) struct Groups {
    by_id: BTreeMap<RecordId, Group>,
    source: String,
    /// What the person said for every complaint of the file that has nothing in this field.
    filled: Vec<(FieldId, String)>,
}

impl Groups {
    /// Of a file; none yet. `fill` is what the person said for rows that leave a field empty.
    pub(super) fn new(head: &Head, fill: &[(FieldId, DraftValue)]) -> Self {
        let filled = fill.iter().filter_map(|(field, value)| {
            let (_, to) = DIMENSIONS.into_iter().find(|(from, _)| from == field)?;
            match value {
                DraftValue::One(Value::Text(text)) => Some((to, text.clone())),
                _ => None,
            }
        });
        Self {
            by_id: BTreeMap::new(),
            source: format!("{}/{}", head.preset.source_name(), head.account),
            filled: filled.collect(),
        }
    }

    /// Takes a draft into the complaint that it belongs to, and says which that is.
    pub(super) fn take(&mut self, draft: &Draft) -> Option<RecordId> {
        let id = self.complaint_of(draft)?;
        let name = draft.group.as_deref()?;
        let fresh = || Group {
            title: name.trim().to_owned(),
            first: None,
            scope: BTreeMap::new(),
        };
        self.by_id.entry(id).or_insert_with(fresh).take(draft);
        Some(id)
    }

    fn complaint_of(&self, draft: &Draft) -> Option<RecordId> {
        let name = normal_form(draft.group.as_deref()?);
        // A cause that has an id in its tool stays the same complaint when it is called otherwise.
        let parts = match draft.group_id.as_deref() {
            Some(id) => vec![self.source.as_bytes(), b"cause", id.as_bytes()],
            None => vec![self.source.as_bytes(), name.as_bytes()],
        };
        (!name.is_empty() && draft.kind == Kind::Report).then(|| RecordId::of("complaint", &parts))
    }

    /// Edits that make those complaints which are not on the board, bring back those that an undo took, and fill what the
    /// person filled. A complaint that somebody deleted here stays deleted. With them: how many are made.
    pub(super) async fn edits(
        &self,
        open: &OpenBoard,
        seen: u64,
        now: Millis,
    ) -> Result<(Vec<RecordEdit>, u64), Error> {
        let keys: Vec<_> = self.by_id.keys().map(|id| (Kind::Complaint, *id)).collect();
        let states = open.store.states(&keys).await?;
        let (mut records, mut made) = (Vec::new(), 0);
        for (id, group) in &self.by_id {
            let state = states.get(&(Kind::Complaint, *id)).filter(|state| !state.is_empty());
            let mut edits = match state {
                None => group.edits(now),
                Some(state) if !state.is_deleted() => Vec::new(),
                Some(state) if undone(open, *id, state).await? => vec![(DELETED, Edit::Set(false.into()))],
                Some(_) => continue,
            };
            made += u64::from(!edits.is_empty());
            edits.extend(self.filled.iter().filter_map(|(field, value)| {
                let has_one = match state {
                    Some(state) => !state.texts(*field).is_empty(),
                    None => group.scope.contains_key(field),
                };
                (!has_one).then(|| (*field, Edit::Add(value.as_str().into())))
            }));
            if !edits.is_empty() {
                let kind = Kind::Complaint;
                records.push(RecordEdit {
                    kind,
                    id: *id,
                    seen,
                    edits,
                });
            }
        }
        Ok((records, made))
    }
}

/// Did an undo delete it, not a person?
async fn undone(open: &OpenBoard, id: RecordId, state: &RecordState) -> Result<bool, Error> {
    let deleted_at = state.shown(DELETED).map(|sibling| sibling.stamp.place);
    let Some(deleted_at) = deleted_at else {
        return Ok(false);
    };
    Ok(open.store.written_by(id, deleted_at).await?.as_deref() == Some("undo"))
}

impl Group {
    fn take(&mut self, draft: &Draft) {
        if let Some(DraftValue::One(Value::Int(at))) = draft.get(report::AT) {
            self.first = Some(self.first.map_or(*at, |first| first.min(*at)));
        }
        for (from, to) in DIMENSIONS {
            if let Some(DraftValue::One(Value::Text(value))) = draft.get(from) {
                let values = self.scope.entry(to).or_default();
                let known = values.iter().any(|have| normal_form(have) == normal_form(value));
                if !known && values.len() <= SCOPE_VALUES {
                    values.push(value.clone());
                }
            }
        }
    }

    fn edits(&self, now: Millis) -> Vec<(FieldId, Edit)> {
        let mut edits = vec![
            (complaint::TITLE, Edit::Set(self.title.as_str().into())),
            (complaint::STATE, Edit::Set("new".into())),
            (complaint::SEVERITY, Edit::Set(DEFAULT_SEVERITY.into())),
            (complaint::OPENED, Edit::Set(self.first.unwrap_or(now).min(now).into())),
        ];
        for (field, values) in self.scope.iter().filter(|(_, values)| values.len() <= SCOPE_VALUES) {
            edits.extend(values.iter().map(|value| (*field, Edit::Add(value.as_str().into()))));
        }
        edits
    }
}

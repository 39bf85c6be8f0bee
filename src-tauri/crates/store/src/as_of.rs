//! The board as it was: every record's shown values at a moment, read off its history.
//!
//! As of `at` means every entry of the log with a hub time of at most `at`: that clock never goes back, so the answer for a
//! past moment stays the same for ever. What waits for the hub has no place yet and is not among it.

use crate::error::Error;
use crate::first_values;
use crate::open::Store;
use crate::read::{ActivityLine, activity_line};
use crate::view::RecordKey;
use futures_util::TryStreamExt as _;
use sidedesk_domain::fold::apply;
use sidedesk_domain::{Changed, Edit, FieldId, Kind, Millis, RecordEdit, RecordId, RecordState, Stamp, Value};
use sqlx::Connection as _;
use std::collections::BTreeMap;

/// A record as it was.
#[derive(Debug, Clone)]
pub struct PastRecord {
    /// Which record.
    pub key: RecordKey,
    /// What it showed, each value with who wrote it; what rivalled it then is in the history only.
    pub state: RecordState,
}

/// Shown values as they come to stand, by field and element.
#[derive(Default)]
struct Shown(BTreeMap<(FieldId, Option<Value>), (Stamp, Value)>);

impl Shown {
    fn add(&mut self, line: ActivityLine) {
        let written = line.changes.into_iter().filter(|change| change.outcome.is_of_field());
        for Changed {
            field, element, shown, ..
        } in written
        {
            self.0.insert((field, element), (line.stamp, shown));
        }
    }

    fn into_record(self, key: RecordKey) -> PastRecord {
        let mut written: Vec<_> = self.0.into_iter().collect();
        written.sort_by_key(|(_, (stamp, _))| stamp.place);
        let mut state = RecordState::default();
        for ((field, element), (stamp, shown)) in written {
            let edit = match element {
                None => Edit::Set(shown),
                Some(element) if shown == Value::Bool(true) => Edit::Add(element),
                Some(element) => Edit::Remove(element),
            };
            let edit = RecordEdit {
                kind: key.0,
                id: key.1,
                seen: stamp.place,
                edits: vec![(field, edit)],
            };
            let _ = apply(&mut state, &edit, stamp, |_| ());
        }
        PastRecord { key, state }
    }
}

impl Store {
    /// One record as it was; `None` when there was none yet.
    pub async fn record_as_of(&self, id: RecordId, at: Millis) -> Result<Option<PastRecord>, Error> {
        let mut view = self.inner.view.acquire().await?;
        let mut tx = view.begin().await?;
        let rows = sqlx::query(
            "select activity.id, activity.place, activity.kind, record, action, action.name, created, member,
                    author_time, hub_time, changes, action.device
             from activity
             join action on action.id = activity.action
             where record = ? and hub_time <= ? and activity.place < 4611686018427387904
             order by activity.place, activity.id",
        )
        .bind(id.as_bytes())
        .bind(at)
        .fetch_all(&mut *tx)
        .await?;
        let (mut shown, mut key) = (Shown::default(), None);
        for line in first_values::lines(&mut tx, &rows).await? {
            key = Some(line.record);
            shown.add(line);
        }
        Ok(key.map(|key| shown.into_record(key)))
    }

    /// Every campaign and complaint as it was, those deleted by then too.
    pub async fn cards_as_of(&self, at: Millis) -> Result<Vec<PastRecord>, Error> {
        let mut rows = sqlx::query(
            "select activity.id, activity.place, activity.kind, record, action, action.name, created, member,
                    author_time, hub_time, changes, action.device
             from activity
             join action on action.id = activity.action
             where activity.kind in (1, 2) and hub_time <= ? and activity.place < 4611686018427387904
             order by activity.place, activity.id",
        )
        .bind(at)
        .fetch(&self.inner.view);
        let mut all: BTreeMap<RecordKey, Shown> = BTreeMap::new();
        while let Some(row) = rows.try_next().await? {
            let line = activity_line(&row)?;
            all.entry(line.record).or_default().add(line);
        }
        Ok(all.into_iter().map(|(key, shown)| shown.into_record(key)).collect())
    }

    /// Campaigns, complaints and reports that were deleted since `since` and are deleted still, the newest deletion first,
    /// at most `limit`: what can be brought back.
    pub async fn deleted_since(&self, since: Millis, limit: usize) -> Result<Vec<PastRecord>, Error> {
        let mut found = Vec::new();
        for (kind, sql) in [
            (Kind::Campaign, "select id, state from campaign where hidden = 1"),
            (Kind::Complaint, "select id, state from complaint where deleted = 1"),
            (Kind::Report, "select id, state from report where hidden = 1"),
        ] {
            let mut rows = sqlx::query(sql).fetch(&self.inner.view);
            while let Some(row) = rows.try_next().await? {
                let (id, state) = crate::view::id_and_state(&row)?;
                if let Some(at) = state.shown(sidedesk_domain::fields::DELETED).map(|s| s.stamp.hub_time)
                    && at >= since
                {
                    let key = (kind, id);
                    found.push((at, PastRecord { key, state }));
                }
            }
        }
        found.sort_by_key(|(at, past)| std::cmp::Reverse((*at, past.key)));
        found.truncate(limit);
        Ok(found.into_iter().map(|(_, past)| past).collect())
    }
}

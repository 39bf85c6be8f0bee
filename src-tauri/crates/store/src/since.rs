//! Reading who did what: the newest history first, what somebody began, when the board began.

use crate::error::Error;
use crate::first_values;
use crate::open::Store;
use crate::read::{ActivityLine, Card, read_cards};
use sidedesk_domain::{Kind, MemberId, Millis, RecordId};
use sqlx::{Connection as _, QueryBuilder, Row as _, Sqlite};
use std::collections::BTreeSet;

/// Ids in one statement.
const IDS_PER_STATEMENT: usize = 2000;

impl Store {
    /// History, the newest first, of lines before `before` (from the newest, when absent), at most `limit`.
    pub async fn activity_back(&self, before: Option<i64>, limit: usize) -> Result<Vec<ActivityLine>, Error> {
        let mut view = self.inner.view.acquire().await?;
        let mut tx = view.begin().await?;
        let rows = sqlx::query(
            "select activity.id, activity.place, activity.kind, record, action, action.name, created, member,
                    author_time, hub_time, changes, action.device
             from activity
             join action on action.id = activity.action
             where activity.id < ?
             order by activity.id desc
             limit ?",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit as i64)
        .fetch_all(&mut *tx)
        .await?;
        first_values::lines(&mut tx, &rows).await
    }

    /// The newest records of a kind without a table of its own, by the time in their ids, at most `limit`.
    pub async fn newest_others(&self, kind: Kind, limit: usize) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let rows = sqlx::query(
            "select id, state
             from other
             where kind = ?
             order by id desc
             limit ?",
        )
        .bind(i64::from(kind.number()))
        .bind(limit as i64)
        .fetch_all(&self.inner.view)
        .await?;
        read_cards(&rows, seen)
    }

    /// Those of these records that this member began.
    pub async fn begun_by(&self, member: MemberId, records: &[RecordId]) -> Result<BTreeSet<RecordId>, Error> {
        let mut begun = BTreeSet::new();
        for chunk in records.chunks(IDS_PER_STATEMENT) {
            let mut select = QueryBuilder::<Sqlite>::new("select record from activity where created = 1 and member = ");
            select.push_bind(member.0.to_vec());
            let mut list = select.push(" and record in (").separated(", ");
            for id in chunk {
                list.push_bind(id.0.to_vec());
            }
            select.push(")");
            for row in select.build().fetch_all(&self.inner.view).await? {
                begun.extend(RecordId::from_slice(row.try_get("record")?));
            }
        }
        Ok(begun)
    }

    /// When the first thing was written to this board; absent on an empty one.
    pub async fn begun_at(&self) -> Result<Option<Millis>, Error> {
        let sql = "select hub_time
                   from activity
                   order by id
                   limit 1";
        Ok(sqlx::query_scalar(sql).fetch_optional(&self.inner.view).await?)
    }
}

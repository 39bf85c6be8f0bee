//! What reports say of a complaint after it was mended, and which reports nobody has put under any complaint: counted in the
//! index alone, like the volumes.

use crate::error::Error;
use crate::open::Store;
use crate::read::{Card, record_id};
use crate::view::id_and_state;
use sidedesk_domain::moves::LOUD_DAYS;
use sidedesk_domain::time::DAY_MS;
use sidedesk_domain::{Millis, RecordId};
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::BTreeMap;

/// Complaints in one statement, two parameters each.
const PER_STATEMENT: usize = 2000;

/// Reports of a complaint that were written after a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct After {
    /// How many.
    pub count: i64,
    /// Ticket time of the first.
    pub first: Option<Millis>,
}

impl Store {
    /// Reports of each of these complaints that are newer than its moment, as of `at`.
    pub async fn reports_since(
        &self,
        complaints: &[(RecordId, Millis)],
        at: Millis,
    ) -> Result<BTreeMap<RecordId, After>, Error> {
        let mut since = BTreeMap::new();
        for chunk in complaints.chunks(PER_STATEMENT) {
            let mut select = QueryBuilder::<Sqlite>::new("with mended (id, after) as (");
            select.push_values(chunk, |mut row, (id, after)| {
                row.push_bind(id.0.to_vec()).push_bind(*after);
            });
            select.push(
                ")
                select mended.id, count(*) as count, min(report.at_ms) as first
                from mended cross join report indexed by report_volume
                where report.hidden = 0 and report.complaint = mended.id and report.at_ms > mended.after
                      and report.at_ms <= ",
            );
            select.push_bind(at).push(" group by mended.id");
            for row in select.build().persistent(false).fetch_all(&self.inner.view).await? {
                let of = After {
                    count: row.try_get("count")?,
                    first: row.try_get("first")?,
                };
                since.insert(record_id(&row, "id")?, of);
            }
        }
        Ok(since)
    }

    /// Reports of these complaints in each of the last days of 24 h, the oldest first, as of `at`.
    pub async fn days_of(
        &self,
        complaints: &[RecordId],
        at: Millis,
    ) -> Result<BTreeMap<RecordId, [i64; LOUD_DAYS]>, Error> {
        self.counts_in(complaints, at, DAY_MS).await
    }

    /// How many reports of no complaint are of this time or older. Without a time of its own, a report waits for nobody.
    pub async fn count_unlinked(&self, until: Millis) -> Result<i64, Error> {
        Ok(sqlx::query_scalar(
            "select count(*)
             from report indexed by report_volume
             where hidden = 0 and complaint = x'' and at_ms > 0 and at_ms <= ?",
        )
        .bind(until)
        .fetch_one(&self.inner.view)
        .await?)
    }

    /// Those reports, the one that has waited longest first.
    pub async fn unlinked(&self, until: Millis, offset: u64, limit: usize) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let rows = sqlx::query(
            "select id, state
             from report indexed by report_volume
             where hidden = 0 and complaint = x'' and at_ms > 0 and at_ms <= ?
             order by at_ms, id
             limit ? offset ?",
        )
        .bind(until)
        .bind(limit as i64)
        .bind(i64::try_from(offset).unwrap_or(i64::MAX))
        .fetch_all(&self.inner.view)
        .await?;
        let card = |row| {
            let (id, state) = id_and_state(row)?;
            Ok(Card { id, state, seen })
        };
        rows.iter().map(card).collect()
    }
}

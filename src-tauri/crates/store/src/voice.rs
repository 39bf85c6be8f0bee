//! Reading what customers wrote: which complaint is heard most, and its newest words.

use crate::error::Error;
use crate::open::Store;
use crate::view;
use sidedesk_domain::{Millis, RecordId, RecordState};
use sqlx::Row as _;

impl Store {
    /// The complaint with the most reports in (after, until], unless none has any. Of equals the first by id.
    pub async fn loudest(&self, after: Millis, until: Millis) -> Result<Option<RecordId>, Error> {
        // One search of the index for each complaint: the reports of all other times are not read.
        let row = sqlx::query(
            "select complaint.id,
                    (select count(*)
                     from report indexed by report_volume
                     where report.hidden = 0 and report.complaint = complaint.id
                           and report.at_ms > ? and report.at_ms <= ?) as count
             from complaint
             where complaint.hidden = 0
             order by count desc, complaint.id
             limit 1",
        )
        .bind(after)
        .bind(until)
        .fetch_optional(&self.inner.view)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let count: i64 = row.try_get("count")?;
        Ok(RecordId::from_slice(row.try_get("id")?).filter(|_| count > 0))
    }

    /// A complaint's reports up to `until`, the newest first, at most `limit`.
    pub async fn reports_until(
        &self,
        complaint: RecordId,
        until: Millis,
        limit: usize,
    ) -> Result<Vec<RecordState>, Error> {
        let rows = sqlx::query(
            "select id, state
             from report
             where hidden = 0 and complaint = ? and at_ms <= ?
             order by at_ms desc, id
             limit ?",
        )
        .bind(complaint.as_bytes())
        .bind(until)
        .bind(limit as i64)
        .fetch_all(&self.inner.view)
        .await?;
        rows.iter()
            .map(|row| view::id_and_state(row).map(|(_, state)| state))
            .collect()
    }
}

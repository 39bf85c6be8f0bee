//! By which action a value was written: an import asks for every value that it would replace.

use crate::error::Error;
use crate::open::Store;
use sidedesk_domain::RecordId;

impl Store {
    /// The name of the action that wrote to this record at this place; nothing when its history does not go back so far.
    pub async fn written_by(&self, record: RecordId, place: u64) -> Result<Option<String>, Error> {
        let mut view = self.inner.view.acquire().await?;
        Ok(sqlx::query_scalar(
            "select action.name
             from activity
             join action on action.id = activity.action
             where record = ? and activity.place = ?
             limit 1",
        )
        .bind(record.as_bytes())
        .bind(place as i64)
        .fetch_optional(&mut *view)
        .await?)
    }
}

//! Sharing, inviting, joining, members, status.

use crate::desk::Desk;
use crate::dto::StatusDto;
use crate::error::Error;

impl Desk {
    /// What is known about being in step with the others.
    pub async fn status(&self) -> Result<StatusDto, Error> {
        let open = self.open_board().await?;
        Ok(open.link.status(&open.store).await)
    }
}

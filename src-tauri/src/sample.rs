//! The sample board of `--sample`. Made once, in an empty folder; what somebody changes in it stays.

use sidedesk_api::{Desk, Error};

/// Its name on the board and in the title.
const NAME: &str = "Sample board";

/// Founds it, and fills it with real complaints, dated from today.
pub async fn found(desk: &Desk) -> Result<(), Error> {
    desk.init(NAME, "", "marketing").await?;
    desk.fill_sample().await?;
    Ok(())
}

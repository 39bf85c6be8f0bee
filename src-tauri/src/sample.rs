//! The sample board of `--sample`. Made once, in an empty folder; what somebody changes in it stays.

use sidedesk_api::{Desk, Error};

/// Its name on the board and in the title.
const NAME: &str = "Outdoor shop sample";

/// Founds it.
pub async fn found(desk: &Desk) -> Result<(), Error> {
    desk.init(NAME, "", "marketing").await?;
    Ok(())
}

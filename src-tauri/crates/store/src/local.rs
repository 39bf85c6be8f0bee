//! What this device keeps for itself beside the board: no op, no hub and no other device hears of it, and a view that is
//! folded anew does not lose it.

use crate::error::Error;
use crate::log;
use crate::open::Store;

/// So that no name meets one of the log's own.
const PREFIX: &str = "local.";

impl Store {
    /// What was kept last under this name.
    pub async fn local(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let mut log = self.inner.log.acquire().await?;
        log::meta(&mut log, &format!("{PREFIX}{name}")).await
    }

    /// Keeps this in place of what was kept before.
    pub async fn set_local(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        log::set_meta(&mut writer.log, &format!("{PREFIX}{name}"), bytes).await
    }
}

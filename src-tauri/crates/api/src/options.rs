//! How a desk is opened: by which clock, in which zone, writing or beside, online or not, and who hears of a refold.

use crate::clock::Clock;
use crate::dto::JobDto;
use sidedesk_domain::time::Tz;
use sidedesk_store::Keys;
use std::sync::Arc;

/// How a desk is opened.
#[derive(Debug, Clone)]
pub struct DeskOptions {
    /// Reads the time.
    pub clock: Clock,
    /// The zone a new board's days are meant in; this computer's when absent.
    pub zone: Option<Tz>,
    /// True: stand beside whoever writes. Everything that writes is refused.
    pub read_only: bool,
    /// False: stay offline, also with a board that is shared.
    pub online: bool,
    /// Where the key of this device's secret comes from, and where that of a new one goes.
    pub keys: Keys,
    /// Hears how far the view is when opening has to build it again.
    pub refold: Option<RefoldWatch>,
}

/// Hears how far a refold is; false stops it, and opening with it. The next opening goes on.
#[derive(Clone)]
pub struct RefoldWatch(pub Arc<dyn Fn(JobDto) -> bool + Send + Sync>);

impl std::fmt::Debug for RefoldWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefoldWatch")
    }
}

impl DeskOptions {
    /// The system's clock and zone, writing, online; a new device's secret in the clear, which is for tests: a shell says
    /// otherwise.
    pub fn new() -> Self {
        Self {
            clock: Clock::system(),
            zone: None,
            read_only: false,
            online: true,
            keys: Keys::file(),
            refold: None,
        }
    }
}

impl Default for DeskOptions {
    fn default() -> Self {
        Self::new()
    }
}

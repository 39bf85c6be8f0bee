//! The hub's clock. Places carry it; [`sidedesk_protocol::chain::Chain::place`] keeps it from going back.

use sidedesk_protocol::Millis;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in milliseconds since 1970.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

//! The link to the hub: started when a board is shared, silent when it is not.

use crate::clock::Clock;
use crate::dto::{EventDto, StatusDto};
use sidedesk_store::Store;
use tokio::sync::broadcast;

/// The connection of an open board.
pub(crate) struct Link {
    events: broadcast::Sender<EventDto>,
    #[expect(dead_code)]
    clock: Clock,
}

impl Link {
    pub(crate) fn new(events: broadcast::Sender<EventDto>, clock: Clock) -> Self {
        Self { events, clock }
    }

    pub(crate) fn start(&self, _store: &Store) {}

    pub(crate) async fn close(&self) {}

    pub(crate) fn committed(&self) {}

    pub(crate) async fn say_status(&self, store: &Store) {
        let _ = self.events.send(EventDto::Status(self.status(store).await));
    }

    pub(crate) async fn status(&self, store: &Store) -> StatusDto {
        StatusDto {
            state: "local".into(),
            since_ms: None,
            waiting: store.waiting().await.unwrap_or(0),
            problem: None,
            hub: store.identity().hub,
            refused: store.refused().await.unwrap_or_default(),
            present: Vec::new(),
        }
    }
}

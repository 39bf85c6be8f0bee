//! What the hub told a device on its connection, and what the device may therefore say of itself.

use crate::planted::Planted;
use crate::world::World;
use sidedesk_protocol::engine::{Effect, Event, Status};
use sidedesk_protocol::message::HubFrame;

/// Since the connection was opened.
#[derive(Debug, Default)]
pub struct Told {
    /// The furthest head that was spoken of.
    head: u64,
    /// The head that the last page spoke of.
    page: Option<u64>,
}

impl Told {
    /// A frame arrived.
    pub fn hear(&mut self, frame: &HubFrame) {
        let head = match frame {
            HubFrame::Welcome { n, .. } | HubFrame::Uploaded { n } => *n,
            HubFrame::Page { head, .. } => {
                self.page = Some(*head);
                *head
            }
            _ => return,
        };
        self.head = self.head.max(head);
    }
}

impl World {
    /// The planted bug: whoever has a page's end is in step with the hub.
    pub fn page_end_is_the_hubs(&self, device: usize, event: &Event) -> Option<Effect> {
        let me = &self.devices[device];
        let told = &me.process.as_ref().filter(|process| process.conn.is_some())?.told;
        let planted = self.planted == Some(Planted::PageEndIsTheHubs) && matches!(event, Event::Stored);
        (planted && told.page == Some(me.disk.log.head())).then_some(Effect::Status(Status::Synced))
    }

    /// Nobody says "synced" who has not stored everything that the hub spoke of.
    pub fn check_synced(&mut self, device: usize, effects: &[Effect]) {
        let me = &self.devices[device];
        let (told, stored) = (me.process.as_ref().map_or(0, |p| p.told.head), me.disk.log.head());
        if stored < told && effects.contains(&Effect::Status(Status::Synced)) {
            self.fail(format!(
                "device {device} says \"synced\" at {stored}, and the hub spoke of {told}"
            ));
        }
    }
}

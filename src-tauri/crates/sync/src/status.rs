//! What is known about being in step, since when, and who else is here. Only what is known is said.

use sidedesk_protocol::engine::Status;
use sidedesk_protocol::{DeviceId, Millis};
use std::collections::BTreeMap;
use tokio::sync::watch;

/// Who is here: the last sealed presence of each device.
pub type Presences = BTreeMap<DeviceId, Vec<u8>>;

/// A board has this many devices at most; a hub that names more is not believed.
const MAX_PRESENCES: usize = 1000;

/// The status and since when it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncStatus {
    /// As the engine says it.
    pub status: Status,
    /// Since when this kind of status holds. While the hub is away it is the moment when contact was lost, however often
    /// it was tried again.
    pub since: Millis,
}

impl SyncStatus {
    /// What to say after the engine said `next`. An attempt while the hub is away is no news, and a problem stays said
    /// until the board is in step again.
    fn then(&self, next: Status, now: Millis) -> Option<Self> {
        use Status::{CatchingUp, Connecting, NotAMember, NotTaken, Offline, Problem, Synced};
        let since = match (&self.status, &next) {
            (Offline(_) | NotTaken(_) | Problem(_) | NotAMember(_), Connecting)
            | (Problem(_) | NotAMember(_), Offline(_) | NotTaken(_)) => {
                return None;
            }
            (Offline(_) | NotTaken(_), Offline(_) | NotTaken(_))
            | (CatchingUp { .. }, CatchingUp { .. })
            | (Problem(_), Problem(_))
            | (NotAMember(_), NotAMember(_)) => self.since,
            (Synced, Synced) | (Connecting, Connecting) => self.since,
            _ => now,
        };
        let status = next;
        Some(Self { status, since })
    }
}

/// The sending ends.
#[derive(Debug)]
pub struct Board {
    status: watch::Sender<SyncStatus>,
    presences: watch::Sender<Presences>,
}

impl Board {
    /// Nothing known yet.
    pub fn new(now: Millis) -> Self {
        let status = SyncStatus {
            status: Status::Connecting,
            since: now,
        };
        Self {
            status: watch::Sender::new(status),
            presences: watch::Sender::new(Presences::new()),
        }
    }

    /// To listen to the status.
    pub fn status(&self) -> watch::Receiver<SyncStatus> {
        self.status.subscribe()
    }

    /// To listen to who is here.
    pub fn presences(&self) -> watch::Receiver<Presences> {
        self.presences.subscribe()
    }

    /// The engine's word.
    pub fn say(&self, next: Status, now: Millis) {
        self.status.send_if_modified(|current| match current.then(next, now) {
            Some(said) if said != *current => {
                *current = said;
                true
            }
            _ => false,
        });
    }

    /// Somebody is here, or left (empty).
    pub fn present(&self, device: DeviceId, sealed: Vec<u8>) {
        self.presences.send_if_modified(|here| {
            if sealed.is_empty() {
                here.remove(&device).is_some()
            } else if here.len() < MAX_PRESENCES || here.contains_key(&device) {
                here.insert(device, sealed.clone()) != Some(sealed)
            } else {
                false
            }
        });
    }

    /// Without a connection nobody is known to be here.
    pub fn alone(&self) {
        self.presences.send_if_modified(|here| {
            let was_empty = here.is_empty();
            here.clear();
            !was_empty
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trying_again_is_no_news_and_offline_counts_from_its_beginning() {
        let board = Board::new(0);
        let said = |next: Status, now| {
            board.say(next, now);
            let said = board.status().borrow().clone();
            (said.status, said.since)
        };
        let away = || Status::Offline("gone".into());
        assert_eq!(said(Status::Synced, 10), (Status::Synced, 10));
        assert_eq!(said(away(), 20), (away(), 20));
        assert_eq!(said(Status::Connecting, 30), (away(), 20));
        assert_eq!(
            said(Status::Offline("still".into()), 40),
            (Status::Offline("still".into()), 20)
        );
        assert_eq!(
            said(Status::CatchingUp { head: 9 }, 50),
            (Status::CatchingUp { head: 9 }, 50)
        );
        assert_eq!(said(Status::Synced, 60), (Status::Synced, 60));
        let declines = || Status::NotTaken("full".into());
        assert_eq!(said(away(), 62), (away(), 62));
        assert_eq!(said(declines(), 64), (declines(), 62), "still nothing goes out");
        assert_eq!(said(Status::Connecting, 66), (declines(), 62));
        let full = || Status::Problem("disk full".into());
        assert_eq!(said(full(), 70), (full(), 70));
        assert_eq!(said(away(), 80), (full(), 70));
        assert_eq!(said(Status::Synced, 90), (Status::Synced, 90));
    }
}

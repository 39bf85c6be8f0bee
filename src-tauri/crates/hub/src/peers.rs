//! Who is connected to a board right now, and what they are told besides entries: presence, and how a join went.
//!
//! Nothing here is stored, and nothing waits: a seat whose queue is full misses the notice.

use sidedesk_protocol::message::{DeniedWhy, HubFrame};
use sidedesk_protocol::{DeviceId, InviteId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// A seat that is further behind than this loses presence: the next one replaces it anyway.
const NOTICES: usize = 64;
/// Sealed presence is a name, a card and padding.
pub const MAX_PRESENCE_LEN: usize = 4096;

/// Who sits there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A member's device that follows the log.
    Member(DeviceId),
    /// Somebody who waits for a lead.
    Newcomer(InviteId),
}

#[derive(Debug)]
struct Seat {
    who: Who,
    notices: mpsc::Sender<HubFrame>,
    /// The last one said, for those who come later; empty for none.
    presence: Vec<u8>,
}

#[derive(Debug, Default)]
struct Seats {
    next: u64,
    taken: BTreeMap<u64, Seat>,
}

/// The seats of one board.
#[derive(Debug, Default)]
pub struct Peers(Mutex<Seats>);

/// A seat; dropping it leaves, and says so to the others.
#[derive(Debug)]
pub struct Place {
    peers: Arc<Peers>,
    number: u64,
}

impl Peers {
    /// Sits down. A member first hears who is here.
    pub fn enter(self: &Arc<Self>, who: Who) -> (Place, mpsc::Receiver<HubFrame>) {
        let (notices, queue) = mpsc::channel(NOTICES);
        let mut seats = self.seats();
        if let Who::Member(me) = who {
            for (device, presence) in seats.taken.values().filter_map(Seat::present) {
                if device != me {
                    tell(&notices, device, presence);
                }
            }
        }
        let number = seats.next;
        seats.next += 1;
        let seat = Seat {
            who,
            notices,
            presence: Vec::new(),
        };
        seats.taken.insert(number, seat);
        let peers = Arc::clone(self);
        (Place { peers, number }, queue)
    }

    /// These newcomers are members now.
    pub fn admitted(&self, invite: InviteId) {
        self.tell_newcomers(|of| (of == invite).then_some(HubFrame::Admitted));
    }

    /// The invitations for which `withdrawn` is true are worth nothing any more.
    pub fn turn_away(&self, withdrawn: impl Fn(InviteId) -> bool) {
        let denied = || HubFrame::Denied {
            why: DeniedWhy::Invite,
            message: "this invitation was used already or withdrawn".into(),
        };
        self.tell_newcomers(|of| withdrawn(of).then(denied));
    }

    fn tell_newcomers(&self, what: impl Fn(InviteId) -> Option<HubFrame>) {
        for seat in self.seats().taken.values() {
            if let Who::Newcomer(invite) = seat.who
                && let Some(frame) = what(invite)
            {
                // A newcomer's queue holds nothing else, and it knocks again when it hears nothing.
                let _ = seat.notices.try_send(frame);
            }
        }
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    fn present(&self) -> Option<(DeviceId, &[u8])> {
        match self.who {
            Who::Member(device) if !self.presence.is_empty() => Some((device, &self.presence)),
            _ => None,
        }
    }
}

fn tell(notices: &mpsc::Sender<HubFrame>, device: DeviceId, sealed: &[u8]) {
    let sealed = sealed.to_vec();
    let _ = notices.try_send(HubFrame::Presence { device, sealed });
}

impl Place {
    /// Tells the other members.
    pub fn say(&self, sealed: Vec<u8>) {
        let mut seats = self.peers.seats();
        let Some(seat) = seats.taken.get_mut(&self.number) else {
            return;
        };
        let Who::Member(me) = seat.who else { return };
        seat.presence.clone_from(&sealed);
        seats.tell_others(me, &sealed);
    }
}

impl Seats {
    fn tell_others(&self, me: DeviceId, sealed: &[u8]) {
        for seat in self.taken.values() {
            if matches!(seat.who, Who::Member(other) if other != me) {
                tell(&seat.notices, me, sealed);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut seats = self.peers.seats();
        let Some(seat) = seats.taken.remove(&self.number) else {
            return;
        };
        // The same device may have come back on a new socket before the old one was found dead.
        if let Some((me, _)) = seat.present()
            && !seats.taken.values().any(|other| other.who == Who::Member(me))
        {
            seats.tell_others(me, &[]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(peers: &Arc<Peers>, id: u8) -> (Place, mpsc::Receiver<HubFrame>) {
        peers.enter(Who::Member(DeviceId([id; 16])))
    }

    fn heard(queue: &mut mpsc::Receiver<HubFrame>) -> Option<(u8, Vec<u8>)> {
        match queue.try_recv() {
            Ok(HubFrame::Presence { device, sealed }) => Some((device.0[0], sealed)),
            _ => None,
        }
    }

    #[test]
    fn presence_reaches_the_others_and_those_who_come_later_and_ends() {
        let peers = Arc::new(Peers::default());
        let ((alice, mut to_alice), (_bob, mut to_bob)) = (member(&peers, 1), member(&peers, 2));
        alice.say(b"here".to_vec());
        let (_carol, mut to_carol) = member(&peers, 3);
        assert_eq!(heard(&mut to_alice), None);
        assert_eq!(heard(&mut to_bob), Some((1, b"here".to_vec())));
        assert_eq!(heard(&mut to_carol), Some((1, b"here".to_vec())));
        drop(alice);
        assert_eq!(heard(&mut to_bob), Some((1, Vec::new())));
    }

    #[test]
    fn a_full_queue_drops_and_never_waits() {
        let peers = Arc::new(Peers::default());
        let ((alice, _), (_bob, mut to_bob)) = (member(&peers, 1), member(&peers, 2));
        for _ in 0..1000 {
            alice.say(b"here".to_vec());
        }
        assert_eq!(std::iter::from_fn(|| heard(&mut to_bob)).count(), NOTICES);
    }
}

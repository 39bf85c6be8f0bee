//! What the hands tell the engine, and what it tells them.

use crate::Error;
use crate::chain::Chain;
use crate::entry::{Entry, SignedOp};
use crate::keys::DeviceSecret;
use crate::message::{ClientFrame, HubFrame};
use sidedesk_domain::{DeviceId, InviteId, OpId};

/// A clock that the hands run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// Try the hub again.
    Reconnect,
    /// Ask whether the connection lives.
    Ping,
    /// Give the connection up.
    Dead,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// Begin, or begin again at once (the clock jumped, the network came back).
    Start,
    /// The answer to [`Effect::Load`].
    Loaded(Box<Chain>),
    /// The socket is open.
    Opened,
    /// A frame came.
    Frame(Box<HubFrame>),
    /// The socket is gone, or could not be opened.
    Closed(String),
    /// The hub's certificate is not believed, or its address cannot be used: nothing was said to it. The sentence is for
    /// a person. It is tried again all the same: a clock may be set, a certificate renewed.
    Distrusted(String),
    /// A timer ran out.
    Timer(Timer),
    /// The answer to [`Effect::Seal`]: pending ops by their local number, in order; fewer than asked means no more.
    Sealed(Vec<(u64, OpId, SignedOp)>),
    /// The answer to [`Effect::ReadUpload`].
    UploadRead(Vec<Entry>),
    /// The answer to [`Effect::Store`].
    Stored,
    /// The store could not do what was asked.
    StoreFailed(String),
    /// Entries contradict what is stored: their authors saw another history. Nothing of them was kept.
    Contradicted(Error),
    /// Something new waits to be sent.
    Committed,
    /// Tell the others who is here.
    Present(Vec<u8>),
    /// This device was copied and is one of its own now, with this secret: begin anew as that one.
    Renewed(Box<DeviceSecret>),
}

/// What the hands do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read the confirmed chain from the store, then [`Event::Loaded`].
    Load,
    /// Open a socket.
    Connect,
    /// Close it.
    Close,
    /// Send a frame.
    Send(Box<ClientFrame>),
    /// Store these entries, verified, in one transaction, and fold them; then [`Event::Stored`].
    Store {
        /// In order, right after what is stored.
        entries: Vec<Entry>,
        /// The chain after them, for the same transaction: nothing is verified twice.
        chain: Box<Chain>,
    },
    /// Seal at most `limit` pending ops after local number `after`, keep the bytes, then [`Event::Sealed`].
    Seal {
        /// Those after this one; `None` for the first.
        after: Option<u64>,
        /// At most so many.
        limit: usize,
    },
    /// Read own entries after `after` for an upload, then [`Event::UploadRead`].
    ReadUpload {
        /// The hub's head.
        after: u64,
    },
    /// Forget the sealed bytes of everything pending: it is sealed again on the newest head.
    Unseal,
    /// This op is refused for good: keep what was typed where people see it.
    Drawer {
        /// Which op.
        op: OpId,
        /// Why.
        message: String,
    },
    /// A newcomer asks; when this device may, it admits.
    Admit {
        /// On which invitation.
        invite: InviteId,
        /// The sealed request.
        request: Vec<u8>,
    },
    /// Somebody is here, or left (empty).
    Present {
        /// Which device.
        device: DeviceId,
        /// Sealed.
        sealed: Vec<u8>,
    },
    /// Call back after so many milliseconds. Setting a timer again replaces it.
    SetTimer(Timer, u64),
    /// The status as known now.
    Status(Status),
}

/// What is known about being in step with the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Trying.
    Connecting,
    /// Everything the hub had is here.
    Synced,
    /// Fetching.
    CatchingUp {
        /// The hub's head.
        head: u64,
    },
    /// No connection; the reason for a log.
    Offline(String),
    /// The hub answers and takes nothing for now; its words. It is asked again by itself.
    NotTaken(String),
    /// Something a person must know; the sentence.
    Problem(String),
    /// The hub does not know this device as a member; the sentence.
    NotAMember(String),
}

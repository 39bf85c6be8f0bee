//! The hub's decisions: who is let in, which op gets the next place. Pure; the hub's hands store and send.
//!
//! [`admit`] gives an op the next place or says why not. The hands store the entry durably, then call
//! [`Chain::settle`], then send the receipt, then tell everybody: never in another order, because a receipt is a promise.

use crate::chain::{Chain, Checked};
use crate::entry::{Entry, SignedOp};
use crate::keys::{self, HubSecret, device_id};
use crate::message::{ClientFrame, DeniedWhy, HubFrame, Receipt, RefusedWhy};
use crate::{Error, Hash, VERSION, ZERO_HASH};
use sidedesk_domain::membership::Refusal;
use sidedesk_domain::{Millis, OpId, WorkspaceId};

/// What the hub's log holds that the decision needs.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The entry under the same device and sequence, when there is one.
    pub same_seq: Option<Placed>,
    /// The chain hash at the op's `base_n`.
    pub base_hash: Option<Hash>,
}

/// A stored op, as a receipt needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Which op.
    pub op: OpId,
    /// Its place.
    pub n: u64,
    /// Its time.
    pub hub_time: Millis,
    /// The chain hash after it.
    pub hash: Hash,
}

/// What becomes of a pushed op.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It has the next place, once it is stored.
    Accept(Box<Accepted>),
    /// It has its place already: the stored receipt again.
    Duplicate(Receipt),
    /// It is not taken.
    Refuse {
        /// Which op; zeros when even that could not be read.
        op: OpId,
        /// What the device does about it.
        why: RefusedWhy,
        /// For people.
        message: String,
    },
}

/// An op with its place, not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// To be stored.
    pub entry: Entry,
    /// Its header and public part.
    pub checked: Checked,
    /// To be sent after that.
    pub receipt: Receipt,
}

impl Chain {
    /// Moves the head behind an accepted op. Call it once the entry is stored.
    pub fn settle(&mut self, accepted: &Accepted) {
        self.advance(&accepted.entry, &accepted.checked);
    }
}

/// Gives an op the next place, or says why not.
pub fn admit(chain: &Chain, op: SignedOp, known: &Known, now: Millis, hub: &HubSecret) -> Decision {
    let header = match op.parse() {
        Ok(header) => header,
        Err(error) => return refuse(OpId::default(), RefusedWhy::Never, &error),
    };
    if header.workspace != chain.workspace {
        return refuse(header.op, RefusedWhy::Never, &Error::Workspace);
    }
    if let Some(placed) = known.same_seq {
        return if placed.op == header.op {
            Decision::Duplicate(receipt(chain.workspace, placed, hub))
        } else {
            let seq = Error::Seq {
                expected: chain.tail(header.device).seq + 1,
                found: header.seq,
            };
            refuse(header.op, RefusedWhy::Cloned, &seq)
        };
    }
    if header.base_n <= chain.n && known.base_hash != Some(header.base_hash) {
        return refuse(header.op, RefusedWhy::Never, &Error::Fork);
    }
    let entry = chain.place(op, now);
    match chain.check(&entry.op, entry.hub_time) {
        Ok(checked) => {
            let hash = entry.chain_hash(&chain.hash);
            let placed = Placed {
                op: header.op,
                n: entry.n,
                hub_time: entry.hub_time,
                hash,
            };
            Decision::Accept(Box::new(Accepted {
                receipt: receipt(chain.workspace, placed, hub),
                entry,
                checked,
            }))
        }
        Err(error) => refuse(header.op, why_refused(&error), &error),
    }
}

fn why_refused(error: &Error) -> RefusedWhy {
    match error {
        Error::Seq { expected, found } if found > expected => RefusedWhy::Gap,
        Error::Seq { .. } => RefusedWhy::Cloned,
        Error::Prev | Error::Refused(Refusal::OldEpoch) => RefusedWhy::SealAgain,
        _ => RefusedWhy::Never,
    }
}

fn refuse(op: OpId, why: RefusedWhy, error: &Error) -> Decision {
    Decision::Refuse {
        op,
        why,
        message: error.to_string(),
    }
}

fn receipt(workspace: WorkspaceId, placed: Placed, hub: &HubSecret) -> Receipt {
    let Placed { op, n, hub_time, hash } = placed;
    let mut receipt = Receipt {
        op,
        n,
        hub_time,
        hash,
        signature: [0; 64],
    };
    receipt.signature = hub.sign("sidedesk 1 receipt", &receipt.message(workspace));
    receipt
}

/// Takes an entry of a chain that no hub orders yet, verbatim.
pub fn admit_upload(chain: &mut Chain, entry: &Entry) -> Result<Checked, Error> {
    if !chain.takes_upload() {
        return Err(Error::Unexpected("a hub orders this board already"));
    }
    chain.append(entry)
}

/// Why the door stays shut, and the sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// For the other program.
    pub why: DeniedWhy,
    /// For people.
    pub message: String,
}

impl From<Denial> for HubFrame {
    fn from(Denial { why, message }: Denial) -> Self {
        Self::Denied { why, message }
    }
}

fn denied(why: DeniedWhy, message: impl Into<String>) -> Denial {
    Denial {
        why,
        message: message.into(),
    }
}

fn same_version(version: u8) -> Result<(), Denial> {
    if version == VERSION {
        return Ok(());
    }
    let message = "this hub speaks another version; update the older of the two";
    Err(denied(DeniedWhy::Version, message))
}

/// Is the member who knocked with [`ClientFrame::Hello`] let in? `chain` is the hub's, when it knows the workspace;
/// `hash_there` is its hash at the device's head.
pub fn door(
    chain: Option<&Chain>,
    hub: &HubSecret,
    nonce: &[u8; 32],
    hello: &ClientFrame,
    hash_there: Option<Hash>,
) -> Result<HubFrame, Denial> {
    let ClientFrame::Hello {
        version,
        workspace,
        device,
        verify_key,
        n,
        hash,
        proof,
    } = hello
    else {
        return Err(denied(DeniedWhy::Nonsense, "expected a greeting"));
    };
    same_version(*version)?;
    let message = crate::author::door_message(*workspace, nonce, &hub.public());
    let proven = keys::verify(verify_key, "sidedesk 1 door", &message, proof);
    if device_id(verify_key) != *device || proven.is_err() {
        return Err(denied(DeniedWhy::Proof, "the device could not prove who it is"));
    }
    let Some(chain) = chain else {
        return if *n == 0 {
            Err(denied(DeniedWhy::NoWorkspace, "this hub does not hold that board"))
        } else {
            Ok(HubFrame::Welcome {
                n: 0,
                hash: ZERO_HASH,
                takes_upload: true,
            })
        };
    };
    if let (Err(refusal), true) = (chain.membership.role_of(*device), chain.n > 0) {
        return Err(denied(DeniedWhy::NotAMember, refusal.to_string()));
    }
    let ahead = *n > chain.n;
    if (ahead && !chain.takes_upload()) || (!ahead && hash_there != Some(*hash)) {
        return Err(denied(DeniedWhy::Fork, Error::Histories.to_string()));
    }
    Ok(HubFrame::Welcome {
        n: chain.n,
        hash: chain.hash,
        takes_upload: chain.takes_upload(),
    })
}

/// May the newcomer who knocked with [`ClientFrame::Join`] wait for a lead? `now` is the hub's clock.
pub fn join_door(
    chain: Option<&Chain>,
    hub: &HubSecret,
    nonce: &[u8; 32],
    join: &ClientFrame,
    now: Millis,
) -> Result<(), Denial> {
    let ClientFrame::Join {
        version,
        workspace,
        invite,
        proof,
        ..
    } = join
    else {
        return Err(denied(DeniedWhy::Nonsense, "expected a greeting"));
    };
    same_version(*version)?;
    let Some(chain) = chain else {
        return Err(denied(DeniedWhy::NoWorkspace, "this hub does not hold that board"));
    };
    let Some(invite) = chain.membership.invites.get(invite) else {
        return Err(denied(DeniedWhy::Invite, Refusal::NoInvite.to_string()));
    };
    let message = crate::author::door_message(*workspace, nonce, &hub.public());
    if keys::verify(&invite.claim_key, "sidedesk 1 claim", &message, proof).is_err() {
        return Err(denied(DeniedWhy::Proof, "the invitation could not be proven"));
    }
    if invite.spent {
        return Err(denied(DeniedWhy::Invite, Refusal::InviteSpent.to_string()));
    }
    if now >= invite.expires {
        return Err(denied(DeniedWhy::Invite, Refusal::InviteExpired.to_string()));
    }
    Ok(())
}

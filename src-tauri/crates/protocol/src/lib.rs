//! # The log on the wire
//!
//! A workspace is **one ordered log** of signed ops. Whoever holds the log and the keys can fold it into the board; whoever
//! orders it (the hub) needs neither to read nor to be trusted with a word of it. This crate is the format and both halves
//! of the conversation. It opens no socket, touches no disk, reads no clock and draws no random number: those are its
//! callers' (`sync`, `hub`, and the simulator, which runs this very code).
//!
//! ## An entry
//!
//! `n, hub_time, header, signature, body`. The **header** ([`entry::Header`]) is a CBOR array, kept verbatim: version,
//! workspace, op, device, device sequence, hash of the device's previous op, `base_n` and `base_hash` (the head its author
//! knew), kind, space, key epoch, author time, body length, body hash. The **signature** is ed25519, strictly verified,
//! over `"sidedesk 1 op" 0x00 header`. The **body** of an action is sealed ([`seal`]); that of a membership op is
//! `[public, sealed]` ([`membership`]).
//!
//! - The workspace's id is the hash of its first op, the genesis op, whose own workspace field is zeros.
//! - `H(n) = BLAKE3("sidedesk 1 chain", H(n-1), n, hub_time, header length, header, signature)`, `H(0)` = zeros. Equal `H`
//!   means equal histories.
//! - A device counts its ops from 1 and each names the hash of the one before it: nobody can drop one in the middle.
//! - `hub_time` never goes back.
//!
//! ## Rules that everybody checks ([`chain`])
//!
//! The next place; time not before the last; the workspace; header, length and hash of the body; a known author who was
//! not removed; the signature; the device's next sequence and previous hash; what `authorize` says of the deed. An entry
//! that fails one of them is refused and logged, never folded.
//!
//! ## Who orders
//!
//! Without a hub the founder's device does: it gives places at commit. To **share** it appends a name-hub op and uploads the
//! chain verbatim; from the next op on the hub gives the places ([`admit`]) and signs a receipt for each. The same op sent
//! again gets the same receipt; another op under a used sequence means a cloned device.
//!
//! ## Two devices and a hub
//!
//! ```
//! use sidedesk_domain::{Action, ActionId, Edit, Kind, MemberId, OpId, RecordEdit, RecordId, Space, fields::campaign};
//! use sidedesk_protocol::{Error, admit::*, author::*, chain::Chain, entry::workspace_id, invite::*, keys::*, membership::*};
//!
//! # fn main() -> Result<(), Error> {
//! let mut entropy = Entropy::new([1; 32]);
//! let (now, hub) = (1_795_000_000_000, HubSecret::from_bytes(&[2; 32]));
//!
//! // A marketing lead founds a board; her device orders it, until she names a hub.
//! let alice = DeviceSecret::from_bytes([3; 32]);
//! let (genesis, keyring) = genesis(&alice, MemberId([1; 16]), now, &mut entropy)?;
//! let mut chain = Chain::empty(workspace_id(&genesis));
//! let mut log = vec![chain.place(genesis, now)];
//! chain.append(&log[0])?;
//! let hub_op = NameHub { hub_key: hub.public(), address: "ws://hub.example.com".into() };
//! let hub_op = name_hub(&Stand::on(&chain, alice.id()), &alice, hub_op, now, &mut entropy)?;
//! log.push(chain.place(hub_op, now));
//! chain.append(&log[1])?;
//!
//! // The hub takes the chain verbatim, and from here on it gives the places.
//! let mut hub_chain = Chain::empty(chain.workspace);
//! for entry in &log {
//!     admit_upload(&mut hub_chain, entry)?;
//! }
//! let mut place = |chain: &Chain, hub_chain: &mut Chain, op| {
//!     let known = Known { same_seq: None, base_hash: Some(chain.hash) };
//!     let Decision::Accept(accepted) = admit(hub_chain, op, &known, now, &hub) else { panic!("refused") };
//!     hub_chain.settle(&accepted); // …after storing it
//!     accepted.receipt.verify(hub_chain.workspace, &hub.public()).map(|()| accepted.entry)
//! };
//!
//! // She invites; a support lead's device asks, sealed under the secret that the hub never sees; she admits.
//! let secret = InviteSecret::from_bytes([4; 32]);
//! let op = invite(&Stand::on(&chain, alice.id()), &alice, &keyring, (&secret, now + 1), now, &mut entropy)?;
//! log.push(place(&chain, &mut hub_chain, op)?);
//! chain.append(&log[2])?;
//! let bob = DeviceSecret::from_bytes([5; 32]);
//! let request = JoinRequest { device: device_keys(&bob, MemberId([2; 16])) };
//! let sealed = seal_request(&request, &secret, &mut entropy)?;
//! let request = open_request(&sealed, &secret)?;
//! let stand = Stand::on(&chain, alice.id());
//! let op = add_device(&stand, &chain, (&alice, &keyring), (&secret, &request), now, &mut entropy)?;
//! log.push(place(&chain, &mut hub_chain, op)?);
//! chain.append(&log[3])?;
//!
//! // She posts a campaign.
//! let edits = vec![(campaign::NAME, Edit::Set("Free shipping EU".into()))];
//! let record = RecordEdit { kind: Kind::Campaign, id: RecordId([9; 16]), seen: chain.n, edits };
//! let posted = Action { id: ActionId([8; 16]), name: "campaign.add".into(), undoes: None, redoes: None, records: vec![record] };
//! let what = (OpId([7; 16]), Space::Board, now);
//! let op = action(&Stand::on(&chain, alice.id()), &alice, &keyring, what, &encode_action(&posted)?, &mut entropy)?;
//! log.push(place(&chain, &mut hub_chain, op)?);
//!
//! // He verifies the whole log, finds his keys in it, compares the head with his welcome, and reads.
//! let (mut bobs, mut ring) = (Chain::empty(chain.workspace), Keyring::default());
//! for entry in &log {
//!     let before = bobs.hash;
//!     let checked = bobs.append(entry)?;
//!     ring.open_wraps(&bob, checked.public.as_ref().map_or(&[], |public| public.wraps()))?;
//!     if let Some(Public::AddDevice(op)) = &checked.public {
//!         assert_eq!(open_welcome(&op.welcome, &secret, &op.device)?.hash, before);
//!     }
//!     if checked.is_action() {
//!         assert_eq!(open_action(&checked.header, &entry.op, &ring)?, posted);
//!     }
//! }
//! assert_eq!(bobs.hash, hub_chain.hash);
//! # Ok(())
//! # }
//! ```

pub mod admit;
pub mod author;
pub mod chain;
pub mod engine;
pub mod entry;
mod error;
pub mod invite;
pub mod join;
pub mod keys;
pub mod membership;
pub mod message;
pub mod seal;
pub mod state;

pub use error::Error;
/// The ids and numbers that the wire is made of, for rooms that know the log but not what it says.
pub use sidedesk_domain::{DeviceId, InviteId, MemberId, Millis, OpId, Space, WorkspaceId};

/// A BLAKE3 hash.
pub type Hash = [u8; 32];

/// What stands before the first of anything.
pub const ZERO_HASH: Hash = [0; 32];

/// The format's version: in every header and greeting.
pub const VERSION: u8 = 1;

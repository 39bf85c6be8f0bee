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
//! not removed; the signature; the device's next sequence and previous hash; what `authorize` says of the deed; and that its
//! author saw this very history: `base_hash` is `H(base_n)` here too. A hub asks that before it gives a place, a device
//! before it stores a page, and of the first entries behind a snapshot once the history before it is there. An entry
//! that fails one of them is refused and logged, never folded. The signature of an op that a device has just pushed, and
//! that comes back byte for byte, was made there and is not calculated again.
//!
//! A receipt is compared with the entry that the hub shows at its place: op, place and `H`. One whose place does not come,
//! also on a later connection, is an alarm, unless the hub says that it is being restored.
//!
//! A page or a receipt that a bad line could have spoiled (bytes that do not decode, a body, place or signature that is wrong)
//! is asked for on a new connection, twice; the third in a row is an alarm. What somebody signed is believed at once.
//!
//! ## Who orders
//!
//! Without a hub the founder's device does: it gives places at commit. To **share** it appends a name-hub op and uploads the
//! chain verbatim; from the next op on the hub gives the places ([`admit`]) and signs a receipt for each. The same op sent
//! again gets the same receipt; another op under a used sequence means a cloned device.
//!
//! ## People ([`membership`], [`recovery`])
//!
//! Who belongs to a board follows from its log: every device and the hub fold the public parts of the membership ops into
//! the same list of members with a **role**, devices and invitations, and ask the same `authorize` of every op. Numbers of
//! roles: 1 lead (of both functions), 2 marketing, 3 support, 4 partner, 5 viewer, 6 marketing lead, 7 support lead, 8 the
//! printed words.
//!
//! | op | who | what must hold |
//! |---|---|---|
//! | action | every role; a partner in the board space only | sealed under the current epoch |
//! | invite | a lead, with any role of a person; anybody with `member` = themselves and their own role | sealed under the current epoch |
//! | add-device | a lead, or the member that the invitation names | the invitation is open; the device was never here; the member is new, or the one that the invitation names |
//! | add-device without an invitation | the printed words | the member is new; it becomes a lead |
//! | new epoch | a lead | one more than the last; a lead with a device stays |
//! | name-hub | a lead | |
//!
//! - The **wraps** of an op are checked as a set: a newcomer gets every epoch so far of the spaces that its role holds, and
//!   no other; a new epoch goes to every device that stays. A lead cannot give a partner the inner key by mistake.
//! - Removing devices, changing roles and printing new words are parts of the new-epoch op, so that nothing is sealed between
//!   the two. Each of them voids all open invitations.
//! - The **printed words** are 32 random bytes as 24 words of BIP-39's English list. Their device secret is
//!   `BLAKE3 derive-key "sidedesk 1 recovery words"` of them, their member the id of `"recovery"` and that device's signing
//!   key. With the sheet's board code (address, hub key, board; no secret) a device greets as the words, reads the log and
//!   admits itself.
//! - Both ends of a call may compare **four words**: the first 44 bits of `BLAKE3 derive-key "sidedesk 1 voice words"` over
//!   address, pin (or nothing), hub key, board and secret of the invite code, each with its length (8 bytes) in front, in the same list.
//!
//! ## What an action says
//!
//! The opened body of an action is `[action id, name, undoes, redoes, records]`, each record `[kind, id, seen, edits]`, the
//! edits `field, edit, field, edit …`. An **edit** is one of
//!
//! - `[0, value]`: the field holds this; `[1, element]` and `[2, element]`: the set holds it, or no longer does;
//! - `[3, [seed, update]]`: somebody typed in a long text. `update` is a Loro update of one peer that is used for nothing else,
//!   from its first op on, over a document with one text container named `text`. `seed` names the document: the first 16
//!   bytes of `BLAKE3 derive-key "sidedesk 1 text seed"` over record id, field number (2 bytes), author time (8 bytes, both
//!   little-endian) and text of the plain value that it began with; of a field in which nothing was ever set, of time 0 and
//!   no text. The document begins with that text inserted by the peer that is the seed's first 8 bytes, little-endian;
//! - `[4, member, element or null]`: what this member proposed for the field, or for the element, is not taken;
//! - `[5, null]`: nothing that was ever in the field stays.
//!
//! What is none of these is of a newer version: it is kept, passed on, and counted in the digest by its place and hash.
//!
//! The log is folded by **rules** that have a number, 1 in the beginning. An action that sets the board's field 503 to a
//! higher number changes them from the next entry on, for everybody at the same place. Digests name the number and are
//! compared only where it is the same. What the rules say is in the header of `domain`'s fold. Since the third the role that an
//! author had at the place decides whether an edit writes, waits as a proposal, or has no effect.
//!
//! A hub may be several processes over one database. Whoever gives the next place holds the board's row locked from
//! looking at the head until the entry is durable, so there is one order without gaps, and any of them answers a device.
//! Then the receipt, and only then everybody else: what was acknowledged is never lost with a process.
//!
//! ## The conversation ([`message`])
//!
//! One WebSocket message is one frame, at most 2 MiB, a CBOR array `[tag, fields]`. The hub speaks first.
//!
//! ```text
//! hub    → Challenge(version, nonce, hub key)
//! device → Hello(version, board, device, key, n, H(n), signature over board, nonce and hub key)
//! hub    → Welcome(n, H(n), takes upload) | Denied(why, words)        and after Denied it closes
//! device → Upload(entries) …      only while the hub takes them; Uploaded(n) answers each
//! device → Follow(n)
//! hub    → Page(entries, head) …  at most 500 entries or 1 MiB; first what was missed, then what comes
//! device → Push(op) …             at most 64 without an answer
//! hub    → Receipt(op, n, time, H(n), signature) | Refused(op, why, words)
//! both   → Presence, Ping, Pong   a device pings after 20 s of silence; after 60 s of it the hub hangs up
//! ```
//!
//! A device that keeps up is sent each page as it is stored. One that falls behind is sent pages from the database at its
//! own speed, one in flight; the others do not wait for it. What a refusal asks for:
//!
//! | refused because | the device |
//! |---|---|
//! | `Gap`: an earlier op of it is missing | sends again from its first unanswered op |
//! | `SealAgain`: sealed under an old key, or behind a refused op | seals everything again on the newest head |
//! | `Cloned`: the sequence holds another op | stops; it is a copy of another device |
//! | `Never`: for good, also an op that is larger than the hub takes | keeps it where people see it, and goes on |
//! | `Later`: the hub cannot store, is being restored, or this was too much at once | tries again with a growing pause |
//!
//! | denied because | the device |
//! |---|---|
//! | `Fork`: the histories differ | raises the alarm: sends nothing more, keeps working, says so |
//! | `Busy`, `Proof`, `Nonsense` | tries again with a growing pause |
//! | `Version`, `NotAMember`, `NoWorkspace`, `Invite` | says so, and tries again with a growing pause |
//!
//! ## After a restore ([`restore`])
//!
//! A hub that comes back from an old backup lacks entries that devices hold, with receipts for them. Started for that, it
//! takes them back: a device whose head lies beyond the hub's is welcomed with the hub's own head and `takes upload`, and
//! uploads what follows, verbatim. The hub takes an entry that passes every rule above, whose author knew the hub's own
//! history (`base_hash`), and whose time is at most five minutes ahead of its clock; an entry that another device was
//! quicker to bring must be the same one. Meanwhile boards can be read, and every push is refused with `Later`: the next
//! place may belong to an entry that is still to come.
//!
//! It ends for a board when **every device that was not removed has come** and followed from a head that the hub then had,
//! or when **a lead's device declares the head** (`DeclareHead(n, H(n))`, answered by `Uploaded(n)`) because somebody will
//! not come. Until then it also outlives a restart. Whoever holds more or other entries afterwards, and whoever does so at
//! a hub that was not started for it, is denied with `Fork`. That is the alarm, on the device and in the hub's log.
//!
//! ## Beginning with a snapshot ([`snapshot`], [`snapshot_fetch`])
//!
//! A newcomer need not fold the whole log before it can work. A **snapshot** is the confirmed state at a place `n`: a signed
//! **manifest** and sealed **chunks** of at most 256 kB.
//!
//! - The manifest is a CBOR array, kept verbatim: version, workspace, `n`, `H(n)`, fold version, the maker's signing key, its
//!   clock, number of records, and for each chunk what it holds (a space's number, or 255 for the chain's state), key epoch,
//!   group, records, length, BLAKE3 hash. The signature is over `"sidedesk 1 snapshot" 0x00 manifest`; the **digest** is
//!   `BLAKE3("sidedesk 1 snapshot", manifest, signature)`.
//! - Chunk 0 is the chain's state at `n` ([`chain::Chain::to_bytes`]), sealed under the board key. The others hold records,
//!   the last written first, in groups: for each group the part in every space, as four byte strings: kinds (two bytes
//!   each, little-endian like all numbers here), ids (sixteen), lengths (four), states. A state is the bytes of a
//!   `RecordState` and means nothing to this layer. Sealing is that of a body; the associated data are `"sidedesk 1
//!   snapshot chunk"`, workspace, `n`, `H(n)`, what it holds, group and epoch.
//! - The device that admits writes the digest of the snapshot that *it* gave the hub into the welcome. A newcomer takes no
//!   other one: what the hub says of its own is not asked. Every mismatch is a [`snapshot::SnapshotError`], after which the
//!   newcomer follows the log from 1 as if there were no snapshots.
//! - With a snapshot taken, the newcomer follows from `n`, and works. Behind that it fetches the log up to `n`, verifies it
//!   from the genesis op, compares `H(n)` and the chain's state with the snapshot's and `H` with the welcome's, folds
//!   everything again and compares the digests of both views. If they differ the log is right, and a person is told.
//! - The hub checks that the maker is a lead's device, that `H(n)` is its own, and that the chunks are those of the manifest.
//!   It keeps the three newest of each board, and forgets them whenever it must.
//!
//! ## Two devices and a hub
//!
//! ```
//! use sidedesk_domain::membership::{Function, Role};
//! use sidedesk_domain::{Action, ActionId, Edit, Kind, MemberId, OpId, RecordEdit, RecordId, Space, fields::campaign};
//! use sidedesk_protocol::{Error, admit::*, author::*, chain::Chain, entry::workspace_id, invite::*, keys::*, membership::*};
//!
//! # fn main() -> Result<(), Error> {
//! let mut entropy = Entropy::new([1; 32]);
//! let (now, hub) = (1_795_000_000_000, HubSecret::from_bytes(&[2; 32]));
//!
//! // A marketing lead founds a board; her device orders it, until she names a hub.
//! let alice = DeviceSecret::from_bytes([3; 32]);
//! let (genesis, keyring) = genesis(&alice, (MemberId([1; 16]), Role::Lead), now, &mut entropy)?;
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
//! let offer = Offer::new(&secret, now + 1, Role::LeadOf(Function::Support));
//! let op = invite(&Stand::on(&chain, alice.id()), &alice, &keyring, offer, now, &mut entropy)?;
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

pub mod address;
pub mod admit;
pub mod author;
pub mod chain;
mod code;
pub mod engine;
pub mod entry;
mod error;
pub mod invite;
pub mod join;
pub mod keys;
pub mod membership;
pub mod message;
pub mod recovery;
pub mod restore;
pub mod seal;
pub mod snapshot;
pub mod snapshot_fetch;
pub mod snapshot_maker;
pub mod state;
mod wraps;

pub use error::Error;
/// The ids and numbers that the wire is made of, for rooms that know the log but not what it says.
pub use sidedesk_domain::{DeviceId, InviteId, MemberId, Millis, OpId, Space, WorkspaceId};

/// A BLAKE3 hash.
pub type Hash = [u8; 32];

/// What stands before the first of anything.
pub const ZERO_HASH: Hash = [0; 32];

/// The format's version: in every header and greeting.
pub const VERSION: u8 = 1;

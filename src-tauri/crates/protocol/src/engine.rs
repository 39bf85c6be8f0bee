//! The device's half of the conversation: `step(event) → effects`, without a socket, a disk or a clock.
//!
//! The hands (crate `sync`, or the simulator) do what the effects say, in order, and report back. They may crash between any
//! two effects: everything the engine knows beyond the store's word is only a plan.
//!
//! ```text
//! Load → Connect → Challenge → Hello → Welcome ─┬─ Upload … Uploaded ─┐
//!                                               └──────── Follow ◄────┘→ Page → Store … and Seal → Push → Receipt …
//! ```

mod events;
mod promises;
mod spoiled;

pub use events::{Effect, Event, Status, Timer};
pub use spoiled::MOST_SPOILED;

use crate::author::hello;
use crate::chain::Chain;
use crate::entry::{Entry, SignedOp};
use crate::keys::DeviceSecret;
use crate::message::{ClientFrame, DeniedWhy, HubFrame, Receipt, RefusedWhy};
use crate::{Error, Hash, VERSION};
use promises::Promises;
use sidedesk_domain::{DeviceId, OpId};
use spoiled::{Spoiled, is_excused};
use std::collections::{BTreeSet, VecDeque};

/// Ops sent and not answered, at most.
pub const WINDOW: usize = 64;
/// Entries read from disk for one upload frame, at most.
pub const UPLOAD_ENTRIES: usize = 200;
/// A quiet connection is asked this often whether it lives.
pub const PING_AFTER_MS: u64 = 20_000;
/// A connection that does not answer for so long is dead.
pub const DEAD_AFTER_MS: u64 = 10_000;
/// Whoever is told so often in a row to send everything anew, and nothing is ever taken, waits before the next attempt:
/// sealing again writes to the disk each time.
const MOST_IN_VAIN: u32 = 16;
const BACKOFF_FIRST_MS: u64 = 500;
/// Whoever waits longest tries again soon enough to be in step within a minute after the hub has come back.
const BACKOFF_MAX_MS: u64 = 40_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Connecting,
    Greeting,
    Uploading,
    Following,
    /// An alarm: nothing is sent any more until the program starts again.
    Stopped,
}

/// The device's engine.
#[derive(Debug)]
pub struct Engine {
    secret: DeviceSecret,
    chain: Chain,
    phase: Phase,
    /// Pushed, not answered.
    in_flight: VecDeque<OpId>,
    /// Pushed on this connection and not come back as entries, by [`SignedOp::hash`]: made here, so not verified again.
    own: BTreeSet<Hash>,
    /// The first of the outbox, when it was last sent from its beginning.
    first_pushed: Option<OpId>,
    pushed_through: Option<u64>,
    /// The store has more to push.
    more: bool,
    sealing: bool,
    /// Something was committed while sealing: it may have been too late for it.
    committed_while_sealing: bool,
    /// Start over with the outbox once everything in flight is answered; true: seal again.
    start_over: Option<bool>,
    /// Heads of the pages handed to the store, not reported stored.
    storing: VecDeque<u64>,
    /// What the store is known to hold.
    stored: u64,
    /// The last place of which a receipt spoke; its page may still be under way.
    receipted: u64,
    /// What the hub signed receipts for and has not shown yet, also on connections before this one.
    promises: Promises,
    spoiled: Spoiled,
    /// Times that everything was sealed anew since the hub last took anything.
    futile: u32,
    hub_head: u64,
    /// Where the upload under way began: the hub's head when it said so last.
    uploading_after: u64,
    /// The hub's head when this connection began to follow. Nothing is sealed before it is stored: until then the store
    /// may not know its own last op, nor that somebody else writes under its name.
    caught_up_at: u64,
    attempts: u32,
    /// The store failed, and has not done anything since: until it has, nothing else is said.
    store_fails: bool,
    /// The hub took nothing, and has not taken anything since: until it has, nobody is in step.
    hub_declines: bool,
    status: Option<Status>,
}

impl Engine {
    /// An engine for this device. The chain is loaded before every connection.
    pub fn new(secret: DeviceSecret, chain: Chain) -> Self {
        Self {
            secret,
            chain,
            phase: Phase::Idle,
            in_flight: VecDeque::new(),
            own: BTreeSet::new(),
            first_pushed: None,
            pushed_through: None,
            more: false,
            sealing: false,
            committed_while_sealing: false,
            start_over: None,
            storing: VecDeque::new(),
            stored: 0,
            receipted: 0,
            promises: Promises::default(),
            spoiled: Spoiled::default(),
            futile: 0,
            hub_head: 0,
            uploading_after: 0,
            caught_up_at: 0,
            attempts: 0,
            store_fails: false,
            hub_declines: false,
            status: None,
        }
    }

    /// One event in, what to do out. `random` is any number; it spreads reconnects.
    pub fn step(&mut self, event: Event, random: u64) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.phase == Phase::Stopped {
            return out;
        }
        if let Err(error) = self.dispatch(event, random, &mut out) {
            self.stop(&error, &mut out);
        }
        out
    }

    fn dispatch(&mut self, event: Event, random: u64, out: &mut Vec<Effect>) -> Result<(), Error> {
        match event {
            Event::Start | Event::Timer(Timer::Reconnect) => {
                if self.phase == Phase::Idle {
                    self.phase = Phase::Connecting;
                    self.say(Status::Connecting, out);
                    out.push(Effect::Load);
                }
            }
            Event::Loaded(chain) => {
                self.chain = *chain;
                self.in_flight.clear();
                self.own.clear();
                self.pushed_through = None;
                self.more = true;
                self.sealing = false;
                self.start_over = None;
                self.storing.clear();
                self.stored = self.chain.n;
                self.receipted = 0;
                self.futile = 0;
                self.promises.begin_at(self.chain.n);
                out.push(Effect::Connect);
            }
            Event::Opened => {
                self.phase = Phase::Greeting;
                out.push(Effect::SetTimer(Timer::Dead, DEAD_AFTER_MS));
            }
            Event::Frame(frame) => {
                out.push(Effect::SetTimer(Timer::Ping, PING_AFTER_MS));
                out.push(Effect::SetTimer(Timer::Dead, PING_AFTER_MS + DEAD_AFTER_MS));
                self.frame(*frame, random, out)?;
            }
            Event::Closed(why) => self.offline(why, random, out),
            Event::Distrusted(sentence) => {
                self.offline(sentence.clone(), random, out);
                self.say(Status::Problem(sentence), out);
            }
            Event::Timer(Timer::Ping) => {
                if self.phase != Phase::Idle {
                    out.push(Effect::Send(Box::new(ClientFrame::Ping)));
                }
            }
            Event::Timer(Timer::Dead) => {
                if self.phase != Phase::Idle {
                    out.push(Effect::Close);
                    self.offline("the hub does not answer".into(), random, out);
                }
            }
            Event::Sealed(ops) => self.push(ops, out),
            Event::UploadRead(entries) => self.upload(entries, out),
            Event::Stored => self.stored(out),
            Event::Contradicted(error) => return Err(error),
            Event::StoreFailed(why) => {
                out.push(Effect::Close);
                self.store_fails = true;
                self.say(Status::Problem(why.clone()), out);
                self.offline(why, random, out);
            }
            Event::Committed => {
                self.more = true;
                self.committed_while_sealing = self.sealing;
                self.top_up(out);
            }
            Event::Renewed(secret) => {
                self.secret = *secret;
                self.phase = Phase::Connecting;
                out.extend([Effect::Close, Effect::Load]);
            }
            Event::Present(sealed) => {
                if self.phase == Phase::Following {
                    out.push(Effect::Send(Box::new(ClientFrame::Presence { sealed })));
                }
            }
        }
        Ok(())
    }

    fn frame(&mut self, frame: HubFrame, random: u64, out: &mut Vec<Effect>) -> Result<(), Error> {
        if self.is_too_late(&frame) {
            return Ok(());
        }
        match frame {
            HubFrame::Challenge {
                version,
                nonce,
                hub_key,
            } => self.greet(version, &nonce, &hub_key, out)?,
            HubFrame::Welcome { n, hash, takes_upload } => {
                self.hub_head = n;
                if !self.hub_declines {
                    self.attempts = 0;
                }
                let rolled_back = n < self.chain.n && !takes_upload;
                if rolled_back || (n == self.chain.n && hash != self.chain.hash) {
                    return Err(Error::Histories);
                }
                self.promises.welcomed(n, takes_upload)?;
                if takes_upload && n < self.chain.n {
                    self.phase = Phase::Uploading;
                    self.uploading_after = n;
                    out.push(Effect::ReadUpload { after: n });
                } else {
                    self.follow(out);
                }
            }
            HubFrame::Uploaded { n } if n <= self.uploading_after => {
                out.push(Effect::Close);
                self.offline("the hub has taken nothing of what it was sent".into(), random, out);
            }
            HubFrame::Uploaded { n } => {
                self.hub_head = n;
                self.uploading_after = n;
                if n < self.chain.n {
                    out.push(Effect::ReadUpload { after: n });
                } else {
                    self.follow(out);
                }
            }
            HubFrame::Page { entries, head } => {
                if let Err(error) = self.page(entries, head, out) {
                    let excused = is_excused(&mut self.spoiled.pages, &error);
                    self.ask_again(excused, error, random, out)?;
                }
            }
            HubFrame::Receipt(receipt) => {
                if let Err(error) = self.receipt(&receipt, out) {
                    let excused = is_excused(&mut self.spoiled.receipts, &error);
                    self.ask_again(excused, error, random, out)?;
                }
            }
            HubFrame::Refused { op, why, message } => self.refused(op, why, message, random, out),
            HubFrame::Presence { device, sealed } => out.push(Effect::Present { device, sealed }),
            HubFrame::JoinAsked { invite, request } => out.push(Effect::Admit { invite, request }),
            HubFrame::Denied { why, message } => self.denied(why, message, random, out)?,
            HubFrame::Pong | HubFrame::JoinWaiting | HubFrame::Admitted => {}
            // Snapshots come and go on connections of their own.
            HubFrame::SnapshotHeld { .. }
            | HubFrame::SnapshotRefused { .. }
            | HubFrame::Snapshots { .. }
            | HubFrame::Chunk { .. } => {}
        }
        Ok(())
    }

    /// What comes on a connection that was given up meanwhile changes nothing: the next one begins anew.
    fn is_too_late(&self, frame: &HubFrame) -> bool {
        match frame {
            HubFrame::Welcome { .. } => self.phase == Phase::Idle,
            HubFrame::Uploaded { .. } => self.phase != Phase::Uploading,
            HubFrame::Receipt(_) | HubFrame::Refused { .. } => self.phase != Phase::Following,
            _ => false,
        }
    }

    fn greet(&mut self, version: u8, nonce: &[u8; 32], hub_key: &[u8; 32], out: &mut Vec<Effect>) -> Result<(), Error> {
        if version != VERSION {
            return Err(Error::Version(version));
        }
        if self.chain.hub_key.is_some_and(|expected| expected != *hub_key) {
            return Err(Error::AnotherHub);
        }
        let workspace = self.chain.workspace;
        out.push(Effect::Send(Box::new(hello(
            &self.secret,
            workspace,
            (self.chain.n, self.chain.hash),
            nonce,
            hub_key,
        ))));
        Ok(())
    }

    fn follow(&mut self, out: &mut Vec<Effect>) {
        self.phase = Phase::Following;
        self.caught_up_at = self.hub_head;
        out.push(Effect::Send(Box::new(ClientFrame::Follow { after: self.chain.n })));
        self.say_progress(out);
        self.top_up(out);
    }

    fn upload(&mut self, entries: Vec<Entry>, out: &mut Vec<Effect>) {
        if self.phase == Phase::Uploading && !entries.is_empty() {
            out.push(Effect::Send(Box::new(ClientFrame::Upload { entries })));
        }
    }

    /// On a new connection, with the chain as the store has it.
    fn ask_again(&mut self, excused: bool, error: Error, random: u64, out: &mut Vec<Effect>) -> Result<(), Error> {
        if !excused {
            return Err(error);
        }
        out.push(Effect::Close);
        self.offline(
            format!("what the hub sent was spoiled on its way ({error})"),
            random,
            out,
        );
        Ok(())
    }

    /// Verifies a page against the chain before anything is stored.
    fn page(&mut self, entries: Vec<Entry>, head: u64, out: &mut Vec<Effect>) -> Result<(), Error> {
        if self.phase != Phase::Following {
            return Ok(());
        }
        // What is here already (a page sent twice) is compared by place only: the chain continues behind it.
        let fresh: Vec<Entry> = entries
            .into_iter()
            .skip_while(|entry| entry.n <= self.chain.n)
            .collect();
        for entry in &fresh {
            let checked = if self.own.remove(&entry.op.hash()) {
                self.chain.append_own(entry)?
            } else {
                self.chain.append(entry)?
            };
            let op = checked.header.op;
            self.promises
                .shown((op, self.chain.n, self.chain.hash), self.in_flight.contains(&op))?;
        }
        // A page that a hub keeps for everybody speaks of its own end, and so of less than the welcome did.
        self.hub_head = self.hub_head.max(head).max(self.chain.n);
        if fresh.is_empty() {
            self.say_progress(out);
        } else {
            self.storing.push_back(self.chain.n);
            out.push(Effect::Store {
                entries: fresh,
                chain: Box::new(self.chain.clone()),
            });
        }
        Ok(())
    }

    /// A page that was under way when the connection went does not make this device "synced".
    fn stored(&mut self, out: &mut Vec<Effect>) {
        self.store_fails = false;
        self.spoiled.pages = 0;
        self.stored = self.storing.pop_front().unwrap_or(self.stored);
        if self.phase == Phase::Following {
            self.say_progress(out);
            self.answered(out);
        }
    }

    fn receipt(&mut self, receipt: &Receipt, out: &mut Vec<Effect>) -> Result<(), Error> {
        if let Some(hub_key) = &self.chain.hub_key {
            receipt.verify(self.chain.workspace, hub_key)?;
        }
        self.spoiled.receipts = 0;
        let before = self.in_flight.len();
        self.in_flight.retain(|op| *op != receipt.op);
        if self.in_flight.len() == before {
            return Ok(()); // of an op that was answered already, or never sent
        }
        self.promises.given(receipt, (self.chain.n, self.chain.hash))?;
        self.futile = 0;
        if std::mem::take(&mut self.hub_declines) {
            self.attempts = 0;
            self.say_progress(out);
        }
        self.receipted = self.receipted.max(receipt.n);
        self.answered(out);
        Ok(())
    }

    fn refused(&mut self, op: OpId, why: RefusedWhy, message: String, random: u64, out: &mut Vec<Effect>) {
        self.in_flight.retain(|waiting| *waiting != op);
        match why {
            // Nothing is before the first: it was chained on an op that went to the drawer just before a crash.
            RefusedWhy::Gap if self.first_pushed == Some(op) => self.start_over = Some(true),
            RefusedWhy::Gap => {
                self.start_over.get_or_insert(false);
            }
            RefusedWhy::SealAgain => self.start_over = Some(true),
            RefusedWhy::Never => {
                let message = message.clone();
                out.push(Effect::Drawer { op, message });
                self.start_over = Some(true);
                self.futile = 0;
            }
            // The op that is in the way is among those that are fetched on the next connection, before anything is
            // sealed again. What it means is for the store to say.
            RefusedWhy::Cloned => {
                out.push(Effect::Unseal);
                out.push(Effect::Close);
                self.offline(message, random, out);
                return;
            }
            RefusedWhy::Later => {
                out.push(Effect::Close);
                self.declined(message, random, out);
                return;
            }
        }
        if self.futile >= MOST_IN_VAIN {
            out.push(Effect::Close);
            self.declined(message, random, out);
            return;
        }
        self.answered(out);
    }

    /// One more answer came: fill the window, or start over once nothing is in flight.
    ///
    /// Sealing again also waits until everything that has a receipt is stored here, and so has left the outbox: an op
    /// sealed again under a place that the hub gave away already looks like a cloned device.
    fn answered(&mut self, out: &mut Vec<Effect>) {
        let settled = self.in_flight.is_empty() && !self.sealing;
        let ready = |seal_again: &bool| settled && (!seal_again || self.stored >= self.receipted);
        if let Some(seal_again) = self.start_over.filter(ready) {
            self.start_over = None;
            self.pushed_through = None;
            self.more = true;
            if seal_again {
                out.push(Effect::Unseal);
            }
            self.futile += 1;
        }
        self.top_up(out);
    }

    fn top_up(&mut self, out: &mut Vec<Effect>) {
        let room = WINDOW.saturating_sub(self.in_flight.len());
        let follows = self.phase == Phase::Following && self.stored >= self.caught_up_at;
        let ready = follows && self.more && !self.sealing && self.start_over.is_none();
        // Half a window at a time: sealing one by one would flush the disk one by one.
        if ready && room >= WINDOW / 2 {
            self.sealing = true;
            out.push(Effect::Seal {
                after: self.pushed_through,
                limit: room,
            });
        }
    }

    fn push(&mut self, ops: Vec<(u64, OpId, SignedOp)>, out: &mut Vec<Effect>) {
        self.sealing = false;
        let recovered = std::mem::take(&mut self.store_fails);
        if self.phase != Phase::Following {
            return;
        }
        if recovered {
            self.say_progress(out);
        }
        self.more = !ops.is_empty() || std::mem::take(&mut self.committed_while_sealing);
        // Nothing is left that the hub could decline.
        if ops.is_empty() && self.in_flight.is_empty() && std::mem::take(&mut self.hub_declines) {
            self.say_progress(out);
        }
        if self.pushed_through.is_none() {
            self.first_pushed = ops.first().map(|(_, id, _)| *id);
        }
        for (local, id, op) in ops {
            self.pushed_through = Some(local);
            self.in_flight.push_back(id);
            self.own.insert(op.hash());
            self.promises.sent(id, &op);
            out.push(Effect::Send(Box::new(ClientFrame::Push { op })));
        }
        self.answered(out);
    }

    fn denied(&mut self, why: DeniedWhy, message: String, random: u64, out: &mut Vec<Effect>) -> Result<(), Error> {
        out.push(Effect::Close);
        match why {
            DeniedWhy::Fork => Err(Error::Histories),
            DeniedWhy::Busy => {
                self.declined(message, random, out);
                Ok(())
            }
            DeniedWhy::Nonsense | DeniedWhy::Proof => {
                self.offline(message, random, out);
                Ok(())
            }
            DeniedWhy::Version | DeniedWhy::NotAMember | DeniedWhy::NoWorkspace | DeniedWhy::Invite => {
                let sentence = format!("The hub does not let this device in: {message}.");
                self.offline(message, random, out);
                let status = match why {
                    DeniedWhy::NotAMember => Status::NotAMember(sentence),
                    _ => Status::Problem(sentence),
                };
                self.say(status, out);
                Ok(())
            }
        }
    }

    fn declined(&mut self, message: String, random: u64, out: &mut Vec<Effect>) {
        self.hub_declines = true;
        self.retreat(random, out);
        self.say(Status::NotTaken(message), out);
    }

    fn offline(&mut self, why: String, random: u64, out: &mut Vec<Effect>) {
        if self.phase != Phase::Idle {
            self.hub_declines = false;
            self.retreat(random, out);
            self.say(Status::Offline(why), out);
        }
    }

    /// Full jitter: anything from the first step to the doubled bound, so that a returning hub is not stormed.
    fn retreat(&mut self, random: u64, out: &mut Vec<Effect>) {
        self.phase = Phase::Idle;
        self.attempts = self.attempts.saturating_add(1);
        let bound = BACKOFF_FIRST_MS
            .saturating_mul(1 << self.attempts.min(16))
            .min(BACKOFF_MAX_MS);
        let delay = BACKOFF_FIRST_MS + random % (bound - BACKOFF_FIRST_MS + 1);
        out.push(Effect::SetTimer(Timer::Reconnect, delay));
    }

    fn stop(&mut self, error: &Error, out: &mut Vec<Effect>) {
        self.phase = Phase::Stopped;
        out.push(Effect::Close);
        let sentence = format!(
            "What the hub sent does not fit this board's history: {error}. \
             Nothing is sent any more; everything here stays and works. Ask whoever runs the hub."
        );
        self.say(Status::Problem(sentence), out);
    }

    fn say_progress(&mut self, out: &mut Vec<Effect>) {
        let status = if self.stored >= self.hub_head {
            Status::Synced
        } else {
            Status::CatchingUp { head: self.hub_head }
        };
        self.say(status, out);
    }

    fn say(&mut self, status: Status, out: &mut Vec<Effect>) {
        let hidden = match status {
            Status::Problem(_) | Status::NotAMember(_) => false,
            Status::Connecting | Status::Synced | Status::CatchingUp { .. } => self.store_fails || self.hub_declines,
            Status::Offline(_) | Status::NotTaken(_) => self.store_fails,
        };
        if !hidden && self.status.as_ref() != Some(&status) {
            self.status = Some(status.clone());
            out.push(Effect::Status(status));
        }
    }

    /// The device that it speaks for.
    pub fn device(&self) -> DeviceId {
        self.secret.id()
    }

    /// The confirmed head as verified so far.
    pub fn head(&self) -> u64 {
        self.chain.n
    }
}

#[cfg(test)]
mod tests;

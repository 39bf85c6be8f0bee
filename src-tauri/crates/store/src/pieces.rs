//! An action too long to hold in memory: its records come piece by piece, and it is saved as one, or not at all.
//!
//! Log and view are one transaction each from the first piece to the last; the log commits first, the view behind it. Until
//! then nobody sees any of it, and stopping it leaves nothing. One piece is planned while the one before is written.

use crate::backup::SIDE_FILE_LEN;
use crate::commit::{PART_LEN, is_beyond_seat, kept, place, refuse_while_loading, touches_inner};
use crate::error::Error;
use crate::fold_in::{self, Me, Opened};
use crate::log::{self, Pending};
use crate::open::{CHANGES_NAMED, Store, entropy};
use crate::view::RecordKey;
use crate::writer::{Applied, Writer, set_applied};
use sidedesk_domain::{Action, Millis, OpId, RecordEdit, Space, Stamp};
use sidedesk_protocol::author::{self, Stand, encode_action};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::OpKind;
use sidedesk_protocol::keys::{DeviceSecret, Entropy, Keyring};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, watch};

/// Waiting ops taken over into the side file at once.
const BESIDE_AT_ONCE: usize = 64;

/// What comes from whoever plans the action.
#[derive(Debug)]
pub enum Piece {
    /// The next records. A record stands in one piece only.
    Records(Vec<RecordEdit>),
    /// That was all. Without this word nothing is saved.
    End,
}

/// How far long work has come that somebody may stop.
#[derive(Debug)]
pub struct Course(watch::Sender<Stage>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Running,
    Stopped,
    Committing,
}

impl Default for Course {
    fn default() -> Self {
        Self(watch::Sender::new(Stage::Running))
    }
}

impl Course {
    /// Stops it, unless it is too late. True when it is stopped, by this or an earlier word.
    pub fn stop(&self) -> bool {
        self.move_to(Stage::Stopped);
        self.is_stopped()
    }

    /// Somebody stopped it.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() == Stage::Stopped
    }

    /// Can it still be stopped?
    pub fn can_stop(&self) -> bool {
        *self.0.borrow() != Stage::Committing
    }

    /// Waits until somebody stops it.
    pub async fn stopped(&self) {
        // The sender is this value itself, so the wait ends with the word or never.
        let _ = self.0.subscribe().wait_for(|stage| *stage == Stage::Stopped).await;
    }

    /// From here on it is too late to stop. False when somebody was earlier.
    fn commits(&self) -> bool {
        self.move_to(Stage::Committing);
        !self.is_stopped()
    }

    fn move_to(&self, next: Stage) {
        self.0.send_if_modified(|stage| {
            let moves = *stage == Stage::Running;
            if moves {
                *stage = next;
            }
            moves
        });
    }
}

impl Store {
    /// Does the action that `pieces` make, under the id and name of `head`. When this returns, all of it is on the disk; on
    /// any error none of it. Other writes wait meanwhile.
    pub async fn commit_pieces(
        &self,
        head: Action,
        mut pieces: mpsc::Receiver<Piece>,
        course: &Course,
    ) -> Result<(), Error> {
        // Nobody else waits while the first piece is still being planned.
        let mut next = pieces.recv().await;
        if let Some(Piece::End) = next {
            return Ok(());
        }
        let now = self.now();
        let mut guard = self.writer().await?;
        let writer = &mut *guard;
        refuse_while_loading(writer).await?;
        let mut long = Long::begin(writer, head, now)?;
        let after = log::pending_seqs(&mut writer.log).await?.last().copied().unwrap_or(0);
        let Writer {
            log,
            view,
            secret,
            keyring,
            ..
        } = &mut *writer;
        let mut log_tx = log.begin_with("begin immediate").await?;
        let mut view_tx = view.begin_with("begin immediate").await?;
        loop {
            if course.is_stopped() {
                return Err(Error::Cancelled);
            }
            match next {
                Some(Piece::Records(records)) => {
                    long.add((&mut log_tx, &mut view_tx), (secret, keyring), records)
                        .await?;
                }
                Some(Piece::End) => break,
                None => return Err(Error::Cancelled),
            }
            next = pieces.recv().await;
        }
        set_applied(&mut view_tx, &long.at).await?;
        if let Some(chain) = &long.chain {
            log::set_meta(&mut log_tx, "chain", &chain.to_bytes()?).await?;
        }
        if !course.commits() {
            return Err(Error::Cancelled);
        }
        log_tx.commit().await?;
        let shown = view_tx.commit().await;
        let keys = std::mem::take(&mut long.keys);
        long.end(writer, after, shown.map_err(Error::from)).await;
        drop(guard);
        self.tell(keys);
        self.tell_outbox();
        Ok(())
    }
}

/// The action while it is being written.
struct Long {
    head: Action,
    now: Millis,
    me: Me,
    holds_inner: bool,
    entropy: Entropy,
    /// Of a board that orders itself: the chain as it will be.
    chain: Option<Chain>,
    at: Applied,
    keys: Vec<RecordKey>,
    /// For the side file of a board that orders itself, as long as it has room.
    beside: Vec<Pending>,
    beside_len: u64,
}

impl Long {
    fn begin(writer: &Writer, head: Action, now: Millis) -> Result<Self, Error> {
        Ok(Self {
            head,
            now,
            me: writer.me(),
            holds_inner: writer.holds_now(Space::Inner),
            entropy: entropy()?,
            chain: writer.orders_itself().then(|| writer.chain.clone()),
            at: writer.at.clone(),
            keys: Vec::new(),
            beside: Vec::new(),
            beside_len: 0,
        })
    }

    async fn add(
        &mut self,
        (log, view): (&mut SqliteConnection, &mut SqliteConnection),
        keys: (&DeviceSecret, &Keyring),
        records: Vec<RecordEdit>,
    ) -> Result<(), Error> {
        let action = Action {
            records,
            ..self.head.clone()
        };
        if touches_inner(&action) && !self.holds_inner {
            return Err(Error::NotYourSpace);
        }
        if is_beyond_seat(view, self.at.rules(), self.me, &action).await? {
            return Err(Error::NotYourSeat);
        }
        let changed = match self.chain.take() {
            Some(mut chain) => {
                let changed = self.place(&mut chain, (log, view), keys, action).await;
                self.chain = Some(chain);
                changed?
            }
            None => self.queue((log, view), action).await?,
        };
        // Beyond that number nobody is told which they are.
        if self.keys.len() <= CHANGES_NAMED {
            self.keys.extend(changed);
        }
        Ok(())
    }

    /// The device is its own hub: places at once.
    async fn place(
        &mut self,
        chain: &mut Chain,
        (log, view): (&mut SqliteConnection, &mut SqliteConnection),
        (secret, keyring): (&DeviceSecret, &Keyring),
        action: Action,
    ) -> Result<Vec<RecordKey>, Error> {
        let (mut entries, mut headers, mut ops) = (Vec::new(), Vec::new(), Vec::new());
        for (space, part) in action.into_parts(PART_LEN) {
            let stand = Stand::on(chain, self.me.device);
            let (id, plain) = (OpId::v7(self.now, self.entropy.bytes()), encode_action(&part)?);
            let what = (id, space, self.now);
            let op = author::action(&stand, secret, keyring, what, &plain, &mut self.entropy)?;
            self.keep(id, space, plain);
            let (entry, checked) = place(chain, op, self.now)?;
            let stamp = Stamp {
                place: entry.entry.n,
                device: self.me.device,
                member: self.me.member,
                author_time: self.now,
                hub_time: entry.entry.hub_time,
            };
            let seat = self.me.seat;
            ops.push(Opened {
                stamp,
                seat,
                action: part,
            });
            entries.push(entry);
            headers.push(checked.header);
        }
        if let Some(last) = entries.last() {
            (self.at.n, self.at.hash) = (last.entry.n, last.hash);
        }
        let mut rules = self.at.rules();
        let fold = async {
            if self.at.pending.is_empty() {
                fold_in::confirmed_alone(view, &ops, &mut rules).await
            } else {
                fold_in::confirmed(view, &ops, &[], self.me, &mut rules).await
            }
        };
        let ((), changed) = tokio::try_join!(log::insert_entries(log, &entries, &headers), fold)?;
        self.at.rules = Some(rules.number());
        Ok(changed)
    }

    /// A hub orders: what was done waits, and shows at once.
    async fn queue(
        &mut self,
        (log, view): (&mut SqliteConnection, &mut SqliteConnection),
        action: Action,
    ) -> Result<Vec<RecordKey>, Error> {
        let mut keys = Vec::new();
        for (space, part) in action.into_parts(PART_LEN) {
            let (op, plain) = (OpId::v7(self.now, self.entropy.bytes()), encode_action(&part)?);
            let seq = log::insert_pending(log, (OpKind::Action, op, space, self.now), &plain).await?;
            let rules = self.at.rules();
            keys.extend(fold_in::pending(view, (seq, self.now), &part, (self.me, rules)).await?);
            self.at.pending.push(seq as i64);
        }
        Ok(keys)
    }

    fn keep(&mut self, id: OpId, space: Space, plain: Vec<u8>) {
        self.beside_len = self.beside_len.saturating_add(plain.len() as u64);
        if self.beside_len > SIDE_FILE_LEN {
            self.beside.clear();
        } else {
            self.beside.push(kept(id, space, self.now, plain));
        }
    }

    /// The log has it: it is saved, whatever happened to the view, which catches up before the next write.
    async fn end(self, writer: &mut Writer, after: i64, shown: Result<(), Error>) {
        let is_local = self.chain.is_some();
        if let Some(chain) = self.chain {
            writer.chain = chain;
        }
        match shown {
            Ok(()) => writer.at = self.at,
            Err(error) => {
                tracing::error!(%error, "saved, but the view could not follow yet");
                writer.behind = true;
            }
        }
        if is_local {
            writer.keep_beside(&self.beside).await;
            writer.side_has_gap |= self.beside_len > SIDE_FILE_LEN;
        } else if let Err(error) = keep_waiting_beside(writer, after as u64).await {
            tracing::warn!(%error, "the side file waits");
        }
    }
}

/// What waits behind `after` is in the log by now, and need not be held in memory all at once.
async fn keep_waiting_beside(writer: &mut Writer, mut after: u64) -> Result<(), Error> {
    loop {
        let waiting = log::pending_after(&mut writer.log, after, BESIDE_AT_ONCE).await?;
        let Some(last) = waiting.last() else { return Ok(()) };
        after = last.seq;
        writer.keep_beside(&waiting).await;
    }
}

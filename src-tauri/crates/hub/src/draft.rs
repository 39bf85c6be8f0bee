//! What a group of jobs would make of a board: a copy of its chain, rows in a transaction, answers not sent yet.
//!
//! Thrown away whole when the transaction fails, so that chain and database can never tell different stories.

use crate::log::{self, Mark};
use crate::waiting::{self, Waiting};
use crate::writer::Task;
use crate::{Result, clock};
use sidedesk_protocol::admit::{Accepted, Decision, Denial, Known, admit, admit_upload};
use sidedesk_protocol::chain::{Chain, Checked};
use sidedesk_protocol::entry::{Entry, Header, SignedOp};
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::message::{DeniedWhy, HubFrame, RefusedWhy};
use sidedesk_protocol::{DeviceId, Error, InviteId, OpId};
use sqlx::SqliteConnection;

/// Newcomers waiting at one board: more is not a team any more, and each is shown to every lead.
const MAX_WAITING: usize = 100;
/// A newcomer who was let in has heard of it by then.
const ADMITTED_KEPT_MS: i64 = 7 * 24 * 3_600_000;

/// The draft.
pub struct Draft {
    /// With everything taken so far.
    pub chain: Chain,
    /// One for each job, in order.
    pub answers: Vec<HubFrame>,
    /// What others are told once it is durable.
    pub news: News,
    key: i64,
    secret: HubSecret,
}

/// What happened besides entries.
#[derive(Debug, Default)]
pub struct News {
    /// Devices were let in on these.
    pub admitted: Vec<InviteId>,
    /// Somebody was removed; open invitations are void.
    pub removed: bool,
    /// A newcomer asks.
    pub asked: bool,
}

impl Draft {
    /// On the durable head.
    pub fn new(chain: &Chain, key: i64, secret: &HubSecret) -> Self {
        Self {
            chain: chain.clone(),
            answers: Vec::new(),
            news: News::default(),
            key,
            secret: secret.clone(),
        }
    }

    /// Does one task. An error is the database's: the whole draft is void. A refusal is an answer.
    pub async fn take(&mut self, connection: &mut SqliteConnection, task: Task) -> Result<()> {
        let answer = match task {
            Task::Push(op) => self.push(connection, op).await?,
            Task::Upload(from, entries) => self.upload(connection, from, &entries).await?,
            Task::Ask(invite, request) => self.ask(connection, invite, request).await?,
        };
        self.answers.push(answer);
        Ok(())
    }

    async fn push(&mut self, connection: &mut SqliteConnection, op: SignedOp) -> Result<HubFrame> {
        let known = match op.parse() {
            Ok(header) if self.chain.hub_key != Some(self.secret.public()) => {
                return Ok(self.not_ordered_here(header.op));
            }
            Ok(header) => self.known(connection, &header).await?,
            Err(_) => Known::default(), // refused in a moment, with the right words
        };
        match admit(&self.chain, op, &known, clock::now(), &self.secret) {
            Decision::Accept(accepted) => {
                let Accepted {
                    entry,
                    checked,
                    receipt,
                } = accepted.as_ref();
                self.insert(connection, entry, checked, receipt.hash).await?;
                self.chain.settle(&accepted);
                self.note(connection, checked.public.as_ref()).await?;
                Ok(HubFrame::Receipt(accepted.receipt))
            }
            Decision::Duplicate(receipt) => Ok(HubFrame::Receipt(receipt)),
            Decision::Refuse { op, why, message } => {
                tracing::warn!(workspace = %self.chain.workspace, %op, ?why, message, "refused an op");
                Ok(HubFrame::Refused { op, why, message })
            }
        }
    }

    /// Only the hub that the board names gives places: two that did so would make two histories.
    fn not_ordered_here(&self, op: OpId) -> HubFrame {
        let message = match self.chain.hub_key {
            None => "the board has not named this hub yet",
            Some(_) => "the board names another hub",
        };
        tracing::warn!(workspace = %self.chain.workspace, %op, message, "refused an op");
        HubFrame::Refused {
            op,
            why: RefusedWhy::Later,
            message: message.into(),
        }
    }

    async fn known(&self, connection: &mut SqliteConnection, header: &Header) -> Result<Known> {
        let is_next = header.seq == self.chain.tail(header.device).seq + 1;
        let same_seq = if is_next {
            None
        } else {
            log::placed(&mut *connection, self.key, header.device, header.seq).await?
        };
        let base_hash = if header.base_n == self.chain.n {
            Some(self.chain.hash)
        } else {
            log::hash_at(connection, self.key, header.base_n).await?
        };
        Ok(Known { same_seq, base_hash })
    }

    async fn upload(
        &mut self,
        connection: &mut SqliteConnection,
        from: DeviceId,
        entries: &[Entry],
    ) -> Result<HubFrame> {
        let before = self.chain.clone();
        let checked = self.check_upload(from, entries);
        let rows = match checked {
            Ok(rows) => rows,
            Err(Denial { why, message }) => {
                self.chain = before;
                tracing::warn!(workspace = %self.chain.workspace, %from, message, "refused an upload");
                return Ok(HubFrame::Denied { why, message });
            }
        };
        for (entry, (checked, hash)) in entries.iter().zip(&rows) {
            self.insert(connection, entry, checked, *hash).await?;
        }
        Ok(HubFrame::Uploaded { n: self.chain.n })
    }

    /// Verifies every entry before the first is written, and moves the chain behind the last.
    fn check_upload(
        &mut self,
        from: DeviceId,
        entries: &[Entry],
    ) -> std::result::Result<Vec<(Checked, [u8; 32])>, Denial> {
        let mut rows = Vec::with_capacity(entries.len());
        let took = self.chain.takes_upload();
        for entry in entries {
            // Entries behind the one that names the hub had their places from it: this hub has lost the board.
            if took && !self.chain.takes_upload() {
                return Err(denial(DeniedWhy::Fork, Error::Histories));
            }
            let nonsense = |error| denial(DeniedWhy::Nonsense, error);
            let checked = admit_upload(&mut self.chain, entry).map_err(nonsense)?;
            rows.push((checked, self.chain.hash));
        }
        let uploader = self.chain.membership.devices.get(&from);
        if uploader.is_none_or(|device| device.removed_at.is_some()) {
            return Err(denial(DeniedWhy::Nonsense, "only a member may bring a board"));
        }
        if self.chain.hub_key.is_some_and(|named| named != self.secret.public()) {
            return Err(denial(DeniedWhy::Nonsense, "the board names another hub"));
        }
        Ok(rows)
    }

    async fn insert(
        &self,
        connection: &mut SqliteConnection,
        entry: &Entry,
        checked: &Checked,
        hash: [u8; 32],
    ) -> Result<()> {
        let mark = Mark {
            op: checked.header.op,
            device: checked.header.device,
            seq: checked.header.seq,
            hash,
        };
        log::insert_entry(connection, self.key, entry, mark).await
    }

    /// What a membership op means for those who wait at the door.
    async fn note(&mut self, connection: &mut SqliteConnection, public: Option<&Public>) -> Result<()> {
        match public {
            Some(Public::AddDevice(op)) => {
                waiting::mark_admitted(connection, self.key, op.invite).await?;
                self.news.admitted.push(op.invite);
            }
            Some(Public::NewEpoch(op)) if !op.removed.is_empty() => {
                self.news.removed = true;
                self.open_requests(connection).await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn ask(&mut self, connection: &mut SqliteConnection, invite: InviteId, request: Vec<u8>) -> Result<HubFrame> {
        let at = clock::now();
        if !is_open(&self.chain, invite, at) {
            return Ok(HubFrame::Denied {
                why: DeniedWhy::Invite,
                message: "this invitation was used already or withdrawn".into(),
            });
        }
        waiting::delete_admitted(&mut *connection, self.key, at - ADMITTED_KEPT_MS).await?;
        let others = self.open_requests(connection).await?;
        if others.iter().filter(|other| other.invite != invite).count() >= MAX_WAITING {
            return Ok(HubFrame::Denied {
                why: DeniedWhy::Busy,
                message: "too many newcomers are waiting at this board; try again later".into(),
            });
        }
        let waiting = Waiting { invite, request, at };
        waiting::put_request(connection, self.key, &waiting).await?;
        self.news.asked = true;
        Ok(HubFrame::JoinWaiting)
    }

    /// Those who wait on an invitation that still holds; the others are forgotten.
    async fn open_requests(&self, connection: &mut SqliteConnection) -> Result<Vec<Waiting>> {
        let now = clock::now();
        let (open, stale): (Vec<_>, Vec<_>) = waiting::requests(&mut *connection, self.key)
            .await?
            .into_iter()
            .partition(|waiting| is_open(&self.chain, waiting.invite, now));
        for waiting in stale {
            waiting::delete_request(&mut *connection, self.key, waiting.invite).await?;
        }
        Ok(open)
    }
}

fn denial(why: DeniedWhy, message: impl ToString) -> Denial {
    Denial {
        why,
        message: message.to_string(),
    }
}

/// May somebody still be let in on it?
pub fn is_open(chain: &Chain, invite: InviteId, now: sidedesk_protocol::Millis) -> bool {
    let known = chain.membership.invites.get(&invite);
    known.is_some_and(|invite| !invite.spent && now < invite.expires)
}

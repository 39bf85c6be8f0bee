//! What a group of jobs would make of a board: a copy of its chain, rows in a transaction, answers not sent yet.
//!
//! Thrown away whole when the transaction fails, so that chain and database can never tell different stories.

mod healing;
mod upload;

use crate::boards::{self, STATE_EVERY};
use crate::database::Link;
use crate::log::{self, Row};
use crate::waiting::{self, Waiting};
use crate::writer::Task;
use crate::{Result, clock};
use sidedesk_protocol::admit::{Accepted, Decision, Denial, Known, Placed, admit};
use sidedesk_protocol::chain::{Chain, Checked};
use sidedesk_protocol::entry::{Entry, Header, SignedOp};
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::message::{DeniedWhy, HubFrame, RefusedWhy};
use sidedesk_protocol::{DeviceId, Hash, InviteId, OpId};

/// Newcomers waiting at one board: more is not a team any more, and each is shown to every lead.
const MAX_WAITING: usize = 100;
/// A newcomer who was let in has heard of it by then.
const ADMITTED_KEPT_MS: i64 = 7 * 24 * 3_600_000;

/// The draft.
pub struct Draft {
    /// With everything taken so far.
    pub chain: Chain,
    /// One for each job, in order; `None` where nothing is said.
    pub answers: Vec<Option<HubFrame>>,
    /// What others are told once it is durable.
    pub news: News,
    /// Devices bring back what a restored backup lacks.
    pub healing: bool,
    /// Taken, not written yet.
    rows: Vec<Row>,
    key: i64,
    secret: HubSecret,
    /// Somebody came or went: the state is kept anew.
    state_changed: bool,
}

/// What happened besides entries.
#[derive(Debug, Default)]
pub struct News {
    /// Devices were let in on these.
    pub admitted: Vec<InviteId>,
    /// Somebody was removed or is not who they were; open invitations are void.
    pub removed: bool,
    /// A newcomer asks.
    pub asked: bool,
    /// Receipts that were given before.
    pub resent: u64,
}

impl News {
    /// What a membership op means for those who wait at the door.
    pub fn note(&mut self, public: Option<&Public>) {
        match public {
            Some(Public::AddDevice(op)) => self.admitted.push(op.invite),
            Some(Public::NewEpoch(op)) if op.voids_invitations() => self.removed = true,
            _ => {}
        }
    }
}

/// A written draft: the entries that are new, and where the state was kept.
pub struct Written {
    /// In order.
    pub entries: Vec<Entry>,
    /// Place of the state, when it was kept.
    pub kept: Option<u64>,
}

impl Draft {
    /// On the durable head.
    pub fn new(chain: &Chain, healing: bool, key: i64, secret: &HubSecret) -> Self {
        Self {
            chain: chain.clone(),
            answers: Vec::new(),
            news: News::default(),
            healing,
            rows: Vec::new(),
            key,
            secret: secret.clone(),
            state_changed: false,
        }
    }

    /// Does one task. An error is the database's: the whole draft is void. A refusal is an answer.
    pub async fn take(&mut self, link: &mut Link<'_>, task: Task) -> Result<()> {
        let answer = match task {
            Task::Push(op) => Some(self.push(link, op).await?),
            Task::Upload(from, entries) => Some(self.upload(link, from, entries).await?),
            Task::Ask(invite, request) => Some(self.ask(link, invite, request).await?),
            Task::Came(device, head) => self.came(link, device, head).await?,
            Task::Declare(device, head) => self.declare(link, device, head).await?,
        };
        self.answers.push(answer);
        Ok(())
    }

    /// Writes what was taken.
    pub async fn write(&mut self, link: &mut Link<'_>, kept: u64) -> Result<Written> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            let entries = Vec::new();
            return Ok(Written { entries, kept: None });
        }
        log::insert_entries(link, self.key, &rows).await?;
        boards::update_head(link, self.key, (self.chain.n, self.chain.hash)).await?;
        let is_due = self.state_changed || self.chain.n >= kept + STATE_EVERY;
        if is_due {
            boards::update_state(link, self.key, &self.chain).await?;
        }
        Ok(Written {
            entries: rows.into_iter().map(|row| row.entry).collect(),
            kept: is_due.then_some(self.chain.n),
        })
    }

    async fn push(&mut self, link: &mut Link<'_>, op: SignedOp) -> Result<HubFrame> {
        let parsed = op.parse();
        let id = parsed.as_ref().map_or(OpId::default(), |header| header.op);
        let known = match parsed {
            Ok(header) if self.chain.hub_key != Some(self.secret.public()) => {
                return Ok(self.later(header.op, self.not_ordered_here()));
            }
            Ok(header) => self.known(link, &header).await?,
            Err(_) => Known::default(), // refused in a moment, with the right words
        };
        if crate::planted::n_from_a_sequence() {
            self.chain.n = log::planted_place(link, self.chain.n).await?.saturating_sub(1);
        }
        match admit(&self.chain, op, &known, clock::now(), &self.secret) {
            // What looks wrong now may only look so from a head that is behind.
            Decision::Accept(_) | Decision::Refuse { .. } if self.healing => Ok(self.later(id, healing::SENTENCE)),
            Decision::Accept(accepted) => {
                let Accepted {
                    entry,
                    checked,
                    receipt,
                } = accepted.as_ref();
                self.keep(entry.clone(), checked, receipt.hash);
                self.chain.settle(&accepted);
                self.note(link, checked.public.as_ref()).await?;
                Ok(HubFrame::Receipt(accepted.receipt))
            }
            Decision::Duplicate(receipt) => {
                self.news.resent += 1;
                Ok(HubFrame::Receipt(receipt))
            }
            Decision::Refuse { op, why, message } => {
                tracing::warn!(workspace = %self.chain.workspace, %op, ?why, message, "refused an op");
                Ok(HubFrame::Refused { op, why, message })
            }
        }
    }

    /// Only the hub that the board names gives places: two that did so would make two histories.
    fn not_ordered_here(&self) -> &'static str {
        match self.chain.hub_key {
            None => "the board has not named this hub yet",
            Some(_) => "the board names another hub",
        }
    }

    fn later(&self, op: OpId, message: &str) -> HubFrame {
        tracing::warn!(workspace = %self.chain.workspace, %op, message, "refused an op");
        HubFrame::Refused {
            op,
            why: RefusedWhy::Later,
            message: message.into(),
        }
    }

    async fn known(&self, link: &mut Link<'_>, header: &Header) -> Result<Known> {
        let is_next = header.seq == self.chain.tail(header.device).seq + 1;
        let same_seq = if is_next {
            None
        } else {
            self.placed(link, header.device, header.seq).await?
        };
        let base_hash = self.hash_at(link, header.base_n).await?;
        Ok(Known { same_seq, base_hash })
    }

    async fn placed(&self, link: &mut Link<'_>, device: DeviceId, seq: u64) -> Result<Option<Placed>> {
        let mine = self.rows.iter().find(|row| row.device == device && row.seq == seq);
        match mine {
            Some(row) => Ok(Some(row.placed())),
            None => log::placed(link, self.key, device, seq).await,
        }
    }

    async fn hash_at(&self, link: &mut Link<'_>, n: u64) -> Result<Option<Hash>> {
        if n == self.chain.n {
            return Ok(Some(self.chain.hash));
        }
        match self.rows.iter().find(|row| row.entry.n == n) {
            Some(row) => Ok(Some(row.hash)),
            None => log::hash_at(link, self.key, n).await,
        }
    }

    fn keep(&mut self, entry: Entry, checked: &Checked, hash: Hash) {
        self.state_changed |= checked.public.is_some();
        self.rows.push(Row {
            entry,
            op: checked.header.op,
            device: checked.header.device,
            seq: checked.header.seq,
            hash,
        });
    }

    async fn note(&mut self, link: &mut Link<'_>, public: Option<&Public>) -> Result<()> {
        if let Some(Public::AddDevice(op)) = public {
            waiting::mark_admitted(link, self.key, op.invite).await?;
        }
        self.news.note(public);
        if self.news.removed {
            self.open_requests(link).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, link: &mut Link<'_>, invite: InviteId, request: Vec<u8>) -> Result<HubFrame> {
        let at = clock::now();
        if !is_open(&self.chain, invite, at) {
            return Ok(HubFrame::Denied {
                why: DeniedWhy::Invite,
                message: "this invitation was used already or withdrawn".into(),
            });
        }
        waiting::delete_admitted(link, self.key, at - ADMITTED_KEPT_MS).await?;
        let others = self.open_requests(link).await?;
        if others.iter().filter(|other| other.invite != invite).count() >= MAX_WAITING {
            return Ok(HubFrame::Denied {
                why: DeniedWhy::Busy,
                message: "too many newcomers are waiting at this board; try again later".into(),
            });
        }
        let waiting = Waiting { invite, request, at };
        waiting::put_request(link, self.key, &waiting).await?;
        boards::count_ask(link, self.key).await?;
        self.news.asked = true;
        Ok(HubFrame::JoinWaiting)
    }

    /// Those who wait on an invitation that still holds; the others are forgotten.
    async fn open_requests(&self, link: &mut Link<'_>) -> Result<Vec<Waiting>> {
        let now = clock::now();
        let (open, stale): (Vec<_>, Vec<_>) = waiting::requests(link, self.key)
            .await?
            .into_iter()
            .partition(|waiting| is_open(&self.chain, waiting.invite, now));
        for waiting in stale {
            waiting::delete_request(link, self.key, waiting.invite).await?;
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

//! The one writer of a board in this process: what waits is taken together, decided on a copy of the chain, and committed
//! at once.
//!
//! ```text
//! jobs → lock the head → what other replicas stored since → draft → commit → swap the chain → receipts → everybody
//! ```
//!
//! Never in another order: a receipt is a promise. When the commit fails nothing has happened, and everybody who waited
//! is told to come back later. When it is not known whether it failed, the next look at the head tells, and whoever
//! sends again gets the receipt of what is stored.

use crate::boards::{self, Head};
use crate::database::{Database, Link};
use crate::draft::{Draft, News, Written};
use crate::live::Live;
use crate::metrics::Metrics;
use crate::peers::Peers;
use crate::replica::Hints;
use crate::{Error, Result, log, planted};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::message::{DeniedWhy, HubFrame, MAX_PAGE_ENTRIES, MAX_PAGE_LEN, RefusedWhy};
use sidedesk_protocol::{DeviceId, Hash, InviteId, OpId};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, watch};

/// Jobs in one transaction: enough to make flushing cheap, few enough to be answered within a blink.
const GROUP: usize = 128;

/// What a session wants of the writer.
#[derive(Debug)]
pub struct Job {
    /// What.
    pub task: Task,
    /// A reserved place in the session's queue: answering never waits for a slow reader.
    pub answer: mpsc::OwnedPermit<HubFrame>,
    /// Its share of the memory for what waits, given back when it is answered.
    pub space: OwnedSemaphorePermit,
}

/// What is to be done.
#[derive(Debug)]
pub enum Task {
    /// Give an op its place.
    Push(SignedOp),
    /// Take entries verbatim from this device.
    Upload(DeviceId, Vec<Entry>),
    /// Keep a newcomer's request.
    Ask(InviteId, Vec<u8>),
    /// This device, which greeted with this head, has everything on its way here.
    Came(DeviceId, (u64, Hash)),
    /// A lead's device says that this is the head of a restored board.
    Declare(DeviceId, (u64, Hash)),
}

/// The writer of one board.
pub struct Writer {
    /// To write to.
    pub database: Arc<Database>,
    /// Signs receipts.
    pub secret: HubSecret,
    /// The board's row.
    pub key: i64,
    /// Place of the state that is kept.
    pub kept: u64,
    /// The durable head.
    pub live: watch::Sender<Live>,
    /// Counts requests to join.
    pub asks: watch::Sender<i64>,
    /// Who is told about joins.
    pub peers: Arc<Peers>,
    /// Rings when another replica may have stored something.
    pub look: Arc<Notify>,
    /// Tells the other replicas.
    pub hints: Hints,
    /// Counts.
    pub metrics: Arc<Metrics>,
}

impl Writer {
    /// Works until nobody can bring anything any more.
    pub async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let look = Arc::clone(&self.look);
        let mut group = Vec::with_capacity(GROUP);
        loop {
            tokio::select! {
                taken = jobs.recv_many(&mut group, GROUP) => {
                    if taken == 0 {
                        return;
                    }
                    self.work(std::mem::take(&mut group)).await;
                }
                () = look.notified() => {
                    if let Err(error) = self.look().await {
                        tracing::error!(workspace = %self.live.borrow().chain.workspace, %error, "cannot follow the other replicas");
                    }
                }
            }
        }
    }

    async fn work(&mut self, jobs: Vec<Job>) {
        let (tasks, waiting): (Vec<Task>, Vec<Waiting>) = jobs.into_iter().map(Waiting::part).unzip();
        let mut answers = Answers(waiting);
        let begun = Instant::now();
        match self.commit(tasks, &mut answers).await {
            Ok((draft, written)) => {
                self.metrics.committed(begun.elapsed());
                self.publish(draft, written, answers);
            }
            Err(error) => {
                let workspace = self.live.borrow().chain.workspace;
                tracing::error!(%workspace, %error, "nothing was stored");
                self.metrics.failed_commits.add(1);
                answers.later(&self.metrics);
            }
        }
    }

    async fn commit(&mut self, tasks: Vec<Task>, answers: &mut Answers) -> Result<(Draft, Written)> {
        let mut writing = self.database.begin().await?;
        let mut link = writing.link();
        let head = boards::lock_head(&mut link, self.key).await?;
        if !planted::no_row_lock() {
            self.follow(&mut link, head).await?;
        }
        let before = Arc::clone(&self.live.borrow().chain);
        let mut draft = Draft::new(&before, head.healing, self.key, &self.secret);
        for task in tasks {
            draft.take(&mut link, task).await?;
        }
        let written = draft.write(&mut link, self.kept).await?;
        if planted::ack_before_commit(&draft.answers) {
            answers.good(std::mem::take(&mut draft.answers), &self.metrics);
            tokio::time::sleep(planted::SLOW_DISK).await;
        }
        writing.commit().await?;
        Ok((draft, written))
    }

    /// Another replica may have stored something.
    async fn look(&mut self) -> Result<()> {
        let database = Arc::clone(&self.database);
        let mut reader = database.reader().await?;
        let mut link = reader.link();
        let head = boards::head(&mut link, self.key).await?;
        self.follow(&mut link, head).await
    }

    /// Takes over what other replicas stored up to this head, and checks every entry of it.
    async fn follow(&mut self, link: &mut Link<'_>, head: Head) -> Result<()> {
        loop {
            let before = Arc::clone(&self.live.borrow().chain);
            if before.n >= head.n {
                break;
            }
            let mut page = log::page(link, self.key, before.n, (MAX_PAGE_ENTRIES, MAX_PAGE_LEN)).await?;
            page.retain(|entry| entry.n <= head.n);
            if page.is_empty() {
                break;
            }
            let (mut chain, mut news) = (Chain::clone(&before), News::default());
            for entry in &page {
                let checked = chain.append(entry).map_err(|error| self.damaged(&error.to_string()))?;
                news.note(checked.public.as_ref());
            }
            self.metrics.entries_of_others.add(page.len() as u64);
            self.live.send_modify(|live| live.advance(chain, page));
            self.tell(&news);
        }
        let chain = Arc::clone(&self.live.borrow().chain);
        if chain.n > head.n {
            return Err(Error::WentBack {
                workspace: chain.workspace.to_string(),
                known: chain.n,
                found: head.n,
            });
        }
        if (chain.n, chain.hash) != (head.n, head.hash) {
            return Err(self.damaged("its head and its log differ"));
        }
        self.asks
            .send_if_modified(|asks| std::mem::replace(asks, head.asks) != head.asks);
        self.live
            .send_if_modified(|live| std::mem::replace(&mut live.healing, head.healing) != head.healing);
        Ok(())
    }

    fn damaged(&self, what: &str) -> Error {
        Error::Damaged(format!("{}: {what}", self.live.borrow().chain.workspace))
    }

    fn publish(&mut self, draft: Draft, written: Written, mut answers: Answers) {
        let Draft {
            chain,
            answers: frames,
            news,
            healing,
            ..
        } = draft;
        self.kept = written.kept.unwrap_or(self.kept);
        let (workspace, to, count) = (chain.workspace, chain.n, written.entries.len());
        // The head first, so that whoever has a receipt finds its entry; the receipts next; and only then are a thousand
        // readers woken, because the receipts would wait behind them.
        self.live.send_if_modified(|live| {
            live.healing = healing;
            if count > 0 {
                live.advance(chain, written.entries);
            }
            false
        });
        answers.good(frames, &self.metrics);
        self.live.send_modify(|_| ());
        self.metrics.entries.add(count as u64);
        self.metrics.resent.add(news.resent);
        if count > 0 || news.asked {
            tracing::debug!(%workspace, to, count, "stored");
            self.hints.changed(self.key);
        }
        self.tell(&news);
        if news.asked {
            self.asks.send_modify(|asks| *asks += 1);
        }
    }

    fn tell(&self, news: &News) {
        news.admitted.iter().for_each(|invite| self.peers.admitted(*invite));
        if news.removed {
            let chain = Arc::clone(&self.live.borrow().chain);
            let spent = |invite| chain.membership.invites.get(&invite).is_none_or(|known| known.spent);
            self.peers.turn_away(spent);
        }
    }
}

/// Whoever waits for an answer, and what it hears when nothing could be stored.
struct Waiting {
    answer: mpsc::OwnedPermit<HubFrame>,
    later: HubFrame,
    _space: OwnedSemaphorePermit,
}

impl Waiting {
    fn part(job: Job) -> (Task, Self) {
        let message = "the hub cannot store anything now";
        let later = match &job.task {
            Task::Push(op) => HubFrame::Refused {
                op: op.parse().map_or(OpId::default(), |header| header.op),
                why: RefusedWhy::Later,
                message: message.into(),
            },
            Task::Upload(..) | Task::Ask(..) | Task::Came(..) | Task::Declare(..) => HubFrame::Denied {
                why: DeniedWhy::Busy,
                message: message.into(),
            },
        };
        let waiting = Self {
            answer: job.answer,
            later,
            _space: job.space,
        };
        (job.task, waiting)
    }
}

struct Answers(Vec<Waiting>);

impl Answers {
    fn good(&mut self, frames: Vec<Option<HubFrame>>, metrics: &Metrics) {
        let count = frames.len();
        for (waiting, frame) in self.0.drain(..count.min(self.0.len())).zip(frames) {
            let Some(frame) = frame else { continue };
            if let HubFrame::Refused { why, .. } = &frame {
                metrics.refused(*why);
            }
            waiting.answer.send(frame);
        }
    }

    fn later(self, metrics: &Metrics) {
        for Waiting { answer, later, .. } in self.0 {
            if let HubFrame::Refused { why, .. } = &later {
                metrics.refused(*why);
            }
            answer.send(later);
        }
    }
}

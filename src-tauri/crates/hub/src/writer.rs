//! The one writer of a board: what waits is taken together, decided on a copy of the chain, and committed at once.
//!
//! ```text
//! jobs → draft (copy of the chain, rows in one transaction) → commit → swap the chain → receipts → everybody
//! ```
//!
//! Never in another order: a receipt is a promise. When the commit fails nothing has happened, and everybody who waited
//! is told to come back later.

use crate::database::Database;
use crate::draft::Draft;
use crate::peers::Peers;
use crate::{Result, log, planted};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::keys::HubSecret;
use sidedesk_protocol::message::{DeniedWhy, HubFrame, RefusedWhy};
use sidedesk_protocol::{DeviceId, InviteId, OpId};
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// Jobs in one transaction: enough to make flushing cheap, few enough to be answered within a blink.
const GROUP: usize = 128;

/// What a session wants of the writer.
#[derive(Debug)]
pub struct Job {
    /// What.
    pub task: Task,
    /// A reserved place in the session's queue: answering never waits for a slow reader.
    pub answer: mpsc::OwnedPermit<HubFrame>,
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
}

/// The writer of one board.
pub struct Writer {
    /// To write to.
    pub database: Arc<Database>,
    /// Signs receipts.
    pub secret: HubSecret,
    /// The board's row.
    pub key: i64,
    /// The durable head.
    pub head: watch::Sender<Arc<Chain>>,
    /// Counts requests to join.
    pub asks: watch::Sender<u64>,
    /// Who is told about joins.
    pub peers: Arc<Peers>,
}

impl Writer {
    /// Works until nobody can bring anything any more.
    pub async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let mut group = Vec::with_capacity(GROUP);
        while jobs.recv_many(&mut group, GROUP).await > 0 {
            self.work(std::mem::take(&mut group)).await;
        }
    }

    async fn work(&self, jobs: Vec<Job>) {
        let (tasks, waiting): (Vec<Task>, Vec<Waiting>) = jobs.into_iter().map(Waiting::part).unzip();
        let mut answers = Answers(waiting);
        match self.commit(tasks, &mut answers).await {
            Ok(draft) => self.publish(draft, answers),
            Err(error) => {
                let workspace = self.head.borrow().workspace;
                tracing::error!(%workspace, %error, "nothing was stored");
                answers.later();
            }
        }
    }

    async fn commit(&self, tasks: Vec<Task>, answers: &mut Answers) -> Result<Draft> {
        let before = Arc::clone(&self.head.borrow());
        let mut transaction = self.database.begin().await?;
        let mut draft = Draft::new(&before, self.key, &self.secret);
        for task in tasks {
            draft.take(&mut transaction, task).await?;
        }
        if draft.chain.n != before.n {
            log::update_chain(&mut transaction, self.key, &draft.chain).await?;
        }
        if planted::ack_before_commit(&draft.answers) {
            answers.good(std::mem::take(&mut draft.answers));
            tokio::time::sleep(planted::SLOW_DISK).await;
        }
        transaction.commit().await?;
        Ok(draft)
    }

    fn publish(&self, draft: Draft, mut answers: Answers) {
        let Draft {
            chain,
            answers: frames,
            news,
            ..
        } = draft;
        let chain = Arc::new(chain);
        let before = self.head.send_replace(Arc::clone(&chain));
        answers.good(frames);
        tracing::debug!(workspace = %chain.workspace, from = before.n, to = chain.n, "stored");
        news.admitted.iter().for_each(|invite| self.peers.admitted(*invite));
        if news.removed {
            let spent = |invite| chain.membership.invites.get(&invite).is_none_or(|known| known.spent);
            self.peers.turn_away(spent);
        }
        if news.asked {
            self.asks.send_modify(|count| *count += 1);
        }
    }
}

/// Whoever waits for an answer, and what it hears when nothing could be stored.
struct Waiting {
    answer: mpsc::OwnedPermit<HubFrame>,
    later: HubFrame,
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
            Task::Upload(..) | Task::Ask(..) => HubFrame::Denied {
                why: DeniedWhy::Busy,
                message: message.into(),
            },
        };
        let answer = job.answer;
        (job.task, Self { answer, later })
    }
}

struct Answers(Vec<Waiting>);

impl Answers {
    fn good(&mut self, frames: Vec<HubFrame>) {
        let count = frames.len();
        for (waiting, frame) in self.0.drain(..count.min(self.0.len())).zip(frames) {
            waiting.answer.send(frame);
        }
    }

    fn later(self) {
        for Waiting { answer, later } in self.0 {
            answer.send(later);
        }
    }
}

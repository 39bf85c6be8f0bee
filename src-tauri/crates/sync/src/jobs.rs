//! Long work beside keeping in step: what is being done, how far it is, and a way to stop it.

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// What takes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// A newcomer's board comes; it shows as it comes.
    FirstSync,
    /// The history comes behind a board that can be worked with already.
    History,
    /// The history is folded again, to check the board that came.
    Check,
    /// A snapshot is made and sent for newcomers.
    Snapshot,
}

/// A job under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// What.
    pub kind: JobKind,
    /// Done, in steps of the job.
    pub done: u64,
    /// In all.
    pub total: u64,
}

/// The jobs of one board. One is shown at a time: the one that moved last.
#[derive(Debug, Clone)]
pub struct Jobs {
    shown: watch::Sender<Option<Job>>,
    /// Ends with the board.
    stop: CancellationToken,
    /// What a person stopped: until the board is opened again.
    cancelled: watch::Sender<CancellationToken>,
}

impl Jobs {
    /// None yet.
    pub fn new(stop: CancellationToken) -> Self {
        let cancelled = watch::Sender::new(stop.child_token());
        Self {
            shown: watch::Sender::new(None),
            stop,
            cancelled,
        }
    }

    /// What is under way, and every step of it.
    pub fn shown(&self) -> watch::Receiver<Option<Job>> {
        self.shown.subscribe()
    }

    /// Stops what is under way. The board stays as usable as it is; the next start goes on.
    pub fn cancel(&self) {
        let fresh = self.stop.child_token();
        self.cancelled.send_replace(fresh).cancel();
    }

    /// Begins a job; dropping it ends it.
    pub fn begin(&self, kind: JobKind) -> Running {
        let running = Running {
            kind,
            shown: self.shown.clone(),
            stop: self.cancelled.borrow().clone(),
        };
        running.at(0, 0);
        running
    }
}

/// A job while it runs.
#[derive(Debug)]
pub struct Running {
    kind: JobKind,
    shown: watch::Sender<Option<Job>>,
    stop: CancellationToken,
}

impl Running {
    /// So far. False when it is to stop.
    pub fn at(&self, done: u64, total: u64) -> bool {
        let kind = self.kind;
        self.shown.send_replace(Some(Job { kind, done, total }));
        !self.stop.is_cancelled()
    }

    /// Returns when it is to stop. Dropping it half-way loses nothing.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mine = |job: &Option<Job>| job.is_some_and(|job| job.kind == self.kind);
        self.shown.send_if_modified(|job| mine(job) && job.take().is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_shows_its_steps_and_stops_when_asked_or_with_the_board() {
        let board = CancellationToken::new();
        let jobs = Jobs::new(board.clone());
        let first = jobs.begin(JobKind::History);
        assert!(first.at(3, 9));
        let shown = Job {
            kind: JobKind::History,
            done: 3,
            total: 9,
        };
        assert_eq!(*jobs.shown().borrow(), Some(shown));
        jobs.cancel();
        assert!(!first.at(4, 9));
        drop(first);
        assert_eq!(*jobs.shown().borrow(), None);
        let second = jobs.begin(JobKind::Check);
        assert!(second.at(1, 9), "what was stopped before does not stop the next");
        board.cancel();
        assert!(!second.at(2, 9));
    }
}

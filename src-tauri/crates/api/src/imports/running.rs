//! The file that is being read or imported now: how far it is, and the word that stops it.

use crate::dto::{EventDto, ImportProgressDto};
use sidedesk_store::Course;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Between two words about how far it is.
const SAID_EVERY: Duration = Duration::from_millis(100);

/// At most one file at a time has this place.
#[derive(Default)]
pub(crate) struct Runs(Mutex<Option<Arc<Running>>>);

impl Runs {
    /// Another file, or the same read another way: an older preview is of no use any more. An import goes on.
    pub(super) fn begin(&self, writes: bool, events: broadcast::Sender<EventDto>) -> Arc<Running> {
        let fresh = Arc::new(Running {
            course: Course::default(),
            writes,
            said: Mutex::new(Instant::now()),
            events,
        });
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stop_preview(slot.as_deref());
        *slot = Some(Arc::clone(&fresh));
        fresh
    }

    /// Stops a preview, and leaves an import alone.
    pub(super) fn stop_preview(&self) {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stop_preview(slot.as_deref());
    }

    /// Stops what runs. False when it is too late for that.
    pub(crate) fn stop(&self) -> bool {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.as_ref().is_none_or(|running| running.course.stop())
    }
}

fn stop_preview(running: Option<&Running>) {
    if let Some(preview) = running.filter(|running| !running.writes) {
        preview.course.stop();
    }
}

/// One file under way.
pub(super) struct Running {
    /// Stops it.
    pub course: Course,
    writes: bool,
    said: Mutex<Instant>,
    events: broadcast::Sender<EventDto>,
}

impl Running {
    /// So many rows were looked at, to judge the columns.
    pub(super) fn looks_at(&self, rows: u64) {
        self.say("reading", rows, 0);
    }

    /// So many of all rows were read, compared and, in an import, handed on to be written.
    pub(super) fn goes_through(&self, done: u64, total: u64) {
        self.say(if self.writes { "importing" } else { "comparing" }, done, total);
    }

    fn say(&self, stage: &str, done: u64, total: u64) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.elapsed() >= SAID_EVERY {
            *said = Instant::now();
            let stage = stage.into();
            // Nobody listening is fine.
            let _ = self
                .events
                .send(EventDto::Import(ImportProgressDto { stage, done, total }));
        }
    }
}

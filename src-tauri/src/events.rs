//! What changed, pushed to the page: one Tauri event, `sidedesk`, that carries an [`EventDto`].

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sidedesk_api::RefoldWatch;
use sidedesk_api::dto::{ChangedDto, EventDto, JobDto, StatusDto};
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::broadcast::error::RecvError;

use crate::shell::Shell;

/// Between two words about how far a refold is.
const REFOLD_PAUSE: Duration = Duration::from_millis(200);
/// The event's name in the page.
const NAME: &str = "sidedesk";

/// Opens the desk and forwards its events until it is closed.
pub fn forward(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        // Until then the page asks for the state and says why not.
        let Some(desk) = app.state::<Shell>().opened().await else {
            return;
        };
        let mut events = desk.events();
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                // Some were missed: whatever they said, loading everything again says it too.
                Err(RecvError::Lagged(_)) => EventDto::Changed(ChangedDto {
                    all: true,
                    records: Vec::new(),
                }),
                Err(RecvError::Closed) => return,
            };
            send(&app, &event);
        }
    });
}

/// Tells the page how far the view is while opening builds it again. It cannot be stopped: without it there is no board.
pub fn watch_refold(app: AppHandle) -> RefoldWatch {
    // Short work is never told.
    let said = Mutex::new(Instant::now());
    RefoldWatch(Arc::new(move |job| {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.elapsed() >= REFOLD_PAUSE {
            *said = Instant::now();
            let job = JobDto { can_stop: false, ..job };
            send(&app, &EventDto::Status(Box::new(StatusDto::opening(job))));
        }
        true
    }))
}

/// Tells the page.
pub fn send(app: &AppHandle, event: &EventDto) {
    if let Err(error) = app.emit(NAME, event) {
        tracing::warn!("the page cannot be told: {error}");
    }
}

//! What changed, pushed to the page: one Tauri event, `sidedesk`, that carries an [`EventDto`].

use sidedesk_api::dto::{ChangedDto, EventDto};
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::broadcast::error::RecvError;

use crate::shell::Shell;

/// The event's name in the page.
const NAME: &str = "sidedesk";

/// Opens the desk and forwards its events until it is closed.
pub fn forward(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let Ok(desk) = app.state::<Shell>().desk().await else {
            return; // The page asks for the state and says why.
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

/// Tells the page.
pub fn send(app: &AppHandle, event: &EventDto) {
    if let Err(error) = app.emit(NAME, event) {
        tracing::warn!("the page cannot be told: {error}");
    }
}

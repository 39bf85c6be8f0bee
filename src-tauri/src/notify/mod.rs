//! Notices on the desktop: when to look, and when to be quiet. What is due is decided in the api.
//!
//! Looked at are the board as it changes and the clock at whole minutes. Whoever has the window before them is told
//! nothing: they see it.

mod show;
mod text;

use std::time::Duration;

use sidedesk_api::dto::EventDto;
use sidedesk_api::{Attention, Desk};
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::shell::Shell;
use crate::window;

/// An import comes as many changes; it is looked at when it has come to rest.
const REST: Duration = Duration::from_secs(2);
const MINUTE_MS: i64 = 60_000;

/// Looks from now on, until the desk is closed.
pub fn watch(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        // Until then the page says why not.
        let Some(desk) = app.state::<Shell>().opened().await else {
            return;
        };
        let mut events = desk.events();
        let mut attention = Attention::new();
        let notices = show::Notices::new();
        loop {
            look(&app, &desk, &mut attention, &notices).await;
            if !something_may_be_due(&app, &mut events).await {
                return;
            }
        }
    });
}

async fn look(app: &AppHandle, desk: &Desk, attention: &mut Attention, notices: &show::Notices) {
    let due = match desk.notices(attention).await {
        Ok(due) => due,
        // No board yet, or one that says so in the window.
        Err(error) => return tracing::debug!("nothing is looked at: {error}"),
    };
    let is_seen = window::is_in_front(app);
    tracing::debug!(due = due.len(), is_seen, "looked");
    if is_seen {
        return;
    }
    for notice in due {
        notices.show(app, &notice);
    }
}

/// Waits for a change, or for the minute to be full. False when nothing comes any more.
async fn something_may_be_due(app: &AppHandle, events: &mut Receiver<EventDto>) -> bool {
    let now_ms = app.state::<Shell>().clock().now();
    let rest_of_minute = u64::try_from(MINUTE_MS - now_ms.rem_euclid(MINUTE_MS)).unwrap_or_default();
    let full_minute = tokio::time::sleep(Duration::from_millis(rest_of_minute));
    tokio::pin!(full_minute);
    loop {
        tokio::select! {
            () = &mut full_minute => return true,
            event = events.recv() => match event {
                Ok(EventDto::Changed(_)) | Err(RecvError::Lagged(_)) => break,
                Ok(EventDto::Status(_) | EventDto::Open(_) | EventDto::Import(_)) => {}
                Err(RecvError::Closed) => return false,
            }
        }
    }
    tokio::time::sleep(REST).await;
    // What came meanwhile is looked at in the same breath.
    loop {
        match events.try_recv() {
            Ok(_) | Err(TryRecvError::Lagged(_)) => {}
            Err(TryRecvError::Empty) => return true,
            Err(TryRecvError::Closed) => return false,
        }
    }
}

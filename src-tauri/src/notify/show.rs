//! Handing a notice to the desktop, and hearing whether somebody followed it.
//!
//! Each has a thread of its own, because a desktop may take for ever: the service that shows notices may hang, and a
//! notice that nobody touches is waited for. No thread of the window is among them. A desktop without such a service is a
//! fact for the log, once; nobody is shown an error about a notice.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use notify_rust::{Notification, NotificationResponse};
use sidedesk_api::Notice;
use sidedesk_api::dto::{EventDto, RecordRefDto};
use tauri::AppHandle;

use super::text;
use crate::{events, window, words};

/// How long the desktop may take to say that it has the notice.
const PATIENCE: Duration = Duration::from_secs(5);
/// Notices that are waited for at once. Further ones are shown without a button.
const WAITED_FOR: usize = 16;
/// As the package names the icon and the desktop entry.
const ICON: &str = "sidedesk-desktop";
/// The button, and a click on the notice itself.
const OPEN: &str = "open";
const CLICKED: &str = "default";

/// The notices of this window.
#[derive(Default)]
pub struct Notices {
    waiting: Arc<AtomicUsize>,
    /// It was said in the log that this desktop shows none.
    said: Arc<AtomicBool>,
}

impl Notices {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows it, and opens what it is about when somebody follows it. Returns at once.
    pub fn show(&self, app: &AppHandle, notice: &Notice) {
        let words = words::of_system();
        let (heading, body) = text::of(notice, words);
        let with_button = self.waiting.load(Ordering::Relaxed) < WAITED_FOR;
        let notification = notification(&heading, &body, with_button.then_some(words.open));
        let (app, opens) = (app.clone(), notice.opens());
        let (waiting, said) = (Arc::clone(&self.waiting), Arc::clone(&self.said));
        let (shown, was_shown) = mpsc::channel();
        waiting.fetch_add(1, Ordering::Relaxed);
        let showing = move || {
            let handle = notification.show();
            let _ = shown.send(handle.as_ref().err().map(ToString::to_string));
            if with_button && let Ok(handle) = handle {
                let followed =
                    handle.wait_for_response(|response: &NotificationResponse| follow(&app, response, &opens));
                tracing::debug!("a notice has ended: {followed:?}");
            }
            waiting.fetch_sub(1, Ordering::Relaxed);
        };
        on_its_own("notice", showing);
        on_its_own("notice-watch", move || {
            let why = match was_shown.recv_timeout(PATIENCE) {
                Ok(None) => return,
                Ok(Some(why)) => why,
                Err(_) => "it does not answer".to_owned(),
            };
            if !said.swap(true, Ordering::Relaxed) {
                tracing::info!("this desktop shows no notices: {why}");
            }
        });
    }
}

fn notification(heading: &str, body: &str, button: Option<&str>) -> Notification {
    let mut notification = Notification::new();
    let body = if cfg!(target_os = "linux") {
        text::escaped(body)
    } else {
        body.to_owned()
    };
    notification.appname("Sidedesk").summary(heading).body(&body).icon(ICON);
    #[cfg(target_os = "linux")]
    notification.hint(notify_rust::Hint::DesktopEntry(ICON.to_owned()));
    if let Some(button) = button {
        notification.action(CLICKED, button).action(OPEN, button);
    }
    notification
}

fn follow(app: &AppHandle, response: &NotificationResponse, opens: &RecordRefDto) {
    let followed = match response {
        NotificationResponse::Default => true,
        NotificationResponse::Action(action) => action == OPEN,
        _ => false,
    };
    if followed {
        window::show(app, String::new());
        events::send(app, &EventDto::Open(opens.clone()));
    }
}

fn on_its_own(name: &str, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(work) {
        tracing::warn!("no notice is shown: {error}");
    }
}

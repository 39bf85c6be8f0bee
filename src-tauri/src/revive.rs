//! A page whose process has died is loaded again.
//!
//! The web view draws in a process of its own, and that one can die alone: WebKitGTK 2.50 does when a window changes its
//! size in the moment its page begins, and any of them when the memory is short. The board is in this process and loses
//! nothing; without this file the window would stay empty until somebody closed it. The web views of the other systems
//! bring their page back without being asked.

use std::time::{Duration, Instant};

use tauri::WebviewWindow;

/// A page that dies again and again is not to hold a core: its pause doubles up to this.
const LONGEST: Duration = Duration::from_secs(60);
const FIRST: Duration = Duration::from_millis(100);

/// Loads the page again whenever its process dies.
#[cfg(target_os = "linux")]
pub fn watch(window: &WebviewWindow) {
    use gtk::glib;
    use std::cell::Cell;
    use webkit2gtk::{LoadEvent, WebViewExt as _};

    let watched = window.with_webview(|view| {
        let last = Cell::new(None);
        let view = view.inner();
        view.connect_load_changed(|_, event| {
            if event == LoadEvent::Finished {
                tracing::info!("the page is there");
            }
        });
        view.connect_web_process_terminated(move |view, reason| {
            let death = Death::after(last.get(), Instant::now());
            last.set(Some(death));
            tracing::warn!(
                "the page's process ended ({reason:?}); the page is loaded again in {:?}",
                death.pause
            );
            let view = view.clone();
            glib::timeout_add_local_once(death.pause, move || view.reload());
        });
    });
    if let Err(error) = watched {
        tracing::warn!("nobody watches over the page's process: {error}");
    }
}

/// These bring their page back by themselves.
#[cfg(not(target_os = "linux"))]
pub fn watch(_window: &WebviewWindow) {}

/// One end of the page's process, and how long the page stays away.
#[derive(Debug, Clone, Copy)]
struct Death {
    at: Instant,
    pause: Duration,
}

impl Death {
    /// A page that then lived for as long as the longest pause is well again.
    fn after(last: Option<Self>, at: Instant) -> Self {
        let pause = match last {
            Some(last) if at.duration_since(last.at) < last.pause + LONGEST => (last.pause * 2).min(LONGEST),
            _ => FIRST,
        };
        Self { at, pause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_death_is_mended_at_once_and_a_dying_page_waits_longer_and_longer() {
        let mut now = Instant::now();
        let mut last = None;
        let mut pauses = Vec::new();
        for _ in 0..12 {
            let death = Death::after(last, now);
            pauses.push(death.pause);
            now += death.pause + Duration::from_secs(1);
            last = Some(death);
        }
        assert_eq!(pauses[..3], [FIRST, FIRST * 2, FIRST * 4]);
        assert_eq!(pauses[11], LONGEST);
        // A minute of peace after the longest pause.
        let death = Death::after(last, now + LONGEST);
        assert_eq!(death.pause, FIRST);
    }
}

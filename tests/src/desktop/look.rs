//! Looking at what is on the screen: a picture, what axe says of it, and what is cut off.

use serde_json::Value;

use super::keys::TAB;
use super::window::Window;

/// More stops than any page has.
const TABS: usize = 150;
const AUDIT: &str = include_str!("audit.js");

impl Window {
    /// Whether the web view says so of itself.
    pub async fn matches(&self, query: &str) -> bool {
        self.run("return matchMedia(a).matches", &[query]).await == Value::Bool(true)
    }

    /// Takes a picture and answers the faults of what is on it.
    pub async fn look_over(&self, name: &str) -> Vec<String> {
        self.until_still().await;
        self.picture(name).await;
        let mut faults: Vec<String> = serde_json::from_value(self.run(AUDIT, &[]).await).unwrap();
        faults.extend(self.axe().await);
        faults.iter().map(|fault| format!("{name}: {fault}")).collect()
    }

    /// Waits until this has the focus.
    pub async fn until_focus(&self, css: &str) {
        self.until(
            &format!("{css} has the focus"),
            "return document.activeElement?.matches(a) === true",
            &[css],
        )
        .await;
    }

    /// Goes there as a keyboard does: Tab after Tab, round the whole window if need be.
    pub async fn tab_to(&self, css: &str) {
        self.find(css).await;
        for _ in 0..TABS {
            self.press(TAB).await;
            let script = "return document.activeElement?.matches(a) === true";
            if self.run(script, &[css]).await == Value::Bool(true) {
                return;
            }
        }
        self.give_up(&format!("Tab does not reach {css}")).await
    }

    /// Waits until nothing moves that comes to an end.
    async fn until_still(&self) {
        let script = "return document.getAnimations().every((one) => one.playState !== 'running' || \
            one.effect.getComputedTiming().endTime === Infinity)";
        self.until("everything stands still", script, &[]).await;
    }
}

//! What follows an import, on the screen: a complaint that is back for the third time with its two fixes, a quiet one that one
//! key closes and one brings back, one that is too loud, and tickets without a complaint. In English and light, and in German,
//! dark and small.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sidedesk_api::dto::FieldInputDto;
use sidedesk_api::{Clock, Desk, DeskOptions, Tz};
use sidedesk_tests::desktop::keys::{ENTER, ESC, UNDO};
use sidedesk_tests::desktop::window::{Window, id};

const BACK: &str = "Code rejected at checkout";
const QUIET: &str = "Login loop";
const LOUD: &str = "Late parcels North";
const NOW: &str = "2026-11-20T10:00:00Z";

/// A board through three weeks, on a clock that is turned.
struct Weeks {
    desk: Desk,
    clock: Arc<AtomicI64>,
}

impl Weeks {
    async fn begin(folder: &Path) -> Self {
        let clock = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&clock);
        let options = DeskOptions {
            clock: Clock::from_fn(move || read.load(Ordering::Relaxed)),
            zone: Some(Tz::Europe__London),
            ..DeskOptions::new()
        };
        let desk = Desk::open_with(folder, options).await.unwrap();
        let weeks = Self { desk, clock };
        weeks.turn("2026-11-01 10:00");
        weeks.desk.init("Outdoor shop", "Anna Gray", "both").await.unwrap();
        weeks
    }

    fn turn(&self, time: &str) {
        let at = sidedesk_api::parse_instant(time, Tz::Europe__London).unwrap();
        self.clock.store(at, Ordering::Relaxed);
    }

    async fn complaint(&self, title: &str) -> String {
        let fields = [("title", title), ("state", "confirmed"), ("product", "Boots")];
        self.desk.add("complaint", &typed(&fields)).await.unwrap().id
    }

    async fn set(&self, id: &str, fields: &[(&str, &str)]) {
        self.desk.set("complaint", id, u64::MAX, &typed(fields)).await.unwrap();
    }

    /// Tickets of a complaint, or of none.
    async fn tickets(&self, complaint: &str, count: usize, created: &str) {
        for number in 0..count {
            let title = format!("It happens again, {number}");
            let mut fields = vec![("title", title.as_str()), ("created", created)];
            if !complaint.is_empty() {
                fields.push(("complaint", complaint));
            }
            self.desk.add("report", &typed(&fields)).await.unwrap();
        }
    }
}

fn typed(fields: &[(&str, &str)]) -> Vec<FieldInputDto> {
    let input = |(field, value): &(&str, &str)| FieldInputDto {
        field: (*field).into(),
        value: Some((*value).into()),
    };
    fields.iter().map(input).collect()
}

async fn fill(folder: &Path) {
    let weeks = Weeks::begin(folder).await;
    let (back, quiet, loud) = (
        weeks.complaint(BACK).await,
        weeks.complaint(QUIET).await,
        weeks.complaint(LOUD).await,
    );
    weeks.tickets(&back, 1, "2026-10-30 10:00").await;
    weeks.turn("2026-11-03 10:00");
    weeks
        .set(&back, &[("fix", "New words at the checkout"), ("state", "watching")])
        .await;
    weeks.tickets(&quiet, 2, "2026-11-03 09:00").await;
    weeks.turn("2026-11-10 10:00");
    weeks.tickets(&back, 2, "2026-11-09 10:00").await;
    weeks.set(&back, &[("state", "fixing")]).await;
    weeks.turn("2026-11-11 10:00");
    weeks
        .set(&back, &[("fix", "https://example.com/fix/42"), ("state", "solved")])
        .await;
    weeks.tickets("", 5, "2026-11-12 10:00").await;
    weeks.turn("2026-11-19 09:15");
    weeks.desk.start_standup().await.unwrap();
    weeks.desk.end_standup().await.unwrap();
    weeks.tickets("", 2, "2026-11-16 12:00").await;
    weeks.tickets(&back, 4, "2026-11-18 10:00").await;
    weeks.tickets(&loud, 30, "2026-11-18 12:00").await;
    weeks.desk.close().await.unwrap();
}

async fn open(name: &'static str, folder: &Path, (theme, language, [width, height]): (&str, &str, [u32; 2])) -> Window {
    let kept = folder.join("window");
    std::fs::create_dir_all(&kept).unwrap();
    std::fs::write(kept.join("settings.json"), format!("{{\"language\":\"{language}\"}}")).unwrap();
    let window = Window::open_as(name, folder, &[("GTK_THEME", theme)], &["--clock", NOW]).await;
    window.resize(width, height).await;
    window.find(&format!("html[lang={language}]")).await;
    window.find("#sheet").await;
    window
}

async fn open_complaint(window: &Window, title: &str) {
    window.find_in_palette(title).await;
    window.press(ENTER).await;
    window.until_text(&id("panel-title"), title).await;
    // From one card's panel to the next nothing goes wrong.
    assert_eq!(window.count(&format!("{}.problem", id("toast"))).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn returned_quiet_and_unlinked_are_seen_and_answered_by_keys() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path()).await;
    let window = open("aftermath", folder.path(), ("Adwaita", "en", [1280, 800])).await;
    window.press("gt").await;
    let agenda = id("agenda");
    for words in [
        "Back for the 3rd time",
        "4 tickets since it was mended on Wed 11 Nov",
        "30 tickets in one day",
    ] {
        window.until_text(&agenda, words).await;
    }
    window.until_text(&agenda, "No ticket for 17 days").await;
    window
        .until_text(&id("unlinked"), "7 tickets have had no complaint for 3 working days.")
        .await;
    window
        .until_text(&id("unlinked-last"), "5 at the standup on Thu 19 Nov.")
        .await;
    let mut faults = window.look_over("40-after-today").await;
    window.click(&id("unlinked-sort")).await;
    window
        .find(&format!("{}[aria-current=page]", id("go_complaints")))
        .await;
    window.find(&format!("{}[data-name=\"{BACK}\"]", id("known-row"))).await;
    window.until_count(&id("known-returned"), 1).await;
    faults.extend(window.look_over("41-after-complaints").await);

    open_complaint(&window, BACK).await;
    window.until_text(&id("panel-state"), "Confirmed").await;
    window.until_text(&id("panel-returned"), "Returned, 3rd time").await;
    window
        .until_text(&id("panel-back"), "4 tickets since it was mended on Wed 11 Nov.")
        .await;
    window.until_count(&id("fix"), 2).await;
    let fixes = window.texts(&id("fix")).await;
    assert!(
        fixes[0].contains("https://example.com/fix/42") && fixes[0].contains("Anna Gray, Wed 11 Nov"),
        "{fixes:?}"
    );
    assert!(
        fixes[1].contains("New words at the checkout") && fixes[1].contains("Tue 3 Nov"),
        "{fixes:?}"
    );
    faults.extend(window.look_over("42-after-back").await);

    open_complaint(&window, QUIET).await;
    window.until_text(&id("panel-quiet"), "No ticket for 17 days").await;
    faults.extend(window.look_over("43-after-quiet").await);
    window.press("w").await;
    window.until_text(&id("panel-state"), "Solved").await;
    window.until_count(&id("panel-quiet"), 0).await;
    window.press(UNDO).await;
    window.until_text(&id("panel-state"), "Confirmed").await;
    window.until_text(&id("panel-quiet"), "No ticket for 17 days").await;

    open_complaint(&window, LOUD).await;
    window.until_text(&id("panel-too-many"), "30 tickets in one day").await;
    faults.extend(window.look_over("44-after-loud").await);
    window.click(&id("write-answer")).await;
    window
        .fill(&id("field-answer"), "Parcels to the North are late until Friday.")
        .await;
    window.click(&id("field-save")).await;
    window.until_text(&id("text-answer"), "Parcels to the North").await;
    window.until_count(&id("panel-too-many"), 0).await;
    window.press(ESC).await;
    window.press("gt").await;
    let quiet = format!("{}[data-key^=complaint]", id("agenda-item"));
    window.until_text(&agenda, QUIET).await;
    window.click(&format!("{quiet}:last-child button")).await;
    window.click(&id("close-quiet")).await;
    window.until_text(&id("toast"), QUIET).await;
    window
        .until(
            "it has left the agenda",
            "return !document.querySelector(a).textContent.includes(b)",
            &[&agenda, QUIET],
        )
        .await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn small_dark_and_in_german_nothing_of_it_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path()).await;
    let window = open("aftermath-de", folder.path(), ("Adwaita:dark", "de", [900, 600])).await;
    let mut faults = Vec::new();
    window.press("gt").await;
    window
        .until_text(&id("unlinked"), "7 Tickets haben seit 3 Arbeitstagen keine Beschwerde.")
        .await;
    faults.extend(window.look_over("45-after-today-de").await);
    for (title, note, picture) in [
        (BACK, "panel-back", "46-after-back-de"),
        (QUIET, "panel-quiet", "47-after-quiet-de"),
        (LOUD, "panel-too-many", "48-after-loud-de"),
    ] {
        open_complaint(&window, title).await;
        window.find(&id(note)).await;
        faults.extend(window.look_over(picture).await);
    }
    window.press(ESC).await;
    window.press("g,").await;
    window.find(&id("settings-board")).await;
    window.click(&id("settings-board")).await;
    window.find(&id("setting-quiet")).await;
    faults.extend(window.look_over("49-after-settings-de").await);
    window.press("gt").await;
    window.click(&id("start-standup")).await;
    window.find(&id("standup-side")).await;
    window.find(&id("unlinked")).await;
    faults.extend(window.look_over("50-after-standup-de").await);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

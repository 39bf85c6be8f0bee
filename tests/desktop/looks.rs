//! The same screens as other desktops show them: dark, in high contrast, in German, in the smallest window, with names
//! that do not wrap. Every screen is looked over by axe (names, contrast) and by audit.js (nothing cut off).

use std::path::{Path, PathBuf};

use sidedesk_tests::desktop::board::{card, foreign};
use sidedesk_tests::desktop::window::{Window, id};

/// One word, 68 letters.
const LONG: &str = "Donaudampfschifffahrtsgesellschaftskapitänsmützenpreisnachlassaktion";
/// `Esc` and `Enter` as the driver types them.
const ESC: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread")]
async fn small_dark_and_german() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open_with("dark", data.path(), &[("GTK_THEME", "Adwaita:dark")]).await;
    window.resize(900, 600).await;
    window.find(&id("first-run")).await;
    assert!(
        window.matches("(prefers-color-scheme: dark)").await,
        "the window is dark"
    );
    let german = "Object.defineProperty(navigator, 'languages', { get: () => ['de-DE'] })";
    window.run(german, &[]).await;
    tour(&window, "3").await;
    window.until_text("header h2", "Marketing").await;
    window.until_text("#clashes-title", "Konflikte").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn high_contrast() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open_with("contrast", data.path(), &[("GTK_THEME", "HighContrast")]).await;
    window.find(&id("first-run")).await;
    assert!(
        window.matches("(prefers-contrast: more)").await,
        "the window is in high contrast"
    );
    tour(&window, "4").await;
}

/// Every screen that one person alone can reach.
async fn tour(window: &Window, tens: &str) {
    let mut faults = window.look_over(&format!("{tens}0-first-run")).await;
    window.start_board("marketing", "files", LONG).await;
    faults.extend(window.look_over(&format!("{tens}1-drop")).await);
    faults.extend(files(window, tens).await);
    faults.extend(board(window, tens).await);
    faults.extend(keys(window, tens).await);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// A sound file, a damaged one, one of which nothing is recognised, and one with a question and no products.
async fn files(window: &Window, tens: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let files = tempfile::tempdir().unwrap();
    window.import("trello_csv_events_layout.csv", &[]).await;
    faults.extend(window.look_over(&format!("{tens}2-plan")).await);
    window.give_up_file().await;
    window.preview(&damaged(files.path())).await;
    window.find(&id("import-damaged")).await;
    faults.extend(window.look_over(&format!("{tens}3-damaged")).await);
    let run = id("import-run");
    window.until_count(&format!("{run}:disabled"), 1).await;
    window.click(&id("accept-damaged")).await;
    window.until_count(&format!("{run}:enabled"), 1).await;
    window.give_up_file().await;
    window.preview(&unknown(files.path())).await;
    window.find(&id("import-unread")).await;
    faults.extend(window.look_over(&format!("{tens}5-unread")).await);
    window.until_count(&format!("{run}:disabled"), 1).await;
    window
        .choose("[data-column=\"Spalte A\"] [data-testid=\"column-field\"]", "body")
        .await;
    window.until_text(&id("count-new"), "2").await;
    window.until_count(&format!("{run}:enabled"), 1).await;
    window.give_up_file().await;

    window.preview(&two_ways(files.path())).await;
    window.find(&id("date-question")).await;
    faults.extend(window.look_over(&format!("{tens}4-dates")).await);
    window.click(&id("day-first")).await;
    window.until_count(&id("date-question"), 0).await;
    window.fill(&id("import-product"), "Shoes").await;
    window.press(ENTER).await;
    window.run_import().await;
    window.click(&id("import-to-board")).await;
    window.until_text(&card("Spring sale"), "Shoes").await;
    window.until_count(&id("not-checked"), 0).await;
    faults
}

/// Two cards that meet, and one that is not checked.
async fn board(window: &Window, tens: &str) -> Vec<String> {
    let start = window.in_two_days().await;
    let campaign = [("name", LONG), ("start", &start), ("product", LONG), ("reach", "48000")];
    window.add("campaign", &campaign).await;
    let complaint = [("title", LONG), ("severity", "5"), ("product", LONG)];
    window.add("complaint", &complaint).await;
    window.add("campaign", &[("name", "Loyalty points")]).await;
    window.until_count(&id("clash"), 1).await;
    window.until_count(&id("toast"), 0).await;
    window.look_over(&format!("{tens}6-board")).await
}

/// By keys alone: to the complaints, into a card, and back to where it was.
async fn keys(window: &Window, tens: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let complaint = format!("{} {}", id("complaint-card"), id("card-open"));
    window.press("gk").await;
    window.until_focus(&complaint).await;
    window.press(ENTER).await;
    window.find(&id("card-dialog")).await;
    faults.extend(window.look_over(&format!("{tens}7-card")).await);
    window.press(ESC).await;
    window.until_count(&id("card-dialog"), 0).await;
    window.until_focus(&complaint).await;
    window.press("?").await;
    window.find(&id("key-sheet")).await;
    faults.extend(window.look_over(&format!("{tens}8-keys")).await);
    window.press(ESC).await;
    window.until_count(&id("key-sheet"), 0).await;
    window.press("/").await;
    window.until_focus("#search").await;
    window.press("Donau").await;
    window.until_count("[role=option]", 2).await;
    faults.extend(window.look_over(&format!("{tens}9-search")).await);
    window.press(ESC).await;
    window.press(ESC).await;
    window.click(&id("open-share")).await;
    faults.extend(window.look_over(&format!("{tens}a-share")).await);
    window.press(ESC).await;
    window.click(&id("sync-pill")).await;
    faults.extend(window.look_over(&format!("{tens}b-sync")).await);
    window.press(ESC).await;
    window.until_count(&id("sync-popover"), 0).await;
    faults
}

/// A plan that ends in the middle of a quoted cell.
fn damaged(dir: &Path) -> PathBuf {
    let whole = std::fs::read(foreign("zendesk_view_export_layout.csv")).unwrap();
    let mut cut = whole[..whole.len() / 2].to_vec();
    cut.extend_from_slice(b"\n\"half a row");
    written(dir, "damaged.csv", &cut)
}

/// A plan whose days and months are all below thirteen.
fn two_ways(dir: &Path) -> PathBuf {
    let rows = "Name,Start,Region\nSpring sale,03/04/2027,EU\nEaster offer,05/04/2027,CH\n";
    written(dir, "plan.csv", rows.as_bytes())
}

/// A table of which no column says what it is.
fn unknown(dir: &Path) -> PathBuf {
    written(dir, "unknown.csv", b"Spalte A,Spalte B\nBoots,first\nShoes,second\n")
}

fn written(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let file = dir.join(name);
    std::fs::write(&file, bytes).unwrap();
    file
}

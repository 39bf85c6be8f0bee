//! The first minute of one person alone: two questions, an empty board, a file, and one undo that takes it back.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use sidedesk_tests::desktop::board::card;
use sidedesk_tests::desktop::keys::{ALL_AWAY, ESC, REDO, UNDO};
use sidedesk_tests::desktop::process::{Group, command};
use sidedesk_tests::desktop::window::{Window, id};

/// How long the command line may take to open a board.
const HOLD: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread")]
async fn a_new_board_is_empty_and_says_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open("first", data.path()).await;
    window.find(&id("first-run")).await;
    window.picture("01-first-run").await;
    window.start_board("marketing", "empty", "Outdoor shop").await;
    every_empty_page(&window).await;
    window.press("?").await;
    window.until_text(&id("key-sheet"), "Flag complaint").await;
    window.click(&id("dialog-close")).await;
    window
        .add("campaign", &[("name", "Advent calendar"), ("product", "Boots")])
        .await;
    window.until_text(&id("count-marketing"), "1").await;
    esc_keeps_what_was_typed(&window).await;

    // Delete, and undo from the toast.
    window.open_card("Advent calendar").await;
    window.click(&id("card-delete")).await;
    window.until_count(&card("Advent calendar"), 0).await;
    window.click(&id("toast-action")).await;
    window.find(&card("Advent calendar")).await;
}

/// Each page says what belongs on it and how it gets there (product §9.5).
async fn every_empty_page(window: &Window) {
    window.until_text(&id("today-new"), "Nothing to decide yet").await;
    let words = "Drop a marketing calendar and a ticket export here and this page will show where they collide.";
    window.until_text(&id("today-new"), words).await;
    window.find(&id("choose-files")).await;
    window.find(&id("open-sample")).await;
    window.until_text(&id("sync-pill"), "Local board").await;
    window.picture("02-empty-today").await;
    // Sharing is offered after the first card.
    window.until_count(&id("open-share"), 0).await;
    window.go("board").await;
    window
        .until_text(&id("empty-campaigns"), "Marketing adds what is coming (C).")
        .await;
    window
        .until_text(&id("empty-complaints"), "Support adds what keeps coming back (F).")
        .await;
    window.picture("02-empty-board").await;
    window.go("complaints").await;
    let words = "Inbox clear. Flags and suggested groups land here.";
    window.until_text(&id("inbox-empty"), words).await;
    window.go("clashes").await;
    window
        .until_text(&id("empty-clashes"), "No open clashes. Last check ")
        .await;
}

/// Out of the whole form and out of the line; both come back with their words.
async fn esc_keeps_what_was_typed(window: &Window) {
    window.press("c").await;
    window.click(&id("quick-more")).await;
    window.fill(&id("field-name"), "Half a thought").await;
    window.press(ESC).await;
    window.until_count(&id("card-dialog"), 0).await;
    window.until_text(&id("drafts"), "1 draft").await;
    window.press("c").await;
    window.click(&id("quick-more")).await;
    until_value(window, &id("field-name"), "Half a thought").await;
    window.click(&id("card-discard")).await;
    window.until_count(&id("card-dialog"), 0).await;

    window.press("f").await;
    window.fill(&id("quick-line"), "Half a sentence").await;
    window.press(ESC).await;
    window.until_count(&id("quick-dialog"), 0).await;
    window.press("f").await;
    until_value(window, &id("quick-line"), "Half a sentence").await;
    window.press(ALL_AWAY).await;
    window.press(ESC).await;
    window.until_count(&id("drafts"), 0).await;
}

async fn until_value(window: &Window, css: &str, value: &str) {
    let script = "return document.querySelector(a)?.value === b";
    window.until("the text is still there", script, &[css, value]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_comes_in_and_one_undo_takes_it_back() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open("import", data.path()).await;
    window.start_board("marketing", "files", "Outdoor shop").await;
    window.picture("03-import").await;
    window.import("trello_csv_events_layout.csv", &[]).await;
    window.until_text(&id("count-new"), "85").await;
    window.picture("04-import-preview").await;
    window.run_import().await;
    window.picture("05-import-result").await;
    window.click(&id("import-to-board")).await;
    until_campaigns(&window, "85").await;
    window.until_text(&id("unchecked-campaign"), "not checked").await;
    window.picture("06-imported-plan").await;
    window.resize(900, 600).await;
    window.picture("07-small-window").await;

    // The same file again brings nothing.
    window.import("trello_csv_events_layout.csv", &[]).await;
    window.until_text(&id("count-same"), "85").await;
    window.until_text(&id("count-new"), "0").await;
    window.until_count(&format!("{}:disabled", id("import-run")), 1).await;
    window.click(&id("import-cancel")).await;

    window.press(UNDO).await;
    window.until_text(&id("toast"), "Undone").await;
    until_campaigns(&window, "0").await;
    window.find(&id("empty-campaigns")).await;
    window.press(REDO).await;
    until_campaigns(&window, "85").await;
}

async fn until_campaigns(window: &Window, count: &str) {
    let script = "return (document.querySelector(a)?.textContent ?? '').trim().split(/\\s/)[0] === b";
    window
        .until(
            &format!("there are {count} campaigns"),
            script,
            &[&id("count-marketing"), count],
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_that_the_command_line_holds_says_so() {
    let data = tempfile::tempdir().unwrap();
    sidedesk(
        data.path(),
        &["init", "--name", "Outdoor shop", "--function", "support"],
    );
    sidedesk(data.path(), &["complaint", "add", "Late parcels North"]);
    let mut watching = command("sidedesk");
    watching.arg("--data").arg(data.path()).args(["sync", "--watch"]);
    let words = data.path().join("watching");
    let said = std::fs::File::create(&words).unwrap();
    watching.stdout(Stdio::null()).stderr(said);
    let watcher = Group::start(&mut watching);
    // It speaks once it has the board.
    let deadline = Instant::now() + HOLD;
    while !std::fs::read_to_string(&words).unwrap().contains("Local board") {
        assert!(Instant::now() < deadline, "the command line never took the board");
        tokio::time::sleep(PAUSE).await;
    }
    let window = Window::open("held", data.path()).await;
    window
        .until_text(&id("trouble-words"), "Another program has this board open: ")
        .await;
    window.until_text(&id("trouble-words"), "Close it there").await;
    window.picture("08-held").await;
    let faults = window.look_over("08-held").await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    drop(window);

    drop(watcher);
    let window = Window::open("let-go", data.path()).await;
    window.go("board").await;
    window.find(&card("Late parcels North")).await;
}

/// Runs it to its end.
fn sidedesk(data: &Path, arguments: &[&str]) {
    let done = command("sidedesk")
        .arg("--data")
        .arg(data)
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}

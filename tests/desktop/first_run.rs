//! The first minute of one person alone: two questions, an empty board, a file, and one undo that takes it back.

use sidedesk_tests::desktop::board::card;
use sidedesk_tests::desktop::window::{Window, id};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_board_is_empty_and_says_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open("first", data.path()).await;
    window.find(&id("first-run")).await;
    window.picture("01-first-run").await;
    window.start_board("marketing", "empty", "Outdoor shop").await;
    window
        .until_text(&id("empty-campaigns"), "Marketing adds what is coming (C).")
        .await;
    window
        .until_text(&id("empty-complaints"), "Support adds what keeps coming back (F).")
        .await;
    window
        .until_text(&id("empty-clashes"), "No open clashes. 0 checks are switched off.")
        .await;
    window.until_text(&id("sync-pill"), "Local board").await;
    window.picture("02-empty-board").await;

    window.press("?").await;
    window.until_text(&id("key-sheet"), "Flag complaint").await;
    window.click(&id("dialog-close")).await;
    window
        .add("campaign", &[("name", "Advent calendar"), ("product", "Boots")])
        .await;
    window.until_text(&id("count-marketing"), "1 campaign").await;

    // Esc backs out and keeps what was typed.
    window.press("c").await;
    window.fill(&id("field-name"), "Half a thought").await;
    window.press("\u{e00c}").await;
    window.until_count(&id("card-dialog"), 0).await;
    window.press("c").await;
    window
        .until(
            "the text is still there",
            "return document.querySelector(a)?.value === b",
            &[&id("field-name"), "Half a thought"],
        )
        .await;
    window.click(&id("card-discard")).await;

    // Delete, and undo from the toast.
    window.open_card("Advent calendar").await;
    window.click(&id("card-delete")).await;
    window.until_count(&card("Advent calendar"), 0).await;
    window.click(&id("toast-action")).await;
    window.find(&card("Advent calendar")).await;
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
    window.until_text(&id("count-marketing"), "85 campaigns").await;
    window.until_text(&id("not-checked"), "not checked").await;
    window.picture("06-imported-plan").await;
    window.resize(900, 600).await;
    window.picture("07-small-window").await;

    window.import("trello_csv_events_layout.csv", &[]).await;
    window.until_text(&id("count-same"), "85").await;
    window.until_text(&id("count-new"), "0").await;
    window.click(&id("import-cancel")).await;

    window.press("\u{e009}z\u{e000}").await;
    window.until_text(&id("toast"), "Undone").await;
    window.until_text(&id("count-marketing"), "0 campaigns").await;
    window.click(&id("toast-action")).await;
    window.until_text(&id("count-marketing"), "85 campaigns").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_that_another_window_holds_says_so() {
    let data = tempfile::tempdir().unwrap();
    let first = Window::open("holder", data.path()).await;
    first.start_board("support", "empty", "Outdoor shop").await;
    let second = Window::open("second", data.path()).await;
    second.until_text(&id("trouble-words"), "oard is open in").await;
    second.picture("08-held").await;
    drop(second);
    first.add("complaint", &[("title", "Late parcels North")]).await;
}

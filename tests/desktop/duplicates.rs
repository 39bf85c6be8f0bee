//! Two complaints that are one: merged by keys, seen as one, and parted again.

use sidedesk_tests::desktop::board::card;
use sidedesk_tests::desktop::keys::{DOWN, ENTER, ESC, PALETTE, UNDO};
use sidedesk_tests::desktop::window::{Window, id};

const HEAD: &str = "Late parcels North";
const OTHER: &str = "Parcels come late";

#[tokio::test(flavor = "multi_thread")]
async fn two_complaints_are_merged_and_parted_by_keys() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::open("duplicates", folder.path()).await;
    window.start_board("support", "empty", "Outdoor shop").await;
    for title in [HEAD, OTHER] {
        window.add_line("complaint", title).await;
        window.press("gb").await;
        window.find(&card(title)).await;
    }

    merge(&window).await;
    window.picture("31-duplicate").await;
    // The card of the duplicate leads to its head, which lists it.
    window.tab_to(&id("duplicate-head")).await;
    window.press(ENTER).await;
    window.until_text(&id("panel-title"), HEAD).await;
    window.until_text(&id("duplicate"), OTHER).await;
    window.picture("32-head").await;
    window.tab_to(&id("duplicate-part")).await;
    window.press(ENTER).await;
    window.until_count(&id("duplicate"), 0).await;
    window.until_focus(&id("duplicate-of")).await;
    window.until_text(&id("toast"), "Parted: Parcels come late").await;
    window.press(ESC).await;
    window.find(&card(OTHER)).await;

    // Merged again, and taken back by the key that takes back everything.
    merge(&window).await;
    window.press(UNDO).await;
    window.until_count(&id("duplicate-note"), 0).await;
    window.press(ESC).await;
    window.find(&card(OTHER)).await;
    window.find(&card(HEAD)).await;
}

/// From the duplicate's card, by the palette's word and the first letters of the other one.
async fn merge(window: &Window) {
    window.find_in_palette(OTHER).await;
    window.press(ENTER).await;
    window.until_text(&id("panel-title"), OTHER).await;
    window.press(PALETTE).await;
    window.until_focus(&id("palette-input")).await;
    window.press("duplicate").await;
    window.find(&id("palette-took")).await;
    window.press(DOWN).await;
    window
        .until_text("[role=option][aria-selected=true]", "Duplicate of another complaint")
        .await;
    window.press(ENTER).await;
    window.until_focus(&id("duplicate-field")).await;
    window.press("north").await;
    window
        .until_text(&format!("{}[aria-selected=true]", id("duplicate-option")), HEAD)
        .await;
    window.until_count(&id("duplicate-option"), 1).await;
    window.picture("30-duplicate-of").await;
    window.press(ENTER).await;
    window.until_text(&id("duplicate-head"), HEAD).await;
    window.until_count(&card(OTHER), 0).await;
}

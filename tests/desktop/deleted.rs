//! What was deleted is found again and comes back, by keys alone.

use sidedesk_tests::desktop::board::card;
use sidedesk_tests::desktop::keys::{DELETE, DOWN, ENTER, ESC, PALETTE, UNDO, UP};
use sidedesk_tests::desktop::window::{Window, id};

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_card_is_found_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::open("deleted", folder.path()).await;
    window.start_board("marketing", "empty", "Outdoor shop").await;
    for name in ["Free shipping EU", "Winter boots launch"] {
        window.add_line("campaign", name).await;
        window.press("gb").await;
        window.find(&card(name)).await;
    }
    for name in ["Free shipping EU", "Winter boots launch"] {
        window.find_in_palette(name).await;
        window.press(ENTER).await;
        window.until_text(&id("panel-title"), name).await;
        window.press(DELETE).await;
        window.until_count(&card(name), 0).await;
    }

    // Whoever looks for it in vain is led to it.
    window.press(PALETTE).await;
    window.until_focus(&id("palette-input")).await;
    window.press("Free shipping").await;
    window.find(&id("palette-none")).await;
    window.press(UP).await;
    window.press(ENTER).await;
    window.find(&id("search-none")).await;
    window.tab_to(&id("search-deleted")).await;
    window.press(ENTER).await;
    window.until_focus(&id("deleted-restore")).await;
    window.until_text(&id("page-title"), "Deleted").await;
    let names = window.texts(&format!("{} .title", id("deleted-row"))).await;
    assert_eq!(names, ["Winter boots launch", "Free shipping EU"], "the newest first");
    window.until_text(&id("deleted-row"), "deleted by Marketing lead").await;
    window.until_text(&id("deleted-row"), "30 days left").await;
    window.picture("30-deleted").await;

    let row = "[data-testid=\"deleted-row\"][data-name=\"Free shipping EU\"]";
    let button = format!("{row} {}", id("deleted-restore"));
    window.press(DOWN).await;
    window.until_focus(&button).await;
    window.press(ENTER).await;
    window.until_count(row, 0).await;
    window.until_text(&id("toast"), "Restored: Free shipping EU.").await;
    window.until_focus(&id("deleted-restore")).await;

    // Taken back, and done again.
    window.press(UNDO).await;
    window.find(row).await;
    window.press("k").await;
    window.until_focus(&button).await;
    window.press(ENTER).await;
    window.until_count(row, 0).await;
    window.press(ENTER).await;
    window.find(&id("deleted-none")).await;
    window.press("gb").await;
    for name in ["Free shipping EU", "Winter boots launch"] {
        window.find(&card(name)).await;
    }

    // By the palette and back by Esc.
    window.press(PALETTE).await;
    window.until_focus(&id("palette-input")).await;
    window.press("deleted").await;
    window.find(&id("palette-took")).await;
    window.press(DOWN).await;
    window.until_text("[role=option][aria-selected=true]", "Deleted").await;
    window.press(ENTER).await;
    window.find(&id("deleted-none")).await;
    window.press(ESC).await;
    window.find(&card("Free shipping EU")).await;
}

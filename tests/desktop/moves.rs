//! Two people, two cards, one moment. A board that sends whole lists would lose one of the moves (the script of Leantime
//! issue 3099): here each move is one change of one field.

use sidedesk_tests::desktop::board::card;
use sidedesk_tests::desktop::hub::Hub;
use sidedesk_tests::desktop::window::{Window, id};

/// Back and forth, so a lost move shows as the state of the round before.
const ROUNDS: [(&str, &str); 4] = [
    ("draft", "fixing"),
    ("ready", "watching"),
    ("live", "solved"),
    ("idea", "confirmed"),
];

#[tokio::test(flavor = "multi_thread")]
async fn two_cards_moved_at_once_both_arrive() {
    let (data_a, data_b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hub = Hub::start();
    let a = Window::open("mover-a", data_a.path()).await;
    a.start_board("marketing", "empty", "Outdoor shop").await;
    a.add("campaign", &[("name", "Winter boots launch")]).await;
    a.add("complaint", &[("title", "Login loop")]).await;
    let code = a.share(hub.address()).await;
    a.click(&id("dialog-close")).await;
    let b = Window::open("mover-b", data_b.path()).await;
    b.join("support", &code).await;
    b.find(&card("Login loop")).await;

    for (campaign, complaint) in ROUNDS {
        a.open_form("Winter boots launch").await;
        a.type_fields(&[("state", campaign)]).await;
        b.open_form("Login loop").await;
        b.type_fields(&[("state", complaint)]).await;
        tokio::join!(a.save(), b.save());
        for window in [&a, &b] {
            until_state(window, "Winter boots launch", campaign).await;
            until_state(window, "Login loop", complaint).await;
        }
    }
    assert_eq!(
        a.count(&id("rival")).await + b.count(&id("rival")).await,
        0,
        "nobody wrote the same field"
    );
    b.picture("20-moved-at-once").await;
}

async fn until_state(window: &Window, name: &str, state: &str) {
    let script = "return document.querySelector(a)?.closest('[data-key]')?.dataset.key === b";
    window
        .until(&format!("{name} is {state}"), script, &[&card(name), state])
        .await;
}

//! Marketing's window and support's, a hub between them that goes away and comes back. Both show the same clash, and
//! where they wrote different things in one field, both values.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use sidedesk_tests::desktop::board::card;
use sidedesk_tests::desktop::hub::Hub;
use sidedesk_tests::desktop::process::program;
use sidedesk_tests::desktop::window::{Window, id};

/// How long a window may take to let go of its board.
const GONE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_show_the_same_clash_before_and_after_the_hub_was_away() {
    let (data_m, data_s) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut hub = Hub::start();
    let marketing = Window::open("marketing", data_m.path()).await;
    marketing.start_board("marketing", "files", "Outdoor shop").await;
    marketing.import("trello_csv_events_layout.csv", &[]).await;
    marketing.run_import().await;
    marketing.click(&id("import-to-board")).await;
    let start = marketing.in_two_days().await;
    let campaign = [
        ("name", "Free shipping EU"),
        ("start", start.as_str()),
        ("product", "Boots"),
        ("region", "EU"),
        ("reach", "48000"),
        ("state", "draft"),
    ];
    marketing.add("campaign", &campaign).await;
    let code = marketing.share(hub.address()).await;
    marketing.picture("10-share").await;

    let support = Window::open("support", data_s.path()).await;
    support.join("support", &code).await;
    support.find(&card("Free shipping EU")).await;
    support.until_text(&id("count-marketing"), "86 campaigns").await;
    marketing.until_count(&id("member"), 2).await;
    // Each sees the other without a reconnect.
    for (window, other) in [(&marketing, "Support lead"), (&support, "Marketing lead")] {
        let badge = format!("{} [aria-label=\"{other}\"]", id("present"));
        window.until_count(&badge, 1).await;
        window.until_count(&format!("{} li", id("present")), 1).await;
    }
    marketing.picture("11-shared").await;
    marketing.click(&id("copy-invite")).await;
    marketing.until_text(&id("copy-invite"), "Copied").await;
    marketing.click(&id("dialog-close")).await;

    support
        .import(
            "zendesk_view_export_layout.csv",
            &[("Ticket Category [list]", "complaint")],
        )
        .await;
    support.picture("12-tickets-preview").await;
    support.run_import().await;
    support.click(&id("import-to-board")).await;
    support.until_text(&id("reports-total"), "250 tickets").await;
    let complaint = [
        ("title", "Late parcels North"),
        ("severity", "5"),
        ("product", "boots"),
        ("region", "EU, CH"),
    ];
    support.add("complaint", &complaint).await;

    let before = same_clash(&marketing, &support).await;
    assert!(before >= 70, "severity 5, both dimensions, two days: {before}");
    marketing.until_text(&id("reports-total"), "250 tickets").await;
    marketing.until_synced().await;
    support.until_synced().await;
    marketing.picture("13-marketing-clash").await;
    support.picture("14-support-clash").await;

    hub.kill();
    marketing.until_offline().await;
    support.until_offline().await;
    marketing
        .edit("Free shipping EU", &[("owner", "Campaign manager")])
        .await;
    support.edit("Free shipping EU", &[("channel", "email")]).await;
    marketing
        .edit("Late parcels North", &[("owner", "Marketing lead")])
        .await;
    support.edit("Late parcels North", &[("owner", "Shift lead")]).await;
    let waiting = format!("{} {}", card("Late parcels North"), id("pending-mark"));
    support.find(&waiting).await;
    support.until_text(&id("sync-pill"), "2 waiting").await;
    support.click(&id("sync-pill")).await;
    support.picture("15-offline").await;
    support.click(&id("sync-pill")).await;

    hub.come_back();
    marketing.until_synced().await;
    support.until_synced().await;
    let rivals = format!("{} {}", card("Late parcels North"), id("rivals-owner"));
    for window in [&marketing, &support] {
        window.until_text(&rivals, "Shift lead").await;
        window.until_text(&rivals, "Marketing lead").await;
        window.until_text(&card("Free shipping EU"), "email").await;
        window.until_count(&id("pending-mark"), 0).await;
    }
    let values = format!("{rivals} {}", id("rival-value"));
    assert_eq!(marketing.texts(&values).await, support.texts(&values).await);
    // The channel that support named while it was offline is not the complaint's: the scopes share less.
    let after = same_clash(&marketing, &support).await;
    assert!(after < before, "{after}, before {before}");
    marketing.picture("16-two-answers").await;

    // One key keeps one of them, everywhere.
    let face = format!("{} {}", card("Late parcels North"), id("card-open"));
    support.find(&face).await.send_keys("2").await.unwrap();
    support.until_count(&rivals, 0).await;
    marketing.until_count(&rivals, 0).await;
    support.picture("17-settled").await;
    marketing.until_synced().await;
    support.until_synced().await;

    // Closed, both boards are the same to the last byte that is shared.
    drop((marketing, support));
    let (theirs, ours) = (verified(data_m.path()).await, verified(data_s.path()).await);
    for digest in ["view_digest", "inner_digest"] {
        assert!(theirs[digest].is_string(), "{digest}: {theirs}");
        assert_eq!(theirs[digest], ours[digest], "{digest}");
    }
}

/// What the command line says about a board, as soon as its window is gone: one that was killed takes a moment.
async fn verified(data: &Path) -> Value {
    let deadline = Instant::now() + GONE;
    loop {
        let mut command = Command::new(program("sidedesk"));
        let done = command
            .arg("--data")
            .arg(data)
            .args(["--json", "verify"])
            .output()
            .unwrap();
        if String::from_utf8_lossy(&done.stderr).contains("is open in") && Instant::now() < deadline {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        let found = serde_json::from_slice::<Value>(&done.stdout);
        let found = found.unwrap_or_else(|error| panic!("{error}: {done:?}"));
        assert_eq!(found["ok"], true, "{found}");
        return found;
    }
}

/// Waits for the clash of the two cards in both windows and compares what they show.
async fn same_clash(marketing: &Window, support: &Window) -> i64 {
    let mut shown = Vec::new();
    for window in [marketing, support] {
        window.until_text(&id("clash"), "Free shipping EU").await;
        window.until_text(&id("clash"), "Late parcels North").await;
        window.until_count(&id("clash"), 1).await;
        let clash = id("clash");
        shown.push((
            window.attribute(&clash, "data-id").await,
            window.attribute(&clash, "data-score").await,
            window.text(&id("clash-strength")).await,
        ));
    }
    let [first, second] = shown.as_slice() else {
        panic!("two windows")
    };
    assert_eq!(first, second);
    first.1.parse().unwrap()
}

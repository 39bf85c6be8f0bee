//! Marketing's window and support's, a hub between them that goes away and comes back. Both show the same clash, sign one
//! decision, hold one standup, and where they wrote different things in one field, both values. A third window joins.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use sidedesk_tests::desktop::board::card;
use sidedesk_tests::desktop::hub::Hub;
use sidedesk_tests::desktop::keys::{CTRL_ENTER, DOWN, ENTER, ESC};
use sidedesk_tests::desktop::process::command;
use sidedesk_tests::desktop::window::{Window, id};

/// How long a window may take to let go of its board.
const GONE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_meet_decide_and_hold_their_standup() {
    let (data_m, data_s, data_t) = (folder(), folder(), folder());
    let mut hub = Hub::start();
    let marketing = Window::open("marketing", data_m.path()).await;
    marketing.start_board("marketing", "empty", "Outdoor shop").await;
    // A campaign by keyboard alone, in one line.
    let start = marketing.in_two_days().await;
    let day = start.split(' ').next().unwrap();
    marketing
        .add_line("campaign", &format!("Free shipping EU {day} @email #Boots ~EU ^CM"))
        .await;
    marketing.press("gb").await;
    marketing.find(&card("Free shipping EU")).await;
    let code = marketing.share(hub.address()).await;
    let support = Window::open("support", data_s.path()).await;
    support.join("support", &code).await;
    see_each_other(&marketing, &support).await;

    support.find(&card("Free shipping EU")).await;
    support.until_text(&card("Free shipping EU"), "email").await;
    name_the_board(&marketing, &support).await;

    make_a_complaint_of_tickets(&support).await;
    let before = same_clash(&marketing, &support).await;
    assert!(before >= 45, "two dimensions, two days: {before}");
    both_sign(&marketing, &support).await;

    hub.kill();
    marketing.until_offline().await;
    support.until_offline().await;
    edit_apart(&marketing, &support).await;
    hub.come_back();
    marketing.until_synced().await;
    support.until_synced().await;
    one_of_two_answers(&marketing, &support).await;
    one_key_takes_a_proposal(&marketing, &support).await;

    hold_the_standup(&marketing, &support).await;
    let third = Window::open("third", data_t.path()).await;
    third.join("support", &invite(&marketing).await).await;
    third.find(&card("Free shipping EU")).await;
    third.find(&card("Late parcels North")).await;
    third.press("gx").await;
    third.click(&id("tab-decided")).await;
    third.until_text(&id("clash"), "Late parcels North").await;
    third.picture("18-third").await;
    marketing.until_synced().await;
    support.until_synced().await;
    third.until_synced().await;

    // Closed, all boards are the same to the last byte that is shared.
    drop((marketing, support, third));
    let first = verified(data_m.path()).await;
    for data in [&data_s, &data_t] {
        let other = verified(data.path()).await;
        for digest in ["view_digest", "inner_digest"] {
            assert!(first[digest].is_string(), "{digest}: {first}");
            assert_eq!(first[digest], other[digest], "{digest}");
        }
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Each sees the other without a reconnect.
async fn see_each_other(marketing: &Window, support: &Window) {
    marketing.until_count(&id("member"), 2).await;
    marketing.click(&id("copy-invite")).await;
    marketing.until_text(&id("copy-invite"), "Copied").await;
    marketing.picture("10-share").await;
    marketing.click(&id("dialog-close")).await;
    for (window, other) in [(marketing, "Support lead"), (support, "Marketing lead")] {
        let badge = format!("{} [aria-label=\"{other}\"]", id("present"));
        window.until_count(&badge, 1).await;
        window.until_count(&format!("{} li", id("present")), 1).await;
    }
}

/// Somebody names the board while somebody else is typing a name: both stand until one is kept.
async fn name_the_board(marketing: &Window, support: &Window) {
    let field = id("setting-board-name");
    for window in [marketing, support] {
        window.press("g,").await;
        window.find(&field).await;
    }
    support.fill(&field, "Outdoor and more").await;
    marketing.fill(&field, "Outdoor house").await;
    marketing.press(ENTER).await;
    support.until_text(&id("board-name"), "Outdoor house").await;
    support.press(ENTER).await;
    for window in [marketing, support] {
        window.until_count(&id("rival"), 2).await;
    }
    marketing.picture("11-two-names").await;
    let kept = format!("{} {}", id("rival"), id("rival-value"));
    let kept = marketing
        .texts(&kept)
        .await
        .into_iter()
        .position(|name| name == "Outdoor house");
    marketing
        .click(&format!("{}:nth-child({})", id("rival"), kept.unwrap() + 1))
        .await;
    marketing.click(&id("rival-keep")).await;
    for window in [marketing, support] {
        window.until_count(&id("rival"), 0).await;
        window.until_text(&id("board-name"), "Outdoor house").await;
        window.go("board").await;
    }
}

/// A ticket export, of which three tickets become one complaint by keys.
async fn make_a_complaint_of_tickets(support: &Window) {
    support.click(&id("open-import")).await;
    support.import("zendesk_view_export_layout.csv", &[]).await;
    support.picture("12-tickets-preview").await;
    support.run_import().await;
    support.go("complaints").await;
    support.until_text(&id("inbox-count"), "250").await;
    support.tickets().await;
    support.click(&id("inbox-row")).await;
    for keys in ["x", DOWN, "x", DOWN, "x", "1"] {
        support.press(keys).await;
    }
    support.fill(&id("make-title"), "Late parcels North").await;
    support.press(ENTER).await;
    support.until_text(&id("inbox-count"), "247").await;
    support.go("board").await;
    support
        .edit(
            "Late parcels North",
            &[("severity", "5"), ("product", "boots"), ("region", "EU, CH")],
        )
        .await;
}

/// Marketing proposes by key, support agrees by key.
async fn both_sign(marketing: &Window, support: &Window) {
    marketing.press("3").await;
    marketing
        .fill(&id("decision-text-field"), "Banner on the tracking page")
        .await;
    marketing.fill(&id("decision-owner"), "EM").await;
    marketing.press(CTRL_ENTER).await;
    let front = |side: &str, state: &str| format!("[data-testid=signature-{side}][data-state={state}]");
    marketing.find(&front("marketing", "signed")).await;
    support.find(&front("marketing", "signed")).await;
    marketing.picture("13-marketing-proposes").await;
    support.click(&id("clashes")).await;
    // Only what somebody had the time to read is signed.
    support.find(&format!("{}[data-read=true]", id("agree"))).await;
    support.press("y").await;
    for window in [marketing, support] {
        window.click(&id("tab-decided")).await;
        window.find("[data-testid=clash][data-state=decided]").await;
        for side in ["marketing", "support"] {
            window.find(&front(side, "signed")).await;
        }
        window.until_text(&id("story"), "Banner on the tracking page").await;
    }
    support.picture("14-both-signed").await;
    marketing.go("board").await;
    support.go("board").await;
}

/// The same complaint gets two owners, and each side edits something of its own.
async fn edit_apart(marketing: &Window, support: &Window) {
    marketing
        .edit("Free shipping EU", &[("owner", "Campaign manager")])
        .await;
    support.edit("Free shipping EU", &[("channel", "email, web")]).await;
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
}

/// Both values stand in both windows, and one key keeps one of them everywhere.
async fn one_of_two_answers(marketing: &Window, support: &Window) {
    let mark = format!("{} {}", card("Late parcels North"), id("two-answers-mark"));
    let mut shown = Vec::new();
    for window in [marketing, support] {
        window.find(&mark).await;
        window.until_count(&id("pending-mark"), 0).await;
        window.open_card("Late parcels North").await;
        window.until_count(&id("rival"), 2).await;
        shown.push(window.texts(&id("rival-value")).await);
    }
    assert_eq!(shown[0], shown[1]);
    let mut values = shown[0].clone();
    values.sort();
    assert_eq!(values, ["Marketing lead", "Shift lead"]);
    marketing.picture("16-two-answers").await;
    support.click(&id("rival")).await;
    support.click(&id("rival-keep")).await;
    for window in [marketing, support] {
        window.until_count(&mark, 0).await;
        window.close_card().await;
    }
    support.picture("17-settled").await;
}

/// What support typed into marketing's campaign waits there for marketing, and both windows say so.
async fn one_key_takes_a_proposal(marketing: &Window, support: &Window) {
    let mark = format!("{} {}", card("Free shipping EU"), id("proposal-mark"));
    for window in [marketing, support] {
        window.find(&mark).await;
    }
    support.open_card("Free shipping EU").await;
    support.until_text(&id("proposal"), "waits for Marketing").await;
    support.picture("17-proposed").await;
    support.until_count(&id("proposal-take"), 0).await;
    marketing.open_card("Free shipping EU").await;
    marketing.until_text(&id("proposal-value"), "add web").await;
    marketing.picture("17-proposal").await;
    marketing.press("y").await;
    marketing.until_text(&id("toast"), "taken as proposed").await;
    for window in [marketing, support] {
        window.until_count(&id("proposal"), 0).await;
        window.close_card().await;
        window.until_count(&mark, 0).await;
    }
    // The next edit of a card that is not one's own says where it goes.
    support.open_card("Free shipping EU").await;
    support.until_text(&id("card-of-other"), "A card of Marketing").await;
    support.close_card().await;
}

/// One starts it, both are in it; what one decides and where one goes the other sees; it is held once.
async fn hold_the_standup(marketing: &Window, support: &Window) {
    support.add_line("complaint", "Chat closes mid-reply #Tents !2").await;
    support.go("today").await;
    marketing.go("today").await;
    marketing.until_text(&id("agenda"), "Chat closes mid-reply").await;
    support.click(&id("start-standup")).await;
    support.find(&id("standup-shown")).await;
    marketing.click(&id("start-standup")).await;
    marketing.find(&id("standup-shown")).await;
    same_item(marketing, support).await;
    support.picture("20-standup").await;
    support.press("z").await;
    let day = support.in_two_days().await;
    support.fill(&id("decision-due"), day.split(' ').next().unwrap()).await;
    support.press(CTRL_ENTER).await;
    for window in [marketing, support] {
        window.until_text(&id("standup-settled"), "1 settled").await;
    }
    // Either side goes on, and both are there.
    marketing.press("n").await;
    for window in [marketing, support] {
        window.until_text(&id("standup-shown"), "Chat closes mid-reply").await;
    }
    support.press("n").await;
    for window in [marketing, support] {
        window.find(&id("standup-through")).await;
    }
    marketing.click(&id("standup-finish")).await;
    for window in [marketing, support] {
        window.find(&id("standup-ended")).await;
        window.click(&id("copy-minutes")).await;
        window.until_text(&id("copy-minutes"), "Copied").await;
    }
    marketing.picture("21-standup-ended").await;
    for window in [marketing, support] {
        window.click(&id("back-to-today")).await;
        // The rhythm counts working days; that it was held is said on any day.
        window.until_text("#sheet", "Held today").await;
        window.go("board").await;
    }
}

async fn same_item(marketing: &Window, support: &Window) {
    let key = support.attribute(&id("standup-shown"), "data-key").await;
    assert!(!key.is_empty());
    marketing
        .find(&format!("[data-testid=standup-shown][data-key=\"{key}\"]"))
        .await;
}

async fn invite(window: &Window) -> String {
    window.click(&id("sync-pill")).await;
    window.click(&id("popover-share")).await;
    window.click(&id("make-invite")).await;
    window.find(&id("invite-code")).await;
    let code = window.text(&id("invite-code")).await;
    window.press(ESC).await;
    code
}

/// What the command line says about a board, as soon as its window is gone: one that was killed takes a moment.
async fn verified(data: &Path) -> Value {
    let deadline = Instant::now() + GONE;
    loop {
        let mut command = command("sidedesk");
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
        window.press("gx").await;
        window.until_text(&id("clash"), "Free shipping EU").await;
        window.until_text(&id("clash"), "Late parcels North").await;
        window.until_count(&id("clash"), 1).await;
        let clash = id("clash");
        shown.push((
            window.attribute(&clash, "data-id").await,
            window.attribute(&clash, "data-score").await,
            window.text(&id("score-parts")).await,
        ));
    }
    let [first, second] = shown.as_slice() else {
        panic!("two windows")
    };
    assert_eq!(first, second);
    first.1.parse().unwrap()
}

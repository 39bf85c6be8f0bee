//! From two dropped files to the first clash, and what a person says to the groups that keep coming back. Real tickets:
//! `sumo_thunderbird_questions_2023.csv`, all of one product.

use std::path::Path;
use std::time::{Duration, Instant};

use sidedesk_tests::desktop::board::foreign;
use sidedesk_tests::desktop::keys::{CTRL_ENTER, ENTER, HOME, UNDO};
use sidedesk_tests::desktop::window::{Window, id};

const TICKETS: &str = "sumo_thunderbird_questions_2023.csv";
/// The program's share of the three minutes that the first value may take a person.
const SHARE: Duration = Duration::from_secs(60);
/// What a person does until the first clash is on the screen.
const MOST_ACTIONS: usize = 5;
/// Shift S.
const SPLIT: &str = "\u{e008}s\u{e000}";
/// How the title of a group begins, of several about the same.
const SENDING: &str = "why can't I send emails";
const NEXT: &str = "id,title,content,created,product\n\
    n1,Cannot send emails,\"I can receive but I cannot send emails, what do I do to fix it?\",2026-11-21,thunderbird\n\
    n2,Page margins of my printer,Half of the paper stays white,2026-11-20,thunderbird\n";
const MORE: &str = "id,title,created\nm1,Where is your office,2026-11-19\n";
const KNOWN: &str = "Mails are not sent";

/// A plan as marketing would write it, about the product of the tickets.
async fn plan(window: &Window) -> String {
    let start = window.in_two_days().await;
    format!("name,start,product,channel\nAutumn release,{start},Thunderbird,email\n")
}

fn group() -> String {
    format!("{} [data-stop]", id("group-row"))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_dropped_on_the_first_page_become_the_first_clash_in_five_actions() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open("first-value", data.path()).await;
    window.find(&id("first-run")).await;
    let begun = Instant::now();
    let mut actions = 0;
    let mut act = || actions += 1;

    let (plan, tickets) = (plan(&window).await, std::fs::read_to_string(foreign(TICKETS)).unwrap());
    act();
    window.drop_files(&[("plan.csv", &plan), (TICKETS, &tickets)]).await;
    window.until_text(&id("import-name"), "plan.csv").await;
    window.until_text(&id("count-new"), "1").await;
    act();
    window.press(CTRL_ENTER).await;
    window.until_text(&id("import-name"), TICKETS).await;
    window.until_text(&id("count-new"), "196").await;
    window.picture("01-second-file").await;
    act();
    window.press(CTRL_ENTER).await;
    window.until_focus(&group()).await;
    window.picture("02-what-keeps-coming-back").await;
    act();
    window.press("1").await;
    window.until_focus(&id("make-title")).await;
    act();
    window.press(ENTER).await;
    window.until_text(&id("import-clash"), "Autumn release").await;
    let took = begun.elapsed();
    window.picture("03-first-clash").await;
    assert!(actions <= MOST_ACTIONS, "{actions} actions");
    assert!(took < SHARE, "{took:?}");

    window.until_focus(&group()).await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.click(&id("import-to-clash")).await;
    window.until_text(&id("clash-detail"), "Autumn release").await;
}

/// Tickets of this file on a board, and its complaints' page with the focus on the first group.
async fn with_groups(name: &'static str, data: &Path) -> Window {
    let window = Window::open(name, data).await;
    window.start_board("support", "files", "Outdoor shop").await;
    window.import(TICKETS, &[]).await;
    window.run_import().await;
    window.until_focus(&group()).await;
    window.press("gk").await;
    window.until_focus(&group()).await;
    window
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_decided_by_keys() {
    let data = tempfile::tempdir().unwrap();
    let window = with_groups("lens", data.path()).await;
    let names = async || window.texts(&format!("{} .title", id("group-row"))).await;
    let before = names().await;
    window.until_text(&id("group-why"), "Why these").await;
    assert_eq!(window.count(&format!("{} li", id("group-samples"))).await, 3);
    window.until_text(&id("group-nearest"), "Looks new").await;
    window.until_text(&id("group-meets"), "Nothing planned").await;
    window.picture("01-groups").await;

    // Not a group, and the undo of it.
    window.press("3").await;
    window.until_text(&id("toast"), "Not a group").await;
    until_first(&window, &before[1]).await;
    window.press(UNDO).await;
    until_first(&window, &before[0]).await;

    // Later, and shown again. What was current before the undo still is.
    window.until_focus(&group()).await;
    window.press(HOME).await;
    window.press("z").await;
    until_first(&window, &before[1]).await;
    window.click(&id("groups-show-later")).await;
    until_first(&window, &before[0]).await;

    // Taken apart, without losing one.
    window.until_focus(&group()).await;
    window.press(HOME).await;
    let count = window.text(&id("group-count")).await;
    window.press(SPLIT).await;
    window.until_text(&id("toast"), "Split into").await;
    let script = "return document.querySelector(a)?.textContent.trim() !== b";
    window
        .until("another number of tickets", script, &[&id("group-count"), &count])
        .await;
    window.until_focus(&group()).await;
    window.picture("02-split").await;

    the_next_is_like_the_known_one(&window).await;
    window.resize(900, 600).await;
    window.picture("04-small").await;
}

/// A group becomes a complaint; the next file brings what is like it: it is shown so, and goes there with two keys.
async fn the_next_is_like_the_known_one(window: &Window) {
    window.click(&format!("[data-name^=\"{SENDING}\"] [data-stop]")).await;
    window.press("1").await;
    window.fill(&id("make-title"), KNOWN).await;
    window.press(ENTER).await;
    window.until_text(&id("known-row"), KNOWN).await;
    window.until_focus(&group()).await;

    window.drop_files(&[("new.csv", NEXT)]).await;
    window.until_text(&id("count-new"), "2").await;
    window.press(CTRL_ENTER).await;
    window.find(&id("import-result")).await;
    window.press("gk").await;
    window.tickets().await;
    // The newest stands first.
    let first = format!("{} [data-place=\"0\"]", id("inbox-row"));
    window.click(&first).await;
    window.until_text(&first, "Cannot send").await;
    window.until_text(&id("alike"), "alike").await;
    window.picture("03-alike").await;
    window.press("2").await;
    window.until_focus(&id("known-filter")).await;
    window.press(ENTER).await;
    window.until_text("body", "Added 1 ticket").await;
    // The other one is about something else, and nothing says that it is not.
    window.until_text(&first, "printer").await;
    window.click(&first).await;
    window.until_text(&id("ticket-preview"), "printer").await;
    window.until_count(&id("alike"), 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_come_before_the_board_are_kept_by_whoever_goes_back() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open("held-files", data.path()).await;
    window.find(&id("first-run")).await;
    window.click(&id("start-join")).await;
    window.fill(&id("join-code"), "not-a-code").await;
    window.drop_files(&[("new.csv", NEXT), ("more.csv", MORE)]).await;
    window.until_text(&id("first-files"), "new.csv and more.csv").await;
    window.picture("01-held").await;
    // The door does not open: nothing is lost, and a board of one's own takes them.
    window.click(&id("first-open")).await;
    window.find(&id("first-error")).await;
    window.click(&id("start-own")).await;
    window.until_text(&id("first-files"), "new.csv and more.csv").await;
    window.picture("02-back").await;
    window.click(&id("first-open")).await;
    window.until_text(&id("import-name"), "new.csv").await;
    window.until_text(&id("count-new"), "2").await;
    // Not this one; the other one still waits.
    window.click(&id("import-cancel")).await;
    window.until_text(&id("import-next"), "Next: more.csv").await;
    window.picture("03-next").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.click(&id("import-next")).await;
    window.until_text(&id("import-name"), "more.csv").await;
    window.run_import().await;
    window.press("gk").await;
    window.tickets().await;
    window.until_text(&id("inbox-count"), "1").await;
}

async fn until_first(window: &Window, title: &str) {
    looked_again(window).await;
    let script = "return document.querySelector(a)?.textContent === b";
    let first = format!("{} .title", id("group-row"));
    window
        .until(&format!("{title} is the first"), script, &[&first, title])
        .await;
}

/// On a slow machine the window waits to be asked for another look.
async fn looked_again(window: &Window) {
    let script = "const ask = document.querySelector('[data-testid=groups-look]'); ask?.click(); \
        return ask === null && document.querySelector(a)?.ariaBusy === 'false'";
    window
        .until("the groups are those of now", script, &[&id("groups")])
        .await;
}

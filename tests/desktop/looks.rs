//! Every screen as desktops show it: light, dark, in high contrast; in English, in German with words that do not wrap; in
//! the usual window and in the smallest. Each is reached by keys alone and looked over by axe (names, roles, contrast) and
//! by audit.js (nothing cut off, nothing outside the window).

use std::path::{Path, PathBuf};

use sidedesk_api::dto::FieldInputDto;
use sidedesk_api::{Clock, Desk, DeskOptions};
use sidedesk_tests::desktop::board::foreign;
use sidedesk_tests::desktop::hub::Hub;
use sidedesk_tests::desktop::keys::{DOWN, ENTER, SPACE, TAB};
use sidedesk_tests::desktop::process::command;
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::story;

use super::tour::Tour;

/// One word, 68 letters.
const LONG: &str = "Donaudampfschifffahrtsgesellschaftskapitänsmützenpreisnachlassaktion";

/// How a desktop shows the window.
struct Look {
    name: &'static str,
    theme: &'static str,
    width: u32,
    height: u32,
    /// What the web view then says of itself.
    query: &'static str,
    language: &'static str,
    /// What complaints are called in it.
    complaints: &'static str,
}

#[tokio::test(flavor = "multi_thread")]
async fn light_in_english() {
    let look = Look {
        name: "light",
        theme: "Adwaita",
        width: 1280,
        height: 800,
        query: "(prefers-color-scheme: light)",
        language: "en",
        complaints: "Complaints",
    };
    everything(&look).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn small_dark_and_german() {
    let look = Look {
        name: "dark",
        theme: "Adwaita:dark",
        width: 900,
        height: 600,
        query: "(prefers-color-scheme: dark)",
        language: "de",
        complaints: "Beschwerden",
    };
    everything(&look).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn high_contrast() {
    let look = Look {
        name: "contrast",
        theme: "HighContrast",
        width: 1280,
        height: 800,
        query: "(prefers-contrast: more)",
        language: "en",
        complaints: "Complaints",
    };
    everything(&look).await;
}

/// A new board from its first question on, then one that is a month old.
async fn everything(look: &Look) {
    let (new, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hub = Hub::start();
    // A folder that a program synchronises: the window warns of it.
    let old = month_old(&folder.path().join("Nextcloud"), hub.address()).await;
    let window = open(look, new.path()).await;
    let mut tour = Tour::new(&window, look.name);
    first_run(&mut tour).await;
    import(&mut tour).await;
    tour.inbox().await;
    let mut faults = tour.faults;
    drop(window);

    let window = open(look, &old).await;
    window.until_text(&id("go_complaints"), look.complaints).await;
    let mut tour = Tour::new(&window, look.name);
    tour.pages().await;
    tour.cards().await;
    tour.over_the_page().await;
    tour.merged_and_deleted().await;
    tour.settings().await;
    tour.standup().await;
    faults.extend(tour.faults);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

async fn open(look: &Look, data: &Path) -> Window {
    // The computer of the tests may know no other language than English: the choice is what the settings keep.
    let kept = data.join("window");
    std::fs::create_dir_all(&kept).unwrap();
    let choice = format!("{{\"language\":\"{}\"}}", look.language);
    std::fs::write(kept.join("settings.json"), choice).unwrap();
    let variables = [("GTK_THEME", look.theme)];
    let window = Window::open_as(look.name, data, &variables, &["--clock", story::NOW_TEXT]).await;
    window.resize(look.width, look.height).await;
    assert!(window.matches(look.query).await, "{} is {}", look.name, look.query);
    window.find(&format!("html[lang={}]", look.language)).await;
    window
}

/// The board of the story in the folder that is answered, with more cards and a name that do not wrap.
async fn month_old(folder: &Path, hub: &str) -> PathBuf {
    let (marketing, support) = (folder.join("marketing"), folder.join("support"));
    story::tell(&marketing, &support, hub).await.unwrap();
    for arguments in [
        ["campaign", LONG, "start=2026-11-21 10:00", "reach=48000", "region=EU"],
        ["complaint", LONG, "severity=5", "got=Es kommt nicht an.", "region=EU"],
    ] {
        let [kind, name, fields @ ..] = arguments;
        let mut command = command("sidedesk");
        command.arg("--data").arg(&support).args(["--clock", story::NOW_TEXT]);
        command
            .args([kind, "add", name, &format!("product={LONG}")])
            .args(fields);
        let done = command.output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }
    let options = DeskOptions {
        clock: Clock::from_fn(|| story::NOW),
        ..DeskOptions::new()
    };
    let desk = Desk::open_with(&support, options).await.unwrap();
    let settings = desk.settings().await.unwrap();
    let name = FieldInputDto {
        field: "name".into(),
        value: Some(LONG.into()),
    };
    desk.set("board", &settings.id, settings.seen, &[name]).await.unwrap();
    merged_and_deleted(&desk).await;
    desk.close().await.unwrap();
    support
}

/// A complaint counts with another one, and one was deleted.
async fn merged_and_deleted(desk: &Desk) {
    let title = |title: String| FieldInputDto {
        field: "title".into(),
        value: Some(title),
    };
    let board = desk.board().await.unwrap();
    let head = board.complaints.iter().find(|one| one.title == LONG).unwrap();
    let other = desk.add("complaint", &[title(format!("Doppelt{LONG}"))]).await.unwrap();
    desk.merge_complaint(&other.id, &head.id).await.unwrap();
    let gone = desk.add("complaint", &[title(format!("Weg{LONG}"))]).await.unwrap();
    desk.delete("complaint", &gone.id).await.unwrap();
}

/// Two questions, a name, and every page with nothing on it.
async fn first_run(tour: &mut Tour<'_>) {
    let window = tour.window;
    window.find(&id("first-run")).await;
    tour.look("first-run").await;
    tour.enter(&id("start-join")).await;
    window.until_focus(&id("join-code")).await;
    tour.look("first-run-join").await;
    window.press("no code at all").await;
    window.press(ENTER).await;
    window.find(&id("first-error")).await;
    tour.look("first-run-refused").await;
    tour.enter(&id("start-own")).await;
    tour.enter(&id("start-recover")).await;
    window.until_focus(&id("recover-words")).await;
    window.press("abandon ability abel").await;
    window.press(TAB).await;
    window.press("no code").await;
    window.press(ENTER).await;
    window.find("[aria-invalid=true]").await;
    tour.look("first-run-recover").await;
    tour.enter(&id("start-own")).await;
    window.until_focus("[name=start]").await;
    window.press(DOWN).await;
    window.press(DOWN).await;
    window.find("[name=start][value=empty]:checked").await;
    tour.enter(&id("first-rename")).await;
    window.until_focus(&id("first-name")).await;
    tour.look("first-run-name").await;
    window.type_over(&id("first-name"), LONG).await;
    window.press(ENTER).await;
    window.until_text(&id("board-name"), LONG).await;
    window.find(&id("today-new")).await;
    tour.look("today-new").await;
    for (keys, page, name) in [
        ("gb", id("empty-campaigns"), "board-empty"),
        ("gk", id("inbox-empty"), "complaints-empty"),
        ("gx", id("empty-clashes"), "clashes-empty"),
        ("gi", id("drop-zone"), "import"),
    ] {
        window.press(keys).await;
        window.find(&page).await;
        tour.look(name).await;
    }
}

/// A sound file, a damaged one, one of which nothing is recognised, and one with a question and no products. Only the
/// system's own choosers of files and of words are left out.
async fn import(tour: &mut Tour<'_>) {
    let window = tour.window;
    let files = tempfile::tempdir().unwrap();
    let run = id("import-run");
    window.preview(&foreign("trello_csv_events_layout.csv")).await;
    tour.look("import-plan").await;
    tour.enter(&id("import-change")).await;

    window.preview(&damaged(files.path())).await;
    window.find(&id("import-damaged")).await;
    tour.look("import-damaged").await;
    window.until_count(&format!("{run}:disabled"), 1).await;
    window.tab_to(&format!("{} input", id("import-damaged"))).await;
    window.press(SPACE).await;
    window.until_count(&format!("{run}:enabled"), 1).await;
    tour.enter(&id("import-change")).await;

    window.preview(&unknown(files.path())).await;
    window.find(&id("import-unread")).await;
    tour.look("import-unread").await;
    window.until_count(&format!("{run}:disabled"), 1).await;
    let column = "[data-column=\"Spalte A\"] [data-testid=\"column-field\"]";
    window.choose(column, "body").await;
    window.until_text(&id("count-new"), "2").await;
    window.until_count(&format!("{run}:enabled"), 1).await;
    tour.enter(&id("import-change")).await;

    window.preview(&two_ways(files.path())).await;
    window.find(&id("date-question")).await;
    tour.look("import-dates").await;
    tour.enter(&id("day-first")).await;
    window.until_count(&id("date-question"), 0).await;
    window.tab_to(&id("import-product")).await;
    window.press("Shoes").await;
    window.press(ENTER).await;
    tour.enter(&run).await;
    window.find(&id("import-result")).await;
    tour.look("import-result").await;
    tour.enter(&id("import-another")).await;

    window.preview(&foreign("zendesk_view_export_layout.csv")).await;
    tour.look("import-tickets").await;
    tour.enter(&run).await;
    window.find(&id("import-to-complaints")).await;
    tour.look("import-tickets-result").await;
    tour.enter(&id("import-to-complaints")).await;
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

//! A board with two thousand cards and six thousand tickets: no page holds more of a list than the window shows, at its
//! beginning and at its end, and the keys that lead to the end arrive there.

use std::fmt::Write as _;
use std::path::Path;

use sidedesk_api::Desk;
use sidedesk_api::dto::FieldInputDto;
use sidedesk_tests::desktop::keys::{DOWN, END, ENTER, ESC, HOME, PAGE_DOWN, PALETTE, UP};
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::large;

const CARDS: usize = 2000;
/// Tickets of no complaint.
const LOOSE: usize = 3000;
/// Tickets of one complaint, beside its own three.
const MORE: usize = 600;
/// How often that complaint's words were changed; each time all of `FIELDS`.
const CHANGES: usize = 60;
const FIELDS: [&str; 4] = ["expected", "got", "notes", "owner"];
/// Columns of a file.
const COLUMNS: usize = 300;
/// A window of 800 px shows some twenty-five rows of a list, each of ten elements or so, beside a few hundred around it.
const ELEMENTS: u64 = 2500;
/// Rows of one list: those in sight, and some beyond each edge.
const ROWS: u64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn no_page_holds_more_of_a_list_than_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let title = fill(folder.path()).await;
    let window = Window::open("long", folder.path()).await;
    let walk = Walk { window: &window };
    window.find("#sheet").await;
    walk.pages().await;
    walk.complaints().await;
    walk.one_complaint(&title).await;
    walk.search().await;
    walk.a_wide_file(folder.path()).await;
}

/// Makes the board; answers the title of the complaint with most of everything.
async fn fill(folder: &Path) -> String {
    let desk = large::board(folder, CARDS).await.unwrap();
    let title = "Complaint 0".to_owned();
    let first = CARDS / 2 * 3;
    let rows: String = (first..first + LOOSE).map(|number| large::ticket(number, "")).collect();
    large::tickets_of(&desk, "loose.csv", &rows).await.unwrap();
    let first = first + LOOSE;
    let rows: String = (first..first + MORE)
        .map(|number| large::ticket(number, &title))
        .collect();
    large::tickets_of(&desk, "more.csv", &rows).await.unwrap();
    change(&desk, &title).await;
    desk.close().await.unwrap();
    title
}

async fn change(desk: &Desk, title: &str) {
    let complaints = desk.board().await.unwrap().complaints;
    let one = complaints.into_iter().find(|one| one.title == title).unwrap();
    for change in 0..CHANGES {
        let seen = desk.complaint(&one.id).await.unwrap().seen;
        let fields = FIELDS.map(|field| FieldInputDto {
            field: field.into(),
            value: Some(format!("{field} {change}")),
        });
        desk.set("complaint", &one.id, seen, &fields).await.unwrap();
    }
}

struct Walk<'a> {
    window: &'a Window,
}

impl Walk<'_> {
    /// What is in the page now is no more than a window can show.
    async fn is_short(&self, what: &str, row: &str) {
        self.window.find(row).await;
        let elements = self.window.count("*").await;
        let rows = self.window.count(row).await;
        assert!(elements <= ELEMENTS, "{what}: {elements} elements");
        assert!(rows <= ROWS, "{what}: {rows} rows");
    }

    /// To the last row by its key, and back, in a list of `number` rows.
    async fn there_and_back(&self, what: &str, row: &str, number: usize) {
        let script = "const row = document.activeElement?.closest('[aria-posinset]'); const box = row?.getBoundingClientRect(); \
            return row?.getAttribute('aria-posinset') === a && box.top >= 0 && box.bottom <= innerHeight";
        for (keys, place) in [(END, number), (HOME, 1), (PAGE_DOWN, 11), (DOWN, 12)] {
            self.window.press(keys).await;
            self.window
                .until(
                    &format!("{what}: row {place} has the focus"),
                    script,
                    &[&place.to_string()],
                )
                .await;
            self.is_short(&format!("{what}, row {place}"), row).await;
        }
        let of = self
            .window
            .run(
                "return document.activeElement.closest('[aria-setsize]').getAttribute('aria-setsize')",
                &[],
            )
            .await;
        assert_eq!(of, number.to_string(), "{what}");
        self.window.picture(&format!("long-{}", what.replace(' ', "-"))).await;
    }

    async fn pages(&self) {
        let window = self.window;
        window.press("gt").await;
        self.is_short("today", &format!("{} > *", id("agenda"))).await;
        window.press("gb").await;
        self.is_short("board", &id("campaign-card")).await;
        self.is_short("board", &id("complaint-card")).await;
        window.press("gx").await;
        window.until_focus(&id("clashes")).await;
        self.is_short("clashes", &id("clash")).await;
        window.press(END).await;
        let script = "const row = document.querySelector(a + '[aria-selected=true]')?.getBoundingClientRect(); \
            const list = document.querySelector(b).getBoundingClientRect(); \
            return row !== undefined && row.top >= list.top - 1 && row.bottom <= list.bottom + 1";
        window
            .until("the last clash is in sight", script, &[&id("clash"), &id("clashes")])
            .await;
        self.is_short("clashes, the last", &id("clash")).await;
    }

    /// The inbox, and the complaints beside it.
    async fn complaints(&self) {
        let window = self.window;
        window.press("gk").await;
        window.tickets().await;
        window.tab_to(&format!("{} [data-stop]", id("inbox-row"))).await;
        self.is_short("inbox", &id("inbox-row")).await;
        window.press(END).await;
        window
            .until_focus(&format!("{} [data-place=\"{}\"]", id("inbox-row"), LOOSE - 1))
            .await;
        self.is_short("inbox, the last", &id("inbox-row")).await;
        self.a_ticket_arrives().await;
        self.known("open", CARDS / 2 / 5 * 3).await;
        self.known("solved", CARDS / 2 / 5).await;
        // Tickets look for their complaint: every one of them is a place.
        window.tab_to(&format!("{} [data-stop]", id("inbox-row"))).await;
        window.press("2").await;
        window.until_focus(&id("known-filter")).await;
        window.press(DOWN).await;
        self.there_and_back("places", &id("known-row"), CARDS / 2).await;
        window.press(ESC).await;
        window.until_count(&id("adding"), 0).await;
    }

    /// The ticket that has the focus keeps it, and stays where it is on the screen.
    async fn a_ticket_arrives(&self) {
        let window = self.window;
        let script = "const row = document.activeElement?.closest('[data-report]'); \
            return JSON.stringify([row?.dataset.report, Math.round(row?.getBoundingClientRect().top / 10)])";
        let before = window.run(script, &[]).await;
        let add = "window.__TAURI_INTERNALS__.invoke('add', { kind: 'report', fields: [{ field: 'title', value: 'Just now' }] })";
        window.run(add, &[]).await;
        window
            .until_focus(&format!("{} [data-place=\"{LOOSE}\"]", id("inbox-row")))
            .await;
        assert_eq!(window.run(script, &[]).await, before);
    }

    async fn known(&self, tab: &str, number: usize) {
        let window = self.window;
        window.click(&id(&format!("tab-{tab}"))).await;
        window
            .find(&format!("{}[aria-selected=true]", id(&format!("tab-{tab}"))))
            .await;
        window.tab_to(&id("known-row")).await;
        self.there_and_back(tab, &id("known-row"), number).await;
    }

    /// Its tickets, and what happened to it.
    async fn one_complaint(&self, title: &str) {
        let window = self.window;
        window.find_in_palette(title).await;
        self.is_short("palette", "[role=option]").await;
        window.press(ENTER).await;
        window.until_text(&id("panel-title"), title).await;
        window.tab_to("[data-ticket]").await;
        self.there_and_back("tickets of a complaint", &id("ticket"), MORE + 3)
            .await;
        window.tab_to(&id("card-history")).await;
        window.press(ENTER).await;
        window.find(&id("history-line")).await;
        window.press(DOWN).await;
        let all = window.text(&format!("{} [role=tab]", id("history"))).await;
        let digits: String = all.chars().filter(char::is_ascii_digit).collect();
        let lines: usize = digits.parse().unwrap();
        assert!(lines > CHANGES * FIELDS.len(), "{lines}");
        self.there_and_back("history", &id("history-line"), lines).await;
        window.press(ENTER).await;
        window.find("[data-line][aria-expanded=true]").await;
        for gone in [id("history"), id("card-panel")] {
            window.press(ESC).await;
            window.until_count(&gone, 0).await;
        }
    }

    async fn search(&self) {
        let window = self.window;
        window.press(PALETTE).await;
        window.until_focus(&id("palette-input")).await;
        window.press("product").await;
        window.find(&id("palette-found")).await;
        self.is_short("palette", "[role=option]").await;
        window.press(UP).await;
        window.press(ENTER).await;
        window.type_over(&id("search"), "product").await;
        self.is_short("search", &id("search-result")).await;
        for _ in 0..ROWS / 4 {
            window.press(PAGE_DOWN).await;
        }
        let script = "const row = document.querySelector(a + '[aria-selected=true]')?.getBoundingClientRect(); \
            return row !== undefined && row.top >= 0 && row.bottom <= innerHeight";
        window
            .until("the last find is in sight", script, &[&id("search-result")])
            .await;
        self.is_short("search, the last", &id("search-result")).await;
        window.picture("long-search").await;
    }

    /// A table with hundreds of columns.
    async fn a_wide_file(&self, folder: &Path) {
        let mut text = String::from("Name");
        for column in 0..COLUMNS {
            let _ = write!(text, ",Column {column}");
        }
        let _ = write!(text, "\nSpring sale{}\n", ",x".repeat(COLUMNS));
        let file = folder.join("wide.csv");
        std::fs::write(&file, text).unwrap();
        self.window.press(ESC).await;
        self.window.click(&id("open-import")).await;
        self.window.give_file(&file).await;
        self.is_short("a wide file", &id("column")).await;
    }
}

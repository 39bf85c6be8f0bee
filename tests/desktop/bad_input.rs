//! What goes wrong between a person and the program: a kill in mid-sentence, files that are no tables, text that is markup,
//! a value that cannot stand. Nothing typed is lost, nothing wrong comes in, and every refusal is a sentence.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use sidedesk_tests::desktop::keys::{ESC, PALETTE};
use sidedesk_tests::desktop::process::command;
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::story;

const KEPT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);
/// Twenty times what may be imported. It takes no room: nothing is written into it.
const HUGE: u64 = 2 * 1024 * 1024 * 1024;
/// Markup, an emoji made of several, and Arabic, which is written from the right.
const TAG: &str = "<img src=x onerror=alert(1)>";
const MARKUP: &str = "<img src=x onerror=alert(1)><script>alert(2)</script> 👩🏽‍🚒 مرحبا بالعالم";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_survives_a_kill() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open("typist", data.path()).await;
    window.start_board("support", "empty", "Outdoor shop").await;
    window.add("complaint", &[("title", "Late parcels North")]).await;
    window.press("c").await;
    window.fill(&id("quick-line"), "Free shipping EU 12-19 Dec @em").await;
    window.press(ESC).await;
    window.until_count(&id("quick-dialog"), 0).await;
    window.open_form("Late parcels North").await;
    window
        .type_fields(&[("got", "The tracking page says delivered"), ("region", "EU, CH")])
        .await;
    until_kept(
        data.path(),
        &["Free shipping EU 12-19 Dec @em", "says delivered", "EU, CH"],
    )
    .await;
    drop(window); // kill -9

    let window = Window::open("typist-again", data.path()).await;
    // The card's panel is open again, so that only the other draft is said to be somewhere else.
    window.until_text(&id("panel-foot"), "Not saved").await;
    window.until_text(&id("drafts"), "1 draft").await;
    window.press("c").await;
    until_value(&window, &id("quick-line"), "Free shipping EU 12-19 Dec @em").await;
    window.press(ESC).await;
    window.until_count(&id("quick-dialog"), 0).await;
    window.click(&id("card-edit")).await;
    until_value(&window, &id("field-got"), "The tracking page says delivered").await;
    until_value(&window, &id("field-region"), "EU, CH").await;
    window.save().await;
    window.until_text(&id("drafts"), "1 draft").await;
    window.open_card("Late parcels North").await;
    window
        .until_text(&id("card-panel"), "The tracking page says delivered")
        .await;
}

async fn until_value(window: &Window, css: &str, value: &str) {
    let script = "return document.querySelector(a)?.value === b";
    window
        .until(&format!("{css} holds {value:?}"), script, &[css, value])
        .await;
}

/// Waits until the window has written these words beside the board.
async fn until_kept(data: &Path, words: &[&str]) {
    let file = data.join("window/drafts.json");
    let deadline = Instant::now() + KEPT;
    loop {
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        if words.iter().all(|one| kept.contains(one)) {
            return;
        }
        assert!(Instant::now() < deadline, "{} holds {kept:?}", file.display());
        tokio::time::sleep(PAUSE).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_is_refused_with_a_sentence() {
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let window = Window::open("refused", data.path()).await;
    window.start_board("support", "files", "Outdoor shop").await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    let huge = files.path().join("huge.csv");
    std::fs::File::create(&huge).unwrap().set_len(HUGE).unwrap();
    for (file, sentence) in [
        (
            written(files.path(), "photo.png", png),
            "That is a picture or a recording.",
        ),
        (
            written(files.path(), "empty.csv", b""),
            "The file is empty. Export it again.",
        ),
        (huge, "The file is larger than 100 MB."),
        // A picture by any other name.
        (written(files.path(), "photo.csv", png), "is a PNG picture, not a table"),
    ] {
        window.find(&id("drop-zone")).await;
        window.give_file(&file).await;
        let name = file.file_name().unwrap().to_string_lossy();
        let words = format!("{name}: ");
        window.until_text(&id("import-error"), &words).await;
        window.until_text(&id("import-error"), sentence).await;
        // There is nothing to say yes to, and the window goes on.
        window.until_count(&id("import-preview"), 0).await;
        window.press("?").await;
        window.find(&id("key-sheet")).await;
        window.press(ESC).await;
        window.until_count(&id("key-sheet"), 0).await;
    }
    window.picture("40-refused").await;
    let faults = window.look_over("40-refused").await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    window.go("board").await;
    for lane in ["count-marketing", "count-support"] {
        assert!(window.text(&id(lane)).await.starts_with('0'), "{lane}");
    }
    window.go("complaints").await;
    window.find(&id("inbox-empty")).await;
    // A sound file comes in after all that.
    window.import("zendesk_view_export_layout.csv", &[]).await;
    window.run_import().await;
}

fn written(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let file = dir.join(name);
    std::fs::write(&file, bytes).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_people_is_text() {
    let data = tempfile::tempdir().unwrap();
    markup_board(data.path());
    let window = Window::open_as("markup", data.path(), &[], &["--clock", story::NOW_TEXT]).await;
    let mut faults = Vec::new();
    window.until_text(&id("agenda"), TAG).await;
    faults.extend(harmless(&window, "41-markup-today").await);
    window.go("board").await;
    for kind in ["campaign", "complaint"] {
        window.until_text(&id(&format!("{kind}-card")), TAG).await;
    }
    window.find(&id("clash-link")).await;
    faults.extend(harmless(&window, "42-markup-board").await);
    for kind in ["campaign", "complaint"] {
        let face = format!("{} {}", id(&format!("{kind}-card")), id("card-open"));
        window.click(&face).await;
        window.until_text(&id("panel-title"), "<script>alert(2)</script>").await;
        window.until_text(&id("card-panel"), "مرحبا بالعالم").await;
        faults.extend(harmless(&window, &format!("43-markup-{kind}")).await);
        window.click(&id("card-history")).await;
        window.until_text(&id("history"), TAG).await;
        faults.extend(harmless(&window, &format!("43-markup-{kind}-history")).await);
        window.click(&id("history-close")).await;
        window.close_card().await;
    }
    window.go("clashes").await;
    window.until_text(&id("clash"), TAG).await;
    faults.extend(harmless(&window, "44-markup-clash").await);
    window.go("complaints").await;
    window.until_text(&id("known"), TAG).await;
    faults.extend(harmless(&window, "45-markup-complaints").await);
    window.press(PALETTE).await;
    window.find(&id("palette")).await;
    window.press("onerror").await;
    window.until_text(&id("palette-list"), TAG).await;
    faults.extend(harmless(&window, "46-markup-palette").await);
    // The last row of what was found leads to the search page.
    window.click("[data-testid=palette-row][id$=\"-all\"]").await;
    window.until_text(&id("search-results"), TAG).await;
    window.until_count(&id("search-result"), 2).await;
    faults.extend(harmless(&window, "47-markup-search").await);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// A campaign and a complaint that clash, with markup in every field that takes words, and 10,000 letters.
fn markup_board(data: &Path) {
    let long = "Ä🚚".repeat(4_980);
    let title = format!("{MARKUP} {long}");
    let (product, text) = (format!("product={MARKUP}"), format!("{MARKUP}\n{long}"));
    let (region, owner) = (format!("region={MARKUP}"), format!("owner={MARKUP}"));
    let run = |arguments: &[&str]| {
        let mut command = command("sidedesk");
        command.arg("--data").arg(data).args(["--clock", story::NOW_TEXT]);
        let done = command.args(arguments).output().unwrap();
        assert!(
            done.status.success(),
            "{}: {}",
            arguments[0],
            String::from_utf8_lossy(&done.stderr)
        );
    };
    run(&["init", "--name", MARKUP, "--function", "support", "--me", MARKUP]);
    let words = format!("text={text}");
    let start = "start=2026-11-20 10:00";
    run(&["campaign", "add", &title, &product, &region, &owner, start, &words]);
    let words = format!("got={text}");
    run(&[
        "complaint",
        "add",
        &title,
        &product,
        &region,
        &owner,
        "severity=5",
        &words,
    ]);
}

/// Nothing ran, nothing became an element, and everything stands where it should.
async fn harmless(window: &Window, name: &str) -> Vec<String> {
    assert!(
        window.client().get_alert_text().await.is_err(),
        "{name}: a dialog opened"
    );
    let script = "return [...document.querySelectorAll('img, script')]\
        .filter((e) => e.getAttribute('src') === 'x' || e.textContent.includes('alert')).length";
    assert_eq!(
        window.run(script, &[]).await,
        Value::from(0),
        "{name}: text became markup"
    );
    window.look_over(name).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_cannot_stand_is_refused_at_its_field() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open("order", data.path()).await;
    window.start_board("marketing", "empty", "Outdoor shop").await;
    let sentence = "The end lies before the start. Correct one of them.";

    // A card that is not there yet …
    window.press("c").await;
    window.fill(&id("quick-line"), "Advent calendar").await;
    window.click(&id("quick-more")).await;
    let typed = [("start", "2027-12-12 15:00"), ("end", "2027-12-01 15:00")];
    window.type_fields(&typed).await;
    window.click(&id("card-save")).await;
    refused_at_the_end(&window, "48-refused-new", sentence, &typed).await;
    window.fill(&id("field-end"), "2027-12-24 15:00").await;
    window.click(&id("card-save")).await;
    window.until_count(&id("card-dialog"), 0).await;

    // … and one that is.
    window.go("board").await;
    window.open_form("Advent calendar").await;
    let typed = [("end", "2027-11-01 09:00"), ("text", "A door a day")];
    window.type_fields(&typed).await;
    window.click(&id("card-save")).await;
    refused_at_the_end(&window, "49-refused", sentence, &typed).await;
    window.fill(&id("field-end"), "2028-01-06 09:00").await;
    window.save().await;
    window.open_card("Advent calendar").await;
    window.until_text(&id("card-panel"), "A door a day").await;
}

/// The sentence stands at the end's field, which says it to who cannot see it, and every word is still there.
async fn refused_at_the_end(window: &Window, name: &str, sentence: &str, typed: &[(&str, &str)]) {
    let script = "const field = document.querySelector(a); \
        if (field?.getAttribute('aria-invalid') !== 'true') return false; \
        const said = document.getElementById(field.getAttribute('aria-describedby')); \
        return said?.getAttribute('role') === 'alert' && said.textContent.includes(b)";
    window
        .until("the end is refused at its field", script, &[&id("field-end"), sentence])
        .await;
    for (field, value) in typed {
        until_value(window, &id(&format!("field-{field}")), value).await;
    }
    let faults = window.look_over(name).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

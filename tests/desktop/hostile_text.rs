//! Text that wants to be a program, in every field of every kind that takes words, on every page: nothing of it runs, nothing
//! of it becomes an element, and nothing is asked of any network. How it looks is in `bad_input`; which links leave the
//! window, in `shell`.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use sidedesk_tests::desktop::keys::{ESC, PALETTE};
use sidedesk_tests::desktop::process::command;
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::story;

/// What each payload would do if it ran.
const RAN: &str = "globalThis.ran=1";
/// In every text, so that it is known to be on the page that is looked at.
const HERE: &str = "hostile";

/// Ways in, the network's among them. Behind them a text that reads backwards, and then 300 letters without a blank.
fn payload(port: u16) -> String {
    let host = format!("http://127.0.0.1:{port}");
    let ways = [
        format!("<script>{RAN}</script>"),
        format!("<script src={host}/a.js></script>"),
        format!("<img src=x onerror={RAN}>"),
        format!("<img src={host}/b.png>"),
        format!("<svg/onload={RAN}>"),
        format!("<iframe srcdoc=\"<script>parent.{RAN}</script>\" src=javascript:{RAN}></iframe>"),
        format!("<link rel=stylesheet href={host}/c.css><style>@import '{host}/d.css'</style>"),
        format!("<a href=\"javascript:{RAN}\" autofocus onfocus={RAN}>x</a>"),
        format!("<meta http-equiv=refresh content=\"0;url={host}/e\"><base href={host}/>"),
        format!("\"'--></title></textarea></style><details open ontoggle={RAN}>"),
        format!("javascript:{RAN} data:text/html,<script>{RAN}</script> {{{{{RAN}}}}} {{@html '{RAN}'}} ${{{RAN}}}"),
        "\u{202e}gnp.exe\u{2066}\u{200f}".to_owned(),
    ];
    format!("{HERE} {} {}", ways.join(" "), "W".repeat(300))
}

/// Counts who comes.
fn listen() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for _ in listener.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, asked)
}

/// The board: text of every kind is the payload. Lists take no commas and semicolons, so theirs has none.
fn fill(data: &Path, text: &str) {
    let run = |arguments: &[&str]| {
        let mut command = command("sidedesk");
        command
            .arg("--json")
            .arg("--data")
            .arg(data)
            .args(["--clock", story::NOW_TEXT]);
        let done = command.args(arguments).output().unwrap();
        assert!(
            done.status.success(),
            "{}: {}",
            arguments[0],
            String::from_utf8_lossy(&done.stderr)
        );
        serde_json::from_slice::<Value>(&done.stdout).unwrap()
    };
    let of = |fields: &[&str]| {
        fields
            .iter()
            .map(|field| format!("{field}={text}"))
            .collect::<Vec<String>>()
    };
    let scope = ["product", "region", "segment", "channel", "touch_point"];
    run(&["init", "--name", text, "--function", "support", "--me", text]);
    let mut campaign = of(&["text", "audience", "budget", "owner", "url", "labels"]);
    campaign.extend(of(&scope));
    campaign.extend(["start=2026-11-20 10:00".into(), "state=ready".into()]);
    let mut complaint = of(&["expected", "got", "notes", "owner"]);
    complaint.extend(of(&scope));
    complaint.push("severity=5".into());
    let add = |kind: &str, fields: &[String]| {
        let fields = fields.iter().map(String::as_str);
        let added = run(&[kind, "add", text].into_iter().chain(fields).collect::<Vec<_>>());
        added["id"].as_str().unwrap().to_owned()
    };
    let (campaign, complaint) = (add("campaign", &campaign), add("complaint", &complaint));
    let reports = of(&[
        "body",
        "status",
        "priority",
        "category",
        "product",
        "region",
        "segment",
        "channel",
        "touch_point",
        "tier",
    ]);
    add("report", &reports);
    add("report", &[reports, vec![format!("complaint={complaint}")]].concat());
    run(&[
        "decide", "campaign", &campaign, "--word", "decide", "--text", text, "--owner", text,
    ]);
    let gone = add("complaint", &[]);
    run(&["complaint", "set", &complaint, &format!("got={text} again")]);
    run(&["complaint", "delete", &gone]);
}

/// Waits for the words, then: nothing ran, nothing of a payload is an element, nothing was fetched from elsewhere.
async fn nothing_ran(window: &Window, css: &str, page: &str) {
    window.until_text(css, HERE).await;
    let script = "const own = (url) => /^(tauri:\\/\\/localhost|ipc:|http:\\/\\/(tauri|ipc)\\.localhost)/.test(url); \
        const made = 'script:not([src]), script[src*=\"127.0.0.1\"], img[src=x], iframe, link[href*=\"127.0.0.1\"], base, \
            meta[http-equiv=refresh], details[ontoggle], [onerror], [onload], [onfocus], [href^=\"javascript:\"]'; \
        return { ran: globalThis.ran ?? 0, own: own(location.href), \
            made: [...document.querySelectorAll(made)].map((e) => e.outerHTML.slice(0, 120)), \
            fetched: performance.getEntriesByType('resource').map((e) => e.name).filter((url) => !own(url)) }";
    let found = window.run(script, &[]).await;
    let nothing = serde_json::json!({ "ran": 0, "own": true, "made": [], "fetched": [] });
    assert_eq!(found, nothing, "{page}");
    assert!(
        window.client().get_alert_text().await.is_err(),
        "{page}: a dialog opened"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_runs_and_no_text_asks_a_network() {
    let (port, asked) = listen();
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = payload(port).replace([',', ';'], " ");
    fill(data.path(), &text);
    let window = Window::open_as("hostile", data.path(), &[], &["--clock", story::NOW_TEXT]).await;
    nothing_ran(&window, &id("agenda"), "today").await;
    nothing_ran(&window, &id("board-name"), "the rail").await;
    window.go("board").await;
    for kind in ["campaign", "complaint"] {
        nothing_ran(&window, &id(&format!("{kind}-card")), kind).await;
        window
            .click(&format!("{} {}", id(&format!("{kind}-card")), id("card-open")))
            .await;
        nothing_ran(&window, &id("panel-title"), &format!("{kind}, its panel")).await;
        if kind == "campaign" {
            // A link of no kind that leaves the window: refused with a sentence, and the page stays.
            window.click(&id("open-link")).await;
            window.until_text("body", "This link does not open from here.").await;
        } else {
            window.click("[data-ticket]").await;
            nothing_ran(&window, &id("ticket"), "a ticket").await;
        }
        window.click(&id("card-history")).await;
        nothing_ran(&window, &id("history"), &format!("{kind}, its history")).await;
        window.click(&id("history-close")).await;
        window.click(&id("card-edit")).await;
        window.find(&id("card-form")).await;
        nothing_ran(&window, &id("card-panel"), &format!("{kind}, its form")).await;
        window.press(ESC).await;
        window.until_count(&id("card-form"), 0).await;
        window.close_card().await;
    }
    window.go("clashes").await;
    nothing_ran(&window, &id("clash"), "clashes").await;
    window.go("complaints").await;
    window.tickets().await;
    nothing_ran(&window, &id("inbox-row"), "the inbox").await;
    nothing_ran(&window, &id("known"), "known complaints").await;
    window.press(PALETTE).await;
    window.find(&id("palette")).await;
    window.press(HERE).await;
    nothing_ran(&window, &id("palette-list"), "the palette").await;
    window.click("[data-testid=palette-row][id$=\"-all\"]").await;
    nothing_ran(&window, &id("search-results"), "search").await;
    window.go("settings").await;
    for page in ["board", "you", "team"] {
        window.click(&id(&format!("settings-{page}"))).await;
        if page == "team" {
            nothing_ran(&window, "section.page", page).await;
        }
        nothing_ran(&window, &id("board-name"), page).await;
    }
    window.click(&id("settings-board")).await;
    window.click(&id("settings-deleted")).await;
    nothing_ran(&window, &id("deleted"), "what was deleted").await;
    // A file whose columns, cells and name are all of that.
    let quoted = text.replace('"', "\"\"");
    let file = files.path().join("hostile <img src=x onerror=globalThis.ran=1>.csv");
    std::fs::write(
        &file,
        format!("id,title,body,\"{quoted}\"\n1,\"{quoted}\",\"{quoted}\",x\n"),
    )
    .unwrap();
    window.press("o").await;
    if window.count(&id("drop-zone")).await == 0 {
        window.go("board").await;
        window.click(&id("open-import")).await;
    }
    window.preview(&file).await;
    nothing_ran(&window, &id("import-name"), "the import's file").await;
    nothing_ran(&window, "main", "the import's preview").await;
    window.press(ESC).await;
    window.go("today").await;
    window.click(&id("start-standup")).await;
    nothing_ran(&window, &id("standup"), "the standup").await;
    assert_eq!(asked.load(Ordering::SeqCst), 0, "something was asked of the network");
    // The watch itself works: from here a request would be seen, were it not for the content policy.
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    while asked.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let script = "const [url, done] = arguments; fetch(url).then(() => done('let out'), () => done('kept in'))";
    let url = serde_json::json!(format!("http://127.0.0.1:{port}/f"));
    assert_eq!(
        window.client().execute_async(script, vec![url]).await.unwrap(),
        "kept in"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

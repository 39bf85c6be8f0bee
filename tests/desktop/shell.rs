//! What the program does around the page: one window per folder, its place, what it keeps, its clock, its links.
//!
//! Each test has a screen of its own: who is in front is what some of them look at.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sidedesk_tests::desktop::driver::own_screen;
use sidedesk_tests::desktop::process::{Group, command};
use sidedesk_tests::desktop::window::Window;

const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// Calls a command of the shell as the page does. The answer, or the error's code.
async fn call(window: &Window, command: &str, arguments: Value) -> Result<Value, String> {
    let script = "const [command, given, done] = arguments; \
        window.__TAURI_INTERNALS__.invoke(command, given).then((ok) => done([true, ok]), (no) => done([false, no.code]))";
    let given = vec![json!(command), arguments];
    let answer = window.client().execute_async(script, given).await.unwrap();
    match answer[0] {
        Value::Bool(true) => Ok(answer[1].clone()),
        _ => Err(answer[1].as_str().unwrap_or("no code").to_owned()),
    }
}

async fn found(window: &Window, name: &str) {
    let founding = json!({ "name": name, "me": "", "function": "marketing" });
    call(window, "init", founding).await.unwrap();
}

/// Starts the program to its end, on this screen.
fn start(display: &str, arguments: &[&str]) -> Output {
    let mut command = command("sidedesk-desktop");
    command
        .args(arguments)
        .env("DISPLAY", display)
        .env("GDK_BACKEND", "x11");
    command
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn one_sentence(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// A process's number, as [`Group::members`] shows it.
fn number(line: &str) -> String {
    line.split_whitespace().nth(1).unwrap().to_owned()
}

async fn until_in_front(window: &Window, in_front: bool) {
    let script = "return document.hasFocus() === (a === 'true')";
    window
        .until("it is in front, or is not", script, &[&in_front.to_string()])
        .await;
}

/// Waits until the window has kept this place.
async fn until_kept(data: &Path, expected: impl Fn(&Value) -> bool) -> Value {
    let file = data.join("window/place.json");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let place = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        match place {
            Some(place) if expected(&place) => return place,
            place if Instant::now() > deadline => panic!("{} holds {place:?}", file.display()),
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_shows_the_window_that_is_there() {
    let (display, _screen) = own_screen(1280, 800);
    // No session bus: what keeps windows apart must not need one.
    let look = [
        ("DISPLAY", display.as_str()),
        ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"),
    ];
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = Window::open_with("first", one.path(), &look).await;
    found(&first, "One").await;
    let other = Window::open_with("other", two.path(), &look).await;
    found(&other, "Two").await;
    until_in_front(&other, true).await;
    until_in_front(&first, false).await;

    let second = start(&display, &["--data", text(one.path())]);
    assert_eq!(second.status.code(), Some(0), "{second:?}");
    assert!(one_sentence(&second).contains("already open"));
    until_in_front(&first, true).await;
    until_in_front(&other, false).await;

    // The same folder by another way, and the command line beside the window.
    let around = one.path().join("webview/..");
    assert_eq!(start(&display, &["--data", text(&around)]).status.code(), Some(0));
    let mut read = command("sidedesk");
    let read = read
        .arg("--data")
        .arg(one.path())
        .args(["--json", "clashes"])
        .output()
        .unwrap();
    assert_eq!(read.status.code(), Some(0), "{read:?}");

    // Killed, it is in nobody's way.
    drop(first);
    let again = Window::open_with("again", one.path(), &look).await;
    assert_eq!(call(&again, "state", json!({})).await.unwrap()["name"], "One");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_comes_back_where_it_was_and_never_where_nobody_sees_it() {
    let (display, _screen) = own_screen(1600, 1000);
    let look = [("DISPLAY", display.as_str())];
    let data = tempfile::tempdir().unwrap();
    let window = Window::open_with("placed", data.path(), &look).await;
    window.client().set_window_rect(120, 80, 1010, 720).await.unwrap();
    until_kept(data.path(), |place| {
        (&place["width"], &place["x"]) == (&json!(1010), &json!(120))
    })
    .await;
    drop(window);
    let window = Window::open_with("placed-again", data.path(), &look).await;
    assert_eq!(window.client().get_window_rect().await.unwrap(), (120, 80, 1010, 720));
    drop(window);

    // Kept on a screen that is gone, and smaller than anything works in.
    let place = json!({ "x": 5000, "y": -700, "width": 200, "height": 100, "maximized": false });
    std::fs::write(data.path().join("window/place.json"), place.to_string()).unwrap();
    let window = Window::open_with("placed-back", data.path(), &look).await;
    assert_eq!(window.client().get_window_rect().await.unwrap(), (700, 0, 900, 600));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_page_keeps_survives_a_kill() {
    let (display, _screen) = own_screen(1280, 800);
    let look = [("DISPLAY", display.as_str())];
    let data = tempfile::tempdir().unwrap();
    let window = Window::open_with("keeper", data.path(), &look).await;
    assert_eq!(
        call(&window, "kept", json!({ "name": "drafts" })).await,
        Ok(Value::Null)
    );
    let draft = json!({ "card": "Late parcels – <b>Nörd</b> 🚚" }).to_string();
    let keep = json!({ "name": "drafts", "text": draft });
    assert_eq!(call(&window, "keep", keep).await, Ok(Value::Null));
    for (name, text, code) in [
        ("../lock", "1", "bad_request"),
        ("drafts", "{", "bad_request"),
        (
            "drafts",
            &format!("\"{}\"", "x".repeat(4 * 1024 * 1024)),
            "kept_too_long",
        ),
    ] {
        let refused = call(&window, "keep", json!({ "name": name, "text": text })).await;
        assert_eq!(refused, Err(code.to_owned()), "{name}");
    }
    drop(window); // kill -9
    let window = Window::open_with("keeper-again", data.path(), &look).await;
    let kept = call(&window, "kept", json!({ "name": "drafts" })).await;
    assert_eq!(kept, Ok(json!(draft)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_goes_by_the_clock_it_is_given() {
    let (display, _screen) = own_screen(1280, 800);
    let look = [("DISPLAY", display.as_str())];
    let data = tempfile::tempdir().unwrap();
    let clock = ["--clock", "2031-05-06T07:08:09Z"];
    let from_ms = 1_935_817_689_000_i64;
    let window = Window::open_as("clock", data.path(), &look, &clock).await;
    let now = async || {
        call(&window, "state", json!({})).await.unwrap()["now_ms"]
            .as_i64()
            .unwrap()
    };
    let first = now().await;
    assert!((from_ms..from_ms + 120_000).contains(&first), "{first}");
    let deadline = Instant::now() + PATIENCE;
    while now().await == first {
        assert!(Instant::now() < deadline, "the clock stands still");
    }
    assert!(now().await > first);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_web_and_mail_links_leave_the_window() {
    let (display, _screen) = own_screen(1280, 800);
    let (data, programs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // The system's program for links, as far as this window sees.
    let opened = programs.path().join("opened");
    let browser = programs.path().join("xdg-open");
    std::fs::write(
        &browser,
        format!("#!/bin/sh\nprintf '%s' \"$*\" > {}\n", opened.display()),
    )
    .unwrap();
    let made = Command::new("chmod").arg("+x").arg(&browser).status().unwrap();
    assert!(made.success());
    let path = format!("{}:{}", programs.path().display(), std::env::var("PATH").unwrap());
    let look = [("DISPLAY", display.as_str()), ("PATH", path.as_str())];
    let window = Window::open_with("links", data.path(), &look).await;
    for url in [
        "file:///etc/passwd",
        "http://example.com",
        "javascript:alert(1)",
        "--help",
        "",
    ] {
        let refused = call(&window, "open_link", json!({ "url": url })).await;
        assert_eq!(refused, Err("link".to_owned()), "{url}");
    }
    assert!(!opened.exists());
    let url = "https://example.com/tickets?id=7&view=a%20b";
    assert_eq!(call(&window, "open_link", json!({ "url": url })).await, Ok(Value::Null));
    assert_eq!(std::fs::read_to_string(&opened).unwrap(), url);
}

/// Started by no driver: one's session would die with the page.
#[tokio::test]
async fn a_page_whose_process_dies_comes_back() {
    let (display, _screen) = own_screen(1280, 800);
    let data = tempfile::tempdir().unwrap();
    let said = tempfile::NamedTempFile::new().unwrap();
    let mut program = command("sidedesk-desktop");
    program.arg("--data").arg(data.path());
    program
        .env("DISPLAY", &display)
        .env("GDK_BACKEND", "x11")
        .env_remove("WAYLAND_DISPLAY");
    program
        .env("RUST_LOG", "warn,sidedesk_desktop::revive=info")
        .stderr(said.reopen().unwrap());
    let group = Group::start(&mut program);
    let page = || {
        group
            .members()
            .lines()
            .find(|line| line.contains("WebKitWebProcess"))
            .map(number)
    };
    let mut seen = Vec::new();
    for lives in 1..=3 {
        let deadline = Instant::now() + PATIENCE;
        let there = loop {
            let words = std::fs::read_to_string(said.path()).unwrap();
            if words.matches("the page is there").count() == lives
                && let Some(page) = page()
            {
                break page;
            }
            assert!(Instant::now() < deadline, "life {lives}: {words}\n{}", group.members());
            tokio::time::sleep(PAUSE).await;
        };
        assert!(!seen.contains(&there), "{there} of {seen:?}");
        seen.push(there.clone());
        assert!(Command::new("kill").args(["-KILL", &there]).status().unwrap().success());
    }
}

#[test]
fn without_a_display_it_says_so() {
    let data = tempfile::tempdir().unwrap();
    for display in ["", ":4711"] {
        let refused = start(display, &["--data", text(data.path())]);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        assert!(one_sentence(&refused).contains("no display"), "{refused:?}");
    }
    let usage = start("", &["--dta"]);
    assert_eq!(usage.status.code(), Some(2));
}

//! Notices on the desktop, seen where a person sees them: a session bus and a service that shows them, both the test's own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sidedesk_tests::desktop::driver::own_screen;
use sidedesk_tests::desktop::process::{Group, command};
use sidedesk_tests::desktop::window::{Window, id};

/// A look rests two seconds, and a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// A desktop: a screen, a session bus, and what shows notices.
struct Desktop {
    display: String,
    bus: String,
    notices: Receiver<String>,
    dunst: Group,
    _bus: Group,
    _screen: Group,
}

impl Desktop {
    fn new() -> Self {
        let (display, screen) = own_screen(1280, 800);
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address=1"]);
        let mut group = Group::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
        let mut address = String::new();
        BufReader::new(group.stdout()).read_line(&mut address).unwrap();
        let bus = address.trim().to_owned();
        let mut command = Command::new("dunst");
        command
            .arg("-print")
            .env("DISPLAY", &display)
            .env("DBUS_SESSION_BUS_ADDRESS", &bus);
        let mut dunst = Group::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
        let lines = BufReader::new(dunst.stdout()).lines();
        let (sender, notices) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let desktop = Self {
            display,
            bus,
            notices,
            dunst,
            _bus: group,
            _screen: screen,
        };
        let deadline = Instant::now() + PATIENCE;
        while !desktop.shows_notices() {
            assert!(Instant::now() < deadline, "dunst does not start");
            std::thread::park_timeout(PAUSE);
        }
        desktop
    }

    /// Asked of the bus: a question to the name itself would have the bus start a second one, and the first would leave.
    fn shows_notices(&self) -> bool {
        let mut command = Command::new("dbus-send");
        command
            .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus"])
            .args(["/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"])
            .arg("string:org.freedesktop.Notifications")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        String::from_utf8_lossy(&command.output().unwrap().stdout).contains("boolean true")
    }

    /// The action of the notice on top, as a click on it.
    fn act(&self) -> bool {
        let mut command = Command::new("dunstctl");
        command.args(["action", "0"]).env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        command.status().unwrap().success()
    }

    fn look(&self) -> [(&str, &str); 2] {
        [("DISPLAY", &self.display), ("DBUS_SESSION_BUS_ADDRESS", &self.bus)]
    }

    /// The next notice: its heading and its text.
    fn next(&self) -> (String, String) {
        let (mut heading, mut text) = (None, None);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let line = self
                .notices
                .recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|error: RecvTimeoutError| panic!("no notice: {error} {heading:?} {text:?}"));
            let of = |name: &str| Some(line.trim().strip_prefix(name)?.trim_matches('\'').to_owned());
            heading = of("summary: ").or(heading);
            text = of("body: ").or(text);
            // The last line of what dunst prints about one.
            if line.trim().starts_with("script_count") {
                return (heading.unwrap_or_default(), text.unwrap_or_default());
            }
        }
    }

    /// Stops what shows notices in its tracks, as one that hangs.
    fn hang(&self) {
        self.dunst.signal("STOP");
    }
}

/// Calls a command of the shell as the page does.
async fn call(window: &Window, command: &str, arguments: Value) -> Value {
    let script = "const [command, given, done] = arguments; \
        window.__TAURI_INTERNALS__.invoke(command, given).then((ok) => done(ok), (no) => done({ refused: no }))";
    let given = vec![json!(command), arguments];
    let answer = window.client().execute_async(script, given).await.unwrap();
    assert!(answer.get("refused").is_none(), "{command}: {answer}");
    answer
}

async fn add(window: &Window, kind: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<_> = fields
        .iter()
        .map(|(field, value)| json!({ "field": field, "value": value }))
        .collect();
    let added = call(window, "add", json!({ "kind": kind, "fields": fields })).await;
    added["id"].as_str().unwrap().to_owned()
}

async fn complaint(window: &Window, title: &str, owner: &str) {
    let fields = [
        ("title", title),
        ("product", "Boots"),
        ("severity", "5"),
        ("owner", owner),
    ];
    add(window, "complaint", &fields).await;
}

/// A board on which one person in support has a campaign before them that is about to start.
async fn board(data: &Path) {
    let run = |arguments: &[&str]| {
        let mut command = command("sidedesk");
        let done = command.arg("--data").arg(data).args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    };
    run(&[
        "init",
        "--name",
        "Outdoor shop",
        "--function",
        "support",
        "--zone",
        "UTC",
    ]);
}

async fn until_in_front(window: &Window, in_front: bool) {
    let script = "return document.hasFocus() === (a === 'true')";
    window
        .until("it is in front, or is not", script, &[&in_front.to_string()])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_clash_on_my_card_is_told_once_and_its_notice_opens_it() {
    let desktop = Desktop::new();
    let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    board(data.path()).await;
    let window = Window::open_with("told", data.path(), &desktop.look()).await;
    let start = window.in_two_days().await;
    let campaign = [
        ("name", "Free <b>shipping</b>"),
        ("product", "Boots"),
        ("start", &start),
        ("owner", "Campaign manager"),
    ];
    add(&window, "campaign", &campaign).await;
    // Somebody works in another window from here on.
    let other = Window::open_with("elsewhere", elsewhere.path(), &desktop.look()).await;
    until_in_front(&other, true).await;
    until_in_front(&window, false).await;

    complaint(&window, "Wrong size", "Shift lead").await;
    complaint(&window, "Late parcels North", "Support lead").await;
    let (heading, text) = desktop.next();
    assert_eq!(heading, "New clash");
    // Markup of a person is text: dunst prints the text as it got it.
    let expected = "Free &lt;b&gt;shipping&lt;/b&gt; meets Late parcels North. You own Late parcels North.";
    assert_eq!(text, expected);

    assert!(desktop.act());
    until_in_front(&window, true).await;
    window.until_text(&id("clash-detail"), "Late parcels North").await;

    // Two at once are one notice, and nothing is told twice.
    until_elsewhere(&other, &desktop, elsewhere.path()).await;
    until_in_front(&window, false).await;
    tokio::join!(
        complaint(&window, "Split seam", "Support lead"),
        complaint(&window, "Login loop", "SL")
    );
    let (heading, text) = desktop.next();
    assert_eq!(heading, "2 new clashes touch your cards");
    assert!(
        text.starts_with("You own ") && text.contains("Split seam") && text.contains("Login loop"),
        "{text}"
    );
}

/// Brings the other window back to the front, by a second start of it.
async fn until_elsewhere(other: &Window, desktop: &Desktop, data: &Path) {
    let mut command = command("sidedesk-desktop");
    command
        .arg("--data")
        .arg(data)
        .envs(desktop.look())
        .env("GDK_BACKEND", "x11");
    assert!(command.env_remove("WAYLAND_DISPLAY").output().unwrap().status.success());
    until_in_front(other, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standup_is_announced_five_minutes_before_in_the_language_of_the_system() {
    let desktop = Desktop::new();
    let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    board(data.path()).await;
    let look: Vec<_> = desktop.look().into_iter().chain([("LC_ALL", "de_DE.UTF-8")]).collect();
    let clock = ["--clock", "2026-11-23T09:09:30Z"];
    let window = Window::open_as("standup", data.path(), &look, &clock).await;
    let other = Window::open_with("elsewhere", elsewhere.path(), &desktop.look()).await;
    until_in_front(&other, true).await;
    until_in_front(&window, false).await;
    let (heading, text) = desktop.next();
    assert_eq!(text, "Du bist auf diesem Board.");
    // Five minutes, or four when opening both windows took longer than the rest of the minute.
    assert!(
        ["Standup in 5 Minuten", "Standup in 4 Minuten"].contains(&heading.as_str()),
        "{heading}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_that_hangs_holds_up_nothing() {
    let desktop = Desktop::new();
    let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    board(data.path()).await;
    let window = Window::open_with("hanging", data.path(), &desktop.look()).await;
    let start = window.in_two_days().await;
    add(
        &window,
        "campaign",
        &[("name", "Free shipping"), ("product", "Boots"), ("start", &start)],
    )
    .await;
    let other = Window::open_with("elsewhere", elsewhere.path(), &desktop.look()).await;
    until_in_front(&other, true).await;
    desktop.hang();
    for title in ["Late parcels", "Wrong size", "Split seam"] {
        complaint(&window, title, "Support lead").await;
    }
    let clashes = call(&window, "clashes", json!({})).await;
    assert_eq!(clashes["clashes"].as_array().unwrap().len(), 3);
    // It closes in order, and the folder is free for the next window.
    window.client().close_window().await.unwrap();
    let again = Window::open_with("hanging-again", data.path(), &desktop.look()).await;
    let state = call(&again, "state", json!({})).await;
    assert_eq!(state["name"], "Outdoor shop");
}

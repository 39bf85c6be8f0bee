//! WebKitWebDriver, one per window, and a screen for it where there is none.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::process::{Group, program};

/// A window on a busy machine takes a few seconds to open.
const START: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(100);
/// As many bytes of complaints as a message shows.
const LAST_WORDS: usize = 4_000;

/// A window, the driver that started it, and the screen they are on. Dropped in this order.
pub struct Driver {
    /// The session with the window.
    pub client: Client,
    driver: Group,
    /// What the driver, the program and its web processes complained of.
    complaints: tempfile::NamedTempFile,
    _screen: Option<Group>,
}

impl Driver {
    /// For a message: which of its programs still run, and the last of what they complained of.
    pub fn what_is_left(&self) -> String {
        let said = std::fs::read(self.complaints.path()).unwrap_or_default();
        let last = &said[said.len().saturating_sub(LAST_WORDS)..];
        format!(
            "--- its programs:\n{}--- what they complained of:\n{}",
            self.driver.members(),
            String::from_utf8_lossy(last)
        )
    }
}

/// Opens the app on the board in `data`. `look` is what the desktop says about colours and language, as variables.
pub async fn open(data: &Path, look: &[(&str, &str)]) -> Driver {
    open_with(data, look, &[]).await
}

/// Opens the app on the board in `data`, with more arguments.
pub async fn open_with(data: &Path, look: &[(&str, &str)], arguments: &[&str]) -> Driver {
    let (display, screen) = screen();
    let port = free_port();
    let complaints = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new("WebKitWebDriver");
    command
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(complaints.reopen().unwrap());
    command
        // Without it the session waits for ever: the web view does not offer itself to the driver.
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("DISPLAY", display)
        .env("GDK_BACKEND", "x11")
        .env_remove("WAYLAND_DISPLAY")
        // The words that the tests look for are English.
        .env("LC_ALL", "C.UTF-8")
        .env_remove("LANGUAGE")
        // Nor is the keyring of whoever runs them any of their business.
        .env("SIDEDESK_KEYS", "file")
        .envs(look.iter().copied());
    let driver = Group::start(&mut command);
    let mut all = vec![json!("--data"), json!(data)];
    all.extend(arguments.iter().map(|argument| json!(argument)));
    let options = json!({ "binary": program("sidedesk-desktop"), "args": all });
    let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
    let url = format!("http://127.0.0.1:{port}");
    let deadline = Instant::now() + START;
    let client = loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connecting = builder
            .capabilities(serde_json::Map::clone(&capabilities))
            .connect(&url);
        match tokio::time::timeout_at(deadline.into(), connecting).await {
            Ok(Ok(client)) => break client,
            // The driver does not listen yet.
            Ok(Err(error)) if Instant::now() > deadline => panic!("no session: {error}"),
            Ok(Err(_)) => tokio::time::sleep(PAUSE).await,
            Err(_) => panic!("the window did not open within {START:?}"),
        }
    };
    Driver {
        client,
        driver,
        complaints,
        _screen: screen,
    }
}

/// The screen of the test run, else one of our own.
fn screen() -> (String, Option<Group>) {
    if let Ok(display) = std::env::var("DISPLAY")
        && !display.is_empty()
    {
        return (display, None);
    }
    let (display, screen) = own_screen(1280, 800);
    (display, Some(screen))
}

/// A screen that no other test puts a window on: its name, for `DISPLAY`, and the screen as long as it is held.
pub fn own_screen(width: u32, height: u32) -> (String, Group) {
    let mut command = Command::new("Xvfb");
    let size = format!("{width}x{height}x24");
    command.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut screen = Group::start(&mut command);
    let mut number = String::new();
    BufReader::new(screen.stdout()).read_line(&mut number).unwrap();
    (format!(":{}", number.trim()), screen)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

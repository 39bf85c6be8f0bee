//! One window and the person in front of it. Nothing sleeps: every step waits for what it needs, with a deadline.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::driver::{self, Driver};
use super::keys::ALL;
use super::process::bin_dir;

/// A clash is computed as of whole minutes, so one may take a minute to show.
const PATIENCE: Duration = Duration::from_secs(100);
/// A window that is covered may not paint at all.
const PAINT: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(40);

/// A window on a board of its own.
pub struct Window {
    name: &'static str,
    driver: Driver,
}

impl Window {
    /// Opens the app on `data`. `name` is for pictures and messages.
    pub async fn open(name: &'static str, data: &Path) -> Self {
        Self::open_with(name, data, &[]).await
    }

    /// Opens the app as a desktop with these variables shows it.
    pub async fn open_with(name: &'static str, data: &Path, look: &[(&str, &str)]) -> Self {
        Self::open_as(name, data, look, &[]).await
    }

    /// Opens the app with these variables and arguments.
    pub async fn open_as(name: &'static str, data: &Path, look: &[(&str, &str)], arguments: &[&str]) -> Self {
        let driver = driver::open_with(data, look, arguments).await;
        Self { name, driver }
    }

    /// The session, for what has no word here.
    pub fn client(&self) -> &Client {
        &self.driver.client
    }

    /// The first element with this test id, inside `within` where it is not empty.
    pub async fn find(&self, css: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.client().find(Locator::Css(css)).await {
                Ok(found) => return found,
                Err(_) if Instant::now() < deadline => tokio::time::sleep(PAUSE).await,
                Err(error) => self.give_up(&format!("{css} is not there: {error}")).await,
            }
        }
    }

    /// Clicks as soon as it can be clicked.
    pub async fn click(&self, css: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.find(css).await.click().await {
                Ok(()) => return,
                Err(_) if Instant::now() < deadline => tokio::time::sleep(PAUSE).await,
                Err(error) => self.give_up(&format!("{css} cannot be clicked: {error}")).await,
            }
        }
    }

    /// Replaces what stands in a field, key by key, as soon as it can be typed into.
    pub async fn fill(&self, css: &str, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let field = self.find(css).await;
            let typed = match field.clear().await {
                Ok(()) => field.send_keys(text).await,
                refused => refused,
            };
            match typed {
                Ok(()) => break,
                Err(_) if Instant::now() < deadline => tokio::time::sleep(PAUSE).await,
                Err(error) => self.give_up(&format!("{css} cannot be typed into: {error}")).await,
            }
        }
        self.until(
            &format!("{css} holds {text:?}"),
            "return document.querySelector(a)?.value === b",
            &[css, text],
        )
        .await;
    }

    /// Chooses one entry of a list.
    pub async fn choose(&self, css: &str, value: &str) {
        self.find(css).await.select_by_value(value).await.unwrap();
    }

    /// Presses keys with nothing in particular in mind: they go to whatever has the focus, or to the page.
    pub async fn press(&self, keys: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let focused = match self.client().active_element().await {
                Ok(focused) => focused,
                Err(_) => self.find("body").await,
            };
            match focused.send_keys(keys).await {
                Ok(()) => return,
                // What had the focus is just going away.
                Err(_) if Instant::now() < deadline => tokio::time::sleep(PAUSE).await,
                Err(error) => self.give_up(&format!("{keys:?} reach nothing: {error}")).await,
            }
        }
    }

    /// Types over what the field with the focus holds, by keys alone.
    pub async fn type_over(&self, css: &str, text: &str) {
        self.until_focus(css).await;
        let is_selected = "const field = document.querySelector(a); \
            return field.selectionStart === 0 && field.selectionEnd === field.value.length";
        let deadline = Instant::now() + PATIENCE;
        // A page that is just being drawn may not have the keys of the driver yet.
        loop {
            self.press(ALL).await;
            if self.run(is_selected, &[css]).await == Value::Bool(true) {
                break;
            }
            if Instant::now() > deadline {
                self.give_up(&format!("{css} is never selected")).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.press(text).await;
        self.until(
            &format!("{css} holds {text:?}"),
            "return document.querySelector(a)?.value === b",
            &[css, text],
        )
        .await;
    }

    /// Hands a file to the window's file field.
    pub async fn give_file(&self, path: &Path) {
        let path = path.canonicalize().unwrap();
        self.find(&id("import-file"))
            .await
            .send_keys(&path.to_string_lossy())
            .await
            .unwrap();
    }

    /// The words of the first match; empty when there is none.
    pub async fn text(&self, css: &str) -> String {
        let found = self
            .run("return document.querySelector(a)?.textContent ?? ''", &[css])
            .await;
        found
            .as_str()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The words of every match.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(a)].map((e) => e.textContent.replace(/\\s+/g, ' ').trim())";
        serde_json::from_value(self.run(script, &[css]).await).unwrap()
    }

    /// An attribute of the first match.
    pub async fn attribute(&self, css: &str, name: &str) -> String {
        let found = self
            .run("return document.querySelector(a)?.getAttribute(b) ?? ''", &[css, name])
            .await;
        found.as_str().unwrap_or_default().to_owned()
    }

    /// How many there are.
    pub async fn count(&self, css: &str) -> u64 {
        self.run("return document.querySelectorAll(a).length", &[css])
            .await
            .as_u64()
            .unwrap()
    }

    /// Waits until `script` answers true. `a`, `b` … are `arguments`.
    pub async fn until(&self, what: &str, script: &str, arguments: &[&str]) {
        let deadline = Instant::now() + PATIENCE;
        while self.run(script, arguments).await != Value::Bool(true) {
            if Instant::now() > deadline {
                self.give_up(&format!("it never came that {what}")).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until the first match says `words`.
    pub async fn until_text(&self, css: &str, words: &str) {
        let script = "return (document.querySelector(a)?.textContent ?? '').replace(/\\s+/g, ' ').includes(b)";
        self.until(&format!("{css} says {words:?}"), script, &[css, words])
            .await;
    }

    /// Waits until there are exactly `number` matches.
    pub async fn until_count(&self, css: &str, number: u64) {
        let script = "return document.querySelectorAll(a).length === Number(b)";
        self.until(
            &format!("there are {number} of {css}"),
            script,
            &[css, &number.to_string()],
        )
        .await;
    }

    /// Runs a script; `a` and `b` are its first two arguments.
    pub async fn run(&self, script: &str, arguments: &[&str]) -> Value {
        let script = format!("const [a, b] = arguments; {script}");
        let arguments = arguments.iter().map(|text| json!(text)).collect();
        match self.client().execute(&script, arguments).await {
            Ok(value) => value,
            Err(error) => panic!("{}: {script}: {error}\n{}", self.name, self.driver.what_is_left()),
        }
    }

    /// What axe finds: names, roles, contrast.
    pub async fn axe(&self) -> Vec<String> {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}", axe.display()));
        self.client().execute(&axe, Vec::new()).await.unwrap();
        let script = "const done = arguments[0]; \
            axe.run().then((found) => done(found.violations.flatMap((one) => \
            one.nodes.map((node) => `${one.id}, ${one.impact}: ${node.failureSummary} ${node.html.slice(0, 160)}`))))";
        let found = self.client().execute_async(script, Vec::new()).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// Makes the window `width` × `height`, when its page has begun: WebKitGTK 2.50 can die of a new size in that moment,
    /// and a driver's session dies with it (`src-tauri/src/revive.rs`).
    pub async fn resize(&self, width: u32, height: u32) {
        self.until("the page is there", "return document.readyState === 'complete'", &[])
            .await;
        self.until_painted("").await;
        self.client().set_window_size(width, height).await.unwrap();
    }

    /// Saves what is on the screen.
    pub async fn picture(&self, name: &str) {
        let file = pictures().join(format!("{name}.png"));
        self.picture_at(&file).await;
    }

    /// Saves what is on the screen to this file.
    pub async fn picture_at(&self, file: &Path) {
        // Two frames later the last change is painted. A web view that draws without a graphics card answers a request for
        // a picture at its next frame only, so a dot of a pixel keeps changing until the picture is there.
        let dot = "const dot = document.createElement('i'); \
             dot.style.cssText = 'position: fixed; right: 0; bottom: 0; width: 1px; height: 1px; opacity: 0.01'; \
             document.body.append(dot); let count = 0; \
             window.dot = setInterval(() => (dot.style.background = (count++ % 2) ? '#fff' : '#fefefe'), 50); \
             window.undot = () => { clearInterval(window.dot); dot.remove() };";
        self.until_painted(dot).await;
        let png = self.client().screenshot().await;
        let png =
            png.unwrap_or_else(|error| panic!("{}: no picture: {error}\n{}", self.name, self.driver.what_is_left()));
        self.run("window.undot?.()", &[]).await;
        std::fs::write(file, png).unwrap();
    }

    /// Runs a script and waits for two frames after it, where there are any.
    async fn until_painted(&self, script: &str) {
        let script = format!(
            "const done = arguments[0]; {script} requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        );
        let _ = tokio::time::timeout(PAINT, self.client().execute_async(&script, Vec::new())).await;
    }

    /// Takes a picture and ends the test with what was on the screen.
    pub async fn give_up(&self, why: &str) -> ! {
        if let Err(error) = self.client().title().await {
            panic!(
                "window {}: {why}\n--- the window is gone: {error}\n{}",
                self.name,
                self.driver.what_is_left()
            );
        }
        self.picture(&format!("failed-{}", self.name)).await;
        let page = self.run("return document.body.innerText", &[]).await;
        let focus = "return document.activeElement?.cloneNode(false).outerHTML ?? 'nothing'";
        let focus = self.run(focus, &[]).await;
        panic!(
            "window {}: {why}\n--- the focus: {}\n--- on the screen:\n{}",
            self.name,
            focus.as_str().unwrap_or_default(),
            page.as_str().unwrap_or_default()
        );
    }
}

/// The selector of a test id.
pub fn id(testid: &str) -> String {
    format!("[data-testid=\"{testid}\"]")
}

fn pictures() -> PathBuf {
    let dir = bin_dir().join("../pictures");
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

//! What opens a board: a passphrase where there is no keyring, and a keyring that goes and comes back. By keys alone, looked
//! over like every other screen.

use std::path::Path;

use sidedesk_tests::desktop::keys::{ENTER, TAB};
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::keyring::{Session, files_with, shapes_of};

use super::tour::Tour;

const WORDS: &str = "vier Wörter und noch eins";
/// A session without a bus: no keyring can be there.
const NOWHERE: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");

/// How a desktop shows the window, and which keyring it has.
struct Look<'a> {
    name: &'static str,
    theme: &'a str,
    language: &'a str,
    size: (u32, u32),
    bus: (&'a str, &'a str),
}

impl<'a> Look<'a> {
    fn light(bus: (&'a str, &'a str)) -> Self {
        Self {
            name: "light",
            theme: "Adwaita",
            language: "en",
            size: (1280, 800),
            bus,
        }
    }

    fn dark(bus: (&'a str, &'a str)) -> Self {
        Self {
            name: "dark",
            theme: "Adwaita:dark",
            language: "de",
            size: (900, 600),
            bus,
        }
    }

    async fn open(&self, data: &Path) -> Window {
        let kept = data.join("window");
        std::fs::create_dir_all(&kept).unwrap();
        let choice = format!("{{\"language\":\"{}\"}}", self.language);
        std::fs::write(kept.join("settings.json"), choice).unwrap();
        let variables = [("GTK_THEME", self.theme), ("SIDEDESK_KEYS", "auto"), self.bus];
        let window = Window::open_with(self.name, data, &variables).await;
        window.resize(self.size.0, self.size.1).await;
        window
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_where_there_is_no_keyring() {
    passphrase(&Look::light(NOWHERE)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_small_dark_and_german() {
    passphrase(&Look::dark(NOWHERE)).await;
}

async fn passphrase(look: &Look<'_>) {
    let data = tempfile::tempdir().unwrap();
    let window = look.open(data.path()).await;
    let mut tour = Tour::new(&window, look.name);
    choose(&mut tour).await;
    // What was typed is in no file, of the board or of the window.
    let typed = shapes_of(WORDS.as_bytes());
    assert_eq!(files_with(data.path(), &typed), [] as [&str; 0]);
    let mut faults = tour.faults;
    drop(window);

    let window = look.open(data.path()).await;
    let mut tour = Tour::new(&window, look.name);
    unlock(&mut tour).await;
    faults.extend(tour.faults);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Two questions, then a third: which passphrase. Too short, not the same, and right.
async fn choose(tour: &mut Tour<'_>) {
    let window = tour.window;
    tour.enter(&id("first-open")).await;
    let (first, again) = (id("passphrase"), id("passphrase-again"));
    window.until_focus(&first).await;
    tour.look("passphrase-choose").await;
    // The way back, and here again.
    tour.enter(&id("passphrase-cancel")).await;
    tour.enter(&id("first-open")).await;
    window.until_focus(&first).await;
    window.press("kurz").await;
    window.tab_to(&again).await;
    window.press("kurz").await;
    window.press(ENTER).await;
    window.find(&format!("{first}[aria-invalid=true]")).await;
    tour.look("passphrase-short").await;
    window.fill(&first, WORDS).await;
    window.press(ENTER).await;
    window.find(&format!("{again}[aria-invalid=true]")).await;
    tour.look("passphrase-differs").await;
    window.fill(&again, WORDS).await;
    // Seen for as long as somebody wants to see it.
    window.press(TAB).await;
    window.until_focus(&id("passphrase-again-show")).await;
    window.press(ENTER).await;
    window.find(&format!("{again}[type=text]")).await;
    window.press(ENTER).await;
    window.find(&format!("{again}[type=password]")).await;
    tour.enter(&id("passphrase-choose")).await;
    window.find("#sheet").await;
}

/// The page before the board: wrong, then right; then the settings say where the secret lies.
async fn unlock(tour: &mut Tour<'_>) {
    let window = tour.window;
    let field = id("unlock-passphrase");
    window.until_focus(&field).await;
    tour.look("unlock").await;
    window.press("vier wörter").await;
    window.press(ENTER).await;
    window.find(&id("unlock-error")).await;
    window.until_focus(&field).await;
    assert_eq!(
        window.run("return document.querySelector(a).value", &[&field]).await,
        ""
    );
    tour.look("unlock-wrong").await;
    window.press(WORDS).await;
    window.press(ENTER).await;
    window.find("#sheet").await;
    window.press("g,").await;
    tour.enter(&id("settings-you")).await;
    window.find(&id("secret-place")).await;
    tour.look("secret-passphrase").await;
    tour.enter(&id("secret-to-keyring")).await;
    window.find(&id("secret-error")).await;
    tour.look("secret-error").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_goes_and_comes_back() {
    let session = Session::new();
    keyring(&session, &Look::light(("DBUS_SESSION_BUS_ADDRESS", session.address()))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_small_dark_and_german() {
    let session = Session::new();
    keyring(&session, &Look::dark(("DBUS_SESSION_BUS_ADDRESS", session.address()))).await;
}

async fn keyring(session: &Session, look: &Look<'_>) {
    let data = tempfile::tempdir().unwrap();
    let window = look.open(data.path()).await;
    let tour = Tour::new(&window, look.name);
    tour.enter(&id("first-open")).await;
    // Nothing is asked: the desktop opened the keyring at login.
    window.find("#sheet").await;
    let entries = session.entries();
    let [entry] = entries.as_slice() else {
        panic!("{entries:?}");
    };
    let key = session.lookup(entry);
    drop(window);

    session.remove(entry);
    let window = look.open(data.path()).await;
    let mut tour = Tour::new(&window, look.name);
    window.until_text(&id("unlock-error"), entry).await;
    tour.look("keyring-missing").await;
    tour.enter(&id("unlock-open")).await;
    window.until_text(&id("unlock-error"), entry).await;
    // It comes back, from a backup of the keyring.
    session.overwrite(entry, &key);
    tour.enter(&id("unlock-open")).await;
    window.find("#sheet").await;
    window.press("g,").await;
    tour.enter(&id("settings-you")).await;
    window.find(&id("secret-place")).await;
    tour.look("secret-keyring").await;
    assert!(tour.faults.is_empty(), "{}", tour.faults.join("\n"));
}

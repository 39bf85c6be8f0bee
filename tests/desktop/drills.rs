//! What people do when something is gone: a laptop, the keyring, the hub. In windows, with nothing in hand but our own guide;
//! each step stands in it with these words. (When every lead is gone, the printed words help: `people.rs`.)

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use sidedesk_tests::desktop::board::{card, member};
use sidedesk_tests::desktop::hub::Hub;
use sidedesk_tests::desktop::keys::ESC;
use sidedesk_tests::desktop::process::command;
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::keyring::Session;

const LAPTOP: &str = include_str!("../../docs/guide/lost-laptop.md");
const HUB: &str = include_str!("../../docs/guide/lost-hub.md");
const GUIDE: &str = include_str!("../../docs/guide/README.md");
/// The program's share of the ten minutes that a drill may take a person.
const SHARE: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(50);

/// A guide that says something else makes its drill wrong.
fn step(guide: &str, words: &str) {
    let flat: Vec<&str> = guide.split_whitespace().collect();
    assert!(flat.join(" ").contains(words), "the guide does not say: {words}");
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A code for somebody else, from the team page.
async fn invite(lead: &Window) -> String {
    lead.to_team().await;
    lead.click(&id("make-invite")).await;
    lead.find(&id("invite-code")).await;
    lead.text(&id("invite-code")).await
}

/// Waits until the window has these words on the disk.
async fn until_kept(data: &Path, words: &str) {
    let deadline = Instant::now() + SHARE;
    let drafts = data.join("window/drafts.json");
    while !std::fs::read_to_string(&drafts).is_ok_and(|text| text.contains(words)) {
        assert!(Instant::now() < deadline, "{words} is not in {}", drafts.display());
        tokio::time::sleep(PAUSE).await;
    }
}

/// The letters of the device that the window runs on.
async fn letters(window: &Window) -> String {
    window.to_team().await;
    let name = format!("{}[data-this=true] .name", id("your-device"));
    window.find(&name).await;
    let name = window.text(&name).await;
    name.rsplit(' ').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_is_gone() {
    let (data_lead, data_laptop, data_other) = (folder(), folder(), folder());
    let hub = Hub::start();
    let lead = Window::open("laptop-lead", data_lead.path()).await;
    lead.start_board("marketing", "empty", "Outdoor shop").await;
    lead.add_line("complaint", "Late parcels North !4").await;
    lead.go("board").await;
    let code = lead.share(hub.address()).await;
    let laptop = Window::open("laptop-gone", data_laptop.path()).await;
    laptop.join("support", &code).await;
    laptop.find(&card("Late parcels North")).await;
    laptop.to_team().await;
    laptop.click(&id("invite-own")).await;
    laptop.find(&id("invite-code")).await;
    let own = laptop.text(&id("invite-code")).await;
    let other = Window::open("laptop-other", data_other.path()).await;
    other.join("support", &own).await;
    other.find(&card("Late parcels North")).await;
    let gone = letters(&laptop).await;
    drop(laptop);

    let begun = Instant::now();
    step(LAPTOP, "read out the letters that stand with *this computer*");
    let stays = letters(&other).await;
    assert_ne!(stays, gone);
    other.picture("80-letters").await;

    step(
        LAPTOP,
        "*Remove…* beside your name. Under *What is removed* stands each of your devices",
    );
    lead.press(ESC).await;
    lead.to_team().await;
    let remove = format!("{} {}", member("Support lead"), id("member-remove"));
    lead.click(&remove).await;
    lead.find(&id("remove-what")).await;
    let options = "return [...document.querySelector(a).options].map((one) => [one.value, one.textContent.trim()])";
    let options = lead.run(options, &[&id("remove-what")]).await;
    let options: Vec<(String, String)> = serde_json::from_value(options).unwrap();
    let said = |letters: &str| options.iter().filter(|(_, words)| words.ends_with(letters)).count();
    assert_eq!((said(&stays), said(&gone)), (1, 1), "{options:?}");
    let theirs = options.iter().find(|(_, words)| words.ends_with(&gone)).unwrap();
    lead.choose(&id("remove-what"), &theirs.0).await;
    lead.picture("81-remove-laptop").await;
    lead.click(&id("remove-run")).await;
    lead.until_count(&id("remove-dialog"), 0).await;

    step(LAPTOP, "With another device at once");
    lead.add_line("complaint", "Zelt undicht !3").await;
    other.go("board").await;
    other.find(&card("Zelt undicht")).await;
    other.add_line("complaint", "Chat closes mid-reply !2").await;
    lead.go("board").await;
    lead.find(&card("Chat closes mid-reply")).await;
    assert!(begun.elapsed() < SHARE, "{:?}", begun.elapsed());

    // Somebody can sign in to it: it opens, says so, and has nothing new; what is changed there has no effect.
    step(LAPTOP, "Changes that a thief makes there have no effect");
    let thief = Window::open("laptop-thief", data_laptop.path()).await;
    thief.until_text(&id("sync-pill"), "removed from the board").await;
    thief.go("board").await;
    thief.find(&card("Late parcels North")).await;
    thief.until_count(&card("Zelt undicht"), 0).await;
    thief.picture("82-thief").await;
    thief.add_line("complaint", "Written by a thief").await;
    lead.add_line("complaint", "Last of all").await;
    other.find(&card("Last of all")).await;
    for window in [&lead, &other] {
        window.until_count(&card("Written by a thief"), 0).await;
    }
    thief.until_count(&card("Last of all"), 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyring_is_gone() {
    let (session, hub) = (Session::new(), Hub::start());
    let (data_lead, home) = (folder(), folder());
    let data = home.path().join("sidedesk");
    let lead = Window::open("keyring-lead", data_lead.path()).await;
    lead.start_board("support", "empty", "Outdoor shop").await;
    lead.add_line("complaint", "Late parcels North !4").await;
    lead.go("board").await;
    let code = lead.share(hub.address()).await;
    let desktop = [
        ("DBUS_SESSION_BUS_ADDRESS", session.address()),
        ("SIDEDESK_KEYS", "auto"),
    ];
    let window = Window::open_with("keyring-gone", &data, &desktop).await;
    window.join("marketing", &code).await;
    window.find(&card("Late parcels North")).await;
    window.until_synced().await;
    // Typed on a train: it never reaches the hub.
    let mut hub = hub;
    hub.kill();
    window.until_offline().await;
    window.add_line("campaign", "Summer sale @email #Boots").await;
    window.until_text(&id("sync-pill"), "1 waiting").await;
    // And in the middle of a line.
    window.press("c").await;
    window.fill(&id("quick-line"), "Half a line").await;
    until_kept(&data, "Half a line").await;
    drop(window);
    hub.come_back();
    let entries = session.entries();
    let [entry] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    session.remove(entry);

    let begun = Instant::now();
    let window = Window::open_with("keyring-closed", &data, &desktop).await;
    window.until_text(&id("unlock-error"), entry).await;
    window.until_count(&id("quick-dialog"), 0).await;
    window.picture("83-closed").await;

    step(GUIDE, "`sidedesk unsent` lists it, without any key; keep the list");
    let mut unsent = command("sidedesk");
    let unsent = unsent
        .arg("--data")
        .arg(&data)
        .args(["--json", "unsent"])
        .output()
        .unwrap();
    let listed: Value = serde_json::from_slice(&unsent.stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert!(
        listed[0]["changes"].to_string().contains("name=Summer sale"),
        "{listed}"
    );

    step(GUIDE, "Close Sidedesk. Give the board's folder another name");
    drop(window);
    std::fs::rename(&data, home.path().join("sidedesk-old")).unwrap();

    step(GUIDE, "Ask a colleague for an invitation: *Share*");
    lead.press(ESC).await;
    let code = invite(&lead).await;

    step(GUIDE, "choose *paste it*, and paste the code");
    let window = Window::open_with("keyring-again", &data, &desktop).await;
    window.join("marketing", &code).await;
    window.find(&card("Late parcels North")).await;
    assert_eq!(session.entries().len(), 1, "a new key in the keyring");

    step(GUIDE, "Type in again what `sidedesk unsent` listed");
    window.add_line("campaign", "Summer sale @email #Boots").await;
    window.go("board").await;
    window.until_synced().await;

    step(GUIDE, "ask a lead to remove the old one");
    lead.to_team().await;
    lead.until_count(&id("member"), 3).await;
    lead.picture("84-old-and-new").await;
    let elapsed = begun.elapsed();
    assert!(elapsed < SHARE, "{elapsed:?}");
    lead.go("board").await;
    lead.find(&card("Summer sale")).await;
}

/// One of the guide's lines for a shell, with these words in place of its capitals.
fn types(line: &str, words: &[(&str, &Path)]) {
    assert!(HUB.lines().any(|known| known == line), "the guide does not say: {line}");
    let mut parts = line.split(' ');
    let name = parts.next().unwrap();
    let mut typed = if name == "sidedesk-hub" {
        command(name)
    } else {
        Command::new(name)
    };
    for part in parts {
        let placed = words.iter().fold(part.to_owned(), |part, (name, path)| {
            part.replace(name, &path.to_string_lossy())
        });
        typed.arg(placed);
    }
    let ended = typed.output().unwrap();
    assert!(ended.status.success(), "{line}: {ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_is_gone() {
    let (data_m, data_s) = (folder(), folder());
    let mut hub = Hub::start();
    let marketing = Window::open("hub-marketing", data_m.path()).await;
    marketing.start_board("marketing", "empty", "Outdoor shop").await;
    marketing.add_line("campaign", "Before the backup").await;
    marketing.go("board").await;
    let code = marketing.share(hub.address()).await;
    let support = Window::open("hub-support", data_s.path()).await;
    support.join("support", &code).await;
    support.find(&card("Before the backup")).await;
    marketing.press(ESC).await;

    step(HUB, "made once: it is 32 bytes and never changes");
    let apart = folder();
    let (backup, key) = (apart.path().join("backup"), apart.path().join("hub.key"));
    std::fs::copy(hub.data().join("hub.key"), &key).unwrap();
    types(
        "sidedesk-hub backup --data DIR FILE",
        &[("DIR", hub.data()), ("FILE", &backup)],
    );
    types("sidedesk-hub verify-backup FILE", &[("FILE", &backup)]);
    support.add_line("complaint", "After the backup").await;
    marketing.find(&card("After the backup")).await;
    hub.kill();

    let begun = Instant::now();
    step(HUB, "everybody goes on writing, and what they write waits");
    for (window, kind, name) in [
        (&marketing, "campaign", "Meanwhile here"),
        (&support, "complaint", "Meanwhile there"),
    ] {
        window.until_offline().await;
        window.add_line(kind, name).await;
        window.go("board").await;
        window.find(&card(name)).await;
        window.until_text(&id("sync-pill"), "1 waiting").await;
    }
    support.picture("85-hub-gone").await;

    step(
        HUB,
        "The devices come by themselves and bring back what is newer than the backup",
    );
    let new = folder();
    types(
        "sidedesk-hub restore FILE --data NEW",
        &[("FILE", &backup), ("NEW", new.path())],
    );
    let copied = new.path().join("hub.key");
    assert!(HUB.lines().any(|line| line == "cp hub.key NEW/hub.key"));
    std::fs::copy(&key, copied).unwrap();
    step(HUB, "sidedesk-hub serve --data NEW --listen ADDRESS --after-restore");
    hub.replace(new);
    for window in [&marketing, &support] {
        window.until_synced().await;
        for name in [
            "Before the backup",
            "After the backup",
            "Meanwhile here",
            "Meanwhile there",
        ] {
            window.find(&card(name)).await;
        }
    }
    marketing.picture("86-hub-back").await;
    let elapsed = begun.elapsed();
    assert!(elapsed < SHARE, "{elapsed:?}");
}

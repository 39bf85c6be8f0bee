//! What a person does about personal data in the window: a file without it, one with it and a question before, and fields
//! that are gone for good.

use std::path::{Path, PathBuf};

use sidedesk_tests::desktop::process::command;
use sidedesk_tests::desktop::window::{Window, id};

const CANARY: &str = "Zebedee Quillfeather";

/// A complaint with one ticket that names somebody.
fn board(data: &Path) {
    let run = |arguments: &[&str]| {
        let mut command = command("sidedesk");
        let done = command
            .arg("--json")
            .arg("--data")
            .arg(data)
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice::<serde_json::Value>(&done.stdout).unwrap()
    };
    run(&["init", "--function", "support", "--name", "Outdoor shop"]);
    let complaint = run(&["complaint", "add", "Wet feet", "product=Boots"]);
    let of = format!("complaint={}", complaint["id"].as_str().unwrap());
    run(&["report", "add", "Boots leak", &format!("body=I am {CANARY}"), &of]);
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_leaves_when_asked_and_goes_for_good() {
    let (data, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    board(data.path());
    let downloads = home.path().join("Downloads");
    let config = home.path().join("config");
    std::fs::create_dir_all(&downloads).unwrap();
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("user-dirs.dirs"), "XDG_DOWNLOAD_DIR=\"$HOME/Downloads\"\n").unwrap();
    let (home_dir, config) = (home.path().to_str().unwrap(), config.to_str().unwrap());
    let look = [("HOME", home_dir), ("XDG_CONFIG_HOME", config)];
    let window = Window::open_with("privacy", data.path(), &look).await;

    window.go("settings").await;
    // The settings come a moment after their page, and what is below them moves.
    window.find(&id("setting-retention")).await;
    window.click(&id("settings-export")).await;
    window.click(&id("export-save")).await;
    window.until_count(&id("export-dialog"), 0).await;
    let saved = files(&downloads);
    assert_eq!(saved.len(), 1, "{saved:?}");
    assert!(!std::fs::read_to_string(&saved[0]).unwrap().contains(CANARY));
    window.until_count(&id("settings-exported"), 0).await;

    window.click(&id("settings-export")).await;
    window.click(&id("export-personal")).await;
    window
        .until_text(&id("export-note"), "Everybody on this board sees")
        .await;
    window.picture("60-export").await;
    let faults = window.look_over("60-export").await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    window.click(&id("export-save")).await;
    window.until_count(&id("export-dialog"), 0).await;
    window.until_text(&id("settings-exported"), "1 reports csv").await;
    let saved = files(&downloads);
    assert_eq!(saved.len(), 2, "{saved:?}");
    assert!(
        saved
            .iter()
            .any(|file| std::fs::read_to_string(file).unwrap().contains(CANARY))
    );

    window.go("board").await;
    window.open_card("Wet feet").await;
    window.click("[data-ticket]").await;
    window.until_text(&id("ticket"), CANARY).await;
    window.click(&id("ticket-erase")).await;
    window.click(&id("erase-body")).await;
    window.picture("61-erase").await;
    let faults = window.look_over("61-erase").await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    window.click(&id("erase-now")).await;
    window.until_count(&id("erase-dialog"), 0).await;
    let script = "return !document.body.innerText.includes(a)";
    window.until("it is gone from the page", script, &[CANARY]).await;
    window.until_text(&id("ticket"), "Boots leak").await;
}

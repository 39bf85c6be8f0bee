//! What a page can reach, as one text that only changes on purpose: the content policy, the one capability, every command
//! with what it takes and gives. And no answer of a command has room for a secret.
//!
//! `surface.txt` is what was agreed. After a change that is meant:
//! `SIDEDESK_WRITE_SURFACE=1 cargo test -p sidedesk-desktop --test surface`, and read the difference before it is committed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Says that the snapshot is to be written anew.
const WRITE: &str = "SIDEDESK_WRITE_SURFACE";
/// Parts of names under which a program keeps what must not leave it.
const SECRET_WORDS: [&str; 12] = [
    "secret",
    "key",
    "token",
    "pass",
    "seed",
    "private",
    "credential",
    "words",
    "code",
    "seal",
    "nonce",
    "wrap",
];
/// Fields and commands with such a name, and why they may cross to the page. Everything else with such a name may not.
const MAY_CROSS: [(&str, &str); 10] = [
    ("AgendaItemDto.key", "which item of the agenda it is"),
    ("ErrorDto.code", "the stable word of an error"),
    ("SearchDto.words", "what was searched for, as it was understood"),
    ("SheetDto.board_code", "where a board is; printed, and no secret"),
    (
        "SheetDto.words",
        "the recovery words, once, when they are made: they have to be printed",
    ),
    (
        "StatusDto.secret",
        "whether this device's secret lies in the keyring, under a passphrase or in the clear: one word",
    ),
    (
        "voice_words",
        "four words that two people read to each other; the code they come from was typed here",
    ),
    ("choose_passphrase", "takes one and gives nothing back"),
    ("secret_place", "names the place, not the secret"),
    ("move_secret", "names the new place, not the secret"),
];
/// Commands that answer with a bare text: the only ones whose answer could be anything.
const TEXT_ANSWERS: [(&str, &str); 4] = [
    ("share", "an invite code, made to be shown"),
    ("invite", "an invite code, made to be shown"),
    ("invite_own", "an invite code, made to be shown"),
    ("kept", "what the page itself kept in this window"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Names of the files in a folder, sorted.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// A command as `name(what the page sends) -> what it gets`.
struct Command {
    name: String,
    takes: String,
    gives: String,
}

/// Parted at the commas outside of all brackets.
fn parameters(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[from..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Every function under `#[tauri::command]`, whether it is registered or not.
fn commands() -> BTreeMap<String, Command> {
    let mut found = BTreeMap::new();
    for file in files(&root().join("src/commands")) {
        let module = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        for piece in text.split("#[tauri::command]").skip(1) {
            let head = piece
                .split_once('{')
                .unwrap()
                .0
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let (name, rest) = head.split_once("fn ").unwrap().1.split_once('(').unwrap();
            let (takes, gives) = rest.rsplit_once(" -> ").unwrap_or((rest, "nothing"));
            let takes = takes.strip_suffix(')').unwrap_or(takes).trim();
            // What Tauri hands in does not come from the page.
            let sent = parameters(takes)
                .into_iter()
                .filter(|part| !part.contains("AppHandle") && !part.contains("State<"));
            let takes = sent.collect::<Vec<_>>().join(", ");
            let gives = gives.trim().to_owned();
            let name = name.to_owned();
            found.insert(format!("{module}::{name}"), Command { name, takes, gives });
        }
    }
    found
}

/// The names in `generate_handler![…]`.
fn registered() -> Vec<String> {
    let text = fs::read_to_string(root().join("src/commands/mod.rs")).unwrap();
    let list = text
        .split_once("generate_handler![")
        .unwrap()
        .1
        .split_once(']')
        .unwrap()
        .0;
    list.split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Fields of a generated type: `Dto.field` and its type.
fn fields_of_answers() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in files(&root().join("../ui/src/lib/ipc/bindings")) {
        let dto = file.file_stem().unwrap().to_string_lossy().into_owned();
        for line in fs::read_to_string(&file).unwrap().lines() {
            let line = line.trim();
            if line.starts_with("export type") || line.starts_with(['*', '/', 'i']) && line.starts_with("import") {
                continue;
            }
            if let Some((name, ty)) = line.split_once(": ")
                && name
                    .trim_end_matches('?')
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            {
                found.push((format!("{dto}.{}", name.trim_end_matches('?')), ty.to_owned()));
            }
        }
    }
    found
}

fn surface() -> String {
    let config = json(&root().join("tauri.conf.json"));
    let mut text = String::from("content policy\n");
    let policy = config["app"]["security"]["csp"].as_object().unwrap();
    for (directive, sources) in policy {
        text += &format!("  {directive} {}\n", sources.as_str().unwrap());
    }
    text += "\nthe rest of app.security and build\n";
    for (key, value) in config["app"]["security"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, _)| *key != "csp")
    {
        text += &format!("  {key} {value}\n");
    }
    text += &format!("  build {}\n", config["build"]);
    for key in ["withGlobalTauri", "macOSPrivateApi"] {
        text += &format!("  {key} {}\n", config["app"][key]);
    }
    text += &format!("  plugins {}\n", config["plugins"]);
    for file in files(&root().join("capabilities")) {
        text += &format!("\ncapability {}\n", file.file_name().unwrap().to_string_lossy());
        for (key, value) in json(&file).as_object().unwrap() {
            text += &format!("  {key} {value}\n");
        }
    }
    text += "\ncommands\n";
    let commands = commands();
    for name in registered() {
        let command = &commands[&name];
        text += &format!("  {name}({}) -> {}\n", command.takes, command.gives);
    }
    text
}

#[test]
fn what_a_page_can_reach_changes_only_on_purpose() {
    let agreed = root().join("tests/surface.txt");
    let found = surface();
    if std::env::var_os(WRITE).is_some() {
        fs::write(&agreed, &found).unwrap();
    }
    let said = fs::read_to_string(&agreed).unwrap();
    for (line, (found, said)) in found.lines().zip(said.lines()).enumerate() {
        assert_eq!(
            found,
            said,
            "line {} of surface.txt; {WRITE}=1 writes it anew",
            line + 1
        );
    }
    assert_eq!(
        found.lines().count(),
        said.lines().count(),
        "{WRITE}=1 writes surface.txt anew"
    );
}

#[test]
fn every_command_is_registered_and_every_registered_one_is_there() {
    let (mut here, mut registered) = (commands().into_keys().collect::<Vec<_>>(), registered());
    here.sort();
    registered.sort();
    assert_eq!(here, registered);
    let others = files(&root().join("src")).into_iter().filter(|file| file.is_file());
    for file in others {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            !text.contains("tauri::command]"),
            "{} has a command of its own",
            file.display()
        );
        assert!(
            !text.contains(".plugin("),
            "{} brings a plugin's commands",
            file.display()
        );
    }
}

#[test]
fn no_answer_has_room_for_a_secret() {
    let fields = fields_of_answers();
    assert!(fields.len() > 200, "the generated types are read: {}", fields.len());
    let named_so = |name: &str| {
        let last = name.rsplit('.').next().unwrap().to_lowercase();
        SECRET_WORDS.iter().any(|word| last.contains(word))
    };
    let mut asked: Vec<String> = fields
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|name| named_so(name))
        .collect();
    let commands = commands();
    asked.extend(
        commands
            .values()
            .map(|command| command.name.clone())
            .filter(|name| named_so(name)),
    );
    asked.sort();
    asked.dedup();
    let mut may: Vec<String> = MAY_CROSS.iter().map(|(name, _)| (*name).to_owned()).collect();
    may.sort();
    assert_eq!(
        asked, may,
        "a name that sounds like a secret needs its reason in MAY_CROSS"
    );
    for (name, ty) in &fields {
        // Raw bytes would be the other way out.
        assert!(
            !ty.contains("Array<number>") && !ty.contains("Uint8Array"),
            "{name} carries bytes: {ty}"
        );
    }
}

#[test]
fn only_codes_for_people_are_answered_as_bare_text() {
    let mut bare: Vec<String> = commands()
        .into_values()
        .filter(|command| command.gives.contains("String") || command.gives.contains("Vec<u8>"))
        .filter(|command| command.gives != "Answer<[String; 4]>")
        .map(|command| command.name)
        .collect();
    bare.sort();
    let mut may: Vec<&str> = TEXT_ANSWERS.iter().map(|(name, _)| *name).collect();
    may.sort_unstable();
    assert_eq!(bare, may);
}

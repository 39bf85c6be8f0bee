//! Who may use whom. The picture is in docs/architecture.md; this is the list that holds it.
//!
//! Dev-dependencies follow the same arrows: a test that needs more rooms than its own may use belongs in `tests`.

use super::finding::Finding;
use super::rooms::{Dependency, Kind, Room};

const DOMAIN: &str = "sidedesk-domain";
const FORMATS: &str = "sidedesk-formats";
const KEYSTORE: &str = "sidedesk-keystore";
const PROTOCOL: &str = "sidedesk-protocol";
const RECURRENCE: &str = "sidedesk-recurrence";
const STORE: &str = "sidedesk-store";
const SYNC: &str = "sidedesk-sync";
const HUB: &str = "sidedesk-hub";
const API: &str = "sidedesk-api";
const CLI: &str = "sidedesk-cli";
const DESKTOP: &str = "sidedesk-desktop";
const TESTS: &str = "sidedesk-tests";
const XTASK: &str = "xtask";

/// Each room and the rooms that it may use.
const ARROWS: [(&str, &[&str]); 13] = [
    (DOMAIN, &[]),
    (FORMATS, &[DOMAIN]),
    (KEYSTORE, &[]),
    (PROTOCOL, &[DOMAIN]),
    (RECURRENCE, &[]),
    (STORE, &[DOMAIN, KEYSTORE, PROTOCOL]),
    (HUB, &[PROTOCOL]),
    (SYNC, &[PROTOCOL, STORE]),
    (API, &[DOMAIN, FORMATS, PROTOCOL, RECURRENCE, STORE, SYNC]),
    (CLI, &[API, HUB]),
    (DESKTOP, &[API, HUB]),
    (
        TESTS,
        &[
            DOMAIN, FORMATS, KEYSTORE, PROTOCOL, RECURRENCE, STORE, SYNC, HUB, API, CLI, DESKTOP,
        ],
    ),
    (XTASK, &[]),
];

/// A library from outside that has its place: in these rooms or in no others.
struct Bound {
    matches: fn(&str) -> bool,
    is_allowed: fn(&Room, Kind) -> bool,
    repair: &'static str,
}

const BOUNDS: [Bound; 4] = [
    Bound {
        matches: |name| name == "tauri" || name.starts_with("tauri-"),
        is_allowed: |room, _| room.name == DESKTOP,
        repair: "Only the shell knows Tauri; put the function into sidedesk-api and the command into src-tauri/src",
    },
    Bound {
        matches: |name| name == "sqlx" || name.starts_with("sqlx-") || name == "libsqlite3-sys",
        is_allowed: |room, _| [STORE, HUB, TESTS].contains(&room.name.as_str()),
        repair: "SQL lives in the store and in the hub; write a query function there",
    },
    Bound {
        matches: |name| ["argon2", "keyring-core"].contains(&name) || name.ends_with("-keyring-store"),
        is_allowed: |room, _| room.name == KEYSTORE,
        repair: "Keyrings and passphrases are the keystore's; ask it for a key",
    },
    Bound {
        matches: |name| ["tokio", "sqlx", "getrandom", "rand"].contains(&name),
        is_allowed: |room, kind| kind == Kind::Dev || !room.is_pure(),
        repair: "This room is pure: time, ids and random bytes are parameters, and the store is a port",
    },
];

pub fn check(rooms: &[Room]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for room in rooms {
        let Some((_, may_use)) = ARROWS.iter().find(|(name, _)| *name == room.name) else {
            let what = format!("the room {} has no place in the picture", room.name);
            findings.push(Finding::new(
                &room.manifest,
                1,
                what,
                "Add it to docs/architecture.md and to tidy/arrows.rs",
            ));
            continue;
        };
        for dependency in &room.dependencies {
            findings.extend(check_arrow(rooms, room, may_use, dependency));
            findings.extend(check_bounds(room, dependency));
        }
    }
    findings
}

fn check_arrow(rooms: &[Room], room: &Room, may_use: &[&str], dependency: &Dependency) -> Option<Finding> {
    let is_room = rooms.iter().any(|other| other.name == dependency.name);
    if !is_room || may_use.contains(&dependency.name.as_str()) {
        return None;
    }
    let what = format!("{} may not use {}", room.name, dependency.name);
    let repair = match dependency.kind {
        Kind::Dev => "A test over several rooms belongs in tests/",
        _ => "Move the idea to the room that both may use, or hand it in as a parameter",
    };
    Some(Finding::new(
        &room.manifest,
        room.line_of(&dependency.name),
        what,
        repair,
    ))
}

fn check_bounds(room: &Room, dependency: &Dependency) -> Option<Finding> {
    let bound = BOUNDS
        .iter()
        .find(|bound| (bound.matches)(&dependency.name) && !(bound.is_allowed)(room, dependency.kind))?;
    let what = format!("{} may not use {}", room.name, dependency.name);
    Some(Finding::new(
        &room.manifest,
        room.line_of(&dependency.name),
        what,
        bound.repair,
    ))
}

#[cfg(test)]
mod tests {
    use super::super::finding::seen;
    use super::super::rooms::planted;
    use super::*;

    fn check_one(room: Room, expected: &[&str]) {
        let others = ARROWS.iter().map(|(name, _)| *name).filter(|name| *name != room.name);
        let mut rooms: Vec<Room> = others.map(|name| planted(name, &[])).collect();
        rooms.push(room);
        assert_eq!(seen(&check(&rooms)), expected);
    }

    #[test]
    fn a_wrong_arrow_is_caught_in_every_kind() {
        check_one(planted(STORE, &[(PROTOCOL, Kind::Normal), (DOMAIN, Kind::Normal)]), &[]);
        check_one(
            planted(DOMAIN, &[(STORE, Kind::Normal)]),
            &["4: sidedesk-domain may not use sidedesk-store"],
        );
        check_one(
            planted(RECURRENCE, &[(DOMAIN, Kind::Normal)]),
            &["4: sidedesk-recurrence may not use sidedesk-domain"],
        );
        check_one(
            planted(PROTOCOL, &[(STORE, Kind::Dev)]),
            &["4: sidedesk-protocol may not use sidedesk-store"],
        );
        check_one(
            planted(DESKTOP, &[(STORE, Kind::Build)]),
            &["4: sidedesk-desktop may not use sidedesk-store"],
        );
        check_one(
            planted(XTASK, &[(DOMAIN, Kind::Normal)]),
            &["4: xtask may not use sidedesk-domain"],
        );
        check_one(planted(CLI, &[(API, Kind::Normal), (HUB, Kind::Normal)]), &[]);
    }

    #[test]
    fn a_room_outside_the_picture_is_caught() {
        let expected = ["1: the room sidedesk-utils has no place in the picture"];
        assert_eq!(seen(&check(&[planted("sidedesk-utils", &[])])), expected);
    }

    #[test]
    fn tauri_stays_in_the_shell() {
        check_one(
            planted(DESKTOP, &[("tauri", Kind::Normal), ("tauri-build", Kind::Build)]),
            &[],
        );
        check_one(
            planted(API, &[("tauri", Kind::Normal)]),
            &["4: sidedesk-api may not use tauri"],
        );
        check_one(
            planted(TESTS, &[("tauri-plugin-x", Kind::Dev)]),
            &["4: sidedesk-tests may not use tauri-plugin-x"],
        );
    }

    #[test]
    fn sql_stays_in_the_store_and_the_hub() {
        check_one(planted(STORE, &[("sqlx", Kind::Normal)]), &[]);
        check_one(planted(TESTS, &[("sqlx", Kind::Normal)]), &[]);
        check_one(
            planted(API, &[("sqlx", Kind::Normal)]),
            &["4: sidedesk-api may not use sqlx"],
        );
        check_one(
            planted(SYNC, &[("libsqlite3-sys", Kind::Normal)]),
            &["4: sidedesk-sync may not use libsqlite3-sys"],
        );
    }

    #[test]
    fn keyrings_stay_in_the_keystore() {
        check_one(planted(KEYSTORE, &[("keyring-core", Kind::Normal)]), &[]);
        check_one(
            planted(API, &[("keyring-core", Kind::Normal)]),
            &["4: sidedesk-api may not use keyring-core"],
        );
        check_one(
            planted(CLI, &[(KEYSTORE, Kind::Normal)]),
            &["4: sidedesk-cli may not use sidedesk-keystore"],
        );
    }

    #[test]
    fn the_pure_rooms_get_no_runtime_and_no_chance() {
        check_one(
            planted(DOMAIN, &[("getrandom", Kind::Normal)]),
            &["4: sidedesk-domain may not use getrandom"],
        );
        check_one(
            planted(PROTOCOL, &[("tokio", Kind::Normal)]),
            &["4: sidedesk-protocol may not use tokio"],
        );
        check_one(
            planted(RECURRENCE, &[("getrandom", Kind::Normal)]),
            &["4: sidedesk-recurrence may not use getrandom"],
        );
        check_one(planted(PROTOCOL, &[("getrandom", Kind::Dev)]), &[]);
    }
}

//! What must hold of a `.deb` before it is installed: its files, its control fields, its place in the menu.
//!
//! The lists here are written by hand and not shared with the part that makes the package: a file that is forgotten
//! there is missed here.

use std::collections::BTreeMap;

use super::deb::{Entry, Fields};
use super::desktop_entry::DesktopEntry;
use super::{PACKAGE, PROGRAMS};

/// The entry in the menu.
pub const DESKTOP_ENTRY: &str = "/usr/share/applications/Sidedesk.desktop";

/// Beside the programs and the menu entry.
const FILES: [&str; 11] = [
    "/usr/share/doc/sidedesk/CHANGELOG.md",
    "/usr/share/doc/sidedesk/LICENSE-APACHE",
    "/usr/share/doc/sidedesk/LICENSE-MIT",
    "/usr/share/doc/sidedesk/THIRD-PARTY.txt",
    "/usr/share/doc/sidedesk/copyright",
    "/usr/share/icons/hicolor/32x32/apps/sidedesk-desktop.png",
    "/usr/share/icons/hicolor/128x128/apps/sidedesk-desktop.png",
    "/usr/share/icons/hicolor/256x256/apps/sidedesk-desktop.png",
    "/usr/share/icons/hicolor/256x256@2/apps/sidedesk-desktop.png",
    "/usr/share/icons/hicolor/512x512/apps/sidedesk-desktop.png",
    "/usr/share/icons/hicolor/scalable/apps/sidedesk-desktop.svg",
];

/// Without these there is no window.
const DEPENDS: [&str; 3] = ["libc6", "libgtk-3-0", "libwebkit2gtk-4.1-0"];

/// The tray is looked for when the window opens, so a desktop without it must not be kept from installing.
const RECOMMENDS: &str = "libayatana-appindicator3-1";

/// How the package is installed is said by these alone. A script in it could leave things behind that no list names.
const CONTROL_FILES: [&str; 2] = ["control", "md5sums"];

/// What this computer and this checkout expect.
pub struct Expected<'a> {
    pub version: &'a str,
    pub architecture: &'a str,
}

/// A package as it was read.
pub struct Package {
    pub contents: Vec<Entry>,
    pub control: Fields,
    /// The names of the files beside and with the control file.
    pub control_files: Vec<String>,
    pub desktop: DesktopEntry,
}

/// Every sentence is one thing that does not hold.
pub fn faults(package: &Package, expected: &Expected<'_>) -> Vec<String> {
    let mut faults = files(&package.contents);
    faults.extend(scripts(&package.control_files));
    faults.extend(fields(&package.control, expected));
    faults.extend(menu(&package.contents, &package.desktop));
    faults
}

fn scripts(control_files: &[String]) -> Vec<String> {
    let strange = control_files
        .iter()
        .filter(|name| !CONTROL_FILES.contains(&name.as_str()));
    strange
        .map(|name| format!("the package brings {name}; it should do nothing but lay out files"))
        .collect()
}

fn files(contents: &[Entry]) -> Vec<String> {
    let mut faults = Vec::new();
    let found: BTreeMap<&str, &Entry> = contents.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    let programs = PROGRAMS.map(|program| format!("/usr/bin/{program}"));
    let programs = programs.iter().map(|path| (path.as_str(), "-rwxr-xr-x"));
    let others = FILES.iter().chain(&[DESKTOP_ENTRY]).map(|path| (*path, "-rw-r--r--"));
    let wanted: BTreeMap<&str, &str> = programs.chain(others).collect();
    for (path, mode) in &wanted {
        match found.get(path) {
            None => faults.push(format!("{path} is missing")),
            Some(entry) if entry.mode != *mode => faults.push(format!("{path} is {} and should be {mode}", entry.mode)),
            Some(_) => {}
        }
    }
    for entry in contents {
        let path = &entry.path;
        if entry.owner != "root/root" {
            faults.push(format!("{path} belongs to {} and should belong to root", entry.owner));
        }
        if entry.is_folder() && entry.mode != "drwxr-xr-x" {
            faults.push(format!("the folder {path} is {}", entry.mode));
        }
        if !entry.is_folder() && !wanted.contains_key(path.as_str()) {
            faults.push(format!("{path} is in the package and nobody expects it"));
        }
    }
    faults
}

fn fields(control: &Fields, expected: &Expected<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let get = |name: &str| control.get(name).map_or("", String::as_str);
    for (name, wanted) in [
        ("Package", PACKAGE),
        ("Version", expected.version),
        ("Architecture", expected.architecture),
        ("Section", "misc"),
        ("Priority", "optional"),
    ] {
        if get(name) != wanted {
            faults.push(format!("{name} is {:?} and should be {wanted:?}", get(name)));
        }
    }
    for name in ["Maintainer", "Description"] {
        if get(name).is_empty() || get(name).contains("(none)") {
            faults.push(format!("{name} says nothing"));
        }
    }
    if get("Installed-Size").parse::<u64>().unwrap_or(0) == 0 {
        faults.push(format!("Installed-Size is {:?}", get("Installed-Size")));
    }
    let depends = packages(get("Depends"));
    for needed in DEPENDS {
        if !depends.contains(&needed) {
            faults.push(format!("Depends does not name {needed}"));
        }
    }
    if depends.iter().any(|package| package.contains("appindicator")) {
        faults.push("Depends names a library of the tray, which has to stay optional".to_owned());
    }
    if !packages(get("Recommends")).contains(&RECOMMENDS) {
        faults.push(format!("Recommends does not name {RECOMMENDS}"));
    }
    faults
}

/// `a (>= 1), b | c` names a, b and c.
fn packages(relation: &str) -> Vec<&str> {
    let names = relation.split([',', '|']);
    names.filter_map(|one| one.split_whitespace().next()).collect()
}

fn menu(contents: &[Entry], desktop: &DesktopEntry) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, wanted) in [("Type", "Application"), ("Name", "Sidedesk"), ("Terminal", "false")] {
        if desktop.get(key) != wanted {
            faults.push(format!(
                "the menu entry says {key}={:?} and not {wanted:?}",
                desktop.get(key)
            ));
        }
    }
    if !desktop.has_category("Office") {
        faults.push("the menu entry is not in the category Office".to_owned());
    }
    let has = |path: &str| contents.iter().any(|entry| entry.path == path);
    if desktop.program() != PROGRAMS[0] || !has(&format!("/usr/bin/{}", desktop.program())) {
        faults.push(format!("the menu entry starts {:?}", desktop.program()));
    }
    let icon = format!("/usr/share/icons/hicolor/scalable/apps/{}.svg", desktop.get("Icon"));
    if !has(&icon) {
        faults.push(format!("the menu entry's icon is not there: {icon}"));
    }
    if desktop.get("StartupWMClass").is_empty() {
        faults.push("the menu entry does not say which windows are its own".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = include_str!("../../../../linux/sidedesk.desktop");

    fn good() -> Package {
        let programs = PROGRAMS.map(|program| format!("/usr/bin/{program}"));
        let files = FILES.iter().chain(&[DESKTOP_ENTRY]).map(|path| (*path).to_owned());
        let entry = |path: String, mode: &str| Entry {
            path,
            mode: mode.to_owned(),
            owner: "root/root".to_owned(),
        };
        let mut contents: Vec<Entry> = files.map(|path| entry(path, "-rw-r--r--")).collect();
        contents.extend(programs.map(|path| entry(path, "-rwxr-xr-x")));
        contents.push(entry("/usr".to_owned(), "drwxr-xr-x"));
        let control = [
            ("Package", "sidedesk"),
            ("Version", "0.1.0"),
            ("Architecture", "amd64"),
            ("Section", "misc"),
            ("Priority", "optional"),
            ("Maintainer", "The Sidedesk authors"),
            ("Installed-Size", "60000"),
            (
                "Depends",
                "libc6 (>= 2.34), libgtk-3-0 (>= 3.21.5), libwebkit2gtk-4.1-0 (>= 2.41)",
            ),
            ("Recommends", "libayatana-appindicator3-1"),
            ("Description", "Short\nLong"),
        ];
        Package {
            contents,
            control: control.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            control_files: CONTROL_FILES.map(str::to_owned).into(),
            desktop: DesktopEntry::parse(ENTRY),
        }
    }

    fn judged(package: &Package) -> Vec<String> {
        let expected = Expected {
            version: "0.1.0",
            architecture: "amd64",
        };
        faults(package, &expected)
    }

    /// One thing is changed, and one sentence has to name it.
    fn check(change: impl FnOnce(&mut Package), expected: &str) {
        let mut package = good();
        change(&mut package);
        let found = judged(&package);
        assert!(
            found.iter().any(|fault| fault.contains(expected)),
            "{expected}: {found:?}"
        );
    }

    #[test]
    fn the_package_as_it_should_be_has_no_fault() {
        assert_eq!(judged(&good()), Vec::<String>::new());
    }

    #[test]
    fn every_file_that_is_missing_is_named() {
        for gone in good().contents.iter().filter(|entry| !entry.is_folder()) {
            check(
                |package| package.contents.retain(|entry| entry.path != gone.path),
                &format!("{} is missing", gone.path),
            );
        }
    }

    #[test]
    fn wrong_modes_owners_strangers_and_scripts_are_named() {
        let change = |path: &'static str, change: fn(&mut Entry)| {
            move |package: &mut Package| {
                let entries = package.contents.iter_mut();
                entries.filter(|entry| entry.path == path).for_each(change);
            }
        };
        check(
            change("/usr/bin/sidedesk", |entry| "-rwsr-xr-x".clone_into(&mut entry.mode)),
            "/usr/bin/sidedesk is -rwsr-xr-x",
        );
        check(
            change("/usr", |entry| "drwxrwxrwx".clone_into(&mut entry.mode)),
            "the folder /usr",
        );
        check(
            change(DESKTOP_ENTRY, |entry| "1000/1000".clone_into(&mut entry.owner)),
            "belongs to 1000/1000",
        );
        check(
            change("/usr/bin/sidedesk", |entry| {
                "/usr/bin/other".clone_into(&mut entry.path)
            }),
            "/usr/bin/other is in the package and nobody expects it",
        );
        check(
            |package| package.control_files.push("postinst".to_owned()),
            "the package brings postinst",
        );
    }

    #[test]
    fn wrong_fields_are_named() {
        let set = |name: &'static str, value: &'static str| {
            move |package: &mut Package| {
                package.control.insert(name.to_owned(), value.to_owned());
            }
        };
        check(set("Version", "0.0.9"), "Version is \"0.0.9\"");
        check(set("Architecture", "all"), "Architecture");
        check(set("Description", "(none)"), "Description says nothing");
        check(set("Installed-Size", "0"), "Installed-Size");
        check(set("Depends", "libc6, libgtk-3-0"), "does not name libwebkit2gtk-4.1-0");
        check(
            set(
                "Depends",
                "libc6, libgtk-3-0, libwebkit2gtk-4.1-0, libayatana-appindicator3-1",
            ),
            "stay optional",
        );
        check(set("Recommends", ""), "Recommends does not name");
    }

    #[test]
    fn a_wrong_menu_entry_is_named() {
        let replace = |from: &'static str, to: &'static str| {
            move |package: &mut Package| {
                assert!(ENTRY.contains(from), "{from}");
                package.desktop = DesktopEntry::parse(&ENTRY.replace(from, to));
            }
        };
        check(replace("Exec=sidedesk-desktop", "Exec=sidedesk"), "starts \"sidedesk\"");
        check(replace("Icon=sidedesk-desktop", "Icon=other"), "icon is not there");
        check(replace("Office;", ""), "category Office");
        check(replace("StartupWMClass=", "X-Other="), "which windows");
        check(replace("Terminal=false", "Terminal=true"), "Terminal");
    }
}

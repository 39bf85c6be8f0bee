//! The works of others that are inside the programs, with their licences: one text file in every package.
//!
//! Most of these licences ask for it, the fonts' most clearly. Crates are taken from cargo's tree of the two programs,
//! without what only runs while building; npm packages from the lock file, without what is only for development. Equal
//! texts are printed once. A package that brings no text of its own is still listed with the licence that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::PROGRAMS;
use crate::tree::Tree;
use crate::{licences, process};

/// The file's name, in the package and before.
pub const FILE: &str = "THIRD-PARTY.txt";

/// Rust packages that hold the programs.
const ROOMS: [&str; 2] = ["sidedesk-desktop", "sidedesk-cli"];

/// Listed as development packages, and yet code of theirs is in the built pages.
const COMPILED_IN: [&str; 1] = ["node_modules/@inlang/paraglide-js"];

/// How the names of files with licences begin, in lower case.
const BEGINNINGS: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];

/// One package of somebody else.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Work {
    name: String,
    version: String,
    licence: String,
}

/// A package, and the texts that lie in its folder.
type Found = (Work, Vec<String>);

/// The whole text.
pub fn collect(tree: &Tree) -> Result<String> {
    let mut found = crates(tree)?;
    found.extend(npm_packages(tree)?);
    found.push(meanings(tree)?);
    Ok(print(&found))
}

fn crates(tree: &Tree) -> Result<Vec<Found>> {
    let mut list = tree.cargo(["tree", "--locked", "--prefix", "none", "--format", "{p}"]);
    list.args(["--edges", "normal,no-proc-macro"]);
    for room in ROOMS {
        list.args(["--package", room]);
    }
    let listed = process::output(&mut list)?;
    let mut metadata = tree.cargo(["metadata", "--locked", "--format-version", "1"]);
    // Crates for other systems need not even be downloaded.
    metadata.args(["--filter-platform", &licences::host(tree)?]);
    let metadata: Value = serde_json::from_str(&process::output(&mut metadata)?)
        .context("cargo metadata answered with something that is not JSON")?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let packages = packages.context("cargo metadata names no packages")?;
    let wanted = names_and_versions(&listed);
    let mut found = Vec::new();
    for package in packages {
        let text = |name: &str| package.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        // A package of this workspace has no source: it is not somebody else's.
        let is_ours = package.get("source").is_none_or(Value::is_null);
        if is_ours || !wanted.contains(&(text("name"), text("version"))) {
            continue;
        }
        let folder = PathBuf::from(text("manifest_path"));
        let work = Work {
            name: text("name"),
            version: text("version"),
            licence: text("license"),
        };
        found.push((work, texts(folder.parent().unwrap_or(&folder))?));
    }
    Ok(found)
}

/// `serde v1.0.0 (proc-macro)`, one to a line, an empty line between two trees.
fn names_and_versions(listed: &str) -> BTreeSet<(String, String)> {
    let words = listed.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        words.next().zip(words.next())
    });
    words
        .map(|(name, version)| (name.to_owned(), version.trim_start_matches('v').to_owned()))
        .collect()
}

fn npm_packages(tree: &Tree) -> Result<Vec<Found>> {
    let path = tree.ui().join("package-lock.json");
    let lock = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let lock: Value = serde_json::from_str(&lock).context("ui/package-lock.json is not JSON")?;
    let found = shipped(&lock).into_iter();
    found
        .map(|(folder, work)| Ok((work, texts(&tree.ui().join(folder))?)))
        .collect()
}

/// Folder and package of everything in the lock file that ends up in the pages, or could.
fn shipped(lock: &Value) -> Vec<(String, Work)> {
    let packages = lock.get("packages").and_then(Value::as_object);
    let is = |package: &Value, what: &str| package.get(what).and_then(Value::as_bool).unwrap_or(false);
    packages
        .into_iter()
        .flatten()
        .filter(|(folder, package)| {
            let for_builds_only = is(package, "dev") || is(package, "optional");
            !folder.is_empty() && (!for_builds_only || COMPILED_IN.contains(&folder.as_str()))
        })
        .map(|(folder, package)| {
            let text = |name: &str| package.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let name = folder.rsplit_once("node_modules/").map_or("", |(_, name)| name);
            let work = Work {
                name: name.to_owned(),
                version: text("version"),
                licence: text("license"),
            };
            (folder.clone(), work)
        })
        .collect()
}

/// The table of what words mean, which is data and so nobody's dependency.
fn meanings(tree: &Tree) -> Result<Found> {
    let work = Work {
        name: "all-MiniLM-L6-v2 and SCOWL".to_owned(),
        version: "(a table of words)".to_owned(),
        licence: "Apache-2.0 and LicenseRef-SCOWL".to_owned(),
    };
    let texts = texts(&tree.root.join("src-tauri/crates/recurrence/meaning"))?;
    anyhow::ensure!(texts.len() == 2, "the table of meanings has lost its notices");
    Ok((work, texts))
}

/// The licence files of one package, in the order of their names.
fn texts(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.retain(|path| path.is_file() && is_licence(&path.file_name().unwrap_or_default().to_string_lossy()));
    paths.sort();
    let read = |path: &PathBuf| {
        let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        Ok(text.trim_matches('\n').trim_end().to_owned())
    };
    paths.iter().map(read).collect()
}

fn is_licence(file: &str) -> bool {
    let file = file.to_lowercase();
    // `copyright.rs` would be a program.
    let is_source = [".rs", ".js", ".ts", ".spdx"]
        .iter()
        .any(|ending| file.ends_with(ending));
    !is_source && BEGINNINGS.iter().any(|beginning| file.starts_with(beginning))
}

fn print(found: &[Found]) -> String {
    let mut works = BTreeSet::new();
    let mut by_text: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (work, texts) in found {
        works.insert(work);
        for text in texts.iter().filter(|text| !text.is_empty()) {
            by_text
                .entry(text)
                .or_default()
                .insert(format!("{} {}", work.name, work.version));
        }
    }
    let mut out = format!(
        "{} and {} contain the works of others. They are listed here, and their licences follow.\nThe standard library of \
         Rust is in both, MIT OR Apache-2.0.\n\n",
        PROGRAMS[0], PROGRAMS[1]
    );
    for work in works {
        out.push_str(&format!("{} {}: {}\n", work.name, work.version, work.licence));
    }
    // In the order of the first package that uses a text, so that a new package moves nothing.
    let mut texts: Vec<(String, &str)> = by_text
        .into_iter()
        .map(|(text, users)| (users.into_iter().collect::<Vec<_>>().join(", "), text))
        .collect();
    texts.sort();
    let rule = "-".repeat(80);
    for (users, text) in texts {
        out.push_str(&format!("\n{rule}\n{users}\n{rule}\n\n{text}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn work(name: &str) -> Work {
        Work {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
        }
    }

    #[test]
    fn an_equal_text_is_printed_once_for_all_its_users() {
        let found = [
            (work("b"), vec!["same".to_owned()]),
            (work("a"), vec!["same".to_owned(), "other".to_owned()]),
            (work("c"), Vec::new()),
        ];
        let said = print(&found);
        assert_eq!(said.matches("\nsame\n").count(), 1, "{said}");
        assert!(said.contains("\na 1.0.0, b 1.0.0\n"), "{said}");
        assert!(
            said.contains("\nc 1.0.0: MIT\n"),
            "no text, and listed all the same: {said}"
        );
    }

    #[test]
    fn what_is_only_for_development_is_not_listed() {
        let lock = json!({ "packages": {
            "": { "name": "sidedesk-ui" },
            "node_modules/@a/font": { "version": "1.0.0", "license": "MIT" },
            "node_modules/vite": { "version": "1.0.0", "dev": true },
            "node_modules/packager": { "version": "1.0.0", "optional": true },
            "node_modules/@inlang/paraglide-js": { "version": "1.0.0", "license": "MIT", "dev": true },
        }});
        let names: Vec<Work> = shipped(&lock).into_iter().map(|(_, work)| work).collect();
        assert_eq!(names, [work("@a/font"), work("@inlang/paraglide-js")]);
    }

    #[test]
    fn the_list_of_cargo_is_read() {
        let listed = "a v1.0.0 (/root/a)\nb v2.0.0\n\na v1.0.0 (*)\n";
        let expected = [("a", "1.0.0"), ("b", "2.0.0")].map(|(name, version)| (name.to_owned(), version.to_owned()));
        assert_eq!(names_and_versions(listed), BTreeSet::from(expected));
    }

    #[test]
    fn licence_files_are_known_by_their_names() {
        for file in [
            "LICENSE",
            "LICENSE-MIT",
            "Licence.txt",
            "COPYING",
            "UNLICENSE",
            "NOTICE",
        ] {
            assert!(is_licence(file), "{file}");
        }
        for file in ["README.md", "license.rs", "LICENSE.spdx", "src"] {
            assert!(!is_licence(file), "{file}");
        }
    }
}

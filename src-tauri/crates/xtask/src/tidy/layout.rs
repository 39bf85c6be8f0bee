//! The top level is the first thing that a reader sees: few names, each known.

use std::fs;

use anyhow::{Context, Result};

use super::finding::Finding;
use crate::tree::Tree;

const KNOWN: [&str; 16] = [
    "Cargo.lock",
    "Cargo.toml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "clippy.toml",
    "deny.toml",
    "docs",
    "icons",
    "rustfmt.toml",
    "src-tauri",
    "tests",
    "ui",
];

/// Written by cargo, never committed.
const BUILT: [&str; 1] = ["target"];

pub fn entries(tree: &Tree) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(&tree.root).context("the repository cannot be listed")? {
        names.push(
            entry
                .context("the repository cannot be listed")?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    names.sort();
    Ok(names)
}

pub fn check(entries: &[String]) -> Vec<Finding> {
    let known = |name: &str| name.starts_with('.') || KNOWN.contains(&name) || BUILT.contains(&name);
    let strange = entries.iter().filter(|name| !known(name));
    strange
        .map(|name| {
            Finding::new(
                name,
                1,
                "not a name of the top level",
                "Put it into the room it belongs to",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_file_at_the_top_is_caught() {
        let entries = ["Cargo.toml", ".ci", "target", "notes.txt", "utils"].map(str::to_owned);
        let found: Vec<String> = check(&entries).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["notes.txt", "utils"]);
    }
}

//! `cargo xtask tidy`: the conventions that no compiler checks, as failures with a line number.
//!
//! Every rule is a pure function from texts to findings, with a test that plants the violation and sees it caught. What
//! is found says what to do about it.

mod arrows;
mod bans;
mod colours;
mod finding;
mod layout;
mod manifests;
mod pages;
mod paths;
mod purity;
mod rooms;
mod rust_text;
mod sources;

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use self::finding::Finding;
use self::rooms::Room;
use crate::tree::Tree;
use crate::{files, lock};

pub fn tidy(tree: &Tree) -> Result<()> {
    let rooms = rooms::read(tree)?;
    let mut findings = layout::check(&layout::entries(tree)?);
    findings.extend(arrows::check(&rooms));
    findings.extend(manifests::check(&rooms));

    let rust = rust_files(tree)?;
    for (path, text) in &rust {
        findings.extend(check_rust(&rooms, path, text));
    }
    for (path, text) in texts(tree, "ui/src", &|_| true)? {
        findings.extend(pages::check(&path, &text));
        findings.extend(colours::check(&path, &text));
    }
    for (path, text) in texts(tree, "ui", &|path| path == "ui/package-lock.json")? {
        findings.extend(pages::check_lock(&path, &text));
    }
    let read =
        |name: &str| std::fs::read_to_string(tree.root.join(name)).with_context(|| format!("{name} cannot be read"));
    findings.extend(bans::check(&read("deny.toml")?, &lock::crates(&read("Cargo.lock")?)?));
    conclude(&findings, rust.len())
}

fn check_rust(rooms: &[Room], path: &str, text: &str) -> Vec<Finding> {
    let mut findings = sources::check(path, text);
    if rooms.iter().any(|room| room.is_pure() && room.holds(path)) {
        findings.extend(purity::check(path, text));
    }
    findings
}

fn conclude(findings: &[Finding], files: usize) -> Result<()> {
    for finding in findings {
        eprintln!("{finding}");
    }
    let failures = findings.iter().filter(|finding| finding.fails).count();
    if failures > 0 {
        bail!("tidy: {failures} to repair");
    }
    eprintln!("tidy: {files} Rust files, the pages and {} remarks", findings.len());
    Ok(())
}

fn rust_files(tree: &Tree) -> Result<BTreeMap<String, String>> {
    let is_rust = |path: &str| path.ends_with(".rs");
    let mut all = texts(tree, "src-tauri", &is_rust)?;
    all.extend(texts(tree, "tests", &is_rust)?);
    Ok(all)
}

/// Files that are not text have no lines to check.
fn texts(tree: &Tree, folder: &str, wanted: &dyn Fn(&str) -> bool) -> Result<BTreeMap<String, String>> {
    let files = files::read_all(&tree.root, folder, wanted)?;
    Ok(files
        .into_iter()
        .filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)))
        .collect())
}

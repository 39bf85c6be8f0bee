//! `cargo xtask sbom`: every package of somebody else that the programs and the pages are made with, for tools that look
//! for known holes. CycloneDX 1.5, as JSON, from the two lock files; the same files give the same bytes.
//!
//! It lists what is locked, so also what only other systems, builds and tests use: what is inside the packages of this
//! system, with its licences, is in `THIRD-PARTY.txt` ([`crate::dist`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::licences::{self, Licences};
use crate::lock::{self, Locked};
use crate::tree::Tree;

/// The file's name, in `target`.
pub const FILE: &str = "sidedesk.cdx.json";

/// Writes it; where it lies.
pub fn sbom(tree: &Tree) -> Result<PathBuf> {
    let read = |path: PathBuf| fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()));
    let cargo = read(tree.root.join("Cargo.lock"))?;
    let npm = read(tree.ui().join("package-lock.json"))?;
    let text = make(&cargo, &npm, &licences::of_crates(tree)?)?;
    let path = tree.target.join(FILE);
    fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

/// The whole text.
fn make(cargo: &str, npm: &str, licences: &Licences) -> Result<String> {
    let crates = lock::crates(cargo)?;
    let ours: BTreeSet<&str> = crates
        .iter()
        .filter(|locked| locked.is_ours())
        .map(|locked| locked.name.as_str())
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    let mut components = BTreeMap::new();
    let mut needs = BTreeMap::new();
    let mut roots = BTreeSet::new();
    let by_name = |wanted: &str| crate_named(&crates, wanted);
    for locked in &crates {
        let below: BTreeSet<String> = locked
            .needs
            .iter()
            .filter_map(|name| by_name(name))
            .filter(|locked| !locked.is_ours())
            .map(cargo_ref)
            .collect();
        if locked.is_ours() {
            roots.extend(below);
            continue;
        }
        let licence = licences
            .get(&(locked.name.clone(), locked.version.clone()))
            .filter(|said| !said.is_empty());
        let hash = locked
            .checksum
            .as_deref()
            .map(|hex| json!([{"alg": "SHA-256", "content": hex}]));
        components.insert(cargo_ref(locked), component(locked, &cargo_ref(locked), licence, hash));
        needs.insert(cargo_ref(locked), below);
    }
    for (locked, licence) in lock::npm(npm)? {
        let reference = npm_ref(&locked);
        let hash = locked
            .checksum
            .as_deref()
            .and_then(sha512)
            .map(|hex| json!([{"alg": "SHA-512", "content": hex}]));
        components.insert(
            reference.clone(),
            component(&locked, &reference, licence.as_ref(), hash),
        );
        roots.insert(reference);
    }
    let mut dependencies = vec![json!({"ref": "sidedesk", "dependsOn": roots})];
    dependencies.extend(
        needs
            .into_iter()
            .map(|(name, below)| json!({"ref": name, "dependsOn": below})),
    );
    let whole = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "application", "bom-ref": "sidedesk", "name": "sidedesk", "version": version,
            "description": format!("rooms: {}", ours.into_iter().collect::<Vec<_>>().join(", ")),
        }},
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

fn component(locked: &Locked, reference: &str, licence: Option<&String>, hashes: Option<Value>) -> Value {
    let mut component = json!({
        "type": "library", "bom-ref": reference, "purl": reference, "name": locked.name, "version": locked.version,
    });
    if let Some(fields) = component.as_object_mut() {
        // Older crates write `MIT/Apache-2.0`, which means the same.
        let said = licence.map(|licence| json!([{"expression": licence.replace('/', " OR ")}]));
        fields.extend(said.map(|said| ("licenses".to_owned(), said)));
        fields.extend(hashes.map(|hashes| ("hashes".to_owned(), hashes)));
    }
    component
}

fn cargo_ref(locked: &Locked) -> String {
    format!("pkg:cargo/{}@{}", locked.name, locked.version)
}

fn npm_ref(locked: &Locked) -> String {
    format!("pkg:npm/{}@{}", locked.name.replace('@', "%40"), locked.version)
}

/// `name`, or `name version` where the lock holds two.
fn crate_named<'a>(crates: &'a [Locked], wanted: &str) -> Option<&'a Locked> {
    let mut words = wanted.split(' ');
    let (name, version) = (words.next()?, words.next());
    crates
        .iter()
        .find(|locked| locked.name == name && version.is_none_or(|version| locked.version == version))
}

/// `sha512-…` of an npm lock in hex.
fn sha512(integrity: &str) -> Option<String> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut hex) = (0_u32, 0, String::new());
    for digit in integrity
        .strip_prefix("sha512-")?
        .bytes()
        .take_while(|digit| *digit != b'=')
    {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            hex.push_str(&format!("{:02x}", (bits >> held) & 0xff));
        }
    }
    Some(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_of_both_lock_files_is_listed_and_the_bytes_are_the_same_again() {
        let tree = Tree::find().unwrap();
        let cargo = fs::read_to_string(tree.root.join("Cargo.lock")).unwrap();
        let npm = fs::read_to_string(tree.ui().join("package-lock.json")).unwrap();
        let text = make(&cargo, &npm, &Licences::new()).unwrap();
        assert_eq!(make(&cargo, &npm, &Licences::new()).unwrap(), text);
        let whole: Value = serde_json::from_str(&text).unwrap();
        let components = whole["components"].as_array().unwrap();
        let listed: BTreeSet<(&str, &str)> = components
            .iter()
            .map(|component| {
                (
                    component["name"].as_str().unwrap(),
                    component["version"].as_str().unwrap(),
                )
            })
            .collect();
        // Counted by other means than the reader's: cargo writes a source for what is somebody else's.
        assert!(listed.len() >= cargo.matches("\nsource = ").count(), "{}", listed.len());
        for locked in lock::crates(&cargo).unwrap().iter().filter(|locked| !locked.is_ours()) {
            assert!(listed.contains(&(&locked.name, &locked.version)), "{locked:?}");
        }
        for (locked, _) in lock::npm(&npm).unwrap() {
            assert!(listed.contains(&(&locked.name, &locked.version)), "{locked:?}");
        }
        assert!(
            !text.contains("\"pkg:cargo/sidedesk"),
            "our own rooms are not somebody else's"
        );
    }

    #[test]
    fn who_needs_whom_and_the_licence_are_said() {
        let cargo = "[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n]\n\n[[package]]\nname \
                     = \"a\"\nversion = \"1.0.0\"\nsource = \"r\"\nchecksum = \"00ff\"\ndependencies = [\n \"b 2.0.0\",\n]\n\
                     \n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"r\"\n\n[[package]]\nname = \"b\"\nversion \
                     = \"2.0.0\"\nsource = \"r\"\n";
        let licences = Licences::from([(("a".to_owned(), "1.0.0".to_owned()), "MIT/Apache-2.0".to_owned())]);
        let npm = r#"{"packages": {"node_modules/@x/y": {"version": "3.0.0", "integrity": "sha512-AP8=", "license": "MIT"}}}"#;
        let whole: Value = serde_json::from_str(&make(cargo, npm, &licences).unwrap()).unwrap();
        let first = &whole["components"][0];
        assert_eq!(first["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(first["hashes"][0]["content"], "00ff");
        assert_eq!(whole["components"][3]["purl"], "pkg:npm/%40x/y@3.0.0");
        assert_eq!(whole["components"][3]["hashes"][0]["content"], "00ff");
        let roots = &whole["dependencies"][0]["dependsOn"];
        assert_eq!(*roots, json!(["pkg:cargo/a@1.0.0", "pkg:npm/%40x/y@3.0.0"]));
        assert_eq!(whole["dependencies"][1]["dependsOn"], json!(["pkg:cargo/b@2.0.0"]));
    }
}

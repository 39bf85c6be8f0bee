//! Tauri's packager, called for laying out packages and for nothing else: it builds neither pages nor programs.
//!
//! It comes with npm as one native module per platform. `ui/package.json` names the two modules for Linux directly, as
//! optional packages, and not `@tauri-apps/cli`, which is a thin script over them and names the modules of eleven
//! platforms: a lock file that cannot hold all eleven makes `npm ci` fail for everybody, and nobody but a packager needs
//! any. The version is that of the `tauri` crate, minor for minor.
//!
//! The packager writes a mark into the program that it packs and puts its results beside it, so it gets a target folder
//! of its own with copies. If the tray is ever switched on in `src-tauri/Cargo.toml` itself, the packager asks
//! pkg-config for the tray's library and stops where that has no development files; switched on in the workspace's
//! manifest, as all of Tauri's features are, it does not ask.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::{PACKAGE, notices, only_file};
use crate::process;
use crate::tree::Tree;

/// What the module's own script does, without the parts for a terminal.
const SCRIPT: &str = "const [tool, ...words] = process.argv.slice(1); \
    require(tool).run(words, 'tauri', (error) => { if (error) { console.error(String(error)); process.exitCode = 1 } })";

/// Make one package, `deb` or `rpm`, from the programs in `staging/release`.
pub fn bundle(tree: &Tree, staging: &Path, format: &str) -> Result<PathBuf> {
    let folder = staging.join("release/bundle").join(format);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    let mut command = tree.command("node");
    command
        .args(["-e", SCRIPT, "--"])
        .arg(module(tree)?)
        .args(["bundle", "--ci", "--bundles", format, "--config"])
        .arg(overrides(&tree.root, staging).to_string())
        .current_dir(tree.root.join("src-tauri"))
        .env("CARGO_TARGET_DIR", staging);
    // The configuration alone says what goes in, whatever the shell that called holds.
    command.env_remove("TAURI_CONFIG");
    process::run(&mut command)?;
    only_file(&folder, format)
}

fn module(tree: &Tree) -> Result<PathBuf> {
    let platform = match std::env::consts::ARCH {
        "x86_64" => "linux-x64-gnu",
        "aarch64" => "linux-arm64-gnu",
        other => bail!("Tauri's packager is not pinned for {other}; see ui/package.json."),
    };
    let module = tree
        .ui()
        .join("node_modules/@tauri-apps")
        .join(format!("cli-{platform}"));
    if !module.is_dir() {
        bail!(
            "{} is not there: npm could not install the optional packages.",
            module.display()
        );
    }
    Ok(module)
}

/// What only this run knows: where the second program and the collected licences are. The rest is in tauri.conf.json.
fn overrides(root: &Path, staging: &Path) -> Value {
    let files: Map<String, Value> = files(root, staging)
        .into_iter()
        .map(|(place, source)| (place, Value::from(source.to_string_lossy().into_owned())))
        .collect();
    json!({ "bundle": { "linux": { "deb": { "files": files }, "rpm": { "files": files } } } })
}

/// Files beside the window, its icons and its desktop entry: place in the package, and source.
fn files(root: &Path, staging: &Path) -> Vec<(String, PathBuf)> {
    let icon = |size: &str, ending: &str| format!("/usr/share/icons/hicolor/{size}/apps/sidedesk-desktop.{ending}");
    let document = |name: &str| format!("/usr/share/doc/{PACKAGE}/{name}");
    vec![
        ("/usr/bin/sidedesk".to_owned(), staging.join("release/sidedesk")),
        // The packager files the picture for dense screens under twice its size; this is the place that is looked in.
        (icon("256x256", "png"), root.join("icons/128x128@2x.png")),
        (icon("scalable", "svg"), root.join("icons/icon.svg")),
        (document("copyright"), root.join("src-tauri/linux/copyright")),
        (document("LICENSE-MIT"), root.join("LICENSE-MIT")),
        (document("LICENSE-APACHE"), root.join("LICENSE-APACHE")),
        (document("CHANGELOG.md"), root.join("CHANGELOG.md")),
        (document(notices::FILE), staging.join(notices::FILE)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_is_ours_is_there() {
        let root = Tree::find().unwrap().root;
        let staging = Path::new("/staging");
        for (place, source) in files(&root, staging) {
            assert!(place.starts_with("/usr/"), "{place}");
            assert!(source.starts_with(staging) || source.is_file(), "{}", source.display());
        }
    }

    #[test]
    fn both_formats_get_the_same_files() {
        let said = overrides(Path::new("/root"), Path::new("/staging"));
        let of = |format: &str| said.pointer(&format!("/bundle/linux/{format}/files")).cloned();
        assert_eq!(of("deb"), of("rpm"));
        let program = of("deb").and_then(|files| files.get("/usr/bin/sidedesk").cloned());
        assert_eq!(program, Some(Value::from("/staging/release/sidedesk")));
    }

    #[test]
    fn the_packager_is_pinned_to_the_minor_version_of_tauri() {
        let root = Tree::find().unwrap().root;
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let package: Value = serde_json::from_str(&read("ui/package.json")).unwrap();
        let modules = package.get("optionalDependencies").and_then(Value::as_object).unwrap();
        assert_eq!(modules.len(), 2);
        let manifest = read("Cargo.toml");
        let line = manifest.lines().find(|line| line.starts_with("tauri = ")).unwrap();
        for version in modules.values().filter_map(Value::as_str) {
            let (minor, _) = version.rsplit_once('.').unwrap();
            assert!(line.contains(&format!("\"{minor}\"")), "{line} against {version}");
        }
    }
}

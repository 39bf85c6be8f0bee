//! The packages of the workspace as cargo sees them.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::files;
use crate::tree::Tree;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Normal,
    Dev,
    Build,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dependency {
    pub name: String,
    pub kind: Kind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    pub name: String,
    /// Its Cargo.toml, below the repository.
    pub manifest: String,
    pub manifest_text: String,
    pub dependencies: Vec<Dependency>,
}

impl Room {
    /// No clock, no disk, no network, no chance: everything comes in as a parameter.
    pub fn is_pure(&self) -> bool {
        matches!(
            self.name.as_str(),
            "sidedesk-domain" | "sidedesk-protocol" | "sidedesk-recurrence"
        )
    }

    pub fn holds(&self, path: &str) -> bool {
        let folder = self.manifest.strip_suffix("Cargo.toml").unwrap_or(&self.manifest);
        path.starts_with(folder)
    }

    /// The line of the manifest that names `dependency`, or its first line.
    pub fn line_of(&self, dependency: &str) -> usize {
        let names = |line: &str| {
            let rest = line.trim_start().trim_start_matches('"').strip_prefix(dependency);
            rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=', '"']))
        };
        self.manifest_text.lines().position(names).map_or(1, |index| index + 1)
    }
}

pub fn read(tree: &Tree) -> Result<Vec<Room>> {
    let packages = tree
        .metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("cargo metadata names no packages")?;
    packages.iter().map(|package| room(tree, package)).collect()
}

fn room(tree: &Tree, package: &Value) -> Result<Room> {
    let path = text(package, "manifest_path")?;
    let manifest_text = std::fs::read_to_string(path).with_context(|| format!("{path} cannot be read"))?;
    let dependencies = package
        .get("dependencies")
        .and_then(Value::as_array)
        .context("a package without a list")?;
    Ok(Room {
        name: text(package, "name")?.to_owned(),
        manifest: files::relative(&tree.root, path.as_ref()),
        manifest_text,
        dependencies: dependencies.iter().map(dependency).collect::<Result<_>>()?,
    })
}

fn dependency(value: &Value) -> Result<Dependency> {
    let kind = match value.get("kind").and_then(Value::as_str) {
        Some("dev") => Kind::Dev,
        Some("build") => Kind::Build,
        _ => Kind::Normal,
    };
    Ok(Dependency {
        name: text(value, "name")?.to_owned(),
        kind,
    })
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value
        .get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("cargo metadata without {name}"))
}

/// For tests: a room with these dependencies and a manifest that names each on a line of its own.
#[cfg(test)]
pub fn planted(name: &str, dependencies: &[(&str, Kind)]) -> Room {
    let lines: Vec<String> = dependencies
        .iter()
        .map(|(name, _)| format!("{name}.workspace = true\n"))
        .collect();
    Room {
        name: name.to_owned(),
        manifest: format!("src-tauri/crates/{}/Cargo.toml", name.trim_start_matches("sidedesk-")),
        manifest_text: format!("[lints]\nworkspace = true\n[dependencies]\n{}", lines.concat()),
        dependencies: dependencies
            .iter()
            .map(|(name, kind)| Dependency {
                name: (*name).to_owned(),
                kind: *kind,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_found_by_its_whole_name() {
        let room = planted("sidedesk-cli", &[("tokio-util", Kind::Normal), ("tokio", Kind::Normal)]);
        assert_eq!(
            (room.line_of("tokio-util"), room.line_of("tokio"), room.line_of("sqlx")),
            (4, 5, 1)
        );
    }

    #[test]
    fn a_room_holds_its_own_files_only() {
        let room = planted("sidedesk-domain", &[]);
        assert!(room.holds("src-tauri/crates/domain/src/fold.rs"));
        assert!(!room.holds("src-tauri/crates/domain-more/src/fold.rs"));
    }
}

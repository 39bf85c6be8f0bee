//! The two lock files: every package of somebody else, as it was tested. `Cargo.lock` is written by cargo alone and always
//! in the same form, so its lines are read as they stand.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// One package of a lock file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Locked {
    pub name: String,
    pub version: String,
    /// `registry+…`, nothing for a room of this workspace.
    pub source: Option<String>,
    /// SHA-256 of the crate, in hex; of an npm package the algorithm and base64.
    pub checksum: Option<String>,
    /// As the lock names them: `name`, or `name version` where there are two.
    pub needs: Vec<String>,
}

impl Locked {
    /// A room of this workspace.
    pub fn is_ours(&self) -> bool {
        self.source.is_none()
    }
}

/// Everything in a `Cargo.lock`, in its order.
pub fn crates(text: &str) -> Result<Vec<Locked>> {
    let mut found = Vec::new();
    for block in text.split("[[package]]").skip(1) {
        let field = |name: &str| {
            let line = block
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.map(|value| value.trim().trim_matches('"').to_owned())
        };
        found.push(Locked {
            name: field("name").context("a package of Cargo.lock has no name")?,
            version: field("version").context("a package of Cargo.lock has no version")?,
            source: field("source"),
            checksum: field("checksum"),
            needs: listed(block),
        });
    }
    if found.is_empty() {
        bail!("Cargo.lock holds no packages");
    }
    Ok(found)
}

fn listed(block: &str) -> Vec<String> {
    let lines = block.lines().skip_while(|line| *line != "dependencies = [").skip(1);
    let lines = lines.take_while(|line| *line != "]");
    lines
        .map(|line| line.trim().trim_end_matches(',').trim_matches('"').to_owned())
        .collect()
}

/// Everything in a `package-lock.json` but the pages themselves. The same package may lie in two folders.
pub fn npm(text: &str) -> Result<Vec<(Locked, Option<String>)>> {
    let lock: Value = serde_json::from_str(text).context("package-lock.json is not JSON")?;
    let packages = lock.get("packages").and_then(Value::as_object);
    let mut found = Vec::new();
    for (folder, package) in packages.context("package-lock.json names no packages")? {
        let Some((_, name)) = folder.rsplit_once("node_modules/") else {
            continue;
        };
        let text = |field: &str| package.get(field).and_then(Value::as_str).map(str::to_owned);
        let needs = package.get("dependencies").and_then(Value::as_object);
        let locked = Locked {
            name: text("name").unwrap_or_else(|| name.to_owned()),
            version: text("version").with_context(|| format!("{folder} has no version"))?,
            source: Some("npm".to_owned()),
            checksum: text("integrity"),
            needs: needs.map(|needs| needs.keys().cloned().collect()).unwrap_or_default(),
        };
        found.push((locked, text("license")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cargo_lock_is_read_as_cargo_writes_it() {
        let text = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n\
                    checksum = \"00ff\"\ndependencies = [\n \"b\",\n \"c 2.0.0\",\n]\n\n[[package]]\nname = \"b\"\n\
                    version = \"0.1.0\"\n";
        let found = crates(text).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].needs, ["b", "c 2.0.0"]);
        assert_eq!(
            (found[0].checksum.as_deref(), found[0].is_ours()),
            (Some("00ff"), false)
        );
        assert!(found[1].is_ours() && found[1].needs.is_empty());
        assert!(crates("version = 4\n").is_err());
    }

    #[test]
    fn an_npm_lock_is_read_with_licences() {
        let text = r#"{"packages": {
            "": {"name": "ui"},
            "node_modules/a": {"version": "1.0.0", "license": "MIT", "integrity": "sha512-AA==", "dependencies": {"b": "^1"}},
            "node_modules/a/node_modules/@x/b": {"version": "2.0.0"}
        }}"#;
        let found = npm(text).unwrap();
        let names: Vec<&str> = found.iter().map(|(locked, _)| locked.name.as_str()).collect();
        assert_eq!(names, ["a", "@x/b"]);
        assert_eq!(found[0].1.as_deref(), Some("MIT"));
        assert_eq!(found[0].0.needs, ["b"]);
    }
}

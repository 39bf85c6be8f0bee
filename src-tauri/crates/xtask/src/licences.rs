//! What the crates say of their licences, and whether `deny.toml` allows it. cargo-deny looks at more (the texts
//! themselves); this is for machines without it, so that a licence nobody looked at is not found weeks later.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::progress::note;
use crate::tree::Tree;

/// Licences by name and version, of everybody else's crates.
pub type Licences = BTreeMap<(String, String), String>;

/// What every crate says of itself, for all systems. Those that are not here yet are downloaded for it.
pub fn of_crates(tree: &Tree) -> Result<Licences> {
    read(&process::output(&mut tree.cargo([
        "metadata",
        "--locked",
        "--format-version",
        "1",
    ]))?)
}

/// Fails on a crate that only has licences which `deny.toml` does not name. Nothing is downloaded that a build does not need:
/// where the crates of other systems are not here, it says so and looks at this one's.
pub fn check(tree: &Tree) -> Result<()> {
    let whole = ["metadata", "--locked", "--offline", "--format-version", "1"];
    let licences = match process::output(&mut tree.cargo(whole)) {
        Ok(metadata) => read(&metadata)?,
        Err(_) => {
            note("only this system's crates are here; the licences of others' were not looked at");
            let mut here = tree.cargo(["metadata", "--locked", "--format-version", "1"]);
            here.args(["--filter-platform", &host(tree)?]);
            read(&process::output(&mut here)?)?
        }
    };
    let deny = fs::read_to_string(tree.root.join("deny.toml")).context("deny.toml cannot be read")?;
    let allowed = allowed(&deny);
    let bad: Vec<String> = licences
        .iter()
        .filter(|(_, licence)| !is_allowed(licence, &allowed))
        .map(|((name, version), licence)| format!("{name} {version}: {licence}"))
        .collect();
    if !bad.is_empty() {
        bail!("licences that deny.toml does not allow: {}", bad.join("; "));
    }
    Ok(())
}

/// The platform of this machine, as rustc names it.
pub fn host(tree: &Tree) -> Result<String> {
    let said = process::output(tree.command("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its own platform")?.to_owned())
}

fn read(metadata: &str) -> Result<Licences> {
    let metadata: Value =
        serde_json::from_str(metadata).context("cargo metadata answered with something that is not JSON")?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let mut found = Licences::new();
    for package in packages.context("cargo metadata names no packages")? {
        let text = |name: &str| package.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if package.get("source").is_some_and(|source| !source.is_null()) {
            found.insert((text("name"), text("version")), text("license"));
        }
    }
    Ok(found)
}

/// The list under `[licenses]`, one on a line.
fn allowed(deny: &str) -> Vec<&str> {
    let lines = deny.lines().skip_while(|line| *line != "[licenses]");
    let lines = lines.skip_while(|line| *line != "allow = [").skip(1);
    let entries = lines.take_while(|line| *line != "]");
    entries
        .filter_map(|line| line.trim().strip_prefix('"')?.split('"').next())
        .collect()
}

/// `(MIT OR Apache-2.0) AND BSD-3-Clause`, and `MIT/Apache-2.0` as older crates write it. A crate that says nothing is not
/// allowed.
fn is_allowed(licence: &str, allowed: &[&str]) -> bool {
    let spaced = licence.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest, allowed) && rest.is_empty()
}

fn any(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut good = all(rest, allowed);
    while let ["OR", after @ ..] = *rest {
        *rest = after;
        // Read in any case: what follows stands behind it.
        good |= all(rest, allowed);
    }
    good
}

fn all(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut good = one(rest, allowed);
    while let ["AND", after @ ..] = *rest {
        *rest = after;
        good &= one(rest, allowed);
    }
    good
}

fn one(rest: &mut &[&str], allowed: &[&str]) -> bool {
    match *rest {
        ["(", after @ ..] => {
            *rest = after;
            let good = any(rest, allowed);
            let closed = matches!(*rest, [")", ..]);
            *rest = rest.get(1..).unwrap_or_default();
            good && closed
        }
        [name, "WITH", exception, after @ ..] => {
            *rest = after;
            allowed.contains(&format!("{name} WITH {exception}").as_str())
        }
        [name, after @ ..] => {
            *rest = after;
            // `MPL-2.0+`: this one or a later one, at one's choice.
            allowed.contains(&name.trim_end_matches('+'))
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_that_is_not_allowed_is_caught() {
        let deny = "[licenses]\nallow = [\n    \"MIT\",    # why\n    \"Apache-2.0 WITH LLVM-exception\",\n]\n[bans]\nallow = \
                    [\n    \"GPL-3.0\",\n]\n";
        let allowed = allowed(deny);
        assert_eq!(allowed, ["MIT", "Apache-2.0 WITH LLVM-exception"]);
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/GPL-3.0",
            "MIT+",
            "(GPL-3.0 OR MIT) AND Apache-2.0 WITH LLVM-exception",
            "GPL-3.0 AND Zlib OR MIT",
        ] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "Apache-2.0",
            "MIT AND GPL-3.0",
            "(MIT",
            "MIT GPL-3.0",
            "GPL-3.0 OR",
        ] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }
}

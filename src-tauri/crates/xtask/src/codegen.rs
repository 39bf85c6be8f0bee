//! `cargo xtask codegen`: files in the repository that are written by the code they describe.
//!
//! Three of them: the TypeScript types of everything that crosses to the pages, the schema of the databases, and the
//! protocol in prose. Each is first made in memory, then compared, then written or complained about; so `--check` and
//! writing cannot disagree.

mod bindings;
mod protocol;
mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};

use crate::progress::{Progress, note};
use crate::tree::Tree;

/// How much cargo looks at when it builds what writes the files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The one crate: works while its neighbours do not compile.
    Package,
    /// The features of the whole workspace: after a full build there is nothing left to compile.
    Workspace,
}

impl Scope {
    fn arguments(self, package: &'static str) -> Vec<&'static str> {
        match self {
            Scope::Package => vec!["-p", package],
            Scope::Workspace => vec!["--workspace"],
        }
    }
}

/// Paths below the repository, with their text.
type Texts = BTreeMap<String, String>;

/// One kind of generated file: what should be there, and what is.
struct Generated {
    wanted: Texts,
    found: Texts,
}

type Generator = fn(&Tree, Scope) -> Result<Option<Generated>>;

const GENERATORS: [(&str, Generator); 3] = [
    ("TypeScript types", bindings::generate),
    ("docs/schema.sql", schema::generate),
    ("docs/protocol.md", protocol::generate),
];

pub fn codegen(tree: &Tree, check_only: bool) -> Result<()> {
    if check_only {
        return check(tree, Scope::Package);
    }
    let mut progress = Progress::new(GENERATORS.len());
    for (what, generate) in GENERATORS {
        if let Some(generated) = progress.step(what, || generate(tree, Scope::Package)).0? {
            generated.write(tree)?;
        }
    }
    Ok(())
}

/// Fail where a file is not what would be written.
pub fn check(tree: &Tree, scope: Scope) -> Result<()> {
    let mut stale = Vec::new();
    for (what, generate) in GENERATORS {
        match generate(tree, scope)? {
            Some(generated) => stale.extend(generated.differences()),
            None => note(&format!("{what}: nothing to generate from yet")),
        }
    }
    if !stale.is_empty() {
        bail!(
            "{} out of date. Type `cargo xtask codegen` and commit what it writes",
            named(&stale)
        );
    }
    Ok(())
}

/// The first few of them; a list that fills the screen is not read.
fn named(stale: &[String]) -> String {
    const FEW: usize = 4;
    let first: Vec<&str> = stale.iter().take(FEW).map(String::as_str).collect();
    match stale.len().saturating_sub(FEW) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

impl Generated {
    /// Paths that are missing, differ, or should not be there.
    fn differences(&self) -> Vec<String> {
        let all: BTreeSet<&String> = self.wanted.keys().chain(self.found.keys()).collect();
        all.into_iter()
            .filter(|path| self.wanted.get(*path) != self.found.get(*path))
            .cloned()
            .collect()
    }

    /// Only what differs is touched, so that nothing is rebuilt for nothing.
    fn write(&self, tree: &Tree) -> Result<()> {
        for path in self.differences() {
            let target = tree.root.join(&path);
            match self.wanted.get(&path) {
                None => fs::remove_file(&target).with_context(|| format!("{path} cannot be removed"))?,
                Some(text) => {
                    if let Some(folder) = target.parent() {
                        fs::create_dir_all(folder).with_context(|| format!("the folder of {path} cannot be made"))?;
                    }
                    fs::write(&target, text).with_context(|| format!("{path} cannot be written"))?;
                }
            }
            note(&path);
        }
        Ok(())
    }
}

/// One file as it is now; no file is no text.
fn one_file(tree: &Tree, path: &str, wanted: String) -> Result<Generated> {
    let found = match fs::read_to_string(tree.root.join(path)) {
        Ok(text) => Texts::from([(path.to_owned(), text)]),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Texts::new(),
        Err(error) => return Err(error).with_context(|| format!("{path} cannot be read")),
    };
    Ok(Generated {
        wanted: Texts::from([(path.to_owned(), wanted)]),
        found,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(entries: &[(&str, &str)]) -> Texts {
        entries
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn a_long_list_is_cut() {
        let paths: Vec<String> = (1..=6).map(|number| number.to_string()).collect();
        assert_eq!(named(&paths), "1, 2, 3, 4 and 2 more");
        assert_eq!(named(&paths[..2]), "1, 2");
    }

    #[test]
    fn a_missing_a_changed_and_a_left_over_file_are_seen() {
        let generated = Generated {
            wanted: texts(&[("same", "1"), ("changed", "2"), ("missing", "3")]),
            found: texts(&[("same", "1"), ("changed", "old"), ("left over", "4")]),
        };
        assert_eq!(generated.differences(), ["changed", "left over", "missing"]);
    }
}

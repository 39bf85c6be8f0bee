//! The TypeScript types of everything that crosses between Rust and the pages, written by ts-rs.

use std::fs;

use anyhow::{Context, Result, bail};

use super::{Generated, Scope, Texts};
use crate::files::{self, Files};
use crate::process;
use crate::tree::Tree;

const FOLDER: &str = "ui/src/lib/ipc/bindings";

/// ts-rs writes from inside tests, into a folder that it is told; it gets an empty one.
pub fn generate(tree: &Tree, scope: Scope) -> Result<Option<Generated>> {
    let folder = tree.target.join("xtask").join("bindings");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    let mut command = tree.cargo(["test", "--quiet", "--lib"]);
    command
        .args(scope.arguments("sidedesk-api"))
        .arg("export_bindings")
        .env("TS_RS_EXPORT_DIR", &folder);
    let mut said = Vec::new();
    if !process::listen(&mut command, |line| said.push(line.to_owned()))? {
        bail!("the TypeScript types could not be written:\n{}", said.join("\n"));
    }
    let wanted = texts(files::read_all(&folder, "", &is_typescript)?, &format!("{FOLDER}/"))?;
    let found = texts(files::read_all(&tree.root, FOLDER, &is_typescript)?, "")?;
    // No type is exported yet, and no old one lies about: there is nothing to compare.
    Ok(if wanted.is_empty() && found.is_empty() {
        None
    } else {
        Some(Generated { wanted, found })
    })
}

fn is_typescript(path: &str) -> bool {
    path.ends_with(".ts")
}

fn texts(files: Files, prefix: &str) -> Result<Texts> {
    let text = |(path, bytes): (String, Vec<u8>)| {
        let text = String::from_utf8(bytes).with_context(|| format!("{path} is not text"))?;
        Ok((format!("{prefix}{path}"), text))
    };
    files.into_iter().map(text).collect()
}

//! Where things are: the repository and the folder that cargo builds into.
//!
//! Both come from cargo itself, so that `CARGO_TARGET_DIR` and a foreign working directory are no surprise.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// The checkout that this xtask belongs to.
pub struct Tree {
    pub root: PathBuf,
    pub target: PathBuf,
    /// `cargo metadata --no-deps` of the workspace.
    pub metadata: Value,
}

impl Tree {
    pub fn find() -> Result<Tree> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(cargo_program());
        command
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .current_dir(here);
        let metadata: Value = serde_json::from_str(&process::output(&mut command)?)
            .context("cargo metadata answered with something that is not JSON")?;
        let path = |name: &str| match metadata.get(name).and_then(Value::as_str) {
            Some(path) => Ok(PathBuf::from(path)),
            None => bail!("cargo metadata names no {name}"),
        };
        Ok(Tree {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            metadata,
        })
    }

    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The built program `name`; `profile` is the folder name, `debug` or `release`.
    pub fn program(&self, profile: &str, name: &str) -> PathBuf {
        self.target
            .join(profile)
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// A command that starts in the repository.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        process::forget_outer_cargo(&mut command);
        command
    }

    pub fn cargo<const N: usize>(&self, args: [&str; N]) -> Command {
        let mut command = self.command(cargo_program());
        command.args(args);
        command
    }
}

fn cargo_program() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

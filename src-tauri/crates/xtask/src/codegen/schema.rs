//! `docs/schema.sql`: both databases of a device as they are after all migrations, printed by the store itself.

use anyhow::Result;

use super::{Generated, Scope, one_file};
use crate::process;
use crate::tree::Tree;

const PATH: &str = "docs/schema.sql";
const EXAMPLE: &str = "src-tauri/crates/store/examples/schema.rs";

pub fn generate(tree: &Tree, scope: Scope) -> Result<Option<Generated>> {
    if !tree.root.join(EXAMPLE).is_file() {
        return Ok(None);
    }
    // Built and run in two commands: `cargo run` takes no `--workspace`.
    let mut build = tree.cargo(["build", "--quiet"]);
    process::run(
        build
            .args(scope.arguments("sidedesk-store"))
            .args(["--example", "schema"]),
    )?;
    let wanted = process::output(&mut tree.command(tree.program("debug/examples", "schema")))?;
    one_file(tree, PATH, wanted).map(Some)
}

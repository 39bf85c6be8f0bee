//! `docs/protocol.md`: the header of the protocol crate, which is the specification, in a form for readers without the
//! source.

use std::fs;

use anyhow::{Context, Result, bail};

use super::{Generated, Scope, one_file};
use crate::tree::Tree;

const SOURCE: &str = "src-tauri/crates/protocol/src/lib.rs";
const PATH: &str = "docs/protocol.md";

pub fn generate(tree: &Tree, _: Scope) -> Result<Option<Generated>> {
    let source = fs::read_to_string(tree.root.join(SOURCE)).with_context(|| format!("{SOURCE} cannot be read"))?;
    let header = header(&source);
    if header.is_empty() {
        bail!("{SOURCE} has no header. It is the specification of the protocol");
    }
    let note = format!("<!-- Written by `cargo xtask codegen` from {SOURCE}. Edit there. -->\n\n");
    one_file(tree, PATH, note + &header).map(Some)
}

/// The `//!` lines without their marks. Lines that rustdoc hides in examples (`# …`) are hidden here too, and a bare
/// code fence is Rust.
fn header(source: &str) -> String {
    let mut text = String::new();
    let mut fence: Option<bool> = None; // inside one; whether it is Rust
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if let Some(language) = line.trim_start().strip_prefix("```") {
            if fence.take().is_none() {
                let is_rust = matches!(language, "" | "rust" | "no_run" | "should_panic" | "compile_fail");
                fence = Some(is_rust);
                text.push_str(if is_rust { "```rust\n" } else { line });
                text.push_str(if is_rust { "" } else { "\n" });
                continue;
            }
        } else if fence == Some(true) && (line.trim() == "#" || line.trim_start().starts_with("# ")) {
            continue;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_hidden_lines_are_dropped() {
        let source = "//! # Title\n//!\n//! Words.\n//!\n//! ```\n//! # use hidden;\n//! step();\n//! ```\n//!\n\
                      //! ```text\n//! # kept\n//! ```\n\nmod a;\n//! not the header\n";
        let expected = "# Title\n\nWords.\n\n```rust\nstep();\n```\n\n```text\n# kept\n```\n";
        assert_eq!(header(source), expected);
        assert_eq!(header("mod a;\n"), "");
    }
}

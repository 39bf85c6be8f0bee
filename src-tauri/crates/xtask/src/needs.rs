//! What a machine must have before anything is built: system packages, Node, rustfmt and clippy.
//!
//! What is missing is installed where that needs no password, and otherwise named in the one line to type. Nothing is
//! ever installed that is there already, under whatever package name it came.

mod system;

use std::process::ExitCode;

use anyhow::{Context, Result};

pub use self::system::right_to_install;
use self::system::{Debian, System};
use crate::process;
use crate::progress::note;
use crate::tree::Tree;

/// The oldest Node that the pages' tools run on, major and minor.
const NODE: (u32, u32) = (20, 19);

/// What the machine is about to be used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    /// Building and opening the window.
    Run,
    /// All of that, and real windows, notifications, keyrings and databases in tests.
    Test,
    /// Installing and starting a finished package.
    Trial,
}

/// Make sure, or say what is missing. The exit code is there when somebody has to do something first.
pub fn ensure(tree: &Tree, purpose: For) -> Result<Option<ExitCode>> {
    let node = if purpose == For::Trial { None } else { node() };
    let missing = [node, system_packages(purpose)?, rust_parts(tree, purpose)];
    let sentences: Vec<String> = missing.into_iter().flatten().collect();
    for sentence in &sentences {
        eprintln!("\n{sentence}");
    }
    Ok(if sentences.is_empty() {
        None
    } else {
        Some(ExitCode::FAILURE)
    })
}

fn node() -> Option<String> {
    node_sentence(
        &process::answer("node", &["--version"]),
        process::succeeds(crate::ui::NPM, &["--version"]),
    )
}

fn node_sentence(version: &str, has_npm: bool) -> Option<String> {
    const WHERE: &str = "Get the long-term release from https://nodejs.org/en/download and run the same command again.";
    let version = version.trim();
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map_while(|number| number.parse::<u32>().ok());
    match numbers.next().zip(numbers.next()) {
        None => Some(format!(
            "Node is not installed. The window's pages are built with it. {WHERE}"
        )),
        Some(found) if found < NODE => Some(format!(
            "Node {version} is too old: {}.{} or newer is needed. {WHERE}",
            NODE.0, NODE.1
        )),
        Some(_) if !has_npm => Some(format!("Node {version} is here, but npm is not. {WHERE}")),
        Some(_) => None,
    }
}

fn rust_parts(tree: &Tree, purpose: For) -> Option<String> {
    let has = |part: &str| {
        tree.cargo([part, "--version"])
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if purpose != For::Test || (has("fmt") && has("clippy")) {
        return None;
    }
    const LINE: [&str; 4] = ["component", "add", "rustfmt", "clippy"];
    note(&format!("rustup {}", LINE.join(" ")));
    if process::succeeds("rustup", &LINE) {
        return None;
    }
    Some(format!(
        "rustfmt or clippy is missing. Type:\n\n    rustup {}",
        LINE.join(" ")
    ))
}

fn system_packages(purpose: For) -> Result<Option<String>> {
    match System::this() {
        System::Debian(debian) => debian_packages(&debian, purpose),
        other => Ok(other.sentence(purpose)),
    }
}

fn debian_packages(debian: &Debian, purpose: For) -> Result<Option<String>> {
    let missing = debian.missing(purpose);
    if missing.is_empty() {
        return Ok(None);
    }
    let by_hand = Some(system::line_to_type(&missing));
    let Some(prefix) = system::right_to_install() else {
        return Ok(by_hand);
    };
    note(&format!("installing {}", missing.join(" ")));
    // An update that fails (one dead mirror of many) is no reason not to try.
    let _ = process::run(&mut system::apt_get(prefix, &["update", "-qq"]));
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(&missing);
    if process::run(&mut system::apt_get(prefix, &words))
        .context("system packages")
        .is_err()
    {
        return Ok(by_hand);
    }
    let left = debian.missing(purpose);
    Ok(if left.is_empty() {
        None
    } else {
        Some(system::line_to_type(&left))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_asked_for_in_words() {
        let check = |version: &str, has_npm, expected: Option<&str>| {
            let said = node_sentence(version, has_npm);
            match expected {
                None => assert_eq!(said, None, "{version}"),
                Some(part) => assert!(
                    said.as_deref().is_some_and(|said| said.contains(part)),
                    "{version}: {said:?}"
                ),
            }
        };
        check("v20.20.2\n", true, None);
        check("v24.1.0", true, None);
        check("v18.20.0", true, Some("Node v18.20.0 is too old: 20.19 or newer"));
        check("v20.18.3", true, Some("too old"));
        check("", true, Some("Node is not installed"));
        check("nonsense", true, Some("Node is not installed"));
        check("v22.0.0", false, Some("npm is not"));
    }
}

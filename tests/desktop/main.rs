//! Real windows, driven as a person drives them: click, type, look.
//!
//! `cargo test` does not rebuild the programs: `cargo build --workspace` first, or `cargo xtask test`, which does both.
//! Pictures of what was on the screen lie in `target/pictures` afterwards; a step that fails leaves one too.
#![cfg(test)]
#![cfg(target_os = "linux")]

mod aftermath;
mod bad_input;
mod deleted;
mod drills;
mod duplicates;
mod first_run;
mod first_value;
mod hostile_text;
mod keys;
mod long_lists;
mod looks;
mod moves;
mod notify;
mod people;
mod privacy;
mod shell;
mod tour;
mod two_windows;

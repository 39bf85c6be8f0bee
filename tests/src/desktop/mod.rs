//! Real windows, driven as a person drives them: click, type, look. For the desktop tests, the pictures and the bench.
//!
//! `cargo test` does not rebuild the programs: `cargo build --workspace` first, or `cargo xtask test`, which does both.

pub mod board;
pub mod driver;
pub mod hub;
pub mod keys;
pub mod look;
pub mod process;
pub mod window;

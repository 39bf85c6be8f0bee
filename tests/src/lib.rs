//! Real processes for the system and the crash tests: a hub, devices driven over the command line, and patience.
//!
//! Every wait is for a condition with a deadline; every process is killed by its own id when its handle goes.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this package is nothing but tests, and this is how a test speaks"
)]

pub mod bad_input;
pub mod canary;
pub mod crash;
#[cfg(target_os = "linux")]
pub mod desktop;
pub mod device;
pub mod hub;
#[cfg(target_os = "linux")]
pub mod keyring;
pub mod large;
pub mod liar;
#[cfg(target_os = "linux")]
pub mod load;
pub mod plants;
#[cfg(target_os = "linux")]
pub mod postgres;
#[cfg(target_os = "linux")]
pub mod power;
pub mod process;
pub mod proxy;
pub mod recorder;
pub mod recurrence;
pub mod rows;
pub mod story;
pub mod wait;

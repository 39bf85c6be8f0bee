//! A real hub on port 0 and raw clients that speak the protocol's own types.

mod board;
mod client;
mod concurrency;
mod joining;
mod log;
mod process;
mod refusals;

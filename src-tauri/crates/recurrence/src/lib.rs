//! Which reports share a cause: known ones are **matched**, the others are **grouped** (product.md W3 and §8.5).
//!
//! This crate knows no clock, no disk, no network and no chance. It learns from the reports that are there: what is rare among
//! them is telling. What it brings along is two short lists of words and a table of what English words mean ([`meaning`]),
//! which helps where reports are few and says nothing about other languages. The same reports give the same answer to the last bit on every machine, whatever order they come in; even logarithms are written out
//! ([`arithmetic`]) for that.
//!
//! 1. a text becomes [`words`], without addresses, order numbers, quotes and signature ([`clean`]);
//! 2. words become [`traits`]: words, their beginnings, pairs, pieces of three to five letters; and a text gets a meaning;
//! 3. [`Index`] weighs traits by rarity and focus, and says for a text which known complaints it is near, why, and
//!    whether it looks like none of them;
//! 4. [`groups()`] puts the reports that belong to no complaint into groups that seem to share a cause, and [`split`]
//!    takes one of those apart.

pub mod arithmetic;
mod build;
pub mod clean;
mod example;
pub mod groups;
mod index;
pub mod known;
mod lens;
mod meaning;
mod newness;
mod postings;
mod query;
mod reasons;

mod score;
mod stop_words;
pub mod traits;
mod typical;
mod vocabulary;
mod weights;
pub mod words;

pub use groups::{Group, Options, Report, groups, split};
pub use index::Index;
pub use known::{Found, Known, Match};
pub use lens::Fingerprint;

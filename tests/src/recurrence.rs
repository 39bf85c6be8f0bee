//! How well reports are matched and grouped, on real texts whose causes are known.
//!
//! The bench prints these figures and `tests/recurrence` holds their floors: both by the same code, so that what is
//! claimed is what is checked.

pub mod data;
pub mod large;
pub mod lens;
pub mod matching;

//! The floors of matching and grouping on texts with known causes; the figures themselves are in docs/measurements.md.
//!
//! A debug build takes every third text and the bench all of them, so the floors here are a little below the figures
//! there: by what a third of the texts can differ.

#![cfg(test)]

mod lens;
mod matching;

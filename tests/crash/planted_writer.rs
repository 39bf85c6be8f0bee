//! `crash_writer`, built with the store's planted bugs: see docs/measurements.md, "Faults".

#[path = "writer.rs"]
mod writer;

fn main() {
    writer::main();
}

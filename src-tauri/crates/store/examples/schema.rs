//! Prints the schema of both databases, for docs/schema.sql.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() {
    for (name, schema) in sidedesk_store::SCHEMAS {
        println!("-- {name}\n\n{}", schema.trim_end());
        println!();
    }
}

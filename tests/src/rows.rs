//! Made-up ticket exports, where a test needs exact numbers.

use std::fmt::Write as _;

/// A CSV with `count` rows: id, subject, created, product, region, complaint. Row `i` was created at `created(i)`.
pub fn tickets(prefix: &str, count: usize, created: impl Fn(usize) -> String) -> String {
    let mut csv = String::from("id,subject,created,product,region,cause\n");
    for i in 0..count {
        let at = created(i);
        writeln!(csv, "{prefix}-{i},Parcel {i} came late,{at},Boots,EU,Late parcels").unwrap();
    }
    csv
}

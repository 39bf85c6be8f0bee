//! What was asked for and what was acknowledged: the paper beside the programs.

use std::collections::{BTreeMap, BTreeSet};

/// One board's paper.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Names of campaigns that somebody asked for.
    pub asked: BTreeSet<String>,
    /// Those that were said to be saved.
    pub acknowledged: BTreeSet<String>,
    /// Imports that were begun: prefix of the rows' ids, and how many rows.
    pub imports: BTreeMap<String, usize>,
    /// Those that were said to be done.
    pub imported: BTreeSet<String>,
}

impl Ledger {
    /// Compares the paper with what a board holds: names of campaigns, and source ids of reports, with repetitions.
    pub fn check(&self, names: &[String], reports: &[String]) -> Result<(), String> {
        let held: BTreeSet<&String> = names.iter().collect();
        if held.len() < names.len() {
            let twice = names
                .iter()
                .find(|name| names.iter().filter(|other| other == name).count() > 1);
            return Err(format!("there twice: {twice:?}"));
        }
        if let Some(lost) = self.acknowledged.iter().find(|name| !held.contains(name)) {
            return Err(format!("acknowledged and lost: {lost}"));
        }
        if let Some(strange) = names.iter().find(|name| !self.asked.contains(*name)) {
            return Err(format!("never asked for: {strange}"));
        }
        let different: BTreeSet<&String> = reports.iter().collect();
        if different.len() < reports.len() {
            return Err(format!("{} reports, {} different ones", reports.len(), different.len()));
        }
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        for report in reports {
            *rows
                .entry(report.rsplit_once('-').map_or("", |(prefix, _)| prefix))
                .or_default() += 1;
        }
        for (prefix, expected) in &self.imports {
            let held = rows.remove(prefix.as_str()).unwrap_or(0);
            let whole_or_nothing = held == *expected || (held == 0 && !self.imported.contains(prefix));
            if !whole_or_nothing {
                return Err(format!("of import {prefix} {held} of {expected} rows are there"));
            }
        }
        if rows.is_empty() {
            Ok(())
        } else {
            Err(format!("never imported: {rows:?}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], reports: &[&str], expected: Result<(), &str>) {
        let owned = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let ledger = Ledger {
            asked: ["a-0", "a-1", "a-2"].map(str::to_owned).into(),
            acknowledged: ["a-0", "a-1"].map(str::to_owned).into(),
            imports: [("i0".to_owned(), 2), ("i1".to_owned(), 2)].into(),
            imported: ["i0".to_owned()].into(),
        };
        let found = ledger.check(&owned(names), &owned(reports));
        match expected {
            Ok(()) => assert_eq!(found, Ok(()), "{names:?} {reports:?}"),
            Err(part) => assert!(found.clone().unwrap_err().contains(part), "{found:?}"),
        }
    }

    #[test]
    fn every_kind_of_loss_and_doubling_is_seen() {
        let whole = ["i0-0", "i0-1"];
        check(&["a-0", "a-1"], &whole, Ok(()));
        check(&["a-0", "a-1", "a-2"], &["i0-0", "i0-1", "i1-0", "i1-1"], Ok(()));
        check(&["a-0"], &whole, Err("acknowledged and lost: a-1"));
        check(&["a-0", "a-1", "a-1"], &whole, Err("there twice"));
        check(&["a-0", "a-1", "b-7"], &whole, Err("never asked for: b-7"));
        check(&["a-0", "a-1"], &[], Err("of import i0 0 of 2"));
        check(&["a-0", "a-1"], &["i0-0", "i0-1", "i1-0"], Err("of import i1 1 of 2"));
        check(
            &["a-0", "a-1"],
            &["i0-0", "i0-1", "i0-1"],
            Err("3 reports, 2 different"),
        );
        check(&["a-0", "a-1"], &["i0-0", "i0-1", "x-0"], Err("never imported"));
    }
}

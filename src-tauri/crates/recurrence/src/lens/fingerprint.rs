//! What a group can be recognised by later, when it has gained and lost a few reports.
//!
//! A sketch of its members: the smallest hashes of their ids. Two groups share about that part of their sketches that they
//! share of their members, so "not a group" holds as long as the group is by half the same, and ends when it has doubled.

use crate::traits::hash;

/// Hashes that are kept: enough to tell half from a quarter.
const KEPT: usize = 32;
/// No family of traits has this number, so no id looks like a word.
const FAMILY: usize = 9;

/// The sketch of a group's members.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(Vec<u64>);

impl Fingerprint {
    /// Of the members' ids, in any order.
    pub fn new<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hashes: Vec<u64> = ids.into_iter().map(|id| hash(FAMILY, id.as_bytes(), &[])).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(KEPT);
        Self(hashes)
    }

    /// As text that can be stored: hexadecimal, sixteen letters a hash.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|hash| format!("{hash:016x}")).collect()
    }

    /// From stored text; none if it was never one.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.is_ascii() || !text.len().is_multiple_of(16) || text.len() > 16 * KEPT {
            return None;
        }
        let places = (0..text.len()).step_by(16);
        let hashes: Option<Vec<u64>> = places
            .map(|at| u64::from_str_radix(text.get(at..at + 16)?, 16).ok())
            .collect();
        hashes.filter(|hashes| hashes.is_sorted()).map(Self)
    }

    /// Whether both are about the same group: they share half of their members or more.
    pub fn is_about(&self, other: &Self) -> bool {
        let mut all: Vec<u64> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.truncate(KEPT);
        let shared = all
            .iter()
            .filter(|hash| self.0.binary_search(hash).is_ok() && other.0.binary_search(hash).is_ok());
        !all.is_empty() && 2 * shared.count() >= all.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: std::ops::Range<usize>) -> Fingerprint {
        let ids: Vec<String> = range.map(|id| format!("report-{id}")).collect();
        Fingerprint::new(ids.iter().map(String::as_str))
    }

    #[test]
    fn a_group_is_known_again_until_it_has_doubled() {
        assert!(of(0..100).is_about(&of(0..100)));
        assert!(of(0..100).is_about(&of(0..110)));
        assert!(of(0..5).is_about(&of(1..6)));
        assert!(!of(0..100).is_about(&of(0..400)));
        assert!(!of(0..100).is_about(&of(100..200)));
        assert!(!of(0..0).is_about(&of(0..0)));
    }

    #[test]
    fn it_survives_being_stored() {
        for size in [0, 1, 40] {
            assert_eq!(Fingerprint::parse(&of(0..size).to_text()), Some(of(0..size)));
        }
        for text in ["x", "zzzzzzzzzzzzzzzz", "ééééé", "ffffffffffffffff0000000000000000"] {
            assert_eq!(Fingerprint::parse(text), None, "{text}");
        }
    }
}

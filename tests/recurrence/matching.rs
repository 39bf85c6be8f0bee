//! The right complaint among the first three, and new told from known.

use sidedesk_tests::recurrence::data::Set;
use sidedesk_tests::recurrence::matching::{quality, young};

/// Every third text: about 600 and 400 of them.
const STEP: usize = 3;

fn check(name: &str, examples: usize, among_three: f64, first: f64, new_or_known: f64) {
    let sets = Set::all();
    let named: Vec<&Set> = sets.iter().filter(|one| one.name == name).collect();
    assert_eq!(named.len(), 1, "{name}");
    for set in named {
        let quality = quality(set, examples, STEP);
        let holds =
            quality.among_three >= among_three && quality.first >= first && quality.new_or_known >= new_or_known;
        assert!(holds, "{name} with {examples}: {quality:?}");
    }
}

#[test]
fn the_right_complaint_of_a_bank_is_found_with_twenty_reports_each() {
    check("banking77", 20, 96.0, 86.5, 0.88);
}

#[test]
fn the_right_complaint_of_a_bank_is_found_with_five_reports_each() {
    check("banking77", 5, 88.0, 73.0, 0.80);
}

#[test]
fn one_report_and_a_title_are_a_beginning() {
    check("banking77", 1, 77.0, 58.0, 0.70);
    check("clinc150", 1, 85.0, 67.0, 0.93);
}

#[test]
fn the_right_request_of_an_assistant_is_found() {
    check("clinc150", 20, 97.0, 88.0, 0.97);
}

/// A board with one complaint must not see it everywhere.
#[test]
fn a_young_board_tells_its_few_complaints_from_the_rest() {
    for set in Set::all() {
        for complaints in [1, 3, 8] {
            let young = young(&set, complaints, 5, STEP);
            let holds = young.new_or_known >= 0.85 && young.known >= 65.0 && young.mistaken <= 16.0;
            assert!(holds, "{} with {complaints}: {young:?}", set.name);
        }
        let first = young(&set, 1, 5, STEP);
        assert!(first.mistaken <= 8.0, "{}: {first:?}", set.name);
    }
}

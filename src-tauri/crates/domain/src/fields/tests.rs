//! The declarations keep their numbers for ever.

use super::*;
use std::collections::BTreeSet;

#[test]
fn no_number_and_no_name_is_declared_twice() {
    let numbers: BTreeSet<u16> = FIELDS.iter().map(|spec| spec.id.0).collect();
    assert_eq!(numbers.len(), FIELDS.len());
    let names: BTreeSet<(Kind, &str)> = FIELDS.iter().map(|spec| (spec.kind, spec.name)).collect();
    assert_eq!(names.len(), FIELDS.len());
    assert!(!numbers.contains(&DELETED.0));
}

/// These numbers lie in databases and on hubs. Adding is fine, below what is there; a change breaks every board.
#[test]
fn numbers_on_the_wire_never_change() {
    let first = FIELDS.iter().filter(|spec| !ADDED.contains(&spec.id));
    let added = ADDED.iter().filter_map(|id| id.spec());
    let listed: Vec<String> = first
        .chain(added)
        .map(|s| format!("{} {}.{}", s.id.0, s.kind.name(), s.name))
        .collect();
    for (count, golden) in GOLDEN {
        let first = listed.get(..count).unwrap_or_default();
        assert_eq!(
            blake3::hash(first.join("\n").as_bytes()).to_hex().as_str(),
            golden,
            "{first:#?}"
        );
    }
    assert_eq!(GOLDEN.last().map(|(count, _)| *count), Some(listed.len()));
}
/// What was added to kinds that were there, in this order.
const ADDED: [FieldId; 11] = [
    complaint::DUPLICATE_OF,
    board::FOLD,
    board::EXPORTS,
    board::RETENTION,
    board::NOT_GROUPS,
    complaint::FIX,
    complaint::FIXES,
    complaint::ANSWER,
    board::QUIET,
    board::ONE_ANSWER,
    standup::UNLINKED,
];
/// How many there were at each addition, and what they were.
const GOLDEN: [(usize, &str); 6] = [
    (57, "221fb93f2fb44e057622b6e5b3be25028c7e288320dca5f2835d0e3233c96fd7"),
    (82, "59d3641b2d9db007317275007f4d5f288cd0755347a490e4ecbce165d07cdc61"),
    (84, "982977a11fa812b966cc6d617e2cba375010435e45176ff36d9f60e80f1cd466"),
    (86, "23076d5893ce491007f552dea4a147c8ae6f1fd34bf0d4f8515767f17da23c31"),
    (87, "e8a6b81b79914fe4cc72e66e81992cb8962cc511fc682aadb0293ace45e8f114"),
    (93, "d6adb78e86fe19ddb2fe8da59260eaab86606efc4195a408a930aab7667fda44"),
];

/// What is added here leaves no board unasked; what is taken away does.
#[test]
fn what_is_personal() {
    let personal: Vec<&str> = FIELDS
        .iter()
        .filter(|spec| is_personal(spec.id))
        .map(|spec| spec.name)
        .collect();
    assert_eq!(personal, ["title", "body", "customer", "id"]);
    assert!(
        FIELDS
            .iter()
            .filter(|spec| is_personal(spec.id))
            .all(|spec| spec.kind == Kind::Report)
    );
}

#[test]
fn texts_of_customers_and_budgets_are_inner() {
    for field in [report::TITLE, report::BODY, campaign::BUDGET] {
        assert_eq!(field.space(), Space::Inner, "{field:?}");
    }
    assert_eq!(report::COMPLAINT.space(), Space::Board);
}

//! The index from outside: order, growth, bounds, hostile texts, and the reasons it gives.

use proptest::prelude::*;
use sidedesk_recurrence::known::{MAX_COMPLAINTS, MAX_EXAMPLES, MAX_MATCHES, MAX_REASONS};
use sidedesk_recurrence::{Found, Index, Known};

fn known(complaint: &str, title: &str, examples: &[&str]) -> Known {
    Known {
        complaint: complaint.into(),
        title: title.into(),
        examples: examples.iter().map(|one| (*one).into()).collect(),
    }
}

fn shop() -> Vec<Known> {
    vec![
        known(
            "late",
            "Parcel late",
            &[
                "my parcel has not arrived",
                "where is my parcel",
                "delivery is a week late",
            ],
        ),
        known(
            "coupon",
            "Coupon refused",
            &[
                "the coupon code is refused",
                "my voucher does not work",
                "discount code invalid",
            ],
        ),
        known(
            "rechnung",
            "Rechnung fehlt",
            &[
                "ich habe keine Rechnung bekommen",
                "Die Rechnung fehlt im Paket",
                "bitte Rechnungen senden",
            ],
        ),
    ]
}

fn first(found: &Found) -> &str {
    found.matches.first().map_or("", |one| &one.complaint)
}

#[test]
fn a_text_finds_its_complaint_and_the_reasons_are_its_own_words() {
    let index = Index::new(&shop());
    let check = |text: &str, complaint: &str, why: &[&str]| {
        let found = index.find(text);
        assert_eq!(first(&found), complaint, "{text}: {found:?}");
        assert_eq!(found.matches[0].why, why, "{text}");
    };
    check("Still no PARCEL, it's so late", "late", &["parcel", "late"]);
    check("Your coupons are invalid", "coupon", &["invalid", "coupons"]);
    check("Wo ist meine Rechnung?", "rechnung", &["rechnung"]);
    assert!(index.find("the website crashes on my telephone").looks_new > index.find("where is my parcel").looks_new);
}

#[test]
fn nothing_in_nothing_out() {
    let empty = Index::new(&[]);
    assert_eq!(
        (empty.find("a parcel").looks_new, empty.find("a parcel").matches.len()),
        (1.0, 0)
    );
    let index = Index::new(&shop());
    for text in ["", "   ", ",,,", "🙂🙂🙂", "xxxx", "#100452"] {
        assert_eq!(
            (index.find(text).looks_new, index.find(text).matches.len()),
            (1.0, 0),
            "{text}"
        );
    }
    let blank = Index::new(&[known("a", "", &["", "?!"]), known("b", "", &[])]);
    assert_eq!(blank.find("parcel").matches, []);
}

#[test]
fn hostile_texts_are_answered() {
    let mut index = Index::new(&shop());
    let texts = [
        "a".repeat(1 << 20),
        ",".repeat(1 << 20),
        "🙂".repeat(1 << 18),
        "ﷺ".repeat(1 << 18),
        "שלום עולם ".repeat(1 << 16),
        "<".repeat(1 << 20),
        "&amp".repeat(1 << 18),
        "a b ".repeat(1 << 18),
        "\u{0}\u{202e}parcel\u{feff}".repeat(1 << 14),
        "e\u{301}".repeat(1 << 18),
    ];
    for text in &texts {
        let found = index.find(text);
        assert!((0.0..=1.0).contains(&found.looks_new));
        index.add("hostile", text);
        index.find(text);
    }
}

#[test]
fn an_index_grows_report_by_report() {
    let mut index = Index::new(&shop());
    assert!(index.find("the zipper broke after a day").looks_new > 0.9);
    for text in ["zipper is broken", "the zipper came off", "broken zipper, second time"] {
        assert!(index.add("zipper", text));
    }
    let found = index.find("the zipper broke after a day");
    assert_eq!(first(&found), "zipper");
    assert!(found.looks_new < 0.5, "{found:?}");
    assert_eq!(first(&index.find("my parcel is late")), "late");
}

#[test]
fn what_is_added_counts_like_what_was_there() {
    let whole = Index::new(&shop());
    let mut grown = Index::default();
    for one in shop() {
        grown.add(&one.complaint, &one.title);
        for text in &one.examples {
            grown.add(&one.complaint, text);
        }
    }
    for text in ["parcel late", "voucher refused", "keine Rechnung im Paket"] {
        assert_eq!(first(&whole.find(text)), first(&grown.find(text)), "{text}");
    }
}

#[test]
fn bounds_hold() {
    let many = known("many", "", &["the same words again"; 1000]);
    let mut index = Index::new(&[many]);
    assert!(!index.add("many", "one more of it"));
    for number in 0..=MAX_EXAMPLES {
        assert_eq!(index.add("few", "a word"), number < MAX_EXAMPLES);
    }
    let mut index = Index::default();
    for number in 0..MAX_COMPLAINTS {
        assert!(index.add(&format!("{number:05}"), "word"));
    }
    assert!(!index.add("one too many", "word"));
    let found = index.find("word");
    assert_eq!(found.matches.len(), MAX_MATCHES);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_complaints_and_reports_leaves_no_trace(
        texts in prop::collection::vec(("[a-d]", "[a-e ]{0,20}"), 0..30),
        turn in 0_usize..30,
        query in "[a-f ]{0,20}",
    ) {
        let build = |texts: &[(String, String)]| {
            let mut all: Vec<Known> = Vec::new();
            for (complaint, text) in texts {
                match all.iter_mut().find(|one| one.complaint == *complaint) {
                    Some(one) => one.examples.push(text.clone()),
                    None => all.push(known(complaint, "", &[text])),
                }
            }
            Index::new(&all).find(&query)
        };
        let mut turned = texts.clone();
        turned.rotate_left(turn.min(texts.len()));
        turned.reverse();
        prop_assert_eq!(build(&texts), build(&turned));
    }

    #[test]
    fn scores_are_shares_and_fall(
        texts in prop::collection::vec("\\PC{0,40}", 1..12),
        query in "\\PC{0,80}",
    ) {
        let all: Vec<Known> = texts.iter().enumerate().map(|(at, text)| known(&at.to_string(), text, &[text])).collect();
        let found = Index::new(&all).find(&query);
        prop_assert!(found.matches.len() <= MAX_MATCHES);
        prop_assert!(found.matches.is_sorted_by(|a, b| a.score >= b.score));
        let sum: f32 = found.matches.iter().map(|one| one.score).sum::<f32>() + found.looks_new;
        prop_assert!((0.0..=1.001).contains(&sum), "{:?}", found);
        for one in &found.matches {
            prop_assert!(one.why.len() <= MAX_REASONS);
            prop_assert!((0.0..=1.0).contains(&one.score));
        }
    }
}

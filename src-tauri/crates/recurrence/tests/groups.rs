//! The lens from outside: what is grouped and what is not, order, words, refusals, splitting, hostile texts.

use proptest::prelude::*;
use sidedesk_recurrence::groups::{MAX_SAMPLES, MAX_TERMS, MAX_TITLE_CHARS, MIN_GROUP, WEEKS};
use sidedesk_recurrence::{Fingerprint, Group, Options, Report, groups, split};

const DAY_MS: i64 = 86_400_000;

fn report(id: &str, subject: &str) -> Report {
    Report {
        id: id.into(),
        subject: subject.into(),
        customer: format!("customer of {id}"),
        ..Report::default()
    }
}

fn subjects(prefix: &str, subjects: &[&str]) -> Vec<Report> {
    let of = |(at, subject): (usize, &&str)| report(&format!("{prefix}{at}"), subject);
    subjects.iter().enumerate().map(of).collect()
}

/// Two causes and some that are none.
fn shop() -> Vec<Report> {
    let mut all = subjects(
        "coupon-",
        &[
            "coupon code refused",
            "code of coupon is refused at checkout",
            "checkout refused my coupon code",
            "Coupon code refused",
        ],
    );
    let late = [
        "Paket kommt zu spät",
        "mein Paket ist zu spät",
        "Paket schon wieder spät",
    ];
    all.extend(subjects("paket-", &late));
    let other = [
        "do you sell gift wrapping",
        "job application as a driver",
        "press inquiry about the fair",
    ];
    all.extend(subjects("other-", &other));
    all
}

fn ids(group: &Group) -> Vec<&str> {
    group.reports.iter().map(String::as_str).collect()
}

#[test]
fn causes_become_groups_with_reasons_and_the_rest_is_left_alone() {
    let found = groups(&shop(), &Options::default());
    assert_eq!(found.len(), 2, "{found:?}");
    let [coupon, parcel] = &found[..] else { unreachable!() };
    assert_eq!(ids(coupon), ["coupon-0", "coupon-1", "coupon-2", "coupon-3"]);
    assert_eq!(ids(parcel), ["paket-0", "paket-1", "paket-2"]);
    assert!(coupon.terms.contains(&"coupon".to_owned()) && coupon.terms.contains(&"refused".to_owned()));
    assert!(parcel.terms.contains(&"paket".to_owned()) && parcel.terms.contains(&"spät".to_owned()));
    assert!(coupon.title.to_lowercase().contains("coupon"), "{}", coupon.title);
    assert_eq!((coupon.customers, coupon.samples.len()), (4, MAX_SAMPLES));
}

#[test]
fn products_and_categories_are_never_mixed() {
    let mut reports = shop();
    for report in reports.iter_mut().take(2) {
        report.product = "Boots".into();
    }
    reports[4].category = "Delivery".into();
    assert_eq!(groups(&reports, &Options::default()), []);
}

#[test]
fn settled_reports_are_not_asked_about() {
    let mut reports = shop();
    reports[0].is_settled = true;
    let found = groups(&reports, &Options::default());
    assert!(
        found
            .iter()
            .all(|group| !group.reports.contains(&"coupon-0".to_owned())),
        "{found:?}"
    );
    reports.iter_mut().for_each(|report| report.is_settled = true);
    assert_eq!(groups(&reports, &Options::default()), []);
}

#[test]
fn a_refused_group_stays_away_until_it_is_another() {
    let mut reports = shop();
    let refused = groups(&reports, &Options::default())[0].fingerprint.clone();
    let options = Options {
        left_out: vec![Fingerprint::parse(&refused.to_text()).unwrap()],
        ..Options::default()
    };
    let left = |reports: &[Report]| {
        groups(reports, &options)
            .iter()
            .map(|one| one.reports.len())
            .collect::<Vec<_>>()
    };
    assert_eq!(left(&reports), [3]);
    reports.push(report("coupon-4", "coupon code refused again"));
    assert_eq!(left(&reports), [3]);
    for number in 5..12 {
        reports.push(report(
            &format!("coupon-{number}"),
            &format!("coupon code refused, {number}. time"),
        ));
    }
    let again = left(&reports);
    assert!(again.len() == 2 && again[0] >= 9, "{again:?}");
}

#[test]
fn a_mixed_group_is_split_into_its_causes() {
    let mixed: Vec<Report> = shop().into_iter().take(7).collect();
    let parts = split(&mixed, &Options::default());
    let mut sizes: Vec<usize> = parts.iter().map(|part| part.reports.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [3, 4]);
    let same = subjects("same-", &["coupon code refused"; 5]);
    assert_eq!(split(&same, &Options::default()).len(), 1);
    assert_eq!(
        split(&[], &Options::default())
            .iter()
            .map(|part| part.reports.len())
            .sum::<usize>(),
        0
    );
}

#[test]
fn groups_that_grow_and_reach_more_customers_come_first() {
    let mut reports = shop();
    let until = 56 * DAY_MS;
    for (at, report) in reports.iter_mut().enumerate() {
        let is_coupon = report.id.starts_with("coupon");
        report.time_ms = Some(if is_coupon {
            at as i64 * DAY_MS
        } else {
            until - at as i64 * DAY_MS
        });
    }
    let options = Options {
        until_ms: until,
        ..Options::default()
    };
    let found = groups(&reports, &options);
    assert!(
        found[0].reports[0].starts_with("paket") && found[0].growth > 1.0 && found[1].growth < 1.0,
        "{found:?}"
    );
    assert_eq!((found[0].weeks[WEEKS - 1], found[1].weeks[0]), (3, 3));
    let options = Options {
        max_groups: 1,
        ..options
    };
    assert_eq!(groups(&reports, &options).len(), 1);
}

#[test]
fn near_identical_letters_are_one_group_however_many() {
    let letter = |at: usize| Report {
        id: format!("letter-{at:04}"),
        body: format!(
            "To whom it may concern, under section 609 of the act I ask you to delete account {at} from my file within \
             thirty days and to send me a written confirmation that the removal was carried out at every branch. N{at}"
        ),
        ..Report::default()
    };
    let other = |at: usize| {
        let syllables = ["ka", "mo", "ri", "tel", "su", "ban", "do", "wex"];
        let word = |place: usize| -> String {
            let mixed = (at * 31 + place * 17) * 2_654_435_761 % 4_294_967_296;
            (0..4).map(|part| syllables[(mixed >> (8 + 3 * part)) % 8]).collect()
        };
        Report {
            id: format!("other-{at:04}"),
            body: (0..20).map(word).collect::<Vec<_>>().join(" "),
            ..Report::default()
        }
    };
    let reports: Vec<Report> = (0..3000).map(letter).chain((0..3000).map(other)).collect();
    let found = groups(&reports, &Options::default());
    let letters = found
        .iter()
        .find(|group| group.reports[0].starts_with("letter"))
        .unwrap();
    assert_eq!(letters.reports.len(), 3000);
}

#[test]
fn hostile_texts_are_grouped_or_left_alone() {
    let bodies = [
        "a".repeat(1 << 20),
        ",".repeat(1 << 20),
        "🙂".repeat(1 << 18),
        "ﷺ".repeat(1 << 16),
        "שלום ".repeat(1 << 16),
    ];
    let mut reports = Vec::new();
    for (at, body) in bodies.iter().enumerate() {
        for copy in 0..3 {
            reports.push(Report {
                id: format!("{at}-{copy}"),
                body: body.clone(),
                time_ms: Some(i64::MIN + copy),
                ..Report::default()
            });
        }
    }
    reports.push(Report::default());
    let found = groups(&reports, &Options::default());
    for group in &found {
        assert!(group.title.chars().count() <= MAX_TITLE_CHARS, "{}", group.title);
    }
}

#[test]
fn a_title_is_one_short_line() {
    let subject = format!("Refund   is\tmissing {}", "for many weeks ".repeat(20));
    let reports: Vec<Report> = (0..3).map(|at| report(&at.to_string(), &subject)).collect();
    let title = &groups(&reports, &Options::default())[0].title;
    assert!(
        title.starts_with("Refund is missing for") && title.ends_with('…'),
        "{title}"
    );
    assert!(title.chars().count() <= MAX_TITLE_CHARS);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_reports_leaves_no_trace_and_no_report_is_in_two_groups(
        texts in prop::collection::vec(("(card|parcel|code) (lost|late|broken)( [a-c]){0,2}", 0_u8..2), 0..40),
        turn in 0_usize..40,
    ) {
        let mut reports: Vec<Report> = texts.iter().enumerate().map(|(at, (text, product))| Report {
            product: product.to_string(),
            ..report(&format!("{at:02}"), text)
        }).collect();
        let found = groups(&reports, &Options::default());
        reports.rotate_left(turn.min(texts.len()));
        reports.reverse();
        prop_assert_eq!(&groups(&reports, &Options::default()), &found);
        let mut all: Vec<&String> = found.iter().flat_map(|group| &group.reports).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        prop_assert_eq!(all.len(), count);
        for group in &found {
            prop_assert!(group.reports.len() >= MIN_GROUP && group.terms.len() <= MAX_TERMS);
            prop_assert!(group.samples.iter().all(|id| group.reports.contains(id)));
        }
    }

    #[test]
    fn splitting_loses_no_report(texts in prop::collection::vec("\\PC{0,30}", 0..20)) {
        let reports: Vec<Report> = texts.iter().enumerate().map(|(at, text)| report(&format!("{at:02}"), &format!("word {text}"))).collect();
        let parts = split(&reports, &Options::default());
        let mut all: Vec<String> = parts.into_iter().flat_map(|part| part.reports).collect();
        all.sort();
        let expected: Vec<String> = reports.into_iter().map(|one| one.id).collect();
        prop_assert_eq!(all, expected);
    }
}

//! R1 at its boundaries, and the product's worked example.

use super::*;
use crate::time::Tz;
use chrono::DateTime;
use proptest::prelude::*;

fn at(text: &str) -> Millis {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

fn scope(dimensions: &[(Dimension, &str)]) -> Scope {
    let mut scope = Scope::default();
    for (dimension, values) in dimensions {
        scope.set(*dimension, values.split(',').map(str::to_owned).collect());
    }
    scope
}

const NOW: &str = "2026-11-19T10:42:00Z";

fn campaign() -> CampaignFacts {
    CampaignFacts {
        id: RecordId([1; 16]),
        name: "Free shipping EU".into(),
        state: CampaignState::Draft,
        start: Some(at("2026-11-21T14:42:00Z")), // in 2 d 4 h
        end: Some(at("2026-11-28T23:00:00Z")),
        reach: Some(48_000),
        scope: scope(&[(Dimension::Product, "Boots"), (Dimension::Region, "EU")]),
    }
}

fn complaint() -> ComplaintFacts {
    ComplaintFacts {
        id: RecordId([2; 16]),
        title: "Late parcels North".into(),
        state: ComplaintState::Confirmed,
        severity: 4,
        opened: at("2026-10-20T08:00:00Z"),
        scope: scope(&[(Dimension::Product, "boots"), (Dimension::Region, " eu")]),
        volume: Volume {
            first: Some(at("2026-10-19T08:00:00Z")),
            last7: 37,
            prev28: 36,
        },
    }
}

fn london() -> WorkCalendar {
    WorkCalendar::new(Tz::Europe__London)
}

fn clash_of(campaign: &CampaignFacts, complaint: &ComplaintFacts) -> Option<Clash> {
    r1(campaign, complaint, at(NOW), &london())
}

#[test]
fn the_worked_example_scores_78() {
    let clash = clash_of(&campaign(), &complaint()).unwrap();
    assert_eq!(clash.score, 78);
    assert_eq!(
        clash.parts,
        Parts {
            severity: 3200,
            volume: 1250,
            scope: 2000,
            time: 1392
        }
    );
    assert_eq!(clash.strength, Strength::Block);
    assert_eq!(clash.decide_by, at("2026-11-19T14:42:00Z"));
    assert!(clash.evidence.contains(&Evidence::Volume { last7: 37, usual: 9 }));
    assert!(clash.evidence.contains(&Evidence::StartsIn(52 * 60)));
}

#[test]
fn volume_steps_at_their_boundaries() {
    let step = |last7, prev28| {
        volume_bp(&Volume {
            first: None,
            last7,
            prev28,
        })
    };
    for (last7, prev28, expected) in [
        (0, 0, 0),
        (3, 12, 0),       // r = 1
        (4, 12, 2500),    // r = 1.25
        (7, 12, 5000),    // r = 2
        (15, 12, 7500),   // r = 4
        (31, 12, 10_000), // r = 8
        (30, 12, 7500),   // just under 8
        (0, 400, 0),
    ] {
        assert_eq!(step(last7, prev28), expected, "{last7} against {prev28}");
    }
}

#[test]
fn the_rounded_score_decides_the_strength() {
    // severity 4000 + volume 1250 + scope 1750 (7 of 8) … exact sums around the thresholds.
    for (sum_bp, score_expected) in [(6949, 69), (6950, 70), (4449, 44), (4450, 45)] {
        assert_eq!(half_up(sum_bp, 100), score_expected);
    }
}

#[test]
fn product_must_match_and_every_dimension_named_by_both() {
    let clashes = |ours: &[(Dimension, &str)], theirs: &[(Dimension, &str)]| {
        let campaign = CampaignFacts {
            scope: scope(ours),
            ..campaign()
        };
        let complaint = ComplaintFacts {
            scope: scope(theirs),
            ..complaint()
        };
        clash_of(&campaign, &complaint).map(|clash| clash.parts.scope)
    };
    use Dimension::{Channel, Product, Region};
    assert_eq!(clashes(&[(Product, "Boots")], &[(Product, "Boots")]), Some(2000));
    assert_eq!(
        clashes(&[(Product, "Boots")], &[(Product, "Boots"), (Region, "EU")]),
        Some(1333)
    ); // 2 of 3
    assert_eq!(
        clashes(
            &[(Product, "Boots"), (Channel, "email")],
            &[(Product, "Boots"), (Region, "EU")]
        ),
        Some(1000)
    );
    assert_eq!(
        clashes(
            &[(Product, "Boots"), (Region, "US")],
            &[(Product, "Boots"), (Region, "EU")]
        ),
        None
    );
    assert_eq!(clashes(&[(Product, "Socks")], &[(Product, "Boots")]), None);
    assert_eq!(clashes(&[(Region, "EU")], &[(Product, "Boots")]), None);
    assert_eq!(clashes(&[(Product, "Boots,Socks")], &[(Product, "socks")]), Some(2000));
}

#[test]
fn time_part_runs_from_thirty_days_out_to_live() {
    let time = |start: &str| {
        let campaign = CampaignFacts {
            start: Some(at(start)),
            end: None,
            ..campaign()
        };
        clash_of(&campaign, &complaint()).map(|clash| clash.parts.time)
    };
    assert_eq!(time("2026-12-19T10:42:00Z"), Some(0));
    assert_eq!(time("2027-03-01T00:00:00Z"), Some(0));
    assert_eq!(time("2026-12-04T10:42:00Z"), Some(750));
    assert_eq!(time("2026-11-19T10:42:59Z"), Some(1500), "whole minutes");
    assert_eq!(
        time("2026-11-18T10:42:01Z"),
        Some(1500),
        "live, one day long without an end"
    );
    assert_eq!(time("2026-11-18T10:42:00Z"), None, "over");
}

#[test]
fn closed_complaints_and_still_campaigns_do_not_clash() {
    for state in [ComplaintState::Watching, ComplaintState::Solved] {
        assert_eq!(clash_of(&campaign(), &ComplaintFacts { state, ..complaint() }), None);
    }
    for state in [CampaignState::Ended, CampaignState::Paused] {
        assert_eq!(clash_of(&CampaignFacts { state, ..campaign() }, &complaint()), None);
    }
}

#[test]
fn a_complaint_not_known_yet_at_that_time_does_not_clash() {
    let later = at("2026-11-19T10:43:00Z");
    let unknown = ComplaintFacts {
        opened: later,
        volume: Volume::default(),
        ..complaint()
    };
    assert_eq!(clash_of(&campaign(), &unknown), None);
}

/// Found in the window: a complaint flagged at 10:42:30 did not clash before 10:43.
#[test]
fn a_complaint_flagged_within_the_minute_clashes_at_once() {
    let opened = at("2026-11-19T10:42:30Z");
    let just_now = ComplaintFacts {
        opened,
        volume: Volume::default(),
        ..complaint()
    };
    assert!(clash_of(&campaign(), &just_now).is_some());
}

#[test]
fn decide_by_is_never_in_the_past() {
    let soon = Some(at("2026-11-19T12:00:00Z"));
    assert_eq!(decide_by(soon, at(NOW), &london()), at(NOW));
    // Thursday 10:42: the next standup is Friday 09:15, one working day later is Monday 09:15.
    assert_eq!(
        decide_by(Some(at("2027-01-01T00:00:00Z")), at(NOW), &london()),
        at("2026-11-23T09:15:00Z")
    );
}

#[test]
fn what_cannot_be_compared_is_named() {
    let no_product = CampaignFacts {
        scope: Scope::default(),
        ..campaign()
    };
    let no_start = CampaignFacts {
        id: RecordId([3; 16]),
        start: None,
        ..campaign()
    };
    let vague = ComplaintFacts {
        scope: Scope::default(),
        ..complaint()
    };
    let radar = check(
        &[no_product, no_start, campaign()],
        &[complaint(), vague],
        at(NOW),
        &london(),
    );
    assert_eq!(radar.clashes.len(), 1);
    let reasons: Vec<NotChecked> = radar.not_checked.iter().map(|(_, _, why)| *why).collect();
    use NotChecked::{CampaignWithoutProduct, CampaignWithoutStart, ComplaintWithoutProduct};
    assert_eq!(
        reasons,
        [ComplaintWithoutProduct, CampaignWithoutProduct, CampaignWithoutStart]
    );
}

/// The rule without the index: every campaign with every complaint, names compared one by one.
fn plainly(campaigns: &[CampaignFacts], complaints: &[ComplaintFacts]) -> Vec<Clash> {
    let pairs = campaigns.iter().flat_map(|c| complaints.iter().map(move |k| (c, k)));
    let mut found: Vec<Clash> = pairs
        .filter(|(c, k)| {
            Dimension::ALL.into_iter().all(|dimension| {
                let named = !c.scope.get(dimension).is_empty() && !k.scope.get(dimension).is_empty();
                let shared = !c.scope.common(&k.scope, dimension).is_empty();
                shared || (!named && dimension != Dimension::Product)
            })
        })
        .filter_map(|(c, k)| r1(c, k, at(NOW), &london()))
        .collect();
    found.sort_by(|a, b| b.score.cmp(&a.score).then(a.id.cmp(&b.id)));
    found
}

fn any_scope() -> impl Strategy<Value = Scope> {
    let names = |pool: &'static [&'static str]| proptest::sample::subsequence(pool.to_vec(), 0..=pool.len());
    let product = names(&["Boots", " boots ", "SOCKS", "Hats  big"]);
    let region = names(&["EU", "eu", "North"]);
    (product, region, names(&["email"])).prop_map(|(product, region, channel)| {
        let mut scope = Scope::default();
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
        scope.set(Dimension::Product, owned(product));
        scope.set(Dimension::Region, owned(region));
        scope.set(Dimension::Channel, owned(channel));
        scope
    })
}

proptest! {
    #[test]
    fn the_index_finds_what_comparing_every_pair_finds(
        campaigns in proptest::collection::vec((any_scope(), 0..10_i64), 0..6),
        complaints in proptest::collection::vec((any_scope(), 1..6_i64, 0..5_usize), 0..6),
    ) {
        let campaigns: Vec<CampaignFacts> = (1..)
            .zip(campaigns)
            .map(|(id, (scope, days))| CampaignFacts {
                id: RecordId([id; 16]),
                start: campaign().start.map(|start| start + days * DAY_MS),
                end: None,
                scope,
                ..campaign()
            })
            .collect();
        let complaints: Vec<ComplaintFacts> = (101..)
            .zip(complaints)
            .map(|(id, (scope, severity, state))| ComplaintFacts {
                id: RecordId([id; 16]),
                severity,
                state: [
                    ComplaintState::New,
                    ComplaintState::Confirmed,
                    ComplaintState::Fixing,
                    ComplaintState::Watching,
                    ComplaintState::Solved,
                ][state],
                scope,
                ..complaint()
            })
            .collect();
        let found = check(&campaigns, &complaints, at(NOW), &london());
        prop_assert_eq!(found.clashes, plainly(&campaigns, &complaints));
    }
}

#[test]
fn a_volume_counts_each_ticket_in_one_window() {
    let at = 100 * DAY_MS;
    let (last, prev) = (at - Volume::LAST_MS, at - Volume::LAST_MS - Volume::PREV_MS);
    let times = [0, at + 1, at, last + 1, last, prev + 1, prev];
    let counted = Volume {
        first: Some(prev),
        last7: 2,
        prev28: 2,
    };
    assert_eq!(Volume::of(times, at), counted);
    assert_eq!(Volume::of([], at), Volume::default());
}

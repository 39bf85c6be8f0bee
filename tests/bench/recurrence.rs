//! Matching and grouping: how good, how fast, how large. The quality is counted by the code that the floors in
//! `tests/recurrence` are held by; here on all texts.

use crate::{Figure, median};
use sidedesk_recurrence::{Index, Options, groups};
use sidedesk_tests::recurrence::data::Set;
use sidedesk_tests::recurrence::large;
use sidedesk_tests::recurrence::lens;
use sidedesk_tests::recurrence::matching::{quality, young};
use std::time::Instant;

const ROUNDS: usize = 5;

pub fn run(scale: usize) -> anyhow::Result<Vec<Figure>> {
    let mut figures = matching();
    figures.extend(grouping());
    figures.extend(index_speed(scale)?);
    figures.extend(lens_speed(scale));
    Ok(figures)
}

fn matching() -> Vec<Figure> {
    let mut figures = Vec::new();
    for set in Set::all() {
        for examples in [1, 5, 20] {
            let quality = quality(&set, examples, 1);
            let name = |what: &str| format!("recurrence.match.{}.k{examples}.{what}", set.name);
            let aim = match (set.name, examples) {
                ("banking77", 5) => Some("86, aim 89"),
                ("banking77", 20) => Some("95, aim 96"),
                ("clinc150", 20) => Some("95, aim 97"),
                _ => None,
            };
            figures.push(Figure::plain(name("hit3"), quality.among_three, "%", aim));
            let aim = (set.name == "banking77" && examples == 20).then_some("at least 81");
            figures.push(Figure::plain(name("hit1"), quality.first, "%", aim));
            let aim = (examples == 20).then_some("0.80, aim 0.88");
            figures.push(Figure::plain(name("new_auroc"), quality.new_or_known, "", aim));
        }
        for complaints in [1, 3, 8] {
            let young = young(&set, complaints, 5, 1);
            let name = |what: &str| format!("recurrence.match.{}.young{complaints}.{what}", set.name);
            figures.push(Figure::plain(name("new_auroc"), young.new_or_known, "", None));
            figures.push(Figure::plain(name("known"), young.known, "%", None));
            figures.push(Figure::plain(name("mistaken"), young.mistaken, "%", None));
        }
    }
    figures
}

fn grouping() -> Vec<Figure> {
    let mut figures = Vec::new();
    for draw in lens::DRAWS {
        let planted = lens::planted(draw);
        let name = |what: &str| format!("recurrence.lens.planted.{}.{what}", draw.name);
        let aim = Some("at least 10 of 12");
        figures.push(Figure::plain(name("found"), planted.found as f64, "causes", aim));
        figures.push(Figure::plain(name("mixed"), planted.mixed as f64, "groups", None));
    }
    for labelled in lens::Labelled::all() {
        let agreement = labelled.agreement();
        let name = |what: &str| format!("recurrence.lens.{}.{what}", labelled.name);
        let aim = Some("shuffled + 0.1");
        figures.push(Figure::plain(name("ami"), agreement.all, "", aim));
        figures.push(Figure::plain(name("ami_shuffled"), agreement.shuffled, "", None));
        figures.push(Figure::plain(name("ami_grouped"), agreement.grouped, "", None));
        figures.push(Figure::plain(name("grouped"), agreement.share, "%", None));
    }
    figures
}

fn index_speed(scale: usize) -> anyhow::Result<Vec<Figure>> {
    let known = large::known(500 / scale, 20);
    let index = Index::new(&known);
    let sets = Set::all();
    let queries: Vec<&str> = sets
        .iter()
        .flat_map(|set| &set.texts)
        .map(|(_, text)| text.as_str())
        .collect();
    let mut each = Vec::new();
    for text in &queries {
        let start = Instant::now();
        std::hint::black_box(index.find(text));
        each.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    each.sort_by(f64::total_cmp);
    let slowest = each.get(each.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    drop(index);

    let known = large::known(1000 / scale, 50);
    let before = resident_mb()?;
    let index = Index::new(&known);
    let memory = resident_mb()? - before;
    drop(index);
    let mut built = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        std::hint::black_box(Index::new(&known));
        built.push(start.elapsed().as_secs_f64());
    }
    let reports = 50_000 / scale;
    Ok(vec![
        Figure::plain("recurrence.match.query.median", median(each), "ms", Some("at most 2")),
        Figure::plain("recurrence.match.query.p99", slowest, "ms", Some("at most 2")),
        Figure::plain(
            format!("recurrence.index.{reports}"),
            median(built),
            "s",
            Some("at most 2"),
        ),
        Figure::plain(
            format!("recurrence.index.{reports}.memory"),
            memory,
            "MB",
            Some("at most 60"),
        ),
    ])
}

fn lens_speed(scale: usize) -> Vec<Figure> {
    let reports = large::reports(50_000 / scale);
    let options = Options {
        until_ms: 112 * 86_400_000,
        ..Options::default()
    };
    let mut took = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        std::hint::black_box(groups(&reports, &options));
        took.push(start.elapsed().as_secs_f64());
    }
    let one_product: Vec<_> = reports
        .iter()
        .map(|report| sidedesk_recurrence::Report {
            product: String::new(),
            ..report.clone()
        })
        .collect();
    let start = Instant::now();
    std::hint::black_box(groups(&one_product, &options));
    let alone = start.elapsed().as_secs_f64();
    let name = |what: &str| format!("recurrence.lens.{}.{what}", reports.len());
    vec![
        Figure::plain(name("20_products"), median(took), "s", Some("at most 10")),
        Figure::plain(name("no_product"), alone, "s", None),
    ]
}

/// The resident set of this process. What was freed and not given back counts, so it is rather too much than too little.
fn resident_mb() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).unwrap_or("0");
    Ok(kilobytes.parse::<f64>()? / 1024.0)
}

//! Many reports, made of real ones, for speed and memory: the beginning of one text and the end of another.

use super::data::Set;
use sidedesk_recurrence::{Known, Report};

/// As many texts as asked for, about 23 words each, hardly two alike.
pub fn texts(count: usize) -> Vec<String> {
    let sets = Set::all();
    let all: Vec<&str> = sets
        .iter()
        .flat_map(|set| &set.texts)
        .map(|(_, text)| text.as_str())
        .collect();
    // Steps without a common divisor with the number of texts meet all pairs before they repeat one.
    let pick = |step: usize, at: usize| all[(at * step + at / all.len()) % all.len()];
    (0..count)
        .map(|at| format!("{} {}", pick(7919, at), pick(104_729, at)))
        .collect()
}

/// Complaints with so many reports each.
pub fn known(complaints: usize, reports: usize) -> Vec<Known> {
    let texts = texts(complaints * reports);
    let of = |(at, texts): (usize, &[String])| Known {
        complaint: format!("complaint-{at:05}"),
        title: texts[0].clone(),
        examples: texts.to_vec(),
    };
    texts.chunks(reports).enumerate().map(of).collect()
}

/// Reports of twenty products, over sixteen weeks.
pub fn reports(count: usize) -> Vec<Report> {
    let of = |(at, text): (usize, String)| Report {
        id: format!("report-{at:06}"),
        time_ms: Some(at as i64 % 112 * 86_400_000),
        subject: text,
        product: format!("product-{}", at % 20),
        customer: format!("customer-{}", at % 9_000),
        ..Report::default()
    };
    texts(count).into_iter().enumerate().map(of).collect()
}

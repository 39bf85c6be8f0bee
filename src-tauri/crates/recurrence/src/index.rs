//! The index: known complaints in, for a text the nearest of them out.

use crate::build::{self, Built};
use crate::example::{Example, read};
use crate::known::{
    FEW_COMPLAINTS, Found, Known, MAX_COMPARED, MAX_COMPLAINTS, MAX_EXAMPLES, MAX_MATCHES, Match, STAND_IN, stand_ins,
};
use crate::meaning::Meaning;
use crate::newness::{beliefs, looks_new};
use crate::postings::{Posting, Postings};
use crate::query::Query;
use crate::reasons::reasons;
use crate::score::{Score, scores};
use crate::typical::{Likeness, of_one, within};
use crate::vocabulary::Vocabulary;
use crate::weights::{self, TraitWeight};

/// Known complaints, ready to be matched. Keeps no text, only numbers made from it.
#[derive(Debug, Default)]
pub struct Index {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) weights: Vec<TraitWeight>,
    pub(crate) postings: Postings,
    pub(crate) complaints: Vec<Complaint>,
    /// Reports that were learned from.
    pub(crate) reports: usize,
    /// The weight of a trait that no report has.
    unseen: f32,
    /// How alike reports of one complaint are, over all complaints.
    alike: Likeness,
}

/// One complaint of the index.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub(crate) id: String,
    pub(crate) reports: u32,
    /// The squared length of the sum of its reports.
    pub(crate) square: f32,
    /// The sum of what its reports mean.
    pub(crate) meaning: Meaning,
    /// Reports that a text is compared with one by one.
    pub(crate) compared: Vec<Example>,
    /// How alike its reports are among themselves.
    alike: Likeness,
}

impl Index {
    /// Learns from these complaints. Their order does not matter.
    pub fn new(known: &[Known]) -> Self {
        let built = build::build(known);
        let squares = squares(&built.postings, &built.weights, built.ids.len());
        let Built {
            vocabulary,
            weights,
            postings,
            ids,
            reports,
        } = built;
        let counts: Vec<usize> = reports.iter().map(Vec::len).collect();
        let meanings: Vec<Meaning> = reports.iter().map(|all| sum_of_meanings(all)).collect();
        let reports: Vec<Vec<Example>> = reports.into_iter().map(|all| kept(&all)).collect();
        let alike: Vec<Likeness> = reports.iter().map(|reports| within(reports, &weights)).collect();
        let all_alike = alike.iter().fold(Likeness::default(), |all, one| all.and(*one));
        let sizes = counts.iter().map(|count| u32::try_from(*count).unwrap_or(u32::MAX));
        let parts = ids
            .into_iter()
            .zip(sizes)
            .zip(squares)
            .zip(reports)
            .zip(alike)
            .zip(meanings);
        let complaints = parts.map(|(((((id, reports), square), compared), alike), meaning)| Complaint {
            meaning,
            id,
            reports,
            square,
            compared,
            alike,
        });
        let reports = counts.iter().sum();
        Self {
            complaints: complaints.collect(),
            unseen: weights::unseen(reports),
            alike: all_alike,
            vocabulary,
            weights,
            postings,
            reports,
        }
    }

    /// The same where few complaints are known and many reports belong to none of them yet: those say what is usual. Some of
    /// them may only not have been sorted; what is like a known complaint is not held against it.
    pub fn among(known: &[Known], others: &[String]) -> Self {
        let alone = Self::new(known);
        if known.len() >= FEW_COMPLAINTS {
            return alone;
        }
        let is_none = |text: &&String| {
            let found = alone.find(text);
            found.matches.first().is_none_or(|best| best.score <= found.looks_new)
        };
        let others: Vec<String> = others.iter().filter(is_none).cloned().collect();
        Self::new(&[known, &stand_ins(known, &others)].concat())
    }

    /// One more report of a complaint; a complaint that is not known yet becomes known. How much a trait counts stays as
    /// it was learned, so after many additions [`Index::new`] knows a little better.
    ///
    /// Returns whether it was learned from: not a text without words, nor one more than
    /// [`MAX_EXAMPLES`](crate::known::MAX_EXAMPLES), nor a complaint more than
    /// [`MAX_COMPLAINTS`](crate::known::MAX_COMPLAINTS).
    pub fn add(&mut self, complaint: &str, text: &str) -> bool {
        let Some(place) = self.place(complaint) else {
            return false;
        };
        if self
            .complaints
            .get(usize::from(place))
            .is_none_or(|one| one.reports as usize >= MAX_EXAMPLES)
        {
            return false;
        }
        let Some(mut report) = read(text, &mut self.vocabulary) else {
            return false;
        };
        self.reports += 1;
        self.unseen = weights::unseen(self.reports);
        for (number, _) in report.traits() {
            match self.weights.get_mut(number as usize) {
                Some(weight) => weight.reports += 1,
                None => self.weights.push(self.fresh(place)),
            }
        }
        report.measure(&self.weights);
        let mut square = 0.0;
        for (number, family) in report.traits() {
            let share = report.share(family);
            let before = self.postings.add(number, place, share);
            let weight = self.weights.get(number as usize).map_or(0.0, |one| one.weight);
            square += weight * weight * share * (2.0 * before + share);
        }
        self.postings.settle();
        if let Some(one) = self.complaints.get_mut(usize::from(place)) {
            one.reports += 1;
            one.square += square;
            one.meaning.add(&report.meaning().meaning(), 1.0);
            let alike = of_one(&report, &one.compared, &self.weights);
            one.alike = one.alike.and(alike);
            self.alike = self.alike.and(alike);
            if one.compared.len() < MAX_COMPARED {
                one.compared.push(report);
            }
        }
        true
    }

    /// The place of a complaint, a new one if need be and if there is room.
    fn place(&mut self, complaint: &str) -> Option<u16> {
        let known = self.complaints.iter().position(|one| one.id == complaint);
        let place = known.unwrap_or(self.complaints.len());
        if known.is_none() {
            if place >= MAX_COMPLAINTS {
                return None;
            }
            self.complaints.push(Complaint {
                id: complaint.to_owned(),
                reports: 0,
                square: 0.0,
                meaning: Meaning::default(),
                compared: Vec::new(),
                alike: Likeness::default(),
            });
        }
        u16::try_from(place).ok()
    }

    /// The weight of a trait that one report of one complaint has.
    fn fresh(&self, complaint: u16) -> TraitWeight {
        let one = Posting::new(complaint, 1, 0.0);
        weights::weigh(&[one], self.reports, self.complaints.len())
    }

    /// The complaints that a text may belong to.
    pub fn find(&self, text: &str) -> Found {
        let query = Query::new(text, &self.vocabulary, &self.weights, self.unseen);
        let mut ranked = scores(self, &query);
        ranked.retain(|(_, score)| score.middle > 0.0);
        let beliefs = beliefs(&ranked);
        let real: Vec<(usize, &Score, f64, &Complaint)> = ranked
            .iter()
            .zip(&beliefs)
            .filter_map(|((at, score), belief)| Some((*at, score, *belief, self.complaints.get(*at)?)))
            .filter(|(.., one)| !one.id.starts_with(STAND_IN))
            .collect();
        let new = real.first().map_or(1.0, |(_, score, belief, one)| {
            looks_new(
                score,
                *belief,
                one.alike.yardstick(self.alike),
                f64::from(query.meaning.length()),
            )
        });
        let matches: Vec<Match> = real
            .iter()
            .take(MAX_MATCHES)
            .map(|(at, _, belief, one)| Match {
                complaint: one.id.clone(),
                score: (belief * (1.0 - new)) as f32,
                why: reasons(self, &query, *at),
            })
            .collect();
        // What goes to the stand-ins goes to none of the known.
        let known: f64 = real.iter().map(|(_, _, belief, _)| belief).sum();
        let looks_new = if real.len() == ranked.len() {
            new
        } else {
            1.0 - known * (1.0 - new)
        };
        Found {
            looks_new: looks_new as f32,
            matches,
        }
    }
}

fn sum_of_meanings(reports: &[Example]) -> Meaning {
    let mut sum = Meaning::default();
    reports
        .iter()
        .for_each(|report| sum.add(&report.meaning().meaning(), 1.0));
    sum
}

/// The reports that stay for comparing, evenly over all of them. Copies, so that what goes leaves no holes in memory.
fn kept(reports: &[Example]) -> Vec<Example> {
    let count = reports.len().max(1);
    let most = MAX_COMPARED.min(count);
    // Of `count` places the ones where the multiple of `most` passes the next whole number.
    let is_kept = |place: usize| (place + 1) * most / count > place * most / count;
    let places = reports.iter().enumerate().filter(|(place, _)| is_kept(*place));
    places.map(|(_, report)| report.clone()).collect()
}

/// For each complaint the squared length of the sum of its reports.
fn squares(postings: &Postings, weights: &[TraitWeight], complaints: usize) -> Vec<f32> {
    let mut squares = vec![0.0_f32; complaints];
    for (number, weight) in (0_u32..).zip(weights) {
        for one in postings.of(number).0 {
            if let Some(square) = squares.get_mut(usize::from(one.complaint)) {
                let sum = one.share() * weight.weight;
                *square += sum * sum;
            }
        }
    }
    squares
}

//! Groups whose middles mean the same become one.
//!
//! What one report means is told badly by the few words it has; the middle of three or more is told well. So words make
//! the groups first, tight ones, and meaning brings together what words left apart: "my card was swallowed" and "the
//! machine kept it".

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::lens::candidates::meaning_of;
use crate::lens::space::Space;
use crate::meaning::Meaning;

/// Middles that are less alike stay two.
const FLOOR: f32 = 0.68;
/// Groups that are compared each with each: the greatest.
const MAX_GROUPS: usize = 3_000;

/// A group and its middle.
struct Group {
    nodes: Vec<u32>,
    reports: f32,
    /// The sum of what its reports mean.
    meaning: Meaning,
    /// The sum of how much of each is known.
    known: f32,
}

impl Group {
    fn new(space: &Space<'_>, nodes: Vec<u32>) -> Self {
        let mut group = Self {
            nodes: Vec::new(),
            reports: 0.0,
            meaning: Meaning::default(),
            known: 0.0,
        };
        for node in &nodes {
            let one = space.nodes.get(*node as usize);
            let reports = one.map_or(0.0, |one| one.reports.len() as f32);
            group.reports += reports;
            group.known += reports * one.map_or(0.0, |one| one.known);
            group.meaning.add(meaning_of(space, *node), reports);
        }
        Self { nodes, ..group }
    }

    /// The cosine of the middles, less where words are not known.
    fn like(&self, other: &Self) -> f32 {
        let lengths = self.meaning.length() * other.meaning.length();
        let known = (self.known / self.reports.max(1.0)).min(other.known / other.reports.max(1.0));
        if lengths > 0.0 {
            self.meaning.dot(&other.meaning) / lengths * known
        } else {
            0.0
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.nodes.extend(other.nodes);
        self.reports += other.reports;
        self.known += other.known;
        self.meaning.add(&other.meaning, 1.0);
        self
    }
}

/// The groups, as lists of nodes, after merging the most alike ones as long as there are any.
pub fn merged(space: &Space<'_>, groups: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let mut all: Vec<Option<Group>> = groups.into_iter().map(|nodes| Some(Group::new(space, nodes))).collect();
    let mut by_size: Vec<usize> = (0..all.len()).collect();
    by_size.sort_by_key(|at| {
        Reverse(
            all.get(*at)
                .and_then(Option::as_ref)
                .map_or(0, |group| group.reports as u32),
        )
    });
    by_size.truncate(MAX_GROUPS);
    let mut queue = BinaryHeap::new();
    for (nth, at) in by_size.iter().enumerate() {
        meet(&all, *at, by_size.get(..nth).unwrap_or(&[]), &mut queue);
    }
    while let Some((_, Reverse((a, b)))) = queue.pop() {
        let is_living = |at: usize| all.get(at).is_some_and(Option::is_some);
        if !is_living(a) || !is_living(b) {
            continue;
        }
        let mut take = |at: usize| all.get_mut(at).and_then(Option::take);
        if let (Some(first), Some(second)) = (take(a), take(b)) {
            let number = all.len();
            all.push(Some(first.and(second)));
            by_size.retain(|at| *at != a && *at != b);
            meet(&all, number, &by_size, &mut queue);
            by_size.push(number);
        }
    }
    all.into_iter().flatten().map(|group| group.nodes).collect()
}

/// Pairs by likeness, as bits, which sort like it, then by their numbers, the lower first.
type Queue = BinaryHeap<(u32, Reverse<(usize, usize)>)>;

fn meet(all: &[Option<Group>], at: usize, others: &[usize], queue: &mut Queue) {
    let Some(group) = all.get(at).and_then(Option::as_ref) else {
        return;
    };
    for other in others {
        let like = all
            .get(*other)
            .and_then(Option::as_ref)
            .map_or(0.0, |other| group.like(other));
        if like >= FLOOR {
            queue.push((like.to_bits(), Reverse((at.min(*other), at.max(*other)))));
        }
    }
}

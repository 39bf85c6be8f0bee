//! Average linkage: the two most alike clusters become one, as long as their members are alike on average. What words then
//! left apart, meaning brings together ([`super::meant`]).
//!
//! A cluster is kept as the sum of its members' vectors, so the mean likeness of all pairs between two clusters is one
//! product of two sums. Before that each vector is put on the scale of its own neighbourhood: letters of two pages are
//! less alike than two lines, even about the same thing.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::groups::MIN_GROUP;
use crate::lens::candidates::{dot, meaning_of, neighbours, vector_of};
use crate::lens::meant;
use crate::lens::space::{Space, Vector};
use crate::meaning::Meaning;

/// Two clusters that are less alike stay two.
const FLOOR: f32 = 0.45;
/// The floor is so many times as high where meaning counts in full: it brings together afterwards what that leaves apart.
const STRICTER: f32 = 1.55;
/// What is left over, and this much alike to a group on average, belongs to it.
const STRAYS_FLOOR: f32 = 0.6;
/// The floor where the first one leaves nearly everything alone: long letters of one business.
const LOOSE_FLOOR: f32 = 0.2;
/// A neighbour that is less alike than this part of the lower floor is forgotten: it will not come near again.
const KEPT_NEAR: f32 = 0.75;
/// Of how many reports one has to be in a group for the first floor to do, and from how many reports on that is asked.
const FEW: usize = 20;
const MIN_TO_LOOSEN: usize = 200;
/// Neighbours that make a node's own scale, and the least it can be.
const SCALE_OF: usize = 10;
const LEAST_SCALE: f32 = 0.08;
/// Clusters that are compared each with each, and how alike those have to be: only what was one text once.
const ACQUAINTED_FLOOR: f32 = 0.6;
const MAX_ACQUAINTED: usize = 300;
/// Traits of a cluster's sum; the lightest go when there are twice as many.
const MAX_SUM: usize = 4_000;

/// The clusters of at least [`MIN_GROUP`] reports among these nodes, as sorted places of reports.
pub fn clusters(space: &Space<'_>, nodes: &[u32]) -> Vec<Vec<u32>> {
    let mut forest = Forest::new(space, nodes);
    forest.merge_all(FLOOR);
    let grouped: usize = forest.living().map(Cluster::len).filter(|len| *len >= MIN_GROUP).sum();
    let all: usize = forest.living().map(Cluster::len).sum();
    let is_loose = all >= MIN_TO_LOOSEN && grouped * FEW < all;
    if is_loose {
        forest.merge_all(LOOSE_FLOOR);
    }
    let living = forest.living().filter(|cluster| cluster.len() >= MIN_GROUP);
    let groups: Vec<Vec<u32>> = living.map(|cluster| cluster.nodes.clone()).collect();
    // The middles of loose groups all mean the one business.
    let groups = if is_loose { groups } else { meant::merged(space, groups) };
    // Where most reports have a group, one without probably belongs to one of those.
    let groups = if 2 * grouped >= all {
        forest.with_strays(groups)
    } else {
        groups
    };
    groups.iter().map(|nodes| reports_of(space, nodes)).collect()
}

/// All nodes in two or more parts, as alike within as can be; one part if there is nothing to tell them apart.
pub fn parts(space: &Space<'_>) -> Vec<Vec<u32>> {
    let nodes: Vec<u32> = (0_u32..).zip(&space.nodes).map(|(place, _)| place).collect();
    let least = (space.reports.len() / 10).max(2);
    let weighty = |forest: &Forest| -> Vec<Vec<u32>> {
        let weighty = forest.living().filter(|cluster| cluster.len() >= least);
        weighty.map(|cluster| cluster.nodes.clone()).collect()
    };
    let mut forest = Forest::new(space, &nodes);
    let mut best: Vec<Vec<u32>> = Vec::new();
    loop {
        let now = weighty(&forest);
        let covered = |parts: &[Vec<u32>]| parts.iter().map(Vec::len).sum::<usize>();
        if now.len() >= 2 && covered(&now) >= covered(&best) {
            best = now;
        }
        if forest.merge(f32::MIN_POSITIVE).is_none() {
            break;
        }
    }
    if best.is_empty() {
        return vec![reports_of(space, &nodes)];
    }
    adopt(space, &nodes, &mut best);
    best.iter().map(|nodes| reports_of(space, nodes)).collect()
}

/// Gives every node that is in no part to the part that it is most like.
fn adopt(space: &Space<'_>, nodes: &[u32], parts: &mut [Vec<u32>]) {
    let sums: Vec<(Vec<f32>, Meaning)> = parts.iter().map(|part| sum_of(space, part)).collect();
    let taken: BTreeSet<u32> = parts.iter().flatten().copied().collect();
    for node in nodes.iter().filter(|node| !taken.contains(node)) {
        let vector = vector_of(space, *node);
        let mut best = (f32::MIN, 0);
        for (place, ((sum, meaning), part)) in sums.iter().zip(parts.iter()).enumerate() {
            let like = (dot(vector, sum) + meaning.dot(meaning_of(space, *node))) / part.len() as f32;
            if like > best.0 {
                best = (like, place);
            }
        }
        if let Some(part) = parts.get_mut(best.1) {
            part.push(*node);
        }
    }
}

/// The sum of some nodes' vectors, by trait number, and of what they mean.
fn sum_of(space: &Space<'_>, nodes: &[u32]) -> (Vec<f32>, Meaning) {
    let mut sum = vec![0.0; space.traits];
    let mut meaning = Meaning::default();
    for node in nodes {
        meaning.add(meaning_of(space, *node), 1.0);
        for (number, weight) in vector_of(space, *node) {
            if let Some(slot) = sum.get_mut(*number as usize) {
                *slot += weight;
            }
        }
    }
    (sum, meaning)
}

fn reports_of(space: &Space<'_>, nodes: &[u32]) -> Vec<u32> {
    let of = |node: &u32| space.nodes.get(*node as usize).map(|node| node.reports.as_slice());
    let mut reports: Vec<u32> = nodes.iter().filter_map(of).flatten().copied().collect();
    reports.sort_unstable();
    reports
}

struct Cluster {
    sum: Vector,
    meaning: Meaning,
    /// Places in [`Space::nodes`].
    nodes: Vec<u32>,
    reports: usize,
    near: Vec<u32>,
    /// Over its reports the sum of what makes the floor higher for each.
    strictness: f32,
}

impl Cluster {
    fn len(&self) -> usize {
        self.reports
    }
}

/// Clusters that were and are; a merged one gets a number of its own.
struct Forest {
    clusters: Vec<Option<Cluster>>,
    /// What each cluster became.
    became: Vec<u32>,
    /// Likeness as bits, which sort like it; then the two numbers, the lower first.
    queue: BinaryHeap<(u32, std::cmp::Reverse<(u32, u32)>)>,
    /// One sum by trait number; zero between merges.
    weights: Vec<f32>,
}

impl Forest {
    fn new(space: &Space<'_>, nodes: &[u32]) -> Self {
        let near = neighbours(space, nodes);
        let copies: Vec<usize> = nodes.iter().map(|node| copies(space, *node)).collect();
        let scales: Vec<f32> = near
            .iter()
            .zip(&copies)
            .zip(nodes)
            .map(|((near, own), node)| scale(near, *own, &copies) / strictness(space, *node))
            .collect();
        let mut links: BTreeSet<(u32, u32)> = BTreeSet::new();
        let mut queue = BinaryHeap::new();
        for (place, near) in (0_u32..).zip(&near) {
            for (other, like) in near {
                let pair = (place.min(*other), place.max(*other));
                let scale = |place: u32| scales.get(place as usize).copied().unwrap_or(1.0);
                if links.insert(pair) {
                    queue.push((
                        (like * scale(pair.0) * scale(pair.1)).to_bits(),
                        std::cmp::Reverse(pair),
                    ));
                }
            }
        }
        let mut sides: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
        for (a, b) in links {
            for (one, other) in [(a, b), (b, a)] {
                if let Some(side) = sides.get_mut(one as usize) {
                    side.push(other);
                }
            }
        }
        let clusters = nodes
            .iter()
            .zip(copies)
            .zip(scales)
            .zip(sides)
            .map(|(((node, reports), scale), near)| {
                let vector = vector_of(space, *node).iter();
                let mut meaning = Meaning::default();
                meaning.add(meaning_of(space, *node), scale * reports as f32);
                Some(Cluster {
                    meaning,
                    sum: vector
                        .map(|(number, weight)| (*number, weight * scale * reports as f32))
                        .collect(),
                    nodes: vec![*node],
                    reports,
                    near,
                    strictness: strictness(space, *node) * reports as f32,
                })
            });
        Self {
            clusters: clusters.collect(),
            became: (0..u32::try_from(nodes.len()).unwrap_or(u32::MAX)).collect(),
            queue,
            weights: vec![0.0; space.traits],
        }
    }

    fn living(&self) -> impl Iterator<Item = &Cluster> {
        self.clusters.iter().flatten()
    }

    /// Merges down to the floor, makes the greatest clusters acquainted with each other, and merges on: of many reports
    /// that are nearly the same, each knows a few only, and their circles need not touch.
    fn merge_all(&mut self, floor: f32) {
        while self.merge(floor).is_some() {}
        let mut greatest: Vec<(usize, u32)> = (0_u32..)
            .zip(&self.clusters)
            .filter_map(|(number, cluster)| Some((cluster.as_ref()?.len(), number)))
            .filter(|(len, _)| *len >= MIN_GROUP)
            .collect();
        greatest.sort_by_key(|(len, number)| (std::cmp::Reverse(*len), *number));
        greatest.truncate(MAX_ACQUAINTED);
        for (_, number) in &greatest {
            let Some(mut cluster) = self.take(*number) else {
                continue;
            };
            let others = greatest.iter().map(|(_, other)| *other).filter(|other| other != number);
            cluster.near = others.collect();
            self.link(*number, &mut cluster);
            if let Some(slot) = self.clusters.get_mut(*number as usize) {
                *slot = Some(cluster);
            }
        }
        while self.merge(floor.max(ACQUAINTED_FLOOR)).is_some() {}
    }

    /// Merges the two most alike clusters; none if no two are as alike as the floor.
    fn merge(&mut self, floor: f32) -> Option<()> {
        loop {
            let (bits, std::cmp::Reverse((a, b))) = *self.queue.peek()?;
            if f32::from_bits(bits) < floor {
                return None;
            }
            self.queue.pop();
            let is_living = |at: u32| self.clusters.get(at as usize).is_some_and(Option::is_some);
            if is_living(a) && is_living(b) {
                return self.join(a, b);
            }
        }
    }

    fn join(&mut self, a: u32, b: u32) -> Option<()> {
        let (first, second) = (self.take(a)?, self.take(b)?);
        let number = u32::try_from(self.clusters.len()).unwrap_or(u32::MAX);
        self.became.push(number);
        for merged in [a, b] {
            if let Some(became) = self.became.get_mut(merged as usize) {
                *became = number;
            }
        }
        let near: BTreeSet<u32> = first
            .near
            .iter()
            .chain(&second.near)
            .map(|at| self.living_name(*at))
            .collect();
        let mut meaning = first.meaning;
        meaning.add(&second.meaning, 1.0);
        let mut cluster = Cluster {
            meaning,
            sum: added(&first.sum, &second.sum),
            nodes: [first.nodes, second.nodes].concat(),
            reports: first.reports + second.reports,
            strictness: first.strictness + second.strictness,
            near: near.into_iter().filter(|at| *at != number).collect(),
        };
        self.link(number, &mut cluster);
        self.clusters.push(Some(cluster));
        Some(())
    }

    /// The groups, each with the leftovers that are alike to it. All are held against the groups as they are
    /// now, so nothing comes in over another one's shoulder.
    fn with_strays(&mut self, groups: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
        let group_of: BTreeMap<u32, usize> = (0..)
            .zip(&groups)
            .flat_map(|(group, nodes)| nodes.iter().map(move |node| (*node, group)))
            .collect();
        let mut parts: Vec<Vec<u32>> = vec![Vec::new(); groups.len()];
        let mut strays = Vec::new();
        for (number, cluster) in (0_u32..).zip(&self.clusters) {
            let Some(cluster) = cluster else { continue };
            match cluster.nodes.first().and_then(|node| group_of.get(node)) {
                Some(group) => parts.get_mut(*group).into_iter().for_each(|parts| parts.push(number)),
                None => strays.push(number),
            }
        }
        let mut grown = groups.clone();
        for number in strays {
            let Some(stray) = self.take(number) else { continue };
            let near: BTreeSet<u32> = stray.near.iter().map(|at| self.living_name(*at)).collect();
            let of = |at: &u32| self.clusters.get(*at as usize)?.as_ref()?.nodes.first().copied();
            let asked: BTreeSet<usize> = near
                .iter()
                .filter_map(of)
                .filter_map(|node| group_of.get(&node).copied())
                .collect();
            self.spread(&stray.sum);
            let mut best = (STRAYS_FLOOR, None);
            for group in asked {
                let like = parts.get(group).map_or(0.0, |parts| self.likeness(&stray, parts));
                if like >= best.0 {
                    best = (like, Some(group));
                }
            }
            self.clear(&stray.sum);
            if let Some(nodes) = best.1.and_then(|group| grown.get_mut(group)) {
                nodes.extend(&stray.nodes);
            }
        }
        grown
    }

    /// How alike a cluster, whose sum is spread out, is to these together, the stricter floor of meaning taken out again.
    fn likeness(&self, stray: &Cluster, parts: &[u32]) -> f32 {
        let (mut sum, mut reports, mut strictness) = (0.0, 0.0, 0.0);
        for part in parts
            .iter()
            .filter_map(|part| self.clusters.get(*part as usize)?.as_ref())
        {
            sum += dot(&part.sum, &self.weights) + part.meaning.dot(&stray.meaning);
            reports += part.reports as f32;
            strictness += part.strictness;
        }
        let own = stray.reports as f32;
        sum / (reports * own) * (strictness / reports) * (stray.strictness / own)
    }

    fn spread(&mut self, sum: &Vector) {
        for (number, weight) in sum {
            if let Some(slot) = self.weights.get_mut(*number as usize) {
                *slot = *weight;
            }
        }
    }

    fn clear(&mut self, sum: &Vector) {
        for (number, _) in sum {
            if let Some(slot) = self.weights.get_mut(*number as usize) {
                *slot = 0.0;
            }
        }
    }

    /// Likeness to the neighbours, into the queue.
    fn link(&mut self, number: u32, cluster: &mut Cluster) {
        self.spread(&cluster.sum);
        let (clusters, weights, queue) = (&self.clusters, &self.weights, &mut self.queue);
        cluster.near.retain(|at| {
            let Some(other) = clusters.get(*at as usize).and_then(Option::as_ref) else {
                return false;
            };
            let like = (dot(&other.sum, weights) + other.meaning.dot(&cluster.meaning))
                / (other.reports as f32 * cluster.reports as f32);
            if like > 0.0 {
                queue.push((like.to_bits(), std::cmp::Reverse((*at, number))));
            }
            like >= LOOSE_FLOOR * KEPT_NEAR
        });
        self.clear(&cluster.sum);
    }

    fn take(&mut self, at: u32) -> Option<Cluster> {
        self.clusters.get_mut(at as usize)?.take()
    }

    /// What a cluster has become, with the way there shortened.
    fn living_name(&mut self, at: u32) -> u32 {
        let mut end = at;
        while let Some(next) = self.became.get(end as usize).filter(|next| **next != end) {
            end = *next;
        }
        let mut here = at;
        while here != end {
            let Some(slot) = self.became.get_mut(here as usize) else {
                break;
            };
            here = std::mem::replace(slot, end);
        }
        end
    }
}

fn copies(space: &Space<'_>, node: u32) -> usize {
    space.nodes.get(node as usize).map_or(1, |node| node.reports.len())
}

/// What makes the floor higher for a node, as its half of a product.
fn strictness(space: &Space<'_>, node: u32) -> f32 {
    let meant = space.nodes.get(node as usize).map_or(0.0, |node| node.meant);
    (1.0 + (STRICTER - 1.0) * meant).sqrt()
}

/// What a node's vector is multiplied by: the fourth root of the inverse mean likeness of its nearest reports, its own
/// copies among them.
fn scale(near: &[(u32, f32)], own: usize, copies: &[usize]) -> f32 {
    let reports: usize = copies.iter().sum();
    let most = reports.saturating_sub(1).clamp(1, SCALE_OF);
    let (mut left, mut sum) = (most, 0.0);
    let others = near
        .iter()
        .map(|(other, like)| (copies.get(*other as usize).copied().unwrap_or(1), *like));
    for (count, like) in std::iter::once((own.saturating_sub(1), 1.0)).chain(others) {
        let counted = count.min(left);
        sum += counted as f32 * like;
        left -= counted;
    }
    1.0 / (sum / most as f32).max(LEAST_SCALE).sqrt().sqrt()
}

fn added(a: &Vector, b: &Vector) -> Vector {
    let mut sum = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (Some(left), Some(right)) if left.0 == right.0 => {
                sum.push((left.0, left.1 + right.1));
                a.next();
                b.next();
            }
            (Some(left), right) if right.is_none_or(|right| left.0 < right.0) => {
                sum.push(left);
                a.next();
            }
            (_, Some(right)) => {
                sum.push(right);
                b.next();
            }
            (_, None) => break,
        }
    }
    if sum.len() > 2 * MAX_SUM {
        sum.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        sum.truncate(MAX_SUM);
        sum.sort_unstable_by_key(|one| one.0);
    }
    sum
}

//! For each node the nodes most like it, without comparing all with all.
//!
//! Nodes that share a telling trait are candidates, and on smaller boards those that mean the same; the best of those are compared in full. A trait that very many nodes
//! have yields the ones beside the node only: among near-identical letters any few will do.

use crate::lens::space::{Space, Vector};
use crate::meaning::Meaning;

/// Neighbours of a node.
const MAX_NEAR: usize = 12;
/// How much is looked at for one node.
struct Effort {
    /// Candidates that are compared in full.
    compared: usize,
    /// Traits of the node that look for candidates, the most telling ones.
    asking: usize,
    /// Nodes that one trait yields.
    yielded: usize,
    /// Candidates by meaning, found by looking at all nodes; 0 for none.
    meant: usize,
}

/// Up to so many nodes in all partitions together it may take a little longer for each.
const FEW_NODES: usize = 8_000;
const THOROUGH: Effort = Effort {
    compared: 48,
    asking: 96,
    yielded: 256,
    meant: 16,
};
const QUICK: Effort = Effort {
    compared: 24,
    asking: 40,
    yielded: 128,
    meant: 0,
};
/// What is less alike is no neighbour.
const LEAST_LIKE: f32 = 0.05;

/// The neighbours of every node, most alike first. Nodes of one partition only have neighbours of it.
pub fn neighbours(space: &Space<'_>, nodes: &[u32]) -> Vec<Vec<(u32, f32)>> {
    let postings = Postings::new(space, nodes);
    let mut finder = Finder {
        effort: if space.nodes.len() <= FEW_NODES {
            THOROUGH
        } else {
            QUICK
        },
        space,
        nodes,
        postings,
        points: vec![0.0; nodes.len()],
        weights: vec![0.0; space.traits],
    };
    (0..nodes.len()).map(|at| finder.near(at)).collect()
}

/// The vector of a node.
pub fn vector_of<'a>(space: &'a Space<'_>, node: u32) -> &'a Vector {
    const NONE: &Vector = &Vec::new();
    space.nodes.get(node as usize).map_or(NONE, |node| &node.vector)
}

/// What a node means.
pub fn meaning_of<'a>(space: &'a Space<'_>, node: u32) -> &'a Meaning {
    static NOTHING: Meaning = Meaning::NOTHING;
    space.nodes.get(node as usize).map_or(&NOTHING, |node| &node.meaning)
}

/// For each trait the places of the nodes that have it.
struct Postings {
    /// Trait and place, sorted.
    all: Vec<(u32, u32)>,
    /// For each node and each of its traits where the trait's list begins and ends.
    starts: Vec<(u32, u32, u32)>,
}

impl Postings {
    fn new(space: &Space<'_>, nodes: &[u32]) -> Self {
        let mut all: Vec<(u32, u32)> = Vec::new();
        for (place, node) in (0_u32..).zip(nodes) {
            all.extend(vector_of(space, *node).iter().map(|(number, _)| (*number, place)));
        }
        all.sort_unstable();
        let mut starts: Vec<(u32, u32, u32)> = Vec::new();
        for (at, (number, _)) in (0_u32..).zip(&all) {
            match starts.last_mut() {
                Some((last, _, end)) if last == number => *end = at + 1,
                _ => starts.push((*number, at, at + 1)),
            }
        }
        // A trait that one node has leads nowhere.
        starts.retain(|(_, from, to)| to - from > 1);
        starts.shrink_to_fit();
        Self { all, starts }
    }

    /// The nodes with this trait; of very many, those around `place`.
    fn of(&self, number: u32, place: u32, most: usize) -> &[(u32, u32)] {
        let Ok(at) = self.starts.binary_search_by_key(&number, |start| start.0) else {
            return &[];
        };
        let Some((_, from, to)) = self.starts.get(at) else {
            return &[];
        };
        let list = self.all.get(*from as usize..*to as usize).unwrap_or(&[]);
        if list.len() <= most {
            return list;
        }
        let own = list.partition_point(|one| one.1 < place);
        let first = own.saturating_sub(most / 2).min(list.len() - most);
        list.get(first..first + most).unwrap_or(&[])
    }
}

struct Finder<'a, 'r> {
    effort: Effort,
    space: &'a Space<'r>,
    nodes: &'a [u32],
    postings: Postings,
    /// For each place what was counted for the node at hand; zero between nodes.
    points: Vec<f32>,
    /// The vector at hand by trait number; zero between nodes.
    weights: Vec<f32>,
}

impl Finder<'_, '_> {
    fn near(&mut self, at: usize) -> Vec<(u32, f32)> {
        let Some(node) = self.nodes.get(at) else {
            return Vec::new();
        };
        let own = vector_of(self.space, *node);
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        let mut candidates = self.candidates(own, place);
        candidates.extend(self.meant(*node, place));
        candidates.sort_unstable();
        candidates.dedup();
        for (number, weight) in own {
            if let Some(slot) = self.weights.get_mut(*number as usize) {
                *slot = *weight;
            }
        }
        let mut near: Vec<(u32, f32)> = candidates
            .into_iter()
            .filter_map(|place| {
                let other = *self.nodes.get(place as usize)?;
                let meant = meaning_of(self.space, other).dot(meaning_of(self.space, *node));
                let like = dot(vector_of(self.space, other), &self.weights) + meant;
                (like >= LEAST_LIKE).then_some((place, like))
            })
            .collect();
        for (number, _) in own {
            if let Some(slot) = self.weights.get_mut(*number as usize) {
                *slot = 0.0;
            }
        }
        near.sort_by(best_first);
        near.truncate(MAX_NEAR);
        near
    }

    fn candidates(&mut self, own: &Vector, place: u32) -> Vec<u32> {
        let mut asking: Vec<(u32, f32)> = own.clone();
        asking.sort_by(best_first);
        asking.truncate(self.effort.asking);
        let mut met: Vec<u32> = Vec::new();
        for (number, weight) in asking {
            for (_, other) in self.postings.of(number, place, self.effort.yielded) {
                let Some(points) = self.points.get_mut(*other as usize) else {
                    continue;
                };
                if *points == 0.0 {
                    met.push(*other);
                }
                *points += weight * weight;
            }
        }
        let points = &mut self.points;
        let mut scored: Vec<(u32, f32)> = met
            .into_iter()
            .filter_map(|other| Some((other, std::mem::take(points.get_mut(other as usize)?))))
            .filter(|(other, _)| *other != place)
            .collect();
        best(&mut scored, self.effort.compared)
    }

    /// The nodes that mean most nearly the same.
    fn meant(&self, node: u32, place: u32) -> Vec<u32> {
        if self.effort.meant == 0 {
            return Vec::new();
        }
        let own = meaning_of(self.space, node);
        let others = (0_u32..).zip(self.nodes).filter(|(other, _)| *other != place);
        let mut scored: Vec<(u32, f32)> = others
            .map(|(other, node)| (other, own.dot(meaning_of(self.space, *node))))
            .collect();
        best(&mut scored, self.effort.meant)
    }
}

/// The sum of products with weights by number.
pub fn dot(vector: &Vector, weights: &[f32]) -> f32 {
    vector
        .iter()
        .map(|(number, weight)| weight * weights.get(*number as usize).copied().unwrap_or(0.0))
        .sum()
}

/// The so many best, in no order.
fn best(scored: &mut Vec<(u32, f32)>, most: usize) -> Vec<u32> {
    if scored.len() > most {
        scored.select_nth_unstable_by(most, best_first);
        scored.truncate(most);
    }
    scored.iter().map(|(other, _)| *other).collect()
}

fn best_first(a: &(u32, f32), b: &(u32, f32)) -> std::cmp::Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

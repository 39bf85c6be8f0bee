//! Which pairs are worth a look: complaints by product, names made comparable once for each card instead of once for
//! each pair. What this leaves out is no clash by the rule itself; a property test holds it to that.

use super::ComplaintFacts;
use crate::scope::{Dimension, Scope, normal_form};
use std::collections::BTreeMap;

/// A scope with its names as they are compared, made once for each card instead of once for each pair.
pub(super) struct Normal<'a> {
    scope: &'a Scope,
    names: [Vec<String>; 5],
}

impl<'a> Normal<'a> {
    pub(super) fn of(scope: &'a Scope) -> Self {
        let names = |dimension| scope.get(dimension).iter().map(|value| normal_form(value)).collect();
        Self {
            scope,
            names: Dimension::ALL.map(names),
        }
    }

    pub(super) fn get(&self, dimension: Dimension) -> &[String] {
        self.names.get(dimension as usize).map_or(&[], Vec::as_slice)
    }

    /// The values of `self` that `other` has too, as `self` spells them.
    pub(super) fn common(&self, other: &Self, dimension: Dimension) -> Vec<String> {
        let theirs = other.get(dimension);
        let values = self.scope.get(dimension).iter().zip(self.get(dimension));
        let shared = values.filter(|(_, name)| theirs.contains(name));
        shared.map(|(value, _)| value.clone()).collect()
    }
}

/// Open complaints by product: a pair without a common product is no clash and is not looked at.
pub(super) struct ByProduct<'a> {
    complaints: Vec<(&'a ComplaintFacts, Normal<'a>)>,
    places: BTreeMap<String, Vec<usize>>,
}

impl<'a> ByProduct<'a> {
    pub(super) fn of(complaints: &[&'a ComplaintFacts]) -> Self {
        let complaints: Vec<_> = complaints
            .iter()
            .map(|complaint| (*complaint, Normal::of(&complaint.scope)))
            .collect();
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, (_, scope)) in complaints.iter().enumerate() {
            for product in scope.get(Dimension::Product) {
                places.entry(product.clone()).or_default().push(place);
            }
        }
        Self { complaints, places }
    }

    /// Each complaint with one of these products, once.
    pub(super) fn sharing(&self, scope: &Normal<'_>) -> impl Iterator<Item = &(&'a ComplaintFacts, Normal<'a>)> {
        let found = scope
            .get(Dimension::Product)
            .iter()
            .filter_map(|name| self.places.get(name));
        let mut places: Vec<usize> = found.flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| self.complaints.get(place))
    }
}

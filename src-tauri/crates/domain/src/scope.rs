//! Scope: what a campaign or a complaint is about. Product × region × segment × channel × touch-point.
//!
//! An empty dimension means *all*. Product is required: without one nothing is compared (product §8.1).

use crate::fields::{FieldId, campaign, complaint};
use crate::fold::RecordState;

/// The five dimensions, product first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Product.
    Product,
    /// Region.
    Region,
    /// Customer segment.
    Segment,
    /// Channel.
    Channel,
    /// Touch-point.
    TouchPoint,
}

impl Dimension {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Product,
        Self::Region,
        Self::Segment,
        Self::Channel,
        Self::TouchPoint,
    ];

    /// The field that holds it on a campaign.
    pub fn campaign_field(self) -> FieldId {
        match self {
            Self::Product => campaign::PRODUCT,
            Self::Region => campaign::REGION,
            Self::Segment => campaign::SEGMENT,
            Self::Channel => campaign::CHANNEL,
            Self::TouchPoint => campaign::TOUCH_POINT,
        }
    }

    /// The field that holds it on a complaint.
    pub fn complaint_field(self) -> FieldId {
        match self {
            Self::Product => complaint::PRODUCT,
            Self::Region => complaint::REGION,
            Self::Segment => complaint::SEGMENT,
            Self::Channel => complaint::CHANNEL,
            Self::TouchPoint => complaint::TOUCH_POINT,
        }
    }

    /// Its name in commands and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Region => "region",
            Self::Segment => "segment",
            Self::Channel => "channel",
            Self::TouchPoint => "touch_point",
        }
    }

    /// What it weighs in the share of matching dimensions: product counts double.
    pub fn weight(self) -> i64 {
        if self == Self::Product { 2 } else { 1 }
    }
}

/// The values in each dimension, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    values: [Vec<String>; 5],
}

impl Scope {
    /// A campaign's scope.
    pub fn of_campaign(state: &RecordState) -> Self {
        Self {
            values: Dimension::ALL.map(|dimension| state.texts(dimension.campaign_field())),
        }
    }

    /// A complaint's scope.
    pub fn of_complaint(state: &RecordState) -> Self {
        Self {
            values: Dimension::ALL.map(|dimension| state.texts(dimension.complaint_field())),
        }
    }

    /// The values in one dimension.
    pub fn get(&self, dimension: Dimension) -> &[String] {
        self.values.get(dimension as usize).map_or(&[], Vec::as_slice)
    }

    /// Puts values into one dimension.
    pub fn set(&mut self, dimension: Dimension, values: Vec<String>) {
        if let Some(slot) = self.values.get_mut(dimension as usize) {
            *slot = values;
        }
    }

    /// True when both name a product in common, and in no other dimension name only different values.
    pub fn meets(&self, other: &Self) -> bool {
        Dimension::ALL.into_iter().all(|dimension| {
            let open = self.get(dimension).is_empty() || other.get(dimension).is_empty();
            (open && dimension != Dimension::Product) || !self.common(other, dimension).is_empty()
        })
    }

    /// The values of `self` that `other` has too in this dimension, compared by [`normal_form`].
    pub fn common(&self, other: &Self, dimension: Dimension) -> Vec<String> {
        let theirs: Vec<String> = other.get(dimension).iter().map(|value| normal_form(value)).collect();
        self.get(dimension)
            .iter()
            .filter(|value| theirs.contains(&normal_form(value)))
            .cloned()
            .collect()
    }
}

/// How two names are compared: outer blanks off, inner blanks single, case folded. `" boots  EU"` is `"Boots eu"`.
pub fn normal_form(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

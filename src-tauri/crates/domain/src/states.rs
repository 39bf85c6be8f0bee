//! The states of a campaign (product S89) and of a complaint (product §9.2), and what follows from being in one.

macro_rules! states {
    ($(#[$doc:meta])* $name:ident, $list:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        #[doc = concat!("The words of every [`", stringify!($name), "`], in their order.")]
        pub const $list: &[&str] = &[$($word,)*];

        impl $name {
            /// The word stored, typed and sent.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The state of this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use states;

states! {
    /// Beyond on and off.
    CampaignState, CAMPAIGN_STATES {
        /// Thought of.
        Idea = "idea",
        /// Being written.
        Draft = "draft",
        /// Signed off, not out.
        Ready = "ready",
        /// Announced, not in force.
        Teaser = "teaser",
        /// In force.
        Live = "live",
        /// In force with less push; keeps its end.
        Throttled = "throttled",
        /// Held; keeps its end.
        Paused = "paused",
        /// In force past its first end.
        Extended = "extended",
        /// In force, last days.
        WindingDown = "winding_down",
        /// Over.
        Ended = "ended",
    }
}

states! {
    /// From a first flag to thirty quiet days.
    ComplaintState, COMPLAINT_STATES {
        /// Flagged, nobody has confirmed it.
        New = "new",
        /// It is real and it recurs.
        Confirmed = "confirmed",
        /// Somebody is mending it.
        Fixing = "fixing",
        /// Mended, watched for thirty days.
        Watching = "watching",
        /// Stayed away.
        Solved = "solved",
    }
}

impl CampaignState {
    /// Out now, whatever its dates say.
    pub fn is_out(self) -> bool {
        matches!(self, Self::Live | Self::Throttled | Self::Extended | Self::WindingDown)
    }

    /// Nothing goes out while it stays so: over, or held by somebody's decision.
    pub fn is_still(self) -> bool {
        matches!(self, Self::Ended | Self::Paused)
    }
}

impl ComplaintState {
    /// Customers still meet it. A complaint that returned counts as confirmed again ([`crate::comeback`]), so "returned" is
    /// open too.
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Confirmed | Self::Fixing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_states_are_one_to_one() {
        for word in CAMPAIGN_STATES {
            assert_eq!(CampaignState::from_word(word).map(CampaignState::word), Some(*word));
        }
        for word in COMPLAINT_STATES {
            assert_eq!(ComplaintState::from_word(word).map(ComplaintState::word), Some(*word));
        }
        assert_eq!(CampaignState::from_word("Live"), None);
    }
}

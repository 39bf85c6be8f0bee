//! What other tools call the states of a campaign.

use sidedesk_domain::states::CampaignState;

const WORDS: &[(CampaignState, &[&str])] = &[
    (
        CampaignState::Idea,
        &[
            "idea",
            "ideas",
            "backlog",
            "todo",
            "wishlist",
            "someday",
            "proposed",
            "brainstorm",
        ],
    ),
    (
        CampaignState::Draft,
        &[
            "draft",
            "drafts",
            "drafting",
            "doing",
            "inprogress",
            "planned",
            "planning",
            "inreview",
            "review",
            "approval",
            "new",
            "open",
            "tentative",
            "writing",
            "needsaction",
            "workingonit",
            "save",
        ],
    ),
    (
        CampaignState::Ready,
        &[
            "ready",
            "confirmed",
            "approved",
            "signedoff",
            "scheduled",
            "schedule",
            "readytogo",
            "queued",
            "booked",
        ],
    ),
    (CampaignState::Teaser, &["teaser", "announced"]),
    (
        CampaignState::Live,
        &[
            "live",
            "active",
            "running",
            "launched",
            "published",
            "sending",
            "inforce",
            "started",
        ],
    ),
    (CampaignState::Throttled, &["throttled"]),
    (
        CampaignState::Paused,
        &["paused", "onhold", "hold", "blocked", "suspended", "postponed", "stuck"],
    ),
    (CampaignState::Extended, &["extended"]),
    (CampaignState::WindingDown, &["windingdown", "lastdays", "ending"]),
    (
        CampaignState::Ended,
        &[
            "ended",
            "done",
            "completed",
            "complete",
            "finished",
            "closed",
            "sent",
            "past",
            "cancelled",
            "canceled",
            "aborted",
            "archived",
            "over",
        ],
    ),
];

/// The state that a list's or a status's name means, compared without blanks, signs and case. `None` is for a name
/// that means none of them.
pub(crate) fn state_of(word: &str) -> Option<CampaignState> {
    let normal = crate::headers::normal_form(word);
    WORDS
        .iter()
        .find(|(_, words)| words.contains(&normal.as_str()))
        .map(|(state, _)| *state)
}

/// The state for a name that means none of them: somebody is at it, and nothing is promised yet.
pub(crate) const UNKNOWN: CampaignState = CampaignState::Draft;

#[cfg(test)]
mod tests {
    use super::*;
    use sidedesk_domain::states::CAMPAIGN_STATES;

    #[test]
    fn our_own_words_mean_themselves() {
        for word in CAMPAIGN_STATES {
            assert_eq!(state_of(word).map(CampaignState::word), Some(*word));
        }
        assert_eq!(state_of("In Progress"), Some(CampaignState::Draft));
        assert_eq!(state_of("To do"), Some(CampaignState::Idea));
        assert_eq!(state_of("Q3 events"), None);
    }
}

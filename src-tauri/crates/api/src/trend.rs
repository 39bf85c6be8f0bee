//! A complaint through time: its reports by week, and the campaigns that ran beside them.

use crate::board::COMPARED;
use crate::cards::campaign_facts;
use crate::desk::Desk;
use crate::dto::{TouchedDto, TrendDto, TrendWeekDto};
use crate::error::Error;
use sidedesk_domain::clash::{CampaignFacts, Volume, over_at};
use sidedesk_domain::scope::Scope;
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::time::floor_minute;
use sidedesk_domain::{Kind, Millis};
use sidedesk_store::WEEKS;

/// A week of a trend.
const WEEK_MS: i64 = Volume::LAST_MS;
/// Weeks ahead in which a campaign stands beside the complaint too.
const WEEKS_AHEAD: i64 = 4;

impl Desk {
    /// A complaint's last eight weeks, and the campaigns of its scope in them or in the four after.
    pub async fn trend(&self, complaint: &str) -> Result<TrendDto, Error> {
        let open = self.open_board().await?;
        let now = floor_minute(self.clock().now());
        let card = open.card(Kind::Complaint, complaint).await?;
        let counted = open.store.weeks_of(&[card.id], now).await?;
        let from = now.saturating_sub(WEEKS as i64 * WEEK_MS);
        let scope = Scope::of_complaint(&card.state);
        let beside = open.store.campaigns_not_over(from, COMPARED).await?;
        let mut campaigns: Vec<CampaignFacts> = beside
            .iter()
            .map(campaign_facts)
            .filter(|campaign| campaign.start.is_some_and(|start| start < now + WEEKS_AHEAD * WEEK_MS))
            .filter(|campaign| campaign.scope.meets(&scope))
            .collect();
        campaigns.sort_by_key(|campaign| (campaign.start, campaign.id));
        let counts = counted.get(&card.id).copied().unwrap_or_default();
        let week = |(k, count): (i64, i64)| TrendWeekDto {
            start_ms: from.saturating_add(k * WEEK_MS),
            count,
        };
        Ok(TrendDto {
            weeks: (0..).zip(counts).map(week).collect(),
            campaigns: campaigns.into_iter().map(|campaign| touched(campaign, now)).collect(),
        })
    }
}

fn touched(campaign: CampaignFacts, now: Millis) -> TouchedDto {
    let over = over_at(campaign.start, campaign.end).is_some_and(|over| over <= now);
    let when = if over || campaign.state == CampaignState::Ended {
        "before"
    } else if campaign.state.is_out() || campaign.start.is_some_and(|start| start <= now) {
        "during"
    } else {
        "after"
    };
    TouchedDto {
        id: campaign.id.to_string(),
        name: campaign.name,
        start_ms: campaign.start,
        end_ms: campaign.end,
        when: when.into(),
    }
}

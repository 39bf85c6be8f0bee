//! What a complaint of some reports would meet, before anybody makes it: rule R1 (product §8.1) on a complaint that is not saved.
//!
//! It is the complaint that [`Desk::make_complaint`](crate::Desk::make_complaint) would make of them as it stands on the board the
//! moment after: both read what it is about, and since when, in this file.

use crate::board::COMPARED;
use crate::cards::{DEFAULT_SEVERITY, campaign_facts};
use crate::desk::OpenBoard;
use crate::dto::{MeetsDto, WouldMeetDto};
use crate::error::Error;
use crate::imports::groups::DIMENSIONS;
use crate::loose::agreed;
use crate::words;
use sidedesk_domain::clash::{self, CampaignFacts, Clash, ComplaintFacts, Evidence, Volume};
use sidedesk_domain::fields::report;
use sidedesk_domain::scope::{Dimension, Scope};
use sidedesk_domain::states::ComplaintState;
use sidedesk_domain::time::{WorkCalendar, floor_minute};
use sidedesk_domain::{FieldId, Millis, RecordId, RecordState};

/// Campaigns that a preview has room for, the strongest clash first.
const MAX_SHOWN: usize = 3;
/// The complaint that is not there.
const NOBODY: RecordId = RecordId([0; 16]);

/// What is planned or out, ready to be met by one group after the other.
pub(crate) struct Planned {
    campaigns: Vec<CampaignFacts>,
    calendar: WorkCalendar,
    at: Millis,
}

impl OpenBoard {
    /// Every campaign that is not over at `now`.
    pub(crate) async fn planned(&self, now: Millis) -> Result<Planned, Error> {
        let at = floor_minute(now);
        let campaigns = self.store.campaigns_not_over(at, COMPARED).await?;
        Ok(Planned {
            campaigns: campaigns.iter().map(campaign_facts).collect(),
            calendar: self.calendar().await?,
            at,
        })
    }
}

impl Planned {
    /// What a complaint of these reports would meet.
    pub(crate) fn met_by<'s>(&self, states: impl Iterator<Item = &'s RecordState> + Clone) -> MeetsDto {
        let mut scope = Scope::default();
        for (to, value) in about(states.clone()) {
            if let Some(dimension) = Dimension::ALL.into_iter().find(|one| one.complaint_field() == to) {
                scope.set(dimension, vec![value.to_owned()]);
            }
        }
        let complaint = ComplaintFacts {
            id: NOBODY,
            title: String::new(),
            state: ComplaintState::New,
            severity: DEFAULT_SEVERITY,
            opened: opened(states.clone(), self.at),
            scope,
            volume: Volume::of(times(states), self.at),
        };
        let radar = clash::check(
            &self.campaigns,
            std::slice::from_ref(&complaint),
            self.at,
            &self.calendar,
        );
        let shown = radar.clashes.iter().take(MAX_SHOWN).map(|clash| self.dto(clash));
        MeetsDto {
            campaigns: shown.collect(),
            more: radar.clashes.len().saturating_sub(MAX_SHOWN) as u64,
            checked: !radar.not_checked.iter().any(|(id, ..)| *id == NOBODY),
        }
    }

    fn dto(&self, clash: &Clash) -> WouldMeetDto {
        let campaign = self.campaigns.iter().find(|one| one.id == clash.campaign);
        // How many there are and how bad they are is the group's; what it has in common with the campaign is not.
        let because = clash
            .evidence
            .iter()
            .filter(|one| matches!(one, Evidence::Same { .. } | Evidence::StartsIn(_) | Evidence::Live));
        WouldMeetDto {
            campaign: clash.campaign.to_string(),
            name: campaign.map(|one| one.name.clone()).unwrap_or_default(),
            score: clash.score,
            strength: clash.strength.word().into(),
            because: because.map(words::evidence_dto).collect(),
        }
    }
}

/// What a complaint of these reports is about: in each dimension, what all of them say that say something.
pub(crate) fn about<'s>(states: impl Iterator<Item = &'s RecordState> + Clone) -> Vec<(FieldId, &'s str)> {
    let said = DIMENSIONS
        .into_iter()
        .filter_map(|(from, to)| Some((to, agreed(states.clone(), from)?)));
    said.collect()
}

/// Since when it is known: its earliest report, and never later than now.
pub(crate) fn opened<'s>(states: impl Iterator<Item = &'s RecordState>, now: Millis) -> Millis {
    let earliest = states.filter_map(|state| state.get(report::AT).as_int()).min();
    earliest.map_or(now, |first| first.min(now))
}

fn times<'s>(states: impl Iterator<Item = &'s RecordState>) -> impl Iterator<Item = Millis> {
    states.filter_map(|state| state.get(report::AT).as_int())
}

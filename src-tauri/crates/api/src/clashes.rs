//! The clashes as a shell shows them.

use crate::board::COMPARED;
use crate::cards::{campaign_facts, complaint_facts};
use crate::desk::Desk;
use crate::dto::{ClashDto, ClashesDto, NotCheckedDto, PartsDto};
use crate::error::Error;
use crate::words;
use sidedesk_domain::clash::{self, Clash};
use sidedesk_domain::time::{WorkCalendar, floor_minute, to_rfc3339};
use sidedesk_domain::{Millis, RecordId};
use sidedesk_store::Card;
use std::collections::BTreeMap;

impl Desk {
    /// Every clash as of `at_ms` (now, when absent), and what could not be compared.
    pub async fn clashes(&self, at_ms: Option<i64>) -> Result<ClashesDto, Error> {
        let open = self.open_board().await?;
        let at = floor_minute(at_ms.unwrap_or_else(|| self.clock().now()));
        let calendar = open.calendar().await?;
        let campaigns = open.store.campaigns(COMPARED).await?;
        let complaints = open.store.complaints(COMPARED).await?;
        let volumes = open.store.volumes(at).await?;
        Ok(radar(&campaigns, &complaints, &volumes, at, &calendar))
    }
}

fn radar(
    campaigns: &[Card],
    complaints: &[Card],
    volumes: &BTreeMap<RecordId, sidedesk_store::VolumeOf>,
    at: Millis,
    calendar: &WorkCalendar,
) -> ClashesDto {
    let campaign_list: Vec<_> = campaigns.iter().map(campaign_facts).collect();
    let complaint_list: Vec<_> = complaints
        .iter()
        .map(|card| complaint_facts(card, volumes.get(&card.id).copied().unwrap_or_default()))
        .collect();
    let campaign_names: BTreeMap<RecordId, &str> = campaign_list.iter().map(|c| (c.id, c.name.as_str())).collect();
    let titles: BTreeMap<RecordId, &str> = complaint_list.iter().map(|c| (c.id, c.title.as_str())).collect();
    let radar = clash::check(&campaign_list, &complaint_list, at, calendar);
    let name = |names: &BTreeMap<RecordId, &str>, id| names.get(&id).copied().unwrap_or("").to_owned();
    let clashes = radar.clashes.iter();
    ClashesDto {
        at: to_rfc3339(at),
        total: radar.clashes.len() as u64,
        strongest: Vec::new(),
        past: Vec::new(),
        clashes: clashes
            .map(|c| dto(c, name(&campaign_names, c.campaign), name(&titles, c.complaint)))
            .collect(),
        not_checked: radar
            .not_checked
            .into_iter()
            .map(|(id, name, why)| NotCheckedDto {
                id: id.to_string(),
                name,
                reason: words::reason(why).into(),
            })
            .collect(),
    }
}

fn dto(clash: &Clash, campaign_name: String, complaint_title: String) -> ClashDto {
    let parts = clash.parts;
    ClashDto {
        id: clash.id.to_string(),
        rule: "R1".into(),
        campaign: clash.campaign.to_string(),
        campaign_name,
        complaint: clash.complaint.to_string(),
        complaint_title,
        score: clash.score,
        parts: PartsDto {
            severity: parts.severity,
            volume: parts.volume,
            scope: parts.scope,
            time: parts.time,
        },
        strength: clash.strength.word().into(),
        decide_by: to_rfc3339(clash.decide_by),
        decide_by_ms: clash.decide_by,
        evidence: clash.evidence.iter().map(words::sentence).collect(),
        because: clash.evidence.iter().map(words::evidence_dto).collect(),
        state: "open".into(),
        waits_for: vec!["marketing".into(), "support".into()],
        decision: None,
        mine: false,
    }
}

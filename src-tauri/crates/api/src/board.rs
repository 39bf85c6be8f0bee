//! The board page, the clashes, search.

use crate::PAGE_LEN;
use crate::cards::{campaign_dto, campaign_facts, complaint_dto, complaint_facts};
use crate::desk::Desk;
use crate::dto::{
    BoardDto, CampaignDto, ClashDto, ClashesDto, ComplaintDto, CountsDto, FoundDto, NotCheckedDto, PartsDto,
};
use crate::error::Error;
use crate::words;
use sidedesk_domain::clash::{self, Clash};
use sidedesk_domain::time::{WorkCalendar, floor_minute, to_rfc3339};
use sidedesk_domain::{Kind, Millis, RecordId};
use sidedesk_store::Card;
use std::collections::BTreeMap;

/// Campaigns and complaints compared with each other at most; a board has hundreds.
const COMPARED: usize = 20_000;
/// Finds shown at most.
const FINDS: usize = 50;

impl Desk {
    /// The first board page.
    pub async fn board(&self) -> Result<BoardDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        // The two that read every report go side by side: each has a reader of its own.
        let (volumes, customers) = tokio::join!(open.store.volumes(floor_minute(now)), open.store.customers());
        let (volumes, customers) = (volumes?, customers?);
        let names = open.names().await?;
        let (name, zone) = open.settings().await?;
        let campaigns = open.store.campaign_lane(now, PAGE_LEN).await?;
        let mut complaints: Vec<_> = open
            .store
            .complaints(COMPARED)
            .await?
            .into_iter()
            .map(|card| {
                let mut volume = volumes.get(&card.id).copied().unwrap_or_default();
                volume.customers = customers.get(&card.id).copied().unwrap_or(0);
                (card, volume)
            })
            .collect();
        complaints.sort_by_key(|(card, volume)| (-volume.volume.last7, -volume.total, card.id));
        complaints.truncate(PAGE_LEN);
        let counts = open.store.counts().await?;
        let (undo, redo) = open.next_undo_and_redo().await?;
        Ok(BoardDto {
            name,
            zone: zone.name().into(),
            campaigns: campaigns.iter().map(|card| campaign_dto(card, &names)).collect(),
            complaints: complaints
                .iter()
                .map(|(card, volume)| complaint_dto(card, &names, *volume))
                .collect(),
            counts: CountsDto {
                campaigns: counts.campaigns,
                complaints: counts.complaints,
                reports: counts.reports,
                reports_loose: counts.reports_loose,
            },
            undo,
            redo,
        })
    }

    /// One campaign, deleted or not.
    pub async fn campaign(&self, id: &str) -> Result<CampaignDto, Error> {
        let open = self.open_board().await?;
        Ok(campaign_dto(
            &open.card(Kind::Campaign, id).await?,
            &open.names().await?,
        ))
    }

    /// One complaint, deleted or not.
    pub async fn complaint(&self, id: &str) -> Result<ComplaintDto, Error> {
        let open = self.open_board().await?;
        let card = open.card(Kind::Complaint, id).await?;
        let volumes = open.store.volumes(floor_minute(self.clock().now())).await?;
        let mut volume = volumes.get(&card.id).copied().unwrap_or_default();
        volume.customers = open.store.customers().await?.get(&card.id).copied().unwrap_or(0);
        Ok(complaint_dto(&card, &open.names().await?, volume))
    }

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

    /// Records in which every word occurs, best first.
    pub async fn search(&self, text: &str) -> Result<Vec<FoundDto>, Error> {
        let open = self.open_board().await?;
        let found = open.store.search(text, FINDS).await?;
        let dto = |f: sidedesk_store::Found| FoundDto {
            kind: f.kind.name().into(),
            id: f.id.to_string(),
            title: f.title,
        };
        Ok(found.into_iter().map(dto).collect())
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
    }
}

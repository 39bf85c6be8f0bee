//! The board page, search.

use crate::PAGE_LEN;
use crate::cards::{campaign_dto, complaint_dto};
use crate::desk::Desk;
use crate::dto::{BoardDto, CampaignDto, ComplaintDto, CountsDto, FoundDto};
use crate::error::Error;
use sidedesk_domain::Kind;
use sidedesk_domain::time::floor_minute;

/// Campaigns and complaints compared with each other at most; a board has hundreds.
pub(crate) const COMPARED: usize = 20_000;
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

    /// Records in which every word occurs, best first.
    pub async fn search(&self, text: &str) -> Result<Vec<FoundDto>, Error> {
        let open = self.open_board().await?;
        let found = open.store.search(text, FINDS).await?;
        let dto = |f: sidedesk_store::Found| FoundDto {
            kind: f.kind.name().into(),
            id: f.id.to_string(),
            title: f.title,
            state: None,
            about: None,
        };
        Ok(found.into_iter().map(dto).collect())
    }
}

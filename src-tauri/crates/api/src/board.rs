//! The board page, and single cards of it as they are now.

use crate::PAGE_LEN;
use crate::cards::{campaign_dto, complaint_dto};
use crate::desk::{Desk, OpenBoard};
use crate::dto::{BoardDto, CampaignDto, CardsDto, ComplaintDto, CountsDto, RecordRefDto};
use crate::error::Error;
use crate::problem::Problem;
use crate::records::record_id;
use sidedesk_domain::time::floor_minute;
use sidedesk_domain::{Kind, Millis, RecordId};
use sidedesk_store::{Card, VolumeOf};
use std::collections::BTreeSet;

/// Campaigns and complaints compared with each other at most; a board has hundreds.
pub(crate) const COMPARED: usize = 20_000;
/// Cards read at once; a change names at most 200.
const CARDS: usize = 1000;

impl Desk {
    /// The first board page.
    pub async fn board(&self) -> Result<BoardDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        // The two that read every report go side by side: each has a reader of its own.
        let (complaints, customers) = tokio::join!(open.complaint_lane(floor_minute(now)), open.store.customers());
        let (mut complaints, customers) = (complaints?, customers?);
        for (card, volume) in &mut complaints {
            volume.customers = customers.get(&card.id).copied().unwrap_or(0);
        }
        let names = open.names().await?;
        let (name, zone) = open.settings().await?;
        let campaigns = open.store.campaign_lane(now, PAGE_LEN).await?;
        let (undo, redo) = open.next_undo_and_redo().await?;
        let complaint = |(card, volume): &(Card, VolumeOf)| complaint_dto(card, &names, *volume);
        let mut complaints: Vec<ComplaintDto> = complaints.iter().map(complaint).collect();
        open.complete(&mut complaints, floor_minute(now)).await?;
        Ok(BoardDto {
            name,
            zone: zone.name().into(),
            campaigns: campaigns.iter().map(|card| campaign_dto(card, &names)).collect(),
            complaints,
            counts: open.counts().await?,
            undo,
            redo,
        })
    }

    /// Some cards as they are now. A report stands for its complaint, and for those it belonged to before; a record that
    /// has no card, such as a member, for none.
    pub async fn cards(&self, records: &[RecordRefDto]) -> Result<CardsDto, Error> {
        if records.len() > CARDS {
            return Err(Error::input("records", Problem::Many(CARDS)));
        }
        let open = self.open_board().await?;
        let asked = |kind: Kind| -> Result<BTreeSet<RecordId>, Error> {
            let of_kind = records.iter().filter(|record| record.kind == kind.name());
            of_kind.map(|record| record_id(kind.name(), &record.id)).collect()
        };
        let (campaign_ids, mut complaint_ids) = (asked(Kind::Campaign)?, asked(Kind::Complaint)?);
        let reports: Vec<RecordId> = asked(Kind::Report)?.into_iter().collect();
        complaint_ids.extend(open.complaints_of(&reports).await?);

        let (campaigns, mut gone) = open.shown_cards(Kind::Campaign, campaign_ids).await?;
        let (complaints, gone_complaints) = open.shown_cards(Kind::Complaint, complaint_ids).await?;
        gone.extend(gone_complaints);
        let ids: Vec<RecordId> = complaints.iter().map(|card| card.id).collect();
        let at = floor_minute(self.clock().now());
        let volumes = open.store.volumes_of(&ids, at).await?;
        let names = open.names().await?;
        let (undo, redo) = open.next_undo_and_redo().await?;
        let complaint = |card: &Card| complaint_dto(card, &names, volumes.get(&card.id).copied().unwrap_or_default());
        let mut complaints: Vec<ComplaintDto> = complaints.iter().map(complaint).collect();
        open.complete(&mut complaints, at).await?;
        Ok(CardsDto {
            campaigns: campaigns.iter().map(|card| campaign_dto(card, &names)).collect(),
            complaints,
            gone,
            counts: open.counts().await?,
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
        let at = floor_minute(self.clock().now());
        let volume = open.store.volumes_of(&[card.id], at).await?.remove(&card.id);
        let mut dto = complaint_dto(&card, &open.names().await?, volume.unwrap_or_default());
        open.complete(std::slice::from_mut(&mut dto), at).await?;
        Ok(dto)
    }
}

impl OpenBoard {
    /// Complaints with what is known of their volume, the loudest first; customers are not counted yet.
    async fn complaint_lane(&self, at: Millis) -> Result<Vec<(Card, VolumeOf)>, Error> {
        let volumes = self.store.volumes(at).await?;
        let mut lane: Vec<(Card, VolumeOf)> = Vec::new();
        for card in self.store.complaints(COMPARED).await? {
            let volume = volumes.get(&card.id).copied().unwrap_or_default();
            lane.push((card, volume));
        }
        lane.sort_by_key(|(card, volume)| (-volume.volume.last7, -volume.total, card.id));
        lane.truncate(PAGE_LEN);
        let ids: Vec<RecordId> = lane.iter().map(|(card, _)| card.id).collect();
        let weeks = self.store.weeks_of(&ids, at).await?;
        for (card, volume) in &mut lane {
            volume.weeks = weeks.get(&card.id).copied().unwrap_or_default();
        }
        Ok(lane)
    }

    /// The complaints that these reports belong to or belonged to.
    async fn complaints_of(&self, reports: &[RecordId]) -> Result<BTreeSet<RecordId>, Error> {
        if reports.is_empty() {
            return Ok(BTreeSet::new());
        }
        let keys: Vec<_> = reports.iter().map(|id| (Kind::Report, *id)).collect();
        let states = self.store.states(&keys).await?;
        let mut complaints = self.store.complaints_before(reports).await?;
        complaints.extend(states.values().filter_map(sidedesk_store::complaint_of));
        Ok(self.store.heads_of(complaints).await?)
    }

    /// Those of these records that are shown, and those that are not.
    async fn shown_cards(&self, kind: Kind, ids: BTreeSet<RecordId>) -> Result<(Vec<Card>, Vec<RecordRefDto>), Error> {
        let keys: Vec<_> = ids.into_iter().map(|id| (kind, id)).collect();
        let seen = self.store.head().await?;
        let mut states = self.store.states(&keys).await?;
        // A duplicate is on its head's card.
        let own = self.store.heads_of(keys.iter().map(|(_, id)| *id).collect()).await?;
        let (mut shown, mut gone) = (Vec::new(), Vec::new());
        for key in keys {
            let id = key.1;
            let state = states.remove(&key).filter(|_| own.contains(&id));
            match state.filter(|state| !sidedesk_store::is_hidden(state)) {
                Some(state) => shown.push(Card { id, state, seen }),
                None => gone.push(RecordRefDto {
                    kind: kind.name().into(),
                    id: id.to_string(),
                }),
            }
        }
        Ok((shown, gone))
    }

    /// Numbers of the whole board.
    pub(crate) async fn counts(&self) -> Result<CountsDto, Error> {
        let counts = self.store.counts().await?;
        Ok(CountsDto {
            campaigns: counts.campaigns,
            complaints: counts.complaints,
            reports: counts.reports,
            reports_loose: counts.reports_loose,
        })
    }
}

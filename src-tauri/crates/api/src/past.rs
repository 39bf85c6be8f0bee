//! The board as it was: any record, every promise, and what was deleted and can be brought back.

use crate::cards::{Names, campaign_dto, shown};
use crate::desk::Desk;
use crate::dto::{DeletedDto, FieldInputDto, OffersDto, PastRecordDto};
use crate::error::Error;
use crate::records::record_id;
use sidedesk_domain::clash::over_at;
use sidedesk_domain::fields::{DELETED, campaign, complaint, of_kind, report};
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::time::{DAY_MS, to_rfc3339};
use sidedesk_domain::{FieldType, Kind, Millis, RecordState};
use sidedesk_store::{Card, PastRecord};

/// How long what was deleted is offered to be brought back (product: nothing is lost by a slip).
const KEPT_MS: Millis = 30 * DAY_MS;
/// Deleted records listed at once, the newest.
const DELETED_SHOWN: usize = 500;

impl Desk {
    /// Which campaigns were promised at `at_ms`, with their values of then: in force by their dates, and neither ideas,
    /// drafts, paused, over, archived nor deleted. A campaign that was out by its state needs no dates.
    pub async fn offers(&self, at_ms: Millis) -> Result<OffersDto, Error> {
        let open = self.open_board().await?;
        let names = open.names().await?;
        let past = open.store.cards_as_of(at_ms).await?;
        let promised = past
            .into_iter()
            .filter(|past| past.key.0 == Kind::Campaign && is_promised(&past.state, at_ms));
        let mut campaigns: Vec<_> = promised.map(|past| campaign_dto(&card(past), &names)).collect();
        campaigns.sort_by(|a, b| (a.end_ms, &a.id).cmp(&(b.end_ms, &b.id)));
        Ok(OffersDto {
            at: to_rfc3339(at_ms),
            campaigns,
        })
    }

    /// A record as it was at `at_ms`, deleted or not.
    pub async fn record_at(&self, id: &str, at_ms: Millis) -> Result<PastRecordDto, Error> {
        let open = self.open_board().await?;
        let missing = || Error::NotFound {
            kind: "record".into(),
            id: id.chars().take(80).collect(),
        };
        let past = open
            .store
            .record_as_of(record_id("record", id)?, at_ms)
            .await?
            .ok_or_else(missing)?;
        let (kind, id) = past.key;
        let value = |spec: &sidedesk_domain::FieldSpec| match spec.ty {
            FieldType::Set => Some(past.state.texts(spec.id).join(", ")).filter(|texts| !texts.is_empty()),
            _ => shown(spec.id, past.state.get(spec.id)),
        };
        let field = |spec: &'static sidedesk_domain::FieldSpec| {
            value(spec).map(|value| FieldInputDto {
                field: spec.name.into(),
                value: Some(value),
            })
        };
        Ok(PastRecordDto {
            kind: kind.name().into(),
            id: id.to_string(),
            at: to_rfc3339(at_ms),
            deleted: past.state.is_deleted(),
            fields: of_kind(kind).filter_map(field).collect(),
        })
    }

    /// What was deleted in the last thirty days and can be brought back, the newest first.
    pub async fn deleted(&self) -> Result<Vec<DeletedDto>, Error> {
        let open = self.open_board().await?;
        let names = open.names().await?;
        let since = self.clock().now().saturating_sub(KEPT_MS);
        let past = open.store.deleted_since(since, DELETED_SHOWN).await?;
        Ok(past.iter().filter_map(|past| deleted_dto(past, &names)).collect())
    }
}

fn card(past: PastRecord) -> Card {
    Card {
        id: past.key.1,
        seen: past.state.last_place(),
        state: past.state,
    }
}

fn is_promised(state: &RecordState, at: Millis) -> bool {
    let word = state.get(campaign::STATE).as_text().and_then(CampaignState::from_word);
    let (start, end) = (state.get(campaign::START).as_int(), state.get(campaign::END).as_int());
    let (begun, over) = (
        start.is_some_and(|start| start <= at),
        over_at(start, end).is_some_and(|over| over <= at),
    );
    let out = match word {
        None | Some(CampaignState::Idea | CampaignState::Draft) => false,
        Some(state) if state.is_still() => false,
        Some(state) => begun || (start.is_none() && state.is_out()),
    };
    let archived = state.get(campaign::ARCHIVED).as_bool().unwrap_or(false);
    out && !over && !archived && !sidedesk_store::is_hidden(state)
}

fn deleted_dto(past: &PastRecord, names: &Names) -> Option<DeletedDto> {
    let (kind, id) = past.key;
    let title = match kind {
        Kind::Campaign => campaign::NAME,
        Kind::Complaint => complaint::TITLE,
        _ => report::TITLE,
    };
    let by = past.state.shown(DELETED)?.stamp;
    Some(DeletedDto {
        kind: kind.name().into(),
        id: id.to_string(),
        title: past.state.get(title).as_text().unwrap_or_default().to_owned(),
        at_ms: by.hub_time,
        by: names.of(by.member),
        until_ms: by.hub_time.saturating_add(KEPT_MS),
    })
}

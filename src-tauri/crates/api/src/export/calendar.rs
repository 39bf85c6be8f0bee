//! Campaigns as a calendar, for whoever plans in one.

use super::{MAX_ROWS, Order, Written};
use crate::desk::OpenBoard;
use crate::error::Error;
use chrono::{Days, NaiveTime};
use sidedesk_domain::fields::campaign;
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::time::{Tz, utc_to_local};
use sidedesk_domain::{FieldId, Millis, RecordState, Value};
use sidedesk_formats::{IcsEvent, IcsSpan, IcsText};

/// Sets that say what a campaign is about, and how it goes out.
const CATEGORIES: [FieldId; 4] = [campaign::PRODUCT, campaign::REGION, campaign::CHANNEL, campaign::LABELS];

impl OpenBoard {
    /// Campaigns with a start; no calendar holds the others.
    pub(super) async fn calendar_file(&self, order: &Order) -> Result<Written, Error> {
        let (name, zone) = self.settings().await?;
        let mut calendar = IcsText::new(&name);
        let (mut rows, mut left_out) = (0, 0);
        for card in order.taken(self.store.campaigns(MAX_ROWS).await?) {
            let state = &card.state;
            let text = |field| state.get(field).as_text().unwrap_or_default();
            let Some(span) = span(state, zone) else {
                left_out += 1;
                continue;
            };
            rows += 1;
            let categories: Vec<String> = CATEGORIES.iter().flat_map(|field| state.texts(*field)).collect();
            calendar.event(&IcsEvent {
                id: &card.id.to_string(),
                stamp: order.now,
                span,
                summary: text(campaign::NAME),
                state: text(campaign::STATE),
                status: status(text(campaign::STATE)),
                description: text(campaign::TEXT),
                url: text(campaign::URL),
                categories: &categories,
            });
        }
        let bytes = calendar.into_bytes();
        Ok(Written { rows, left_out, bytes })
    }
}

/// From midnight to midnight in its own zone are whole days, and stay these days on every calendar.
fn span(state: &RecordState, zone: Tz) -> Option<IcsSpan> {
    let at = |field| match state.get(field) {
        Value::Int(at) => Some(*at),
        _ => None,
    };
    let start: Millis = at(campaign::START)?;
    let end = at(campaign::END).filter(|end| *end > start);
    let own = state.get(campaign::ZONE).as_text().and_then(|zone| zone.parse().ok());
    let zone = own.unwrap_or(zone);
    let midnight = |at: Millis| {
        let local = utc_to_local(at, zone);
        (local.time() == NaiveTime::MIN).then(|| local.date())
    };
    let after = match end {
        Some(end) => midnight(end),
        None => midnight(start).and_then(|day| day.checked_add_days(Days::new(1))),
    };
    match (midnight(start), after) {
        (Some(first), Some(after)) => Some(IcsSpan::Days(first, after)),
        _ => Some(IcsSpan::Times(start, end)),
    }
}

/// What calendars call it.
fn status(state: &str) -> &'static str {
    match CampaignState::from_word(state) {
        Some(CampaignState::Idea | CampaignState::Draft | CampaignState::Paused) | None => "TENTATIVE",
        Some(_) => "CONFIRMED",
    }
}

//! Asking how the board was: `history`, `offers`, `deleted`.

use crate::print::Out;
use anyhow::{Result, anyhow};
use sidedesk_api::dto::{CampaignDto, DeletedDto, FieldInputDto};
use sidedesk_api::{Desk, Tz, parse_instant, time_text};

/// A past moment as typed: without a zone of its own it is meant in `zone`, or in UTC.
pub fn moment(text: &str, zone: Option<&str>) -> Result<i64> {
    let zone = match zone {
        None => Tz::UTC,
        Some(name) => name
            .parse::<Tz>()
            .map_err(|_| anyhow!("\"{name}\" is not a zone; write one such as Europe/London"))?,
    };
    parse_instant(text, zone)
        .ok_or_else(|| anyhow!("\"{text}\" is not a time; write 2026-05-14 10:00 or 2026-05-14T09:00:00Z"))
}

/// What happened to a record, or how it was at a moment.
pub async fn history(desk: &Desk, out: &Out, id: &str, at: Option<&str>, zone: Option<&str>) -> Result<()> {
    let Some(at) = at else {
        return out.history(&desk.history("record", id).await?);
    };
    let past = desk.record_at(id, moment(at, zone)?).await?;
    out.say(&past, || {
        let gone = if past.deleted { ", deleted by then" } else { "" };
        let line = |input: &FieldInputDto| format!("{:<12} {}", input.field, input.value.as_deref().unwrap_or(""));
        let head = format!("{} {} as of {}{gone}", past.kind, past.id, past.at);
        std::iter::once(head).chain(past.fields.iter().map(line)).collect()
    })
}

/// What was promised at a moment.
pub async fn offers(desk: &Desk, out: &Out, at: &str, zone: Option<&str>) -> Result<()> {
    let offers = desk.offers(moment(at, zone)?).await?;
    out.say(&offers, || {
        let text = |ms: Option<i64>| ms.map_or_else(|| "open".to_owned(), time_text);
        let line = |c: &CampaignDto| {
            let offer = c
                .text
                .as_deref()
                .map(|text| format!(": {}", text.lines().next().unwrap_or("")));
            format!(
                "{}  {:<12}  {} to {}  {}{}",
                c.id,
                c.state,
                text(c.start_ms),
                text(c.end_ms),
                c.name,
                offer.unwrap_or_default()
            )
        };
        let head = format!("{} promised as of {}", offers.campaigns.len(), offers.at);
        std::iter::once(head).chain(offers.campaigns.iter().map(line)).collect()
    })
}

/// What can be brought back.
pub async fn deleted(desk: &Desk, out: &Out) -> Result<()> {
    let deleted = desk.deleted().await?;
    out.say(&deleted, || {
        let line = |d: &DeletedDto| {
            format!(
                "{}  {:<9}  {}  by {}, listed until {}",
                d.id,
                d.kind,
                d.title,
                d.by,
                time_text(d.until_ms)
            )
        };
        deleted.iter().map(line).collect()
    })
}

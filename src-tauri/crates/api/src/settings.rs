//! The workspace's own settings, as a page edits them: `set` with the kinds `board` and `member` writes them.

use crate::cards::rivals;
use crate::desk::Desk;
use crate::dto::SettingsDto;
use crate::error::Error;
use crate::export::logged;
use sidedesk_domain::Kind;
use sidedesk_domain::fields::board_id;
use sidedesk_domain::fold::FOLD_VERSION;

impl Desk {
    /// Name, zone and time of the standup, and what an edit of them must send back.
    pub async fn settings(&self) -> Result<SettingsDto, Error> {
        let open = self.open_board().await?;
        let seen = open.store.head().await?;
        let (name, zone) = open.settings().await?;
        let calendar = open.calendar().await?;
        let bounds = open.bounds().await?;
        let card = open.store.card(Kind::Board, board_id()).await?;
        let names = open.names().await?;
        let exports = card
            .as_ref()
            .map(|card| logged(&card.state, &names))
            .unwrap_or_default();
        Ok(SettingsDto {
            id: board_id().to_string(),
            seen,
            name,
            zone: zone.name().into(),
            standup: calendar.standup.format("%H:%M").to_string(),
            old_rules: open.store.rules().await?.number() < FOLD_VERSION,
            retention_months: open.retention().await?,
            quiet_days: bounds.quiet_days,
            one_answer_from: bounds.one_answer_from,
            exports: exports.iter().map(|(said, by)| format!("{said}, {by}")).collect(),
            rivals: card.map(|card| rivals(&card.state, &names)).unwrap_or_default(),
            me_seen: seen,
        })
    }
}

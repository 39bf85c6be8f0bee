//! How long personal data of reports is kept: a setting of the board, carried out by a lead's device as ordinary erasures.
//!
//! Off unless a lead says a number of months. A device looks a minute after it opened and then once a day, and erases so much
//! at most that a board of years is worked off in weeks without a flood of ops. Reports are kept; their texts, the customer's
//! hash and the ticket's number in the help desk go.

use crate::desk::{Desk, OpenBoard};
use crate::dto::ErasedDto;
use crate::erase::{erased_report, holds_personal};
use crate::error::Error;
use sidedesk_domain::fields::{board, board_id};
use sidedesk_domain::time::DAY_MS;
use sidedesk_domain::{ActionId, Kind, Millis};
use sidedesk_store::Store;
use std::sync::Weak;
use std::time::Duration;

/// The action's word; no undo takes it back.
pub(crate) const APPLIED: &str = "report.retention";
/// Reports erased in one day at most, the oldest first.
const REPORTS_PER_DAY: usize = 2_000;
/// A month, for a deadline in months: nobody counts on a day.
const MONTH_MS: Millis = 30 * DAY_MS + DAY_MS / 2;
/// More than a hundred years are a slip of the pen.
pub(crate) const MAX_MONTHS: i64 = 1200;
/// An open board first becomes usable.
const AFTER_OPENING: Duration = Duration::from_secs(60);
/// How often an open board looks whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(60 * 60);
/// Own actions looked back over for the last time it was done.
const LOOKED_BACK: usize = 1000;

impl Desk {
    /// After how many months personal data of reports is erased; nothing: never.
    pub async fn retention(&self) -> Result<Option<u64>, Error> {
        self.open_board().await?.retention().await
    }

    /// Erases what is due, a day's worth of it; at most once a day, and only on a lead's device. Tells in how many reports.
    pub async fn apply_retention(&self) -> Result<ErasedDto, Error> {
        let open = self.open_board().await?;
        let shared = open.store.chain().await?.hub_key.is_some();
        let records = self.due(&open).await?;
        let count = records.len() as u64;
        if count > 0 {
            open.store.commit(self.action(APPLIED, records)?).await?;
        }
        Ok(ErasedDto { records: count, shared })
    }

    async fn due(&self, open: &OpenBoard) -> Result<Vec<sidedesk_domain::RecordEdit>, Error> {
        let now = self.clock().now();
        let Some(months) = open.retention().await? else {
            return Ok(Vec::new());
        };
        let is_lead = open
            .my_role()
            .await?
            .is_some_and(sidedesk_domain::membership::Role::is_lead);
        let known = open.store.rules().await?.know_seats();
        if !is_lead || !known || was_applied(&open.store, now).await? {
            return Ok(Vec::new());
        }
        let before = now.saturating_sub(i64::try_from(months).unwrap_or(MAX_MONTHS).saturating_mul(MONTH_MS));
        let seen = open.store.head().await?;
        let old = open.store.reports_before(before, REPORTS_PER_DAY).await?;
        let due = old.iter().filter(|card| holds_personal(&card.state));
        Ok(due.map(|card| erased_report(card.id, seen)).collect())
    }
}

/// Within the last day, by this device.
async fn was_applied(store: &Store, now: Millis) -> Result<bool, Error> {
    let own = store.own_actions(LOOKED_BACK).await?;
    let times = own
        .iter()
        .filter(|action| action.name == APPLIED)
        .map(|action| made_at(action.done.id));
    Ok(times.into_iter().any(|at| now.saturating_sub(at) < DAY_MS))
}

/// The time in an action's id.
fn made_at(id: ActionId) -> Millis {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().skip(2).zip(id.0) {
        *to = from;
    }
    i64::from_be_bytes(bytes)
}

impl OpenBoard {
    /// It erases what everybody wrote: a lead says so.
    pub(crate) async fn may_decide_on_retention(&self) -> Result<(), Error> {
        match self.my_role().await? {
            Some(role) if role.is_lead() => Ok(()),
            _ => Err(Error::NotAllowed("a lead says how long personal data is kept".into())),
        }
    }

    pub(crate) async fn retention(&self) -> Result<Option<u64>, Error> {
        let card = self.store.card(Kind::Board, board_id()).await?;
        let months = card.and_then(|card| card.state.get(board::RETENTION).as_int());
        Ok(months
            .and_then(|months| u64::try_from(months).ok())
            .filter(|months| *months > 0))
    }
}

/// Goes on until the board is closed.
pub(crate) async fn keep(desk: impl Fn() -> Option<Desk>, open: Weak<OpenBoard>) {
    let mut pause = AFTER_OPENING;
    loop {
        tokio::time::sleep(pause).await;
        let Some(desk) = desk().filter(|_| open.strong_count() > 0) else {
            return;
        };
        if let Err(error) = desk.apply_retention().await {
            tracing::debug!(%error, "what is due is erased later");
        }
        pause = LOOK_EVERY;
    }
}

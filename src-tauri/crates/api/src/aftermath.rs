//! What a complaint's card says beyond its own fields, and the reports that wait for a complaint. The rules are `domain`'s
//! ([`sidedesk_domain::comeback`], [`sidedesk_domain::moves`]); here are the facts that they ask for.

use crate::cards::report_dto;
use crate::clashes::RadarPass;
use crate::desk::{Desk, OpenBoard};
use crate::dto::{ComplaintDto, FieldInputDto, LastUnlinkedDto, UnlinkedDto, UnlinkedListDto};
use crate::error::Error;
use crate::input;
use crate::records::record_id;
use sidedesk_domain::agenda::ComplaintSubject;
use sidedesk_domain::comeback::{follow, is_back, mended_at};
use sidedesk_domain::fields::{board_id, complaint};
use sidedesk_domain::moves::{Bounds, UNLINKED_DAYS, unlinked_before};
use sidedesk_domain::standup::Standup;
use sidedesk_domain::states::ComplaintState;
use sidedesk_domain::time::{DAY_MS, WorkCalendar, floor_minute};
use sidedesk_domain::{Edit, FieldId, Kind, Millis, RecordId, RecordState};
use sidedesk_store::Card;

/// Reports shown at once.
const PAGE: usize = 100;

impl Desk {
    /// Reports that have waited for a complaint too long, the one that has waited longest first, a page from `offset`.
    pub async fn unlinked(&self, offset: u64) -> Result<UnlinkedListDto, Error> {
        let open = self.open_board().await?;
        let calendar = open.calendar().await?;
        let now = self.clock().now();
        let cards = open
            .store
            .unlinked(unlinked_before(now, &calendar), offset, PAGE)
            .await?;
        let standups = open
            .recent_standups(sidedesk_domain::time::utc_to_local(now, calendar.zone).date())
            .await?;
        Ok(UnlinkedListDto {
            unlinked: open.unlinked(now, &calendar, &standups).await?,
            reports: cards.iter().map(report_dto).collect(),
        })
    }
}

impl OpenBoard {
    /// From when on this board offers something.
    pub(crate) async fn bounds(&self) -> Result<Bounds, Error> {
        let card = self.store.card(Kind::Board, board_id()).await?;
        Ok(card.map(|card| Bounds::of_board(&card.state)).unwrap_or_default())
    }

    /// What needs more than a card and its volume: duplicates, what came since a fix, and what is offered, as of `at`.
    pub(crate) async fn complete(&self, complaints: &mut [ComplaintDto], at: Millis) -> Result<(), Error> {
        self.list_duplicates(complaints).await?;
        let bounds = self.bounds().await?;
        let id = |dto: &ComplaintDto| record_id("complaint", &dto.id);
        let (mut back, mut loud) = (Vec::new(), Vec::new());
        for dto in &*complaints {
            back.extend(
                dto.back
                    .as_ref()
                    .map(|of| Ok::<_, Error>((id(dto)?, of.mended_ms)))
                    .transpose()?,
            );
            if dto.last7 > bounds.one_answer_from {
                loud.push(id(dto)?);
            }
        }
        let since = self.store.reports_since(&back, at).await?;
        let days = self.store.days_of(&loud, at).await?;
        for dto in complaints {
            let id = id(dto)?;
            if let (Some(back), Some(since)) = (&mut dto.back, since.get(&id)) {
                back.reports = since.count;
                back.since_ms = since.first.unwrap_or(back.since_ms);
            }
            let state = ComplaintState::from_word(&dto.state).unwrap_or(ComplaintState::New);
            let is_answered = dto.answer.as_deref().is_some_and(|answer| !answer.trim().is_empty());
            dto.too_many = days.get(&id).and_then(|days| bounds.too_many(state, is_answered, days));
            let is_quiet = bounds.quiet_since(state, dto.last_ms, at).is_some();
            let days = dto.last_ms.map(|last| at.saturating_sub(last) / DAY_MS);
            dto.quiet_days = days.filter(|_| is_quiet);
        }
        Ok(())
    }

    /// Every complaint as the agenda looks at it.
    pub(crate) async fn subjects(&self, pass: &RadarPass, at: Millis) -> Result<Vec<ComplaintSubject>, Error> {
        let bounds = self.bounds().await?;
        let is_loud = |id: &&RecordId| pass.volume(**id).volume.last7 > bounds.one_answer_from;
        let loud: Vec<RecordId> = pass.complaints.keys().filter(is_loud).copied().collect();
        let days = self.store.days_of(&loud, at).await?;
        let back: Vec<(RecordId, Millis)> = pass
            .complaints
            .values()
            .filter(|card| is_back(&card.state, pass.volume(card.id).last))
            .filter_map(|card| Some((card.id, mended_at(&card.state)?)))
            .collect();
        let since = self.store.reports_since(&back, at).await?;
        let subject = |card: &Card| {
            let volume = pass.volume(card.id);
            let state = crate::cards::complaint_facts(card, volume).state;
            let answer = card.state.get(complaint::ANSWER).as_text();
            let is_answered = answer.is_some_and(|answer| !answer.trim().is_empty());
            let days = days.get(&card.id);
            ComplaintSubject {
                id: card.id,
                state,
                last7: volume.volume.last7,
                usual: volume.volume.usual(),
                returned_at: since
                    .get(&card.id)
                    .and_then(|since| since.first)
                    .or_else(|| counted_at(&card.state)),
                quiet_since: bounds.quiet_since(state, volume.last, at),
                is_too_many: days.is_some_and(|days| bounds.too_many(state, is_answered, days).is_some()),
            }
        };
        Ok(pass.complaints.values().map(subject).collect())
    }

    /// What goes with these edits of a complaint: see [`follow`].
    pub(crate) async fn follow_edits(
        &self,
        card: &Card,
        edits: &[(FieldId, Edit)],
        said: Option<ComplaintState>,
        now: Millis,
    ) -> Result<Vec<(FieldId, Edit)>, Error> {
        if said.is_none() && !edits.iter().any(|(field, _)| *field == complaint::FIX) {
            return Ok(Vec::new());
        }
        let volumes = self.store.volumes_of(&[card.id], floor_minute(now)).await?;
        let last = volumes.get(&card.id).and_then(|volume| volume.last);
        Ok(follow(&card.state, edits, said, last, now))
    }

    /// How many reports wait as of `now`, and how many waited at the last of these standups.
    pub(crate) async fn unlinked(
        &self,
        now: Millis,
        calendar: &WorkCalendar,
        standups: &[Standup],
    ) -> Result<UnlinkedDto, Error> {
        let before = unlinked_before(now, calendar);
        let today = sidedesk_domain::time::utc_to_local(now, calendar.zone).date();
        let earlier = standups.iter().filter(|standup| standup.date < today);
        let last = earlier
            .filter_map(|standup| Some((standup.date, standup.unlinked?)))
            .max();
        Ok(UnlinkedDto {
            count: self.store.count_unlinked(before).await?,
            before_ms: before,
            days: UNLINKED_DAYS,
            last: last.map(|(date, count)| LastUnlinkedDto {
                date: date.to_string(),
                count,
            }),
        })
    }
}

/// When somebody wrote down that it came back, as far as that is believed.
fn counted_at(state: &RecordState) -> Option<Millis> {
    let counted = state.shown(complaint::RETURNED)?;
    let is_back = counted.value.as_int().is_some_and(|times| times > 0);
    is_back.then(|| counted.stamp.believed_time())
}

/// The state that somebody chose among typed fields.
pub(crate) fn said_state(fields: &[FieldInputDto]) -> Option<ComplaintState> {
    let typed = fields.iter().rev().find(|input| input.field == "state")?;
    let spec = complaint::STATE.spec()?;
    let value = input::value(spec, typed.value.as_deref()?.trim(), sidedesk_domain::time::Tz::UTC).ok()?;
    ComplaintState::from_word(value.as_text()?)
}

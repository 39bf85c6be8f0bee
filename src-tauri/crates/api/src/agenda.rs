//! The day's agenda as a shell shows it. What is on it, and in which order, is `domain`'s to say; here are the facts.

use crate::AGENDA_LEN;
use crate::cards::{campaign_dto, campaign_facts, complaint_dto};
use crate::clashes::RadarPass;
use crate::decisions::DecisionBook;
use crate::desk::{Desk, OpenBoard};
use crate::dto::{AgendaDto, AgendaItemDto, CampaignDto, ComplaintDto, RhythmDto};
use crate::error::Error;
use chrono::{Days, NaiveDate};
use sidedesk_domain::agenda::{ClashSubject, Facts, Item, ItemKind, Key, agenda, minutes};
use sidedesk_domain::clash::over_at;
use sidedesk_domain::decision::{AboutKind, Function};
use sidedesk_domain::fields::{campaign, complaint, standup_id};
use sidedesk_domain::standup::{RHYTHM_DAYS, Standup, rhythm};
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::time::{WorkCalendar, floor_minute, to_rfc3339, utc_to_local};
use sidedesk_domain::{Kind, Millis, RecordId, RecordState};
use sidedesk_store::{Card, RecordKey};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that today's agenda and today's standup are read from.
pub(crate) struct Today {
    pub now: Millis,
    pub calendar: WorkCalendar,
    pub pass: RadarPass,
    pub book: DecisionBook,
    /// All of it, beyond what is shown too.
    pub items: Vec<Item>,
}

/// One line of a list of items: of the live agenda, or of a standup that started with it.
pub(crate) struct Entry {
    pub key: Key,
    pub kind: ItemKind,
    pub speaker: Function,
    pub due: Option<Millis>,
    pub state: &'static str,
    /// Of a clash: campaign and complaint.
    pub between: Option<(RecordId, RecordId)>,
}

impl Desk {
    /// What is to be decided as of `at_ms` (now, when absent).
    pub async fn agenda(&self, at_ms: Option<i64>) -> Result<AgendaDto, Error> {
        let open = self.open_board().await?;
        let today = open.today(at_ms.unwrap_or_else(|| self.clock().now())).await?;
        let shown: Vec<Entry> = today
            .items
            .iter()
            .take(AGENDA_LEN)
            .map(|item| today.entry(item))
            .collect();
        let standups = open.recent_standups(today.date()).await?;
        Ok(AgendaDto {
            at: to_rfc3339(today.now),
            date: today.date().to_string(),
            next_standup_ms: today.calendar.standup_on(today.calendar.next_standup_date(today.now)),
            also: (today.items.len() - shown.len()) as u64,
            minutes: minutes(shown.len()),
            items: open.item_dtos(&today, &shown).await?,
            unlinked: open.unlinked(today.now, &today.calendar, &standups).await?,
            rhythm: open.rhythm(&today, &standups).await?,
            standup: open.standup_dto(&today).await?,
            voice: open.voice(&today).await?,
            campaign: open.campaign_of_the_day(&today).await?,
        })
    }
}

impl OpenBoard {
    /// The facts of `now`.
    pub(crate) async fn today(&self, now: Millis) -> Result<Today, Error> {
        let pass = self.radar(floor_minute(now)).await?;
        let book = self.decision_book().await?;
        let clash = |clash: &sidedesk_domain::clash::Clash| ClashSubject {
            id: clash.id,
            score: clash.score,
            strength: clash.strength,
            decide_by: clash.decide_by,
            last7: pass.volume(clash.complaint).volume.last7,
        };
        let facts = Facts {
            now,
            clashes: pass.radar.clashes.iter().map(clash).collect(),
            complaints: self.subjects(&pass, floor_minute(now)).await?,
            campaigns: pass
                .campaigns
                .values()
                .filter(|card| !is_over(card, now))
                .map(|card| card.id)
                .collect(),
            decisions: &book.decisions,
        };
        let items = agenda(&facts);
        Ok(Today {
            now,
            calendar: self.calendar().await?,
            pass,
            book,
            items,
        })
    }

    /// Items as they cross.
    pub(crate) async fn item_dtos(&self, today: &Today, entries: &[Entry]) -> Result<Vec<AgendaItemDto>, Error> {
        let names = self.names().await?;
        let of_kind = |kind| entries.iter().filter(move |entry| entry.key.kind == kind);
        let complaints: Vec<RecordId> = of_kind(AboutKind::Complaint).map(|entry| entry.key.id).collect();
        let volumes = self.store.volumes_of(&complaints, floor_minute(today.now)).await?;
        let clashes: Vec<_> = of_kind(AboutKind::Clash)
            .filter_map(|entry| today.pass.clash(entry.key.id))
            .collect();
        let mine = self.mine(today.pass.owners(&clashes)).await?;
        let titled: Vec<RecordKey> = entries.iter().filter_map(Entry::titled).collect();
        let states = self.store.states(&titled).await?;
        let cards = complaints.iter().filter_map(|id| today.pass.complaints.get(id));
        let dto = |card: &Card| complaint_dto(card, &names, volumes.get(&card.id).copied().unwrap_or_default());
        let mut cards: Vec<ComplaintDto> = cards.map(dto).collect();
        self.complete(&mut cards, floor_minute(today.now)).await?;
        let dto = |entry: &Entry| {
            let Key { kind, id } = entry.key;
            let clash = today.pass.clash(id).filter(|_| kind == AboutKind::Clash);
            let campaign = today.pass.campaigns.get(&id);
            AgendaItemDto {
                key: entry.key.to_string(),
                kind: entry.kind.word().into(),
                about_kind: kind.word().into(),
                about: id.to_string(),
                title: entry.title(&states),
                speaker: entry.speaker.word().into(),
                clash: clash.map(|clash| today.pass.dto(clash, &today.book, &mine)),
                complaint: cards.iter().find(|card| card.id == id.to_string()).cloned(),
                campaign: campaign.map(|card| campaign_dto(card, &names)),
                due_ms: entry.due,
                decision: today
                    .book
                    .decisions
                    .about(kind, id)
                    .first()
                    .map(|decision| today.book.dto(decision)),
                state: entry.state.into(),
            }
        };
        Ok(entries.iter().map(dto).collect())
    }

    /// Standups that were started in the last four weeks: twenty working days lie within them.
    pub(crate) async fn recent_standups(&self, today: NaiveDate) -> Result<Vec<Standup>, Error> {
        let back = (0..=RHYTHM_DAYS as u64 * 7 / 5).filter_map(|days| today.checked_sub_days(Days::new(days)));
        let keys: Vec<RecordKey> = back
            .map(|date| (Kind::Standup, standup_id(&date.to_string())))
            .collect();
        let states = self.store.states(&keys).await?;
        Ok(states.values().filter_map(Standup::read).collect())
    }

    /// Standups of the last twenty working days.
    async fn rhythm(&self, today: &Today, standups: &[Standup]) -> Result<RhythmDto, Error> {
        let held: BTreeSet<NaiveDate> = standups
            .iter()
            .filter(|standup| standup.was_held(today.date()))
            .map(|standup| standup.date)
            .collect();
        let begun = self.store.begun_at().await?.unwrap_or(today.now);
        let days = rhythm(&held, begun, today.now, &today.calendar);
        Ok(RhythmDto {
            held: days.iter().filter(|held| **held).count() as u64,
            of: days.len() as u64,
            days,
        })
    }

    /// The one that runs, else the one that starts next: of several that run, the one that started last.
    async fn campaign_of_the_day(&self, today: &Today) -> Result<Option<CampaignDto>, Error> {
        let rank = |card: &&Card| {
            let facts = campaign_facts(card);
            let start = facts.start.unwrap_or(Millis::MAX);
            let runs = facts.state.is_out() || start <= today.now;
            (!runs, if runs { start.saturating_neg() } else { start }, facts.id)
        };
        let goes_out = |card: &&Card| {
            let facts = campaign_facts(card);
            !facts.state.is_still() && !is_over(card, today.now) && (facts.start.is_some() || facts.state.is_out())
        };
        let chosen = today.pass.campaigns.values().filter(goes_out).min_by_key(rank);
        let names = self.names().await?;
        Ok(chosen.map(|card| campaign_dto(card, &names)))
    }
}

impl Today {
    /// The day in the board's zone.
    pub(crate) fn date(&self) -> NaiveDate {
        utc_to_local(self.now, self.calendar.zone).date()
    }

    /// A line of the live agenda.
    pub(crate) fn entry(&self, item: &Item) -> Entry {
        Entry {
            key: item.key,
            kind: item.kind,
            speaker: item.speaker,
            due: item.due,
            state: if item.is_waiting { "waiting" } else { "open" },
            between: self.between(item.key),
        }
    }

    /// The two that a clash is between, while it is one.
    pub(crate) fn between(&self, key: Key) -> Option<(RecordId, RecordId)> {
        let clash = self.pass.clash(key.id).filter(|_| key.kind == AboutKind::Clash);
        clash.map(|clash| (clash.campaign, clash.complaint))
    }
}

impl Entry {
    /// The record that gives it its title; of a clash the campaign.
    fn titled(&self) -> Option<RecordKey> {
        match self.key.kind {
            AboutKind::Clash => self.between.map(|(campaign, _)| (Kind::Campaign, campaign)),
            AboutKind::Complaint => Some((Kind::Complaint, self.key.id)),
            AboutKind::Campaign => Some((Kind::Campaign, self.key.id)),
        }
    }

    fn title(&self, states: &BTreeMap<RecordKey, RecordState>) -> String {
        let field = match self.key.kind {
            AboutKind::Complaint => complaint::TITLE,
            AboutKind::Clash | AboutKind::Campaign => campaign::NAME,
        };
        let state = self.titled().and_then(|key| states.get(&key));
        state
            .and_then(|state| state.get(field).as_text())
            .unwrap_or_default()
            .to_owned()
    }
}

fn is_over(card: &Card, now: Millis) -> bool {
    let facts = campaign_facts(card);
    facts.state == CampaignState::Ended || over_at(facts.start, facts.end).is_some_and(|over| over <= now)
}

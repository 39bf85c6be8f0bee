//! The clashes as a shell shows them: what the rule found, and how far each is decided.

use crate::CLASHES_SHOWN;
use crate::board::COMPARED;
use crate::cards::{campaign_facts, complaint_facts};
use crate::decisions::DecisionBook;
use crate::desk::{Desk, OpenBoard};
use crate::dto::{ClashDto, ClashesDto, NotCheckedDto, PartsDto, PastClashDto, StrongestDto};
use crate::error::Error;
use crate::mine::Mine;
use crate::words;
use sidedesk_domain::clash::{self, Clash};
use sidedesk_domain::decision::{AboutKind, ClashState, Function, Standing, standing};
use sidedesk_domain::fields::{campaign, complaint};
use sidedesk_domain::time::{floor_minute, to_rfc3339};
use sidedesk_domain::{FieldId, Kind, Millis, RecordId, RecordState};
use sidedesk_store::{Card, VolumeOf};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was compared, and what came of it.
pub(crate) struct RadarPass {
    pub campaigns: BTreeMap<RecordId, Card>,
    pub complaints: BTreeMap<RecordId, Card>,
    pub volumes: BTreeMap<RecordId, VolumeOf>,
    pub radar: clash::Radar,
}

impl Desk {
    /// Every clash as of `at_ms` (now, when absent), and what could not be compared.
    pub async fn clashes(&self, at_ms: Option<i64>) -> Result<ClashesDto, Error> {
        self.first_clashes(at_ms, usize::MAX).await
    }

    /// The strongest [`CLASHES_SHOWN`] as of now: what a window shows. The strongest of every card is among the answer
    /// all the same.
    pub async fn clashes_shown(&self) -> Result<ClashesDto, Error> {
        self.first_clashes(None, CLASHES_SHOWN).await
    }

    async fn first_clashes(&self, at_ms: Option<i64>, limit: usize) -> Result<ClashesDto, Error> {
        let open = self.open_board().await?;
        let at = floor_minute(at_ms.unwrap_or_else(|| self.clock().now()));
        let pass = open.radar(at).await?;
        let book = open.decision_book().await?;
        let shown: Vec<&Clash> = pass.radar.clashes.iter().take(limit).collect();
        let mine = open.mine(pass.owners(&shown)).await?;
        let past = open.past(&pass, &book, limit).await?;
        Ok(ClashesDto {
            at: to_rfc3339(at),
            total: pass.radar.clashes.len() as u64,
            strongest: strongest(&pass, &book),
            past,
            clashes: shown.iter().map(|clash| pass.dto(clash, &book, &mine)).collect(),
            not_checked: pass.radar.not_checked.iter().map(not_checked).collect(),
        })
    }
}

impl OpenBoard {
    /// Compares everything as of the whole minute `at`.
    pub(crate) async fn radar(&self, at: Millis) -> Result<RadarPass, Error> {
        let calendar = self.calendar().await?;
        let campaigns = self.store.campaigns(COMPARED).await?;
        let complaints = self.store.complaints(COMPARED).await?;
        let volumes = self.store.volumes(at).await?;
        let volume = |id: &RecordId| volumes.get(id).copied().unwrap_or_default();
        let campaign_list: Vec<_> = campaigns.iter().map(campaign_facts).collect();
        let complaint_list: Vec<_> = complaints
            .iter()
            .map(|card| complaint_facts(card, volume(&card.id)))
            .collect();
        let by_id = |cards: Vec<Card>| cards.into_iter().map(|card| (card.id, card)).collect();
        let radar = clash::check(&campaign_list, &complaint_list, at, &calendar);
        Ok(RadarPass {
            campaigns: by_id(campaigns),
            complaints: by_id(complaints),
            volumes,
            radar,
        })
    }

    /// Clashes that are none any more and were decided or are waiting, the newest decision first.
    async fn past(&self, pass: &RadarPass, book: &DecisionBook, limit: usize) -> Result<Vec<PastClashDto>, Error> {
        let standing_now: BTreeSet<RecordId> = pass.radar.clashes.iter().map(|clash| clash.id).collect();
        let mut fronts: Vec<_> = book
            .decisions
            .clashes()
            .filter(|(id, _)| !standing_now.contains(id))
            .filter_map(|(_, decisions)| standing(decisions).front)
            .collect();
        fronts.sort_by_key(|decision| std::cmp::Reverse((decision.believed_at, decision.id)));
        fronts.truncate(limit);
        let cards = fronts.iter().flat_map(|front| {
            let campaign = front.campaign.map(|id| (Kind::Campaign, id));
            campaign
                .into_iter()
                .chain(front.complaint.map(|id| (Kind::Complaint, id)))
        });
        let keys: Vec<_> = cards.collect();
        let states = self.store.states(&keys).await?;
        let name = |kind, id: Option<RecordId>, field| {
            let state = id.and_then(|id| states.get(&(kind, id)));
            state.map_or_else(String::new, |state| text(state, field))
        };
        let id = |id: Option<RecordId>| id.map_or_else(String::new, |id| id.to_string());
        let dto = |front| {
            let front: &sidedesk_domain::decision::Decision = front;
            PastClashDto {
                id: front.about.to_string(),
                campaign: id(front.campaign),
                campaign_name: name(Kind::Campaign, front.campaign, campaign::NAME),
                complaint: id(front.complaint),
                complaint_title: name(Kind::Complaint, front.complaint, complaint::TITLE),
                decision: book.dto(front),
            }
        };
        Ok(fronts.into_iter().map(dto).collect())
    }
}

impl RadarPass {
    /// The clash with this id, while there is one.
    pub(crate) fn clash(&self, id: RecordId) -> Option<&Clash> {
        self.radar.clashes.iter().find(|clash| clash.id == id)
    }

    /// How much there is of this complaint; neither customers nor weeks are counted.
    pub(crate) fn volume(&self, complaint: RecordId) -> VolumeOf {
        self.volumes.get(&complaint).copied().unwrap_or_default()
    }

    /// The cards of these clashes with their owners.
    pub(crate) fn owners<'a>(&'a self, clashes: &'a [&Clash]) -> impl Iterator<Item = (RecordId, Option<&'a str>)> {
        clashes.iter().flat_map(|clash| {
            let owner = |cards: &'a BTreeMap<RecordId, Card>, id, field| (id, self.owner(cards, id, field));
            [
                owner(&self.campaigns, clash.campaign, campaign::OWNER),
                owner(&self.complaints, clash.complaint, complaint::OWNER),
            ]
        })
    }

    fn owner<'a>(&self, cards: &'a BTreeMap<RecordId, Card>, id: RecordId, field: FieldId) -> Option<&'a str> {
        cards.get(&id).and_then(|card| card.state.get(field).as_text())
    }

    /// One clash as it crosses.
    pub(crate) fn dto(&self, clash: &Clash, book: &DecisionBook, mine: &Mine) -> ClashDto {
        let parts = clash.parts;
        let standing = standing(book.decisions.about(AboutKind::Clash, clash.id));
        let name = |cards: &BTreeMap<RecordId, Card>, id: RecordId, field| {
            cards.get(&id).map_or_else(String::new, |card| text(&card.state, field))
        };
        let own = |(id, owner): (RecordId, Option<&str>)| mine.has(id, owner);
        ClashDto {
            id: clash.id.to_string(),
            rule: "R1".into(),
            campaign: clash.campaign.to_string(),
            campaign_name: name(&self.campaigns, clash.campaign, campaign::NAME),
            complaint: clash.complaint.to_string(),
            complaint_title: name(&self.complaints, clash.complaint, complaint::TITLE),
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
            state: standing.state.word().into(),
            waits_for: waits_for(&standing)
                .iter()
                .map(|function| function.word().into())
                .collect(),
            decision: standing.front.map(|decision| book.dto(decision)),
            mine: self.owners(&[clash]).any(own),
        }
    }
}

/// Functions whose signature a clash still needs.
pub(crate) fn waits_for(standing: &Standing<'_>) -> Vec<Function> {
    match standing.state {
        ClashState::Decided => Vec::new(),
        _ => standing
            .front
            .map_or_else(|| Function::ALL.to_vec(), |front| front.missing()),
    }
}

/// The strongest clash of each card, in the order of the clashes.
fn strongest(pass: &RadarPass, book: &DecisionBook) -> Vec<StrongestDto> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for clash in &pass.radar.clashes {
        for (card, other) in [(clash.campaign, clash.complaint), (clash.complaint, clash.campaign)] {
            if seen.insert(card) {
                let standing = standing(book.decisions.about(AboutKind::Clash, clash.id));
                found.push(StrongestDto {
                    card: card.to_string(),
                    clash: clash.id.to_string(),
                    other: other.to_string(),
                    score: clash.score,
                    strength: clash.strength.word().into(),
                    state: standing.state.word().into(),
                });
            }
        }
    }
    found
}

fn not_checked((id, name, why): &(RecordId, String, clash::NotChecked)) -> NotCheckedDto {
    NotCheckedDto {
        id: id.to_string(),
        name: name.clone(),
        reason: words::reason(*why).into(),
    }
}

fn text(state: &RecordState, field: FieldId) -> String {
    state.get(field).as_text().unwrap_or_default().to_owned()
}

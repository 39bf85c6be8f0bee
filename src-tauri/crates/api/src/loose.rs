//! Reports that belong to no complaint yet, and how they come to belong to one.
//!
//! Making a complaint of reports and adding reports to one are a single action each: one undo takes either back whole.
//! Two people may sort the same list: a report that somebody put under another complaint meanwhile stays there.

use crate::cards::report_dto;
use crate::desk::{Desk, OpenBoard};
use crate::dto::{FieldInputDto, LeftDto, LooseDto, SortedDto};
use crate::error::Error;
use crate::foresight;
use crate::problem::Problem;
use crate::records::record_id;
use sidedesk_domain::fields::{FieldId, complaint as complaint_fields, report};
use sidedesk_domain::scope::normal_form;
use sidedesk_domain::{Edit, Kind, RecordEdit, RecordId, RecordState};
use sidedesk_store::{Card, complaint_of, is_hidden};
use std::collections::{BTreeMap, BTreeSet};

/// Reports shown at once.
const PAGE: usize = 100;
/// Reports put under a complaint at once. A window selects fewer by hand; a group of the lens can be as large as this, and is
/// one action all the same.
const AT_ONCE: usize = 20_000;

impl Desk {
    /// Reports of no complaint in which all these words occur, the newest first, a page from `offset`.
    pub async fn loose_reports(&self, words: &str, offset: u64) -> Result<LooseDto, Error> {
        let open = self.open_board().await?;
        let (cards, total) = open.store.loose_reports(words, offset, PAGE).await?;
        Ok(LooseDto {
            reports: cards.iter().map(report_dto).collect(),
            total,
        })
    }

    /// A complaint of these reports, in one action. It is about what the reports are about wherever those that say it
    /// agree and `fields` do not say it, and it begins with the earliest of them.
    pub async fn make_complaint(&self, reports: &[String], fields: &[FieldInputDto]) -> Result<SortedDto, Error> {
        let open = self.open_board().await?;
        let (cards, taken) = open.reports_to_sort(reports).await?;
        let states = cards.iter().map(|card| &card.state);
        let opened = foresight::opened(states.clone(), self.clock().now());
        let mut complaint = self.new_record(&open, Kind::Complaint, fields, opened).await?;
        for (to, value) in foresight::about(states) {
            let said = |input: &FieldInputDto| to.spec().is_some_and(|spec| spec.name == input.field);
            if !fields.iter().any(said) {
                complaint.edits.push((to, Edit::Add(value.into())));
            }
        }
        let left = open.left(taken).await?;
        if cards.is_empty() {
            return Ok(sorted(None, &cards, left));
        }
        let id = complaint.id;
        let mut records = vec![complaint];
        records.extend(cards.iter().map(|card| under(card, id)));
        open.store.commit(self.action("complaint.make", records)?).await?;
        Ok(sorted(Some(id), &cards, left))
    }

    /// Puts reports of no complaint under this one, in one action; those that are there already stay as they are.
    pub async fn add_reports(&self, complaint: &str, reports: &[String]) -> Result<SortedDto, Error> {
        let open = self.open_board().await?;
        let target = open.card(Kind::Complaint, complaint).await?;
        if is_hidden(&target.state) {
            return Err(missing(Kind::Complaint, target.id));
        }
        let (cards, mut taken) = open.reports_to_sort(reports).await?;
        let there = taken.remove(&target.id);
        let left = open.left(taken).await?;
        if !cards.is_empty() {
            let records: Vec<RecordEdit> = cards.iter().map(|card| under(card, target.id)).collect();
            open.store.commit(self.action("report.sort", records)?).await?;
        }
        let complaint = (!cards.is_empty() || there.is_some()).then_some(target.id);
        Ok(sorted(complaint, &cards, left))
    }
}

impl OpenBoard {
    /// These reports, each once, all of them there: those of no complaint, and how many belong to which.
    async fn reports_to_sort(&self, reports: &[String]) -> Result<(Vec<Card>, BTreeMap<RecordId, u64>), Error> {
        if reports.is_empty() {
            return Err(Error::input("reports", Problem::Empty));
        }
        if reports.len() > AT_ONCE {
            return Err(Error::input("reports", Problem::Many(AT_ONCE)));
        }
        let ids: BTreeSet<RecordId> = reports
            .iter()
            .map(|id| record_id(Kind::Report.name(), id))
            .collect::<Result<_, _>>()?;
        let keys: Vec<_> = ids.into_iter().map(|id| (Kind::Report, id)).collect();
        let seen = self.store.head().await?;
        let mut states = self.store.states(&keys).await?;
        let (mut free, mut taken) = (Vec::new(), BTreeMap::new());
        for key in keys {
            let id = key.1;
            let state = states.remove(&key).filter(|state| !is_hidden(state));
            let state = state.ok_or_else(|| missing(Kind::Report, id))?;
            match complaint_of(&state) {
                Some(complaint) => *taken.entry(complaint).or_insert(0) += 1,
                None => free.push(Card { id, state, seen }),
            }
        }
        Ok((free, taken))
    }

    /// What stays where it is, with the titles of its complaints.
    async fn left(&self, taken: BTreeMap<RecordId, u64>) -> Result<Vec<LeftDto>, Error> {
        let keys: Vec<_> = taken.keys().map(|id| (Kind::Complaint, *id)).collect();
        let states = self.store.states(&keys).await?;
        let title = |id| {
            let state = states.get(&(Kind::Complaint, id))?;
            Some(state.get(complaint_fields::TITLE).as_text()?.to_owned())
        };
        let left = taken.into_iter().map(|(id, count)| LeftDto {
            complaint: id.to_string(),
            title: title(id).unwrap_or_default(),
            count,
        });
        Ok(left.collect())
    }
}

fn sorted(complaint: Option<RecordId>, cards: &[Card], left: Vec<LeftDto>) -> SortedDto {
    SortedDto {
        complaint: complaint.map(|id| id.to_string()),
        sorted: cards.len() as u64,
        left,
    }
}

/// What all the reports that say something in this field say.
pub(crate) fn agreed<'s>(states: impl IntoIterator<Item = &'s RecordState>, field: FieldId) -> Option<&'s str> {
    let said = states.into_iter().filter_map(|state| state.get(field).as_text());
    let mut said = said.filter(|text| !text.is_empty());
    let first = said.next()?;
    said.all(|other| normal_form(other) == normal_form(first))
        .then_some(first)
}

fn under(card: &Card, complaint: RecordId) -> RecordEdit {
    RecordEdit {
        kind: Kind::Report,
        id: card.id,
        seen: card.seen,
        edits: vec![(report::COMPLAINT, Edit::Set(complaint.into()))],
    }
}

fn missing(kind: Kind, id: RecordId) -> Error {
    Error::NotFound {
        kind: kind.name().into(),
        id: id.to_string(),
    }
}

//! What the other function did since somebody was last here: one line for each record, the newest first.
//!
//! "Since" is by the hub's clock: a change that was made offline last week and arrived this morning is this morning's. Of
//! reports only their number is told, for each complaint that has more of them now.

use crate::cards::{Names, shown};
use crate::desk::{Desk, OpenBoard};
use crate::dto::{SinceDto, SinceListDto};
use crate::error::Error;
use sidedesk_domain::decision::{AboutKind, Decision, Function};
use sidedesk_domain::fields::{DELETED, campaign, complaint, decision, member, report};
use sidedesk_domain::fold::Outcome;
use sidedesk_domain::{Changed, Kind, MemberId, Millis, RecordId, RecordState, Value};
use sidedesk_store::{ActivityLine, RecordKey, VolumeOf};
use std::collections::{BTreeMap, BTreeSet};

/// Lines told.
const CHANGES: usize = 8;
/// Lines of history read at once.
const PAGE: usize = 2000;
/// Lines of history read in all: a very large import fills them. What lies before is not told.
const LINES: usize = 200_000;

/// The others whose changes are told, with the word of their function.
struct Others(BTreeMap<MemberId, String>);

/// What was found, before it has names.
#[derive(Default)]
struct Found {
    /// The newest line of each record, and whether the record began since then.
    records: BTreeMap<RecordKey, (ActivityLine, bool)>,
    /// What complaints gained in reports.
    gained: BTreeMap<RecordId, Gained>,
    /// Reports that were deleted or restored, with what that does to the number: what they belong to is read afterwards.
    flipped: Vec<(RecordId, i64)>,
}

#[derive(Default)]
struct Gained {
    by: i64,
    /// The newest line that brought one.
    line: Option<ActivityLine>,
}

/// Makes sentences of lines.
struct Teller<'a> {
    names: Names,
    others: &'a Others,
    states: BTreeMap<RecordKey, RecordState>,
    volumes: BTreeMap<RecordId, VolumeOf>,
}

impl Desk {
    /// What members of the other function did since then; for somebody of both functions, what everybody else did.
    pub async fn since(&self, since_ms: i64) -> Result<SinceListDto, Error> {
        let open = self.open_board().await?;
        let others = open.others().await?;
        let mut found = Found::default();
        let (mut before, mut read) = (None, 0);
        'pages: while read < LINES && !others.0.is_empty() {
            let page = open.store.activity_back(before, PAGE).await?;
            read += page.len();
            before = page.last().map(|line| line.id);
            let is_last = page.len() < PAGE;
            for line in page {
                if !line.stamp.is_pending() && line.stamp.hub_time <= since_ms {
                    break 'pages;
                }
                if others.0.contains_key(&line.stamp.member) {
                    found.take(line);
                }
            }
            if is_last {
                break;
            }
        }
        found.settle_flipped(&open).await?;
        let teller = open.teller(&found, &others).await?;
        Ok(teller.tell(&found))
    }
}

impl OpenBoard {
    async fn others(&self) -> Result<Others, Error> {
        let me = self.store.identity().member;
        let mine = self.my_functions().await?;
        let cards = self.store.others(Kind::Member).await?;
        let members = cards.into_iter().filter_map(|card| {
            let (id, word) = (MemberId(card.id.0), card.state.get(member::FUNCTION).as_text()?);
            let works_elsewhere = Function::of_member(word)
                .iter()
                .any(|function| !mine.contains(function));
            (id != me && (mine.len() != 1 || works_elsewhere)).then(|| (id, word.to_owned()))
        });
        Ok(Others(members.collect()))
    }

    async fn teller<'a>(&self, found: &Found, others: &'a Others) -> Result<Teller<'a>, Error> {
        let gained: Vec<RecordId> = found.gained.keys().copied().collect();
        let mut keys: BTreeSet<RecordKey> = found.records.keys().copied().collect();
        keys.extend(gained.iter().map(|id| (Kind::Complaint, *id)));
        let mut states = self.store.states(&keys.into_iter().collect::<Vec<_>>()).await?;
        let subjects: Vec<RecordKey> = states
            .iter()
            .filter(|((kind, _), _)| *kind == Kind::Decision)
            .filter_map(|((_, id), state)| subject(&Decision::read(*id, state)?))
            .collect();
        states.extend(self.store.states(&subjects).await?);
        Ok(Teller {
            names: self.names().await?,
            others,
            states,
            volumes: self.store.volumes_of(&gained, Millis::MAX / 2).await?,
        })
    }
}

impl Found {
    /// Lines come the newest first.
    fn take(&mut self, line: ActivityLine) {
        match line.record.0 {
            Kind::Report => self.take_report(&line),
            Kind::Campaign | Kind::Complaint | Kind::Decision => {
                let created = line.created;
                let entry = self.records.entry(line.record).or_insert((line, false));
                entry.1 |= created;
            }
            Kind::Member | Kind::Board | Kind::Standup | Kind::Other(_) => {}
        }
    }

    fn take_report(&mut self, line: &ActivityLine) {
        for change in &line.changes {
            if change.field == report::COMPLAINT {
                if let Some(left) = change.old.as_id() {
                    self.gained.entry(left).or_default().by -= 1;
                }
                if let Some(joined) = change.new.as_id() {
                    let gained = self.gained.entry(joined).or_default();
                    gained.by += 1;
                    gained.line.get_or_insert_with(|| line.clone());
                }
            } else if change.field == DELETED && change.old != change.new {
                let by = if change.new == Value::Bool(true) { -1 } else { 1 };
                self.flipped.push((line.record.1, by));
            }
        }
    }

    /// An import that was taken back brought nothing.
    async fn settle_flipped(&mut self, open: &OpenBoard) -> Result<(), Error> {
        let keys: Vec<RecordKey> = self.flipped.iter().map(|(id, _)| (Kind::Report, *id)).collect();
        let states = open.store.states(&keys).await?;
        for (id, by) in std::mem::take(&mut self.flipped) {
            let state = states.get(&(Kind::Report, id));
            let complaint = state.and_then(|state| state.get(report::COMPLAINT).as_id());
            if let Some(gained) = complaint.and_then(|complaint| self.gained.get_mut(&complaint)) {
                gained.by += by;
            }
        }
        Ok(())
    }
}

impl Teller<'_> {
    fn tell(&self, found: &Found) -> SinceListDto {
        let mut told: BTreeMap<RecordKey, (i64, SinceDto)> = BTreeMap::new();
        for (key, (line, began)) in &found.records {
            told.extend(self.record(*key, line, *began).map(|dto| (*key, (line.id, dto))));
        }
        for (id, gained) in found.gained.iter().filter(|(_, gained)| gained.by > 0) {
            let (key, Some(line)) = ((Kind::Complaint, *id), &gained.line) else {
                continue;
            };
            let newer = told
                .get(&key)
                .is_some_and(|(at, dto)| *at > line.id || dto.what != "changed");
            if let (false, Some(dto)) = (newer, self.reports(*id, line, gained.by)) {
                told.insert(key, (line.id, dto));
            }
        }
        let mut told: Vec<(i64, SinceDto)> = told.into_values().collect();
        told.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        SinceListDto {
            total: told.len() as u64,
            changes: told.into_iter().take(CHANGES).map(|(_, dto)| dto).collect(),
        }
    }

    /// One record's newest line; nothing where it came to nothing.
    fn record(&self, key: RecordKey, line: &ActivityLine, began: bool) -> Option<SinceDto> {
        let state = self.states.get(&key)?;
        if key.0 == Kind::Decision {
            return self.decision(&Decision::read(key.1, state)?, line, began);
        }
        let (what, change) = match last_change(line) {
            Some(change) if change.outcome == Outcome::Proposed => ("proposed", Some(change)),
            Some(change) if change.outcome != Outcome::Written => return None,
            Some(change) if change.field == DELETED && change.new == Value::Bool(true) => {
                return (!began).then(|| self.line("deleted", key, key, line));
            }
            _ if began && state.is_deleted() => return None,
            _ if began => ("added", None),
            Some(change) if change.field == DELETED => ("restored", None),
            Some(change) => ("changed", Some(change)),
            None => return None,
        };
        let mut dto = self.line(what, key, key, line);
        if let Some(change) = change {
            let element = change.element.as_ref();
            let part = |value: &Value| match element {
                Some(element) if *value == Value::Bool(true) => shown(change.field, element),
                Some(_) => None,
                None => shown(change.field, value),
            };
            let deleted = (change.field == DELETED).then(|| "deleted".to_owned());
            dto.field = change.field.spec().map(|spec| spec.name.to_owned()).or(deleted);
            (dto.old, dto.new) = (part(&change.old), part(&change.new));
        }
        Some(dto)
    }

    fn decision(&self, found: &Decision, line: &ActivityLine, began: bool) -> Option<SinceDto> {
        let signs = |change: &Changed| {
            [decision::MARKETING, decision::SUPPORT].contains(&change.field) && change.new.as_id().is_some()
        };
        let what = match () {
            () if !line.created && line.changes.iter().any(signs) => "signed",
            () if began => "added",
            () => return None,
        };
        let mut dto = self.line(what, (Kind::Decision, found.about), subject(found)?, line);
        dto.open_kind = found.about_kind.word().into();
        dto.field = Some("word".into());
        dto.new = Some(found.word.word().into());
        Some(dto)
    }

    fn reports(&self, complaint: RecordId, line: &ActivityLine, by: i64) -> Option<SinceDto> {
        let key = (Kind::Complaint, complaint);
        if self.states.get(&key)?.is_deleted() {
            return None;
        }
        let now = self.volumes.get(&complaint).map_or(0, |volume| volume.total);
        let mut dto = self.line("reports", key, key, line);
        dto.old = Some((now - by).max(0).to_string());
        dto.new = Some(now.to_string());
        Some(dto)
    }

    /// What every line says. `named` is the record whose name it bears.
    fn line(&self, what: &str, (kind, id): RecordKey, named: RecordKey, line: &ActivityLine) -> SinceDto {
        let title = match named.0 {
            Kind::Complaint => complaint::TITLE,
            _ => campaign::NAME,
        };
        let name = self.states.get(&named).and_then(|state| state.get(title).as_text());
        SinceDto {
            kind: kind.name().into(),
            id: id.to_string(),
            open_kind: named.0.name().into(),
            name: name.unwrap_or_default().to_owned(),
            what: what.into(),
            field: None,
            old: None,
            new: None,
            by: self.names.of(line.stamp.member),
            function: self.others.0.get(&line.stamp.member).cloned().unwrap_or_default(),
            at_ms: line.stamp.author_time,
        }
    }
}

/// The change that a line ends with, of those that changed anything and have a name.
fn last_change(line: &ActivityLine) -> Option<&Changed> {
    let mut changes = line.changes.iter().rev();
    changes.find(|change| change.old != change.new && (change.field == DELETED || change.field.spec().is_some()))
}

/// The record that gives a decision its name; of a clash the campaign.
fn subject(decision: &Decision) -> Option<RecordKey> {
    match decision.about_kind {
        AboutKind::Complaint => Some((Kind::Complaint, decision.about)),
        AboutKind::Campaign => Some((Kind::Campaign, decision.about)),
        AboutKind::Clash => decision.campaign.map(|id| (Kind::Campaign, id)),
    }
}

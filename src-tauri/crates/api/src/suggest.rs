//! Reports that belong to no complaint yet, in groups that seem to share a cause (product W3, §8.5). A person makes complaints of
//! them, adds them to known ones, splits them, or says that they are none; nothing is created here.
//!
//! "Not a group" is the board's, not one device's: nobody is asked again what somebody else has answered. It is an action like
//! any other, and one undo takes it back.

use crate::cards::report_dto;
use crate::desk::{Desk, OpenBoard};
use crate::dto::{GroupDto, LensDto, MatchDto, NearestDto, SuggestedDto};
use crate::error::Error;
use crate::loose::agreed;
use crate::nearest::{Lesson, text_of_report};
use crate::problem::Problem;
use crate::records::record_id;
use sidedesk_domain::fields::{board, board_id, report};
use sidedesk_domain::{Edit, FieldId, Kind, Millis, RecordEdit, RecordId, RecordState};
use sidedesk_recurrence::groups::{MAX_REPORTS, Options, Report, groups, split};
use sidedesk_recurrence::known::MAX_MATCHES;
use sidedesk_recurrence::{Fingerprint, Group};
use sidedesk_store::{Card, complaint_of, is_hidden};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

/// Groups that a person looks through.
pub const MAX_GROUPS: usize = 50;
/// Groups that were refused are remembered, so many: each is half a kilobyte on the board's own record.
pub const MAX_REFUSED: usize = 400;
/// Reports of known complaints that teach which words are rare.
const MAX_SETTLED: usize = 20_000;
/// Reports read at once.
const PAGE: usize = 2_000;
/// The eight weeks end now: a look that is older is looked again.
const FRESH_MS: i64 = 3_600_000;
/// With more reports than these a look takes long, and is only taken when somebody asks: 50 000 took twelve seconds of a core.
pub const MAX_UNASKED: u64 = 20_000;
/// The words of the actions.
const REFUSED: &str = "group.refuse";
const RECALLED: &str = "group.recall";

/// What was seen last, and as of what and when.
#[derive(Default)]
pub(crate) struct Looked(Mutex<Option<(i64, Millis, Arc<LensDto>)>>);

/// What the lens looks at, and what it is told to leave out.
struct Field {
    reports: Vec<Report>,
    options: Options,
}

impl Desk {
    /// At most [`MAX_GROUPS`] groups of reports without a complaint, the weightiest first, with weeks that end at `at_ms`
    /// (now, when absent). Those of which somebody said that they are none are left out.
    pub async fn suggest(&self, at_ms: Option<i64>) -> Result<Vec<GroupDto>, Error> {
        let at = at_ms.unwrap_or_else(|| self.clock().now());
        let field = self.open_board().await?.to_be_grouped(at).await?;
        let found = tokio::task::spawn_blocking(move || groups(&field.reports, &field.options)).await;
        let found = found.map_err(|_| Error::Stopped)?;
        Ok(found.into_iter().map(dto).collect())
    }

    /// The same with everything that a person needs to decide. What has not changed is not looked at again, and whoever
    /// comes meanwhile waits for the same look. With more than [`MAX_UNASKED`] reports nothing is looked at unless a person
    /// `asked`: the answer says then how many wait.
    pub async fn lens(&self, asked: bool) -> Result<LensDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        let mut looked = open.looked.0.lock().await;
        let as_of = open.store.last_change().await?;
        if let Some((of, at, lens)) = &*looked
            && *of == as_of
            && (*at..*at + FRESH_MS).contains(&now)
        {
            return Ok(LensDto::clone(lens));
        }
        let loose = u64::try_from(open.store.counts().await?.reports_loose).unwrap_or(0);
        if !asked && loose > MAX_UNASKED {
            return Ok(LensDto::waiting(loose));
        }
        let begun = Instant::now();
        let field = open.to_be_grouped(now).await?;
        let refused = field.options.left_out.len() as u64;
        let looked_at = field.reports.iter().filter(|one| !one.is_settled).count() as u64;
        let found = tokio::task::spawn_blocking(move || groups(&field.reports, &field.options)).await;
        let groups = open.explained(found.map_err(|_| Error::Stopped)?, now).await?;
        let lens = LensDto {
            groups,
            looked_at,
            refused,
            took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            waiting: None,
        };
        *looked = Some((as_of, now, Arc::new(lens.clone())));
        Ok(lens)
    }

    /// A group's reports in two or more tighter parts; one part where nothing tells them apart.
    pub async fn split_group(&self, reports: &[String]) -> Result<Vec<SuggestedDto>, Error> {
        let open = self.open_board().await?;
        let states = open.reports_by_id(reports).await?;
        let reports: Vec<Report> = states.iter().map(|(id, state)| one(*id, state)).collect();
        let now = self.clock().now();
        let options = Options {
            until_ms: now,
            ..Options::default()
        };
        let parts = tokio::task::spawn_blocking(move || split(&reports, &options)).await;
        open.explained(parts.map_err(|_| Error::Stopped)?, now).await
    }

    /// Says that these reports are no group: they are not suggested together again. They stay where they are.
    pub async fn refuse_group(&self, fingerprint: &str) -> Result<(), Error> {
        if Fingerprint::parse(fingerprint).is_none() {
            return Err(Error::input(
                "fingerprint",
                Problem::Link {
                    typed: fingerprint.into(),
                    kind: "group",
                },
            ));
        }
        let open = self.open_board().await?;
        let refused = open.refused_groups().await?;
        let mut edits = vec![(board::NOT_GROUPS, Edit::Add(fingerprint.into()))];
        // Whatever was refused long ago is hardly a group any more; which one goes first is all the same.
        if let Some(one) = refused.first().filter(|_| refused.len() >= MAX_REFUSED) {
            edits.push((board::NOT_GROUPS, Edit::Remove(one.as_str().into())));
        }
        self.say_of_groups(&open, REFUSED, edits).await
    }

    /// Forgets all that was refused: those that are still there are suggested again. Answers how many were forgotten.
    pub async fn recall_groups(&self) -> Result<u64, Error> {
        let open = self.open_board().await?;
        let refused = open.refused_groups().await?;
        if !refused.is_empty() {
            let forget = |text: &String| (board::NOT_GROUPS, Edit::Remove(text.as_str().into()));
            self.say_of_groups(&open, RECALLED, refused.iter().map(forget).collect())
                .await?;
        }
        Ok(refused.len() as u64)
    }

    async fn say_of_groups(&self, open: &OpenBoard, word: &str, edits: Vec<(FieldId, Edit)>) -> Result<(), Error> {
        let record = RecordEdit {
            kind: Kind::Board,
            id: board_id(),
            seen: open.store.head().await?,
            edits,
        };
        open.store.commit(self.action(word, vec![record])?).await?;
        Ok(())
    }
}

impl OpenBoard {
    /// Reports up to `at`: all that are loose, and some of the others.
    async fn to_be_grouped(&self, at: Millis) -> Result<Field, Error> {
        let mut reports = Vec::new();
        let (mut after, mut settled) = (None, 0);
        while reports.len() < MAX_REPORTS {
            let page = self.store.reports_after(after, PAGE).await?;
            let Some(last) = page.last().map(|card| card.id) else {
                break;
            };
            after = Some(last);
            for report in page
                .iter()
                .map(|card| one(card.id, &card.state))
                .filter(|report| report.time_ms.is_none_or(|time| time <= at))
            {
                settled += usize::from(report.is_settled);
                if !report.is_settled || settled <= MAX_SETTLED {
                    reports.push(report);
                }
            }
        }
        let refused = self.refused_groups().await?;
        let options = Options {
            until_ms: at,
            max_groups: MAX_GROUPS,
            left_out: refused.iter().filter_map(|text| Fingerprint::parse(text)).collect(),
        };
        Ok(Field { reports, options })
    }

    async fn refused_groups(&self) -> Result<Vec<String>, Error> {
        let card = self.store.card(Kind::Board, board_id()).await?;
        Ok(card.map(|card| card.state.texts(board::NOT_GROUPS)).unwrap_or_default())
    }

    /// These reports, as far as they are here.
    async fn reports_by_id(&self, ids: &[String]) -> Result<BTreeMap<RecordId, RecordState>, Error> {
        let keys: Result<Vec<_>, Error> = ids
            .iter()
            .take(MAX_REPORTS)
            .map(|id| Ok((Kind::Report, record_id(Kind::Report.name(), id)?)))
            .collect();
        let states = self.store.states(&keys?).await?;
        let there = states.into_iter().filter(|(_, state)| !is_hidden(state));
        Ok(there.map(|((_, id), state)| (id, state)).collect())
    }

    /// Each group with its samples in full, what its reports agree on, the known complaints that they are nearest to, and what a
    /// complaint of them would meet at `now`.
    async fn explained(&self, groups: Vec<Group>, now: Millis) -> Result<Vec<SuggestedDto>, Error> {
        let lesson = self.lesson().await?;
        let planned = self.planned(now).await?;
        let mut found = Vec::with_capacity(groups.len());
        for group in groups {
            let states = self.reports_by_id(&group.reports).await?;
            let samples: Vec<Card> = group
                .samples
                .iter()
                .filter_map(|id| {
                    let id = record_id(Kind::Report.name(), id).ok()?;
                    let state = states.get(&id)?.clone();
                    Some(Card { id, state, seen: 0 })
                })
                .collect();
            let newest_ms = states.values().filter_map(|state| state.get(report::AT).as_int()).max();
            let about = [report::CHANNEL, report::PRODUCT, report::REGION]
                .into_iter()
                .filter_map(|field| agreed(states.values(), field).map(str::to_owned));
            found.push(SuggestedDto {
                about: about.collect(),
                newest_ms,
                meets: planned.met_by(states.values()),
                nearest: nearest(&lesson, &samples),
                samples: samples.iter().map(report_dto).collect(),
                group: dto(group),
            });
        }
        Ok(found)
    }
}

impl LensDto {
    /// Nobody has looked, and so many reports wait for it.
    fn waiting(reports: u64) -> Self {
        Self {
            groups: Vec::new(),
            looked_at: 0,
            refused: 0,
            took_ms: 0,
            waiting: Some(reports),
        }
    }
}

/// The known complaints that several reports of one cause are near to, on average: one report may be worded by chance.
fn nearest(lesson: &Lesson, samples: &[Card]) -> NearestDto {
    let mut sums: HashMap<String, MatchDto> = HashMap::new();
    let mut looks_new = 0.0;
    let answers: Vec<NearestDto> = samples
        .iter()
        .map(|card| lesson.nearest(&text_of_report(&card.state)))
        .collect();
    let share = 1.0 / (answers.len().max(1) as f64);
    for answer in answers {
        looks_new += answer.looks_new * share;
        for found in answer.matches {
            let score = found.score * share;
            sums.entry(found.complaint.clone())
                .and_modify(|sum| sum.score += score)
                .or_insert(MatchDto { score, ..found });
        }
    }
    let mut matches: Vec<MatchDto> = sums.into_values().collect();
    matches.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.complaint.cmp(&b.complaint)));
    matches.truncate(MAX_MATCHES);
    NearestDto {
        is_new: matches.first().is_none_or(|best| best.score <= looks_new),
        looks_new,
        matches,
    }
}

fn dto(group: Group) -> GroupDto {
    GroupDto {
        title: group.title,
        count: group.reports.len() as u64,
        reports: group.reports,
        customers: group.customers as u64,
        terms: group.terms,
        weeks: group.weeks.iter().map(|week| i64::from(*week)).collect(),
        samples: group.samples,
        fingerprint: group.fingerprint.to_text(),
    }
}

fn one(id: RecordId, state: &RecordState) -> Report {
    let text = |field: FieldId| state.get(field).as_text().unwrap_or_default().to_owned();
    Report {
        id: id.to_string(),
        time_ms: state.get(report::AT).as_int().filter(|at| *at > 0),
        subject: text(report::TITLE),
        tags: state.texts(report::CATEGORY),
        body: text(report::BODY),
        product: text(report::PRODUCT),
        category: String::new(),
        customer: text(report::CUSTOMER),
        is_settled: complaint_of(state).is_some(),
    }
}

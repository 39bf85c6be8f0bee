//! A new report meets the complaints that are known: which are the nearest, why, and whether it looks new.
//!
//! What is known is learned from the board itself ([`sidedesk_recurrence`]) and kept as long as nothing changes. Nothing is ever
//! filed by itself: this only says what a person would otherwise search for.

use crate::board::COMPARED;
use crate::desk::{Desk, OpenBoard};
use crate::dto::{FieldInputDto, ImportOptionsDto, MatchDto, NearestDto, RecordRefDto};
use crate::error::Error;
use sidedesk_domain::fields::{complaint, report};
use sidedesk_domain::time::to_rfc3339;
use sidedesk_domain::{FieldId, RecordState, Value};
use sidedesk_formats::DraftValue;
use sidedesk_recurrence::{Index, Known, known};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Loose reports that few complaints are told from.
const LOOSE: usize = known::FEW_COMPLAINTS * known::MAX_COMPARED;
/// Scores are shown with so many digits; more would say more than is known.
const DIGITS: f64 = 10_000.0;

/// What was learned last, and as of what.
#[derive(Default)]
pub(crate) struct Learned(Mutex<Option<(i64, Arc<Lesson>)>>);

/// Known complaints, ready to be matched.
#[derive(Default)]
pub(crate) struct Lesson {
    index: Index,
    titles: BTreeMap<String, String>,
}

impl Desk {
    /// The nearest known complaints of each text.
    pub async fn nearest(&self, texts: Vec<String>) -> Result<Vec<NearestDto>, Error> {
        let lesson = self.open_board().await?.lesson().await?;
        let answers = tokio::task::spawn_blocking(move || texts.iter().map(|text| lesson.nearest(text)).collect());
        answers.await.map_err(|_| Error::Stopped)
    }

    /// One more report of a known complaint, written down now.
    pub async fn file_under(&self, complaint: &str, text: &str) -> Result<RecordRefDto, Error> {
        let input = |field: &str, value: String| FieldInputDto {
            field: field.into(),
            value: Some(value),
        };
        let fields = [
            input("title", text.to_owned()),
            input("complaint", complaint.to_owned()),
            input("created", to_rfc3339(self.clock().now())),
        ];
        self.add("report", &fields).await
    }

    /// The same for every row of a file, as an import reads it. A row that an import leaves out has no answer.
    pub async fn nearest_of_file(
        &self,
        file_name: &str,
        bytes: &[u8],
        options: &ImportOptionsDto,
    ) -> Result<Vec<(u64, NearestDto)>, Error> {
        let parsed = self.read_file(file_name, bytes, options).await?;
        // Rows are counted as they stand in the file, also those that were left out. All of them may stand in one line.
        let drafts = parsed
            .drafts
            .iter()
            .enumerate()
            .map(|(place, draft)| (draft.line, Some(place)));
        let skipped = parsed.problems.iter().filter(|problem| problem.skipped);
        let mut in_order: Vec<(u64, Option<usize>)> =
            drafts.chain(skipped.map(|problem| (problem.line, None))).collect();
        in_order.sort_by_key(|(line, _)| *line);
        let mut rows = vec![0; parsed.drafts.len()];
        for (row, (_, place)) in (1..).zip(&in_order) {
            if let Some(slot) = place.and_then(|place| rows.get_mut(place)) {
                *slot = row;
            }
        }
        let texts = parsed.drafts.iter().map(|draft| {
            let part = |field| match draft.get(field) {
                Some(DraftValue::One(Value::Text(text))) => text.as_str(),
                _ => "",
            };
            joined(part(report::TITLE), part(report::BODY))
        });
        let answers = self.nearest(texts.collect()).await?;
        Ok(rows.into_iter().zip(answers).collect())
    }
}

impl OpenBoard {
    /// What is known now. Whoever comes while it is learned waits for the same lesson.
    pub(crate) async fn lesson(&self) -> Result<Arc<Lesson>, Error> {
        let mut learned = self.learned.0.lock().await;
        let as_of = self.store.last_change().await?;
        if let Some((of, lesson)) = &*learned
            && *of == as_of
        {
            return Ok(Arc::clone(lesson));
        }
        let mut known = Vec::new();
        let mut titles = BTreeMap::new();
        for card in self.store.complaints(COMPARED.min(known::MAX_COMPLAINTS)).await? {
            let reports = self.store.reports_of(card.id, 0, known::MAX_EXAMPLES).await?;
            let complaint = card.id.to_string();
            let title = text(&card.state, complaint::TITLE).to_owned();
            titles.insert(complaint.clone(), title.clone());
            known.push(Known {
                complaint,
                title,
                examples: reports.iter().map(|report| text_of_report(&report.state)).collect(),
            });
        }
        // What belongs to none of them says what is usual on this board.
        let (loose, _) = self.store.loose_reports("", 0, LOOSE).await?;
        let others: Vec<String> = loose.iter().map(|card| text_of_report(&card.state)).collect();
        let index = tokio::task::spawn_blocking(move || Index::among(&known, &others));
        let index = index.await.map_err(|_| Error::Stopped)?;
        let lesson = Arc::new(Lesson { index, titles });
        *learned = Some((as_of, Arc::clone(&lesson)));
        Ok(lesson)
    }
}

impl Lesson {
    pub(crate) fn nearest(&self, text: &str) -> NearestDto {
        let found = self.index.find(text);
        let matches = found.matches.into_iter().map(|found| MatchDto {
            title: self.titles.get(&found.complaint).cloned().unwrap_or_default(),
            score: rounded(found.score),
            complaint: found.complaint,
            why: found.why,
        });
        let matches: Vec<MatchDto> = matches.collect();
        let looks_new = rounded(found.looks_new);
        NearestDto {
            is_new: matches.first().is_none_or(|best| best.score <= looks_new),
            looks_new,
            matches,
        }
    }
}

fn rounded(score: f32) -> f64 {
    (f64::from(score) * DIGITS).round() / DIGITS
}

fn text(state: &RecordState, field: FieldId) -> &str {
    state.get(field).as_text().unwrap_or_default()
}

/// What a report says, as it is learned and matched.
pub(crate) fn text_of_report(state: &RecordState) -> String {
    joined(text(state, report::TITLE), text(state, report::BODY))
}

fn joined(title: &str, body: &str) -> String {
    match (title, body) {
        ("", body) => body.to_owned(),
        (title, "") => title.to_owned(),
        (title, body) => format!("{title}\n{body}"),
    }
}

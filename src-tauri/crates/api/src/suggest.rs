//! Reports that belong to no complaint yet, in groups that seem to share a cause (product W3, §8.5). A person makes complaints of
//! them, or does not; nothing is created here.

use crate::desk::{Desk, OpenBoard};
use crate::dto::GroupDto;
use crate::error::Error;
use sidedesk_domain::fields::report;
use sidedesk_domain::{FieldId, Millis};
use sidedesk_recurrence::groups::{MAX_REPORTS, Options, Report, groups};
use sidedesk_store::{Card, complaint_of};

/// Groups that a person looks through.
pub const MAX_GROUPS: usize = 50;
/// Reports of known complaints that teach which words are rare.
const MAX_SETTLED: usize = 20_000;
/// Reports read at once.
const PAGE: usize = 2_000;

impl Desk {
    /// At most [`MAX_GROUPS`] groups of reports without a complaint, the weightiest first, with weeks that end at `at_ms`
    /// (now, when absent).
    pub async fn suggest(&self, at_ms: Option<i64>) -> Result<Vec<GroupDto>, Error> {
        let at = at_ms.unwrap_or_else(|| self.clock().now());
        let reports = self.open_board().await?.to_be_grouped(at).await?;
        let options = Options {
            until_ms: at,
            max_groups: MAX_GROUPS,
            left_out: Vec::new(),
        };
        let found = tokio::task::spawn_blocking(move || groups(&reports, &options)).await;
        let found = found.map_err(|_| Error::Stopped)?;
        let dto = |group: sidedesk_recurrence::Group| GroupDto {
            title: group.title,
            count: group.reports.len() as u64,
            reports: group.reports,
            customers: group.customers as u64,
            terms: group.terms,
            weeks: group.weeks.iter().map(|week| i64::from(*week)).collect(),
            samples: group.samples,
        };
        Ok(found.into_iter().map(dto).collect())
    }
}

impl OpenBoard {
    /// Reports up to `at`: all that are loose, and some of the others.
    async fn to_be_grouped(&self, at: Millis) -> Result<Vec<Report>, Error> {
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
                .map(one)
                .filter(|report| report.time_ms.is_none_or(|time| time <= at))
            {
                settled += usize::from(report.is_settled);
                if !report.is_settled || settled <= MAX_SETTLED {
                    reports.push(report);
                }
            }
        }
        Ok(reports)
    }
}

fn one(card: &Card) -> Report {
    let text = |field: FieldId| card.state.get(field).as_text().unwrap_or_default().to_owned();
    Report {
        id: card.id.to_string(),
        time_ms: card.state.get(report::AT).as_int().filter(|at| *at > 0),
        subject: text(report::TITLE),
        tags: card.state.texts(report::CATEGORY),
        body: text(report::BODY),
        product: text(report::PRODUCT),
        category: String::new(),
        customer: text(report::CUSTOMER),
        is_settled: complaint_of(&card.state).is_some(),
    }
}

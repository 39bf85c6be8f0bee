//! Adding, changing, deleting and restoring records; a record's history.

use crate::aftermath::said_state;
use crate::cards::{report_dto, shown};
use crate::desk::{Desk, OpenBoard};
use crate::dto::{FieldInputDto, HistoryDto, RecordRefDto, ReportDto, SavedDto};
use crate::error::Error;
use crate::input;
use crate::problem::Problem;
use crate::proposals::saved;
use sidedesk_domain::fields::{DELETED, board, campaign, complaint, report};
use sidedesk_domain::fold::Outcome;
use sidedesk_domain::{Action, Edit, FieldId, FieldType, Kind, Millis, RecordEdit, RecordId, RecordState, Value};

/// Reports shown at once.
const REPORTS_PER_PAGE: usize = 100;
/// Lines of one record's history shown at once.
const HISTORY_LINES: usize = 500;

impl Desk {
    /// Adds a campaign, a complaint or a report.
    pub async fn add(&self, kind: &str, fields: &[FieldInputDto]) -> Result<RecordRefDto, Error> {
        let kind = addable(kind)?;
        let open = self.open_board().await?;
        let record = self.new_record(&open, kind, fields, self.clock().now()).await?;
        let id = record.id;
        let name = format!("{}.add", kind.name());
        open.store.commit(self.action(&name, vec![record])?).await?;
        Ok(RecordRefDto {
            kind: kind.name().into(),
            id: id.to_string(),
        })
    }

    /// A record as typed, checked, with what nobody typed: not written yet. A complaint is `opened` then, if nobody says
    /// otherwise.
    pub(crate) async fn new_record(
        &self,
        open: &OpenBoard,
        kind: Kind,
        fields: &[FieldInputDto],
        opened: Millis,
    ) -> Result<RecordEdit, Error> {
        let zone = open.zone().await?;
        let now = self.clock().now();
        let mut edits = input::edits(kind, &RecordState::default(), fields, zone)?;
        let (title, what) = match kind {
            Kind::Campaign => (campaign::NAME, "name"),
            Kind::Complaint => (complaint::TITLE, "title"),
            _ => (report::TITLE, "title"),
        };
        if !edits.iter().any(|(field, _)| *field == title) {
            return Err(Error::input(what, Problem::Empty));
        }
        check_order(&RecordState::default(), &edits)?;
        check_links(open, &edits).await?;
        let mut default = |field: FieldId, value: Value| {
            if !edits.iter().any(|(set, _)| *set == field) {
                edits.push((field, Edit::Set(value)));
            }
        };
        match kind {
            Kind::Campaign => {
                default(campaign::STATE, "idea".into());
                default(campaign::ZONE, zone.name().into());
            }
            Kind::Complaint => {
                default(complaint::STATE, "new".into());
                default(complaint::SEVERITY, crate::cards::DEFAULT_SEVERITY.into());
                default(complaint::OPENED, opened.into());
            }
            _ => default(report::AT, now.into()),
        }
        Ok(RecordEdit {
            kind,
            id: RecordId::v7(now, random()?),
            seen: 0,
            edits,
        })
    }

    /// Changes fields of a record. `seen` is what the card said when it was opened: a foreign change since then is
    /// never overwritten silently.
    pub async fn set(&self, kind: &str, id: &str, seen: u64, fields: &[FieldInputDto]) -> Result<SavedDto, Error> {
        let kind = editable(kind)?;
        let open = self.open_board().await?;
        let zone = open.zone().await?;
        let card = open.card(kind, id).await?;
        let mut edits = input::edits(kind, &card.state, fields, zone)?;
        if edits.iter().any(|(field, _)| *field == board::RETENTION) {
            open.may_decide_on_retention().await?;
        }
        check_order(&card.state, &edits)?;
        check_links(&open, &edits).await?;
        let seen = seen.min(card.seen);
        let saved = saved(open.reader().await?, kind, &card.state, &edits);
        // A proposed text is the whole of what was typed: what stands goes on meanwhile. What follows from a proposed state
        // follows when it is taken.
        let edits = if saved.proposed {
            edits
        } else {
            if kind == Kind::Complaint {
                // What was typed stands last: it is what a list of changes tells.
                let said = said_state(fields);
                let more = open.follow_edits(&card, &edits, said, self.clock().now()).await?;
                edits.splice(0..0, more);
            }
            open.as_typed(card.id, &card.state, seen, edits)?
        };
        if edits.is_empty() {
            return Ok(saved);
        }
        let record = RecordEdit {
            kind,
            id: card.id,
            seen,
            edits,
        };
        let name = format!("{}.{}", kind.name(), if saved.proposed { "propose" } else { "set" });
        open.store.commit(self.action(&name, vec![record])?).await?;
        Ok(saved)
    }

    /// Deletes a record. It can be undone, and restored.
    pub async fn delete(&self, kind: &str, id: &str) -> Result<SavedDto, Error> {
        self.set_deleted(kind, id, true).await
    }

    /// Brings a deleted record back.
    pub async fn restore(&self, kind: &str, id: &str) -> Result<SavedDto, Error> {
        self.set_deleted(kind, id, false).await
    }

    async fn set_deleted(&self, kind: &str, id: &str, deleted: bool) -> Result<SavedDto, Error> {
        let kind = addable(kind)?;
        let open = self.open_board().await?;
        let card = open.card(kind, id).await?;
        // What was deleted and edited since is on the board, and can be deleted once more.
        let is_so = if deleted {
            card.state.is_deleted() && !card.state.edited_since_deleted()
        } else {
            !card.state.is_deleted()
        };
        let edits = vec![(DELETED, Edit::Set(deleted.into()))];
        let saved = saved(open.reader().await?, kind, &card.state, &edits);
        if is_so {
            return Ok(saved);
        }
        let record = RecordEdit {
            kind,
            id: card.id,
            seen: card.seen,
            edits,
        };
        let verb = match (saved.proposed, deleted) {
            (true, _) => "propose",
            (false, true) => "delete",
            (false, false) => "restore",
        };
        let action = self.action(&format!("{}.{verb}", kind.name()), vec![record])?;
        open.store.commit(action).await?;
        Ok(saved)
    }

    /// A complaint's reports, newest first, a page from `offset`.
    pub async fn reports(&self, complaint: &str, offset: u64) -> Result<Vec<ReportDto>, Error> {
        let open = self.open_board().await?;
        let id = record_id("complaint", complaint)?;
        let cards = open.store.reports_of(id, offset, REPORTS_PER_PAGE).await?;
        Ok(cards.iter().map(report_dto).collect())
    }

    /// One report.
    pub async fn report(&self, id: &str) -> Result<ReportDto, Error> {
        let open = self.open_board().await?;
        Ok(report_dto(&open.card(Kind::Report, id).await?))
    }

    /// What happened to a record, oldest first; of a long history its newest part.
    pub async fn history(&self, kind: &str, id: &str) -> Result<Vec<HistoryDto>, Error> {
        let open = self.open_board().await?;
        let names = open.names().await?;
        let mut history = Vec::new();
        for line in open
            .store
            .activity_of_record(record_id(kind, id)?, HISTORY_LINES)
            .await?
        {
            for change in &line.changes {
                let element = change.element.as_ref().and_then(|element| shown(change.field, element));
                let part = |value: &Value| match (&element, value.as_bool()) {
                    (Some(element), present) => present.unwrap_or(false).then(|| element.clone()),
                    (None, _) => shown(change.field, value),
                };
                history.push(HistoryDto {
                    n: (!line.stamp.is_pending()).then_some(line.stamp.place),
                    action: line.name.clone(),
                    by: names.of(line.stamp.member),
                    at_ms: line.stamp.author_time,
                    field: if change.field == DELETED {
                        "deleted".into()
                    } else {
                        change.field.spec().map_or("", |spec| spec.name).into()
                    },
                    old: part(&change.old),
                    new: part(&change.new),
                    outcome: match change.outcome {
                        Outcome::Written => None,
                        Outcome::Proposed => Some("proposed".into()),
                        Outcome::Withdrawn => Some("withdrawn".into()),
                        Outcome::Declined => Some("declined".into()),
                        Outcome::Erased => Some("erased".into()),
                    },
                });
            }
        }
        Ok(history)
    }

    /// An action of this desk, with a fresh id.
    pub(crate) fn action(&self, name: &str, records: Vec<RecordEdit>) -> Result<Action, Error> {
        let id = sidedesk_domain::ActionId::v7(self.clock().now(), random()?);
        Ok(Action {
            id,
            name: name.into(),
            undoes: None,
            redoes: None,
            records,
        })
    }
}

/// A campaign's end lies behind its start. Checked where one of them is edited; a merge can still bring them together.
fn check_order(state: &RecordState, edits: &[(FieldId, Edit)]) -> Result<(), Error> {
    let dates = [campaign::START, campaign::END];
    if !edits.iter().any(|(field, _)| dates.contains(field)) {
        return Ok(());
    }
    let after = |field: FieldId| {
        let edited = edits.iter().rev().find(|(edited, _)| *edited == field);
        match edited {
            Some((_, Edit::Set(value))) => value.as_int(),
            _ => state.get(field).as_int(),
        }
    };
    match (after(campaign::START), after(campaign::END)) {
        (Some(start), Some(end)) if end <= start => Err(Error::input("end", Problem::Order)),
        _ => Ok(()),
    }
}

/// What a record points to is there: a report under a complaint that nobody has would be seen nowhere.
async fn check_links(open: &OpenBoard, edits: &[(FieldId, Edit)]) -> Result<(), Error> {
    for (field, edit) in edits {
        let kind = field.spec().map(|spec| spec.ty);
        if let (Some(FieldType::Ref(kind)), Edit::Set(Value::Id(id))) = (kind, edit) {
            open.card(kind, &id.to_string()).await?;
        }
    }
    Ok(())
}

/// A kind that people add, change, delete and erase.
pub(crate) fn addable(kind: &str) -> Result<Kind, Error> {
    match kind {
        "campaign" => Ok(Kind::Campaign),
        "complaint" => Ok(Kind::Complaint),
        "report" => Ok(Kind::Report),
        _ => Err(Error::input(
            "kind",
            Problem::choice(kind, &["campaign", "complaint", "report"]),
        )),
    }
}

fn editable(kind: &str) -> Result<Kind, Error> {
    match kind {
        "board" => Ok(Kind::Board),
        "member" => Ok(Kind::Member),
        other => addable(other),
    }
}

pub(crate) fn record_id(kind: &str, id: &str) -> Result<RecordId, Error> {
    id.parse().map_err(|_| Error::NotFound {
        kind: kind.into(),
        id: id.chars().take(80).collect(),
    })
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Store(sidedesk_store::Error::NoEntropy))?;
    Ok(bytes)
}

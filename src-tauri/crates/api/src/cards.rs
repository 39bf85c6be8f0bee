//! Records as cards: folded states into the data that crosses to a shell.

use crate::dto::{BackDto, CampaignDto, ComplaintDto, FixDto, ReportDto, RivalDto, RivalValueDto, ScopeDto};
use crate::proposals::{Reader, proposals};
use sidedesk_domain::clash::{CampaignFacts, ComplaintFacts};
use sidedesk_domain::comeback::{fixes, is_back, mended_at, standing_state, times_returned};
use sidedesk_domain::fields::{campaign, complaint, report};
use sidedesk_domain::scope::{Dimension, Scope};
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::time::to_rfc3339;
use sidedesk_domain::{FieldId, FieldType, Kind, MemberId, RecordState, Value};
use sidedesk_store::{Card, VolumeOf};
use std::collections::BTreeMap;

/// Severity of a complaint that nobody rated: the middle.
pub(crate) const DEFAULT_SEVERITY: i64 = 3;

/// Names of members, to say who wrote what, and who looks.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub by_member: BTreeMap<MemberId, String>,
    pub reader: Option<Reader>,
}

impl Names {
    pub(crate) fn of(&self, member: MemberId) -> String {
        self.by_member
            .get(&member)
            .cloned()
            .unwrap_or_else(|| "Somebody".into())
    }

    /// Is this card the other function's, so that an edit of it would be a proposal?
    fn proposes(&self, kind: Kind, state: &RecordState) -> bool {
        let title = if kind == Kind::Campaign {
            campaign::NAME
        } else {
            complaint::TITLE
        };
        self.reader.is_some_and(|reader| reader.proposes(kind, title, state))
    }
}

fn text(state: &RecordState, field: FieldId) -> Option<String> {
    state.get(field).as_text().map(str::to_owned)
}

/// A value as text: instants as RFC 3339.
pub(crate) fn shown(field: FieldId, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(truth) => Some(if *truth { "yes" } else { "no" }.into()),
        Value::Int(number) if field.spec().is_some_and(|spec| spec.ty == FieldType::Instant) => {
            Some(to_rfc3339(*number))
        }
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
        Value::Id(id) => Some(id.to_string()),
        Value::Raw(_) => Some("update needed to show this".into()),
    }
}

pub(crate) fn rivals(state: &RecordState, names: &Names) -> Vec<RivalDto> {
    let of_field = |field: FieldId| {
        let standing = state
            .shown(field)
            .into_iter()
            .chain(state.rivals(field).into_iter().rev());
        let values = standing.map(|sibling| RivalValueDto {
            value: shown(field, &sibling.value),
            by: names.of(sibling.stamp.member),
            at_ms: sibling.stamp.author_time,
        });
        RivalDto {
            field: field.spec().map_or("", |spec| spec.name).into(),
            values: values.collect(),
        }
    };
    state.contested().into_iter().map(of_field).collect()
}

fn scope_dto(scope: &Scope) -> ScopeDto {
    let of = |dimension| scope.get(dimension).to_vec();
    ScopeDto {
        product: of(Dimension::Product),
        region: of(Dimension::Region),
        segment: of(Dimension::Segment),
        channel: of(Dimension::Channel),
        touch_point: of(Dimension::TouchPoint),
    }
}

/// The state's word; what a newer version wrote counts as a draft.
fn campaign_state(state: &RecordState) -> CampaignState {
    state
        .get(campaign::STATE)
        .as_text()
        .and_then(CampaignState::from_word)
        .unwrap_or(CampaignState::Draft)
}

pub(crate) fn is_pending(state: &RecordState) -> bool {
    state.stamps().any(sidedesk_domain::Stamp::is_pending)
}

pub(crate) fn campaign_dto(card: &Card, names: &Names) -> CampaignDto {
    let state = &card.state;
    CampaignDto {
        id: card.id.to_string(),
        seen: card.seen,
        name: text(state, campaign::NAME).unwrap_or_default(),
        state: campaign_state(state).word().into(),
        start_ms: state.get(campaign::START).as_int(),
        end_ms: state.get(campaign::END).as_int(),
        scope: scope_dto(&Scope::of_campaign(state)),
        owner: text(state, campaign::OWNER),
        audience: text(state, campaign::AUDIENCE),
        reach: state.get(campaign::REACH).as_int(),
        budget: text(state, campaign::BUDGET),
        text: text(state, campaign::TEXT),
        url: text(state, campaign::URL),
        labels: state.texts(campaign::LABELS),
        archived: state.get(campaign::ARCHIVED).as_bool().unwrap_or(false),
        source: text(state, campaign::SOURCE),
        rivals: rivals(state, names),
        proposes: names.proposes(Kind::Campaign, state),
        proposals: proposals(Kind::Campaign, state, names),
        pending: is_pending(state),
        deleted: state.is_deleted(),
    }
}

/// A complaint as far as its card and its volume say it; [`crate::desk::OpenBoard::complete`] does the rest.
pub(crate) fn complaint_dto(card: &Card, names: &Names, volume: VolumeOf) -> ComplaintDto {
    let state = &card.state;
    ComplaintDto {
        id: card.id.to_string(),
        seen: card.seen,
        title: text(state, complaint::TITLE).unwrap_or_default(),
        state: standing_state(state, volume.last).word().into(),
        severity: state.get(complaint::SEVERITY).as_int().unwrap_or(DEFAULT_SEVERITY),
        opened_ms: state.get(complaint::OPENED).as_int().unwrap_or(0),
        returned: times_returned(state, volume.last),
        scope: scope_dto(&Scope::of_complaint(state)),
        owner: text(state, complaint::OWNER),
        expected: text(state, complaint::EXPECTED),
        got: text(state, complaint::GOT),
        notes: text(state, complaint::NOTES),
        reports: volume.total,
        customers: volume.customers,
        last7: volume.volume.last7,
        usual: volume.volume.usual(),
        weeks: volume.weeks.to_vec(),
        rivals: rivals(state, names),
        proposes: names.proposes(Kind::Complaint, state),
        proposals: proposals(Kind::Complaint, state, names),
        pending: is_pending(state),
        deleted: state.is_deleted(),
        duplicate_of: state.get(complaint::DUPLICATE_OF).as_id().map(|id| id.to_string()),
        duplicates: None,
        fix: text(state, complaint::FIX),
        answer: text(state, complaint::ANSWER),
        fixes: fix_dtos(state, names),
        back: back(state, volume),
        last_ms: volume.last,
        quiet_days: None,
        too_many: None,
    }
}

/// Each time it was called mended, the newest first.
fn fix_dtos(state: &RecordState, names: &Names) -> Option<Vec<FixDto>> {
    let fixes = fixes(state).into_iter().rev().map(|fix| FixDto {
        at_ms: fix.at,
        by: names.of(fix.by),
        text: fix.text,
    });
    let fixes: Vec<FixDto> = fixes.collect();
    (!fixes.is_empty()).then_some(fixes)
}

/// That it is back; how much there is since is not counted yet.
fn back(state: &RecordState, volume: VolumeOf) -> Option<BackDto> {
    let mended = mended_at(state).filter(|_| is_back(state, volume.last))?;
    Some(BackDto {
        mended_ms: mended,
        since_ms: volume.last.unwrap_or(mended),
        reports: 1,
    })
}

pub(crate) fn report_dto(card: &Card) -> ReportDto {
    let state = &card.state;
    ReportDto {
        id: card.id.to_string(),
        title: text(state, report::TITLE),
        body: text(state, report::BODY),
        at_ms: state.get(report::AT).as_int(),
        complaint: state.get(report::COMPLAINT).as_id().map(|id| id.to_string()),
        status: text(state, report::STATUS),
        channel: text(state, report::CHANNEL),
        product: text(state, report::PRODUCT),
        region: text(state, report::REGION),
        source_id: text(state, report::SOURCE_ID),
    }
}

/// What the clash rule reads of a campaign. Archived counts as over: it was put away.
pub(crate) fn campaign_facts(card: &Card) -> CampaignFacts {
    let state = &card.state;
    let archived = state.get(campaign::ARCHIVED).as_bool().unwrap_or(false);
    CampaignFacts {
        id: card.id,
        name: text(state, campaign::NAME).unwrap_or_default(),
        state: if archived {
            CampaignState::Ended
        } else {
            campaign_state(state)
        },
        start: state.get(campaign::START).as_int(),
        end: state.get(campaign::END).as_int(),
        reach: state.get(campaign::REACH).as_int(),
        scope: Scope::of_campaign(state),
    }
}

/// What the clash rule reads of a complaint.
pub(crate) fn complaint_facts(card: &Card, volume: VolumeOf) -> ComplaintFacts {
    let state = &card.state;
    ComplaintFacts {
        id: card.id,
        title: text(state, complaint::TITLE).unwrap_or_default(),
        state: standing_state(state, volume.last),
        severity: state.get(complaint::SEVERITY).as_int().unwrap_or(DEFAULT_SEVERITY),
        opened: state.get(complaint::OPENED).as_int().unwrap_or(0),
        scope: Scope::of_complaint(state),
        volume: volume.volume,
    }
}

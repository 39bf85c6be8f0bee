//! The operators: what each means for a campaign, a complaint and a report.

use crate::input;
use chrono::Days;
use sidedesk_domain::fields::{campaign, complaint, report};
use sidedesk_domain::scope::normal_form;
use sidedesk_domain::states::{CAMPAIGN_STATES, COMPLAINT_STATES, CampaignState, ComplaintState};
use sidedesk_domain::time::{Tz, start_of_day, utc_to_local};
use sidedesk_domain::{FieldId, Kind, Millis, RecordState};

/// Who added a record: name and function, in normal form.
#[derive(Debug)]
pub(crate) struct Person {
    pub name: String,
    pub function: String,
}

/// One operator, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operator {
    /// `is:campaign`.
    Is(Kind),
    /// `state:live`; `state:open` and `state:over` are several states.
    State(String),
    /// `product:boots`: a product that begins so.
    Product(String),
    /// `region:eu`.
    Region(String),
    /// `owner:mk`.
    Owner(String),
    /// `before:2026-05-14`: a campaign starts, a complaint was opened, a ticket was written before that day.
    Before(Millis),
    /// `after:2026-05-14`: on that day or later.
    After(Millis),
    /// `by:support`, `by:SL`: who added it, by function or name.
    By(String),
}

impl Operator {
    pub(super) fn read(name: &str, value: &str, zone: Tz, now: Millis) -> Option<Self> {
        let normal = normal_form(value);
        if normal.is_empty() {
            return None;
        }
        match name {
            "is" => match normal.as_str() {
                "campaign" => Some(Self::Is(Kind::Campaign)),
                "complaint" => Some(Self::Is(Kind::Complaint)),
                "report" => Some(Self::Is(Kind::Report)),
                _ => None,
            },
            "state" => Some(Self::State(normal.replace([' ', '-'], "_"))),
            "product" => Some(Self::Product(normal)),
            "region" => Some(Self::Region(normal)),
            "owner" => Some(Self::Owner(normal)),
            "before" => day(&normal, zone, now).map(Self::Before),
            "after" => day(&normal, zone, now).map(Self::After),
            "by" => Some(Self::By(normal)),
            _ => None,
        }
    }
}

/// The first instant of a day, or an instant.
fn day(value: &str, zone: Tz, now: Millis) -> Option<Millis> {
    let today = utc_to_local(now, zone).date();
    match value {
        "today" => Some(start_of_day(today, zone)),
        "yesterday" => Some(start_of_day(today.checked_sub_days(Days::new(1))?, zone)),
        "tomorrow" => Some(start_of_day(today.checked_add_days(Days::new(1))?, zone)),
        // The normal form is lower case; dates with times are written with a T and a Z.
        other => input::instant(&other.to_uppercase(), zone),
    }
}

/// All operators of a question.
#[derive(Debug, Default)]
pub(super) struct Filter {
    kind: Option<Kind>,
    state: Option<String>,
    product: Option<String>,
    region: Option<String>,
    owner: Option<String>,
    before: Option<Millis>,
    after: Option<Millis>,
    pub by: Option<String>,
}

impl Filter {
    /// The last one of a name counts.
    pub(super) fn add(&mut self, operator: Operator) {
        match operator {
            Operator::Is(kind) => self.kind = Some(kind),
            Operator::State(state) => self.state = Some(state),
            Operator::Product(product) => self.product = Some(product),
            Operator::Region(region) => self.region = Some(region),
            Operator::Owner(owner) => self.owner = Some(owner),
            Operator::Before(at) => self.before = Some(at),
            Operator::After(at) => self.after = Some(at),
            Operator::By(who) => self.by = Some(who),
        }
    }

    /// Nothing was asked by operators.
    pub(super) fn is_empty(&self) -> bool {
        let texts = [&self.state, &self.product, &self.region, &self.owner, &self.by];
        self.kind.is_none() && self.before.is_none() && self.after.is_none() && texts.iter().all(|text| text.is_none())
    }

    /// May a record of this kind be meant? Reports have no owner.
    pub(super) fn asks_for(&self, kind: Kind) -> bool {
        self.kind.is_none_or(|asked| asked == kind) && !(kind == Kind::Report && self.owner.is_some())
    }

    /// Values that are words of the index for records of this kind.
    pub(super) fn indexed(&self, kind: Kind) -> impl Iterator<Item = &str> {
        // `open` and `over` are no word of a report.
        let status = self
            .state
            .as_deref()
            .filter(|state| kind == Kind::Report && !is_group(state));
        let scope = [&self.product, &self.region, &self.owner];
        scope.into_iter().filter_map(|value| value.as_deref()).chain(status)
    }

    /// The span of ticket times that is asked for.
    pub(super) fn between(&self) -> (Millis, Millis) {
        (self.after.unwrap_or(Millis::MIN), self.before.unwrap_or(Millis::MAX))
    }

    /// Does everything hold for this record?
    pub(super) fn holds(&self, kind: Kind, state: &RecordState, by: Option<&Person>) -> bool {
        let (product, region, owner, at) = match kind {
            Kind::Campaign => (campaign::PRODUCT, campaign::REGION, campaign::OWNER, campaign::START),
            Kind::Complaint => (
                complaint::PRODUCT,
                complaint::REGION,
                complaint::OWNER,
                complaint::OPENED,
            ),
            _ => (report::PRODUCT, report::REGION, report::STATUS, report::AT),
        };
        let at = state.get(at).as_int();
        self.state.as_deref().is_none_or(|word| in_state(kind, state, word))
            && begins(state, product, self.product.as_deref())
            && begins(state, region, self.region.as_deref())
            && begins(state, owner, self.owner.as_deref())
            && self.before.is_none_or(|before| at.is_some_and(|at| at < before))
            && self.after.is_none_or(|after| at.is_some_and(|at| at >= after))
            && self
                .by
                .as_deref()
                .is_none_or(|who| by.is_some_and(|person| person.is(who)))
    }
}

impl Person {
    fn is(&self, who: &str) -> bool {
        self.function == who || self.name == who || self.name.starts_with(&format!("{who} "))
    }
}

fn is_group(word: &str) -> bool {
    ["open", "over"].contains(&word)
}

/// One of the values in a field begins with what was asked for; nothing asked for is fine.
fn begins(state: &RecordState, field: FieldId, asked: Option<&str>) -> bool {
    let Some(asked) = asked else { return true };
    let one = state.get(field).as_text().map(str::to_owned);
    one.into_iter()
        .chain(state.texts(field))
        .any(|value| normal_form(&value).starts_with(asked))
}

fn in_state(kind: Kind, state: &RecordState, word: &str) -> bool {
    let text = |field| state.get(field).as_text().unwrap_or("");
    match kind {
        Kind::Campaign => {
            let is = CampaignState::from_word(text(campaign::STATE)).unwrap_or(CampaignState::Draft);
            match word {
                "open" => is != CampaignState::Ended,
                "over" => is == CampaignState::Ended,
                word => CAMPAIGN_STATES.contains(&word) && is.word() == word,
            }
        }
        Kind::Complaint => {
            let is = ComplaintState::from_word(text(complaint::STATE)).unwrap_or(ComplaintState::New);
            match word {
                "open" => is.is_open(),
                "over" => is == ComplaintState::Solved,
                word => COMPLAINT_STATES.contains(&word) && is.word() == word,
            }
        }
        // The source's own word.
        _ => normal_form(text(report::STATUS)).replace([' ', '-'], "_") == word,
    }
}

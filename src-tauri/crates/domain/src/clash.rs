//! Clashes: where a planned promise meets a live complaint. Rule R1, scope collision, with the exact integers of
//! product §8.1, so that every machine shows the same number.
//!
//! R1 fires when the scopes intersect, the windows overlap and the complaint is open. The score weighs four parts in
//! basis points (a hundredth of a percent): severity 40 %, volume 25 %, scope 20 %, time 15 %. The sum is kept as an exact
//! fraction and rounded half up once, at the end; the rounded score decides the strength.
//!
//! A campaign without a product or without a start, and a complaint without a product, cannot be compared. They are not
//! silently fine: [`Radar::not_checked`] names them.

mod by_product;

use crate::id::RecordId;
use crate::scope::{Dimension, Scope};
use crate::states::{CampaignState, ComplaintState};
use crate::time::{DAY_MS, HOUR_MS, MINUTE_MS, Millis, WorkCalendar, floor_minute};
use by_product::{ByProduct, Normal};

/// Score from which a clash blocks.
pub const BLOCK_FROM: i64 = 70;
/// Score from which a clash warns.
pub const WARN_FROM: i64 = 45;
/// A decision is due this long before the start.
const NOTICE_MS: i64 = 48 * HOUR_MS;
/// A campaign with a start and no end is taken to last one day.
const DEFAULT_LENGTH_MS: i64 = DAY_MS;
/// Minutes over which the time part falls from full to nothing: thirty days.
const TIME_MINUTES: i64 = 30 * 24 * 60;

/// What the rule reads of a campaign.
#[derive(Debug, Clone)]
pub struct CampaignFacts {
    /// Which campaign.
    pub id: RecordId,
    /// Its name, for the list of those not checked.
    pub name: String,
    /// Its state.
    pub state: CampaignState,
    /// In force from.
    pub start: Option<Millis>,
    /// In force until.
    pub end: Option<Millis>,
    /// How many people get it.
    pub reach: Option<i64>,
    /// What it is about.
    pub scope: Scope,
}

/// What the rule reads of a complaint.
#[derive(Debug, Clone)]
pub struct ComplaintFacts {
    /// Which complaint.
    pub id: RecordId,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: ComplaintState,
    /// 1 to 5.
    pub severity: i64,
    /// When it was written down.
    pub opened: Millis,
    /// What it is about.
    pub scope: Scope,
    /// How much of it there is.
    pub volume: Volume,
}

/// Reports of one complaint by ticket time, as of a whole minute `at`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Volume {
    /// The earliest, at or before `at`.
    pub first: Option<Millis>,
    /// In (at − 168 h, at].
    pub last7: i64,
    /// In the 28 days before that.
    pub prev28: i64,
}

impl Volume {
    /// Length of the recent window.
    pub const LAST_MS: i64 = 7 * DAY_MS;
    /// Length of the window before it.
    pub const PREV_MS: i64 = 28 * DAY_MS;

    /// Of reports with these ticket times, as of the whole minute `at`.
    pub fn of(times: impl IntoIterator<Item = Millis>, at: Millis) -> Self {
        let last_from = at.saturating_sub(Self::LAST_MS);
        let prev_from = last_from.saturating_sub(Self::PREV_MS);
        let mut volume = Self::default();
        for time in times.into_iter().filter(|time| *time > 0 && *time <= at) {
            volume.first = Some(volume.first.map_or(time, |first| first.min(time)));
            volume.last7 += i64::from(time > last_from);
            volume.prev28 += i64::from(time > prev_from && time <= last_from);
        }
        volume
    }

    /// The usual number in a week, rounded half up.
    pub fn usual(&self) -> i64 {
        (self.prev28 * 2 + 4) / 8
    }
}

/// The four parts of a score, in basis points, each rounded half up for show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// 0 to 4000.
    pub severity: i64,
    /// 0 to 2500.
    pub volume: i64,
    /// 0 to 2000.
    pub scope: i64,
    /// 0 to 1500.
    pub time: i64,
}

/// What a clash asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Worth knowing.
    Info,
    /// Somebody should look.
    Warn,
    /// Nothing goes out before both functions signed.
    Block,
}

impl Strength {
    /// Its word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// Why, as data; a window links each line to where the number comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// Both name these values in this dimension.
    Same {
        /// Which dimension.
        dimension: Dimension,
        /// As the campaign spells them.
        values: Vec<String>,
    },
    /// Reports now, and usually.
    Volume {
        /// In the last seven days.
        last7: i64,
        /// In a usual week.
        usual: i64,
    },
    /// How bad one report is, 1 to 5.
    Severity(i64),
    /// The campaign starts in so many minutes.
    StartsIn(i64),
    /// The campaign is out.
    Live,
    /// So many people get it.
    Reach(i64),
}

/// One campaign meets one complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Hash of (rule, campaign, complaint): the same everywhere, without a record.
    pub id: RecordId,
    /// Which campaign.
    pub campaign: RecordId,
    /// Which complaint.
    pub complaint: RecordId,
    /// 0 to 100.
    pub score: i64,
    /// What it is made of.
    pub parts: Parts,
    /// What it asks for.
    pub strength: Strength,
    /// When both must have signed; never in the past.
    pub decide_by: Millis,
    /// Why.
    pub evidence: Vec<Evidence>,
}

/// Why something was not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChecked {
    /// A campaign without a product.
    CampaignWithoutProduct,
    /// A campaign without a start.
    CampaignWithoutStart,
    /// An open complaint without a product.
    ComplaintWithoutProduct,
}

/// The answer of one pass.
#[derive(Debug, Clone, Default)]
pub struct Radar {
    /// Highest score first, then by id.
    pub clashes: Vec<Clash>,
    /// Named, because silence would read as "fine".
    pub not_checked: Vec<(RecordId, String, NotChecked)>,
}

/// Compares every campaign with every complaint as of `at`.
pub fn check(campaigns: &[CampaignFacts], complaints: &[ComplaintFacts], at: Millis, calendar: &WorkCalendar) -> Radar {
    let at = floor_minute(at);
    let mut radar = Radar::default();
    let open: Vec<&ComplaintFacts> = complaints
        .iter()
        .filter(|complaint| complaint.state.is_open())
        .collect();
    for complaint in &open {
        if complaint.scope.get(Dimension::Product).is_empty() {
            radar.not_checked.push((
                complaint.id,
                complaint.title.clone(),
                NotChecked::ComplaintWithoutProduct,
            ));
        }
    }
    let by_product = ByProduct::of(&open);
    let present = Present::of(at, calendar);
    for campaign in campaigns.iter().filter(|campaign| !campaign.state.is_still()) {
        if campaign.scope.get(Dimension::Product).is_empty() {
            radar
                .not_checked
                .push((campaign.id, campaign.name.clone(), NotChecked::CampaignWithoutProduct));
        } else if campaign.start.is_none() && !campaign.state.is_out() {
            radar
                .not_checked
                .push((campaign.id, campaign.name.clone(), NotChecked::CampaignWithoutStart));
        } else {
            let scope = Normal::of(&campaign.scope);
            let clashes = by_product
                .sharing(&scope)
                .filter_map(|complaint| r1_of((campaign, &scope), (complaint.0, &complaint.1), present));
            radar.clashes.extend(clashes);
        }
    }
    radar
        .clashes
        .sort_by(|a, b| b.score.cmp(&a.score).then(a.id.cmp(&b.id)));
    radar
}

/// Rule R1 for one pair, as of the whole minute `at`.
pub fn r1(campaign: &CampaignFacts, complaint: &ComplaintFacts, at: Millis, calendar: &WorkCalendar) -> Option<Clash> {
    let scopes = (Normal::of(&campaign.scope), Normal::of(&complaint.scope));
    r1_of((campaign, &scopes.0), (complaint, &scopes.1), Present::of(at, calendar))
}

fn r1_of(
    (campaign, ours): (&CampaignFacts, &Normal<'_>),
    (complaint, theirs): (&ComplaintFacts, &Normal<'_>),
    present: Present,
) -> Option<Clash> {
    if campaign.state.is_still() || !complaint.state.is_open() {
        return None;
    }
    let (share, shared_evidence) = scope_share(ours, theirs)?;
    let minutes = minutes_to_start(campaign, complaint, present.at)?;
    let severity = severity_bp(complaint.severity);
    let volume = volume_bp(&complaint.volume);
    let (score, parts) = score(severity, volume, share, minutes);
    let strength = match score {
        BLOCK_FROM.. => Strength::Block,
        WARN_FROM.. => Strength::Warn,
        _ => Strength::Info,
    };
    let mut evidence = shared_evidence;
    evidence.push(Evidence::Volume {
        last7: complaint.volume.last7,
        usual: complaint.volume.usual(),
    });
    evidence.push(Evidence::Severity(complaint.severity));
    evidence.push(if minutes == 0 {
        Evidence::Live
    } else {
        Evidence::StartsIn(minutes)
    });
    evidence.extend(campaign.reach.map(Evidence::Reach));
    Some(Clash {
        id: clash_id("R1", campaign.id, complaint.id),
        campaign: campaign.id,
        complaint: complaint.id,
        score,
        parts,
        strength,
        decide_by: present.decide_by(campaign.start),
        evidence,
    })
}

/// A clash's id: hash of rule, campaign and counterpart.
pub fn clash_id(rule: &str, campaign: RecordId, counterpart: RecordId) -> RecordId {
    RecordId::of("clash", &[rule.as_bytes(), &campaign.0, &counterpart.0])
}

/// The instant from which a campaign is over: its end, or a day after its start when nobody wrote one.
pub fn over_at(start: Option<Millis>, end: Option<Millis>) -> Option<Millis> {
    let start = start?;
    Some(
        end.unwrap_or(start.saturating_add(DEFAULT_LENGTH_MS))
            .max(start.saturating_add(1)),
    )
}

/// The earlier of 48 h before the start and one working day after the next standup, but never before `at`.
pub fn decide_by(start: Option<Millis>, at: Millis, calendar: &WorkCalendar) -> Millis {
    Present::of(at, calendar).decide_by(start)
}

/// The minute of a pass, with what its calendar says: asked once, not for each pair.
#[derive(Clone, Copy)]
struct Present {
    at: Millis,
    /// One working day after the next standup.
    after_standup: Millis,
}

impl Present {
    fn of(at: Millis, calendar: &WorkCalendar) -> Self {
        let standup = calendar.next_standup_date(at);
        Self {
            at,
            after_standup: calendar.standup_on(calendar.next_working_day(standup)),
        }
    }

    fn decide_by(self, start: Option<Millis>) -> Millis {
        let before_start = start.map_or(i64::MAX, |start| start.saturating_sub(NOTICE_MS));
        before_start.min(self.after_standup).max(self.at)
    }
}

/// (weight matching, weight specified by either side) and what matches; `None` when the scopes do not intersect.
fn scope_share(campaign: &Normal<'_>, complaint: &Normal<'_>) -> Option<((i64, i64), Vec<Evidence>)> {
    let (mut matching, mut specified) = (0, 0);
    let mut evidence = Vec::new();
    for dimension in Dimension::ALL {
        let (ours, theirs) = (campaign.get(dimension), complaint.get(dimension));
        if ours.is_empty() && theirs.is_empty() {
            if dimension == Dimension::Product {
                return None;
            }
            continue;
        }
        specified += dimension.weight();
        if ours.is_empty() || theirs.is_empty() {
            if dimension == Dimension::Product {
                return None;
            }
            continue;
        }
        let values = campaign.common(complaint, dimension);
        if values.is_empty() {
            return None;
        }
        matching += dimension.weight();
        evidence.push(Evidence::Same { dimension, values });
    }
    Some(((matching, specified), evidence))
}

/// Minutes until the campaign starts, 0 when it is out; `None` when the windows do not overlap or there is no start.
fn minutes_to_start(campaign: &CampaignFacts, complaint: &ComplaintFacts, at: Millis) -> Option<i64> {
    let since = complaint
        .volume
        .first
        .map_or(complaint.opened, |first| first.min(complaint.opened));
    if floor_minute(since) > at {
        return None; // not known yet as of the minute `at`
    }
    if campaign.state.is_out() && campaign.start.is_none() {
        return Some(0);
    }
    let start = campaign.start?;
    let end = over_at(campaign.start, campaign.end)?;
    let start = floor_minute(start);
    if end <= at {
        return None; // over: there is nothing left to decide
    }
    if campaign.state.is_out() || start <= at {
        Some(0)
    } else {
        Some((start - at) / MINUTE_MS)
    }
}

/// Severity 1 to 5 in basis points of its part; out of range counts as the nearest.
fn severity_bp(severity: i64) -> i64 {
    match severity {
        ..=1 => 1000,
        2 => 2500,
        3 => 5000,
        4 => 8000,
        5.. => 10_000,
    }
}

/// Steps of r = (last7 + 1) / (prev28 / 4 + 1) = 4 (last7 + 1) / (prev28 + 4), compared without dividing.
fn volume_bp(volume: &Volume) -> i64 {
    let (numerator, denominator) = (4 * (volume.last7 + 1), volume.prev28 + 4);
    match () {
        () if 4 * numerator < 5 * denominator => 0,
        () if numerator < 2 * denominator => 2500,
        () if numerator < 4 * denominator => 5000,
        () if numerator < 8 * denominator => 7500,
        () => 10_000,
    }
}

/// The score and its parts. Everything is a fraction over `share.1 × TIME_MINUTES` until the one rounding.
fn score(severity_bp: i64, volume_bp: i64, share: (i64, i64), minutes: i64) -> (i64, Parts) {
    let severity = 4000 * severity_bp / 10_000;
    let volume = 2500 * volume_bp / 10_000;
    let left = TIME_MINUTES - minutes.min(TIME_MINUTES);
    let (scope, time) = ((2000 * share.0, share.1), (1500 * left, TIME_MINUTES));
    let denominator = share.1 * TIME_MINUTES;
    let sum = (severity + volume) * denominator + scope.0 * TIME_MINUTES + time.0 * share.1;
    let parts = Parts {
        severity,
        volume,
        scope: half_up(scope.0, scope.1),
        time: half_up(time.0, time.1),
    };
    (half_up(sum, 100 * denominator), parts)
}

/// Rounds a non-negative fraction half up.
fn half_up(numerator: i64, denominator: i64) -> i64 {
    (2 * numerator + denominator) / (2 * denominator)
}

#[cfg(test)]
mod tests;

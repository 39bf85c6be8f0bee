//! The sample board: real complaints from a public database, dated from today, and campaigns of ours that meet them.
//!
//! Where the texts come from stands in `sample/README.md`. Everything is placed relative to now, so the board is as alive
//! on any day as on the day it was made: the newest ticket is from today, and one campaign starts in two days.

use crate::desk::Desk;
use crate::error::Error;
use crate::records::random;
use chrono::{Duration, NaiveDate};
use serde::Deserialize;
use sidedesk_domain::fields::{campaign, complaint, report};
use sidedesk_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Tz, floor_minute, start_of_day, utc_to_local};
use sidedesk_domain::{Edit, FieldId, Kind, Millis, RecordEdit, RecordId, Value};

/// The resource. One record a line.
const SAMPLE: &str = include_str!("../sample/sample.json");
/// The source that its reports name.
const SOURCE: &str = "sample/cfpb";
/// People who wrote them: some write twice.
const PEOPLE: usize = 200;
const WEEK_MS: i64 = 7 * DAY_MS;

#[derive(Deserialize)]
struct Sample {
    complaints: Vec<Complaint>,
    loose: Vec<Report>,
    campaigns: Vec<Campaign>,
}

#[derive(Deserialize)]
struct Complaint {
    title: String,
    state: String,
    severity: i64,
    returned: i64,
    owner: String,
    product: Vec<String>,
    region: Vec<String>,
    expected: String,
    got: String,
    /// How its reports spread over the last eight weeks, the oldest first.
    weeks: Vec<usize>,
    reports: Vec<Report>,
}

#[derive(Deserialize)]
struct Report {
    id: String,
    product: String,
    region: String,
    title: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Campaign {
    name: String,
    state: String,
    /// Days from today until it starts.
    day: Option<i64>,
    hour: i64,
    /// How many days it lasts.
    days: i64,
    product: Vec<String>,
    region: Vec<String>,
    channel: Vec<String>,
    owner: String,
    reach: Option<i64>,
    audience: String,
    text: String,
    budget: String,
}

impl Desk {
    /// Fills an empty board with the sample, in one action: one undo takes it back.
    pub async fn fill_sample(&self) -> Result<(), Error> {
        let open = self.open_board().await?;
        let counts = open.store.counts().await?;
        if counts.campaigns + counts.complaints + counts.reports > 0 {
            return Err(Error::BoardNotEmpty);
        }
        let sample: Sample =
            serde_json::from_str(SAMPLE).map_err(|error| Error::File(format!("the sample cannot be read: {error}")))?;
        let moment = Moment {
            now: floor_minute(self.clock().now()),
            zone: open.zone().await?,
        };
        let mut records = Vec::new();
        for campaign in &sample.campaigns {
            records.push(record(Kind::Campaign, moment.now, campaign.edits(moment))?);
        }
        for complaint in &sample.complaints {
            let times = spread(&complaint.weeks, complaint.reports.len(), moment.now);
            let opened = times.iter().min().copied().unwrap_or(moment.now);
            let made = record(Kind::Complaint, moment.now, complaint.edits(opened))?;
            let id = made.id;
            records.push(made);
            let solved = !["new", "confirmed", "fixing"].contains(&complaint.state.as_str());
            for (report, at) in complaint.reports.iter().zip(times) {
                let mut edits = report.edits(at, if solved { "solved" } else { "open" });
                edits.push((report::COMPLAINT, Edit::Set(id.into())));
                records.push(record(Kind::Report, moment.now, edits)?);
            }
        }
        let times = spread(&[0, 0, 0, 0, 1, 1, 2, 4], sample.loose.len(), moment.now);
        for (report, at) in sample.loose.iter().zip(times) {
            records.push(record(Kind::Report, moment.now, report.edits(at, "new"))?);
        }
        Ok(open.store.commit(self.action("sample", records)?).await?)
    }
}

/// When, and where days begin.
#[derive(Clone, Copy)]
struct Moment {
    now: Millis,
    zone: Tz,
}

fn record(kind: Kind, now: Millis, edits: Edits) -> Result<RecordEdit, Error> {
    Ok(RecordEdit {
        kind,
        id: RecordId::v7(now, random()?),
        seen: 0,
        edits,
    })
}

/// Ticket times: `count` of them over the last weeks as `weights` say, the newest first, the first a few minutes ago.
fn spread(weights: &[usize], count: usize, now: Millis) -> Vec<Millis> {
    let whole: usize = weights.iter().sum::<usize>().max(1);
    let mut times = Vec::with_capacity(count);
    let mut until = 0;
    for (week, weight) in (0_i64..).zip(weights.iter().rev()) {
        until += weight;
        let in_week = (count * until / whole).saturating_sub(times.len());
        for i in 0..in_week {
            // Uneven gaps without chance: every step is moved by up to its own length.
            let step = WEEK_MS / in_week as i64;
            let uneven = step * ((i as i64 * 7 + week * 3) % 10) / 10;
            let back = week * WEEK_MS + i as i64 * step + uneven + 4 * MINUTE_MS;
            times.push(floor_minute(now - back.min(week * WEEK_MS + WEEK_MS - MINUTE_MS)));
        }
    }
    times
}

type Edits = Vec<(FieldId, Edit)>;

fn set(edits: &mut Edits, field: FieldId, value: impl Into<Value>) {
    edits.push((field, Edit::Set(value.into())));
}

/// What is not said stays unwritten.
fn set_text(edits: &mut Edits, field: FieldId, text: &str) {
    if !text.is_empty() {
        set(edits, field, text);
    }
}

fn add_all(edits: &mut Edits, field: FieldId, values: &[String]) {
    edits.extend(values.iter().map(|value| (field, Edit::Add(value.as_str().into()))));
}

impl Campaign {
    fn edits(&self, moment: Moment) -> Edits {
        let mut edits = Edits::new();
        set(&mut edits, campaign::NAME, self.name.as_str());
        set(&mut edits, campaign::STATE, self.state.as_str());
        set(&mut edits, campaign::ZONE, moment.zone.name());
        if let Some(day) = self.day {
            let today = utc_to_local(moment.now, moment.zone).date();
            let midnight = |days: i64| start_of_day(later(today, days), moment.zone);
            set(&mut edits, campaign::START, midnight(day) + self.hour * HOUR_MS);
            set(&mut edits, campaign::END, midnight(day + self.days));
        }
        add_all(&mut edits, campaign::PRODUCT, &self.product);
        add_all(&mut edits, campaign::REGION, &self.region);
        add_all(&mut edits, campaign::CHANNEL, &self.channel);
        set_text(&mut edits, campaign::OWNER, &self.owner);
        set_text(&mut edits, campaign::AUDIENCE, &self.audience);
        set_text(&mut edits, campaign::TEXT, &self.text);
        set_text(&mut edits, campaign::BUDGET, &self.budget);
        if let Some(reach) = self.reach {
            set(&mut edits, campaign::REACH, reach);
        }
        edits
    }
}

fn later(today: NaiveDate, days: i64) -> NaiveDate {
    today.checked_add_signed(Duration::days(days)).unwrap_or(today)
}

impl Complaint {
    fn edits(&self, opened: Millis) -> Edits {
        let mut edits = Edits::new();
        set(&mut edits, complaint::TITLE, self.title.as_str());
        set(&mut edits, complaint::STATE, self.state.as_str());
        set(&mut edits, complaint::SEVERITY, self.severity);
        set(&mut edits, complaint::OPENED, opened);
        if self.returned > 0 {
            set(&mut edits, complaint::RETURNED, self.returned);
        }
        add_all(&mut edits, complaint::PRODUCT, &self.product);
        add_all(&mut edits, complaint::REGION, &self.region);
        set_text(&mut edits, complaint::OWNER, &self.owner);
        set_text(&mut edits, complaint::EXPECTED, &self.expected);
        set_text(&mut edits, complaint::GOT, &self.got);
        edits
    }
}

impl Report {
    fn edits(&self, at: Millis, status: &str) -> Edits {
        let mut edits = Edits::new();
        set(&mut edits, report::TITLE, self.title.as_str());
        set(&mut edits, report::BODY, self.text.as_str());
        set(&mut edits, report::AT, at);
        set(&mut edits, report::STATUS, status);
        set(&mut edits, report::CHANNEL, "web");
        set_text(&mut edits, report::PRODUCT, &self.product);
        set_text(&mut edits, report::REGION, &self.region);
        set(&mut edits, report::SOURCE, SOURCE);
        set(&mut edits, report::SOURCE_ID, self.id.as_str());
        set(&mut edits, report::CUSTOMER, self.customer());
        edits
    }

    /// Nobody: the database names no people. Some of these write twice.
    fn customer(&self) -> String {
        let digits: usize = self.id.parse().unwrap_or(0);
        let nobody = digits % PEOPLE;
        RecordId::of("sample customer", &[&nobody.to_le_bytes()]).to_string()
    }
}

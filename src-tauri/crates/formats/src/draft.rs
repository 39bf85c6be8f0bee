//! The second reading: one row becomes one draft.

use crate::campaign_words;
use crate::date_text::{DateText, Day};
use crate::empty::is_empty;
use crate::headers::Header;
use crate::identity::{Identity, Known};
use crate::judge::Judgement;
use crate::ledger::Ledger;
use crate::lists;
use crate::mapping::{Mapping, Target};
use crate::mask::mask;
use crate::model::{DateOrder, Draft, DraftValue, Preset};
use crate::numbers;
use crate::rows::{Cell, Row};
use chrono::{Days, NaiveDate};
use sidedesk_domain::fields::{FieldSpec, FieldType, Kind, campaign, report};
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::time::{self, Tz};
use sidedesk_domain::value::MAX_TEXT_LEN;
use sidedesk_domain::{FieldId, Millis, Value};

/// A first reply after ten years is a slip of somebody's pen.
const MAX_REPLY_MINUTES: i64 = 10 * 366 * 24 * 60;

/// Everything that is the same for all rows of a file.
pub(crate) struct Drafter<'f> {
    preset: Preset,
    kind: Kind,
    zone: Tz,
    source: String,
    headers: &'f [Header],
    columns: &'f [Judgement],
    groups: Vec<(Target, Vec<usize>)>,
    identity: Identity,
}

impl<'f> Drafter<'f> {
    /// For one file.
    pub fn new(
        preset: Preset,
        account: &str,
        zone: Tz,
        headers: &'f [Header],
        columns: &'f [Judgement],
        mapping: &Mapping,
    ) -> Self {
        let name = preset.name();
        Self {
            preset,
            kind: mapping.kind,
            zone,
            source: if account == name {
                name.to_owned()
            } else {
                format!("{name}: {account}")
            },
            headers,
            columns,
            groups: mapping.by_target(),
            identity: Identity::new(mapping.kind, preset, account),
        }
    }

    /// The draft of a row, or `None` when it was skipped; then the ledger says why.
    pub fn draft(&mut self, ledger: &mut Ledger, row: &Row<'_>) -> Option<Draft> {
        let mut making = Making {
            drafter: self,
            ledger,
            row,
            fields: Vec::new(),
            group: None,
            source_id: None,
            reply_minutes: None,
        };
        making.fill();
        let Making {
            mut fields,
            group,
            source_id,
            ..
        } = making;
        if fields.is_empty() && group.is_none() {
            ledger.skip(row.line, "Nothing stands in the mapped columns but an id");
            return None;
        }
        let id = match self.identity.of(row, source_id.as_deref()) {
            Known::New(id) => id,
            Known::Other(id, line) => {
                let shown = source_id.as_deref().unwrap_or_default();
                ledger.note(
                    row.line,
                    format!(
                        "The id \"{}\" also stands in line {line}; both are kept",
                        cut_name(shown)
                    ),
                );
                id
            }
            Known::Same(line) => {
                ledger.skip(row.line, format!("The same as line {line}"));
                return None;
            }
        };
        let (source_field, id_field) = match self.kind {
            Kind::Campaign => (campaign::SOURCE, campaign::SOURCE_ID),
            _ => (report::SOURCE, report::SOURCE_ID),
        };
        fields.push((source_field, text_value(self.source.clone())));
        if let Some(source_id) = source_id {
            fields.push((id_field, text_value(source_id)));
        }
        Some(Draft {
            line: row.line,
            kind: self.kind,
            id,
            fields,
            group,
        })
    }
}

fn text_value(text: String) -> DraftValue {
    DraftValue::One(Value::Text(text))
}

fn cut_name(text: &str) -> String {
    text.chars().take(60).collect()
}

/// One row in the making.
struct Making<'d, 'f, 'r> {
    drafter: &'d Drafter<'f>,
    ledger: &'d mut Ledger,
    row: &'r Row<'r>,
    fields: Vec<(FieldId, DraftValue)>,
    group: Option<String>,
    source_id: Option<String>,
    /// Zendesk gives the first reply as minutes after the ticket.
    reply_minutes: Option<i64>,
}

impl Making<'_, '_, '_> {
    fn fill(&mut self) {
        let drafter = self.drafter;
        for (target, columns) in &drafter.groups {
            match target {
                Target::Group => self.group = self.joined(columns, ", "),
                Target::Field(spec) if spec.name == "id" => self.source_id = self.joined(columns, "/"),
                Target::Field(spec) => {
                    if let Some(value) = self.value(spec, columns) {
                        self.put(spec.id, value);
                    }
                }
            }
        }
        match self.drafter.kind {
            Kind::Campaign => self.settle_campaign(),
            _ => self.settle_report(),
        }
    }

    fn put(&mut self, field: FieldId, value: DraftValue) {
        self.fields.push((field, value));
    }

    fn cell(&self, column: usize) -> &Cell<'_> {
        self.row.cells.get(column).unwrap_or(&Cell::EMPTY)
    }

    fn header(&self, column: usize) -> &str {
        self.drafter
            .headers
            .get(column)
            .map_or("", |header| header.raw.as_str())
    }

    fn value(&mut self, spec: &'static FieldSpec, columns: &[usize]) -> Option<DraftValue> {
        match spec.ty {
            FieldType::Text => self.text(spec, columns).map(text_value),
            FieldType::Instant if spec.id == report::FIRST_REPLY && self.drafter.preset == Preset::ZendeskCsv => {
                self.reply_minutes = columns.iter().find_map(|column| self.number(*column));
                None
            }
            FieldType::Instant => {
                let at = columns
                    .iter()
                    .find_map(|column| self.instant(*column, spec.id == campaign::END))?;
                Some(DraftValue::One(Value::Int(at)))
            }
            FieldType::Int => columns
                .iter()
                .find_map(|column| self.number(*column))
                .map(|n| DraftValue::One(n.into())),
            FieldType::Bool => columns
                .iter()
                .find_map(|column| self.truth(*column))
                .map(|b| DraftValue::One(Value::Bool(b))),
            FieldType::Choice(_) => self.state(columns).map(text_value),
            FieldType::Set => {
                let items = self.items(columns);
                (!items.is_empty()).then_some(DraftValue::Many(items))
            }
            FieldType::Ref(_) => None,
        }
    }

    /// The cell's text without control characters and cut to what a field holds, each reported; `None` when empty.
    fn clean(&mut self, column: usize) -> Option<String> {
        let text = self.cell(column).text();
        if is_empty(&text) {
            return None;
        }
        let mut text = text.trim().replace("\r\n", "\n");
        let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        if text.contains(strange) {
            text = text.replace('\r', "\n").replace(strange, "");
            let message = format!("Control characters in column \"{}\" were left out", self.header(column));
            self.ledger.note(self.row.line, message);
        }
        Some(self.cut(text, column))
    }

    fn cut(&mut self, mut text: String, column: usize) -> String {
        if text.len() > MAX_TEXT_LEN {
            let border = text.floor_char_boundary(MAX_TEXT_LEN);
            text.truncate(border);
            let message = format!(
                "Column \"{}\" holds more than 32 kB here and was cut",
                self.header(column)
            );
            self.ledger.note(self.row.line, message);
        }
        text
    }

    fn joined(&mut self, columns: &[usize], between: &str) -> Option<String> {
        let parts: Vec<String> = columns.iter().filter_map(|column| self.clean(*column)).collect();
        let first = columns.first().copied().unwrap_or_default();
        (!parts.is_empty()).then(|| self.cut(parts.join(between), first))
    }

    /// Long texts keep every column, the further ones under their names; short texts are one line.
    fn text(&mut self, spec: &FieldSpec, columns: &[usize]) -> Option<String> {
        if spec.id == report::CUSTOMER {
            return columns.iter().find_map(|column| self.clean(*column));
        }
        let long = [report::BODY, campaign::TEXT].contains(&spec.id);
        let mut whole = String::new();
        for column in columns {
            let Some(text) = self.clean(*column) else { continue };
            let header = self.header(*column).to_owned();
            let first = columns
                .first()
                .is_some_and(|first| first == column || self.header(*first) == header);
            match (long, whole.is_empty()) {
                (true, true) if first => whole = text,
                (true, empty) => {
                    whole.push_str(if empty { "" } else { "\n\n" });
                    whole.push_str(&if first {
                        text
                    } else {
                        format!("{}: {text}", nice(&header))
                    });
                }
                (false, true) => whole = one_line(&text),
                (false, false) => whole = format!("{whole}, {}", one_line(&text)),
            }
        }
        if [report::TITLE, report::BODY].contains(&spec.id) {
            whole = mask(&whole).into_owned();
        }
        let first = columns.first().copied().unwrap_or_default();
        (!whole.is_empty()).then(|| self.cut(whole, first))
    }

    /// `is_end`: a day without a time is then the last day, so the end is the next midnight.
    fn instant(&mut self, column: usize, is_end: bool) -> Option<Millis> {
        if let Cell::At(at) = self.cell(column) {
            return Some(*at);
        }
        let text = self.cell(column).text();
        if is_empty(&text) {
            return None;
        }
        let judged = self.drafter.columns.get(column)?;
        let zone = self
            .drafter
            .headers
            .get(column)
            .and_then(|header| header.zone)
            .unwrap_or(self.drafter.zone);
        let at = DateText::parse(&text).and_then(|date| to_instant(date, judged.order, zone, is_end));
        if at.is_none() {
            let shown = cut_name(text.trim());
            let message = format!(
                "\"{shown}\" in column \"{}\" is not a date; it was left empty",
                self.header(column)
            );
            self.ledger.note(self.row.line, message);
        }
        at
    }

    fn number(&mut self, column: usize) -> Option<i64> {
        let text = self.cell(column).text();
        if is_empty(&text) {
            return None;
        }
        let number = numbers::parse(&text, self.drafter.columns.get(column)?.decimal);
        if number.is_none() {
            let shown = cut_name(text.trim());
            let message = format!(
                "\"{shown}\" in column \"{}\" is not a number; it was left empty",
                self.header(column)
            );
            self.ledger.note(self.row.line, message);
        }
        number
    }

    fn truth(&self, column: usize) -> Option<bool> {
        match self.cell(column).text().trim().to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "x" | "archived" | "closed" => Some(true),
            "false" | "no" | "n" | "0" => Some(false),
            _ => None,
        }
    }

    /// Our word; the file's own word goes to the labels when it is another one, so that nothing is lost.
    fn state(&mut self, columns: &[usize]) -> Option<String> {
        let word = self.joined(columns, " ")?;
        let state = campaign_words::state_of(&word).unwrap_or(campaign_words::UNKNOWN);
        // A calendar's TENTATIVE and CONFIRMED say no more than our words; that it was called off does.
        let says_more = self.drafter.preset != Preset::Ics || state == CampaignState::Ended;
        if says_more && !state.word().eq_ignore_ascii_case(&word) {
            self.label(word);
        }
        Some(state.word().to_owned())
    }

    fn label(&mut self, label: String) {
        let known = self.fields.iter_mut().find(|(field, _)| *field == campaign::LABELS);
        match known {
            Some((_, DraftValue::Many(items))) if !items.contains(&label) => items.push(label),
            Some(_) => {}
            None => self.put(campaign::LABELS, DraftValue::Many(vec![label])),
        }
    }

    fn items(&mut self, columns: &[usize]) -> Vec<String> {
        let mut items: Vec<String> = Vec::new();
        for column in columns {
            let found = match self.cell(*column) {
                Cell::List(items) => items.clone(),
                _ => {
                    let Some(separator) = self.drafter.columns.get(*column).map(|judged| judged.separator) else {
                        continue;
                    };
                    self.clean(*column)
                        .map(|text| lists::split(&text, separator))
                        .unwrap_or_default()
                }
            };
            for item in found {
                let trello = self.drafter.preset == Preset::TrelloCsv;
                let item = if trello { lists::without_colour(&item) } else { item };
                if !item.is_empty() && !items.contains(&item) {
                    items.push(self.cut(item, *column));
                }
            }
        }
        items
    }

    fn settle_report(&mut self) {
        let minutes = self
            .reply_minutes
            .filter(|minutes| (0..MAX_REPLY_MINUTES).contains(minutes));
        let created = self
            .fields
            .iter()
            .find(|(field, _)| *field == report::AT)
            .map(|(_, value)| value);
        if let (Some(minutes), Some(DraftValue::One(Value::Int(created)))) = (minutes, created) {
            let replied = created + minutes * time::MINUTE_MS;
            self.put(report::FIRST_REPLY, DraftValue::One(Value::Int(replied)));
        }
    }

    /// What concerns several fields: labels once, a due date alone is the date, the zone beside the dates.
    fn settle_campaign(&mut self) {
        let drafter = self.drafter;
        self.merge_labels();
        self.name_it();
        let has = |fields: &[(FieldId, DraftValue)], wanted: FieldId| fields.iter().any(|(field, _)| *field == wanted);
        let trello = matches!(drafter.preset, Preset::TrelloCsv | Preset::TrelloJson);
        if trello
            && !has(&self.fields, campaign::START)
            && let Some((field, _)) = self.fields.iter_mut().find(|(field, _)| *field == campaign::END)
        {
            *field = campaign::START;
        }
        let dated = has(&self.fields, campaign::START) || has(&self.fields, campaign::END);
        if dated && !has(&self.fields, campaign::ZONE) {
            self.put(campaign::ZONE, text_value(drafter.zone.name().to_owned()));
        }
    }

    fn name_it(&mut self) {
        if self.fields.is_empty() || self.fields.iter().any(|(field, _)| *field == campaign::NAME) {
            return;
        }
        let name = match self.drafter.preset {
            Preset::Ics => "Untitled event",
            Preset::TrelloCsv | Preset::TrelloJson => "Untitled card",
            _ => "Untitled",
        };
        // The further dates of a series are the same line.
        if !self.row.extra {
            self.ledger
                .note(self.row.line, format!("No name stands here; it was called \"{name}\""));
        }
        self.fields.insert(0, (campaign::NAME, text_value(name.to_owned())));
    }

    /// The state may have left a label before or after the labels' own columns were read.
    fn merge_labels(&mut self) {
        let mut labels: Vec<String> = Vec::new();
        let mut at = None;
        for (index, (field, value)) in self.fields.iter().enumerate() {
            if let (true, DraftValue::Many(items)) = (*field == campaign::LABELS, value) {
                at.get_or_insert(index);
                for item in items {
                    if !labels.contains(item) {
                        labels.push(item.clone());
                    }
                }
            }
        }
        let Some(at) = at else { return };
        self.fields.retain(|(field, _)| *field != campaign::LABELS);
        self.fields
            .insert(at.min(self.fields.len()), (campaign::LABELS, DraftValue::Many(labels)));
    }
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `LOCATION` → `Location`.
fn nice(header: &str) -> String {
    if header.chars().any(char::is_lowercase) {
        return header.to_owned();
    }
    let mut chars = header.chars();
    chars
        .next()
        .map(|first| first.to_string() + &chars.as_str().to_lowercase())
        .unwrap_or_default()
}

fn to_instant(date: DateText, order: DateOrder, zone: Tz, is_end: bool) -> Option<Millis> {
    let day = match (date.day, order) {
        (Day::Plain(day), _) => day,
        (Day::Either { a, b, year }, DateOrder::DayFirst) => NaiveDate::from_ymd_opt(year, b, a)?,
        (Day::Either { a, b, year }, DateOrder::MonthFirst) => NaiveDate::from_ymd_opt(year, a, b)?,
    };
    match (date.time, date.offset) {
        (Some(clock), Some(offset)) => {
            let utc = day.and_time(clock).and_utc().timestamp_millis();
            Some(utc - i64::from(offset) * 1_000)
        }
        (Some(clock), None) => Some(time::local_to_utc(day.and_time(clock), zone)),
        (None, _) if is_end => Some(time::start_of_day(day.checked_add_days(Days::new(1))?, zone)),
        (None, _) => Some(time::start_of_day(day, zone)),
    }
}

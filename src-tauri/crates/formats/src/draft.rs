//! The second reading: one row becomes one draft.

mod settle;
mod values;

use crate::empty::is_empty;
use crate::headers::Header;
use crate::html;
use crate::identity::{Identity, Known};
use crate::judge::Judgement;
use crate::ledger::Ledger;
use crate::mapping::{Mapping, Target};
use crate::mask::mask;
use crate::model::{Draft, DraftValue};
use crate::presets::{Layout, Preset, Unit};
use crate::rows::{Cell, Row};
use sidedesk_domain::fields::{FieldSpec, FieldType, Kind, campaign, report};
use sidedesk_domain::time::{DAY_MS, Tz};
use sidedesk_domain::value::MAX_TEXT_LEN;
use sidedesk_domain::{FieldId, Millis, RecordId, Value};
use std::collections::BTreeMap;

/// A first reply after ten years is a slip of somebody's pen.
const MAX_REPLY: Millis = 10 * 366 * DAY_MS;

/// Everything that is the same for all rows of a file.
pub(crate) struct Drafter<'f> {
    layout: &'static Layout,
    kind: Kind,
    zone: Tz,
    source: String,
    headers: &'f [Header],
    columns: &'f [Judgement],
    groups: Vec<(Target, Vec<usize>)>,
    /// One per column: what its cells were said to mean.
    values: Vec<BTreeMap<String, String>>,
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
        let name = preset.source_name();
        Self {
            layout: preset.layout(),
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
            values: mapping.values.clone(),
            identity: Identity::new(mapping.kind, preset, account, headers.len()),
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
            reply_after: None,
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
        let own = own_id(self.headers, row);
        let id = match self.identity.of(row, source_id.as_deref(), own) {
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
        let source = match own {
            // Where the record came from in the first place, if it says so.
            Some(_) => cell_named(self.headers, row, "source"),
            None => Some(self.source.clone()),
        };
        fields.extend(source.map(|source| (source_field, text_value(source))));
        if let Some(source_id) = source_id {
            fields.push((id_field, text_value(source_id)));
        }
        Some(Draft {
            line: row.line,
            kind: self.kind,
            id,
            fields,
            group_id: group.is_some().then(|| self.cause_id(row)).flatten(),
            group,
        })
    }
}

impl Drafter<'_> {
    /// The tool's own id of the cause, when the causes' own column groups.
    fn cause_id(&self, row: &Row<'_>) -> Option<String> {
        let (cause, id) = self.layout.habits.cause?;
        let grouping = self.groups.iter().find(|(target, _)| matches!(target, Target::Group));
        let ours = grouping.is_some_and(|(_, columns)| {
            let names = columns.iter().filter_map(|column| self.headers.get(*column));
            names.map(|header| header.normal.as_str()).eq([cause])
        });
        ours.then(|| cell_named(self.headers, row, id)).flatten()
    }
}

/// The record's id in a table that this program wrote.
fn own_id(headers: &[Header], row: &Row<'_>) -> Option<RecordId> {
    headers.first().filter(|header| header.is_own())?;
    row.cells.first()?.text().trim().parse().ok()
}

fn cell_named(headers: &[Header], row: &Row<'_>, name: &str) -> Option<String> {
    let at = headers.iter().position(|header| header.normal == name)?;
    let text = row.cells.get(at)?.text().trim().to_owned();
    (!text.is_empty()).then_some(text)
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
    /// Some tools give the first reply as a time after the ticket.
    reply_after: Option<Millis>,
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
            FieldType::Text | FieldType::LongText => self.text(spec, columns).map(text_value),
            FieldType::Instant if spec.id == report::FIRST_REPLY => self.first_reply(columns),
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
        let said = self.drafter.values.get(column);
        if let Some(word) = said.and_then(|values| values.get(text.trim())) {
            return Some(word.clone());
        }
        let header = self.drafter.headers.get(column);
        if let Some(word) = header.and_then(|header| self.drafter.layout.word(&header.normal, &text)) {
            return Some(word.to_owned());
        }
        let mut text = text.trim().replace("\r\n", "\n");
        if let Some(plain) = html::plain(&text) {
            if plain.is_empty() {
                return None;
            }
            text = plain;
        }
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

    /// A time, or a length after the ticket's own time, which is settled when that is known.
    fn first_reply(&mut self, columns: &[usize]) -> Option<DraftValue> {
        for column in columns {
            match self.unit(*column) {
                None => {
                    if let Some(at) = self.instant(*column, false) {
                        return Some(DraftValue::One(Value::Int(at)));
                    }
                }
                Some(unit) => self.reply_after = self.reply_after.or(self.length(*column, unit)),
            }
        }
        None
    }

    /// The tool is known to write a list here.
    fn is_list(&self, columns: &[usize]) -> bool {
        let mut headers = columns.iter().filter_map(|column| self.drafter.headers.get(*column));
        let lists = self.drafter.layout.lists;
        headers.any(|header| lists.iter().any(|(name, _)| *name == header.normal))
    }

    fn unit(&self, column: usize) -> Option<Unit> {
        let header = self.drafter.headers.get(column)?;
        self.drafter.layout.unit(&header.normal)
    }

    fn joined(&mut self, columns: &[usize], between: &str) -> Option<String> {
        let parts: Vec<String> = columns.iter().filter_map(|column| self.clean(*column)).collect();
        let first = columns.first().copied().unwrap_or_default();
        (!parts.is_empty()).then(|| self.cut(parts.join(between), first))
    }

    /// Long texts keep every column, the further ones under their names; short texts are one line.
    fn text(&mut self, spec: &FieldSpec, columns: &[usize]) -> Option<String> {
        if spec.id == campaign::OWNER && self.is_list(columns) {
            let items = self.items(columns);
            return (!items.is_empty()).then(|| items.join(", "));
        }
        // Freshdesk writes its column "Source" twice.
        if [report::CUSTOMER, report::CHANNEL, report::STATUS, report::PRIORITY].contains(&spec.id) {
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
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `LOCATION` → `Location`, `hs_notes` → `Notes`.
fn nice(header: &str) -> String {
    if let Some(internal) = header.strip_prefix("hs_") {
        return nice(&internal.replace('_', " ").to_uppercase());
    }
    if header.chars().any(char::is_lowercase) {
        return header.to_owned();
    }
    let mut chars = header.chars();
    chars
        .next()
        .map(|first| first.to_string() + &chars.as_str().to_lowercase())
        .unwrap_or_default()
}

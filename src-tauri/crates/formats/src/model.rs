//! What goes in and what comes out: the types that `api` is built against.

use crate::choices::ColumnValue;
use crate::headers::normal_form;
use crate::presets::Preset;
use sidedesk_domain::fields::{self, FieldType, Kind};
use sidedesk_domain::time::Tz;
use sidedesk_domain::{FieldId, Millis, RecordId, Value};

/// How a file is to be read. Everything that the file cannot say itself.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The shape of the file; `None` recognises it.
    pub preset: Option<Preset>,
    /// (column, field name): overrides and extends the preset. A column is named as in the file or in its normal form
    /// (`ticketcategory` is `Ticket Category [list]`); the field `-` leaves a column out.
    pub map: Vec<(String, String)>,
    /// (column, cell, word): what a cell of a column means whose field has a few words, such as the id of a stage.
    pub values: Vec<(String, String, String)>,
    /// What the rows are; `None` decides by the mapped fields.
    pub kind: Option<Kind>,
    /// The name the user gives the source, part of every record's identity; default the board's or the preset's name.
    pub account: Option<String>,
    /// The zone that local times of the file are meant in.
    pub zone: Tz,
    /// Now. Repeated events are expanded for the 24 calendar months that begin three months before this one.
    pub now: Millis,
    /// The answer to a [`Question`]. Without one, month first is read, and the question stands in the result.
    pub date_order: Option<DateOrder>,
}

impl ReadOptions {
    /// Recognise everything; times are meant in `zone`, and it is `now`.
    pub fn new(zone: Tz, now: Millis) -> Self {
        Self {
            preset: None,
            map: Vec::new(),
            values: Vec::new(),
            kind: None,
            account: None,
            zone,
            now,
            date_order: None,
        }
    }
}

/// Which of two numbers comes first in `03/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// What a person said about the columns of a file. Kept by the caller under [`Parsed::header_fingerprint`] when an import
/// was run, and given back by [`crate::Listener::recall`] for the next file of the same columns: nobody is asked twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remembered {
    /// [`ReadOptions::map`] as it was used.
    pub map: Vec<(String, String)>,
    /// [`ReadOptions::values`] as they were used.
    pub values: Vec<(String, String, String)>,
    /// What the rows became.
    pub kind: Option<Kind>,
    /// The answer to a [`Question`], if one was asked.
    pub date_order: Option<DateOrder>,
}

impl ReadOptions {
    /// What was said now goes first, then what was said the last time.
    pub(crate) fn recalling(&self, last: Remembered) -> Self {
        // The rows are something else now: what was said of their columns was said of other fields.
        let is_other = self.kind.is_some() && last.kind.is_some() && self.kind != last.kind;
        let kept = last.map.into_iter().filter(|known| !is_other && !self.says_anew(known));
        let said = |(column, cell, _): &(String, String, String)| {
            let mut now = self.values.iter();
            let is_same = |(c, v, _): &(String, String, String)| normal_form(c) == normal_form(column) && v == cell;
            // Its column fills something else now: what its cells meant was meant for another field.
            is_other || now.any(is_same) || self.map.iter().any(|(c, _)| normal_form(c) == normal_form(column))
        };
        let values = last.values.into_iter().filter(|known| !said(known));
        Self {
            values: values.chain(self.values.iter().cloned()).collect(),
            map: kept.chain(self.map.iter().cloned()).collect(),
            kind: self.kind.or(last.kind),
            date_order: self.date_order.or(last.date_order),
            ..self.clone()
        }
    }

    /// A column that was said again, or a field that another column fills now and that holds one value.
    fn says_anew(&self, (column, field): &(String, String)) -> bool {
        let is_list = [Kind::Campaign, Kind::Report]
            .iter()
            .any(|kind| fields::named(*kind, field).is_some_and(|spec| spec.ty == FieldType::Set));
        let name = normal_form(column);
        self.map
            .iter()
            .any(|(other, filled)| normal_form(other) == name || (filled == field && !is_list))
    }

    /// What a person said of all this, to be remembered.
    pub(crate) fn said(&self) -> Remembered {
        Remembered {
            map: self.map.clone(),
            values: self.values.clone(),
            kind: self.kind,
            date_order: self.date_order,
        }
    }
}

/// A file, read. Nothing is written yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// As given or as recognised.
    pub preset: Preset,
    /// As given, else the board's name (Trello), else the preset's name.
    pub account: String,
    /// What the drafts are.
    pub kind: Kind,
    /// Every column of the file and where it goes.
    pub columns: Vec<Column>,
    /// The same for the same set of columns in any order and spelling: a mapping is remembered by it.
    pub header_fingerprint: String,
    /// What a person said about the columns, now or the last time, as it was used.
    pub said: Remembered,
    /// Some of it was said the last time.
    pub recalled: bool,
    /// Rows of the file, cards of the board, events of the calendar.
    pub rows: u64,
    /// Drafts beyond one per row: the further dates of repeated events.
    pub expanded: u64,
    /// What would be written, in file order; empty where they went to a listener. Ids are distinct.
    pub drafts: Vec<Draft>,
    /// What was skipped (all of it) and what was noted (the first thousand), in the order of reading.
    pub problems: Vec<Problem>,
    /// What the file could not give, in words.
    pub missing: Vec<String>,
    /// What only a person can answer.
    pub question: Option<Question>,
    /// The file is cut off or broken in part: import what is sound only after the preview said so.
    pub damaged: bool,
}

impl Parsed {
    /// Rows that did not become drafts.
    pub fn skipped(&self) -> u64 {
        self.problems.iter().filter(|problem| problem.skipped).count() as u64
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As in the file.
    pub header: String,
    /// The field it fills, or `complaint` where it groups; `None` when it is left out.
    pub field: Option<&'static str>,
    /// Its first cell that is not empty, at most 80 characters.
    pub sample: String,
    /// The words that its field knows, if these are a few and it holds others.
    pub choices: &'static [&'static str],
    /// The others, the most frequent first, with what they were said to mean.
    pub values: Vec<ColumnValue>,
}

/// Something to know about one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Physical line in the file, from 1; the card's number in a Trello board.
    pub line: u64,
    /// What, and what to do.
    pub message: String,
    /// True when the row did not become a draft.
    pub skipped: bool,
}

/// A date column that reads both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The column.
    pub column: String,
    /// Two of its dates (one, if it holds only one), worked out both ways.
    pub examples: Vec<DateExample>,
}

/// One ambiguous date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateExample {
    /// As in the file: `03/04/2026`.
    pub text: String,
    /// `2026-04-03`.
    pub day_first: String,
    /// `2026-03-04`.
    pub month_first: String,
}

/// A record that would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where its row begins.
    pub line: u64,
    /// Campaign or report.
    pub kind: Kind,
    /// The same for the same row of the same source at every import.
    pub id: RecordId,
    /// Its fields; what is empty in the file is absent.
    ///
    /// `customer` of a report is the file's **raw** reference: `api` must replace it by the keyed hash before
    /// anything is written (this crate holds no key).
    pub fields: Vec<(FieldId, DraftValue)>,
    /// The value of the column mapped to `complaint`: one complaint per distinct value.
    pub group: Option<String>,
    /// The tool's own id of that complaint, where the file has one (Zendesk's problems): then it tells complaints
    /// apart, and `group` is only what they are called.
    pub group_id: Option<String>,
}

impl Draft {
    /// What stands in a field.
    pub fn get(&self, field: FieldId) -> Option<&DraftValue> {
        self.fields.iter().find(|(id, _)| *id == field).map(|(_, value)| value)
    }
}

/// What stands in a field of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftValue {
    /// A single value.
    One(Value),
    /// The elements of a set, distinct, in file order.
    Many(Vec<String>),
}

//! The first reading of a file: every mapped column is looked at whole before a single cell is read.
//!
//! **Date order.** A column decides by its cells that read one way only; if it holds both sorts, the majority rules and
//! the others are unreadable. A column that cannot decide follows the other date columns of the file, then the answer
//! in [`ReadOptions::date_order`], then month first; only in the last case, [`Question`] asks.

use crate::choices::{ColumnValue, Counted};
use crate::date_text::{DateText, Day};
use crate::empty::is_empty;
use crate::headers::Header;
use crate::ledger::Ledger;
use crate::lists::{self, ListVotes, Separator};
use crate::mapping::{Mapping, Target};
use crate::model::{DateExample, DateOrder, Question, ReadOptions};
use crate::numbers::NumberVotes;
use crate::presets::Preset;
use crate::rows::{Cell, Row, Source};
use chrono::NaiveDate;
use sidedesk_domain::fields::{FieldType, Kind};

/// Characters of a sample.
const MAX_SAMPLE: usize = 80;

/// How to read one column.
#[derive(Debug, Clone)]
pub(crate) struct Judgement {
    /// Its first cell that is not empty.
    pub sample: String,
    /// For dates of the form `a/b/year`.
    pub order: DateOrder,
    /// For numbers.
    pub decimal: char,
    /// For lists.
    pub separator: Separator,
    /// Words that its field does not know.
    pub values: Vec<ColumnValue>,
}

/// What was found in one column.
#[derive(Debug, Default)]
struct Votes {
    sample: String,
    day_first: u64,
    month_first: u64,
    either: Vec<(String, DateExample)>,
    numbers: NumberVotes,
    lists: ListVotes,
    values: Counted,
}

/// All columns, and the question if there is one.
#[derive(Debug)]
pub(crate) struct Judged {
    /// One per column.
    pub columns: Vec<Judgement>,
    /// Asked when nothing decides.
    pub question: Option<Question>,
}

/// Reads `source` once. `go_on` is asked at every row; `None` when it said stop.
pub(crate) fn judge(
    source: &Source<'_>,
    mapping: &Mapping,
    preset: Preset,
    options: &ReadOptions,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Option<Judged> {
    let mut votes: Vec<Votes> = Vec::new();
    votes.resize_with(source.headers().len(), Votes::default);
    let mut stopped = false;
    source.visit(&mut Ledger::default(), &mut |_, row: &Row<'_>| {
        let headers = source.headers().iter();
        let columns = votes.iter_mut().zip(headers).zip(&mapping.targets).zip(&mapping.values);
        for ((((votes, header), target), said), cell) in columns.zip(&row.cells) {
            votes.count(cell, *target);
            if let (Some(Target::Field(spec)), Cell::Text(text)) = (target, cell)
                && !is_empty(text)
                && preset.layout().word(&header.normal, text).is_none()
            {
                votes.values.count(spec, text, said);
            }
        }
        stopped = !go_on(row.line);
        !stopped
    });
    if stopped {
        return None;
    }
    let decided = votes.iter().find_map(Votes::order);
    let fallback = decided.or(options.date_order).unwrap_or(DateOrder::MonthFirst);
    let open = votes
        .iter()
        .zip(source.headers())
        .find(|(votes, _)| votes.order().is_none() && !votes.either.is_empty());
    let question = open
        .filter(|_| decided.is_none() && options.date_order.is_none())
        .map(|(votes, header)| Question {
            column: header.raw.clone(),
            examples: votes.either.iter().map(|(_, example)| example.clone()).collect(),
        });
    let columns = votes
        .into_iter()
        .zip(source.headers())
        .zip(&mapping.targets)
        .zip(&mapping.values);
    let columns = columns.map(|(((votes, header), target), said)| Judgement {
        order: votes.order().unwrap_or(fallback),
        decimal: votes.numbers.decimal(),
        separator: separator(&votes, header, *target, preset, mapping.kind),
        sample: votes.sample,
        values: votes.values.shown(said),
    });
    Some(Judged {
        columns: columns.collect(),
        question,
    })
}

fn separator(votes: &Votes, header: &Header, target: Option<Target>, preset: Preset, kind: Kind) -> Separator {
    let is_scope = kind == Kind::Campaign && target.is_some_and(|target| target.name() != "labels");
    let layout = preset.layout();
    let known = layout.lists.iter().find(|(name, _)| *name == header.normal);
    match known {
        _ if layout.habits.typed_custom_fields && header.suffix.is_some() => Separator::None,
        Some((_, separator)) => *separator,
        None => votes.lists.separator(is_scope || lists::is_list_name(&header.normal)),
    }
}

impl Votes {
    fn count(&mut self, cell: &Cell<'_>, target: Option<Target>) {
        let text = match cell {
            Cell::Text(text) => text.as_ref(),
            other if self.sample.is_empty() => {
                self.sample = sample(&other.text());
                return;
            }
            _ => return,
        };
        if is_empty(text) {
            return;
        }
        if self.sample.is_empty() {
            self.sample = sample(text);
        }
        let Some(Target::Field(spec)) = target else { return };
        match spec.ty {
            FieldType::Instant => self.count_date(text),
            FieldType::Int => self.numbers.count(text),
            FieldType::Set => self.lists.count(text),
            _ => {}
        }
    }

    fn count_date(&mut self, text: &str) {
        let Some(DateText {
            day: Day::Either { a, b, year },
            ..
        }) = DateText::parse(text)
        else {
            return;
        };
        if a > 12 {
            self.day_first += 1;
        } else if b > 12 {
            self.month_first += 1;
        } else if a != b && self.either.len() < 2 {
            let worked = |month, day| NaiveDate::from_ymd_opt(year, month, day).map(|date| date.to_string());
            let (Some(day_first), Some(month_first)) = (worked(b, a), worked(a, b)) else {
                return;
            };
            let key = format!("{a}/{b}/{year}");
            if !self.either.iter().any(|(known, _)| *known == key) {
                let text = sample(text);
                self.either.push((
                    key,
                    DateExample {
                        text,
                        day_first,
                        month_first,
                    },
                ));
            }
        }
    }

    fn order(&self) -> Option<DateOrder> {
        match self.day_first.cmp(&self.month_first) {
            std::cmp::Ordering::Greater => Some(DateOrder::DayFirst),
            std::cmp::Ordering::Less => Some(DateOrder::MonthFirst),
            std::cmp::Ordering::Equal if self.day_first > 0 => Some(DateOrder::MonthFirst),
            std::cmp::Ordering::Equal => None,
        }
    }
}

fn sample(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(MAX_SAMPLE)
        .collect()
}

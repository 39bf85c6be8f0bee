//! Columns whose field knows a few words, and cells that hold others: ids of a tool's stages, a desk's own statuses. A person
//! says once what each means.

use crate::campaign_words;
use sidedesk_domain::fields::{FieldSpec, campaign, report};
use sidedesk_domain::states::CAMPAIGN_STATES;
use std::collections::BTreeMap;

/// Distinct values of a column that are counted; a column with more holds no choices.
const DISTINCT: usize = 200;
/// Values of a column that are shown, the most frequent.
const SHOWN: usize = 30;
/// Bytes of the longest cell that is taken for a choice.
const LONGEST: usize = 80;

const STATUS: &[&str] = &["new", "open", "pending", "hold", "solved", "closed"];
const PRIORITY: &[&str] = &["low", "normal", "high", "urgent"];

/// A value that is none of the words, or was until somebody said what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnValue {
    /// As in the file.
    pub value: String,
    /// Rows that hold it.
    pub rows: u64,
    /// The word that it was said to mean.
    pub becomes: Option<String>,
}

/// The words of a field that has a few; none for any other.
pub(crate) fn words(spec: &FieldSpec) -> &'static [&'static str] {
    match spec.id {
        campaign::STATE => CAMPAIGN_STATES,
        report::STATUS => STATUS,
        report::PRIORITY => PRIORITY,
        _ => &[],
    }
}

/// Says the cell something by itself? A ticket's status is a text, so any word does, and a bare id does not.
fn is_known(spec: &FieldSpec, cell: &str) -> bool {
    match spec.id {
        campaign::STATE => campaign_words::state_of(cell).is_some(),
        _ => cell.chars().any(char::is_alphabetic),
    }
}

/// Counts the values of one column.
#[derive(Debug, Default)]
pub(crate) struct Counted(BTreeMap<String, u64>);

impl Counted {
    /// One cell of a column that fills this field. `said` are the values that somebody gave a meaning.
    pub fn count(&mut self, spec: &FieldSpec, cell: &str, said: &BTreeMap<String, String>) {
        let cell = cell.trim();
        if words(spec).is_empty() || cell.len() > LONGEST || (is_known(spec, cell) && !said.contains_key(cell)) {
            return;
        }
        if let Some(rows) = self.0.get_mut(cell) {
            *rows += 1;
        } else if self.0.len() <= DISTINCT {
            self.0.insert(cell.to_owned(), 1);
        }
    }

    /// The most frequent ones.
    pub fn shown(self, said: &BTreeMap<String, String>) -> Vec<ColumnValue> {
        if self.0.len() > DISTINCT {
            return Vec::new();
        }
        let mut values: Vec<ColumnValue> = self
            .0
            .into_iter()
            .map(|(value, rows)| ColumnValue {
                becomes: said.get(&value).cloned(),
                value,
                rows,
            })
            .collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.rows));
        values.truncate(SHOWN);
        values
    }
}

//! What concerns several fields of a draft: the state and its label, a due date alone, the zone beside the dates.

use super::{MAX_REPLY, Making, text_value};
use crate::campaign_words;
use crate::empty::is_empty;
use crate::model::DraftValue;
use crate::sniff::Shape;
use sidedesk_domain::fields::{campaign, report};
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::{FieldId, Value};

impl Making<'_, '_, '_> {
    /// Our word; the file's own word goes to the labels when it is another one, so that nothing is lost.
    pub(super) fn state(&mut self, columns: &[usize]) -> Option<String> {
        let word = self.joined(columns, " ")?;
        let state = campaign_words::state_of(&word).unwrap_or(campaign_words::UNKNOWN);
        // A calendar's TENTATIVE and CONFIRMED say no more than our words; that it was called off does.
        let calendar = self.drafter.layout.shapes.contains(&Shape::Calendar);
        let says_more = !calendar || state == CampaignState::Ended;
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

    pub(super) fn settle_report(&mut self) {
        self.title_by_category();
        let after = self.reply_after.filter(|after| (0..MAX_REPLY).contains(after));
        let known = self.fields.iter().any(|(field, _)| *field == report::FIRST_REPLY);
        let created = self
            .fields
            .iter()
            .find(|(field, _)| *field == report::AT)
            .map(|(_, value)| value);
        if let (false, Some(after), Some(DraftValue::One(Value::Int(created)))) = (known, after, created) {
            let replied = created + after;
            self.put(report::FIRST_REPLY, DraftValue::One(Value::Int(replied)));
        }
    }

    /// What concerns several fields: labels once, a due date alone is the date, the zone beside the dates.
    pub(super) fn settle_campaign(&mut self) {
        let drafter = self.drafter;
        self.end_it();
        self.merge_labels();
        self.name_it();
        let has = |fields: &[(FieldId, DraftValue)], wanted: FieldId| fields.iter().any(|(field, _)| *field == wanted);
        if drafter.layout.habits.due_is_the_date
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

    /// Intercom's conversations have no title; the first topic stands for one, as in its own lists.
    fn title_by_category(&mut self) {
        let has_title = self.fields.iter().any(|(field, _)| *field == report::TITLE);
        if has_title {
            return;
        }
        let drafter = self.drafter;
        for name in drafter.layout.habits.titled_by {
            let column = drafter.headers.iter().position(|header| header.normal == *name);
            let first = column.and_then(|column| self.items(&[column]).into_iter().next());
            if let Some(first) = first {
                return self.put(report::TITLE, text_value(first));
            }
        }
    }

    /// Asana leaves a completed task in its section; that it is completed says more.
    fn end_it(&mut self) {
        let drafter = self.drafter;
        let column = drafter.layout.habits.ended_by.and_then(|name| {
            let mut headers = drafter.headers.iter();
            headers.position(|header| header.normal == name)
        });
        if column.is_none_or(|column| is_empty(&self.cell(column).text())) {
            return;
        }
        let ended = text_value(CampaignState::Ended.word().to_owned());
        match self.fields.iter_mut().find(|(field, _)| *field == campaign::STATE) {
            Some((_, state)) => {
                let was = std::mem::replace(state, ended);
                if let DraftValue::One(Value::Text(was)) = was {
                    self.section(&was);
                }
            }
            None => self.put(campaign::STATE, ended),
        }
    }

    /// The section's word is kept as a label, also where it was one of our own.
    fn section(&mut self, word: &str) {
        let labelled = self.fields.iter().any(|(field, _)| *field == campaign::LABELS);
        if !labelled && word != CampaignState::Ended.word() {
            self.label(word.to_owned());
        }
    }

    fn name_it(&mut self) {
        if self.fields.is_empty() || self.fields.iter().any(|(field, _)| *field == campaign::NAME) {
            return;
        }
        let name = self.drafter.layout.habits.nameless;
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

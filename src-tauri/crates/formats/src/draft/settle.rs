//! What concerns several fields of a draft: the state and its label, a due date alone, the zone beside the dates.

use super::{MAX_REPLY_MINUTES, Making, text_value};
use crate::campaign_words;
use crate::model::{DraftValue, Preset};
use sidedesk_domain::fields::{campaign, report};
use sidedesk_domain::states::CampaignState;
use sidedesk_domain::{FieldId, Value, time};

impl Making<'_, '_, '_> {
    /// Our word; the file's own word goes to the labels when it is another one, so that nothing is lost.
    pub(super) fn state(&mut self, columns: &[usize]) -> Option<String> {
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

    pub(super) fn settle_report(&mut self) {
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
    pub(super) fn settle_campaign(&mut self) {
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

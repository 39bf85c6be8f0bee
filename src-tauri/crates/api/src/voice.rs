//! One customer's own words a day. They are inner data: a device without them shows none.

use crate::agenda::Today;
use crate::desk::OpenBoard;
use crate::dto::VoiceDto;
use crate::error::Error;
use sidedesk_domain::clash::Volume;
use sidedesk_domain::fields::{complaint, report};
use sidedesk_domain::time::{floor_minute, start_of_day};
use sidedesk_domain::{Millis, RecordState};

/// Characters of a voice, about.
const VOICE_LEN: usize = 140;
/// A sentence shorter than this says too little to stand alone.
const SENTENCE_LEN: usize = 20;
/// The newest reports are looked through until one has words.
const LOOKED_AT: usize = 20;

impl OpenBoard {
    /// The newest words of the complaint with the most reports in the week before today: the same all day and on every
    /// device. A board whose tickets all came today is heard as of now.
    pub(crate) async fn voice(&self, today: &Today) -> Result<Option<VoiceDto>, Error> {
        let midnight = start_of_day(today.date(), today.calendar.zone);
        for until in [midnight, floor_minute(today.now)] {
            if let Some(voice) = self.voice_until(today, until).await? {
                return Ok(Some(voice));
            }
        }
        Ok(None)
    }

    async fn voice_until(&self, today: &Today, until: Millis) -> Result<Option<VoiceDto>, Error> {
        let after = until.saturating_sub(Volume::LAST_MS);
        let loudest = self.store.loudest(after, until).await?;
        let Some(card) = loudest.and_then(|id| today.pass.complaints.get(&id)) else {
            return Ok(None);
        };
        let reports = self.store.reports_until(card.id, until, LOOKED_AT).await?;
        let words = reports.iter().find_map(words);
        Ok(words.map(|text| VoiceDto {
            text,
            complaint: card.id.to_string(),
            title: card
                .state
                .get(complaint::TITLE)
                .as_text()
                .unwrap_or_default()
                .to_owned(),
            reports: today.pass.volume(card.id).total,
        }))
    }
}

fn words(report: &RecordState) -> Option<String> {
    [report::BODY, report::TITLE].into_iter().find_map(|field| {
        let text = cut(report.get(field).as_text()?);
        (!text.is_empty()).then_some(text)
    })
}

/// Its first sentences, as far as they fit; of one that is longer its first words.
fn cut(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= VOICE_LEN {
        return text;
    }
    let fits: String = text.chars().take(VOICE_LEN).collect();
    let sentences = fits
        .char_indices()
        .filter(|(at, end)| ".!?…。！？".contains(*end) && ends_here(&fits, at + end.len_utf8()));
    let last = sentences.map(|(at, end)| at + end.len_utf8()).next_back();
    if let Some(sentence) = last.and_then(|end| fits.get(..end))
        && sentence.chars().count() >= SENTENCE_LEN
    {
        return sentence.to_owned();
    }
    let words = fits.rsplit_once(' ').map_or(fits.as_str(), |(words, _)| words);
    format!("{words}…")
}

/// A sentence ends before a blank: the point in "3.5" ends none.
fn ends_here(text: &str, end: usize) -> bool {
    text.get(end..)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        || !text.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn words_are_cut_at_a_sentence_or_between_words() {
        assert_eq!(
            cut("  I just wanted\nto change my address. "),
            "I just wanted to change my address."
        );
        let two = format!(
            "I just wanted to change my address, 3.5 times. {}",
            "And then ".repeat(30)
        );
        assert_eq!(cut(&two), "I just wanted to change my address, 3.5 times.");
        let long = "word ".repeat(60);
        let found = cut(&long);
        assert!(found.ends_with("word…") && found.chars().count() <= 141, "{found}");
        let short = format!("Hi. {}", "word ".repeat(60));
        assert!(cut(&short).ends_with('…'));
        let unbroken = "x".repeat(500);
        assert_eq!(cut(&unbroken).chars().count(), 141);
        assert_eq!(cut(" \n "), "");
        let chinese = "我只想改地址。".repeat(40);
        assert!(cut(&chinese).ends_with('。'));
    }
}

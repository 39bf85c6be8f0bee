//! A complaint that was mended and came back (product S38): how often, and after which fixes.
//!
//! A complaint is *mended* while its state is watching or solved. It is *back* as soon as one of its reports was written after it
//! was mended, and then counts as confirmed everywhere: in its column, in the clashes, on the agenda.
//!
//! Being back is read off the record and its reports; nobody writes it. So a ticket brings a complaint back however it came,
//! by an import, by hand or from another device; whoever may not edit complaints may import them; two devices that have the
//! same reports agree without an edit of either; and undoing the import takes the return with it.
//!
//! What is written is what somebody did, in the action that writes the state ([`follow`]), so that one undo takes back both:
//!
//! - calling it mended adds a line to its fixes: when, and what mended it;
//! - taking it out of that state, or mending it once more while it is back, counts the return. Within a day and without a
//!   report that is a slip: the fix is taken back instead.
//!
//! The time stands in the fix's line, not in the stamp of the state: undo writes a state anew, at another time.

use crate::FieldId;
use crate::action::Edit;
use crate::fields::complaint;
use crate::fold::RecordState;
use crate::id::MemberId;
use crate::states::ComplaintState;
use crate::time::{DAY_MS, Millis, to_rfc3339};
use crate::value::Value;
use chrono::DateTime;

/// Taken back so soon, and nobody has complained: it was never mended.
const SLIP_MS: Millis = DAY_MS;
/// Of the text of a fix in its line: a sentence or a link, not a report.
const TEXT_CHARS: usize = 500;

/// One time that a complaint was called mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// When, as far as it is believed.
    pub at: Millis,
    /// By whom.
    pub by: MemberId,
    /// What mended it, if somebody said so.
    pub text: Option<String>,
    /// Its element among the fixes.
    line: Value,
}

impl ComplaintState {
    /// Somebody says that customers do not meet it any more.
    pub fn is_mended(self) -> bool {
        matches!(self, Self::Watching | Self::Solved)
    }
}

/// The state as it was written; what a newer version wrote counts as new.
pub fn written_state(state: &RecordState) -> ComplaintState {
    let word = state.get(complaint::STATE).as_text();
    word.and_then(ComplaintState::from_word).unwrap_or(ComplaintState::New)
}

/// The state that counts, with the newest report at `last`.
pub fn standing_state(state: &RecordState, last: Option<Millis>) -> ComplaintState {
    if is_back(state, last) {
        ComplaintState::Confirmed
    } else {
        written_state(state)
    }
}

/// Every time it was called mended, the oldest first.
pub fn fixes(state: &RecordState) -> Vec<Fix> {
    let fix = |line: &Value| {
        let stamp = state.element(complaint::FIXES, line)?.stamp;
        let text = line.as_text()?;
        let (at, text) = text.split_once(' ').unwrap_or((text, ""));
        let at = DateTime::parse_from_rfc3339(at).ok()?.timestamp_millis();
        Some(Fix {
            at: at.min(stamp.believed_time()),
            by: stamp.member,
            text: Some(text.to_owned()).filter(|text| !text.is_empty()),
            line: line.clone(),
        })
    };
    let mut fixes: Vec<Fix> = state.elements(complaint::FIXES).filter_map(fix).collect();
    fixes.sort_by_key(|fix| fix.at);
    fixes
}

/// Since when it is mended; `None` while it is not. Programs before there were fixes wrote the state alone.
pub fn mended_at(state: &RecordState) -> Option<Millis> {
    let written = state.shown(complaint::STATE)?;
    let newest = fixes(state).last().map(|fix| fix.at);
    written_state(state)
        .is_mended()
        .then(|| newest.unwrap_or(written.stamp.believed_time()))
}

/// It is mended, and its newest report, at `last`, was written after that.
pub fn is_back(state: &RecordState, last: Option<Millis>) -> bool {
    mended_at(state).zip(last).is_some_and(|(mended, last)| last > mended)
}

/// How often it came back: what was counted, and once more while it is back.
pub fn times_returned(state: &RecordState, last: Option<Millis>) -> i64 {
    let counted = state.get(complaint::RETURNED).as_int().unwrap_or(0).max(0);
    counted.saturating_add(i64::from(is_back(state, last)))
}

/// What goes with these edits of a complaint: its fixes, and how often it came back. `said` is the state that the author
/// chose, which is among the edits only where it differs from what is written.
pub fn follow(
    state: &RecordState,
    edits: &[(FieldId, Edit)],
    said: Option<ComplaintState>,
    last: Option<Millis>,
    now: Millis,
) -> Vec<(FieldId, Edit)> {
    let edited = |field: FieldId| {
        edits
            .iter()
            .rev()
            .find(|(edited, _)| *edited == field)
            .map(|(_, edit)| edit)
    };
    let before = written_state(state);
    let after = said.unwrap_or(before);
    let is_back = is_back(state, last) && said.is_some();
    let newest = fixes(state).pop();
    let is_new_fix = after.is_mended() && (is_back || !before.is_mended());
    let is_reopened = before.is_mended() && !after.is_mended();
    let slip = newest
        .as_ref()
        .filter(|fix| is_reopened && !is_back && now.saturating_sub(fix.at) < SLIP_MS);

    let mut more = Vec::new();
    if let Some(slip) = slip {
        more.push((complaint::FIXES, Edit::Remove(slip.line.clone())));
    } else if (is_back || is_reopened) && edited(complaint::RETURNED).is_none() {
        let times = state.get(complaint::RETURNED).as_int().unwrap_or(0).max(0);
        more.push((complaint::RETURNED, Edit::Set(times.saturating_add(1).into())));
    }
    let text = match edited(complaint::FIX) {
        Some(Edit::Set(value)) => value.as_text(),
        _ => state.get(complaint::FIX).as_text(),
    };
    if is_new_fix {
        more.push((complaint::FIXES, Edit::Add(line(now, text))));
    } else if let Some(fix) = newest.filter(|_| after.is_mended() && edited(complaint::FIX).is_some()) {
        let said = line(fix.at, text);
        if said != fix.line {
            more.push((complaint::FIXES, Edit::Remove(fix.line)));
            more.push((complaint::FIXES, Edit::Add(said)));
        }
    }
    more
}

/// A fix as it is kept: `2026-11-03T10:00:00Z The carrier comes daily`. One line and without a semicolon, which parts the elements
/// of a list in a file.
fn line(at: Millis, text: Option<&str>) -> Value {
    let text: String = text.unwrap_or_default().chars().take(TEXT_CHARS).collect();
    let text = text.replace(';', ",");
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = format!("{} {}", to_rfc3339(at), words.join(" "));
    line.trim_end().into()
}

#[cfg(test)]
mod tests;

//! The daily standup: one record a day that remembers what was on the agenda when it started, where everybody looks, and
//! that it was held.
//!
//! Its id follows from its date, so two people who start it offline have one. What has become of an item is not kept: it
//! is read off the decisions. The agenda is kept as text, one line for each item:
//!
//! ```text
//! clash/ID clash CAMPAIGN COMPLAINT
//! complaint/ID returned
//! ```
//!
//! The campaign and the complaint of a clash stand in its line, because a clash that was resolved is no clash any more
//! and could not say what it was.

use crate::agenda::{ItemKind, Key};
use crate::decision::{AboutKind, Function};
use crate::fields::standup;
use crate::fold::RecordState;
use crate::id::{MemberId, RecordId};
use crate::time::{Millis, WorkCalendar, utc_to_local};
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// Items of one day at most, however often it is continued.
const MAX_LINES: usize = 200;
/// Working days that the rhythm looks at (product S29).
pub const RHYTHM_DAYS: usize = 20;

/// One item as it was when the standup started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What about.
    pub key: Key,
    /// Why.
    pub kind: ItemKind,
    /// Of a clash: campaign and complaint.
    pub between: Option<(RecordId, RecordId)>,
}

/// A standup as folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standup {
    /// The day.
    pub date: NaiveDate,
    /// When it was started.
    pub started: Millis,
    /// By whom.
    pub started_by: MemberId,
    /// When it was ended.
    pub ended: Option<Millis>,
    /// Where everybody looks.
    pub current: Option<Key>,
    /// Since when.
    pub current_since: Millis,
    /// What was on the agenda.
    pub lines: Vec<Line>,
    /// How many reports had waited for a complaint too long; absent when an older version started it.
    pub unlinked: Option<i64>,
}

impl Standup {
    /// `None` when it was never started. The agendas of two who started it offline are one after the other.
    pub fn read(state: &RecordState) -> Option<Self> {
        let started = state.get(standup::STARTED).as_int()?;
        let agendas = state
            .shown(standup::AGENDA)
            .into_iter()
            .chain(state.rivals(standup::AGENDA).into_iter().rev());
        let lines = agendas.fold(Vec::new(), |lines, agenda| {
            joined(lines, from_text(agenda.value.as_text().unwrap_or_default()))
        });
        Some(Self {
            date: NaiveDate::parse_from_str(state.get(standup::DATE).as_text()?, "%Y-%m-%d").ok()?,
            started,
            started_by: MemberId(state.get(standup::STARTED_BY).as_id()?.0),
            ended: state.get(standup::ENDED).as_int(),
            current: state.get(standup::CURRENT).as_text().and_then(|text| text.parse().ok()),
            current_since: state.get(standup::CURRENT_SINCE).as_int().unwrap_or(started),
            lines,
            unlinked: state.get(standup::UNLINKED).as_int(),
        })
    }

    /// It took place: it was ended, or its day is over.
    pub fn was_held(&self, today: NaiveDate) -> bool {
        self.ended.is_some() || self.date < today
    }
}

/// `first`, then those of `more` that are new.
pub fn joined(mut first: Vec<Line>, more: impl IntoIterator<Item = Line>) -> Vec<Line> {
    for line in more {
        if first.len() < MAX_LINES && !first.iter().any(|known| known.key == line.key) {
            first.push(line);
        }
    }
    first
}

/// Lines as they are kept.
pub fn to_text(lines: &[Line]) -> String {
    let text = |line: &Line| match line.between {
        Some((campaign, complaint)) => format!("{} {} {campaign} {complaint}", line.key, line.kind.word()),
        None => format!("{} {}", line.key, line.kind.word()),
    };
    lines.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// Lines as they were kept; what a newer version wrote is left out.
pub fn from_text(text: &str) -> Vec<Line> {
    let line = |line: &str| {
        let mut words = line.split(' ');
        let key = words.next()?.parse().ok()?;
        let kind = ItemKind::from_word(words.next()?)?;
        let mut id = || words.next().and_then(|word| word.parse().ok());
        Some(Line {
            key,
            kind,
            between: id().zip(id()),
        })
    };
    text.lines().filter_map(line).take(MAX_LINES).collect()
}

/// Who speaks first to each of these lines: a campaign's own function to a clash, in turns otherwise.
pub fn speakers(lines: &[Line]) -> Vec<Function> {
    let mut last: Option<Function> = None;
    let mut speak = |line: &Line| {
        let speaker = match (line.key.kind, last) {
            (AboutKind::Clash, _) | (AboutKind::Campaign, None) => Function::Marketing,
            (AboutKind::Complaint, None) => Function::Support,
            (AboutKind::Complaint | AboutKind::Campaign, Some(before)) => before.other(),
        };
        last = Some(speaker);
        speaker
    };
    lines.iter().map(&mut speak).collect()
}

/// Whether there was a standup on each of the last twenty working days of a board that began at `begun`, the oldest
/// first. Today counts once its standup's time has come, or as soon as it was held.
pub fn rhythm(held: &BTreeSet<NaiveDate>, begun: Millis, now: Millis, calendar: &WorkCalendar) -> Vec<bool> {
    let mut days = Vec::with_capacity(RHYTHM_DAYS);
    let mut day = Some(utc_to_local(now, calendar.zone).date());
    let first = utc_to_local(begun, calendar.zone).date();
    while let Some(date) = day.filter(|date| *date >= first && days.len() < RHYTHM_DAYS) {
        let was_held = held.contains(&date);
        let time = calendar.standup_on(date);
        if calendar.is_working_day(date) && (was_held || (time <= now && time >= begun)) {
            days.push(was_held);
        }
        day = date.checked_sub_days(Days::new(1));
    }
    days.reverse();
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::apply;
    use crate::time::Tz;
    use crate::{DeviceId, Edit, Kind, RecordEdit, Stamp};
    use chrono::DateTime;

    fn key(kind: AboutKind, id: u8) -> Key {
        Key {
            kind,
            id: RecordId([id; 16]),
        }
    }

    fn lines() -> Vec<Line> {
        vec![
            Line {
                key: key(AboutKind::Clash, 1),
                kind: ItemKind::Clash,
                between: Some((RecordId([2; 16]), RecordId([3; 16]))),
            },
            Line {
                key: key(AboutKind::Complaint, 3),
                kind: ItemKind::Returned,
                between: None,
            },
        ]
    }

    #[test]
    fn lines_are_kept_as_text_and_foreign_ones_left_out() {
        let text = to_text(&lines());
        assert_eq!(from_text(&text), lines());
        assert_eq!(from_text(&format!("fire/1 fire\n{text}\nnonsense")), lines());
        let more = [
            lines()[1],
            Line {
                key: key(AboutKind::Campaign, 4),
                ..lines()[1]
            },
        ];
        assert_eq!(joined(lines(), more).len(), 3);
    }

    #[test]
    fn speakers_take_turns_after_a_clash() {
        let complaint = lines()[1];
        let turns = [lines()[0], complaint, complaint];
        use Function::{Marketing, Support};
        assert_eq!(speakers(&turns), [Marketing, Support, Marketing]);
        assert_eq!(speakers(&turns[1..]), [Support, Marketing]);
    }

    #[test]
    fn two_who_start_it_offline_have_both_agendas() {
        let mut state = RecordState::default();
        for (device, agenda) in [(1, &lines()[..1]), (2, &lines()[..])] {
            let stamp = Stamp {
                place: u64::from(device),
                device: DeviceId([device; 16]),
                member: MemberId([device; 16]),
                author_time: 10,
                hub_time: 10,
            };
            let edit = RecordEdit {
                kind: Kind::Standup,
                id: crate::fields::standup_id("2026-11-20"),
                seen: 0,
                edits: vec![
                    (standup::DATE, Edit::Set("2026-11-20".into())),
                    (standup::STARTED, Edit::Set(10.into())),
                    (standup::STARTED_BY, Edit::Set(RecordId([device; 16]).into())),
                    (standup::AGENDA, Edit::Set(to_text(agenda).into())),
                ],
            };
            apply(&mut state, &edit, stamp, |_| ());
        }
        let standup = Standup::read(&state).unwrap();
        assert_eq!(standup.lines.len(), 2);
        assert!(standup.lines.iter().all(|line| lines().contains(line)));
    }

    fn at(text: &str) -> Millis {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
    }

    fn check(held: &[&str], begun: &str, now: &str, expected: (usize, usize)) {
        let held: BTreeSet<NaiveDate> = held.iter().map(|date| date.parse().unwrap()).collect();
        let days = rhythm(&held, at(begun), at(now), &WorkCalendar::new(Tz::Europe__London));
        assert_eq!(
            (days.iter().filter(|held| **held).count(), days.len()),
            expected,
            "{days:?}"
        );
    }

    #[test]
    fn the_rhythm_counts_working_days_that_the_board_has_seen() {
        let old = "2025-01-01T00:00:00Z";
        check(&["2026-11-19", "2026-11-20"], old, "2026-11-20T10:00:00Z", (2, 20));
        check(&["2026-11-19"], old, "2026-11-20T09:00:00Z", (1, 20));
        check(&["2026-11-21"], old, "2026-11-21T12:00:00Z", (0, 20)); // a Saturday
        let young = "2026-11-18T15:00:00Z"; // a Wednesday, after its standup's time
        check(&[], young, "2026-11-18T16:00:00Z", (0, 0));
        check(&["2026-11-18"], young, "2026-11-18T16:00:00Z", (1, 1));
        check(&["2026-11-19"], young, "2026-11-20T10:00:00Z", (1, 2));
        check(&["2026-11-20"], young, "2026-11-20T08:00:00Z", (1, 2)); // held early
        check(&[], young, "2026-11-23T08:00:00Z", (0, 2)); // Monday, before its time
    }
}

//! What is worth a word outside the window: a new clash that touches what is yours, and a standup that is about to start.
//!
//! A notice comes out as names and numbers; the shell has the words. The rule, product §10: only what is mine, each
//! thing once, and one breath for what came in one breath. The first look after the start is what was there before and
//! says nothing, so a program that starts with twenty open clashes is quiet.

use crate::desk::{Desk, OpenBoard};
use crate::dto::{ClashDto, RecordRefDto};
use crate::error::Error;
use sidedesk_domain::Kind;
use sidedesk_domain::fields::{campaign, complaint, standup_id};
use std::collections::BTreeSet;

/// A standup is announced when everybody can still end what they are at.
pub const STANDUP_AHEAD_MS: i64 = 5 * 60_000;

/// Cards that one notice names; a longer list is not read.
pub const ENDS: usize = 4;

/// Cards that are asked for those names, at most: an import may make thousands of clashes.
const LOOKED_UP: usize = 40;

const MINUTE_MS: i64 = 60_000;

/// A standup that is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStandup {
    /// Its date, `2026-11-23`.
    pub date: String,
    /// When it begins.
    pub at_ms: i64,
}

/// A card at one end of a clash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// `campaign` or `complaint`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name or title.
    pub name: String,
    /// Somebody is named as its owner. Without one a card is whose it was begun by.
    pub owned: bool,
}

/// What somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// One clash is new.
    Clash {
        /// Its id.
        id: String,
        /// The campaign's name.
        campaign: String,
        /// The complaint's title.
        complaint: String,
        /// Those of the two cards that are yours: why you are told.
        yours: Vec<End>,
    },
    /// Several came at once, by an import or after a time without the hub.
    Clashes {
        /// How many.
        count: usize,
        /// The id of the strongest.
        strongest: String,
        /// Your cards that they touch, those of the strongest first; at most [`ENDS`].
        yours: Vec<End>,
    },
    /// A standup is about to start.
    Standup {
        /// Its date.
        date: String,
        /// Minutes until then, at least one.
        minutes: i64,
    },
}

impl Notice {
    /// What opens when somebody follows it.
    pub fn opens(&self) -> RecordRefDto {
        let (kind, id) = match self {
            Self::Clash { id, .. } => ("clash", id),
            Self::Clashes { strongest, .. } => ("clash", strongest),
            Self::Standup { date, .. } => ("standup", date),
        };
        RecordRefDto {
            kind: kind.to_owned(),
            id: id.clone(),
        }
    }
}

/// What was told already. It lives as long as the program.
#[derive(Debug, Default)]
pub struct Attention {
    /// Clashes that were there, told, or decided before they could be told; `None` before the first look.
    known: Option<BTreeSet<String>>,
    /// Dates of standups that were told.
    standup: Option<String>,
}

impl Attention {
    /// Before the first look.
    pub fn new() -> Self {
        Self::default()
    }

    /// What has become due since the last look. `clashes` are all that there are, the strongest first. Which of
    /// the cards are yours is not known here: the notices name both ends.
    pub fn due(&mut self, clashes: &[ClashDto], standup: Option<&NextStandup>, now_ms: i64) -> Vec<Notice> {
        let first_look = self.known.is_none();
        let known = self.known.get_or_insert_default();
        let mut new = Vec::new();
        for clash in clashes.iter().filter(|clash| clash.mine && is_strong(clash)) {
            // What was decided before it was told needs nobody any more, also if it is opened again by hand.
            if known.insert(clash.id.clone()) && clash.state != "decided" {
                new.push(clash);
            }
        }
        let soon = standup.filter(|next| (1..=STANDUP_AHEAD_MS).contains(&(next.at_ms - now_ms)));
        let soon = soon.filter(|next| self.standup.as_ref() != Some(&next.date));
        if let Some(next) = soon {
            self.standup = Some(next.date.clone());
        }
        if first_look {
            return Vec::new();
        }
        let soon = soon.map(|next| Notice::Standup {
            date: next.date.clone(),
            minutes: (next.at_ms - now_ms + MINUTE_MS - 1) / MINUTE_MS,
        });
        in_one_breath(&new).into_iter().chain(soon).collect()
    }
}

impl Desk {
    /// Looks, and answers what has become due since the last look. Fails without a board.
    pub async fn notices(&self, attention: &mut Attention) -> Result<Vec<Notice>, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        let clashes = self.clashes(None).await?.clashes;
        let calendar = open.calendar().await?;
        let date = calendar.next_standup_date(now);
        let standup = NextStandup {
            date: date.to_string(),
            at_ms: calendar.standup_on(date),
        };
        // Somebody started it early: whoever is not there is called by a person.
        let has_begun = open
            .store
            .card(Kind::Standup, standup_id(&standup.date))
            .await?
            .is_some();
        let standup = (!has_begun).then_some(&standup);
        let mut notices = attention.due(&clashes, standup, now);
        for notice in &mut notices {
            let (Notice::Clash { yours, .. } | Notice::Clashes { yours, .. }) = notice else {
                continue;
            };
            *yours = open.mine_of(std::mem::take(yours)).await?;
        }
        Ok(notices)
    }
}

impl OpenBoard {
    /// Those of the cards that are this person's, each once.
    async fn mine_of(&self, ends: Vec<End>) -> Result<Vec<End>, Error> {
        let mut cards = Vec::new();
        for end in ends.into_iter().take(LOOKED_UP) {
            let (kind, field) = if end.kind == Kind::Campaign.name() {
                (Kind::Campaign, campaign::OWNER)
            } else {
                (Kind::Complaint, complaint::OWNER)
            };
            let card = self.card(kind, &end.id).await?;
            let owner = card.state.get(field);
            cards.push((end, card.id, owner.as_text().map(str::to_owned)));
        }
        let owners = cards.iter().map(|(_, id, owner)| (*id, owner.as_deref()));
        let mine = self.mine(owners).await?;
        let mut yours: Vec<End> = Vec::new();
        for (mut end, id, owner) in cards {
            end.owned = owner.as_deref().is_some_and(|owner| !owner.trim().is_empty());
            if mine.has(id, owner.as_deref()) && !yours.contains(&end) {
                yours.push(end);
            }
        }
        yours.truncate(ENDS);
        Ok(yours)
    }
}

fn is_strong(clash: &ClashDto) -> bool {
    ["block", "warn"].contains(&clash.strength.as_str())
}

fn in_one_breath(new: &[&ClashDto]) -> Option<Notice> {
    match new {
        [] => None,
        [one] => Some(Notice::Clash {
            id: one.id.clone(),
            campaign: one.campaign_name.clone(),
            complaint: one.complaint_title.clone(),
            yours: ends(one).into(),
        }),
        [strongest, ..] => Some(Notice::Clashes {
            count: new.len(),
            strongest: strongest.id.clone(),
            yours: new.iter().copied().flat_map(ends).collect(),
        }),
    }
}

fn ends(clash: &ClashDto) -> [End; 2] {
    let end = |kind: Kind, id: &str, name: &str| End {
        kind: kind.name(),
        id: id.to_owned(),
        name: name.to_owned(),
        owned: true,
    };
    [
        end(Kind::Campaign, &clash.campaign, &clash.campaign_name),
        end(Kind::Complaint, &clash.complaint, &clash.complaint_title),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::PartsDto;

    /// Monday, 23 November 2026, 09:15 in London.
    const STANDUP_MS: i64 = 1_795_425_300_000;

    fn clash(id: &str, strength: &str, mine: bool) -> ClashDto {
        ClashDto {
            id: id.into(),
            rule: "R1".into(),
            campaign: format!("campaign {id}"),
            campaign_name: format!("Campaign {id}"),
            complaint: format!("complaint {id}"),
            complaint_title: format!("Complaint {id}"),
            score: 70,
            parts: PartsDto {
                severity: 0,
                volume: 0,
                scope: 0,
                time: 0,
            },
            strength: strength.into(),
            decide_by: String::new(),
            decide_by_ms: 0,
            evidence: Vec::new(),
            because: Vec::new(),
            state: "open".into(),
            waits_for: Vec::new(),
            decision: None,
            mine,
        }
    }

    fn standup() -> NextStandup {
        NextStandup {
            date: "2026-11-23".into(),
            at_ms: STANDUP_MS,
        }
    }

    /// After a first look at `before`, what each of the further looks says: ids, numbers, `standup MINUTES`.
    fn check(before: &[ClashDto], looks: &[(&[ClashDto], &[&str])]) {
        let mut attention = Attention::new();
        assert_eq!(attention.due(before, None, 0), [], "the first look is silent");
        for (index, (clashes, expected)) in looks.iter().enumerate() {
            assert_eq!(said(&attention.due(clashes, None, 0)), *expected, "look {index}");
        }
    }

    fn said(notices: &[Notice]) -> Vec<String> {
        let word = |notice: &Notice| match notice {
            Notice::Clash { id, .. } => id.clone(),
            Notice::Clashes { count, strongest, .. } => format!("{count} {strongest}"),
            Notice::Standup { minutes, .. } => format!("standup {minutes}"),
        };
        notices.iter().map(word).collect()
    }

    #[test]
    fn what_was_there_before_says_nothing_and_what_is_new_is_said_once() {
        let both = [clash("old", "block", true), clash("new", "warn", true)];
        let old = &both[..1];
        check(old, &[(&both, &["new"]), (&both, &[]), (old, &[]), (&both, &[])]);
    }

    #[test]
    fn other_peoples_weak_and_decided_clashes_are_no_news() {
        let decided = ClashDto {
            state: "decided".into(),
            ..clash("decided", "block", true)
        };
        let quiet = [clash("theirs", "block", false), clash("weak", "info", true), decided];
        check(&[], &[(&quiet, &[])]);
        // It is news when it becomes mine, or strong; what was decided is over.
        let mine = [
            clash("theirs", "block", true),
            clash("weak", "warn", true),
            clash("decided", "block", true),
        ];
        check(&[], &[(&quiet, &[]), (&mine[..1], &["theirs"]), (&mine, &["weak"])]);
    }

    #[test]
    fn several_at_once_are_one_breath() {
        let four = ["a", "b", "c", "d"].map(|id| clash(id, "warn", true));
        check(&[], &[(&four, &["4 a"]), (&four, &[])]);
        let mut attention = Attention::new();
        attention.due(&[], None, 0);
        let notices = attention.due(&four, None, 0);
        assert_eq!(notices[0].opens().id, "a", "the strongest opens");
    }

    fn check_standup(looks: &[(i64, &[&str])]) {
        let mut attention = Attention::new();
        attention.due(&[], Some(&standup()), STANDUP_MS - 3_600_000);
        for (before_ms, expected) in looks {
            let found = said(&attention.due(&[], Some(&standup()), STANDUP_MS - before_ms));
            assert_eq!(found, *expected, "{before_ms} ms before");
        }
    }

    #[test]
    fn a_standup_is_said_once_within_its_five_minutes() {
        check_standup(&[(300_001, &[]), (300_000, &["standup 5"]), (240_000, &[]), (1, &[])]);
        check_standup(&[(61_000, &["standup 2"]), (60_000, &[])]);
        // A clock that jumps over it, and one that jumps back.
        check_standup(&[(300_001, &[]), (0, &[]), (-1, &[])]);
        check_standup(&[(300_000, &["standup 5"]), (900_000, &[]), (200_000, &[])]);
    }

    #[test]
    fn the_standup_of_the_next_day_is_another() {
        let mut attention = Attention::new();
        attention.due(&[], None, 0);
        let day = 86_400_000;
        for (date, at_ms) in [("2026-11-23", STANDUP_MS), ("2026-11-24", STANDUP_MS + day)] {
            let next = NextStandup {
                date: date.into(),
                at_ms,
            };
            let found = attention.due(&[], Some(&next), at_ms - 300_000);
            assert_eq!(said(&found), ["standup 5"]);
            assert_eq!(found[0].opens().id, date);
        }
    }
}

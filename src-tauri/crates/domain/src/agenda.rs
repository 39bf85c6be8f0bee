//! The agenda that writes itself (product W7): what has to be decided now, in one order, the same on every device.
//!
//! Facts go in, items come out. The order: clashes that block, then those that warn, each by the time they have to be decided and
//! then by score; complaints that moved (returned, new, growing, too many to answer one by one); what was deferred to a date that
//! has come; what was handed to somebody and is due; a few complaints that fell quiet, to be closed. There is one item for each
//! subject.
//!
//! An item leaves the agenda by a decision about its subject. A complaint that was decided or dropped comes back when it
//! has grown by a quarter since, one that was deferred at its date or when it has grown like that before, one that was handed
//! over when it is due; and each of them when it was solved and returned. A proposal that waits for a signature stays on.

use crate::decision::{AboutKind, ClashState, Decision, Decisions, Function, Word, newest, standing};
use crate::id::RecordId;
use crate::states::{ComplaintState, states};
use crate::time::Millis;
use crate::{clash::Strength, decision::Standing};
use std::fmt;
use std::str::FromStr;

/// Reports in seven days from which growth is worth a word: below, a quarter is one report more.
const GROWING_FROM: i64 = 5;
/// Reports by which something settled must have grown to come back, beside the quarter.
const GROWN_BY: i64 = 3;
/// Complaints offered for closing at once, those that have been quiet longest: they can wait, and a first import of old tickets
/// has many.
const QUIET_AT_ONCE: usize = 3;
/// Time for one item (product W7).
const ITEM_SECONDS: u64 = 45;

states! {
    /// Why something is on the agenda.
    ItemKind, ITEM_KINDS {
        /// It blocks or warns, or a proposal about it waits.
        Clash = "clash",
        /// It was solved, and is back.
        Returned = "returned",
        /// Nobody has confirmed it yet.
        New = "new",
        /// More of it than usual.
        Growing = "growing",
        /// So much of it in a day that one answer for all is better than many.
        TooMany = "too_many",
        /// Its date has come.
        Deferred = "deferred",
        /// Somebody had it in hand, and it is due.
        HandedOver = "handed_over",
        /// Nobody has complained for so long that it may be closed.
        Quiet = "quiet",
    }
}

/// What an item is about; stable, and its text (`clash/ID`) is what shells pass around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// A clash, a complaint or a campaign.
    pub kind: AboutKind,
    /// Which.
    pub id: RecordId,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.word(), self.id)
    }
}

impl FromStr for Key {
    type Err = crate::id::BadId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || crate::id::BadId(text.chars().take(80).collect());
        let (kind, id) = text.split_once('/').ok_or_else(bad)?;
        Ok(Self {
            kind: AboutKind::from_word(kind).ok_or_else(bad)?,
            id: id.parse()?,
        })
    }
}

/// A clash that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClashSubject {
    /// Which.
    pub id: RecordId,
    /// 0 to 100.
    pub score: i64,
    /// What it asks for.
    pub strength: Strength,
    /// When both must have signed.
    pub decide_by: Millis,
    /// Its complaint's reports in seven days.
    pub last7: i64,
}

/// A complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComplaintSubject {
    /// Which.
    pub id: RecordId,
    /// Its state; one that is back counts as confirmed.
    pub state: ComplaintState,
    /// Reports in seven days.
    pub last7: i64,
    /// Reports in a usual week.
    pub usual: i64,
    /// When it came back, or somebody wrote down that it did, as far as that is believed; absent when it never did.
    pub returned_at: Option<Millis>,
    /// Since when it is quiet; absent while it is not.
    pub quiet_since: Option<Millis>,
    /// More of it in a day than can be answered one by one.
    pub is_too_many: bool,
}

/// Everything an agenda is made of.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The present.
    pub now: Millis,
    /// Clashes that stand, of any strength.
    pub clashes: Vec<ClashSubject>,
    /// Complaints, open or not.
    pub complaints: Vec<ComplaintSubject>,
    /// Campaigns that are not over.
    pub campaigns: Vec<RecordId>,
    /// What was decided.
    pub decisions: &'a Decisions,
}

/// One thing to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// What about.
    pub key: Key,
    /// Why now.
    pub kind: ItemKind,
    /// Who speaks first.
    pub speaker: Function,
    /// When it has to be decided.
    pub due: Option<Millis>,
    /// A proposal waits for a signature.
    pub is_waiting: bool,
}

/// An item before its speaker is known, with what it is ordered by inside its kind.
struct Found {
    key: Key,
    kind: ItemKind,
    rank: (i64, i64, i64),
    speaker: Option<Function>,
    due: Option<Millis>,
    is_waiting: bool,
}

/// All that has to be decided, in order.
pub fn agenda(facts: &Facts<'_>) -> Vec<Item> {
    let clashes = facts.clashes.iter().filter_map(|clash| of_clash(facts, clash));
    let complaints = facts
        .complaints
        .iter()
        .filter_map(|complaint| of_complaint(facts, complaint));
    let campaigns = facts.campaigns.iter().filter_map(|id| of_campaign(facts, *id));
    let mut found: Vec<Found> = clashes.chain(complaints).chain(campaigns).collect();
    found.sort_by_key(|item| (item.kind, item.rank, item.key));
    // They stand last.
    let quiet = found.partition_point(|item| item.kind < ItemKind::Quiet);
    found.truncate(quiet.saturating_add(QUIET_AT_ONCE));
    let mut last = None;
    found.into_iter().map(|item| item.spoken(&mut last)).collect()
}

/// Minutes that so many items take, rounded up.
pub fn minutes(items: usize) -> u64 {
    (items as u64 * ITEM_SECONDS).div_ceil(60)
}

impl Found {
    /// Speakers alternate where an item does not say whose word it is.
    fn spoken(self, last: &mut Option<Function>) -> Item {
        let first = match self.key.kind {
            AboutKind::Complaint => Function::Support,
            AboutKind::Clash | AboutKind::Campaign => Function::Marketing,
        };
        let speaker = self.speaker.unwrap_or_else(|| last.map_or(first, Function::other));
        *last = Some(speaker);
        Item {
            key: self.key,
            kind: self.kind,
            speaker,
            due: self.due,
            is_waiting: self.is_waiting,
        }
    }
}

fn of_clash(facts: &Facts<'_>, clash: &ClashSubject) -> Option<Found> {
    let decisions = facts.decisions.about(AboutKind::Clash, clash.id);
    let standing = standing(decisions);
    if standing.state == ClashState::Decided {
        return None;
    }
    let is_waiting = standing.state == ClashState::Waiting;
    let item = |kind, rank, due| Found {
        key: Key {
            kind: AboutKind::Clash,
            id: clash.id,
        },
        kind,
        rank,
        speaker: Some(clash_speaker(&standing)),
        due: Some(due),
        is_waiting,
    };
    let due = || {
        // What blocks stands before what warns; then what is due first.
        let weakness = match clash.strength {
            Strength::Block => 0,
            Strength::Warn => 1,
            Strength::Info => 2,
        };
        item(
            ItemKind::Clash,
            (weakness, clash.decide_by, -clash.score),
            clash.decide_by,
        )
    };
    let last = newest(decisions.iter().filter(|decision| decision.word.is_for_the_agenda()));
    let settled = last.filter(|last| {
        standing
            .front
            .is_none_or(|front| (front.believed_at, front.id) < (last.believed_at, last.id))
    });
    match settled {
        Some(last) if last.word == Word::Drop => grown(clash.last7, last).then(due),
        Some(last) => back(facts.now, last).map(|(kind, at)| item(kind, (at, 0, 0), at)),
        None => (is_waiting || clash.strength >= Strength::Warn).then(due),
    }
}

/// The function whose signature is missing; while both are, the campaign's.
fn clash_speaker(standing: &Standing<'_>) -> Function {
    match standing.front.map(Decision::missing).as_deref() {
        Some([missing]) => *missing,
        _ => Function::Marketing,
    }
}

fn of_complaint(facts: &Facts<'_>, complaint: &ComplaintSubject) -> Option<Found> {
    if !complaint.state.is_open() {
        return None;
    }
    let last = newest(facts.decisions.about(AboutKind::Complaint, complaint.id));
    let returned_since = |at: Millis| complaint.returned_at.is_some_and(|returned| returned > at);
    let (kind, due) = match last {
        None => (moved(complaint)?, None),
        Some(last) => match back(facts.now, last) {
            Some((kind, due)) => (kind, Some(due)),
            // What was settled while it was quiet already stays settled.
            None if complaint.quiet_since.is_some_and(|since| since > last.believed_at) => (ItemKind::Quiet, None),
            None if returned_since(last.believed_at) => (ItemKind::Returned, None),
            // What somebody has in hand may grow until it is due.
            None if last.word != Word::HandOff && grown(complaint.last7, last) => (ItemKind::Growing, None),
            None => return None,
        },
    };
    Some(Found {
        key: Key {
            kind: AboutKind::Complaint,
            id: complaint.id,
        },
        kind,
        rank: match (due, complaint.quiet_since) {
            (Some(due), _) => (due, 0, 0),
            (None, Some(since)) if kind == ItemKind::Quiet => (since, 0, 0),
            (None, _) => (-complaint.last7, 0, 0),
        },
        speaker: None,
        due,
        is_waiting: false,
    })
}

/// How a complaint that nobody has decided anything about moved.
fn moved(complaint: &ComplaintSubject) -> Option<ItemKind> {
    let growing = complaint.last7 >= GROWING_FROM && is_a_quarter_more(complaint.last7, complaint.usual);
    match complaint.state {
        // Somebody looks at what is new once, be it quiet: an export may be years old.
        ComplaintState::New if complaint.returned_at.is_none() => Some(ItemKind::New),
        _ if complaint.quiet_since.is_some() => Some(ItemKind::Quiet),
        _ if complaint.returned_at.is_some() => Some(ItemKind::Returned),
        _ if growing => Some(ItemKind::Growing),
        _ => complaint.is_too_many.then_some(ItemKind::TooMany),
    }
}

fn of_campaign(facts: &Facts<'_>, id: RecordId) -> Option<Found> {
    let last = newest(facts.decisions.about(AboutKind::Campaign, id))?;
    let (kind, due) = back(facts.now, last)?;
    Some(Found {
        key: Key {
            kind: AboutKind::Campaign,
            id,
        },
        kind,
        rank: (due, 0, 0),
        speaker: None,
        due: Some(due),
        is_waiting: false,
    })
}

/// What was put off or handed over is back once its date has come.
fn back(now: Millis, last: &Decision) -> Option<(ItemKind, Millis)> {
    let kind = match last.word {
        Word::Defer => ItemKind::Deferred,
        Word::HandOff => ItemKind::HandedOver,
        _ => return None,
    };
    last.due.filter(|due| *due <= now).map(|due| (kind, due))
}

/// More than a quarter above what it was when this was decided, and not by one or two reports.
fn grown(last7: i64, since: &Decision) -> bool {
    let then = since.last7.unwrap_or(0);
    last7 >= then.saturating_add(GROWN_BY) && is_a_quarter_more(last7, then)
}

fn is_a_quarter_more(now: i64, before: i64) -> bool {
    now.saturating_mul(4) >= before.saturating_mul(5)
}

#[cfg(test)]
mod tests;

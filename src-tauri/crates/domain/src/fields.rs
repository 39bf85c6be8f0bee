//! Every field of every record, declared **once**.
//!
//! A declaration gives the number on the wire (never reused, never renumbered), the name that commands and imports use,
//! the type, whether it is tracked (a change stales receipts and re-opens clashes), and by the number itself the space:
//! numbers with the high bit set lie in [`Space::Inner`]. A device without the inner key, or one older than the field,
//! still knows from the number alone which digest the field belongs to. A field of type [`FieldType::LongText`] comes only with
//! new rules of folding, because what rests beside a text depends on knowing that it is one.

use std::fmt;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What goes out, when, to whom. Marketing writes it.
    Campaign,
    /// One recurring cause. Support writes it.
    Complaint,
    /// One ticket, flag or mention of a complaint.
    Report,
    /// A person's name and function; its id is the member's id.
    Member,
    /// The workspace's own settings: one record, [`board_id`].
    Board,
    /// What somebody proposed or decided about a clash, a complaint or a campaign.
    Decision,
    /// A day's standup; its id follows from its date, [`standup_id`].
    Standup,
    /// A kind from a newer version: kept and passed on.
    Other(u16),
}

impl Kind {
    /// Its number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Campaign => 1,
            Self::Complaint => 2,
            Self::Report => 3,
            Self::Member => 4,
            Self::Board => 5,
            Self::Decision => 6,
            Self::Standup => 7,
            Self::Other(number) => number,
        }
    }

    /// The kind with this number.
    pub fn from_number(number: u16) -> Self {
        match number {
            1 => Self::Campaign,
            2 => Self::Complaint,
            3 => Self::Report,
            4 => Self::Member,
            5 => Self::Board,
            6 => Self::Decision,
            7 => Self::Standup,
            other => Self::Other(other),
        }
    }

    /// Its name as commands spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Complaint => "complaint",
            Self::Report => "report",
            Self::Member => "member",
            Self::Board => "board",
            Self::Decision => "decision",
            Self::Standup => "standup",
            Self::Other(_) => "other",
        }
    }
}

/// Who holds the key of a field (architecture §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// What every seat may hold.
    Board,
    /// Report texts, customer data, budgets: not for a partner desk.
    Inner,
}

impl Space {
    /// Both, in the order ops of one action are written.
    pub const ALL: [Self; 2] = [Self::Board, Self::Inner];

    /// Its number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::Board => 0,
            Self::Inner => 1,
        }
    }

    /// The space with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|space| space.number() == number)
    }
}

/// A field's number on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// Numbers with this bit lie in [`Space::Inner`].
const INNER: u16 = 0x8000;

/// Every record has it: true when somebody deleted it. Alive wins over deleted (architecture §4).
pub const DELETED: FieldId = FieldId(0);

impl FieldId {
    /// The space the field's values are sealed in.
    pub fn space(self) -> Space {
        if self.0 & INNER == 0 {
            Space::Board
        } else {
            Space::Inner
        }
    }

    /// Its declaration, unless a newer version brought it.
    pub fn spec(self) -> Option<&'static FieldSpec> {
        FIELDS.iter().find(|spec| spec.id == self)
    }
}

impl fmt::Debug for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.spec() {
            Some(spec) => write!(f, "{}.{}", spec.kind.name(), spec.name),
            None => write!(f, "field {}", self.0),
        }
    }
}

/// What may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text of at most [`crate::value::MAX_TEXT_LEN`] bytes.
    Text,
    /// Text of several lines that merges letter by letter: [`crate::text`].
    LongText,
    /// A whole number.
    Int,
    /// UTC milliseconds.
    Instant,
    /// Yes or no.
    Bool,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A record of this kind.
    Ref(Kind),
    /// Any number of texts; elements merge one by one.
    Set,
}

/// One declaration.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Number on the wire.
    pub id: FieldId,
    /// The record it belongs to.
    pub kind: Kind,
    /// Name in commands, mappings and JSON.
    pub name: &'static str,
    /// What may stand in it.
    pub ty: FieldType,
    /// A change of it stales receipts and re-opens clashes.
    pub tracked: bool,
}

/// The field of this name on records of this kind.
pub fn named(kind: Kind, name: &str) -> Option<&'static FieldSpec> {
    FIELDS.iter().find(|spec| spec.kind == kind && spec.name == name)
}

/// What says something about a customer: their words, who they are, and where they can be looked up. It leaves a board
/// only when somebody asks for it, and that is logged.
pub fn is_personal(field: FieldId) -> bool {
    [report::TITLE, report::BODY, report::CUSTOMER, report::SOURCE_ID].contains(&field)
}

/// All fields of a kind, in the order of their numbers.
pub fn of_kind(kind: Kind) -> impl Iterator<Item = &'static FieldSpec> {
    FIELDS.iter().filter(move |spec| spec.kind == kind)
}

/// The one record of [`Kind::Board`].
pub fn board_id() -> crate::RecordId {
    crate::RecordId::of("board", &[])
}

/// The one record of [`Kind::Standup`] of a day: whoever starts it, on whichever device.
pub fn standup_id(date: &str) -> crate::RecordId {
    crate::RecordId::of("standup", &[date.as_bytes()])
}

macro_rules! fields {
    ($($module:ident = $kind:ident { $($(#[$doc:meta])* $const:ident = $number:expr, $name:literal, $ty:expr $(, $tracked:ident)?;)* })*) => {
        $(
            #[doc = concat!("Fields of a ", stringify!($module), ".")]
            pub mod $module {
                use super::FieldId;
                $($(#[$doc])* pub const $const: FieldId = FieldId($number);)*
            }
        )*

        /// Every declared field.
        pub static FIELDS: &[FieldSpec] = &[$($(
            FieldSpec {
                id: $module::$const, kind: Kind::$kind, name: $name, ty: $ty, tracked: fields!(@tracked $($tracked)?),
            },
        )*)*];
    };
    (@tracked) => { false };
    (@tracked tracked) => { true };
}

use crate::decision::{ABOUT_KINDS, DECISION_WORDS, FUNCTIONS, MEMBER_FUNCTIONS};
use crate::states::{CAMPAIGN_STATES, COMPLAINT_STATES};
use FieldType::{Bool, Choice, Instant, Int, LongText, Ref, Set, Text};

fields! {
    campaign = Campaign {
        /// What people call it.
        NAME = 100, "name", Text;
        /// One of [`crate::states::CampaignState`] (product S89).
        STATE = 101, "state", Choice(CAMPAIGN_STATES);
        /// First instant it is in force.
        START = 102, "start", Instant, tracked;
        /// First instant it is no longer in force.
        END = 103, "end", Instant, tracked;
        /// The zone its dates were meant in, an IANA name.
        ZONE = 104, "zone", Text;
        /// Products it concerns; without one it is not checked.
        PRODUCT = 110, "product", Set, tracked;
        /// Regions; none means all.
        REGION = 111, "region", Set, tracked;
        /// Customer segments; none means all.
        SEGMENT = 112, "segment", Set, tracked;
        /// Channels; none means all.
        CHANNEL = 113, "channel", Set, tracked;
        /// Touch-points; none means all.
        TOUCH_POINT = 114, "touch_point", Set, tracked;
        /// The one accountable person, as typed.
        OWNER = 120, "owner", Text;
        /// Who gets it, in words.
        AUDIENCE = 121, "audience", Text, tracked;
        /// How many people get it.
        REACH = 122, "reach", Int, tracked;
        /// Money, in words: not for partner desks.
        BUDGET = 0x8000 | 123, "budget", Text;
        /// The offer or description.
        TEXT = 124, "text", LongText, tracked;
        /// Where it lives elsewhere.
        URL = 125, "url", Text;
        /// Free labels.
        LABELS = 126, "labels", Set;
        /// Put away, still answerable.
        ARCHIVED = 127, "archived", Bool;
        /// The import it came from: preset and account.
        SOURCE = 130, "source", Text;
        /// Its id in that source.
        SOURCE_ID = 131, "id", Text;
    }
    complaint = Complaint {
        /// One line: what goes wrong.
        TITLE = 200, "title", Text;
        /// One of [`crate::states::ComplaintState`].
        STATE = 201, "state", Choice(COMPLAINT_STATES);
        /// 1 (a nuisance) to 5 (harm).
        SEVERITY = 202, "severity", Int, tracked;
        /// When it was first written down, if no report says earlier.
        OPENED = 203, "opened", Instant;
        /// How often it came back.
        RETURNED = 204, "returned", Int;
        /// Products it concerns; without one it is not checked.
        PRODUCT = 210, "product", Set, tracked;
        /// Regions; none means all.
        REGION = 211, "region", Set, tracked;
        /// Customer segments; none means all.
        SEGMENT = 212, "segment", Set, tracked;
        /// Channels; none means all.
        CHANNEL = 213, "channel", Set, tracked;
        /// Touch-points; none means all.
        TOUCH_POINT = 214, "touch_point", Set, tracked;
        /// The one accountable person, as typed.
        OWNER = 220, "owner", Text;
        /// What the customer was led to expect (product S32).
        EXPECTED = 221, "expected", LongText;
        /// What the customer got.
        GOT = 222, "got", LongText;
        /// Notes of the desk.
        NOTES = 223, "notes", LongText;
        /// The complaint that this one is the same as, while somebody says so: its counts and clashes are those of its head.
        DUPLICATE_OF = 224, "duplicate_of", Ref(Kind::Complaint), tracked;
        /// What mends it: a sentence or a link.
        FIX = 225, "fix", Text;
        /// When it was called mended and by what, one text for each time ([`crate::comeback`]).
        FIXES = 226, "fixes", Set;
        /// The one answer for everybody who has it (product S84).
        ANSWER = 227, "answer", Text;
    }
    report = Report {
        /// Subject line.
        TITLE = 0x8000 | 300, "title", Text;
        /// What the customer wrote, masked at the door.
        BODY = 0x8000 | 301, "body", Text;
        /// When the customer wrote: the ticket time that rules count by.
        AT = 302, "created", Instant;
        /// The complaint it belongs to.
        COMPLAINT = 303, "complaint", Ref(Kind::Complaint);
        /// The source's word for its state.
        STATUS = 304, "status", Text;
        /// The source's word for its priority.
        PRIORITY = 305, "priority", Text;
        /// Hash of the customer reference: counts people without naming them.
        CUSTOMER = 306, "customer", Text;
        /// First answer.
        FIRST_REPLY = 307, "first_reply", Instant;
        /// When the source called it solved.
        SOLVED = 308, "solved", Instant;
        /// Tags, topics and categories.
        CATEGORY = 309, "category", Set;
        /// Product.
        PRODUCT = 310, "product", Text;
        /// Region.
        REGION = 311, "region", Text;
        /// Customer segment.
        SEGMENT = 312, "segment", Text;
        /// Channel it came by.
        CHANNEL = 313, "channel", Text;
        /// Touch-point.
        TOUCH_POINT = 314, "touch_point", Text;
        /// Customer tier.
        TIER = 315, "tier", Text;
        /// The import it came from: preset and account.
        SOURCE = 320, "source", Text;
        /// Its id in that source.
        SOURCE_ID = 321, "id", Text;
    }
    member = Member {
        /// The role or initials shown beside what they did.
        NAME = 400, "name", Text;
        /// `marketing`, `support`, or `both`: somebody who works in both and may sign for either.
        FUNCTION = 401, "function", Choice(MEMBER_FUNCTIONS);
    }
    board = Board {
        /// The workspace's name.
        NAME = 500, "name", Text;
        /// Its IANA zone: working days and deadlines are meant in it.
        ZONE = 501, "zone", Text;
        /// Standup time of day, `HH:MM`.
        STANDUP = 502, "standup", Text;
        /// The rules that the log is folded by from here on: see [`crate::fold::Rules`].
        FOLD = 503, "fold_version", Int;
        /// Exports that held personal data, one text each: when, what, how many.
        EXPORTS = 504, "exports", Set;
        /// After so many months the personal data of reports is erased; nothing or 0: never.
        RETENTION = 505, "retention_months", Int;
        /// Groups of reports of which somebody said that they are none, by their fingerprints.
        NOT_GROUPS = 506, "not_groups", Set;
        /// After so many days without a report a complaint is offered for closing ([`crate::moves`]).
        QUIET = 507, "quiet_days", Int;
        /// From more reports than this in a day, one answer for all is proposed ([`crate::moves`]).
        ONE_ANSWER = 508, "one_answer_from", Int;
    }
    decision = Decision {
        /// What the decision is about: a clash, a complaint or a campaign.
        ABOUT_KIND = 600, "about_kind", Choice(ABOUT_KINDS);
        /// Its id as text: a clash is no record that one could refer to.
        ABOUT = 601, "about", Text;
        /// Of a clash, its campaign: names it when it is no clash any more.
        CAMPAIGN = 602, "campaign", Ref(Kind::Campaign);
        /// Of a clash, its complaint.
        COMPLAINT = 603, "complaint", Ref(Kind::Complaint);
        /// One of [`crate::decision::Word`].
        WORD = 604, "word", Choice(DECISION_WORDS);
        /// What is done, or the reason.
        TEXT = 605, "text", Text;
        /// Who does it, or to whom it was handed, as typed.
        OWNER = 606, "owner", Text;
        /// Until when, or when it comes back.
        DUE = 607, "due", Instant;
        /// The proposer's function.
        FUNCTION = 608, "function", Choice(FUNCTIONS);
        /// The proposer.
        BY = 609, "by", Ref(Kind::Member);
        /// When, by the proposer's clock.
        AT = 610, "at", Instant;
        /// The clash's score when it was decided.
        SCORE = 611, "score", Int;
        /// The complaint's reports of seven days when it was decided.
        LAST7 = 612, "last7", Int;
        /// Date of the standup it was made in.
        STANDUP = 613, "standup", Text;
        /// Who signed for Marketing.
        MARKETING = 614, "marketing", Ref(Kind::Member);
        /// When.
        MARKETING_AT = 615, "marketing_at", Instant;
        /// Who signed for Support.
        SUPPORT = 616, "support", Ref(Kind::Member);
        /// When.
        SUPPORT_AT = 617, "support_at", Instant;
    }
    standup = Standup {
        /// The day in the board's zone, `2026-11-21`.
        DATE = 700, "date", Text;
        /// When it was started.
        STARTED = 701, "started", Instant;
        /// By whom.
        STARTED_BY = 702, "started_by", Ref(Kind::Member);
        /// When it was ended; nothing while it runs.
        ENDED = 703, "ended", Instant;
        /// Key of the item that everybody looks at.
        CURRENT = 704, "current", Text;
        /// Since when.
        CURRENT_SINCE = 705, "current_since", Instant;
        /// The agenda as it was when it started, one line for each item: see [`crate::standup`].
        AGENDA = 706, "agenda", Text;
        /// How many reports had waited for a complaint too long when it started ([`crate::moves`]).
        UNLINKED = 707, "unlinked", Int;
    }
}

#[cfg(test)]
mod tests;

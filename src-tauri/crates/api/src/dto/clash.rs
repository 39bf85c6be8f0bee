//! Clashes, why they are some, and what was decided.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
dto! {
    /// All clashes as of one minute.
    pub struct ClashesDto {
        /// As of.
        pub at: String,
        /// Highest score first. A window gets the first [`crate::CLASHES_SHOWN`], a script all.
        pub clashes: Vec<ClashDto>,
        /// How many there are in all.
        #[ts(type = "number")]
        pub total: u64,
        /// The strongest clash of every card that has one, also beyond those listed.
        pub strongest: Vec<StrongestDto>,
        /// Decided or waiting, but no longer a clash: one of the two is over, mended or changed.
        pub past: Vec<PastClashDto>,
        /// What could not be compared.
        pub not_checked: Vec<NotCheckedDto>,
    }

    /// A campaign meets a complaint.
    pub struct ClashDto {
        /// Hash of rule, campaign and complaint.
        pub id: String,
        /// `R1`.
        pub rule: String,
        /// Campaign's id.
        pub campaign: String,
        /// Campaign's name.
        pub campaign_name: String,
        /// Complaint's id.
        pub complaint: String,
        /// Complaint's title.
        pub complaint_title: String,
        /// 0 to 100.
        #[ts(type = "number")]
        pub score: i64,
        /// What it is made of.
        pub parts: PartsDto,
        /// `block`, `warn` or `info`.
        pub strength: String,
        /// RFC 3339.
        pub decide_by: String,
        /// The same as milliseconds.
        #[ts(type = "number")]
        pub decide_by_ms: i64,
        /// Why, in plain English, for scripts and the command line.
        pub evidence: Vec<String>,
        /// Why, as data, for a window's own words.
        pub because: Vec<EvidenceDto>,
        /// `open`, `waiting` (one function signed) or `decided` (both did).
        pub state: String,
        /// Functions whose signature is missing: `marketing`, `support`.
        pub waits_for: Vec<String>,
        /// The decision in front: the one both signed, else the newest proposal.
        pub decision: Option<DecisionDto>,
        /// It touches a card that this person owns.
        pub mine: bool,
    }

    /// The strongest clash of one card.
    pub struct StrongestDto {
        /// The campaign's or complaint's id.
        pub card: String,
        /// The clash.
        pub clash: String,
        /// The card at its other end.
        pub other: String,
        /// 0 to 100.
        #[ts(type = "number")]
        pub score: i64,
        /// `block`, `warn` or `info`.
        pub strength: String,
        /// `open`, `waiting` or `decided`.
        pub state: String,
    }

    /// A clash that is none any more, with what was decided.
    pub struct PastClashDto {
        /// Its id.
        pub id: String,
        /// Campaign's id.
        pub campaign: String,
        /// Campaign's name.
        pub campaign_name: String,
        /// Complaint's id.
        pub complaint: String,
        /// Complaint's title.
        pub complaint_title: String,
        /// The decision in front.
        pub decision: DecisionDto,
    }

    /// What somebody decided or proposed about a clash, a complaint or a campaign.
    pub struct DecisionDto {
        /// Its id.
        pub id: String,
        /// What an edit of it must send back.
        #[ts(type = "number")]
        pub seen: u64,
        /// `clash`, `complaint` or `campaign`.
        pub about_kind: String,
        /// Id of what it is about.
        pub about: String,
        /// `move`, `change`, `mitigate`, `accept`, `not_a_clash`; for anything: `decide`, `hand_off`, `defer`, `drop`.
        pub word: String,
        /// What was typed: what is done, or the reason.
        pub text: Option<String>,
        /// Who does it, or to whom it was handed.
        pub owner: Option<String>,
        /// Until when, or when it comes back.
        #[ts(type = "number | null")]
        pub due_ms: Option<i64>,
        /// Who wrote it.
        pub by: String,
        /// Their function: `marketing` or `support`.
        pub function: String,
        /// When, by their clock.
        #[ts(type = "number")]
        pub at_ms: i64,
        /// The score it was decided at, for a clash.
        #[ts(type = "number | null")]
        pub score: Option<i64>,
        /// Who signed for Marketing, when somebody did.
        pub marketing: Option<SignatureDto>,
        /// Who signed for Support.
        pub support: Option<SignatureDto>,
        /// Everybody whose signature it needs has signed.
        pub signed: bool,
        /// Date of the standup it was made in.
        pub standup: Option<String>,
        /// Written here, not yet at the hub.
        pub pending: bool,
    }

    /// A signature.
    pub struct SignatureDto {
        /// Who.
        pub by: String,
        /// When, by their clock.
        #[ts(type = "number")]
        pub at_ms: i64,
        /// This is you.
        pub me: bool,
    }

    /// What is being decided.
    pub struct DecideDto {
        /// `clash`, `complaint` or `campaign`.
        pub about_kind: String,
        /// Id of what it is about.
        pub about: String,
        /// As in [`DecisionDto::word`].
        pub word: String,
        /// What is done, or the reason: needed for `mitigate`, `accept`, `not_a_clash`, `decide` and `hand_off`.
        pub text: Option<String>,
        /// Needed for `mitigate` and `hand_off`.
        pub owner: Option<String>,
        /// As typed; needed for `defer`. A `hand_off` without one is due on the next working day at noon.
        pub due: Option<String>,
        /// Date of the standup it is made in.
        pub standup: Option<String>,
    }

    /// Basis points.
    pub struct PartsDto {
        /// 0 to 4000.
        #[ts(type = "number")]
        pub severity: i64,
        /// 0 to 2500.
        #[ts(type = "number")]
        pub volume: i64,
        /// 0 to 2000.
        #[ts(type = "number")]
        pub scope: i64,
        /// 0 to 1500.
        #[ts(type = "number")]
        pub time: i64,
    }

    /// Not compared, and why.
    pub struct NotCheckedDto {
        /// Which record.
        pub id: String,
        /// Its name.
        pub name: String,
        /// `campaign_without_product`, `campaign_without_start` or `complaint_without_product`.
        pub reason: String,
    }
}

/// Why a clash is one, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EvidenceDto {
    /// Both name these.
    Same {
        /// `product`, `region` …
        dimension: String,
        /// As the campaign spells them.
        values: Vec<String>,
    },
    /// Reports now, and usually.
    Volume {
        /// In the last seven days.
        #[ts(type = "number")]
        last7: i64,
        /// In a usual week.
        #[ts(type = "number")]
        usual: i64,
    },
    /// 1 to 5.
    Severity {
        /// How bad one report is.
        #[ts(type = "number")]
        severity: i64,
    },
    /// Minutes to the start.
    StartsIn {
        /// How many.
        #[ts(type = "number")]
        minutes: i64,
    },
    /// It is out.
    Live,
    /// People who get it.
    Reach {
        /// How many.
        #[ts(type = "number")]
        people: i64,
    },
}

//! Zendesk, Freshdesk, Freshservice and Intercom (product §7.1, §7.2).

use super::{Codes, Habits, Layout, Proof, Unit, When};
use crate::lists::Separator;
use crate::sniff::Shape;
use sidedesk_domain::fields::Kind;

/// Zendesk's view and ticket exports. Custom `[list]` columns are categories as well.
pub(super) const ZENDESK_CSV: Layout = Layout {
    kind: Some(Kind::Report),
    known_by: &[Proof {
        all: &["id", "subject", "createdat"],
        some: 3,
        of: &[
            "summationcolumn",
            "requester",
            "requesterdomain",
            "via",
            "tickettype",
            "groupstations",
            "assigneestations",
            "solvedat",
            "satisfactionscore",
        ],
    }],
    fields: &[
        ("id", &["id", "ticketid"]),
        ("title", &["subject"]),
        ("body", &["description"]),
        ("created", &["createdat", "created"]),
        ("first_reply", &["firstreplytimeinminutes", "firstreplytime"]),
        ("solved", &["solvedat"]),
        ("status", &["status"]),
        ("priority", &["priority"]),
        ("channel", &["via"]),
        ("category", &["tags"]),
        ("customer", &["requesterid", "requesteremail"]),
    ],
    lists: &[("tags", Separator::Blank)],
    lengths: &[
        ("firstreplytimeinminutes", Unit::Minutes),
        ("firstreplytime", Unit::Minutes),
    ],
    missing: &[
        (
            When::No("body"),
            "What the customers wrote: Zendesk's CSV holds subjects only, its JSON export the texts",
        ),
        (
            When::Column("groupstations"),
            "How often a ticket was handed on and opened again: nothing here counts stations and reopens yet",
        ),
    ],
    habits: Habits {
        typed_custom_fields: true,
        ..Habits::NONE
    },
    ..Layout::PLAIN
};

/// Zendesk's tickets as JSON. `problem` is made from `problem_id` by the reader.
pub(super) const ZENDESK_JSON: Layout = Layout {
    kind: Some(Kind::Report),
    shapes: &[Shape::Json],
    known_by: &[Proof {
        all: &["id", "subject"],
        some: 3,
        of: &[
            "rawsubject",
            "requesterid",
            "submitterid",
            "assigneeid",
            "brandid",
            "problemid",
            "hasincidents",
            "ticketformid",
            "followupids",
            "viachannel",
            "collaboratorids",
        ],
    }],
    fields: &[
        ("id", &["id"]),
        ("title", &["subject", "rawsubject"]),
        ("body", &["description"]),
        ("created", &["createdat"]),
        ("solved", &["solvedat", "metricsetsolvedat"]),
        ("status", &["status"]),
        ("priority", &["priority"]),
        ("channel", &["viachannel"]),
        ("category", &["tags"]),
        ("customer", &["requesterid", "requesteremail"]),
    ],
    missing: &[
        (
            When::No("solved"),
            "When tickets were solved: Zendesk's JSON says only when they were changed last",
        ),
        (
            When::Always,
            "The conversation behind the first message: a ticket's description is its first comment",
        ),
    ],
    habits: Habits {
        cause: Some(("problem", "problemid")),
        ..Habits::NONE
    },
    ..Layout::PLAIN
};

/// Freshdesk's ticket export.
pub(super) const FRESHDESK_CSV: Layout = Layout {
    kind: Some(Kind::Report),
    known_by: &[Proof {
        all: &["ticketid", "subject", "status"],
        some: 2,
        of: &[
            "agentinteractions",
            "customerinteractions",
            "everyresponsestatus",
            "surveyresults",
            "initialresponsetime",
            "lastupdatetime",
            "timetracked",
            "associationtype",
            "fullname",
            "contactid",
        ],
    }],
    fields: &[
        ("id", &["ticketid"]),
        ("title", &["subject"]),
        ("body", &["description", "summary"]),
        ("created", &["createdtime"]),
        ("first_reply", &["firstresponsetime", "initialresponsetime"]),
        ("solved", &["resolvedtime"]),
        ("status", &["status"]),
        ("priority", &["priority"]),
        ("channel", &["source"]),
        ("category", &["type", "tags"]),
        ("customer", &["contactid", "email", "fullname"]),
    ],
    lists: &[("tags", Separator::Char(','))],
    lengths: &[("firstresponsetime", Unit::Hours)],
    missing: &[
        (
            When::No("body"),
            "What the customers wrote: Freshdesk's CSV holds subjects only, its JSON the texts",
        ),
        (
            When::Column("surveyresults"),
            "Whether people were content: nothing here takes survey results yet",
        ),
    ],
    ..Layout::PLAIN
};

/// Freshdesk's own numbers; a desk's further states have numbers from 6 on.
const FRESHDESK_CODES: &[Codes] = &[
    (
        "status",
        &[("2", "Open"), ("3", "Pending"), ("4", "Resolved"), ("5", "Closed")],
    ),
    (
        "priority",
        &[("1", "Low"), ("2", "Medium"), ("3", "High"), ("4", "Urgent")],
    ),
    (
        "source",
        &[
            ("1", "Email"),
            ("2", "Portal"),
            ("3", "Phone"),
            ("7", "Chat"),
            ("9", "Feedback widget"),
            ("10", "Outbound email"),
        ],
    ),
];

/// Freshdesk's API.
pub(super) const FRESHDESK_JSON: Layout = Layout {
    kind: Some(Kind::Report),
    shapes: &[Shape::Json],
    known_by: &[Proof {
        all: &["id", "subject", "source"],
        some: 2,
        of: &[
            "frescalated",
            "isescalated",
            "frdueby",
            "responderid",
            "emailconfigid",
            "descriptiontext",
            "fwdemails",
            "toemails",
            "spam",
        ],
    }],
    fields: &[
        ("id", &["id"]),
        ("title", &["subject"]),
        ("body", &["descriptiontext", "description"]),
        ("created", &["createdat"]),
        ("first_reply", &["statsfirstrespondedat"]),
        ("solved", &["statsresolvedat", "statsclosedat"]),
        ("status", &["status"]),
        ("priority", &["priority"]),
        ("channel", &["source"]),
        ("category", &["type", "tags"]),
        ("customer", &["requesterid", "requesteremail"]),
    ],
    codes: FRESHDESK_CODES,
    missing: &[
        (
            When::No("solved"),
            "When tickets were solved: ask Freshdesk for them with include=stats",
        ),
        (
            When::Always,
            "What a desk calls its own states: Freshdesk's JSON holds their numbers, from 6 on",
        ),
    ],
    ..Layout::PLAIN
};

/// Freshservice writes the same columns in another case, and the description.
pub(super) const FRESHSERVICE: Layout = Layout {
    kind: Some(Kind::Report),
    known_by: &[Proof {
        all: &["ticketid", "createdtime"],
        some: 2,
        of: &[
            "requestername",
            "item",
            "subcategory",
            "lastupdatedtime",
            "department",
            "requesteremail",
        ],
    }],
    fields: &[
        ("id", &["ticketid"]),
        ("title", &["subject"]),
        ("body", &["description"]),
        ("created", &["createdtime"]),
        ("first_reply", &["firstresponsetime"]),
        ("solved", &["resolvedtime"]),
        ("status", &["status"]),
        ("priority", &["priority"]),
        ("channel", &["source"]),
        ("category", &["category", "subcategory", "item", "type", "tags"]),
        ("customer", &["requesteremail", "requestername"]),
    ],
    lengths: &[("firstresponsetime", Unit::Hours)],
    ..Layout::PLAIN
};

/// Intercom's conversations report.
pub(super) const INTERCOM: Layout = Layout {
    kind: Some(Kind::Report),
    known_by: &[Proof {
        all: &["conversationid"],
        some: 2,
        of: &[
            "conversationstartedat",
            "conversationcreatedat",
            "currentconversationstate",
            "teammatecurrentlyassigned",
            "teamcurrentlyassigned",
            "conversationfirstrepliedat",
            "conversationfirstclosedat",
            "startedby",
            "lastteammaterating",
            "agenttype",
        ],
    }],
    fields: &[
        ("id", &["conversationid"]),
        ("created", &["conversationstartedat", "conversationcreatedat"]),
        ("first_reply", &["conversationfirstrepliedat"]),
        ("solved", &["conversationfirstclosedat", "conversationlastclosedat"]),
        ("status", &["currentconversationstate"]),
        ("priority", &["conversationpriority"]),
        ("channel", &["channel"]),
        ("category", &["topics", "conversationtag", "tickettype"]),
    ],
    lists: &[
        ("topics", Separator::Char(',')),
        ("conversationtag", Separator::Char(',')),
    ],
    codes: &[(
        "conversationpriority",
        &[("not_priority", "not priority"), ("Not Priority", "not priority")],
    )],
    missing: &[
        (
            When::No("body"),
            "What the customers wrote: Intercom's report holds no messages, a transcript export does",
        ),
        (
            When::Column("lastteammaterating"),
            "Whether people were content: nothing here takes ratings yet",
        ),
    ],
    habits: Habits {
        titled_by: &["topics", "conversationtag", "tickettype"],
        ..Habits::NONE
    },
    ..Layout::PLAIN
};

/// A transcript export: one row per message, put together to one per conversation by the reader. Times are UTC.
pub(super) const INTERCOM_TRANSCRIPT: Layout = Layout {
    kind: Some(Kind::Report),
    known_by: &[Proof {
        all: &["messageid", "messagebody", "conversationid"],
        some: 0,
        of: &[],
    }],
    fields: &[
        ("id", &["conversationid"]),
        ("body", &["messagebody"]),
        ("created", &["conversationcreatedat", "messagecreatedat"]),
        ("first_reply", &["conversationfirstresponseat"]),
        ("solved", &["conversationclosedat"]),
        ("status", &["conversationstate"]),
        ("category", &["conversationtags"]),
    ],
    lists: &[("conversationtags", Separator::Char(','))],
    habits: Habits {
        titled_by: &["conversationtags"],
        times_in_utc: true,
        ..Habits::NONE
    },
    ..Layout::PLAIN
};

//! Boards, task lists and calendars as plans of campaigns: Trello, Asana, ClickUp, ICS (product §7.3).

use super::{Alias, Habits, Layout, Proof, When};
use crate::lists::Separator;
use crate::sniff::Shape;
use sidedesk_domain::fields::Kind;

/// Trello's CSV; the JSON reader gives the same columns, and `Checklists`, `Comments`, `Attachments`.
const TRELLO: &[Alias] = &[
    ("id", &["cardid"]),
    ("name", &["cardname"]),
    ("text", &["carddescription", "checklists", "comments", "attachments"]),
    ("url", &["cardurl"]),
    ("start", &["startdate"]),
    ("end", &["duedate"]),
    ("state", &["listname"]),
    ("labels", &["labels"]),
    ("owner", &["members"]),
    ("archived", &["archived"]),
];

const TRELLO_HABITS: Habits = Habits {
    due_is_the_date: true,
    nameless: "Untitled card",
    ..Habits::NONE
};

/// Trello's CSV.
pub(super) const TRELLO_CSV: Layout = Layout {
    kind: Some(Kind::Campaign),
    known_by: &[Proof {
        all: &["cardid", "cardname", "listname"],
        some: 0,
        of: &[],
    }],
    fields: TRELLO,
    lists: &[("labels", Separator::Char(','))],
    missing: &[(
        When::Always,
        "Checklists and comments: Trello's CSV only counts them, its JSON export holds them",
    )],
    habits: Habits {
        coloured_labels: true,
        account: Some("boardname"),
        ..TRELLO_HABITS
    },
    ..Layout::PLAIN
};

/// A Trello board, known by its lists and cards.
pub(super) const TRELLO_JSON: Layout = Layout {
    kind: Some(Kind::Campaign),
    shapes: &[Shape::Json],
    fields: TRELLO,
    habits: TRELLO_HABITS,
    ..Layout::PLAIN
};

/// Asana. The link for Google Sheets puts a URL and spacer rows above the header; older files lack the section.
pub(super) const ASANA: Layout = Layout {
    kind: Some(Kind::Campaign),
    known_by: &[Proof {
        all: &["taskid", "name"],
        some: 2,
        of: &[
            "createdat",
            "completedat",
            "lastmodified",
            "sectioncolumn",
            "assigneeemail",
            "projects",
            "parenttask",
            "notes",
        ],
    }],
    fields: &[
        ("id", &["taskid"]),
        ("name", &["name"]),
        ("text", &["notes", "parenttask", "blockedby", "blocking"]),
        ("start", &["startdate"]),
        ("end", &["duedate"]),
        ("state", &["sectioncolumn"]),
        ("labels", &["tags", "projects"]),
        ("owner", &["assigneeemail", "assignee"]),
    ],
    lists: &[("tags", Separator::Char(',')), ("projects", Separator::Char(','))],
    missing: &[
        (When::Always, "Comments and attachments: Asana's CSV does not hold them"),
        (
            When::Column("parenttask"),
            "Which task a subtask belongs to: Asana's CSV names it by its name, which stands in the text",
        ),
        (
            When::No("state"),
            "States: the file has no Section/Column, so only completed tasks have one",
        ),
    ],
    habits: Habits {
        due_is_the_date: true,
        ended_by: Some("completedat"),
        nameless: "Untitled task",
        ..Habits::NONE
    },
    ..Layout::PLAIN
};

/// ClickUp.
pub(super) const CLICKUP: Layout = Layout {
    kind: Some(Kind::Campaign),
    known_by: &[Proof {
        all: &["taskid", "taskname"],
        some: 2,
        of: &[
            "taskcontent",
            "listname",
            "status",
            "foldername",
            "spacename",
            "datecreated",
            "duedate",
        ],
    }],
    fields: &[
        ("id", &["taskid"]),
        ("name", &["taskname"]),
        ("text", &["taskcontent", "checklists"]),
        ("start", &["startdate"]),
        ("end", &["duedate"]),
        ("state", &["status"]),
        ("labels", &["tags", "listname"]),
        ("owner", &["assignees", "assignee"]),
    ],
    lists: &[("tags", Separator::Char(',')), ("assignees", Separator::Char(','))],
    habits: Habits {
        due_is_the_date: true,
        nameless: "Untitled task",
        ..Habits::NONE
    },
    ..Layout::PLAIN
};

/// Properties of a calendar's events, as the calendar reader names its columns.
pub(super) const ICS: Layout = Layout {
    kind: Some(Kind::Campaign),
    shapes: &[Shape::Calendar],
    fields: &[
        ("id", &["uid"]),
        ("name", &["summary"]),
        ("text", &["description", "location"]),
        ("start", &["dtstart"]),
        ("end", &["dtend"]),
        ("zone", &["tzid"]),
        ("state", &["status"]),
        ("labels", &["categories"]),
        ("owner", &["organizer"]),
        ("url", &["url"]),
    ],
    habits: Habits {
        nameless: "Untitled event",
        ..Habits::NONE
    },
    ..Layout::PLAIN
};

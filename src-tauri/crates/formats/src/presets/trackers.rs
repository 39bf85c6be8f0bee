//! HubSpot's tickets, Jira, Chatwoot, Zammad and GitHub (product §7.1, §7.2).

use super::{Habits, Layout, Proof, When};
use crate::sniff::Shape;
use sidedesk_domain::fields::Kind;

/// HubSpot tickets: internal names in JSON and in exports by internal name, labels in the others.
pub(super) const HUBSPOT_TICKETS: Layout = Layout {
    kind: Some(Kind::Report),
    shapes: &[Shape::Table, Shape::Json],
    known_by: &[
        Proof {
            all: &["hspipelinestage"],
            some: 1,
            of: &["hsticketpriority", "hsticketcategory", "hspipeline", "subject"],
        },
        Proof {
            all: &["ticketname"],
            some: 2,
            of: &[
                "ticketdescription",
                "pipeline",
                "ticketstatus",
                "ticketowner",
                "recordid",
                "ticketid",
                "createdate",
                "closedate",
            ],
        },
    ],
    fields: &[
        ("id", &["hsobjectid", "ticketid", "recordid", "id"]),
        ("title", &["subject", "ticketname"]),
        ("body", &["content", "ticketdescription"]),
        ("created", &["createdate", "createdat"]),
        ("first_reply", &["firstagentreplydate"]),
        ("solved", &["closeddate", "closedate"]),
        ("status", &["hspipelinestage", "ticketstatus"]),
        ("priority", &["hsticketpriority", "priority"]),
        ("channel", &["sourcetype", "source"]),
        ("category", &["hsticketcategory", "category"]),
    ],
    // The stages of the pipeline that every portal begins with.
    codes: &[(
        "hspipelinestage",
        &[
            ("1", "New"),
            ("2", "Waiting on contact"),
            ("3", "Waiting on us"),
            ("4", "Closed"),
        ],
    )],
    missing: &[(
        When::Column("hspipelinestage"),
        "What a portal calls its own stages: the file holds their ids; an export by labels holds the names",
    )],
    ..Layout::PLAIN
};

/// Jira and Jira Service Management. Comments stay in their columns, `date;author;text`, for whoever maps them.
pub(super) const JIRA: Layout = Layout {
    kind: Some(Kind::Report),
    known_by: &[Proof {
        all: &["issuekey", "summary"],
        some: 2,
        of: &[
            "issueid",
            "issuetype",
            "projectkey",
            "projectname",
            "resolution",
            "reporter",
            "components",
            "votes",
            "lastviewed",
        ],
    }],
    fields: &[
        ("id", &["issuekey"]),
        ("title", &["summary"]),
        ("body", &["description"]),
        ("created", &["created"]),
        ("solved", &["resolved"]),
        ("status", &["status"]),
        ("priority", &["priority"]),
        ("category", &["labels", "components"]),
        ("customer", &["reporter"]),
    ],
    missing: &[
        (
            When::Column("comment"),
            "Comments: they stand in columns of their own; map Comment to body to take them",
        ),
        (When::Always, "When somebody answered first: Jira's CSV does not say"),
    ],
    ..Layout::PLAIN
};

/// Chatwoot. The reader puts the customer's messages together.
pub(super) const CHATWOOT: Layout = Layout {
    kind: Some(Kind::Report),
    shapes: &[Shape::Json],
    known_by: &[Proof {
        all: &["id", "status", "inboxid"],
        some: 2,
        of: &[
            "messages",
            "unreadcount",
            "contactlastseenat",
            "agentlastseenat",
            "accountid",
            "additionalattributes",
            "customattributes",
            "metachannel",
        ],
    }],
    fields: &[
        ("id", &["id"]),
        ("title", &["additionalattributesmailsubject"]),
        ("body", &["messages"]),
        ("created", &["createdat", "timestamp"]),
        ("first_reply", &["firstreplycreatedat"]),
        ("status", &["status"]),
        ("priority", &["priority"]),
        ("channel", &["metachannel", "channel"]),
        ("category", &["labels"]),
        ("customer", &["metasenderid", "metasenderemail"]),
    ],
    codes: &[
        (
            "status",
            &[("0", "open"), ("1", "resolved"), ("2", "pending"), ("3", "snoozed")],
        ),
        (
            "priority",
            &[("0", "low"), ("1", "medium"), ("2", "high"), ("3", "urgent")],
        ),
    ],
    missing: &[
        (
            When::Always,
            "When conversations were resolved: Chatwoot says only that they are",
        ),
        (
            When::No("body"),
            "What the customers wrote: the file holds no messages; export the conversations with them",
        ),
    ],
    ..Layout::PLAIN
};

/// Zammad, with the ids it is installed with.
pub(super) const ZAMMAD: Layout = Layout {
    kind: Some(Kind::Report),
    shapes: &[Shape::Json],
    known_by: &[Proof {
        all: &["number", "title"],
        some: 2,
        of: &[
            "groupid",
            "stateid",
            "priorityid",
            "ownerid",
            "customerid",
            "organizationid",
            "articlecount",
        ],
    }],
    fields: &[
        ("id", &["id", "number"]),
        ("title", &["title"]),
        ("body", &["articles", "note"]),
        ("created", &["createdat"]),
        ("first_reply", &["firstresponseat"]),
        ("solved", &["closeat"]),
        ("status", &["state", "stateid"]),
        ("priority", &["priority", "priorityid"]),
        ("channel", &["createarticletype"]),
        ("category", &["tags"]),
        ("customer", &["customerid", "customer"]),
    ],
    codes: &[
        (
            "stateid",
            &[
                ("1", "new"),
                ("2", "open"),
                ("3", "pending reminder"),
                ("4", "closed"),
                ("5", "merged"),
            ],
        ),
        ("priorityid", &[("1", "1 low"), ("2", "2 normal"), ("3", "3 high")]),
    ],
    missing: &[
        (
            When::Column("stateid"),
            "What a desk calls its own states: the file holds their ids; expand=true brings the names",
        ),
        (
            When::No("body"),
            "What the customers wrote: Zammad keeps it in articles, which the tickets' JSON leaves out",
        ),
    ],
    ..Layout::PLAIN
};

/// GitHub's API and its command line. `reference` is made from the address by the reader.
pub(super) const GITHUB: Layout = Layout {
    kind: Some(Kind::Report),
    shapes: &[Shape::Json],
    known_by: &[
        Proof {
            all: &["number", "title"],
            some: 2,
            of: &[
                "htmlurl",
                "nodeid",
                "repositoryurl",
                "labelsurl",
                "userlogin",
                "authorassociation",
                "statereason",
            ],
        },
        Proof {
            all: &["number", "title"],
            some: 3,
            of: &["authorlogin", "createdat", "closedat", "state", "labels", "body", "url"],
        },
    ],
    fields: &[
        ("id", &["reference", "number"]),
        ("title", &["title"]),
        ("body", &["body"]),
        ("created", &["createdat"]),
        ("solved", &["closedat"]),
        ("status", &["state"]),
        ("category", &["labels"]),
        ("customer", &["userlogin", "authorlogin"]),
    ],
    missing: &[(
        When::Always,
        "Comments, and when somebody answered first: GitHub's list of issues leaves both out",
    )],
    habits: Habits::NONE,
    ..Layout::PLAIN
};

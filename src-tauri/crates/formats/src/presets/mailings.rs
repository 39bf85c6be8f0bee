//! Campaigns of the tools that send them: HubSpot, Salesforce, Klaviyo, Mailchimp (product §7.3).

use super::{Habits, Layout, Proof, When};
use crate::sniff::Shape;
use sidedesk_domain::fields::Kind;

/// HubSpot campaigns: internal names in JSON and in exports by internal name, labels in the others.
pub(super) const HUBSPOT_CAMPAIGNS: Layout = Layout {
    kind: Some(Kind::Campaign),
    shapes: &[Shape::Table, Shape::Json],
    known_by: &[
        Proof {
            all: &["hsname"],
            some: 1,
            of: &[
                "hsstartdate",
                "hsenddate",
                "hscampaignstatus",
                "hsbudgetitemssumamount",
                "hsaudience",
            ],
        },
        Proof {
            all: &["campaignname", "startdate"],
            some: 2,
            of: &[
                "campaignstatus",
                "budgetsum",
                "spendsum",
                "utm",
                "currencycode",
                "audience",
            ],
        },
    ],
    fields: &[
        ("id", &["hsobjectid", "recordid", "campaignid", "id"]),
        ("name", &["hsname", "campaignname"]),
        ("start", &["hsstartdate", "startdate"]),
        ("end", &["hsenddate", "enddate"]),
        ("state", &["hscampaignstatus", "campaignstatus"]),
        ("owner", &["hsowner", "owner", "campaignowner"]),
        ("audience", &["hsaudience", "audience"]),
        ("budget", &["hsbudgetitemssumamount", "budgetsum"]),
        ("text", &["hsnotes", "notes", "hsgoal", "goal"]),
    ],
    missing: &[(
        When::Always,
        "What was spent, and the assets of a campaign: nothing here takes them",
    )],
    habits: Habits {
        utc_midnight_is_a_day: true,
        ..Habits::NONE
    },
    ..Layout::PLAIN
};

/// Salesforce: the object's names, or the labels of a report.
pub(super) const SALESFORCE: Layout = Layout {
    kind: Some(Kind::Campaign),
    known_by: &[
        Proof {
            all: &["name", "startdate", "status"],
            some: 2,
            of: &[
                "isactive",
                "budgetedcost",
                "actualcost",
                "expectedresponse",
                "expectedrevenue",
                "numbersent",
                "numberofcontacts",
                "parentid",
                "ownerid",
            ],
        },
        Proof {
            all: &["campaignname"],
            some: 2,
            of: &[
                "campaigntype",
                "budgetedcostincampaign",
                "actualcostincampaign",
                "numsentincampaign",
                "expectedrevenueincampaign",
                "campaignid",
            ],
        },
    ],
    fields: &[
        ("id", &["id", "campaignid"]),
        ("name", &["name", "campaignname"]),
        ("start", &["startdate"]),
        ("end", &["enddate"]),
        ("state", &["status"]),
        ("owner", &["ownerid", "campaignowner", "owner"]),
        ("audience", &["type", "campaigntype"]),
        ("reach", &["numbersent", "numsentincampaign"]),
        ("budget", &["budgetedcost", "budgetedcostincampaign"]),
        ("text", &["description", "campaigndescription"]),
    ],
    missing: &[(
        When::Column("expectedresponse"),
        "How many people are expected to answer: nothing here takes it yet",
    )],
    ..Layout::PLAIN
};

/// Klaviyo's campaign report.
pub(super) const KLAVIYO: Layout = Layout {
    kind: Some(Kind::Campaign),
    known_by: &[Proof {
        all: &["campaignname", "sendtime"],
        some: 2,
        of: &[
            "totalrecipients",
            "uniqueplacedorder",
            "placedorderrate",
            "successfuldeliveries",
            "spamcomplaints",
            "sendweekday",
            "campaignchannel",
            "uniqueopens",
        ],
    }],
    fields: &[
        ("id", &["campaignid"]),
        ("name", &["campaignname"]),
        ("start", &["sendtime"]),
        ("channel", &["campaignchannel"]),
        ("audience", &["list", "segment"]),
        ("labels", &["tags"]),
        ("reach", &["totalrecipients"]),
        ("text", &["subject"]),
    ],
    missing: &[
        (
            When::Column("spamcomplaints"),
            "Spam complaints, opens, clicks and orders: nothing here counts them yet",
        ),
        (
            When::No("state"),
            "States: Klaviyo's report lists what was sent and does not say what runs",
        ),
    ],
    ..Layout::PLAIN
};

/// Mailchimp: the report of sent campaigns, or the columns of the API.
pub(super) const MAILCHIMP: Layout = Layout {
    kind: Some(Kind::Campaign),
    known_by: &[
        Proof {
            all: &["title", "senddate"],
            some: 2,
            of: &[
                "totalrecipients",
                "abusecomplaints",
                "uniqueid",
                "softbounces",
                "hardbounces",
                "uniqueopens",
                "list",
            ],
        },
        Proof {
            all: &["title", "subjectline", "sendtime"],
            some: 2,
            of: &[
                "listid",
                "fromname",
                "replyto",
                "segmenttext",
                "contenttype",
                "createtime",
                "longarchiveurl",
            ],
        },
    ],
    fields: &[
        ("id", &["uniqueid", "id"]),
        ("name", &["title"]),
        ("start", &["senddate", "sendtime"]),
        ("state", &["status"]),
        ("audience", &["list", "segmenttext", "listid"]),
        ("reach", &["totalrecipients", "emailssent"]),
        ("text", &["subject", "subjectline"]),
        ("url", &["longarchiveurl", "archiveurl"]),
    ],
    missing: &[(
        When::Column("abusecomplaints"),
        "Abuse complaints, opens, clicks and orders: nothing here counts them yet",
    )],
    ..Layout::PLAIN
};

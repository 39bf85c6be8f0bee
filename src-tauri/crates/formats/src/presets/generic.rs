//! Any other table: the usual synonyms of our fields, for spreadsheets and boards whose columns are a team's own
//! (Airtable, Notion, monday, Google Sheets).

use super::{Alias, Layout};
use crate::sniff::Shape;

/// A table, or JSON objects, that no tool's columns prove.
pub(super) const ANY: Layout = Layout {
    shapes: &[Shape::Table, Shape::Json],
    ..Layout::PLAIN
};

/// What this program wrote is read by another reader: no shape that comes here is one.
pub(super) const OWN: Layout = Layout {
    shapes: &[],
    ..Layout::PLAIN
};

/// Custom fields of any help desk that are named like ours.
pub(super) const REPORT_SCOPE: &[Alias] = &[
    ("product", &["product", "products", "productname"]),
    ("region", &["region", "country", "market"]),
    ("segment", &["segment", "customersegment"]),
    ("touch_point", &["touchpoint"]),
    ("tier", &["tier", "customertier"]),
];

/// The same in any plan.
pub(super) const CAMPAIGN_SCOPE: &[Alias] = &[
    ("product", &["product", "products"]),
    (
        "region",
        &["region", "regions", "country", "countries", "market", "markets"],
    ),
    ("segment", &["segment", "segments"]),
    ("channel", &["channel", "channels"]),
    ("touch_point", &["touchpoint", "touchpoints"]),
    ("reach", &["reach"]),
    ("budget", &["budget"]),
];

/// The usual names of a report's columns.
#[rustfmt::skip]
pub(super) const REPORT: &[Alias] = &[
    ("id", &[
        "id", "ticketid", "reportid", "issuekey", "complaintid", "caseid", "casenumber", "conversationid", "uniquekey",
        "ticketnumber", "recordid", "hsobjectid", "messageid", "queryid", "referencenumber", "reference", "number",
        "key", "uuid", "issueid",
    ]),
    ("title", &["title", "subject", "summary", "ticketname", "headline", "shortdescription", "descriptor", "topic"]),
    ("body", &[
        "body", "description", "text", "narrative", "consumercomplaintnarrative", "complaintnarrative", "content",
        "message", "messagebody", "ticketdescription", "details", "feedback", "review", "comment", "query",
        "question", "complainttext",
    ]),
    ("created", &[
        "created", "createdat", "createddate", "createdate", "createdtime", "createdon", "creationdate", "datecreated",
        "datereceived", "receivedat", "received", "receiveddate", "openedat", "opened", "openeddate", "submittedat",
        "submittedon", "reportedat", "conversationstartedat", "conversationcreatedat", "messagecreatedat", "datetime",
        "timestamp", "date",
    ]),
    ("first_reply", &["firstreply", "firstreplyat", "firstresponseat", "conversationfirstrepliedat"]),
    ("solved", &[
        "solved", "solvedat", "resolved", "resolvedat", "resolvedtime", "resolvedon", "closedat", "closeddate",
        "closedtime", "closedate", "closed", "conversationfirstclosedat",
    ]),
    ("status", &["status", "ticketstatus", "currentconversationstate", "companyresponsetoconsumer"]),
    ("priority", &["priority", "ticketpriority", "conversationpriority", "hsticketpriority", "urgency"]),
    ("channel", &["channel", "via", "viachannel", "submittedvia", "source", "sourcetype"]),
    ("category", &[
        "category", "categories", "tags", "labels", "topics", "conversationtag", "tickettags", "tickettype",
        "issuetype", "complainttype", "type", "issue", "hsticketcategory",
    ]),
    ("product", &["product", "productname"]),
    ("region", &["region", "country", "market", "territory", "borough"]),
    ("segment", &["segment", "customersegment"]),
    ("touch_point", &["touchpoint"]),
    ("tier", &["tier", "customertier", "plan"]),
    ("customer", &[
        "customer", "customerid", "requesterid", "requesteremail", "contactid", "customeremail", "email", "reporter",
        "requester", "creator", "userid",
    ]),
];

/// The usual names of a campaign's columns.
#[rustfmt::skip]
pub(super) const CAMPAIGN: &[Alias] = &[
    ("id", &["id", "campaignid", "cardid", "taskid", "uid", "hsobjectid", "recordid", "key", "uuid"]),
    ("name", &[
        "name", "campaignname", "cardname", "hsname", "campaign", "title", "taskname", "eventname", "event", "summary",
        "subject",
    ]),
    ("start", &[
        "start", "startdate", "startsat", "starttime", "startson", "hsstartdate", "validfrom", "launchdate", "launch",
        "golive", "golivedate", "senddate", "sendtime", "sendat", "publishdate", "begins", "begin", "from", "date",
    ]),
    ("end", &[
        "end", "enddate", "endsat", "endtime", "endson", "hsenddate", "validto", "validuntil", "finishdate", "finish",
        "ends", "until", "expires", "expirydate", "to", "duedate", "due",
    ]),
    ("zone", &["zone", "timezone", "tz"]),
    ("state", &["state", "status", "stage", "campaignstatus", "hscampaignstatus", "listname", "sectioncolumn"]),
    ("product", &["product", "products"]),
    ("region", &["region", "regions", "country", "countries", "market", "markets"]),
    ("segment", &["segment", "segments"]),
    ("channel", &["channel", "channels", "campaignchannel", "medium"]),
    ("touch_point", &["touchpoint", "touchpoints"]),
    ("owner", &["owner", "campaignowner", "hsowner", "assignee", "person", "people", "responsible", "members", "organizer", "manager"]),
    ("audience", &["audience", "hsaudience", "targetaudience", "targetgroup", "target"]),
    ("reach", &["reach", "totalrecipients", "recipients", "numbersent", "audiencesize", "listsize"]),
    ("budget", &["budget", "budgetedcost", "budgetsum", "hsbudgetitemssumamount"]),
    ("text", &["text", "description", "notes", "offer", "details", "hsnotes", "carddescription", "body", "content"]),
    ("url", &["url", "link", "website", "cardurl", "landingpage"]),
    ("labels", &["labels", "tags", "categories", "category", "type"]),
    ("archived", &["archived"]),
];

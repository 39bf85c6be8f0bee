//! Which column names fill which field: the names that vendors write (product §7.1–7.5) and the usual synonyms, all in
//! normal form ([`crate::headers`]). The first name of a field that the file has wins; set fields take all of them.

use crate::model::Preset;
use sidedesk_domain::fields::Kind;

/// A field's name and the columns that fill it.
pub(crate) type Alias = (&'static str, &'static [&'static str]);

/// Zendesk's view and ticket exports. Custom `[list]` columns go to `category` as well.
const ZENDESK: &[Alias] = &[
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
];

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

/// Properties of a calendar's events, as the calendar reader names its columns.
const ICS: &[Alias] = &[
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
];

#[rustfmt::skip]
const REPORT: &[Alias] = &[
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

#[rustfmt::skip]
const CAMPAIGN: &[Alias] = &[
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
    ("owner", &["owner", "campaignowner", "hsowner", "assignee", "responsible", "members", "organizer", "manager"]),
    ("audience", &["audience", "hsaudience", "targetaudience", "targetgroup", "target"]),
    ("reach", &["reach", "totalrecipients", "recipients", "numbersent", "audiencesize", "listsize"]),
    ("budget", &["budget", "budgetedcost", "budgetsum", "hsbudgetitemssumamount"]),
    ("text", &["text", "description", "notes", "offer", "details", "hsnotes", "carddescription", "body", "content"]),
    ("url", &["url", "link", "website", "cardurl", "landingpage"]),
    ("labels", &["labels", "tags", "categories", "category", "type"]),
    ("archived", &["archived"]),
];

/// The names for a preset's columns, when they are to become `kind`.
pub(crate) fn table(preset: Preset, kind: Kind) -> &'static [Alias] {
    match (preset, kind) {
        (Preset::ZendeskCsv, Kind::Report) => ZENDESK,
        (Preset::TrelloCsv | Preset::TrelloJson, Kind::Campaign) => TRELLO,
        (Preset::Ics, Kind::Campaign) => ICS,
        (_, Kind::Campaign) => CAMPAIGN,
        _ => REPORT,
    }
}

/// Some table has this column.
pub(crate) fn is_known(normal: &str) -> bool {
    let tables = [ZENDESK, TRELLO, REPORT, CAMPAIGN];
    tables.into_iter().flatten().any(|(_, names)| names.contains(&normal))
}

/// Columns of Zendesk exports that other tools do not have; three of them are proof.
const ONLY_ZENDESK: &[&str] = &[
    "summationcolumn",
    "requester",
    "requesterdomain",
    "via",
    "tickettype",
    "groupstations",
    "assigneestations",
    "solvedat",
    "satisfactionscore",
];

/// Whose table it is, by its columns.
pub(crate) fn recognise(normals: &[&str]) -> Preset {
    let has = |name: &&str| normals.contains(name);
    if ["id", "subject", "createdat"].iter().all(has) && ONLY_ZENDESK.iter().filter(|name| has(name)).count() >= 3 {
        Preset::ZendeskCsv
    } else if ["cardid", "cardname", "listname"].iter().all(has) {
        Preset::TrelloCsv
    } else {
        Preset::Generic
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidedesk_domain::fields;

    #[test]
    fn every_alias_names_a_field_that_exists() {
        for preset in Preset::ALL {
            for kind in [Kind::Campaign, Kind::Report] {
                for (field, _) in table(preset, kind) {
                    assert!(fields::named(kind, field).is_some(), "{preset:?} {kind:?} {field}");
                }
            }
        }
    }

    #[test]
    fn exports_are_recognised_by_their_columns() {
        assert_eq!(
            recognise(&["id", "subject", "createdat", "via", "requester", "tickettype"]),
            Preset::ZendeskCsv
        );
        assert_eq!(
            recognise(&["id", "subject", "createdat", "description"]),
            Preset::Generic
        );
        assert_eq!(
            recognise(&["cardid", "cardname", "listname", "duedate"]),
            Preset::TrelloCsv
        );
    }
}

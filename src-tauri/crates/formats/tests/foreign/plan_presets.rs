//! Plans, mailings and calendars: recognised by their columns, and what is read of them.

use crate::common::{parse, shown, told};
use crate::support_presets::check;
use sidedesk_domain::fields::campaign;
use sidedesk_formats::{Kind, Preset};

#[test]
fn trello_with_archived_cards_and_labels_with_parentheses() {
    let parsed = check(
        "trello_archived.csv",
        Preset::TrelloCsv,
        &[
            "name=Spring sale · state=draft · start=2026-12-01T08:00:00Z · end=2026-12-05T12:00:00Z · zone=Europe/Berlin · \
             product=Boots|Sandals · owner=Ana · text=Boots · url=https://trello.com/c/1 · \
             labels=On site|Big (up to 30 %)|Doing · archived=false · id=c1",
            "name=Old plan · state=live · url=https://trello.com/c/2 · archived=true · id=c2",
        ],
        &[],
    );
    assert_eq!(parsed.account, "Plan 2027");
}

#[test]
fn a_trello_board_with_two_checklists_and_a_thousand_actions() {
    let parsed = check(
        "trello_two_checklists.json",
        Preset::TrelloJson,
        &[
            "name=Spring sale · state=ready · start=2026-12-01T12:00:00Z · end=2026-12-05T12:00:00Z · zone=Europe/Berlin · \
             owner=Ana Prova · text=Checklists: Before\n[x] Brief\nAfter\n[ ] Report\n\n\
             Comments: 2026-11-19 ana: comment 1\n2026-11-20 ana: comment 0 · url=https://trello.com/c/1 · archived=false · id=c1",
            "name=Archived one · state=ready · url=https://trello.com/c/2 · archived=true · id=c2",
        ],
        &[],
    );
    let cut = "Older comments: Trello gives at most 1 000 actions";
    assert!(parsed.missing.iter().any(|line| line == cut), "{:?}", parsed.missing);
}

#[test]
fn asana_below_spacer_rows_and_in_an_older_form() {
    let parsed = check(
        "asana_sheet_link.csv",
        Preset::AsanaCsv,
        &[
            "name=Winter sale · state=draft · start=2026-11-30T23:00:00Z · end=2026-12-24T23:00:00Z · zone=Europe/Berlin · \
             owner=ana@example.com · text=First line, with commas\nsecond line · labels=In progress|sale|winter|Plan 2027 · id=120",
            "name=Write the brief · state=ended · start=2026-10-19T22:00:00Z · zone=Europe/Berlin · owner=bo@example.com · \
             text=Parent task: Winter sale · labels=To do|Plan 2027 · id=121",
        ],
        &[],
    );
    assert_eq!(parsed.drafts[0].line, 5);
    check(
        "asana_old.csv",
        Preset::AsanaCsv,
        &[
            "name=Spring sale · start=2026-11-29T23:00:00Z · zone=Europe/Berlin · owner=Ana Prova · labels=Plan 2027 · id=130",
        ],
        &[],
    );
}

#[test]
fn clickup_writes_lists_in_brackets() {
    check(
        "clickup.csv",
        Preset::ClickupCsv,
        &[
            "name=Newsletter May · state=draft · start=2026-12-01T09:00:00Z · zone=Europe/Berlin · owner=Ana Prova · \
             text=Ten percent · labels=in progress|sale|mail|Campaigns · id=abc1",
        ],
        &[],
    );
}

#[test]
fn hubspot_campaigns_by_internal_names_and_labels() {
    check(
        "hubspot_campaigns_internal.csv",
        Preset::HubspotCampaigns,
        &[
            "name=Black Friday · state=live · start=2026-11-26T23:00:00Z · end=2026-11-30T23:00:00Z · zone=Europe/Berlin · \
             owner=55 · audience=Customers EU · budget=9000 · text=Sell boots\n\nNotes: Ten percent off · labels=ACTIVE · id=771",
            "name=Advent · state=draft · start=2026-11-30T23:00:00Z · end=2026-12-24T23:00:00Z · zone=Europe/Berlin · owner=55 · \
             labels=planned · id=772",
        ],
        &[],
    );
    check(
        "hubspot_campaigns_labels.csv",
        Preset::HubspotCampaigns,
        &[
            "name=Black Friday · state=live · start=2026-11-26T23:00:00Z · end=2026-11-30T23:00:00Z · zone=Europe/Berlin · \
             owner=Ana · audience=Customers EU · budget=9000 · text=Ten percent off · labels=Active",
        ],
        &[],
    );
}

#[test]
fn salesforce_campaigns() {
    check(
        "salesforce.csv",
        Preset::SalesforceCampaigns,
        &[
            "name=Winter webinar · state=draft · start=2026-11-30T23:00:00Z · end=2026-12-02T23:00:00Z · zone=Europe/Berlin · \
             owner=005X · audience=Webinar · reach=12500 · budget=5000 · text=About boots · labels=In Progress · id=701A1",
            "name=Old fair · state=ended · start=2026-02-28T23:00:00Z · end=2026-03-02T23:00:00Z · zone=Europe/Berlin · \
             owner=005X · audience=Trade Show · budget=100 · labels=Aborted · id=701A2",
            "name=Spring mail · state=draft · start=2027-02-28T23:00:00Z · zone=Europe/Berlin · owner=005X · audience=Email · \
             reach=1000 · labels=Planned · id=701A3",
        ],
        &[],
    );
}

#[test]
fn klaviyo_and_mailchimp() {
    check(
        "klaviyo.csv",
        Preset::KlaviyoCampaigns,
        &[
            "name=Newsletter 48 · start=2026-11-24T09:00:00Z · zone=Europe/Berlin · channel=email · audience=Main · \
             reach=120400 · text=Ten percent off boots · id=01HX",
            "name=SMS 48 · start=2026-11-25T09:00:00Z · zone=Europe/Berlin · channel=sms · audience=Main · reach=900 · \
             text=Boots · id=01HY",
        ],
        &[],
    );
    check(
        "mailchimp_report.csv",
        Preset::MailchimpCampaigns,
        &[
            "name=Newsletter 48 · start=2026-11-24T09:00:00Z · zone=Europe/Berlin · audience=Main list · reach=12400 · \
           text=Ten percent off *|FNAME|* · id=a1b2c3",
        ],
        &[],
    );
    check(
        "mailchimp_api.csv",
        Preset::MailchimpCampaigns,
        &[
            "name=Newsletter 48 · state=ended · start=2026-11-24T15:59:27Z · zone=Europe/Berlin · text=Ten percent off · \
             url=https://mailchi.mp/x · labels=sent · id=c2b4",
            "name=Newsletter 49 · state=draft · text=Draft mail · labels=save · id=c2b5",
        ],
        &[],
    );
}

#[test]
fn a_teams_own_table_with_groups() {
    let parsed = check(
        "monday_groups.csv",
        Preset::Generic,
        &[
            "name=Spring sale · state=ended · start=2027-02-28T23:00:00Z · zone=Europe/Berlin · owner=Ana · labels=Done",
            "name=Summer sale · state=draft · start=2027-05-31T22:00:00Z · zone=Europe/Berlin · owner=Bo · labels=Working on it",
            "name=Autumn sale · state=paused · start=2027-08-31T22:00:00Z · zone=Europe/Berlin · owner=Cy · labels=Stuck",
        ],
        &[
            (7, "The row is empty"),
            (8, "A group's title stands here"),
            (9, "The header is repeated here"),
        ],
    );
    assert_eq!(parsed.kind, Kind::Campaign);
}

#[test]
fn a_calendar_with_every_trap() {
    let parsed = parse("made/hostile.ics", "");
    let drafts: Vec<String> = parsed.drafts.iter().map(told).collect();
    let series = "name=Weekly mail";
    let expected = [
        "name=Sale of two days · start=2026-11-30T23:00:00Z · end=2026-12-02T23:00:00Z · zone=Europe/Berlin · id=all-day",
        "name=Day that ends when it begins · start=2026-12-04T23:00:00Z · end=2026-12-05T23:00:00Z · zone=Europe/Berlin · \
         id=zero-length",
        "name=Half a day · start=2026-12-06T08:00:00Z · end=2026-12-06T20:00:00Z · zone=Europe/Berlin · id=duration",
        "name=Long words are folded in the middle of a letter: größer · start=2026-12-07T14:00:00Z · \
         end=2026-12-07T15:00:00Z · zone=America/New_York · id=zone",
        "name=Nine here · start=2026-12-08T08:00:00Z · zone=Europe/Berlin · id=floating",
        &format!("{series} · start=2026-10-20T08:00:00Z · zone=Europe/London · id=series/20261020T080000Z"),
        &format!("{series} · start=2026-11-03T09:00:00Z · zone=Europe/London · id=series/20261103T090000Z"),
        &format!("{series} · start=2026-11-10T09:00:00Z · zone=Europe/London · id=series/20261110T090000Z"),
        "name=Frühling · start=2027-03-01T09:00:00Z · end=2027-03-01T10:00:00Z · zone=Europe/Berlin · id=old",
    ];
    assert_eq!(drafts, expected);
    assert_eq!((parsed.rows, parsed.expanded, parsed.problems.len()), (7, 2, 0));
}

#[test]
fn a_completed_task_of_asana_has_ended_wherever_it_stands() {
    let text =
        "Task ID,Created At,Completed At,Last Modified,Name,Section/Column\n1,,2026-10-01,,a,Live\n2,,,,b,Live\n";
    let parsed = sidedesk_formats::read("a.csv", text.as_bytes(), &crate::common::options("")).unwrap();
    let states: Vec<String> = parsed
        .drafts
        .iter()
        .map(|draft| shown(draft, campaign::STATE))
        .collect();
    assert_eq!(
        (parsed.preset, states),
        (Preset::AsanaCsv, vec!["ended".to_owned(), "live".to_owned()])
    );
    assert_eq!(shown(&parsed.drafts[0], campaign::LABELS), "live");
}

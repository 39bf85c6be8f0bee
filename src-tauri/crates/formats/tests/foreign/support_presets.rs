//! What help desks and trackers export: recognised by its columns, and what is read of it.
//!
//! Planted by hand once, and what caught it:
//!
//! - a transcript's times read in the board's zone → `intercom_across_a_change_of_the_clocks`;
//! - a problem that is no cause of itself → `zendesk_json_in_its_three_shapes`;
//! - a completed task left in its section → `plan_presets::asana_below_spacer_rows_and_in_an_older_form`;
//! - an archive of any ratio unpacked → `packed::bombs_in_archives_are_refused_before_they_unfold`.

use crate::common::{parse, shown, told};
use sidedesk_domain::fields::report;
use sidedesk_formats::{Kind, Parsed, Preset};

/// Reads a fixture; its preset, its drafts in words, and (line, beginning of message) of its problems.
pub fn check(name: &str, preset: Preset, drafts: &[&str], problems: &[(u64, &str)]) -> Parsed {
    let parsed = parse(&format!("made/{name}"), "");
    assert_eq!(parsed.preset, preset, "{name}");
    let got: Vec<String> = parsed.drafts.iter().map(told).collect();
    assert_eq!(got, drafts, "{name}");
    let found: Vec<(u64, &str)> = parsed.problems.iter().map(|p| (p.line, p.message.as_str())).collect();
    assert_eq!(found.len(), problems.len(), "{name}: {found:?}");
    for ((line, message), (at, begins)) in found.iter().zip(problems) {
        assert!(line == at && message.starts_with(begins), "{name}: {found:?}");
    }
    parsed
}

fn says(parsed: &Parsed, words: &str) {
    assert!(
        parsed.missing.iter().any(|line| line.contains(words)),
        "{:?}",
        parsed.missing
    );
}

#[test]
fn zendesk_with_custom_columns() {
    let parsed = check(
        "zendesk_lists.csv",
        Preset::ZendeskCsv,
        &[
            "title=Parcel late · created=2026-11-02T08:15:00Z · status=solved · priority=high · customer=9001 · \
             first_reply=2026-11-02T09:00:00Z · solved=2026-11-03T09:00:00Z · category=parcel_late|dhl|Delivery · \
             region=EU · channel=Web form · id=501",
            "title==HYPERLINK(\"http://evil.example.com\") · created=2026-11-02T22:30:00Z · status=open · customer=9002 · \
             category=Billing · region=US · channel=Email · id=502",
        ],
        &[],
    );
    says(&parsed, "subjects only");
    says(&parsed, "stations and reopens");
}

#[test]
fn zendesk_json_in_its_three_shapes() {
    let drafts = [
        "title=Checkout fails with vouchers · body=Nobody can use a voucher. Call [phone]. · created=2026-11-01T08:00:00Z · \
         status=open · priority=urgent · customer=1 · category=voucher|checkout · channel=web · id=71 · \
         complaint=Checkout fails with vouchers",
        "title=Voucher refused · body=Mine too · created=2026-11-02T08:00:00Z · status=solved · priority=normal · customer=2 · \
         channel=email · id=72 · complaint=Checkout fails with vouchers",
        "title=Invoice missing · body=Where is it · created=2026-11-03T08:00:00Z · status=new · customer=3 · \
         category=invoice · channel=web · id=73",
        "title=Voucher again · body=x · created=2026-11-04T08:00:00Z · status=hold · priority=low · customer=4 · \
         category=voucher · channel=api · id=74 · complaint=Problem 12",
    ];
    let page = check("zendesk_page.json", Preset::ZendeskJson, &drafts, &[]);
    let causes: Vec<Option<&str>> = page.drafts.iter().map(|draft| draft.group_id.as_deref()).collect();
    assert_eq!(causes, [Some("71"), Some("71"), None, Some("12")]);
    let custom = page
        .columns
        .iter()
        .find(|column| column.header == "custom_fields.360001");
    assert_eq!(
        custom.map(|column| column.sample.as_str()),
        Some("Boots"),
        "offered, not taken"
    );

    let list = check("zendesk_list.json", Preset::ZendeskJson, &drafts, &[]);
    let lines = check("zendesk_lines.json", Preset::ZendeskJson, &drafts, &[]);
    for other in [list, lines] {
        let ids = |parsed: &Parsed| parsed.drafts.iter().map(|draft| draft.id).collect::<Vec<_>>();
        assert_eq!(ids(&other), ids(&page));
    }
}

#[test]
fn zendesks_json_brings_texts_to_the_tickets_of_its_csv() {
    let csv = parse("made/zendesk_lists.csv", "");
    let json = r#"[{"id": 501, "subject": "Parcel late", "raw_subject": "x", "requester_id": 9001, "brand_id": 1, "description": "It never came"}]"#;
    let json = sidedesk_formats::read("t.json", json.as_bytes(), &crate::common::options("")).unwrap();
    assert_eq!(json.preset, Preset::ZendeskJson);
    assert_eq!((json.drafts[0].id, &json.account), (csv.drafts[0].id, &csv.account));
    let source = |parsed: &Parsed| shown(&parsed.drafts[0], report::SOURCE);
    assert_eq!(source(&json), source(&csv));
}

#[test]
fn freshdesk_lengths_and_a_column_twice() {
    let parsed = check(
        "freshdesk.csv",
        Preset::FreshdeskCsv,
        &[
            "title=Refund not received · created=2026-11-01T08:00:00Z · status=Resolved · priority=High · customer=8001 · \
             first_reply=2026-11-01T10:30:15Z · solved=2026-11-02T11:30:00Z · category=Refund|refund|bank · product=Boots · \
             channel=Email · id=301",
            "title=App crashes · created=2026-11-05T21:00:00Z · status=Open · priority=Low · customer=8002 · \
             first_reply=2026-11-06T07:00:00Z · category=crash · product=Sandals · channel=Portal · id=302",
            "title=Slow answer · created=2026-11-06T08:00:00Z · status=Closed · priority=Medium · customer=8003 · \
             first_reply=2026-11-11T08:05:00Z · solved=2026-11-10T08:00:00Z · product=Sandals · channel=Phone · id=303",
        ],
        &[],
    );
    says(&parsed, "Freshdesk's CSV holds subjects only");
    check(
        "freshservice.csv",
        Preset::FreshserviceCsv,
        &[
            "title=Card reader broken · body=Reader in shop 4\ndoes not start · created=2026-11-03T09:00:00Z · status=Resolved · \
           priority=Urgent · customer=ana@example.com · first_reply=2026-11-03T09:45:00Z · solved=2026-11-04T09:00:00Z · \
           category=Incident|Hardware|Card reader · id=SR-9",
        ],
        &[],
    );
}

#[test]
fn freshdesk_numbers_are_words() {
    let parsed = check(
        "freshdesk_tickets.json",
        Preset::FreshdeskJson,
        &[
            "title=Refund missing · body=Where is it · created=2026-11-01T08:00:00Z · status=Resolved · priority=High · \
             customer=77 · first_reply=2026-11-01T09:00:00Z · solved=2026-11-02T08:00:00Z · category=refund|Refund · \
             channel=Portal · id=41",
            "title=Chat cut off · body=It stopped · created=2026-11-02T08:00:00Z · status=6 · priority=Urgent · customer=78 · \
             channel=Chat · id=42",
        ],
        &[],
    );
    says(&parsed, "from 6 on");
}

#[test]
fn intercom_across_a_change_of_the_clocks() {
    check(
        "intercom.csv",
        Preset::IntercomCsv,
        &[
            "title=Refunds · created=2026-11-01T03:30:00Z · status=closed · priority=not priority · \
             first_reply=2026-11-01T04:30:00Z · solved=2026-11-01T08:00:00Z · category=vip|refund|Refunds|Delivery · \
             region=Germany · channel=Messenger · id=c1",
            "title=Login · created=2026-11-01T05:30:00Z · status=open · priority=priority · category=Login · region=France · \
             channel=Email · id=c2",
            "created=2026-11-02T14:00:00Z · status=open · priority=not priority · region=France · channel=Email · id=c3",
        ],
        &[],
    );
    let parsed = check(
        "intercom_transcript.csv",
        Preset::IntercomTranscript,
        &[
            "title=parcel · body=My parcel, where is it?\n\nadmin: We are looking\n\nStill nothing · \
             created=2026-11-01T10:00:00Z · status=closed · first_reply=2026-11-01T10:20:00Z · \
             solved=2026-11-02T08:00:00Z · category=parcel|late · id=k1",
            "body=Login broken · created=2026-11-03T10:00:00Z · status=open · id=k2",
        ],
        &[],
    );
    says(&parsed, "4 were put together to 2 conversations");
}

#[test]
fn hubspot_tickets_by_internal_names_labels_and_json() {
    let parsed = check(
        "hubspot_tickets_internal.csv",
        Preset::HubspotTickets,
        &[
            "title=Wrong size sent · body=The boots are too small · created=2026-11-01T08:00:00Z · status=New · priority=HIGH · \
             category=PRODUCT_ISSUE|BILLING_ISSUE · channel=EMAIL · id=9911",
            "title=Late parcel · body=Ten days now · created=2026-11-01T00:00:00Z · status=120934 · priority=LOW · \
             solved=2026-11-05T08:00:00Z · category=GENERAL_INQUIRY · channel=CHAT · id=9912",
        ],
        &[],
    );
    says(&parsed, "the file holds their ids");
    let labels = check(
        "hubspot_tickets_labels.csv",
        Preset::HubspotTickets,
        &[
            "title=Wrong size sent · body=The boots are too small · created=2026-11-01T08:00:00Z · status=New · priority=High · \
             category=Product issue|Billing issue · channel=Email · id=9911",
        ],
        &[],
    );
    let json = check(
        "hubspot_tickets.json",
        Preset::HubspotTickets,
        &[
            "title=Wrong size sent · body=The boots are too small · created=2026-11-01T08:00:00Z · status=New · priority=HIGH · \
             id=9911",
        ],
        &[],
    );
    assert!(
        [&labels, &json]
            .iter()
            .all(|other| other.drafts[0].id == parsed.drafts[0].id)
    );
}

#[test]
fn jira_in_three_styles_of_dates() {
    for name in ["jira_month_names.csv", "jira_us_dates.csv", "jira_iso_dates.csv"] {
        let parsed = parse(&format!("made/{name}"), "");
        assert_eq!((parsed.preset, parsed.kind), (Preset::JiraCsv, Kind::Report));
        assert!(parsed.question.is_none(), "{name}");
        let of = |field| {
            parsed
                .drafts
                .iter()
                .map(|draft| shown(draft, field))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(report::CATEGORY), ["Web|Payments|checkout|blank", ""], "{name}");
        assert_eq!(of(report::SOURCE_ID), ["SUP-7", "SUP-8"]);
        assert_eq!(of(report::BODY), ["It stays white, on every browser", "No text"]);
        let days: Vec<String> = of(report::AT).iter().map(|at| at[..10].to_owned()).collect();
        let first = if name.contains("month") {
            "2025-07-14"
        } else {
            "2025-06-21"
        };
        assert_eq!(days, [first, "2026-10-11"], "{name}: midnight in Berlin");
        assert_eq!(of(report::SOLVED), ["", "2026-10-13T07:05:00Z"]);
        let note = &parsed.problems[..];
        assert!(note.len() == 1 && note[0].line == 2 && !note[0].skipped, "{note:?}");
        assert!(note[0].message.starts_with("25 cells under 24 columns"));
        says(&parsed, "map Comment to body");
    }
    let with_comments = parse("made/jira_iso_dates.csv", "Comment=body");
    assert_eq!(
        shown(&with_comments.drafts[0], report::BODY),
        "12/Oct/26 12:00 AM;ida;We see it"
    );
}

#[test]
fn chatwoot_conversations() {
    check(
        "chatwoot.json",
        Preset::ChatwootJson,
        &[
            "title=Refund? · body=Where is my refund\n\nThanks, write to [e-mail] · created=2026-10-31T23:00:00Z · status=open · \
             priority=high · customer=88 · first_reply=2026-11-01T00:00:00Z · category=refund|vip · channel=Channel::Email · \
             id=12",
            "created=2026-10-31T23:00:00Z · status=resolved · customer=89 · channel=Channel::WebWidget · id=13",
        ],
        &[],
    );
}

#[test]
fn zammad_ids_are_words() {
    let parsed = check(
        "zammad.json",
        Preset::ZammadJson,
        &[
            "title=Printer on fire · body=It burns · created=2026-11-01T08:00:00Z · status=closed · priority=3 high · customer=31 · \
             first_reply=2026-11-01T09:00:00Z · solved=2026-11-02T08:00:00Z · region=EU · id=5",
            "title=Merged one · created=2026-11-01T08:00:00Z · status=merged · priority=2 normal · customer=32 · id=6",
            "title=Own state · created=2026-11-01T08:00:00Z · status=9 · priority=1 low · customer=33 · id=7",
        ],
        &[],
    );
    says(&parsed, "expand=true");
}

#[test]
fn github_issues_without_pull_requests() {
    let parsed = check(
        "github_issues.json",
        Preset::GithubIssues,
        &[
            "title=Cart is empty after login · body=Steps: log in · created=2026-10-01T08:00:00Z · status=closed · \
             customer=ana-prova · solved=2026-10-03T08:00:00Z · category=bug|cart · id=acme/shop#12",
        ],
        &[(2, "This is a pull request")],
    );
    assert_eq!((parsed.rows, parsed.skipped()), (2, 1));
    let cli = r#"[{"author": {"login": "ana-prova"}, "body": "Steps", "closedAt": null, "createdAt": "2026-10-01T08:00:00Z",
        "labels": [{"id": "x", "name": "bug", "description": "", "color": "red"}], "number": 12, "state": "OPEN", "title": "Cart",
        "url": "https://github.com/acme/shop/issues/12"}]"#;
    let cli = sidedesk_formats::read("i.json", cli.as_bytes(), &crate::common::options("")).unwrap();
    assert_eq!(
        (cli.preset, cli.drafts[0].id),
        (Preset::GithubIssues, parsed.drafts[0].id)
    );
    assert_eq!(shown(&cli.drafts[0], report::CATEGORY), "bug");
}

#[test]
fn one_ticket_alone_is_a_row() {
    let parsed = parse("freshdesk_ticket.json", "");
    assert_eq!((parsed.preset, parsed.rows), (Preset::FreshdeskJson, 1));
    assert_eq!(shown(&parsed.drafts[0], report::STATUS), "Open");
    let found = parse("freshdesk_search_tickets.json", "");
    assert_eq!((found.preset, found.rows), (Preset::FreshdeskJson, 2));
}

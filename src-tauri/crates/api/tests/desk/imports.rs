//! Importing through a shell: preview, question, damage, deleted rows, two accounts.

use crate::desk::{founded, set};
use sidedesk_api::MAX_FILE_LEN;
use sidedesk_api::dto::ImportOptionsDto;

const TICKETS: &[u8] = b"id,subject,created,product,cause,customer\n\
    1,Where is my parcel,2026-11-01,Boots,Late parcels,ann@example.com\n\
    2,Still no parcel,2026-11-02,Boots,late parcels ,ANN@example.com\n\
    3,Wrong size,2026-11-03,Socks,Wrong size,bob@example.com\n\
    4,No cause,2026-11-04,Socks,,\n";

fn grouped() -> ImportOptionsDto {
    ImportOptionsDto {
        map: vec![("cause".into(), "complaint".into())],
        ..Default::default()
    }
}

#[tokio::test]
async fn a_preview_says_what_the_import_then_does() {
    let (_dir, desk) = founded().await;
    let preview = desk.preview_import("t.csv", TICKETS, &grouped()).await.unwrap();
    assert_eq!((preview.new, preview.complaints, preview.rows), (4, 2, 4));
    assert_eq!(desk.board().await.unwrap().counts.reports, 0);
    let result = desk.run_import("t.csv", TICKETS, &grouped(), false).await.unwrap();
    assert_eq!((result.new, result.complaints), (4, 2));
    let board = desk.board().await.unwrap();
    assert_eq!(
        (
            board.counts.reports,
            board.counts.reports_loose,
            board.counts.complaints
        ),
        (4, 1, 2)
    );
    let late = board
        .complaints
        .iter()
        .find(|complaint| complaint.title == "Late parcels")
        .unwrap();
    assert_eq!(
        (late.reports, late.customers),
        (2, 1),
        "one person, written in two ways"
    );
    let reports = desk.reports(&late.id, 0).await.unwrap();
    assert_eq!(
        reports.iter().map(|report| report.title.as_deref()).collect::<Vec<_>>(),
        [Some("Still no parcel"), Some("Where is my parcel"),]
    );
    assert_eq!(
        desk.search("parcel").await.unwrap().found.len(),
        3,
        "searchable at once: two reports and the complaint"
    );
}

#[tokio::test]
async fn what_somebody_deleted_stays_deleted_and_what_an_undo_took_comes_again() {
    let (_dir, desk) = founded().await;
    desk.run_import("t.csv", TICKETS, &grouped(), false).await.unwrap();
    let board = desk.board().await.unwrap();
    let complaint = &board.complaints[0].id;
    desk.delete("complaint", complaint).await.unwrap();
    let again = desk.run_import("t.csv", TICKETS, &grouped(), false).await.unwrap();
    assert_eq!(
        (again.new, again.same, again.complaints),
        (0, 4, 0),
        "what somebody deleted here stays deleted"
    );
    assert!(desk.complaint(complaint).await.unwrap().deleted);

    let report = desk.reports(complaint, 0).await.unwrap().remove(0).id;
    desk.delete("report", &report).await.unwrap();
    let again = desk.run_import("t.csv", TICKETS, &grouped(), false).await.unwrap();
    assert_eq!((again.new, again.same, again.kept), (0, 4, 1), "so does a row's record");
    for _ in 0..3 {
        desk.undo().await.unwrap();
    }
    let again = desk.run_import("t.csv", TICKETS, &grouped(), false).await.unwrap();
    assert_eq!(
        (again.new, again.complaints),
        (4, 2),
        "what an undo took back comes again"
    );
}

/// A ticket export whose clock is ahead: the complaint is here now, whatever its reports say.
#[tokio::test]
async fn a_complaint_made_of_reports_from_the_future_clashes_today() {
    let (_dir, desk) = founded().await;
    let file = b"Ticket,Subject,Created,Product,Cause\n1,Late,2027-03-01 10:00,Boots,late\n";
    let options = ImportOptionsDto {
        map: vec![("Cause".into(), "complaint".into())],
        ..ImportOptionsDto::default()
    };
    desk.run_import("t.csv", file, &options, false).await.unwrap();
    crate::desk::add(
        &desk,
        "campaign",
        &[("name", "Sale"), ("product", "Boots"), ("start", "2026-11-25")],
    )
    .await;
    assert_eq!(desk.clashes(None).await.unwrap().clashes.len(), 1);
}

#[tokio::test]
async fn two_accounts_keep_their_ids_apart() {
    let (_dir, desk) = founded().await;
    let of = |account: &str| ImportOptionsDto {
        account: Some(account.into()),
        ..ImportOptionsDto::default()
    };
    assert_eq!(
        desk.run_import("t.csv", TICKETS, &of("uk"), false).await.unwrap().new,
        4
    );
    assert_eq!(
        desk.run_import("t.csv", TICKETS, &of("fr"), false).await.unwrap().new,
        4
    );
    assert_eq!(
        desk.run_import("t.csv", TICKETS, &of("uk"), false).await.unwrap().same,
        4
    );
    assert_eq!(desk.board().await.unwrap().counts.reports, 8);
}

#[tokio::test]
async fn a_report_put_under_a_complaint_by_hand_stays_there() {
    let (_dir, desk) = founded().await;
    desk.run_import("t.csv", TICKETS, &grouped(), false).await.unwrap();
    let board = desk.board().await.unwrap();
    let [first, second] = [&board.complaints[0], &board.complaints[1]];
    let report = desk.reports(&first.id, 0).await.unwrap().remove(0).id;
    set(&desk, "report", &report, &[("complaint", &second.id)]).await;
    let again = desk.run_import("t.csv", TICKETS, &grouped(), false).await.unwrap();
    assert_eq!((again.changed, again.kept), (0, 1));
    assert_eq!(
        desk.report(&report).await.unwrap().complaint.as_deref(),
        Some(second.id.as_str())
    );
}

#[tokio::test]
async fn options_that_make_no_sense_are_refused_with_words() {
    let (_dir, desk) = founded().await;
    let default = ImportOptionsDto::default;
    for (options, part) in [
        (
            ImportOptionsDto {
                preset: Some("excel".into()),
                ..default()
            },
            "\"excel\" is not one of zendesk-csv",
        ),
        (
            ImportOptionsDto {
                kind: Some("member".into()),
                ..default()
            },
            "is not one of campaign, report",
        ),
        (
            ImportOptionsDto {
                map: vec![("nowhere".into(), "title".into())],
                ..default()
            },
            "nowhere",
        ),
        (
            ImportOptionsDto {
                map: vec![("subject".into(), "colour".into())],
                ..default()
            },
            "colour",
        ),
    ] {
        let error = desk.preview_import("t.csv", TICKETS, &options).await.unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    let large = vec![b'a'; MAX_FILE_LEN + 1];
    let error = desk
        .run_import("large.csv", &large, &default(), false)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("larger than 100 MB"), "{error}");
}

/// Found in the window: the product that a person gave for the whole file reached the reports, not their complaints.
#[tokio::test]
async fn what_is_filled_for_the_file_reaches_its_complaints_new_and_old() {
    let (_dir, desk) = founded().await;
    let file = b"id,subject,created,cause\n1,Where is it,2026-11-01,Late parcels\n".as_slice();
    let products = |filled: bool| ImportOptionsDto {
        fill: if filled {
            vec![("product".into(), "Boots".into())]
        } else {
            Vec::new()
        },
        ..grouped()
    };
    desk.run_import("t.csv", file, &products(false), false).await.unwrap();
    assert_eq!(desk.clashes(None).await.unwrap().not_checked.len(), 1);
    let again = desk.run_import("t.csv", file, &products(true), false).await.unwrap();
    assert_eq!((again.complaints, again.changed), (0, 1), "filled, not made anew");
    let board = desk.board().await.unwrap();
    assert_eq!(board.complaints[0].scope.product, ["Boots"]);
    assert!(desk.clashes(None).await.unwrap().not_checked.is_empty());
    let third = desk.run_import("t.csv", file, &products(true), false).await.unwrap();
    assert_eq!((third.action, third.same), (None, 1));
    let other = b"id,subject,created,cause\n2,Too small,2026-11-01,Wrong size\n".as_slice();
    desk.run_import("t.csv", other, &products(true), false).await.unwrap();
    assert!(
        desk.clashes(None).await.unwrap().not_checked.is_empty(),
        "a new one is filled at once"
    );
}

/// Zendesk's problem and its incidents are one complaint, and stay it when the problem is called otherwise.
#[tokio::test]
async fn a_cause_with_an_id_stays_one_complaint() {
    let (_dir, desk) = founded().await;
    let page = |title: &str| {
        let ticket = |id: u8, kind: &str, cause: &str, subject: &str| {
            format!(
                r#"{{"id": {id}, "type": "{kind}", "problem_id": {cause}, "subject": "{subject}", "raw_subject": "{subject}",
                "requester_id": {id}, "brand_id": 1, "created_at": "2026-11-01T08:00:00Z", "description": "x"}}"#
            )
        };
        let tickets = [
            ticket(1, "problem", "null", title),
            ticket(2, "incident", "1", "Voucher refused"),
            ticket(3, "question", "null", "Invoice"),
        ];
        format!("{{\"tickets\": [{}], \"end_of_stream\": true}}", tickets.join(","))
    };
    let options = ImportOptionsDto::default();
    let import = async |title: &str| {
        desk.run_import("t.json", page(title).as_bytes(), &options, false)
            .await
            .unwrap()
    };
    let first = import("Vouchers fail").await;
    assert_eq!((first.new, first.complaints), (3, 1));
    let second = import("No voucher works").await;
    assert_eq!((second.changed, second.same, second.complaints), (1, 2, 0));
    let board = desk.board().await.unwrap();
    let complaints: Vec<_> = board.complaints.iter().map(|c| (c.title.as_str(), c.reports)).collect();
    assert_eq!(complaints, [("Vouchers fail", 2)]);
}

#[tokio::test]
async fn what_was_edited_by_hand_stays_or_is_replaced_as_somebody_says() {
    let (_dir, desk) = founded().await;
    let of = |name: &str, state: &str| {
        format!("Card ID,Card Name,Due Date,List Name\nc1,{name},2026-12-01,{state}\nc2,B,,Ready\n")
    };
    let plan = |file: String, take_file: bool| {
        let options = ImportOptionsDto {
            take_file,
            ..ImportOptionsDto::default()
        };
        (file, options)
    };
    let (file, keep) = plan(of("A", "Ready"), false);
    desk.run_import("plan.csv", file.as_bytes(), &keep, false)
        .await
        .unwrap();
    let card = desk
        .board()
        .await
        .unwrap()
        .campaigns
        .into_iter()
        .find(|card| card.name == "A")
        .unwrap();
    set(&desk, "campaign", &card.id, &[("name", "Mine")]).await;

    let (file, take) = plan(of("Theirs", "Live"), true);
    let kept = desk.preview_import("plan.csv", file.as_bytes(), &keep).await.unwrap();
    assert_eq!(
        (kept.changed, kept.kept, kept.taken),
        (1, 1, 0),
        "the state was nobody's here"
    );
    let [conflict] = kept.conflicts.as_slice() else {
        panic!("{:?}", kept.conflicts)
    };
    let said = (
        conflict.line,
        conflict.field.as_str(),
        conflict.mine.as_str(),
        conflict.file.as_str(),
    );
    assert_eq!(said, (2, "name", "Mine", "Theirs"));
    let taken = desk.preview_import("plan.csv", file.as_bytes(), &take).await.unwrap();
    assert_eq!((taken.changed, taken.kept, taken.taken), (1, 0, 1));
    assert_eq!(taken.conflicts, kept.conflicts, "listed either way");

    desk.run_import("plan.csv", file.as_bytes(), &take, false)
        .await
        .unwrap();
    assert_eq!(desk.campaign(&card.id).await.unwrap().name, "Theirs");
    desk.undo().await.unwrap();
    assert_eq!(
        desk.campaign(&card.id).await.unwrap().name,
        "Mine",
        "one undo brings mine back"
    );
    desk.delete("campaign", &card.id).await.unwrap();
    let gone = desk
        .run_import("plan.csv", file.as_bytes(), &take, false)
        .await
        .unwrap();
    assert_eq!((gone.new, gone.kept), (0, 1), "what somebody deleted stays deleted");
}

/// Both exports of a board name it and carry the card's long id, so a card of one is the card of the other.
#[tokio::test]
async fn a_trello_board_as_csv_and_then_as_json_is_the_same_cards() {
    let (_dir, desk) = founded().await;
    let csv = "Card ID,Card Name,Card URL,Card Description,Labels,Members,Due Date,List ID,List Name,Board ID,Board Name,Archived\n\
        5fcbec03c670ab79e1f625b3,Spring sale,https://trello.com/c/AbCd,Ten percent,,,2026-12-05T12:00:00Z,l1,Ready,b1,Plan 2027,false\n";
    let json = r#"{"id":"b1","name":"Plan 2027","lists":[{"id":"l1","name":"Live","closed":false}],"labels":[],"members":[],
        "checklists":[],"actions":[],"cards":[{"id":"5fcbec03c670ab79e1f625b3","name":"Spring sale","desc":"Ten percent",
        "idList":"l1","closed":false,"due":"2026-12-05T12:00:00.000Z","shortUrl":"https://trello.com/c/AbCd","labels":[],
        "idMembers":[]}]}"#;
    let options = ImportOptionsDto::default();
    let first = desk
        .run_import("plan.csv", csv.as_bytes(), &options, false)
        .await
        .unwrap();
    let second = desk
        .run_import("plan.json", json.as_bytes(), &options, false)
        .await
        .unwrap();
    assert_eq!((first.new, second.new, second.changed), (1, 0, 1), "{second:?}");
    let cards = desk.board().await.unwrap().campaigns;
    assert_eq!((cards.len(), cards[0].state.as_str()), (1, "live"));
    let other = json.replace("Plan 2027", "Plan 2028");
    let other = desk
        .run_import("other.json", other.as_bytes(), &options, false)
        .await
        .unwrap();
    assert_eq!(other.new, 1, "another board is another account");
}

#[tokio::test]
async fn rows_are_counted_where_all_of_them_stand_in_one_line_and_where_one_becomes_many() {
    let (_dir, desk) = founded().await;
    let file = br#"{"tickets":[{"id":11,"subject":"a","created_at":"2026-11-01"},{"id":12,"subject":"b","created_at":"2026-11-02"},{"id":13,"subject":"c","created_at":"2026-11-03"}]}"#;
    let options = ImportOptionsDto::default();
    let asked = desk.nearest_of_file("t.json", file, &options).await.unwrap();
    assert_eq!(asked.iter().map(|(row, _)| *row).collect::<Vec<u64>>(), [1, 2, 3]);
    let preview = desk.preview_import("t.json", file, &options).await.unwrap();
    assert_eq!((preview.rows, preview.new), (3, 3));
    let done = desk.run_import("t.json", file, &options, false).await.unwrap();
    assert_eq!((done.rows, done.new), (3, 3));
    let again = desk.run_import("t.json", file, &options, false).await.unwrap();
    assert_eq!((again.new, again.same), (0, 3));

    let event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Weekly mail\r\nDTSTART:20261123T090000Z\r\n\
        RRULE:FREQ=WEEKLY;COUNT=4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let done = desk
        .run_import("p.ics", event.as_bytes(), &options, false)
        .await
        .unwrap();
    assert_eq!((done.new, desk.board().await.unwrap().campaigns.len()), (1, 4));
}

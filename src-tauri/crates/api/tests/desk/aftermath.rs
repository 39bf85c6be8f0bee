//! What follows reports: a complaint that comes back, one that falls quiet, one that is too loud, and reports of no complaint.

use crate::desk::{add, fields, set};
use crate::standup::{Turned, kinds, ms};
use sidedesk_api::dto::{ComplaintDto, ImportOptionsDto};

async fn of(board: &Turned, id: &str) -> ComplaintDto {
    let alone = board.desk.complaint(id).await.unwrap();
    let page = board.desk.board().await.unwrap().complaints;
    let listed = page.into_iter().find(|complaint| complaint.id == id).unwrap();
    assert_eq!(listed, alone, "the board's page and the panel say the same");
    alone
}

/// A help desk's export with one ticket of this time.
async fn import(board: &Turned, created: &str) {
    let file = format!("id,subject,created,cause,product\n{created},Rejected,{created},Code rejected,Boots\n");
    let options = ImportOptionsDto {
        map: vec![("cause".into(), "complaint".into())],
        ..Default::default()
    };
    board
        .desk
        .run_import("t.csv", file.as_bytes(), &options, false)
        .await
        .unwrap();
}

/// A complaint that was mended on 3 November, on a board of the 10th, with a report from before.
async fn mended() -> (Turned, String) {
    let board = Turned::at("2026-11-01 10:00").await;
    import(&board, "2026-11-01 09:00").await;
    let id = board.desk.board().await.unwrap().complaints.remove(0).id;
    set(&board.desk, "complaint", &id, &[("state", "fixing")]).await;
    board.turn("2026-11-03 10:00");
    set(
        &board.desk,
        "complaint",
        &id,
        &[("fix", "New checkout text"), ("state", "watching")],
    )
    .await;
    board.turn("2026-11-10 10:00");
    (board, id)
}

/// What a window shows of it: state, how often it returned, reports since it was mended, and fixes.
async fn check(board: &Turned, id: &str, state: &str, returned: i64, since: Option<i64>, fixes: &[&str]) {
    let dto = of(board, id).await;
    assert_eq!((dto.state.as_str(), dto.returned), (state, returned), "{dto:?}");
    assert_eq!(dto.back.as_ref().map(|back| back.reports), since);
    let found = dto.fixes.unwrap_or_default();
    let found: Vec<&str> = found.iter().map(|fix| fix.text.as_deref().unwrap_or("")).collect();
    assert_eq!(found, fixes);
}

#[tokio::test]
async fn however_a_report_comes_it_brings_a_mended_complaint_back_and_undo_takes_the_return_away() {
    let fix = ["New checkout text"];
    for way in ["hand", "file_under", "make", "import"] {
        let (board, id) = mended().await;
        check(&board, &id, "watching", 0, None, &fix).await;
        match way {
            "hand" => board.reports(&id, 1, "2026-11-09 09:00").await,
            "file_under" => drop(board.desk.file_under(&id, "It is rejected again").await.unwrap()),
            "make" => {
                let loose = add(
                    &board.desk,
                    "report",
                    &[("title", "Rejected"), ("created", "2026-11-09 09:00")],
                )
                .await;
                check(&board, &id, "watching", 0, None, &fix).await;
                board.desk.add_reports(&id, &[loose]).await.unwrap();
            }
            _ => import(&board, "2026-11-09 09:00").await,
        }
        check(&board, &id, "confirmed", 1, Some(1), &fix).await;
        assert_eq!(kinds(&board.agenda().await), [("returned", "Code rejected")], "{way}");
        board.desk.undo().await.unwrap();
        check(&board, &id, "watching", 0, None, &fix).await;
        assert!(board.agenda().await.items.is_empty(), "{way}");
        board.desk.redo().await.unwrap();
        check(&board, &id, "confirmed", 1, Some(1), &fix).await;
    }
}

#[tokio::test]
async fn an_export_of_what_was_before_the_fix_brings_nothing_back() {
    let (board, id) = mended().await;
    board.reports(&id, 3, "2026-11-02 09:00").await;
    check(&board, &id, "watching", 0, None, &["New checkout text"]).await;
    // Written after now: nobody has seen it yet.
    board.reports(&id, 1, "2026-11-12 09:00").await;
    check(&board, &id, "watching", 0, None, &["New checkout text"]).await;
    board.turn("2026-11-12 09:00");
    check(&board, &id, "confirmed", 1, Some(1), &["New checkout text"]).await;
}

#[tokio::test]
async fn the_third_time_shows_both_fixes_with_their_authors_and_counts_as_open_in_clashes() {
    let (board, id) = mended().await;
    let campaign = [("name", "Boots sale"), ("start", "2026-12-03"), ("product", "Boots")];
    add(&board.desk, "campaign", &campaign).await;
    assert!(board.desk.clashes(None).await.unwrap().clashes.is_empty());
    board.reports(&id, 2, "2026-11-09 09:00").await;
    assert_eq!(
        board.desk.clashes(None).await.unwrap().clashes.len(),
        1,
        "it is open again"
    );
    set(&board.desk, "complaint", &id, &[("state", "fixing")]).await;
    check(&board, &id, "fixing", 1, None, &["New checkout text"]).await;
    board.turn("2026-11-11 10:00");
    set(&board.desk, "complaint", &id, &[("fix", "https://example.com/42")]).await;
    set(&board.desk, "complaint", &id, &[("state", "solved")]).await;
    board.turn("2026-11-20 10:00");
    board.reports(&id, 4, "2026-11-19 09:00").await;
    let both = ["https://example.com/42", "New checkout text"];
    check(&board, &id, "confirmed", 2, Some(4), &both).await;
    let dto = of(&board, &id).await;
    let fixes = dto.fixes.unwrap();
    assert_eq!(fixes[0].at_ms, ms("2026-11-11 10:00"));
    assert_eq!(fixes[1].at_ms, ms("2026-11-03 10:00"));
    assert!(fixes.iter().all(|fix| fix.by == "Iva Horn"), "{fixes:?}");
    let back = dto.back.unwrap();
    assert_eq!(
        (back.mended_ms, back.since_ms),
        (ms("2026-11-11 10:00"), ms("2026-11-19 09:00"))
    );
    let agenda = board.agenda().await;
    let item = agenda.items.iter().find(|item| item.about == id).unwrap();
    assert_eq!(item.complaint.as_ref().unwrap().fixes.as_ref().unwrap().len(), 2);

    // Solved once more as it is: the return is counted, and one undo brings it back to where it was.
    set(&board.desk, "complaint", &id, &[("state", "solved")]).await;
    check(
        &board,
        &id,
        "solved",
        2,
        None,
        &["https://example.com/42", "https://example.com/42", "New checkout text"],
    )
    .await;
    board.desk.undo().await.unwrap();
    check(&board, &id, "confirmed", 2, Some(4), &both).await;
}

#[tokio::test]
async fn undo_of_a_reopening_leaves_the_fix_when_it_was() {
    let (board, id) = mended().await;
    board.reports(&id, 1, "2026-11-09 09:00").await;
    set(&board.desk, "complaint", &id, &[("state", "confirmed")]).await;
    let told = board.desk.history("complaint", &id).await.unwrap().pop().unwrap();
    assert_eq!(told.field, "state", "a line ends with what somebody typed");
    board.turn("2026-11-15 10:00");
    board.desk.undo().await.unwrap();
    check(&board, &id, "confirmed", 1, Some(1), &["New checkout text"]).await;
    let fixes = fields(&[("fixes", "2026-01-01T00:00:00Z")]);
    assert!(
        board.desk.set("complaint", &id, u64::MAX, &fixes).await.is_err(),
        "nobody types a fix's line"
    );
}

#[tokio::test]
async fn fourteen_quiet_days_offer_closing_and_nothing_closes_by_itself() {
    let board = Turned::at("2026-11-06 10:00").await;
    let id = board.complaint("Login loop", &[("state", "confirmed")]).await;
    let unheard = board.complaint("Never reported", &[("state", "confirmed")]).await;
    board.reports(&id, 2, "2026-11-06 09:00").await;
    for (now, days) in [
        ("2026-11-20 08:59", None),
        ("2026-11-20 09:00", Some(14)),
        ("2026-12-01 10:00", Some(25)),
    ] {
        board.turn(now);
        assert_eq!(of(&board, &id).await.quiet_days, days, "{now}");
        assert_eq!(of(&board, &id).await.state, "confirmed");
        assert_eq!(of(&board, &unheard).await.quiet_days, None);
        let expected: &[(&str, &str)] = if days.is_some() {
            &[("quiet", "Login loop")]
        } else {
            &[]
        };
        assert_eq!(kinds(&board.agenda().await), expected, "{now}");
    }
    set(&board.desk, "complaint", &id, &[("state", "solved")]).await;
    assert_eq!(of(&board, &id).await.quiet_days, None);
    assert!(board.agenda().await.items.is_empty());
    board.desk.undo().await.unwrap();
    assert_eq!(of(&board, &id).await.quiet_days, Some(25));

    let settings = board.desk.settings().await.unwrap();
    assert_eq!((settings.quiet_days, settings.one_answer_from), (14, 25));
    set(&board.desk, "board", &settings.id, &[("quiet_days", "30")]).await;
    assert_eq!(of(&board, &id).await.quiet_days, None);
    set(&board.desk, "board", &settings.id, &[("quiet_days", "0")]).await;
    board.turn("2027-12-01 10:00");
    assert_eq!(of(&board, &id).await.quiet_days, None, "never");
    set(&board.desk, "board", &settings.id, &[("quiet_days", "")]).await;
    assert!(of(&board, &id).await.quiet_days.is_some(), "the usual days again");
    for wrong in ["-1", "soon"] {
        let typed = fields(&[("quiet_days", wrong)]);
        assert!(
            board.desk.set("board", &settings.id, u64::MAX, &typed).await.is_err(),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn reports_of_no_complaint_are_counted_after_three_working_days_and_a_standup_keeps_the_figure() {
    let board = Turned::at("2026-11-16 09:15").await; // a Monday
    let mut loose = Vec::new();
    for created in [
        "2026-11-11 09:15",
        "2026-11-11 09:16",
        "2026-11-12 12:00",
        "2026-11-15 12:00",
    ] {
        loose.push(add(&board.desk, "report", &[("title", "Where is it"), ("created", created)]).await);
    }
    let id = board.complaint("Late parcels", &[]).await;
    let unlinked = board.agenda().await.unlinked;
    assert_eq!(
        (unlinked.count, unlinked.days, unlinked.last),
        (1, 3, None),
        "of Wednesday, to the minute"
    );
    board.desk.start_standup().await.unwrap();
    board.desk.end_standup().await.unwrap();

    board.turn("2026-11-17 12:00"); // Thursday's is due, to the minute; Sunday's is not
    let list = board.desk.unlinked(0).await.unwrap();
    let ids: Vec<&str> = list.reports.iter().map(|report| report.id.as_str()).collect();
    assert_eq!(
        ids,
        [&loose[0], &loose[1], &loose[2]],
        "the one that has waited longest first"
    );
    assert_eq!(list.unlinked, board.agenda().await.unlinked);
    let last = list.unlinked.last.unwrap();
    assert_eq!((last.date.as_str(), last.count), ("2026-11-16", 1));
    board.desk.start_standup().await.unwrap();
    let last = board.agenda().await.unlinked.last.unwrap();
    assert_eq!(last.date, "2026-11-16", "today's is not the last one");
    board.desk.end_standup().await.unwrap();
    board.desk.add_reports(&id, &loose[..2]).await.unwrap();
    assert_eq!(board.agenda().await.unlinked.count, 1);
    board.desk.undo().await.unwrap();
    assert_eq!(board.agenda().await.unlinked.count, 3);
    board.desk.delete("report", &loose[0]).await.unwrap();
    assert_eq!(board.agenda().await.unlinked.count, 2);
    assert_eq!(
        board.desk.unlinked(1).await.unwrap().reports.len(),
        1,
        "a page from the second"
    );
}

#[tokio::test]
async fn more_than_twenty_five_in_a_day_ask_for_one_answer_until_it_is_written() {
    let board = Turned::at("2026-11-19 10:00").await;
    let id = board.complaint("Late parcels", &[("state", "confirmed")]).await;
    // Twice as many in the weeks before: it does not grow.
    board.reports(&id, 100, "2026-11-05 12:00").await;
    board.reports(&id, 25, "2026-11-17 12:00").await;
    board.reports(&id, 1, "2026-11-15 12:00").await;
    assert_eq!(of(&board, &id).await.too_many, None);
    assert!(board.agenda().await.items.is_empty());
    board.reports(&id, 1, "2026-11-17 23:00").await;
    assert_eq!(of(&board, &id).await.too_many, Some(26));
    assert_eq!(kinds(&board.agenda().await), [("too_many", "Late parcels")]);
    let settings = board.desk.settings().await.unwrap().id;
    set(&board.desk, "board", &settings, &[("one_answer_from", "26")]).await;
    assert_eq!(of(&board, &id).await.too_many, None);
    set(&board.desk, "board", &settings, &[("one_answer_from", "")]).await;
    let answer = "Parcels to the North are late until Friday; nobody has to write again.";
    set(&board.desk, "complaint", &id, &[("answer", answer)]).await;
    let answered = of(&board, &id).await;
    assert_eq!((answered.too_many, answered.answer.as_deref()), (None, Some(answer)));
    assert!(board.agenda().await.items.is_empty());
    board.desk.undo().await.unwrap();
    board.turn("2026-11-25 10:00");
    assert_eq!(of(&board, &id).await.too_many, None, "a week ago");
}

#[tokio::test]
async fn what_mended_it_can_be_erased_and_leaves_with_an_export() {
    let (board, id) = mended().await;
    let asked = sidedesk_api::ExportAsked {
        what: "complaints",
        format: Some("json"),
        with_personal_data: false,
        matching: None,
    };
    let file = board.desk.export(&asked).await.unwrap();
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(text.contains("2026-11-03T10:00:00Z New checkout text"), "{text}");
    board
        .desk
        .erase("complaint", &id, &["fix".into(), "fixes".into()])
        .await
        .unwrap();
    let erased = of(&board, &id).await;
    assert_eq!((erased.fix, erased.fixes), (None, None));
}

#[tokio::test]
async fn whoever_leaves_hands_over_what_is_back_and_not_what_is_solved() {
    let (board, id) = mended().await;
    set(
        &board.desk,
        "complaint",
        &id,
        &[("owner", "Iva Horn"), ("state", "solved")],
    )
    .await;
    let me = board.desk.members().await.unwrap().remove(0).id;
    assert!(board.desk.owned_by(&me).await.unwrap().is_empty());
    board.reports(&id, 1, "2026-11-09 09:00").await;
    let owned = board.desk.owned_by(&me).await.unwrap();
    assert_eq!(owned.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [id]);
}

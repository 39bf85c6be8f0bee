//! What was said about the columns of one file holds for the next one with the same columns.

use crate::desk::{founded, options};
use sidedesk_api::Desk;
use sidedesk_api::dto::{ImportOptionsDto, ImportPreviewDto};

const FIRST: &[u8] = b"Nr,Betreff,Ursache,Wann\n1,Kein Paket,late,03/04/2026\n";
const NEXT: &[u8] = b"Wann,Nr,Ursache,Betreff\n05/06/2026,2,late,Immer noch nicht\n";

fn said() -> ImportOptionsDto {
    let pairs = [
        ("Nr", "id"),
        ("Betreff", "title"),
        ("Ursache", "complaint"),
        ("Wann", "created"),
    ];
    ImportOptionsDto {
        map: pairs
            .map(|(column, field)| (column.to_owned(), field.to_owned()))
            .to_vec(),
        day_first: Some(true),
        ..ImportOptionsDto::default()
    }
}

async fn next(desk: &Desk, options: &ImportOptionsDto) -> ImportPreviewDto {
    desk.preview_import("next.csv", NEXT, options).await.unwrap()
}

fn fields(preview: &ImportPreviewDto) -> Vec<Option<&str>> {
    preview.columns.iter().map(|column| column.field.as_deref()).collect()
}

#[tokio::test]
async fn columns_are_read_as_last_time_until_somebody_forgets_them() {
    let (dir, desk) = founded().await;
    let nothing = ImportOptionsDto::default();
    assert!(!next(&desk, &nothing).await.recalled);
    let looked = desk.preview_import("first.csv", FIRST, &said()).await.unwrap();
    assert!(
        !looked.recalled && !next(&desk, &nothing).await.recalled,
        "looking is not saying"
    );
    desk.run_import("first.csv", FIRST, &said(), false).await.unwrap();
    desk.close().await.unwrap();

    let desk = Desk::open_with(dir.path(), options()).await.unwrap();
    let preview = next(&desk, &nothing).await;
    let expected = [Some("created"), Some("id"), Some("complaint"), Some("title")];
    assert_eq!((preview.recalled, fields(&preview)), (true, expected.to_vec()));
    assert!(preview.question.is_none(), "the date order was said too");
    let one_more = ImportOptionsDto {
        map: vec![("Ursache".into(), "product".into())],
        ..ImportOptionsDto::default()
    };
    let expected = [Some("created"), Some("id"), Some("product"), Some("title")];
    assert_eq!(
        fields(&next(&desk, &one_more).await),
        expected,
        "what is said now goes first"
    );
    let done = desk.run_import("next.csv", NEXT, &nothing, false).await.unwrap();
    assert_eq!((done.new, done.complaints), (1, 0), "under the complaint that is there");

    let forget = ImportOptionsDto {
        forget_columns: true,
        ..ImportOptionsDto::default()
    };
    assert!(!next(&desk, &forget).await.recalled);
    assert!(!next(&desk, &nothing).await.recalled, "it is gone for good");
}

#[tokio::test]
async fn what_a_stage_means_is_remembered_with_its_column() {
    let (_dir, desk) = founded().await;
    let file = b"Ticket ID,Ticket name,Ticket status\n1,Late,4\n";
    let options = ImportOptionsDto {
        map: vec![("Ticket status".into(), "status".into())],
        values: vec![("Ticket status".into(), "4".into(), "solved".into())],
        ..ImportOptionsDto::default()
    };
    desk.run_import("t.csv", file, &options, false).await.unwrap();
    let next = b"Ticket ID,Ticket name,Ticket status\n2,Later,4\n";
    let nothing = ImportOptionsDto::default();
    let preview = desk.preview_import("t.csv", next, &nothing).await.unwrap();
    let value = &preview.columns[2].values[0];
    assert_eq!((value.value.as_str(), value.becomes.as_deref()), ("4", Some("solved")));
    let elsewhere = ImportOptionsDto {
        map: vec![("Ticket status".into(), "-".into())],
        ..ImportOptionsDto::default()
    };
    let preview = desk.preview_import("t.csv", next, &elsewhere).await.unwrap();
    assert_eq!(
        (preview.columns[2].field.as_deref(), preview.new),
        (None, 1),
        "no reason to refuse"
    );
}

#[tokio::test]
async fn what_does_not_fit_any_more_is_left_and_the_oldest_go() {
    let (_dir, desk) = founded().await;
    desk.run_import("first.csv", FIRST, &said(), false).await.unwrap();
    let plan = ImportOptionsDto {
        kind: Some("campaign".into()),
        map: vec![("Betreff".into(), "name".into())],
        ..ImportOptionsDto::default()
    };
    assert_eq!(
        next(&desk, &plan).await.kind,
        "campaign",
        "tickets' fields are no reason to refuse"
    );
    for i in 0..100 {
        let map = vec![(format!("Spalte {i}"), "title".to_owned())];
        let options = ImportOptionsDto {
            map,
            ..ImportOptionsDto::default()
        };
        assert!(next(&desk, &ImportOptionsDto::default()).await.recalled, "{i}");
        let file = format!("Nr,Spalte {i}\n1,text\n");
        desk.run_import("t.csv", file.as_bytes(), &options, false)
            .await
            .unwrap();
    }
    assert!(
        !next(&desk, &ImportOptionsDto::default()).await.recalled,
        "a hundred newer ones came"
    );
}

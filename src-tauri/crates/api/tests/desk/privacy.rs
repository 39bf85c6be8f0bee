//! What is kept of customers, what leaves, and what nobody edits.

use crate::desk::{fields, founded};
use serde_json::Value;
use sidedesk_api::dto::ImportOptionsDto;
use sidedesk_api::{Desk, Error, ExportAsked};

const TICKETS: &[u8] = b"id,subject,description,created,requester\n\
    7,Late,\"Write to jane.doe@example.com or +44 20 7946 0958, order 112-1234567-1234567\",2026-10-01T10:00:00Z,Jane Doe\n";

fn asked<'a>(what: &'a str, format: &'a str, with_personal_data: bool) -> ExportAsked<'a> {
    ExportAsked {
        what,
        format: Some(format),
        with_personal_data,
        matching: None,
    }
}

async fn exported(desk: &Desk, what: &str, personal: bool) -> Value {
    let export = desk.export(&asked(what, "json", personal)).await.unwrap();
    serde_json::from_slice(&export.bytes).unwrap()
}

#[tokio::test]
async fn who_a_customer_is_is_another_hash_on_each_board() {
    let mut hashes = Vec::new();
    for _ in 0..2 {
        let (_dir, desk) = founded().await;
        let options = ImportOptionsDto::default();
        desk.run_import("tickets.csv", TICKETS, &options, false).await.unwrap();
        let reports = exported(&desk, "reports", true).await;
        let text = reports.to_string();
        for said in ["Jane", "jane.doe", "7946", "1234567"] {
            assert!(!text.contains(said), "{said} in {text}");
        }
        assert!(text.contains("Write to [e-mail] or [phone], order [number]"), "{text}");
        hashes.push(reports["rows"][0]["customer_hash"].as_str().unwrap().to_owned());
    }
    assert!(
        hashes.iter().all(|hash| hash.len() == 24) && hashes[0] != hashes[1],
        "{hashes:?}"
    );
}

#[tokio::test]
async fn the_list_of_exports_is_nobodys_to_edit() {
    let (_dir, desk) = founded().await;
    desk.add("report", &fields(&[("title", "Late"), ("body", "I am Jane")]))
        .await
        .unwrap();
    assert_eq!(desk.settings().await.unwrap().exports, Vec::<String>::new());
    exported(&desk, "reports", false).await;
    assert_eq!(desk.settings().await.unwrap().exports, Vec::<String>::new());
    exported(&desk, "activity", true).await;
    let settings = desk.settings().await.unwrap();
    assert_eq!(settings.exports.len(), 1);
    assert!(
        settings.exports[0].ends_with("activity json, Iva"),
        "{:?}",
        settings.exports
    );
    let edited = desk
        .set("board", &settings.id, settings.seen, &fields(&[("exports", "")]))
        .await;
    assert!(matches!(edited, Err(Error::Input { .. })), "{edited:?}");
    // What undo takes back is what was done before it.
    desk.undo().await.unwrap();
    assert_eq!(desk.settings().await.unwrap().exports, settings.exports);
    // Campaigns hold nothing personal: whatever is asked for, nothing is to be said.
    let export = desk.export(&asked("campaigns", "csv", true)).await.unwrap();
    assert!(!export.about.personal_data);
    assert_eq!(desk.settings().await.unwrap().exports.len(), 1);
}

#[tokio::test]
async fn months_are_a_number_and_nothing_is_never() {
    let (_dir, desk) = founded().await;
    let settings = desk.settings().await.unwrap();
    let set = async |value: &str| {
        desk.set("board", &settings.id, u64::MAX, &fields(&[("retention_months", value)]))
            .await
    };
    for wrong in ["-1", "soon", "1201"] {
        assert!(matches!(set(wrong).await, Err(Error::Input { .. })), "{wrong}");
    }
    for (typed, months) in [("24", Some(24)), ("0", None), ("12", Some(12)), ("", None)] {
        set(typed).await.unwrap();
        assert_eq!(desk.retention().await.unwrap(), months, "{typed:?}");
        assert_eq!(desk.settings().await.unwrap().retention_months, months);
    }
}

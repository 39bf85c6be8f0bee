//! What did we promise then? Records and the whole board as they were, and what can be brought back.

use crate::desk::{add, fields};
use sidedesk_api::{Clock, Desk, DeskOptions, Tz, parse_instant};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

struct Turned {
    _dir: TempDir,
    desk: Desk,
    clock: Arc<AtomicI64>,
}

/// In London.
fn ms(time: &str) -> i64 {
    parse_instant(time, Tz::Europe__London).unwrap()
}

impl Turned {
    async fn at(time: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(ms(time)));
        let read = Arc::clone(&clock);
        let options = DeskOptions {
            clock: Clock::from_fn(move || read.load(Ordering::Relaxed)),
            zone: Some(Tz::Europe__London),
            ..DeskOptions::new()
        };
        let desk = Desk::open_with(dir.path(), options).await.unwrap();
        desk.init("Winter board", "Iva Horn", "both").await.unwrap();
        Self { _dir: dir, desk, clock }
    }

    async fn set(&self, time: &str, id: &str, pairs: &[(&str, &str)]) {
        self.clock.store(ms(time), Ordering::Relaxed);
        self.desk.set("campaign", id, u64::MAX, &fields(pairs)).await.unwrap();
    }

    /// Name, offer and products of every promise.
    async fn offers(&self, time: &str) -> Vec<(String, String, String)> {
        let offers = self.desk.offers(ms(time)).await.unwrap();
        let said = offers.campaigns.into_iter();
        said.map(|c| (c.name, c.text.unwrap_or_default(), c.scope.product.join(",")))
            .collect()
    }
}

fn said(name: &str, text: &str, product: &str) -> (String, String, String) {
    (name.into(), text.into(), product.into())
}

#[tokio::test]
async fn promises_of_a_minute_with_their_values_of_then() {
    let board = Turned::at("2026-05-01 09:00").await;
    let id = add(
        &board.desk,
        "campaign",
        &[
            ("name", "Free shipping"),
            ("text", "to the EU"),
            ("product", "Boots"),
            ("state", "ready"),
            ("start", "2026-05-10"),
            ("end", "2026-06-01"),
        ],
    )
    .await;
    add(&board.desk, "campaign", &[("name", "An idea"), ("start", "2026-05-10")]).await;
    board
        .set(
            "2026-05-14 10:00",
            &id,
            &[("text", "to the EU and Norway"), ("product", "Socks")],
        )
        .await;
    board.set("2026-05-20 10:00", &id, &[("state", "paused")]).await;
    board.set("2026-05-21 10:00", &id, &[("state", "live")]).await;
    board.clock.store(ms("2026-05-25 10:00"), Ordering::Relaxed);
    board.desk.delete("campaign", &id).await.unwrap();

    let before = said("Free shipping", "to the EU", "Boots");
    let after = said("Free shipping", "to the EU and Norway", "Socks");
    for (time, expected) in [
        ("2026-04-30 09:00", None),
        ("2026-05-09 23:59", None),
        ("2026-05-10 00:00", Some(&before)),
        ("2026-05-14 09:59", Some(&before)),
        ("2026-05-14 10:00", Some(&after)),
        ("2026-05-20 10:00", None),
        ("2026-05-21 10:00", Some(&after)),
        ("2026-05-25 09:59", Some(&after)),
        ("2026-05-25 10:00", None),
    ] {
        assert_eq!(
            board.offers(time).await.iter().collect::<Vec<_>>(),
            expected.into_iter().collect::<Vec<_>>(),
            "{time}"
        );
    }
    let value = |past: &sidedesk_api::dto::PastRecordDto, name: &str| {
        let field = past.fields.iter().find(|input| input.field == name);
        field.and_then(|input| input.value.clone()).unwrap_or_default()
    };
    let past = board.desk.record_at(&id, ms("2026-05-14 09:59")).await.unwrap();
    assert_eq!(
        (value(&past, "text"), value(&past, "product"), past.deleted),
        ("to the EU".into(), "Boots".into(), false)
    );
    let past = board.desk.record_at(&id, ms("2026-05-25 10:00")).await.unwrap();
    assert!(past.deleted && value(&past, "name") == "Free shipping");
    assert!(
        board.desk.record_at(&id, ms("2026-05-01 08:59")).await.is_err(),
        "there was none yet"
    );
}

#[tokio::test]
async fn what_was_deleted_is_offered_for_thirty_days() {
    let board = Turned::at("2026-05-01 09:00").await;
    let id = add(&board.desk, "complaint", &[("title", "Late parcels")]).await;
    board.clock.store(ms("2026-05-02 09:00"), Ordering::Relaxed);
    board.desk.delete("complaint", &id).await.unwrap();
    let listed = board.desk.deleted().await.unwrap();
    assert_eq!(
        (listed.len(), listed[0].title.as_str(), listed[0].by.as_str()),
        (1, "Late parcels", "Iva Horn")
    );
    board.clock.store(listed[0].until_ms, Ordering::Relaxed);
    assert_eq!(board.desk.deleted().await.unwrap(), listed);
    board.clock.store(listed[0].until_ms + 1, Ordering::Relaxed);
    assert!(board.desk.deleted().await.unwrap().is_empty());
    assert!(
        !board.desk.history("complaint", &id).await.unwrap().is_empty(),
        "in history it stays"
    );
    board.desk.restore("complaint", &id).await.unwrap();
    assert!(!board.desk.complaint(&id).await.unwrap().deleted);
}

#[tokio::test]
async fn a_board_is_folded_by_the_newest_rules_from_its_founding_on() {
    let board = Turned::at("2026-05-01 09:00").await;
    assert!(!board.desk.upgrade_rules().await.unwrap(), "there is nothing newer");
    assert!(board.desk.state().await.unwrap().notices.is_empty());
    assert!(board.desk.verify().await.unwrap().ok);
}

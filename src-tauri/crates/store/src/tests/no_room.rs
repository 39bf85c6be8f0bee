//! A database that may not grow: what is refused is refused whole, and afterwards everything goes on in the same process.

use crate::desk::Desk;
use crate::error::Error;
use crate::planted::plant;
use sidedesk_domain::fields::campaign;
use sqlx::Connection as _;

/// No page more than there are: SQLite's own way of a full disk, which ends the transaction by itself.
async fn limit(desk: &Desk, pages: Option<i64>) {
    let mut writer = desk.store.writer().await.unwrap();
    let now: i64 = sqlx::query_scalar("pragma page_count")
        .fetch_one(&mut writer.log)
        .await
        .unwrap();
    let most = pages.map_or(i64::from(i32::MAX), |more| now + more);
    let statement = format!("pragma max_page_count = {most}");
    sqlx::query(sqlx::AssertSqlSafe(statement))
        .execute(&mut writer.log)
        .await
        .unwrap();
}

/// As SQLite ends a transaction by itself, before sqlx's own rollback comes.
async fn end_one_behind_its_back(desk: &Desk) {
    let mut writer = desk.store.writer().await.unwrap();
    let mut tx = writer.log.begin_with("begin immediate").await.unwrap();
    sqlx::raw_sql("rollback").execute(&mut *tx).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_stays_stuck_is_caught() {
    let desk = Desk::founded().await;
    plant(Some("stuck-connection"));
    end_one_behind_its_back(&desk).await;
    let record = |name: &str| sidedesk_domain::RecordEdit {
        kind: sidedesk_domain::Kind::Campaign,
        id: sidedesk_domain::RecordId([2; 16]),
        seen: 0,
        edits: vec![(campaign::NAME, sidedesk_domain::Edit::Set(name.into()))],
    };
    let stuck = desk.store.commit(crate::desk::action(vec![record("stuck")])).await;
    plant(None);
    assert!(matches!(stuck, Err(Error::Database(_))), "{stuck:?}");
    desk.store
        .commit(crate::desk::action(vec![record("not any more")]))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_writer_goes_on_after_a_full_disk() {
    for shared in [false, true] {
        let desk = if shared {
            Desk::pair().await.1
        } else {
            Desk::founded().await
        };
        desk.name(1, "before").await;
        for _ in 0..3 {
            limit(&desk, Some(0)).await;
            // Random, so that it does not get smaller on its way.
            let text = getrandom_text(60_000);
            let edit = sidedesk_domain::RecordEdit {
                kind: sidedesk_domain::Kind::Campaign,
                id: sidedesk_domain::RecordId([2; 16]),
                seen: 0,
                edits: vec![(campaign::NAME, sidedesk_domain::Edit::Set(text.as_str().into()))],
            };
            let refused = desk.store.commit(crate::desk::action(vec![edit])).await.unwrap_err();
            assert!(matches!(refused, Error::DiskFull(_)), "{refused:?}");
            assert_eq!(refused.to_string(), "not saved: disk full");
            limit(&desk, None).await;
            desk.name(1, "after").await;
            assert_eq!(desk.shown(1, campaign::NAME).await, "after");
            assert_eq!(desk.shown(2, campaign::NAME).await, "");
        }
        desk.sound().await;
        let desk = desk.reopened().await;
        assert_eq!(desk.shown(1, campaign::NAME).await, "after");
        desk.sound().await;
    }
}

fn getrandom_text(len: usize) -> String {
    let mut bytes = vec![0; len];
    getrandom::fill(&mut bytes).unwrap();
    bytes.iter().map(|byte| char::from(b'a' + byte % 26)).collect()
}

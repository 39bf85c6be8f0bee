//! Databases of other versions and other hubs: migrated, or refused with words and left as they are.

use crate::board::Board;
use crate::client::{Client, upload};
use crate::ground::{Ground, on_both};
use sidedesk_hub::{CancellationToken, serve};
use sidedesk_protocol::message::HubFrame;
use sqlx::{ConnectOptions as _, Connection as _};

async fn refusal(ground: &Ground) -> String {
    let started = serve(ground.config(), CancellationToken::new()).await;
    started.map(|_| ()).unwrap_err().to_string()
}

async fn a_newer_database_is_refused_with_words(ground: Ground) {
    ground.start().await.stop().await.unwrap();
    let newer = "insert into schema_version (version) values (9)";
    ground.run("pragma user_version = 9", newer).await;
    let said = refusal(&ground).await;
    assert!(
        said.starts_with("the database has version 9 and this hub knows"),
        "{said}"
    );
    assert!(said.ends_with("update the hub"), "{said}");
}

async fn a_database_of_another_hub_is_refused_with_words(ground: Ground) {
    ground.start().await.stop().await.unwrap();
    std::fs::write(ground.dir().join("hub.key"), [7; 32]).unwrap();
    let said = refusal(&ground).await;
    assert!(
        said.contains("is not the key that the boards in this database trust"),
        "{said}"
    );
    std::fs::remove_file(ground.dir().join("hub.key")).unwrap();
    let said = refusal(&ground).await;
    assert!(said.contains("is missing"), "{said}");
}

async fn a_state_that_is_behind_or_wrong_is_caught_up_or_refused(ground: Ground) {
    let hub = ground.start().await;
    let board = Board::shared(hub.hub_key, &[2]);
    let mut founder = upload(hub.addr, &board).await;
    // More than are kept behind a state, so that opening reads both.
    let ops = board.ops(1, 300, b"x");
    for op in &ops {
        founder.push(op).await;
    }
    let last = board.chain.n + 300;
    founder.entries_until(last).await;
    hub.stop().await.unwrap();
    let hub = ground.start().await;
    let mut reader = Client::follower(hub.addr, 2, board.chain.workspace).await;
    assert_eq!(reader.entries_until(last).await.len() as u64, last);
    hub.stop().await.unwrap();

    let lie = "update workspace set n = n - 1";
    ground.run(lie, lie).await;
    let hub = ground.start().await;
    let (mut client, answer) = Client::hello(hub.addr, 1, &board.chain).await;
    let denied = client.denied_by(answer).await;
    assert_eq!(
        denied,
        sidedesk_protocol::message::DeniedWhy::Busy,
        "a damaged board is not served"
    );
}

on_both!(
    a_newer_database_is_refused_with_words,
    a_database_of_another_hub_is_refused_with_words,
    a_state_that_is_behind_or_wrong_is_caught_up_or_refused,
);

/// The first version's file: its heads are worked out from its entries.
#[tokio::test]
async fn a_file_of_the_first_version_is_migrated() {
    let ground = Ground::sqlite();
    let hub = ground.start().await;
    let board = Board::shared(hub.hub_key, &[2]);
    let mut founder = upload(hub.addr, &board).await;
    founder.push(&board.op(1, b"x")).await;
    let HubFrame::Receipt(receipt) = founder.answer().await else {
        panic!("no receipt")
    };
    hub.stop().await.unwrap();
    back_to_the_first_version(&ground).await;

    let hub = ground.start().await;
    let (_, welcome) = Client::hello(hub.addr, 1, &board.chain).await;
    assert!(
        matches!(welcome, HubFrame::Welcome { n, hash, .. } if (n, hash) == (receipt.n, receipt.hash)),
        "{welcome:?}"
    );
}

async fn back_to_the_first_version(ground: &Ground) {
    let file = ground.dir().join("hub.db");
    let old = ground.dir().join("old.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&old)
        .create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    let first = include_str!("../../migrations/sqlite/0001_log.sql");
    sqlx::raw_sql(first).execute(&mut connection).await.unwrap();
    sqlx::query("attach $1 as newer")
        .bind(file.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::raw_sql(
        "insert into workspace (key, id, chain) select key, id, chain from newer.workspace;
         insert into entry select * from newer.entry;
         pragma user_version = 1;",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    std::fs::rename(old, file).unwrap();
}

//! Undo and redo as people expect them.

use crate::desk::{add, founded, open, set};

#[tokio::test]
async fn back_and_forth_through_several_actions() {
    let (_dir, desk) = founded().await;
    assert_eq!(
        desk.undo().await.unwrap_err().to_string(),
        "there is nothing to undo",
        "founding stays"
    );
    let id = add(&desk, "campaign", &[("name", "a"), ("product", "Boots")]).await;
    set(&desk, "campaign", &id, &[("name", "b")]).await;
    set(&desk, "campaign", &id, &[("name", "c"), ("product", "Socks")]).await;
    let now = || async {
        let card = desk.campaign(&id).await.unwrap();
        (card.name, card.scope.product.join(","), card.deleted)
    };
    let is = |name: &str, product: &str, deleted| (name.to_owned(), product.to_owned(), deleted);
    assert_eq!(
        desk.undo().await.unwrap().restored,
        3,
        "a name, one product out, one in"
    );
    assert_eq!(now().await, is("b", "Boots", false));
    desk.undo().await.unwrap();
    assert_eq!(now().await, is("a", "Boots", false));
    assert_eq!(desk.undo().await.unwrap().name, "campaign.add");
    assert!(desk.board().await.unwrap().campaigns.is_empty());
    for (name, product) in [("a", "Boots"), ("b", "Boots"), ("c", "Socks")] {
        desk.redo().await.unwrap();
        assert_eq!(now().await, is(name, product, false));
    }
    assert!(desk.redo().await.is_err());
    desk.undo().await.unwrap();
    set(&desk, "campaign", &id, &[("reach", "7")]).await;
    assert!(desk.redo().await.is_err(), "something new was done meanwhile");
    let board = desk.board().await.unwrap();
    assert_eq!((board.undo.as_deref(), board.redo), (Some("campaign.set"), None));
}

#[tokio::test]
async fn what_was_changed_since_is_left_and_counted() {
    let (_dir, desk) = founded().await;
    let file = b"id,name,start,product\n1,A,2026-12-01,Boots\n2,B,2026-12-02,Boots\n";
    let options = sidedesk_api::dto::ImportOptionsDto {
        kind: Some("campaign".into()),
        ..Default::default()
    };
    desk.run_import("plan.csv", file, &options, false).await.unwrap();
    let ids: Vec<String> = desk
        .board()
        .await
        .unwrap()
        .campaigns
        .into_iter()
        .map(|card| card.id)
        .collect();
    let changed = b"id,name,start,product\n1,A2,2026-12-01,Boots\n2,B2,2026-12-02,Boots\n";
    assert_eq!(
        desk.run_import("plan.csv", changed, &options, false)
            .await
            .unwrap()
            .changed,
        2
    );
    set(&desk, "campaign", &ids[0], &[("name", "mine")]).await;
    desk.undo().await.unwrap();
    set(&desk, "campaign", &ids[0], &[("name", "mine")]).await;
    // Undo goes in order: first the name, then the second import, then the first.
    for _ in 0..2 {
        desk.undo().await.unwrap();
    }
    let names: Vec<String> = desk
        .board()
        .await
        .unwrap()
        .campaigns
        .into_iter()
        .map(|card| card.name)
        .collect();
    assert_eq!(names, ["A", "B"]);
    assert_eq!(desk.undo().await.unwrap().name, "import");
    assert!(desk.board().await.unwrap().campaigns.is_empty());
}

#[tokio::test]
async fn undo_survives_a_restart() {
    let (dir, desk) = founded().await;
    let id = add(&desk, "complaint", &[("title", "Late parcels")]).await;
    desk.delete("complaint", &id).await.unwrap();
    desk.close().await.unwrap();
    drop(desk);
    let desk = open(dir.path()).await;
    assert_eq!(desk.undo().await.unwrap().name, "complaint.delete");
    assert!(!desk.complaint(&id).await.unwrap().deleted);
    desk.redo().await.unwrap();
    assert!(desk.complaint(&id).await.unwrap().deleted);
    assert!(desk.verify().await.unwrap().ok);
}

//! A typed line against the board that is there, and the card it becomes.

use crate::desk::{add, fields, founded};

#[tokio::test]
async fn a_line_becomes_the_card_it_shows() {
    let (_dir, desk) = founded().await;
    add(
        &desk,
        "complaint",
        &[
            ("title", "x"),
            ("product", "Boots, Boat shoes"),
            ("region", "EU"),
            ("owner", "MK"),
        ],
    )
    .await;
    let line = "🎄 Free shipping EU 12–19 Dec @email #boots #socks ^mk";
    let quick = desk.quick("campaign", line).await.unwrap();
    assert_eq!(quick.title, "🎄 Free shipping EU");
    let expected = [
        ("name", "🎄 Free shipping EU"),
        ("region", "EU"),
        ("start", "2026-12-12T00:00:00Z"),
        ("end", "2026-12-20T00:00:00Z"),
        ("channel", "email"),
        ("product", "Boots, socks"),
        ("owner", "MK"),
    ];
    assert_eq!(quick.fields, fields(&expected));
    // Places are counted as JavaScript counts: the tree is two units.
    let units: Vec<u16> = line.encode_utf16().collect();
    let shown: Vec<_> = quick
        .chips
        .iter()
        .map(|chip| {
            let text = String::from_utf16(&units[chip.start as usize..chip.end as usize]).unwrap();
            (text, chip.field.as_str(), chip.value.as_str())
        })
        .collect();
    assert_eq!(shown[0], ("EU".into(), "region", "EU"));
    assert_eq!(
        shown[1],
        ("12–19 Dec".into(), "start", "2026-12-12T00:00:00Z/2026-12-20T00:00:00Z")
    );
    assert_eq!(shown[5], ("^mk".into(), "owner", "MK"));

    let id = desk.add("campaign", &quick.fields).await.unwrap().id;
    let card = desk.campaign(&id).await.unwrap();
    assert_eq!(
        (card.name.as_str(), card.owner.as_deref()),
        ("🎄 Free shipping EU", Some("MK"))
    );
    assert_eq!(card.scope.product, ["Boots", "socks"]);

    let quick = desk
        .quick("complaint", "boots code BOOT10 rejected #bo !4 ^Iva")
        .await
        .unwrap();
    let values: Vec<_> = quick.chips.iter().map(|chip| chip.value.as_str()).collect();
    assert_eq!(values, ["bo", "4", "Iva"]);
    assert_eq!(quick.chips[0].others, ["Boat shoes", "Boots"]);
    let id = desk.add("complaint", &quick.fields).await.unwrap().id;
    assert_eq!(desk.complaint(&id).await.unwrap().severity, 4);
}

#[tokio::test]
async fn a_line_without_words_has_no_title_to_add() {
    let (_dir, desk) = founded().await;
    let before = desk.verify().await.unwrap();
    let quick = desk.quick("campaign", "  #boots 12 Dec ").await.unwrap();
    assert_eq!((quick.title.as_str(), quick.chips.len()), ("", 2));
    let refused = desk.add("campaign", &quick.fields).await.unwrap_err();
    assert_eq!(refused.code(), "input_empty");
    assert_eq!(desk.quick("report", "x").await.unwrap_err().code(), "input_choice");
    let long = "ß🎄 ".repeat(3400);
    assert_eq!(desk.quick("complaint", &long).await.unwrap().chips, []);
    assert_eq!(desk.verify().await.unwrap(), before, "reading writes nothing");
}

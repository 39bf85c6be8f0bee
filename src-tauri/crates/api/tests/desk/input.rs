//! What people type wrong: a code, the field, a sentence; nothing is written.

use crate::desk::{add, fields, founded, set};
use std::sync::LazyLock;

static LONG: LazyLock<String> = LazyLock::new(|| "x".repeat(32 * 1024 + 1));
static MANY: LazyLock<String> = LazyLock::new(|| (0..201).map(|i| format!("p{i},")).collect());

#[tokio::test]
async fn refusals_name_the_field_and_write_nothing() {
    let (_dir, desk) = founded().await;
    let id = add(&desk, "campaign", &[("name", "Newsletter"), ("start", "2026-12-01")]).await;
    let before = desk.verify().await.unwrap();
    for (pairs, code, value, part) in [
        (vec![("name", "")], "input_empty", None, "name: it cannot be empty"),
        (
            vec![("start", "next week")],
            "input_date",
            Some("next week"),
            "start: \"next week\" is not a date; write 2026-11-21",
        ),
        (
            vec![("end", "2026-11-30")],
            "input_order",
            None,
            "end: it lies before the start",
        ),
        (
            vec![("reach", "many")],
            "input_number",
            Some("many"),
            "reach: \"many\" is not a whole number",
        ),
        (
            vec![("reach", "-1")],
            "input_range",
            Some("≥ 0"),
            "reach: it cannot be negative",
        ),
        (
            vec![("archived", "maybe")],
            "input_choice",
            Some("yes, no"),
            "archived: \"maybe\" is not one of yes, no",
        ),
        (
            vec![("zone", "Mars")],
            "input_zone",
            Some("Mars"),
            "zone: \"Mars\" is not a zone",
        ),
        (
            vec![("name", "good"), ("reach", "bad")],
            "input_number",
            Some("bad"),
            "reach: ",
        ),
        (
            vec![("text", LONG.as_str())],
            "input_long",
            Some("32"),
            "text: it is longer than 32 kB",
        ),
        (
            vec![("product", MANY.as_str())],
            "input_many",
            Some("200"),
            "product: at most 200 fit",
        ),
    ] {
        let error = desk.set("campaign", &id, u64::MAX, &fields(&pairs)).await.unwrap_err();
        let dto = error.dto();
        assert_eq!((dto.code.as_str(), dto.value.as_deref()), (code, value), "{error}");
        assert_eq!(dto.field.as_deref(), pairs.last().map(|(field, _)| *field), "{error}");
        assert!(dto.message.contains(part), "{error}");
    }
    let unknown = desk
        .set("campaign", &id, 0, &fields(&[("nmae", "x")]))
        .await
        .unwrap_err()
        .dto();
    assert_eq!(
        (unknown.code.as_str(), unknown.field.as_deref()),
        ("input_unknown_field", Some("nmae"))
    );
    assert!(unknown.value.unwrap().starts_with("name, state, start"));
    let state = desk
        .set("campaign", &id, 0, &fields(&[("state", "finished")]))
        .await
        .unwrap_err()
        .dto();
    assert_eq!(state.code, "input_choice");
    assert!(state.value.unwrap().starts_with("idea, draft"));
    let nowhere = "01a1ffe3-1056-706f-9630-af0fd95cf13c";
    assert_eq!(
        desk.set("campaign", nowhere, 0, &fields(&[("name", "x")]))
            .await
            .unwrap_err()
            .code(),
        "not_found"
    );
    assert_eq!(
        desk.complaint(&id).await.unwrap_err().code(),
        "not_found",
        "of another kind"
    );
    assert_eq!(desk.campaign("not an id").await.unwrap_err().code(), "not_found");
    assert_eq!(
        desk.add("member", &fields(&[("name", "x")])).await.unwrap_err().code(),
        "input_choice"
    );
    assert_eq!(desk.verify().await.unwrap(), before);
}

#[tokio::test]
async fn lists_emptying_and_writing_the_same_again() {
    let (_dir, desk) = founded().await;
    let id = add(
        &desk,
        "campaign",
        &[
            ("name", "Newsletter"),
            ("product", "Boots, Socks; Boots"),
            ("reach", "48 000"),
        ],
    )
    .await;
    let card = desk.campaign(&id).await.unwrap();
    assert_eq!(
        (card.scope.product.as_slice(), card.reach),
        (["Boots".to_owned(), "Socks".to_owned()].as_slice(), Some(48_000))
    );
    set(&desk, "campaign", &id, &[("product", "Socks, Hats"), ("reach", "")]).await;
    let card = desk.campaign(&id).await.unwrap();
    assert_eq!((card.scope.product.len(), card.reach), (2, None));
    assert!(card.scope.product.contains(&"Hats".to_owned()));
    let before = desk.verify().await.unwrap();
    set(
        &desk,
        "campaign",
        &id,
        &[("product", "Hats, Socks"), ("name", "Newsletter")],
    )
    .await;
    assert_eq!(
        desk.verify().await.unwrap(),
        before,
        "nothing to write, nothing written"
    );
}

#[tokio::test]
async fn a_report_belongs_to_a_complaint_that_is_there() {
    let (_dir, desk) = founded().await;
    let nobody = "01a1ffe3-1056-706f-9630-af0fd95cf13c";
    let campaign = add(&desk, "campaign", &[("name", "Sale")]).await;
    for wrong in [nobody, &campaign] {
        let refused = desk
            .add("report", &fields(&[("title", "x"), ("complaint", wrong)]))
            .await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            format!("there is no complaint with the id {wrong}")
        );
    }
    let complaint = add(&desk, "complaint", &[("title", "Late")]).await;
    let report = add(&desk, "report", &[("title", "x"), ("complaint", &complaint)]).await;
    let refused = desk
        .set("report", &report, u64::MAX, &fields(&[("complaint", nobody)]))
        .await;
    assert!(refused.is_err());
    assert_eq!(desk.reports(&complaint, 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_long_history_ends_with_the_newest() {
    let (_dir, desk) = founded().await;
    let id = add(&desk, "campaign", &[("name", "Sale")]).await;
    for i in 0..510 {
        set(&desk, "campaign", &id, &[("reach", &i.to_string())]).await;
    }
    let history = desk.history("campaign", &id).await.unwrap();
    assert_eq!(history.last().unwrap().new.as_deref(), Some("509"));
    assert!(history.windows(2).all(|pair| pair[0].n <= pair[1].n));
}

//! One durable edit through `api` against a bare commit with `synchronous=FULL`, in turn.

use crate::rows::{bare, board};
use crate::{Figure, median};
use sidedesk_api::dto::FieldInputDto;
use sqlx::Connection as _;
use std::time::Instant;

pub async fn run(rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let desk = board(&dir.path().join("board")).await?;
    let name = |text: String| {
        [FieldInputDto {
            field: "name".into(),
            value: Some(text),
        }]
    };
    let card = desk.add("campaign", &name("Free shipping EU".into())).await?;
    let mut connection = bare(&dir.path().join("bare.db")).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let start = Instant::now();
        desk.set(
            "campaign",
            &card.id,
            u64::MAX,
            &name(format!("Free shipping EU {round}")),
        )
        .await?;
        ours.push(start.elapsed().as_secs_f64() * 1000.0);

        let start = Instant::now();
        let mut tx = connection.begin_with("begin immediate").await?;
        sqlx::query("insert into report (id, subject, body, created, product, customer, cause) values (?,?,?,?,?,?,?)")
            .bind(round.to_string())
            .bind("Free shipping EU")
            .bind("x".repeat(300))
            .bind("2026-11-19")
            .bind("Boots")
            .bind("")
            .bind("")
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        theirs.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    desk.close().await?;
    let baseline = ("sqlx.full_commit", median(theirs));
    Ok(vec![Figure::against(
        "edit.durable",
        median(ours),
        "ms",
        baseline,
        Some("ratio <= 3"),
    )])
}
